"""How the pages of study grow: queries and time of each with few participants and with many, looked at in turn.

Few and many are two databases of one server, so that whatever else the machine does meanwhile slows both alike.
"""

from collections.abc import Callable
from statistics import median
from typing import TypedDict

from django.urls import reverse

from yanxiu.access import actions as access
from yanxiu.access.models import Appointment
from yanxiu.demo.bench import ground, pages, teachers
from yanxiu.demo.bench.cast import signed_in
from yanxiu.demo.bench.figures import Figure, middle
from yanxiu.demo.bench.pages import Page
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.learning import actions
from yanxiu.learning.models import CaseDraw
from yanxiu.programmes.models import Enrolment

AT_MOST = 1.2
TURNS = 5
Costs = dict[str, dict[str, object]]


class Seen(TypedDict):
    """A page in one turn: its queries, and milliseconds of each time."""

    queries: int
    ms: list[float]


def measure(*, few: int, many: int, times: int, say: Callable[[str], None]) -> Figure:
    """Measure the pages in a throw-away installation with `few` and with `many` participants. Raises NotReady."""
    seen: dict[str, list[dict[str, Seen]]] = {"few": [], "many": []}
    with ground.installation() as environment:
        ground.python(environment, "config.cli", "collectstatic", "--noinput", "--verbosity", "0")
        say(f"空的安装已就绪，先造 {few} 名教师，另一个库里添到 {many} 名")
        ground.inside(environment, "growth-lay", few, as_owner=True)
        places = {"few": ground.copied(environment, "few"), "many": environment}
        ground.inside(environment, "growth-lay", many, as_owner=True)
        for one in places.values():
            ground.inside(one, "vacuum", as_owner=True)  # as PostgreSQL does by itself within a minute of such a change
        for number in range(TURNS):
            for name, one in places.items():
                seen[name].append(ground.inside(one, "growth-costs", -(-times // TURNS), as_owner=True))
            say(f"第 {number + 1} 轮，共 {TURNS} 轮")
    return figure({name: merged(turns) for name, turns in seen.items()}, few=few, many=many, times=times)


def merged(turns: list[dict[str, Seen]]) -> Costs:
    """Return the costs of all turns: of each turn the median, of these the middle one."""
    return {
        name: {
            "queries": max(turn[name]["queries"] for turn in turns),
            "median_ms": round(middle([median(turn[name]["ms"]) for turn in turns]), 2),
        }
        for name in turns[0]
    }


def figure(seen: dict[str, Costs], *, few: int, many: int, times: int) -> Figure:
    """Return the worst growth beside the promised one; each page stands in the detail."""
    before, after = seen["few"], seen["many"]
    table = {
        name: {
            "queries": after[name]["queries"], "more_queries": _number(after, name, "queries") - _number(before, name, "queries"),
            "few_ms": before[name]["median_ms"], "many_ms": after[name]["median_ms"],
            "growth": round(_number(after, name, "median_ms") / _number(before, name, "median_ms"), 2),
        }
        for name in before
    }  # fmt: skip
    worst = max(float(str(row["growth"])) for row in table.values())
    slowest = sorted(_number(after, name, "median_ms") for name in after)
    return Figure(
        name="growth", value=worst, unit=f"times the time at {few}, of the page that grows most", p50_ms=slowest[len(slowest) // 2],
        p95_ms=slowest[-1], p99_ms=slowest[-1], limit=AT_MOST, ratio=round(worst / AT_MOST, 3), rows=many, rounds=times,
        load=f"each page {times} times in one process; {few} and {many} participants",
        detail={"limit_is": "what is promised", "is_kept": worst <= AT_MOST, "pages": table},
    )  # fmt: skip


def lay(people: int) -> None:
    """Bring the participants to so many, each with lesson cases; the ground is prepared at the first time."""
    place = teachers.found() or teachers.prepare()
    teachers.enrol(place, people)
    actions.draw_cases(programme=place.programme, by=SYSTEM, at=now())
    sql.run("ANALYZE")


def costs(times: int) -> dict[str, Seen]:
    """Return queries and milliseconds of each page, seen so many times."""
    place = teachers.found()
    assert place is not None  # noqa: S101 - laid before
    one, colleague = Enrolment.objects.filter(programme=place.programme).select_related("person", "unit").order_by("pk")[:2]
    held = Appointment.objects.filter(person=colleague.person, revoked_at__isnull=True).first()
    hat = held or access.appoint(person=colleague.person, role="county_admin", org=place.county, by=SYSTEM, at=now())
    shown = _pages(place, one, (one.person_id, None), (colleague.person_id, hat.pk))
    with signed_in([page.who for page in shown if page.who], each=1, at=now()) as sessions:
        seen = {page.name: pages.seen(page, sessions, times=times) for page in shown}
    return {name: {"queries": one.queries, "ms": [took * 1000 for took in one.durations]} for name, one in seen.items()}


def _pages(place: teachers.Ground, one: Enrolment, teacher: tuple[int, int | None], office: tuple[int, int | None]) -> list[Page]:
    """The pages of study, as a teacher and as the office of the county see them."""
    case = CaseDraw.objects.filter(enrolment=one, voided_at__isnull=True).select_related("case").order_by("number")[0].case
    own, about, school = [one.pk], [place.programme.pk], [place.programme.pk, one.unit_id]
    return [
        Page(name="my courses", address=reverse("learning:my_courses"), marker="我的课程", who=teacher),
        Page(name="choose", address=reverse("learning:choose", args=own), marker="选课", who=teacher),
        Page(name="film", address=reverse("learning:step", args=[*own, place.video.pk]), marker=place.video.title, who=teacher),
        Page(
            name="text",
            address=reverse("learning:step", args=[*own, place.text.pk]),
            marker=place.text.title,
            who=teacher,
        ),
        Page(name="lesson case", address=reverse("learning:case", args=[*own, case.pk]), marker=case.title, who=teacher),
        Page(name="library of cases", address=reverse("learning:library"), marker="课例", who=teacher),
        Page(name="own study days", address=reverse("learning:my_sessions"), marker="集中学习", who=teacher),
        Page(name="a school's topics", address=reverse("learning:school_topics", args=school), marker="专题", who=office),
        Page(name="who has not chosen", address=reverse("learning:not_chosen", args=about), marker="选课", who=office),
        Page(name="arrangement", address=reverse("learning:arrangement", args=about), marker=place.programme.title, who=office),
        Page(name="activity reports", address=reverse("learning:reports"), marker="活动报告", who=office),
        Page(name="study days kept", address=reverse("learning:sessions"), marker="集中学习", who=office),
    ]


def _number(costs: Costs, name: str, key: str) -> float:
    return float(str(costs[name][key]))
