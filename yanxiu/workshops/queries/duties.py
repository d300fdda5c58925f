"""The board of duties (任务板): what the plan asks of hosts, per workshop and per host, phase by phase, from tallies (D-25, D-30).

The same sums as the evaluator's, shown while there is time to mend them: a duty of the workshop counts what anybody did in it, a duty of
a person what she did in the programme. Soft duties warn and are never missing (D-23).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from yanxiu.kit import sql
from yanxiu.programmes.plan.metrics import METRICS
from yanxiu.programmes.plan.schema.work import Duty
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.programmes.queries.windows import Span, windows_of
from yanxiu.workshops.models import Space, SpaceKind

ROLES = {SpaceKind.TOPIC_WORKSHOP: "topic_host", SpaceKind.SUB_WORKSHOP: "topic_host", SpaceKind.SUBJECT_WORKSHOP: "subject_host"}
COVERAGE = "guidance.coverage"
_PLAIN = (("briefing.issued", "workshop"), ("discussion", "workshop"), ("join.reviewed", "workshop"), ("qa.answered", "person"),
          ("article.guiding", "person"))  # fmt: skip

# Per metric, kind and slice: what was done here (`here`) and what each host did anywhere in the programme; others together as 0.
_TALLIES = """
SELECT t.metric, t.kind, s.starts_at, s.ends_at, t.space_id = %(space)s AS here,
       CASE WHEN t.person_id = ANY(%(hosts)s) THEN t.person_id ELSE 0 END AS person_id, sum(t.count)::bigint AS n
FROM records_tally t LEFT JOIN records_slice s ON s.programme_id = t.programme_id AND s.number = t.slice
WHERE t.programme_id = %(programme)s AND t.metric = ANY(%(metrics)s) AND (t.space_id = %(space)s OR t.person_id = ANY(%(hosts)s))
GROUP BY 1, 2, 3, 4, 5, 6
"""
# The workshops next below: a duty of coverage is over those of its level.
LOWER = "SELECT id, level, stage FROM workshops_space WHERE parent_id = %(space)s AND kind = 'subject_workshop'"


@dataclass(frozen=True, kw_only=True)
class Lower:
    """A workshop next below one, to be followed from there."""

    id: int
    level: str
    stage: str


@dataclass(frozen=True, kw_only=True)
class Done:
    """How much of a duty one host did; `target` as in the row, None for a duty of the workshop."""

    person_id: int
    count: int
    status: str = ""


@dataclass(frozen=True, kw_only=True)
class DutyRow:
    """One duty in numbers. `target` None = the plan states none; `per` workshop (all hosts together) or person.

    `hosts`: who did how many, for a person's duty all of the team in its order. `phase` is the key of its window. `id` names it in the
    plan, "" for figures that no plan asks for.
    """

    id: str
    label: str
    metric: str
    per: str
    done: int
    target: Decimal | None
    status: str
    is_soft: bool
    is_timely: bool
    phase: str
    starts_at: datetime | None
    due: datetime | None
    clause: str
    hosts: tuple[Done, ...]

    @property
    def missing(self) -> Decimal:
        """How many are still to do."""
        return max(Decimal(0), (self.target or Decimal(0)) - self.done)

    @property
    def is_short(self) -> bool:
        """Whether it is asked for, not met and not soft."""
        return self.target is not None and self.status in ("short", "late") and not self.is_soft

    def of(self, person_id: int | None) -> "DutyRow":
        """Return the row of a person's duty as it stands for one host. No query."""
        own = next((one for one in self.hosts if one.person_id == person_id), None)
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return DutyRow(**{**values, "done": own.count if own else 0, "status": own.status if own else self.status})


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A window that has duties, with how many of them are short."""

    key: str
    label: str
    ends_at: datetime | None
    is_current: bool
    short: int


@dataclass(frozen=True, kw_only=True)
class Board:
    """All duties of a workshop's hosts; a row of a person's duty stands for the host asked about."""

    rows: Sequence[DutyRow]
    phases: Sequence[Phase]

    def of_phase(self, key: str) -> list[DutyRow]:
        """Return the rows of a phase, and those of no phase."""
        return [row for row in self.rows if row.phase in ("", key)]


def board(workshop: Space, *, hosts: Sequence[int], person_id: int | None, at: datetime, lower: Sequence[Lower] | None = None) -> Board:
    """Read the duties of a workshop (not of a sub-workshop) for its team (person ids), as one of them sees it.

    `lower`: the workshops next below, where the caller knows them. Cost: 2 queries, 3 when they are asked for and not given.
    """
    programme = workshop.programme
    version_id = programme.current_id if programme else None
    asked = asked_of(workshop, version_id)
    team = list(dict.fromkeys([*hosts, *([person_id] if person_id else [])]))
    metrics = {duty.metric for duty in asked} or {key for key, _per in _PLAIN}
    facts = {"space": workshop.pk, "programme": workshop.programme_id or 0, "hosts": team, "metrics": sorted(metrics)}
    tallies = sql.rows(_TALLIES, facts)
    if not asked or version_id is None:
        plain = [_row(None, key, per, tallies, team, lower=None, span=None, at=at) for key, per in _PLAIN]
        return Board(rows=[row.of(person_id) if row.per == "person" else row for row in plain], phases=())
    spans = {span.key: span for span in windows_of(version_id)}
    cover = next((duty for duty in asked if duty.metric == COVERAGE), None)
    if lower is None and cover is not None:
        lower = [Lower(**row) for row in sql.rows(LOWER, {"space": workshop.pk})]
    rows = []
    for duty in asked:
        per = "person" if duty.per == "person" else "workshop"
        row = _row(duty, duty.metric, per, tallies, team, lower=lower, span=spans.get(duty.in_ or ""), at=at)
        rows.append(row.of(person_id) if per == "person" else row)
    return Board(rows=rows, phases=_phases(rows, spans, at=at))


def asked_of(workshop: Space, version_id: int | None) -> list[Duty]:
    """Return what the plan asks of the hosts of a workshop of its kind, stage and level. No query when the plan is known."""
    role = ROLES.get(SpaceKind(workshop.kind), "")
    if version_id is None or not role:
        return []
    return [
        duty
        for duty in plan_of(version_id).duties.get(role, ())  # type: ignore[call-overload]  # the roles are a closed list of words
        if (duty.min is not None or duty.timely)
        and duty.assessed
        and workshop.stage not in duty.except_stages
        and (duty.for_level is None or not workshop.level or duty.for_level == workshop.level)
    ]


def _is_inside(span: Span | None, row: Mapping[str, Any]) -> bool:
    """Whether a tally's slice lies in the window; windows are cut at their own boundaries, so it is wholly inside or outside."""
    if span is None or not span.is_dated:
        return True
    starts, ends = row["starts_at"], row["ends_at"]
    return (span.starts_at is None or (starts is not None and starts >= span.starts_at)) and (
        span.ends_at is None or (ends is not None and ends <= span.ends_at)
    )


def _row(
    duty: Duty | None, metric: str, per: str, tallies: Sequence[Mapping[str, Any]], team: Sequence[int], *, lower: Sequence[Lower] | None,
    span: Span | None, at: datetime,
) -> DutyRow:  # fmt: skip
    kinds = duty.kinds if duty else ()
    mine = [row for row in tallies if row["metric"] == metric and (not kinds or row["kind"] in kinds) and _is_inside(span, row)]
    here = [row for row in mine if row["here"]]
    target = Decimal(str(duty.min)) if duty is not None and duty.min is not None else None
    if duty is not None and metric == COVERAGE and lower is not None:
        over = {str(one.id) for one in lower if duty.over in (None, one.level) and one.stage not in duty.except_stages}
        done = len({row["kind"] for row in here if row["n"] > 0} & over)
        target = None if target is None else Decimal(-(-target * len(over) // 1))
    else:
        done = sum(row["n"] for row in here)
    counts = {one: sum(row["n"] for row in (mine if per == "person" else here) if row["person_id"] == one) for one in team}
    hosts = [
        Done(person_id=one, count=count, status=_status(count, target, span, at) if per == "person" else "")
        for one, count in counts.items() if per == "person" or count
    ]  # fmt: skip
    return DutyRow(
        id=duty.id if duty else "", label=_label(duty, metric), metric=metric, per=per, done=done, target=target,
        status=_status(done, target, span, at), is_soft=bool(duty and duty.soft), is_timely=bool(duty and duty.timely),
        phase=span.key if span else "", starts_at=span.starts_at if span else None, due=span.ends_at if span else None,
        clause=(duty.clause if duty else None) or "", hosts=tuple(hosts),
    )  # fmt: skip


def _label(duty: Duty | None, metric: str) -> str:
    return (duty.label if duty else None) or "、".join(duty.kinds if duty else ()) or METRICS[metric].label


def _status(done: int, target: Decimal | None, span: Span | None, at: datetime) -> str:
    if target is None:
        return "open"
    if done >= target:
        return "met"
    state = span.state(at) if span is not None else "open"
    return {"before": "not_due", "closed": "late"}.get(state, "short")


def _phases(rows: Sequence[DutyRow], spans: Mapping[str, Span], *, at: datetime) -> list[Phase]:
    used = [spans[key] for key in dict.fromkeys(row.phase for row in rows if row.phase)]
    running = [span for span in used if span.state(at) == "open" and span.ends_at is not None]
    current = min(running, key=lambda span: span.ends_at or at, default=used[-1] if used else None)
    return [
        Phase(
            key=span.key, label=span.label, ends_at=span.ends_at, is_current=span is current,
            short=sum(row.is_short for row in rows if row.phase == span.key),
        )
        for span in used
    ]  # fmt: skip


def duties_of(workshop: Space) -> list[DutyRow]:
    """Return the duties of a workshop's hosts by id and label only, without figures. No query when the plan is known."""
    asked = asked_of(workshop, workshop.programme.current_id if workshop.programme else None)
    rows = (_row(duty, duty.metric, "", (), (), lower=None, span=None, at=workshop.opened_at) for duty in asked)
    return list({row.id: row for row in rows}.values())
