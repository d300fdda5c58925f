"""Whatever the order of study, award, decision, appeal and recount: the ledger says what the records give, and exactly that.

One plan with every rule by which hours come: per course behind a gate, whole blocks, and a lump on passing.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from tests.credits import factories as make
from tests.programmes import factories as programmes
from yanxiu.credits import actions, settlement, verification
from yanxiu.credits.models import Entry
from yanxiu.evaluation import actions as evaluation
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.learning.events import StudyEvent
from yanxiu.orgs.models import Kind
from yanxiu.records import actions as records
from yanxiu.records.actions import Entry as Study
from yanxiu.records.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # each publishes a whole programme

PLAN = """\
programme: {id: all, title: 三种计法, level: county, owner: 某县教育局, year: 2026}
audience:
  - {id: all, stages: [高中]}
phases:
  - {id: study, label: 研修, from: 2026-11-01, to: 2027-06-30, for: [learner], do: [learn]}
learn:
  - {id: law, label: 法律法规, kind: compulsory, window: study, hours: 4}
  - {id: skills, label: 教学技能, kind: compulsory, window: study, hours: 4}
assess:
  - {kind: rule, id: learner, of: [learner], label: 年度考核, pass: {all: [law, skills]}}
  - {kind: rule, id: either, of: [learner], label: 单项合格, pass: {any: [law, skills]}}
credit:
  unit: hour
  cutoff: "12-31"
  awards:
    - {id: courses, rule: per_course, to: [learner], blocks: [law], register_only_if: learner}
    - {id: whole, rule: per_block, to: [learner], blocks: [skills]}
    - {id: lump, rule: on_pass, to: [learner], if: learner, amount: 10}
    - {id: one, rule: on_pass, to: [learner], if: either, amount: 1}
"""
AT = datetime(2026, 11, 20, 4, tzinfo=UTC)
LATER = datetime(2027, 3, 1, 4, tzinfo=UTC)


class World:
    """A programme with one learner, her courses (two hours each), and the verbs that may befall them."""

    def __init__(self, source: str = PLAN) -> None:
        county = programmes.org(parent=programmes.org(), kind=Kind.COUNTY)
        school = programmes.org(parent=county)
        self.programme = programmes.running(county, source=source)
        evaluation.lay_down(version=self.programme.current, by=SYSTEM, at=programmes.AT)
        self.person = make.learner(self.programme, school, "周敏")
        self.days = 0

    def study(self, name: str, *, at: datetime = AT) -> int:
        """Complete a course, unless it counts already; return the record."""
        block = "law" if name.startswith("l") else "skills"
        standing = self.standing(name)
        if standing:
            return standing
        entry = Study(
            event=StudyEvent.COURSE_COMPLETED, object_id=name, object_label=name, person_id=self.person.pk, measure=Decimal(2),
            programme_id=self.programme.pk, kind=block, unit_path=self.person.unit_path,
        )  # fmt: skip
        return records.record_all([entry], by=Actor(person_id=self.person.pk, label="周敏"), at=at)[0]

    def standing(self, name: str) -> int | None:
        """The record by which a course counts now."""
        voided = Record.objects.filter(voids__isnull=False).values("voids")
        mine = Record.objects.filter(programme_id=self.programme.pk, object_id=name, verb="completed").exclude(pk__in=voided)
        return mine.values_list("pk", flat=True).first()

    def withhold(self, name: str) -> None:
        standing = self.standing(name)
        if standing:
            records.void(record_id=standing, reason="核查决定 1", by=SYSTEM, at=AT)

    def reinstate(self, name: str) -> None:
        """What an appeal gives back: as of when it was done, as `learning.actions.signalling` writes it."""
        old = Record.objects.filter(programme_id=self.programme.pk, object_id=name, verb="completed").order_by("pk").last()
        if old and not self.standing(name):
            entry = Study(
                event=StudyEvent.COURSE_COMPLETED, object_id=name, object_label=name, person_id=old.person_id, measure=old.measure,
                programme_id=old.programme_id, kind=old.kind, unit_path=old.unit_path, data={"restores": old.pk}, key=f"restored:{old.pk}",
            )  # fmt: skip
            records.record_all([entry], by=Actor(person_id=old.person_id, label="周敏"), at=old.at)

    def settle(self) -> int:
        self.days += 1
        return actions.settle(programme=self.programme, by=SYSTEM, at=make.SETTLED + timedelta(days=200 + self.days)).entries

    def sums(self) -> dict[str, Decimal]:
        """Hours by award, and what of them is registered."""
        mine = Entry.objects.filter(person_id=self.person.pk)
        by_award = dict(mine.values_list("award").annotate(sum=Sum("amount")))
        registered = mine.filter(account="registered").aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
        return {award: amount for award, amount in by_award.items() if amount} | {"registered": registered}

    def differences(self) -> list[settlement.Difference]:
        return settlement.differences(self.programme, as_of=make.SETTLED + timedelta(days=200 + self.days))


@pytest.fixture
def world(db):
    return World()


def studied(world: World, *names: str) -> None:
    for number, name in enumerate(names):
        world.study(name, at=AT + timedelta(hours=number))


def test_every_award_names_the_records_it_rests_on(world):
    studied(world, "l1", "l2", "s1", "s2", "s3")
    law, skills = [world.standing(name) for name in ("l1", "l2")], [world.standing(name) for name in ("s1", "s2", "s3")]

    world.settle()

    rests = {row.award: row.evidence for row in Entry.objects.filter(source_key__contains=":whole:")}
    assert rests == {"whole": skills}  # all hours of the block count
    lumps = {row.award: row.evidence for row in Entry.objects.filter(award__in=["lump", "one"])}
    assert lumps == {"lump": law + skills[:2], "one": law}  # the earliest that reach what was asked, the way that was first
    assert world.sums() == {"courses": 4, "whole": 6, "lump": 10, "one": 1, "registered": 21}


def test_a_decided_case_takes_exactly_what_rests_on_its_record(world):
    studied(world, "l1", "l2", "s1", "s2")
    world.settle()

    world.withhold("s2")
    world.settle()

    # The block and the pass rest on s2; the course hours do not: they wait for the gate again. One of the two rules still holds.
    assert world.sums() == {"courses": 4, "one": 1, "registered": 1}
    assert world.differences() == []


def test_what_others_can_bear_is_given_anew_at_once(world):
    studied(world, "l1", "l2", "s1", "s2", "s3")
    world.settle()

    world.withhold("s1")
    world.settle()

    assert world.sums() == {"courses": 4, "whole": 4, "lump": 10, "one": 1, "registered": 19}
    assert world.differences() == []


def test_a_record_beyond_what_was_asked_bears_nothing(world):
    studied(world, "l1", "l2", "s1", "s2", "s3")
    world.settle()
    before = list(Entry.objects.filter(award="lump").values_list("pk", flat=True))

    world.withhold("s3")
    world.settle()

    assert list(Entry.objects.filter(award="lump").values_list("pk", flat=True)) == before
    assert world.sums()["whole"] == 4


def test_hours_added_to_a_whole_block_after_settling_are_added(world):
    studied(world, "s1", "s2")
    world.settle()
    world.study("s3", at=LATER)

    world.settle()

    assert world.sums()["whole"] == 6
    assert world.differences() == []


def test_the_year_is_that_of_the_work_whenever_it_is_settled(world):
    studied(world, "l1", "l2", "s1")
    world.study("s2", at=LATER)
    world.settle()

    assert dict(Entry.objects.filter(award__in=["whole", "lump", "one"]).values_list("award", "year")) == {
        "whole": 2027, "lump": 2027, "one": 2026,
    }  # fmt: skip
    assert world.settle() == 0
    assert world.differences() == []


def test_records_that_come_late_show_that_it_was_earned_in_an_earlier_year(world):
    world.study("l1")
    world.study("l2", at=LATER)
    world.settle()

    world.study("l3")
    world.settle()

    assert {row.award: row.year for row in Entry.objects.order_by("pk").filter(award="one")} == {"one": 2026}
    assert world.sums()["one"] == 1
    assert world.settle() == 0
    assert world.differences() == []


def test_an_appeal_puts_everything_back(world):
    studied(world, "l1", "l2", "s1", "s2")
    world.settle()
    before = world.sums()
    world.withhold("s2")
    world.settle()

    world.reinstate("s2")
    world.settle()

    assert world.sums() == before
    assert world.settle() == 0
    assert world.differences() == []
    assert verification.faults() == []


def test_an_entry_of_before_without_evidence_is_found_out_all_the_same(world):
    """Entries written before awards carried their evidence: a decision reaches them too."""
    studied(world, "l1", "l2", "s1", "s2")
    world.settle()
    sql.run("ALTER TABLE credits_entry DISABLE TRIGGER credits_entry_append_only")
    sql.run("UPDATE credits_entry SET evidence = '[]' WHERE award IN ('whole', 'lump', 'one')")
    sql.run("ALTER TABLE credits_entry ENABLE TRIGGER credits_entry_append_only")

    world.withhold("s2")
    world.settle()

    assert world.sums() == {"courses": 4, "one": 1, "registered": 1}


def test_a_reversal_by_hand_stays_whatever_comes_after(world):
    studied(world, "l1", "l2", "s1", "s2")
    world.settle()
    lump = Entry.objects.get(award="lump")
    actions.reverse(entry=lump, reason="重复登记", by=SYSTEM, at=make.SETTLED)

    world.withhold("s2")
    world.settle()
    world.reinstate("s2")
    world.settle()

    assert Entry.objects.filter(award="lump").aggregate(sum=Sum("amount"))["sum"] == 0


COURSES = ("l1", "l2", "l3", "s1", "s2", "s3")
VERBS = some.lists(
    some.one_of(
        some.tuples(some.sampled_from(["study", "late", "withhold", "reinstate"]), some.sampled_from(COURSES)),
        some.tuples(some.just("settle"), some.just("")),
    ),
    max_size=16,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(verbs=VERBS, early=some.booleans())
@example(verbs=[("study", "l1"), ("study", "l2"), ("late", "s2"), ("settle", ""), ("study", "s1")], early=False)  # two ways, two years
@example(verbs=[("study", "l1"), ("late", "l2"), ("settle", ""), ("study", "l3")], early=False)  # what shows an earlier year comes late
@example(verbs=[("study", "l1"), ("study", "l2"), ("settle", ""), ("withhold", "l1"), ("late", "l3")], early=True)
def test_ledger_and_recomputation_agree_in_whatever_order(db, verbs, early):
    world = World()
    if early:  # otherwise everything stands before the first award
        studied(world, "l1", "l2", "s1", "s2")
        world.settle()
    for number, (verb, name) in enumerate(verbs):
        if verb == "settle":
            world.settle()
        elif verb in {"study", "late"}:
            world.study(name, at=(LATER if verb == "late" else AT) + timedelta(hours=number))
        else:
            getattr(world, verb)(name)

    world.settle()

    assert world.differences() == []
    assert world.settle() == 0
    assert verification.faults() == []
    counting = {name for name in COURSES if world.standing(name)}
    law, skills = (2 * sum(name.startswith(letter) for name in counting) for letter in "ls")
    assert world.sums().get("courses", 0) == law
    assert world.sums().get("whole", 0) == (skills if skills >= 4 else 0)
    assert world.sums().get("lump", 0) == (10 if law >= 4 and skills >= 4 else 0)
    assert world.sums().get("one", 0) == (1 if law >= 4 or skills >= 4 else 0)
