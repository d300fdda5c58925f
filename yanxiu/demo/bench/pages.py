"""The main pages on the data of this installation: queries and time of each in one process, then pages per second over HTTP."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.encoding import iri_to_uri

from yanxiu.demo.bench import ground
from yanxiu.demo.bench.cast import Cast, choose, signed_in
from yanxiu.demo.bench.figures import Figure, middle, shares
from yanxiu.demo.bench.ground import NotReady, Site
from yanxiu.demo.bench.talk import talked
from yanxiu.kit.clock import now
from yanxiu.programmes.models import Enrolment
from yanxiu.workshops.models import Post

CONNECTIONS = 8
# What performance.md asks for with 8 connections on two cores.
TARGETS = {"teacher's home": 137, "my courses": 118, "player": 160, "discussion": 150, "discussions": 124, "members": 100}
TIMES = 15
WARM = 3
Say = Callable[[str], None]
Sessions = dict[tuple[int, int | None], list[str]]


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page, who looks at it (None: nobody signed in), and words that must stand in it."""

    name: str
    address: str
    marker: str
    who: tuple[int, int | None] | None = None


@dataclass(kw_only=True)
class _Rates:
    """What came over HTTP, by page, one entry a round."""

    per_s: dict[str, list[float]] = field(default_factory=dict)
    durations: dict[str, list[float]] = field(default_factory=dict)
    bare: list[float] = field(default_factory=list)


def pages_of(cast: Cast, thread: Post | None = None) -> list[Page]:
    """Return the main pages as the cast sees them; `thread`: one of the discussions that the bench laid."""
    enrolment = cast.enrolment
    programme = enrolment.programme
    teacher, host = (enrolment.person_id, None), (cast.host.person_id, cast.host.pk)
    county, office = (cast.county.person_id, cast.county.pk), (cast.office.person_id, cast.office.pk)
    own, about = [enrolment.pk], [programme.pk]
    return [
        Page(name="sign-in", address=reverse("people:sign_in"), marker="登录"),
        Page(name="teacher's home", address=reverse("portal:home"), marker=enrolment.person.name, who=teacher),
        Page(name="my courses", address=reverse("learning:my_courses"), marker=enrolment.person.name, who=teacher),
        Page(name="player", address=reverse("learning:step", args=[*own, cast.step.pk]), marker=cast.step.title, who=teacher),
        Page(name="standing", address=reverse("portal:standing"), marker=programme.title, who=teacher),
        Page(name="choose", address=reverse("learning:choose", args=own), marker="选课", who=teacher),
        Page(name="ledger", address=reverse("credits:my_ledger"), marker=enrolment.person.name, who=teacher),
        Page(name="workshop", address=reverse("workshops:space", args=[cast.space.pk]), marker=cast.space.title, who=host),
        *(_talk(cast, thread, host) if thread else []),
        Page(name="county board", address=reverse("insight:board"), marker=cast.county.org.name, who=county),
        Page(name="settlement", address=reverse("credits:settlement", args=about), marker=programme.title, who=office),
        Page(name="programme", address=reverse("programmes:programme", args=about), marker=programme.title, who=office),
    ]


def _talk(cast: Cast, thread: Post, host: tuple[int, int | None]) -> list[Page]:
    about = [cast.space.pk]
    return [
        Page(name="discussion", address=reverse("workshops:thread", args=[thread.pk]), marker=thread.title, who=host),
        Page(name="discussions", address=reverse("workshops:discussions", args=about), marker=thread.title, who=host),
        Page(name="members", address=reverse("workshops:members", args=about), marker=cast.space.title, who=host),
    ]


def measure(*, rounds: int, seconds: float, connections: int, say: Say) -> Figure:
    """Measure the pages. Raises NotReady without a demo town, and for an answer without its marker."""
    cast = choose()
    with talked(cast.space, cast.host.person, at=now()) as thread:
        return _tour(cast, pages_of(cast, thread), rounds=rounds, seconds=seconds, connections=connections, say=say)


def _tour(cast: Cast, pages: list[Page], *, rounds: int, seconds: float, connections: int, say: Say) -> Figure:
    rows = Enrolment.objects.filter(programme=cast.enrolment.programme_id).count()
    with signed_in([page.who for page in pages if page.who], each=connections, at=now()) as sessions:
        inside = {page.name: in_process(page, sessions) for page in pages}
        say(f"进程内：最多 {max(int(str(one['queries'])) for one in inside.values())} 次查询")
        rates = _Rates()
        with ground.site(os.environ) as site:
            _round(_Rates(), site, pages, sessions, seconds=min(0.5, seconds), connections=connections)  # reads plans and templates
            for number in range(rounds):
                _round(rates, site, pages, sessions, seconds=seconds, connections=connections)
                say(f"第 {number + 1} 轮：空页面 {rates.bare[-1]:,.0f} 每秒，各页 {min(one[-1] for one in rates.per_s.values()):,.0f} 起")
    return _figure(rates, inside, rows=rows, rounds=rounds, seconds=seconds, connections=connections)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A page in one process: its queries and size, and the seconds that each time took; `used`: seconds of the processor, ours alone."""

    queries: int
    body: bytes
    durations: list[float]
    used: list[float]


def seen(page: Page, sessions: Sessions, *, times: int = TIMES) -> Seen:
    """See a page through the whole of Django without a server. Raises NotReady when it is not what it should be."""
    client = Client(SERVER_NAME="127.0.0.1")
    if page.who:
        client.cookies[settings.SESSION_COOKIE_NAME] = sessions[page.who][0]
    for _ in range(WARM):
        _checked(page, client.get(page.address))  # the first one reads plans and templates, the next ones prepare the statements
    with CaptureQueriesContext(connection) as asked:
        body = _checked(page, client.get(page.address))
    queries = len(asked)  # now: the next request empties the log
    durations, used = [], []
    for _ in range(times):
        began, before = time.perf_counter(), time.process_time()
        client.get(page.address)
        durations.append(time.perf_counter() - began)
        used.append(time.process_time() - before)
    return Seen(queries=queries, body=body, durations=durations, used=used)


def in_process(page: Page, sessions: Sessions, *, times: int = TIMES) -> dict[str, object]:
    """Return queries, median milliseconds and kilobytes of a page, seen through the whole of Django without a server."""
    found = seen(page, sessions, times=times)
    return {"queries": found.queries, "median_ms": round(median(found.durations) * 1000, 1), "kilobytes": round(len(found.body) / 1024, 1)}


def _checked(page: Page, answer: Any) -> bytes:
    content: bytes = answer.content
    if answer.status_code != 200 or page.marker not in content.decode():
        raise NotReady(f"{page.name}（{page.address}）没有按预期回答：{answer.status_code}，页面里要有「{page.marker}」。")
    return content


def _round(rates: _Rates, site: Site, pages: list[Page], sessions: Sessions, *, seconds: float, connections: int) -> None:
    someone = next(page.who for page in pages if page.who)
    bare = load(site, Page(name="", address="/bench/page/", marker="测量", who=someone), sessions, seconds, connections)
    rates.bare.append(bare[0])
    for page in pages:
        per_s, durations = load(site, page, sessions, seconds, connections)
        rates.per_s.setdefault(page.name, []).append(per_s)
        rates.durations.setdefault(page.name, []).extend(durations)


def load(site: Site, page: Page, sessions: Sessions, seconds: float, connections: int) -> tuple[float, list[float]]:
    """Return pages per second and durations; each connection has a session of its own."""
    line = f"GET {iri_to_uri(page.address)} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    heads = [f"{line}{cookie}\r\n" for cookie in _cookies(page, sessions, connections)]
    result = site.load(seconds=seconds, connections=connections, heads=heads, tails=[], marker=page.marker)
    return result.count / result.seconds, result.durations


def _cookies(page: Page, sessions: Sessions, connections: int) -> list[str]:
    if page.who is None:
        return [""] * connections
    return [f"Cookie: {settings.SESSION_COOKIE_NAME}={key}\r\n" for key in sessions[page.who][:connections]]


def _figure(
    rates: _Rates, inside: dict[str, dict[str, object]], *, rows: int, rounds: int, seconds: float, connections: int
) -> Figure:  # fmt: skip
    by_page = {name: middle(values) for name, values in rates.per_s.items()}
    # Each page as often as any other: the time of a whole tour through them, turned round.
    value, limit = len(by_page) / sum(1 / rate for rate in by_page.values()), middle(rates.bare)
    p50, p95, p99 = shares(one for durations in rates.durations.values() for one in durations)
    detail = {
        name: {
            **inside[name], "per_s": round(rate, 1), "p95_ms": shares(rates.durations[name])[1],
            **({"target_per_s": TARGETS[name]} if name in TARGETS else {}),
        }
        for name, rate in by_page.items()
    }  # fmt: skip
    return Figure(
        name="pages", value=round(value, 1), unit="pages per second", p50_ms=p50, p95_ms=p95, p99_ms=p99, limit=round(limit, 1),
        ratio=round(value / limit, 3), rows=rows, rounds=rounds,
        load=f"{connections} keep-alive connections on loopback, a session each, {rounds} × {seconds:g} s a page, load on the same machine",
        detail={"limit_is": "a page behind the same middleware with six reads by key and 20 KB", "pages": detail},
    )  # fmt: skip
