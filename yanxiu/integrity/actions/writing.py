"""The inside of these verbs: reading again under a lock, changing the state, checking words, recording."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from yanxiu.integrity import rules
from yanxiu.integrity.events import InquiryEvent
from yanxiu.integrity.models import TRANSITIONS, Inquiry, InquiryState
from yanxiu.kit import clock
from yanxiu.kit.actor import Actor
from yanxiu.kit.components.wording import until
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.kit.text import plain
from yanxiu.records.actions import record

LEAST_CHARACTERS = 4


def locked(inquiry: Inquiry) -> Inquiry:
    """Return the inquiry as it is now, locked until the transaction ends."""
    found = Inquiry.objects.select_for_update(of=("self",), no_key=True).select_related("person", "seat", "appeal_seat")
    return found.get(pk=inquiry.pk)


def move(inquiry: Inquiry, to: InquiryState, *, at: datetime, fields: tuple[str, ...] = ()) -> None:
    """Change the state; raise Conflict when it does not follow from the present one."""
    if to not in TRANSITIONS[inquiry.state]:
        words = {"state": InquiryState(inquiry.state).label}
        raise Conflict(_("这件核查现在是“%(state)s”，不能这样办。请刷新后再看。") % words)
    inquiry.state = to
    if to == InquiryState.CLOSED:
        inquiry.closed_at = at
        fields = (*fields, "closed_at")
    inquiry.save(update_fields=["state", *fields])


def person_of(by: Actor) -> int:
    """Return who acts; inquiries are a matter of people, so the system is refused."""
    if by.person_id is None:
        raise NotPermitted(_("核查由人办理，后台只汇集线索。"))
    return by.person_id


def words(text: str, *, field: str, name: str, most: int, least: int = LEAST_CHARACTERS) -> str:
    """Return the text as it is kept. Raises Invalid when it says too little or too much."""
    text = plain(text)
    if len(text) < least:
        raise Invalid(_("%(name)s至少写 %(least)d 个字。") % {"name": name, "least": least}, field=field)
    if len(text) > most:
        raise Invalid(
            _("%(name)s最多 %(most)d 个字，现在 %(count)d 个字。") % {"name": name, "most": most, "count": len(text)}, field=field
        )
    return text


def appeal_due(at: datetime) -> datetime:
    """Return until when what is decided or done at a moment can be appealed against: the end of the last day."""
    return clock.end_of(clock.day(at + timedelta(days=rules.APPEAL_DAYS)))


def appeal_reason(text: str, *, due_at: datetime, at: datetime) -> str:
    """Return why somebody appeals, as it is kept. Raises Conflict when it is too late, Invalid."""
    if at >= due_at:
        raise Conflict(_("申诉 %(until)s 已截止。") % {"until": until(due_at)})
    return words(text, field="reason", name=_("申诉理由"), most=rules.LONGEST_TEXT)


def appeal_opinion(text: str) -> str:
    """Return why an appeal is decided as it is, as it is kept. Raises Invalid."""
    return words(text, field="opinion", name=_("意见"), most=rules.LONGEST_TEXT)


def note(event: InquiryEvent, inquiry: Inquiry, *, by: Actor, at: datetime, **data: object) -> int:
    """Write the record of a step of an inquiry."""
    return record(
        event, object_id=inquiry.pk, object_label=inquiry.programme_title, person_id=inquiry.person_id, programme_id=inquiry.programme_id,
        unit_path=inquiry.unit_path, data=data, by=by, at=at,
    )  # fmt: skip
