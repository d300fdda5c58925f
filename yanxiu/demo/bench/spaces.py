"""The pages of a workshop with 500 members, alone and under load, and how they grow when ten times as much is said and kept everywhere.

Once and ten times are two databases of one server, whose pages are looked at in turn: whatever else the machine does slows both alike.
"""

import random
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any, Final, TypedDict

from django.urls import reverse

from yanxiu.access.models import Appointment
from yanxiu.catalogue.models import Resource
from yanxiu.demo.bench import finding, ground, laying, pages, shelves
from yanxiu.demo.bench.cast import opened, signed_in
from yanxiu.demo.bench.figures import Figure, middle, shares
from yanxiu.demo.bench.pages import TARGETS, Page
from yanxiu.demo.bench.similarity import stock
from yanxiu.demo.bench.teachers import org
from yanxiu.demo.teams import ground as region_of
from yanxiu.demo.teams import play
from yanxiu.kit import search, sql
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.orgs.models import Kind
from yanxiu.people.models import Account, AccountState, Person
from yanxiu.records import actions as records
from yanxiu.workshops.models import Membership, MembershipState, Post, Space, SpaceKind

AT_MOST, MOST_QUERIES, MOST_KILOBYTES = 1.2, 10, 60
MEMBERS, TURNS, TIMES, SPACES = 500, 5, 5, 200
POSTS, RESOURCES, THREADS, PARTS, DAYS, SHARES, BRIEFINGS = 5_000, 10_000, 100, 60, 5, 20, 5
"""What there is once: said everywhere, on the shelf, and in the workshop: threads, parts of the longest, days of check-ins …"""
USUAL = 9
"""Parts of the second thread, whatever there is: with its first post the ten that are promised for."""
Costs = dict[str, dict[str, Any]]


class Seen(TypedDict):
    """A page in one turn: its queries and size, and milliseconds of each time, of the clock and of our processor."""

    queries: int
    kilobytes: float
    ms: list[float]
    cpu_ms: list[float]


_THREADS: Final = """
INSERT INTO workshops_post (
    space_id, kind, parent_id, title, source, body, author_id, author_label, by_host, state, created_at, saved_at, published_at, active_at,
    series, number, why_not, hidden_reason, held_for, returned_for, asks_confirmation
)
SELECT %(space)s, %(kind)s::text, NULL, %(kind)s::text || '第' || n || '号', t.text, '<p>' || t.text || '</p>', p.id, '测量', false,
    'published', m, m, m, m, CASE %(kind)s::text WHEN 'briefing' THEN '研修简报' ELSE '' END,
    CASE %(kind)s::text WHEN 'briefing' THEN n END, '', '', '', '', false
FROM generate_series(%(first)s::int, %(last)s::int) n
CROSS JOIN LATERAL (SELECT %(at)s::timestamptz - n * interval '61 seconds' AS m) d
JOIN bench_text t ON t.id = (n * 7919::bigint) %% %(texts)s
JOIN bench_member p ON p.place = (n * 31::bigint) %% %(members)s
"""
_PARTS: Final = """
INSERT INTO workshops_post (
    space_id, kind, parent_id, title, source, body, author_id, author_label, by_host, state, created_at, saved_at, published_at, active_at,
    series, why_not, hidden_reason, held_for, returned_for, asks_confirmation
)
SELECT q.space_id, 'reply', q.id, '', t.text, '<p>' || t.text || '</p>', p.id, '测量', false, 'published', m, m, m, m, '', '', '', '', '',
    false
FROM workshops_post q
CROSS JOIN LATERAL generate_series(1, CASE q.id WHEN %(long)s THEN %(parts)s WHEN %(usual)s THEN %(some)s ELSE 3 END) n
CROSS JOIN LATERAL (SELECT q.published_at + n * interval '7 seconds' AS m) d
JOIN bench_text t ON t.id = (q.id * 13 + n * 7919::bigint) %% %(texts)s
JOIN bench_member p ON p.place = (q.id + n * 31::bigint) %% %(members)s
WHERE q.space_id = %(space)s AND q.kind = 'discussion'
  AND (q.id = %(long)s OR NOT EXISTS (SELECT FROM workshops_post b WHERE b.parent_id = q.id))
"""
_WORDS: Final = """
INSERT INTO workshops_postwords (post_id, space_id, published_at, words, dictionary)
SELECT q.id, q.space_id, q.published_at, t.words, %(dictionary)s FROM workshops_post q JOIN bench_text t ON t.text = q.source
WHERE q.space_id = %(space)s ON CONFLICT DO NOTHING
"""
_READ: Final = """
INSERT INTO workshops_read (post_id, person_id, read_at)
SELECT q.id, p.id, q.published_at FROM workshops_post q CROSS JOIN bench_member p
WHERE q.space_id = %(space)s AND q.kind = 'briefing' AND (p.place + q.number) %% 5 > 0 ON CONFLICT DO NOTHING
"""
_CAME: Final = """
INSERT INTO workshops_checkin (workshop_id, person_id, "on", at)
SELECT %(space)s, p.id, (%(at)s::timestamptz - n * interval '1 day')::date, %(at)s::timestamptz - n * interval '1 day'
FROM generate_series(1, %(days)s) n CROSS JOIN bench_member p WHERE (p.place + n) %% 3 > 0 ON CONFLICT DO NOTHING
"""
_SHARED: Final = """
INSERT INTO workshops_share (post_id, resource_id, pushed_at, must_read)
SELECT q.id, (%(resources)s::bigint[])[q.id %% %(count)s + 1], q.published_at, false FROM workshops_post q
WHERE q.space_id = %(space)s AND q.kind = 'share' ON CONFLICT DO NOTHING
"""
_OPENED: Final = """
INSERT INTO workshops_sharereceipt (share_id, person_id, opened_at)
SELECT s.post_id, p.id, s.pushed_at FROM workshops_share s CROSS JOIN bench_member p WHERE (p.place + s.post_id) %% 4 = 0
ON CONFLICT DO NOTHING
"""


def measure(*, rounds: int, seconds: float, connections: int, say: Callable[[str], None]) -> Figure:
    """Measure in a throw-away installation, with as much as there is once and ten times; under load with ten times. Raises NotReady."""
    turns: dict[str, list[dict[str, Seen]]] = {"few": [], "many": []}
    with ground.installation() as environment:
        ground.python(environment, "config.cli", "collectstatic", "--noinput", "--verbosity", "0")
        ground.inside(environment, "spaces-lay", 1, as_owner=True)
        places = {"few": ground.copied(environment, "few"), "many": environment}
        ground.inside(environment, "spaces-lay", 10, as_owner=True)
        for one in places.values():
            ground.inside(one, "vacuum", as_owner=True)  # as PostgreSQL does by itself within a minute of such a change
        for number in range(TURNS):
            for name, one in places.items():
                turns[name].append(ground.inside(one, "spaces-costs", TIMES, as_owner=True))
            say(f"第 {number + 1} 轮，共 {TURNS} 轮")
        seen = {name: merged(found) for name, found in turns.items()}
        world = ground.inside(environment, "spaces-world", connections, as_owner=True)
        with ground.site(environment) as site:
            _load(site, world, seen["many"], rounds=rounds, seconds=seconds, connections=connections)
    return figure(seen, rounds=rounds, connections=connections)


def merged(turns: list[dict[str, Seen]]) -> Costs:
    """Return the costs of all turns: of each turn the median, of these the middle one."""
    return {
        name: {
            "queries": max(turn[name]["queries"] for turn in turns), "kilobytes": max(turn[name]["kilobytes"] for turn in turns),
            "median_ms": round(middle([median(turn[name]["ms"]) for turn in turns]), 1),
            "cpu_ms": round(middle([median(turn[name]["cpu_ms"]) for turn in turns]), 1),
        }
        for name in turns[0]
    }  # fmt: skip


def _load(site: ground.Site, world: dict[str, Any], costs: Costs, *, rounds: int, seconds: float, connections: int) -> None:
    """Add to the costs how many of each page come a second."""
    who = (int(world["who"][0]), int(world["who"][1]))
    shown = [Page(**one, who=who) for one in world["pages"]]
    rates: dict[str, list[float]] = {page.name: [] for page in shown}
    durations: dict[str, list[float]] = {page.name: [] for page in shown}
    for number in range(rounds + 1):
        for page in shown:
            per_s, times = pages.load(site, page, {who: world["keys"]}, seconds if number else min(0.5, seconds), connections)
            if number:  # the first one reads plans and templates
                rates[page.name].append(per_s)
                durations[page.name] += times
    for name, found in rates.items():
        costs[name] |= {"per_s": round(middle(found), 1), "p95_ms": shares(durations[name])[1]}


def figure(seen: dict[str, Costs], *, rounds: int, connections: int) -> Figure:
    """Return how much slower the page is that grows most, beside what is promised; each page stands in the detail."""
    before, after = seen["few"], seen["many"]
    table = {
        name: {
            "queries": one["queries"], "more_queries": one["queries"] - before[name]["queries"], "kilobytes": one["kilobytes"],
            "few_ms": before[name]["median_ms"], "many_ms": one["median_ms"],
            "few_cpu_ms": before[name]["cpu_ms"], "cpu_ms": one["cpu_ms"],
            "growth": round(one["median_ms"] / before[name]["median_ms"], 2),
            **{key: one[key] for key in ("per_s", "p95_ms") if key in one},
            **({"target_per_s": TARGETS[name]} if name in TARGETS else {}),
        }
        for name, one in after.items()
    }  # fmt: skip
    worst = max(row["growth"] for row in table.values())
    slow = sorted(row["many_ms"] for row in table.values())
    is_kept = worst <= AT_MOST and all(
        row["queries"] <= MOST_QUERIES and row["kilobytes"] <= MOST_KILOBYTES and row.get("per_s", 0) >= row.get("target_per_s", 0)
        for row in table.values()
    )
    return Figure(
        name="spaces", value=worst, unit="times the time, of the page that grows most, at ten times the data", p50_ms=slow[len(slow) // 2],
        p95_ms=slow[-1], p99_ms=slow[-1], limit=AT_MOST, ratio=round(worst / AT_MOST, 3), rows=MEMBERS, rounds=rounds,
        load=f"each page {TURNS} × {TIMES} times in one process, few and many in turn; then {connections} connections, a session each",
        detail={"limit_is": "what is promised", "is_kept": is_kept, "pages": table},
    )  # fmt: skip


def lay(times: int) -> None:
    """Bring the data to so many times what there is once."""
    space = _found() or _workshop()
    before = Post.objects.filter(space=space, title__startswith="discussion").count() // THREADS
    _fill(space, before, times)


def costs(times: int) -> dict[str, Seen]:
    """Return what each page costs its host, seen so many times."""
    shown = _pages()
    with signed_in([page.who for page in shown if page.who], each=1, at=now()) as sessions:
        seen = {page.name: pages.seen(page, sessions, times=times) for page in shown}
    return {
        name: {
            "queries": one.queries, "kilobytes": round(len(one.body) / 1024, 1), "ms": [took * 1000 for took in one.durations],
            "cpu_ms": [took * 1000 for took in one.used],
        }
        for name, one in seen.items()
    }  # fmt: skip


def world(connections: int) -> dict[str, Any]:
    """Return the pages, who looks at them, and as many sessions as there are connections."""
    shown = _pages()
    who = shown[0].who
    assert who is not None  # noqa: S101 - all of them are a host's
    keys = [str(one.session_key) for one in opened([who], each=connections, at=now())[who]]
    return {"who": who, "keys": keys, "pages": [{"name": page.name, "address": page.address, "marker": page.marker} for page in shown]}


def _found() -> Space | None:
    return Space.objects.filter(parent__isnull=True, kind="subject_workshop").order_by("pk").first()


def _workshop() -> Space:
    """A workshop of the province in the plan's tree with hosts and all its members, and other spaces around."""
    records.ensure_partitions([*play.moments(), now()])
    records.store_metrics(by=SYSTEM, at=region_of.OPENED)
    region = region_of.lay(teams=2, members=20, chance=random.Random(1))  # noqa: S311 - repeatable, nothing secret
    one = region.workshops[0]
    host = one.hosts[0].person_id
    Account.objects.filter(person=host).update(state=AccountState.ACTIVE, security_stamp="bench", activated_at=now())
    schools = [org(f"测量第{number + 1}学校", Kind.SCHOOL, region.counties[number % 2]) for number in range(20)]
    missing = MEMBERS - Membership.objects.filter(workshop=one.space, state=MembershipState.MEMBER).count()
    people = Person.objects.bulk_create(
        Person(
            name=f"测量{number:03}", sort_key=f"cl{number:03}", initials="cl", unit=schools[number % 20],
            unit_path=schools[number % 20].path, created_at=finding.AT,
        )
        for number in range(missing)
    )  # fmt: skip
    at = region_of.BEGINS
    Membership.objects.bulk_create(
        Membership(
            workshop=one.space, space=one.space, person=person, state=MembershipState.MEMBER, requested_at=at, decided_at=at, joined_at=at
        )
        for person in people
    )
    Space.objects.filter(pk=one.space.pk).update(member_count=MEMBERS)
    Space.objects.bulk_create(
        Space(org=region.counties[number % 2], kind=SpaceKind.TOPIC_WORKSHOP, title=f"测量坊{number}", opened_at=finding.AT)
        for number in range(SPACES)
    )  # where the rest is said
    return one.space


def _fill(space: Space, before: int, times: int) -> None:
    """Lay what is missing. The longest thread is the newest in the list."""
    more = times - before
    laying.texts(finding.TEXTS, title=True)
    finding.say(POSTS * more)
    shelves.fill(space.org, space.org.parent or space.org, RESOURCES * more, owners=MEMBERS)
    members = list(Membership.objects.filter(workshop=space).order_by("pk").values_list("person", flat=True))
    laying.numbered("bench_member", members)
    resources = list(Resource.objects.order_by("pk").values_list("pk", flat=True)[:100])
    facts = {
        "space": space.pk, "at": finding.AT + timedelta(days=1), "texts": finding.TEXTS, "members": len(members),
        "days": DAYS * times, "parts": PARTS * more, "some": USUAL, "resources": resources, "count": len(resources),
        "dictionary": search.DICTIONARY,
    }  # fmt: skip
    with laying.in_bulk(*(f"workshops_{name}" for name in ("post", "postwords", "read", "checkin", "share", "sharereceipt"))):
        for kind, count in {"discussion": THREADS, "question": SHARES, "briefing": BRIEFINGS, "share": SHARES}.items():
            sql.run(_THREADS, {**facts, "kind": kind, "first": count * before + 1, "last": count * times})
        facts |= {"long": _thread(space, 1).pk, "usual": _thread(space, 2).pk}
        for statement in (_PARTS, _WORDS, _READ, _CAME, _SHARED, _OPENED):
            sql.run(statement, facts)
    sql.run("ANALYZE")  # within a minute of such a change PostgreSQL does it by itself: what was counted before it misleads the plans


def _thread(space: Space, number: int) -> Post:
    return Post.objects.get(space=space, title=f"discussion第{number}号")


def _pages() -> list[Page]:
    space = _found()
    assert space is not None  # noqa: S101 - laid before
    hat = Appointment.objects.filter(role="host", space_id=space.pk, revoked_at__isnull=True).order_by("pk")[0]
    who, about = (hat.person_id, hat.pk), [space.pk]
    thread, usual = _thread(space, 1), _thread(space, 2)
    long, parts = reverse("workshops:thread", args=[thread.pk]), Post.objects.filter(parent=thread).count()
    words = f"{stock.LESSONS[0]} {stock.OBJECTS[0]}"
    shelf = reverse("catalogue:library")
    addresses = {
        "discussions": (reverse("workshops:discussions", args=about), thread.title),
        "discussion": (reverse("workshops:thread", args=[usual.pk]), usual.title),
        "a long discussion": (long, thread.title),
        "its last page": (f"{long}?page={(parts - 1) // 20 + 1}", thread.title),
        "members": (reverse("workshops:members", args=about), "测量"),
        "members by unit": (f"{reverse('workshops:members', args=about)}?sort=unit", "测量"),
        "desk": (reverse("workshops:desk", args=about), space.title),
        "workshop": (reverse("workshops:space", args=about), space.title),
        "questions": (reverse("workshops:questions", args=about), "question"),
        "resources": (reverse("workshops:shares", args=about), space.title),
        "library": (shelf, "教学设计"),
        "library, words": (f"{shelf}?text={words}", "教学设计"),
        "posts found": (f"{reverse('workshops:find')}?q={laying.RARE}", laying.RARE),
        "feed": (reverse("workshops:space_feed", args=about), space.title),
    }
    return [Page(name=name, address=address, marker=marker, who=who) for name, (address, marker) in addresses.items()]
