"""Every page that some member of the cast may open: at most ten queries, and no more when there is ten times as much to show."""

import re

import pytest
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from tests.counting import statements
from tests.house.reading import report
from tests.house.world import World, build
from yanxiu.kit import policy as policies
from yanxiu.kit.actor import ANONYMOUS, Actor

AT_MOST = 10
PAGE = "text/html"
# What shows no page to anybody here, and why. Everything else must be in the world.
NO_PAGE = {
    "catalogue:open_resource_file": "a file, on its way to the second origin",
    "catalogue:download_package": "a file, on its way to the second origin",
    "credits:certificate": "a signed PDF, drawn in its own tests",
    "fieldwork:article_file": "a file, on its way to the second origin",
    "fieldwork:evidence": "a file, on its way to the second origin",
    "integrity:enclosure": "a file, on its way to the second origin",
    "learning:arrive": "needs a scan of the last five minutes; counted in the tests of study days",
    "learning:course": "leads to the step to go on with",
    "learning:download_package": "a file",
    "learning:leave_proof": "a file, on its way to the second origin",
    "learning:scan": "leads to learning:arrive",
    "workshops:export_ballot": "a file",
    "workshops:export_seats": "a file",
    "people:set_first_password": "needs an activation code of the last minutes",
}
NOBODY = 999_999_999


def routes(patterns, prefix: str = "", namespace: str = ""):
    """`(name, route)` of every address, parameters left in."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from routes(
                entry.url_patterns, prefix + str(entry.pattern), f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            )
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", "/" + prefix + str(entry.pattern)


def address(world: World, name: str, route: str) -> str:
    """The address with what the world has, and with something that is not there for what it lacks."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda m: str(world.value(name, m.group(1)) or NOBODY), route)


def counted(browser: Client, path: str) -> tuple[int, list[str] | None]:
    """The status of an address and the queries that it took; None unless it is a page."""
    reset_queries()
    with CaptureQueriesContext(connection) as seen:
        try:
            answer = browser.get(path)
        except pytest.fail.Exception:  # an undefined template variable
            return 500, None
    if answer.streaming:
        b"".join(answer.streaming_content)  # read to its end, a file is closed
    if answer.status_code != 200 or PAGE not in answer.get("Content-Type", ""):
        return answer.status_code, None
    return 200, statements(seen.captured_queries)


@pytest.fixture
def world(cast) -> World:
    return build(cast)


@pytest.mark.slow  # every page, every member, with few rows and with many
def test_every_page_costs_ten_queries_at_most_and_no_more_when_lists_are_long(world, capsys):
    visitors = _visitors(world)
    pages = {name: address(world, name, route) for name, route in routes(get_resolver().url_patterns)} | world.also

    before, hidden = _measured(visitors, pages, {})
    world.grow()
    after, still_hidden = _measured(visitors, pages, before)
    unseen = hidden & still_hidden

    problems = [problem for (name, who), queries in after.items() for problem in _judge(pages[name], who, before.get((name, who)), queries)]
    with capsys.disabled():
        shown = len({name for name, _ in after})
        print(f"\npage queries: {shown} pages, {len(after)} views, at most {max(map(len, after.values()))}")  # noqa: T201 - wanted in the log
    problems += [f"{pages[name]} ({name}): nobody saw a page; bring it into the world" for name in sorted(unseen - set(NO_PAGE))]
    problems += [f"{name}: a page that somebody sees, excused nevertheless" for name in sorted(set(NO_PAGE) - unseen)]
    assert not problems, report(problems)


def _visitors(world: World) -> dict[str, tuple[Client, Actor]]:
    """A browser for each, and who sits before it."""
    cast = world.cast
    tutor = str(next(one for one in cast.hats("王老师") if one.role.code == "tutor").id)
    found = {"nobody": (Client(), ANONYMOUS)} | {name: (cast.client_of(name), cast.actor(name)) for name in cast.names}
    found["王老师 (tutor)"] = (cast.client_of("王老师", hat=tutor), cast.actor("王老师", hat=tutor))
    for browser, _ in found.values():
        browser.raise_request_exception = False  # a page that breaks is named in the report, with all others
    return found


def _measured(
    visitors, pages: dict[str, str], known: dict[tuple[str, str], list[str]]
) -> tuple[dict[tuple[str, str], list[str]], set[str]]:
    """The queries by page and member; and the names of addresses that answered nobody, though they take GET.

    Whom the policy does not admit is refused before the page is asked (the access matrix sees that) and does not knock. A page is opened
    again, and the second time counts, when nobody opened it before, when opening it wrote something, when it cost too much or other than
    what is `known`.
    """
    found, answered = {}, set()
    for name, path in pages.items():
        rule = policies.of(resolve(path.partition("?")[0]).func)
        for who, (browser, actor) in visitors.items():
            if not rule.admits(actor):
                continue
            status, queries = counted(browser, path)
            is_first = not known and name not in answered
            answered |= {name} if status in (200, 405) else set()
            if status == 405:
                break
            if queries is None:
                continue
            if is_first or len(queries) > AT_MOST or len(known.get((name, who), queries)) != len(queries) or any(map(_writes, queries)):
                queries = counted(browser, path)[1]
            if queries is not None:
                found[name, who] = queries
    return found, set(pages) - answered


def _writes(statement: str) -> bool:
    return not statement.startswith(("SELECT", "WITH", "SAVEPOINT", "RELEASE", "SET", "DECLARE", "FETCH", "CLOSE"))


def _judge(path: str, who: str, before: list[str] | None, after: list[str]) -> list[str]:
    problems = []
    if len(after) > AT_MOST:
        problems.append(f"{path} by {who}: {len(after)} queries")
    if before is not None and len(before) != len(after):
        problems.append(f"{path} by {who}: {len(before)} queries, {len(after)} when there is ten times as much")
    return problems
