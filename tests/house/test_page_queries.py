"""Every page that some member of the cast may open: at most ten queries, and no more when there is ten times as much to show."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from tests.counting import statements
from tests.house.reading import report
from tests.house.world import World, build

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
    """The status of an address and the queries of the page seen a second time; None unless it is a page."""
    try:
        answer = browser.get(path)
    except pytest.fail.Exception:  # an undefined template variable
        return 500, None
    if answer.streaming:
        b"".join(answer.streaming_content)  # read to its end, a file is closed
    if answer.status_code != 200 or PAGE not in answer.get("Content-Type", ""):
        return answer.status_code, None
    with CaptureQueriesContext(connection) as seen:
        browser.get(path)
    return 200, statements(seen.captured_queries)


@pytest.fixture
def world(cast) -> World:
    return build(cast)


@pytest.mark.slow  # every page, every member, twice
def test_every_page_costs_ten_queries_at_most_and_no_more_when_lists_are_long(world, capsys):
    visitors = {"": Client()} | {name: world.cast.client_of(name) for name in world.cast.names} | {"王老师 (tutor)": _tutor(world)}
    pages = {name: address(world, name, route) for name, route in routes(get_resolver().url_patterns)} | world.also

    for browser in visitors.values():
        browser.raise_request_exception = False  # a page that breaks is named below, with all others
    before, hidden = _measured(visitors, pages)
    world.grow()
    after, still_hidden = _measured(visitors, pages)
    unseen = hidden & still_hidden

    problems = [problem for (name, who), queries in after.items() for problem in _judge(pages[name], who, before.get((name, who)), queries)]
    with capsys.disabled():
        shown = len({name for name, _ in after})
        print(f"\npage queries: {shown} pages, {len(after)} views, at most {max(map(len, after.values()))}")  # noqa: T201 - wanted in the log
    problems += [f"{pages[name]} ({name}): nobody saw a page; bring it into the world" for name in sorted(unseen - set(NO_PAGE))]
    problems += [f"{name}: a page that somebody sees, excused nevertheless" for name in sorted(set(NO_PAGE) - unseen)]
    assert not problems, report(problems)


def _tutor(world: World) -> Client:
    hat = next(one for one in world.cast.hats("王老师") if one.role.code == "tutor")
    return world.cast.client_of("王老师", hat=str(hat.id))


def _measured(visitors: dict[str, Client], pages: dict[str, str]) -> tuple[dict[tuple[str, str], list[str]], set[str]]:
    """The queries by page and member; and the names of addresses that answered nobody, though they take GET."""
    found, statuses = {}, {}
    for name, path in pages.items():
        for who, browser in visitors.items():
            status, queries = counted(browser, path)
            statuses.setdefault(name, set()).add(status)
            if queries is not None:
                found[name, who or "nobody"] = queries
    return found, {name for name, seen in statuses.items() if 200 not in seen and 405 not in seen}


def _judge(path: str, who: str, before: list[str] | None, after: list[str]) -> list[str]:
    problems = []
    if len(after) > AT_MOST:
        problems.append(f"{path} by {who}: {len(after)} queries")
    if before is not None and len(before) != len(after):
        problems.append(f"{path} by {who}: {len(before)} queries, {len(after)} when there is ten times as much")
    return problems
