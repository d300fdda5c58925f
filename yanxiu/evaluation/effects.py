"""What a new plan text would do to the participants of a programme: who would gain and who would lose. Nothing is stored.

The few tables concerned are shadowed by temporary ones of the same name, which PostgreSQL looks for first; every participant stands
in them twice, under the version she is pinned to and under the new text, so that one statement judges both at the same moment.
Stored rows are neither changed nor locked, and the block ends in a rollback.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from yanxiu.evaluation import effect_statements as texts
from yanxiu.evaluation import laying, results
from yanxiu.evaluation.models import Requirement
from yanxiu.evaluation.standing import plain
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict
from yanxiu.programmes.actions import PlanRefused
from yanxiu.programmes.models import PlanVersion, Programme, Window
from yanxiu.programmes.plan import outcomes
from yanxiu.programmes.plan.requirements import requirements
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.queries import plan_of, reading_of
from yanxiu.records.actions import slice_programme
from yanxiu.records.models import Slice

NEW = -1  # the id of the version that is only thought of; stored ids are positive
LISTED = 50


@dataclass(frozen=True, kw_only=True)
class RequirementEffect:
    """One requirement: how many it is due for and how many have met it, before and after; how many are worse or better off."""

    key: str
    label: str
    role: str
    due_before: int
    met_before: int
    due_after: int
    met_after: int
    losing: int
    gaining: int


@dataclass(frozen=True, kw_only=True)
class RuleEffect:
    """One pass rule: how many pass before and after, and how many change sides."""

    rule: str
    role: str
    passed_before: int
    passed_after: int
    lost: int
    gained: int


@dataclass(frozen=True, kw_only=True)
class PersonEffect:
    """A person worse (or better) off, with a sentence for each requirement that changes for her and each result that turns."""

    person_id: int
    name: str
    unit: str
    role: str
    space_id: int
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Effects:
    """The whole comparison. `losing` and `gaining` list the first 50 of `losing_count` and `gaining_count`; one may be in both."""

    participants: int
    requirements: tuple[RequirementEffect, ...]
    results: tuple[RuleEffect, ...]
    losing_count: int
    gaining_count: int
    losing: tuple[PersonEffect, ...]
    gaining: tuple[PersonEffect, ...]


def effects(
    programme: Programme,
    *,
    source: str,
    at: datetime,
    parameters: Mapping[str, int] | None = None,
    launch_dates: Mapping[str, list[str | None]] | None = None,
) -> Effects:
    """Compare every active participant's standing now with what it would be if all were moved to the plan `source`.

    Parameters and launch dates are those of the current version unless given. A requirement that does not apply counts as met;
    soft and merely shown requirements make nobody lose or gain. Raises Conflict while nothing is published, PlanRefused.
    Cost: set-based, about 25 queries whatever the number of people.
    """
    current = programme.current
    if current is None:
        raise Conflict("方案还没有发布，没有参训教师可以比较。请直接发布。")
    parameters = current.parameters if parameters is None else parameters
    launch_dates = current.launch_dates if launch_dates is None else launch_dates
    reading = reading_of(source, parameters, launch_dates)
    if not reading.is_sound or reading.plan is None:
        raise PlanRefused(reading.complaints)
    version = PlanVersion(
        pk=NEW, programme=programme, number=current.number + 1, source=source, parameters=dict(parameters), published_at=at, sha256="-"
    )
    windows = {one.id: (one.starts_at, one.ends_at) for one in reading.windows}
    edges = {moment for one in reading.windows for moment in (one.starts_at, one.ends_at, one.cutoff) if moment is not None}
    with _shadowed(programme):
        _cut(programme, edges, at=at)
        slices = list(Slice.objects.filter(programme_id=programme.pk).order_by("number"))
        older = laying.resliced(list(Requirement.objects.filter(version__programme=programme)), programme_id=programme.pk)
        Requirement.objects.bulk_update(older, ["slices"])
        Requirement.objects.bulk_create(laying.compiled(version, reading.plan, windows=windows, slices=slices))
        return _compared(programme, version, reading.plan, at=at)


@contextmanager
def _shadowed(programme: Programme) -> Iterator[None]:
    """Run a block on copies of the programme's rows; enrolments and roles also stand there as of the version NEW."""
    with transaction.atomic():
        try:
            for statement in texts.SHADOWS:
                sql.run(statement, {"programme": programme.pk, "new": NEW})
            yield
        finally:
            transaction.set_rollback(True)


def _cut(programme: Programme, edges: set[datetime], *, at: datetime) -> None:
    """Cut the programme's time at the new boundaries too, so that old and new windows are sums of slices. Counts again if need be."""
    rows = Window.objects.filter(version__programme=programme, unit__isnull=True).values_list("starts_at", "ends_at", "cutoff_at")
    known = {moment for row in rows for moment in row if moment is not None}
    slice_programme(programme_id=programme.pk, boundaries=sorted(known | edges), by=SYSTEM, at=at)
    sql.run("ANALYZE pg_temp.records_tally")


def _compared(programme: Programme, version: PlanVersion, plan: Plan, *, at: datetime) -> Effects:
    older = sorted({row["version_id"] for row in sql.rows(texts.PINNED, {"new": NEW})})
    sql.run(texts.STAND, {"versions": [*older, NEW], "persons": None, "path": "/", "at": at, "new": NEW})
    sql.run("ANALYZE pg_temp.effects_standing")
    for one in PlanVersion.objects.filter(programme=programme, pk__in=older).order_by("pk"):
        _decide(one, plan_of(one))
    _decide(version, plan)
    sql.run(texts.CHANGES)
    sql.run(texts.TURNS)
    losing_count, losing = _people("losing")
    gaining_count, gaining = _people("gaining")
    return Effects(
        participants=sql.rows(texts.COUNT, {"new": NEW})[0]["n"],
        requirements=tuple(RequirementEffect(**row) for row in sql.rows(texts.BY_REQUIREMENT)),
        results=tuple(RuleEffect(**row) for row in sql.rows(texts.BY_RULE)),
        losing_count=losing_count,
        gaining_count=gaining_count,
        losing=losing,
        gaining=gaining,
    )


def _decide(version: PlanVersion, plan: Plan) -> None:
    for number, rule in enumerate(outcomes.pass_rules(plan, requirements(plan, version.parameters))):
        facts: dict[str, object] = {
            "version": version.pk, "new": NEW, "rule": rule.id, "rule_label": rule.label, "rule_number": number,
        }  # fmt: skip
        body = results.statement(rule, facts)
        sql.run(texts.DECIDE.replace("{body}", body), facts)


def _people(side: str) -> tuple[int, tuple[PersonEffect, ...]]:
    found = sql.rows(texts.SIDES[side], {"limit": LISTED})
    persons = {"persons": [row["person_id"] for row in found]}
    said: dict[tuple[int, str, int], list[str]] = {}
    was_passed = side == "losing"
    for row in sql.rows("SELECT * FROM effects_turn WHERE person_id = ANY(%(persons)s) ORDER BY number, rule", persons):
        if (row["was_passed"], row["is_passed"]) == (was_passed, not was_passed):
            said.setdefault(_subject(row), []).append(f"{row['label']}：{_grade(was_passed)} → {_grade(not was_passed)}")
    for row in sql.rows("SELECT * FROM effects_change WHERE person_id = ANY(%(persons)s) ORDER BY number, key", persons):
        if row[side]:
            said.setdefault(_subject(row), []).append(_change(row))
    people = tuple(
        PersonEffect(
            person_id=row["person_id"], name=row["name"], unit=row["unit"], role=row["role"], space_id=row["space_id"],
            changes=tuple(said.get(_subject(row), ())),
        )
        for row in found
    )  # fmt: skip
    return (int(found[0]["total"]) if found else 0), people


def _subject(row: Mapping[str, Any]) -> tuple[int, str, int]:
    return row["person_id"], row["role"], row["space_id"]


def _grade(passed: bool) -> str:
    return "合格" if passed else "不合格"


def _change(row: Mapping[str, Any]) -> str:
    before = _state(row["was_due"], row["was_settled"], row["lacked"], row["unit"])
    return f"{row['label']}：{before} → {_state(row['is_due'], row['is_settled'], row['lacks'], row['unit'])}"


def _state(is_due: bool, is_settled: bool, lacking: Decimal, unit: str) -> str:
    if not is_due:
        return "不要求"
    if is_settled:
        return "已满足"
    return f"差 {plain(lacking)} {unit}" if lacking else "没有认定"


def words(found: Effects) -> Sequence[str]:
    """Return the comparison as lines of text: results, requirements that change, people."""
    lines = [f"参训 {found.participants} 人：受损 {found.losing_count} 人，受益 {found.gaining_count} 人"]
    lines += [
        f"  {one.rule}（{one.role}）：合格 {one.passed_before} → {one.passed_after} 人，{one.lost} 人转为不合格，{one.gained} 人转为合格"
        for one in found.results
    ]
    lines += [
        f"  {one.label}（{one.role}）：满足 {one.met_before}/{one.due_before} → {one.met_after}/{one.due_after} 人"
        for one in found.requirements
        if one.losing or one.gaining or one.due_before != one.due_after
    ]
    for title, people, count in (("受损", found.losing, found.losing_count), ("受益", found.gaining, found.gaining_count)):
        lines += [f"{title} {count} 人{f'，列出前 {len(people)} 人' if count > len(people) else ''}："] if people else []
        lines += [f"  {one.name}（{one.unit}）　{'；'.join(one.changes)}" for one in people]
    return lines
