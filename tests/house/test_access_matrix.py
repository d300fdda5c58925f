"""Every address × every member of the cast: the door opens exactly to whom its policy admits; a URL without a policy fails."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.house.reading import report
from yanxiu.access.permissions import Permission
from yanxiu.kit import policy as policies

# The addresses that anybody may knock at. A new one is added here on purpose, by name.
PUBLIC = {
    "credits:verify",
    "credits:verify_certificate",
    "learning:sync_point",
    "learning:scan",
    "people:activate",
    "people:forgotten",
    "people:set_first_password",
    "people:set_text_size",
    "people:set_theme",
    "people:sign_in",
    "portal:components",
    "portal:help_pages",
    "portal:privacy",
    "portal:set_language",
}
SAMPLES = {"int": "999999999", "str": "x", "slug": "x", "uuid": "00000000-0000-4000-8000-000000000000", "path": "x"}


def walk(patterns, prefix: str = "", namespace: str = ""):
    """`(name, path with sample values, view)` of every address."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from walk(entry.url_patterns, prefix + str(entry.pattern), inner)
        elif isinstance(entry, URLPattern):
            route = re.sub(r"<(?:(\w+):)?\w+>", lambda m: SAMPLES.get(m.group(1) or "str", "x"), prefix + str(entry.pattern))
            yield f"{namespace}{entry.name}", "/" + route, entry.callback


def addresses():
    return list(walk(get_resolver().url_patterns))


def test_every_address_has_a_policy():
    problems = [f"{path} ({name}): {view.__module__}.{view.__name__}" for name, path, view in addresses() if policies.of(view) is None]
    assert not problems, report(problems)


def test_every_address_has_a_name_of_its_view():
    problems = []
    for name, path, view in addresses():
        if name.endswith("None"):
            problems.append(f"{path}: no name")
        elif name.rpartition(":")[2] != view.__name__:
            problems.append(f"{path}: named {name}, view {view.__name__}")
    assert not problems, report(problems)


def test_what_anybody_may_ask_is_published():
    public = {name for name, _, view in addresses() if (found := policies.of(view)) and found.kind == "public"}
    assert not public - PUBLIC, report(sorted(public - PUBLIC))
    assert not PUBLIC - public, report([f"{name}: published, but not public" for name in PUBLIC - public])


def test_policies_name_known_permissions():
    known = {str(permission) for permission in Permission}
    problems = [
        f"{name}: {permission}" for name, _, view in addresses() if (found := policies.of(view)) for permission in found.permissions - known
    ]
    assert not problems, report(problems)


@pytest.mark.slow  # every address, every member, GET and POST
def test_doors_open_exactly_to_whom_they_admit(cast, client, capsys):
    visitors = {"": client} | {name: cast.client_of(name) for name in cast.names}
    actors = {name: cast.actor(name) for name in cast.names}
    problems = []
    knocks = 0
    for name, path, view in addresses():
        rule = policies.of(view)
        if rule is None or name == "people:sign_out":
            continue
        for who, browser in visitors.items():
            admitted = rule.kind == "public" or (who != "" and rule.admits(actors[who]))
            for method in (browser.get, browser.post):
                knocks += 1
                answer = method(path)
                problems += _judge(name, path, who or "nobody", answer, admitted=admitted)
                if answer.streaming:
                    b"".join(answer.streaming_content)  # read to its end, a file is closed
    with capsys.disabled():
        size = f"{len(addresses())} URLs × {len(visitors)} roles, GET and POST: {knocks} knocks"
        print(f"\naccess matrix: {size}, {len(problems)} deviations")  # noqa: T201 - the figure is wanted in the log
    assert not problems, report(problems)


def _judge(name: str, path: str, who: str, answer, *, admitted: bool) -> list[str]:
    status = answer.status_code
    to_sign_in = status == 302 and "sign-in" in answer["Location"]
    if status >= 500:
        return [f"{path} ({name}) {answer.request['REQUEST_METHOD']} by {who}: {status}"]
    if admitted and to_sign_in and name != "people:sign_out":
        return [f"{path} ({name}) sends {who} to sign-in, though admitted"]
    if not admitted and not (status == 403 or to_sign_in):
        return [f"{path} ({name}) {answer.request['REQUEST_METHOD']} answers {status} to {who}"]
    return []
