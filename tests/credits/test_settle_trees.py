"""Rules of several ways (any, at least, nested), items, pieces, shares and waivers: whatever happens in whatever order, settled or not
between, the ledger says what the records give, and a second settlement adds nothing.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from tests.credits.test_corrections import AT, LATER, World
from yanxiu.credits import verification
from yanxiu.evaluation import actions as evaluation
from yanxiu.evaluation.models import Waiver
from yanxiu.fieldwork.events import FieldEvent
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.learning.events import StudyEvent
from yanxiu.programmes.models import Enrolment
from yanxiu.records import actions as records
from yanxiu.records.actions import Entry as Study

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # publishes a whole programme for each example

PLAN = """\
programme: {id: trees, title: 多种途径, level: county, owner: 某县教育局, year: 2026}
audience:
  - {id: all, stages: [高中]}
phases:
  - {id: study, label: 研修, from: 2026-11-01, to: 2027-06-30, for: [learner], do: [learn]}
learn:
  - {id: law, label: 法律法规, kind: compulsory, window: study, hours: 4}
  - {id: skills, label: 教学技能, kind: compulsory, window: study, hours: 4}
  - {id: cases, label: 观评课, kind: compulsory, window: study, assign: random_per_learner, items: {what: lesson_cases, count: 2, hours_each: 2}}
duties:
  learner:
    - {id: practice, metric: practice.offline, min: 2, per: person, in: study}
submit:
  - {id: papers, label: 材料, by: learner, due: 2027-05-30, pieces: [{id: plan, label: 教案}, {id: view, label: 反思}]}
assess:
  - {kind: rule, id: gate, of: [learner], label: 门槛, pass: {all: [law, {any: [skills, cases]}]}}
  - {kind: rule, id: two, of: [learner], label: 三项之二, pass: {at_least: 2, of: [law, cases, papers]}}
  - {kind: rule, id: nested, of: [learner], label: 任一途径, pass: {any: [{all: [skills, practice]}, {at_least: 1, of: [papers, cases]}]}}
credit:
  unit: hour
  cutoff: "12-31"
  awards:
    - {id: courses, rule: per_course, to: [learner], blocks: [law, cases], register_only_if: gate}
    - {id: whole, rule: per_block, to: [learner], blocks: [skills, cases]}
    - {id: two, rule: on_pass, to: [learner], if: two, amount: 10}
    - {id: nested, rule: on_pass, to: [learner], if: nested, amount: 3}
"""
THINGS = {  # what may be done: the event, its kind, and the hours
    "l1": (StudyEvent.COURSE_COMPLETED, "law", 2), "l2": (StudyEvent.COURSE_COMPLETED, "law", 2), "s1": (StudyEvent.COURSE_COMPLETED, "skills", 2),
    "s2": (StudyEvent.COURSE_COMPLETED, "skills", 3), "c1": (StudyEvent.CASE_COMPLETED, "cases", 2), "c2": (StudyEvent.CASE_COMPLETED, "cases", 2),
    "p1": (FieldEvent.PRACTICED, "", None), "p2": (FieldEvent.PRACTICED, "", None), "d1": (FieldEvent.MATERIAL_ACCEPTED, "papers.plan", None),
    "d2": (FieldEvent.MATERIAL_ACCEPTED, "papers.plan", None), "d3": (FieldEvent.MATERIAL_ACCEPTED, "papers.view", None),
}  # fmt: skip
WAIVED = ("law", "skills", "cases", "papers", "practice")


class Forest(World):
    """A learner of that plan; a second record of a thing replaces none that counts."""

    def __init__(self) -> None:
        super().__init__(PLAN)
        self.counting: dict[str, int] = {}
        self.moments = {}
        self.waived: dict[str, Waiver] = {}

    def do(self, name: str, at) -> None:
        if name in self.counting:
            return
        event, kind, hours = THINGS[name]
        self._write(name, event, kind, hours, at, {}, None)

    def _write(self, name, event, kind, hours, at, data, key) -> None:
        entry = Study(
            event=event, object_id=name, object_label=name, person_id=self.person.pk, measure=None if hours is None else Decimal(hours),
            programme_id=self.programme.pk, kind=kind, unit_path=self.person.unit_path, data=data, key=key,
        )  # fmt: skip
        self.counting[name] = records.record_all([entry], by=Actor(person_id=self.person.pk, label="周敏"), at=at)[0]
        self.moments[self.counting[name]] = at

    def take(self, name: str) -> None:
        if name in self.counting:
            records.void(record_id=self.counting[name], reason="核查决定", by=SYSTEM, at=AT)
            self.moments[name] = self.counting.pop(name)

    def give_back(self, name: str) -> None:
        old = self.moments.get(name)
        if old and name not in self.counting:
            event, kind, hours = THINGS[name]
            self._write(name, event, kind, hours, self.moments[old], {"restores": old}, f"restored:{old}")
            del self.moments[name]

    def free(self, key: str) -> None:
        if key not in self.waived:
            enrolment = Enrolment.objects.get(programme=self.programme, person=self.person)
            self.waived[key] = evaluation.waive(enrolment=enrolment, key=key, reason="长期病假", by=SYSTEM, at=AT)

    def ask_again(self, key: str) -> None:
        if key in self.waived:
            evaluation.unwaive(waiver=self.waived.pop(key), by=SYSTEM, at=AT)

    def expected(self) -> dict[str, Decimal]:
        """What the records come to, reckoned anew in a few lines."""
        hours = {block: sum(THINGS[name][2] for name in self.counting if THINGS[name][1] == block) for block in ("law", "skills", "cases")}
        kinds = {THINGS[name][1] for name in self.counting if name.startswith("d")}
        held = {"law": hours["law"] >= 4, "skills": hours["skills"] >= 4, "cases": hours["cases"] >= 4, "papers": len(kinds) == 2}
        held["practice"] = {"p1", "p2"} <= self.counting.keys()
        met = {key: is_held or key in self.waived for key, is_held in held.items()}
        gate = met["law"] and (met["skills"] or met["cases"])
        amounts = {
            "courses": hours["law"] + hours["cases"],
            "whole": (hours["skills"] if held["skills"] else 0) + (hours["cases"] if held["cases"] else 0),
            "two": 10 if met["law"] + met["cases"] + met["papers"] >= 2 else 0,
            "nested": 3 if (met["skills"] and met["practice"]) or met["papers"] or met["cases"] else 0,
        }
        registered = sum(amounts.values()) - (0 if gate else amounts["courses"])
        return {award: Decimal(amount) for award, amount in amounts.items() if amount} | {"registered": Decimal(registered)}


VERBS = some.lists(
    some.one_of(
        some.tuples(some.sampled_from(["do", "late", "take", "give_back"]), some.sampled_from(sorted(THINGS))),
        some.tuples(some.just("settle"), some.just("")),
        some.tuples(some.sampled_from(["free", "ask_again"]), some.sampled_from(WAIVED)),
    ),
    max_size=25,
)
EARLY = some.sets(some.sampled_from(sorted(THINGS)))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(early=EARLY, verbs=VERBS)
@example(early={"l1", "l2", "d1", "d3", "p1", "p2"}, verbs=[("settle", ""), ("take", "d1"), ("late", "s2"), ("settle", ""), ("do", "d2")])
def test_whatever_happens_the_ledger_says_what_the_records_give(db, early, verbs):
    world = Forest()
    for number, name in enumerate(sorted(early)):
        world.do(name, AT + timedelta(minutes=number))
    for number, (verb, name) in enumerate(verbs, start=1):
        if verb == "settle":
            world.settle()
        elif verb in {"do", "late"}:
            world.do(name, (LATER if verb == "late" else AT) + timedelta(hours=number))
        else:
            getattr(world, verb)(name)

    world.settle()

    assert world.sums() == world.expected()
    assert world.differences() == []
    assert world.settle() == 0
    assert verification.faults() == []
