"""Run a plan against facts and say, for each participant, what she reached and what it gives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from yanxiu.credits import settlement
from yanxiu.credits.models import Entry
from yanxiu.credits.rehearsal.entry import Door
from yanxiu.credits.rehearsal.facts import Fact, PersonFact, RecordFact, SetFact
from yanxiu.credits.rehearsal.shadow import shadowed
from yanxiu.credits.rehearsal.world import World, build
from yanxiu.evaluation import actions as evaluation
from yanxiu.evaluation import results, standing
from yanxiu.evaluation.standing import Standing, plain
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Invalid
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, EnrolmentState
from yanxiu.programmes.plan import deadlines, outcomes
from yanxiu.programmes.plan.requirements import requirements
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.specs import PassRule
from yanxiu.records.actions import Entry as RecordEntry
from yanxiu.records.actions import record_all

Output = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class StatedEvent:
    """An event as a fact names it; the same verb and object type that the product records."""

    verb: str
    object_type: str


# What people hand in counts once it is accepted; a rehearsal accepts what passes the plan's checks.
_ACCEPTED = {("submitted", "material"): "accepted"}


def rehearse(
    *, plan: Plan, source: str, parameters: Mapping[str, int], facts: Sequence[tuple[int, Fact]], as_of: datetime | None = None
) -> list[Output]:
    """Evaluate the stated people; nothing is stored. One object a participant: requirements, result, credits, certificate, refused.

    `as_of` is the moment judged (default: after the last fact). Raises Invalid naming the line of an unknown person, PlanRefused.
    Cost: about 0.5 s for the shadow tables, then set-based.
    """
    people = [fact for _, fact in facts if isinstance(fact, PersonFact)]
    done = sorted(((number, fact) for number, fact in facts if isinstance(fact, RecordFact)), key=lambda pair: (pair[1].at, pair[0]))
    moment = as_of or max((fact.at for _, fact in done), default=datetime(2000, 1, 1, tzinfo=UTC))
    with shadowed():
        world = build(plan=plan, source=source, parameters=parameters, people=people, at=min((f.at for _, f in done), default=moment))
        for _, fact in facts:
            if isinstance(fact, SetFact):
                evaluation.set_coverage(
                    programme=world.programme, over=fact.set, space_id=world.space_id(fact.space),
                    members=tuple(str(world.space_id(member)) for member in fact.members), by=SYSTEM, at=moment,
                )  # fmt: skip
        refused = _enter(world, done)
        # Facts of the last moment count: the moment judged is exclusive.
        settlement.settle_batch(version=world.version, persons=None, as_of=_after(moment), by=SYSTEM, at=moment)
        return _outputs(world, at=moment, refused=refused)


def _after(moment: datetime) -> datetime:
    return moment + timedelta(microseconds=1)


def _enter(world: World, facts: Iterable[tuple[int, RecordFact]]) -> dict[str, list[Output]]:
    """Record what passes the checks; return what was refused, by person, with line and reason."""
    door = Door(world=world)
    refused: dict[str, list[Output]] = {}
    for number, fact in facts:
        person = fact.person or fact.actor
        for name in (fact.actor, person):
            if name not in world.person_ids:
                raise Invalid(f"第 {number} 行：没有编号为 {name} 的人。请先写一行说明这个人。")
        reason = door.refusal(fact)
        if reason:
            refused.setdefault(person, []).append({"line": number, "object": fact.object.id, "reason": reason})
        else:
            _write(world, fact, person)
    return refused


def _write(world: World, fact: RecordFact, person: str) -> None:
    by = Actor(person_id=world.person_ids[fact.actor], label=world.persons[fact.actor].name, is_system=False)
    if (fact.verb, fact.object.type) == ("graded", "assessment"):
        _judge(world, fact, person)
        return
    if (fact.verb, fact.object.type) == ("waived", "requirement"):
        enrolment = Enrolment.objects.get(programme=world.programme, person_id=world.person_ids[person])
        evaluation.waive(enrolment=enrolment, key=fact.object.id, reason=fact.reason or "—", by=SYSTEM, at=fact.at)
        return
    if (fact.verb, fact.object.type) == ("applied", "withdrawal"):
        Enrolment.objects.filter(programme=world.programme, person_id=world.person_ids[person]).update(
            state=EnrolmentState.LEFT, left_at=fact.at
        )
    thing = fact.object
    # A guided space is counted by the space it is about, everything else by its block or kind.
    kind = str(world.space_id(thing.id)) if (fact.verb, thing.type) == ("guided", "space") else thing.block or thing.kind
    entry = RecordEntry(
        event=StatedEvent(verb=_ACCEPTED.get((fact.verb, thing.type), fact.verb), object_type=thing.type),
        object_id=thing.id,
        object_label=thing.label,
        person_id=world.person_ids[person],
        programme_id=world.programme.pk,
        space_id=world.space_id(fact.space) or None,
        kind=kind,
        measure=thing.hours if thing.hours is not None else thing.score,
    )
    record_all([entry], by=by, at=fact.at)


def _judge(world: World, fact: RecordFact, person: str) -> None:
    """A stated grade or score, about one role of the person: the plan's requirement decides whether it passes."""
    roles = world.persons[person].roles
    for spec in requirements(world.plan, world.version.parameters):
        if spec.id != fact.object.id or spec.subject_role not in roles or spec.kind not in {"score", "decision"}:
            continue
        score = fact.object.score
        passed = fact.object.passed
        if passed is None:
            passed = (
                (score is not None and score >= spec.target)
                if spec.kind == "score"
                else (not spec.kinds or fact.object.grade in spec.kinds)
            )
        evaluation.judge(
            programme=world.programme, key=spec.key, person=Person.objects.get(pk=world.person_ids[person]), passed=passed, score=score,
            grade=fact.object.grade, by=SYSTEM, at=fact.at,
        )  # fmt: skip


def _outputs(world: World, *, at: datetime, refused: Mapping[str, list[Output]]) -> list[Output]:
    rows: dict[int, list[Standing]] = {}
    for one in standing.of(versions=[world.version.pk], at=at):
        rows.setdefault(one.person_id, []).append(one)
    specs = requirements(world.plan, world.version.parameters)
    rules = outcomes.pass_rules(world.plan, specs)
    passed: dict[int, dict[str, bool]] = {}
    for rule in rules:
        for result in results.of_rule(rule, versions=[world.version.pk], at=at):
            passed.setdefault(result.person_id, {})[f"{rule.id}.{rule.subject_role}"] = result.passed
    due = {item.id: deadlines.submission_times(world.plan, item, world.version.parameters) for item in world.plan.submit}
    return [
        {
            "person": name,
            "name": fact.name,
            "in_denominator": Enrolment.objects.filter(person_id=world.person_ids[name], state=EnrolmentState.ACTIVE).exists(),
            "requirements": [_requirement(one, due) for one in rows.get(world.person_ids[name], [])],
            "result": _grades(rules, fact.roles, passed.get(world.person_ids[name], {}), rows.get(world.person_ids[name], [])),
            "credits": _credits(world.person_ids[name]),
            "certificate": _certificate(world, passed.get(world.person_ids[name], {}), rows.get(world.person_ids[name], [])),
            "fees": _fees(world, fact),
            "refused": refused.get(name, []),
        }
        for name, fact in world.persons.items()
    ]


def _requirement(one: Standing, due: Mapping[str, tuple[datetime, ...]]) -> Output:
    times = due.get(one.key.split(".")[0], ()) if one.kind == "slots" else ()
    return {
        "key": one.key,
        "role": one.role,
        "label": one.label,
        "value": plain(one.value),
        "target": plain(one.target),
        "unit": one.unit,
        "status": one.status,
        "soft": one.soft,
        "clause": one.clause,
        "why": one.why,
        **({"due": [moment.isoformat() for moment in times]} if times else {}),
    }


def _grades(rules: Sequence[PassRule], roles: tuple[str, ...], passed: Mapping[str, bool], rows: Sequence[Standing]) -> dict[str, Output]:
    grades = {row.key.split(".")[0]: row.grade for row in rows if row.grade}
    found = {}
    for rule in rules:
        key = f"{rule.id}.{rule.subject_role}"
        if rule.subject_role in roles and key in passed:
            found[key if len(roles) > 1 else rule.id] = {
                "passed": passed[key],
                "grade": grades.get(rule.id, "合格" if passed[key] else "不合格"),
            }
    return found


def _credits(person_id: int) -> list[Output]:
    sums: dict[tuple[str, str, str, int], Decimal] = {}
    reasons: dict[tuple[str, str, str, int], list[str]] = {}
    for entry in Entry.objects.filter(person_id=person_id).order_by("number"):
        key = (entry.unit, entry.credit_class, entry.account, entry.year)
        sums[key] = sums.get(key, Decimal(0)) + entry.amount
        if entry.reason not in reasons.setdefault(key, []):
            reasons[key].append(entry.reason)
    return [
        {"kind": unit, "class": credit_class, "state": account, "year": year, "amount": plain(amount), "reason": "；".join(reasons[key])}
        for key, amount in sums.items()
        for unit, credit_class, account, year in [key]
        if amount
    ]


def _certificate(world: World, passed: Mapping[str, bool], rows: Sequence[Standing]) -> Output:
    papers = outcomes.certificates(world.plan)
    if not papers:
        return {"granted": False, "why": "方案没有证书"}
    grades = {row.key.split(".")[0]: row.grade for row in rows if row.grade}
    for paper in papers:
        named = [ok for key, ok in passed.items() if key.split(".")[0] == paper.condition]
        if any(named) and (paper.grade is None or grades.get(paper.condition) == paper.grade):
            return {"granted": True, "label": paper.label, "why": ""}
    missing = [row.label for row in rows if row.assessed and not row.soft and not row.is_settled]
    return {"granted": False, "why": "还没有达到发证条件" + (f"：{'、'.join(missing)}" if missing else "")}


def _fees(world: World, fact: PersonFact) -> list[Output]:
    mine: list[Output] = []
    for fee in outcomes.fees(world.plan):
        if fee.who == {"in": "plan_in", "out": "plan_out"}.get(fact.plan or "", "") or (fee.who == "learner" and "learner" in fact.roles):
            hours = fact.card_hours if fact.card_hours is not None else fee.year_hours
            amount = fee.amount if fee.per == "person" else fee.amount * (hours or 0)
            mine.append(
                {"id": fee.id, "amount": plain(amount), "unit": "元", "hours": plain(hours) if fee.per == "hour" and hours else None}
            )
    return mine
