"""Decisions that take what counts, and appeals that give it back, carried out upon learning."""

from datetime import timedelta
from decimal import Decimal

from tests.integrity import factories as inquiries
from tests.learning import factories as make
from yanxiu.integrity.models import Appeal, Decision, Finding, Outcome
from yanxiu.kit.actor import SYSTEM
from yanxiu.learning.actions import signalling
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person
from yanxiu.records.models import Tally

LATER = make.AT + timedelta(days=3)


def decide(person: Person, *, seat: Org, record_id: int) -> Decision:
    """The decision that takes the hours of one record of a person, carried out."""
    facts = {"state": "decided", "asked_at": make.AT, "due_at": LATER, "question": "请说明当时的情况。"}
    decision = inquiries.decision(inquiries.inquiry(person, seat=seat, **facts), finding=Finding.HOURS)
    inquiries.consequence(decision, record_id=record_id)
    assert signalling.withhold(decision=decision, by=SYSTEM, at=make.AT) == 1
    return decision


def lift(decision: Decision) -> int:
    """Let an appeal undo the decision; return how many records count again by it."""
    inquiries.appeal(decision)
    heard = {"heard_by": 1, "heard_label": "市教务", "heard_at": LATER, "seat": decision.seat, "opinion": "签到表属实"}
    Appeal.objects.update(outcome=Outcome.LIFTED, **heard)
    return signalling.reinstate(decision=decision, by=SYSTEM, at=LATER)


def hours(person: Person) -> Decimal:
    """The hours that count for a person now."""
    return sum((row.amount for row in Tally.objects.filter(metric="hours.earned", person_id=person.pk)), Decimal(0))
