"""A person opens an inquiry and asks the teacher."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.integrity import permissions, queries, rules
from yanxiu.integrity.actions import noticing, writing
from yanxiu.integrity.events import InquiryEvent
from yanxiu.integrity.models import Handling, Inquiry, InquiryState, Signal
from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid


@transaction.atomic
def open_inquiry(*, signals: Sequence[Signal], by: Actor, at: datetime) -> Inquiry:
    """Open an inquiry on signals about one person; the office in whose name the actor acts decides it.

    Nothing about the person's hours changes, and she is not told before she is asked. Raises NotFound, NotPermitted (own matter, school,
    system), Conflict (signals handled, one runs already). Cost: 10 queries.
    """
    person = noticing.the_one_person(signals)
    permissions.check_can_open(by, person)
    waiting = noticing.lock_waiting(signals)
    seat = queries.office_at(permissions.office_path(by, person.unit_path))
    about = next((one for one in waiting if one.programme_id is not None), waiting[0])
    inquiry = Inquiry(
        person=person, unit_path=person.unit_path, programme_id=about.programme_id, programme_title=about.programme_title, seat=seat,
        appeal_seat=queries.appeal_office(seat), opened_by=writing.person_of(by), opened_label=by.label[:120], opened_at=at,
    )  # fmt: skip
    running = Conflict(_("%(name)s已有一件没有结的核查，请在那一件里办。") % {"name": person.name})
    sql.save_or_raise(inquiry, {"integrity_inquiry_one_open": running})
    who = writing.person_of(by)
    Handling.objects.bulk_create(
        [Handling(signal=one, inquiry=inquiry, handled_by=who, handled_label=by.label[:120], handled_at=at) for one in waiting]
    )
    writing.note(InquiryEvent.OPENED, inquiry, by=by, at=at, signals=[one.pk for one in waiting])
    return inquiry


@transaction.atomic
def ask(*, inquiry: Inquiry, question: str, days: int = rules.ANSWER_DAYS, by: Actor, at: datetime) -> Inquiry:
    """Ask the teacher, who has until the end of the last day to answer.

    Raises NotFound, NotPermitted, Invalid (question, days), Conflict when she was asked already. Cost: 4 queries.
    """
    permissions.check_can_ask(by, inquiry)
    inquiry = writing.locked(inquiry)
    question = writing.words(question, field="question", name=_("要说明的情况"), most=rules.LONGEST_TEXT)
    if not rules.LEAST_ANSWER_DAYS <= days <= rules.MOST_ANSWER_DAYS:
        bounds = {"least": rules.LEAST_ANSWER_DAYS, "most": rules.MOST_ANSWER_DAYS}
        raise Invalid(_("答复时间为 %(least)d 到 %(most)d 天。") % bounds, field="days")
    inquiry.question, inquiry.asked_at, inquiry.due_at = question, at, clock.end_of(clock.day(at + timedelta(days=days)))
    writing.move(inquiry, InquiryState.ASKED, at=at, fields=("question", "asked_at", "due_at"))
    writing.note(InquiryEvent.ASKED, inquiry, by=by, at=at, due=inquiry.due_at.isoformat())
    return inquiry
