"""The chain of an inquiry as steps with who and when."""

from datetime import datetime

from django.utils.translation import gettext as _

from yanxiu.integrity.models import Finding, InquiryState, Outcome
from yanxiu.integrity.queries import Whole
from yanxiu.kit.components import Step
from yanxiu.kit.components.wording import moment_short, until

_ORDER = (InquiryState.OPEN, InquiryState.ASKED, InquiryState.ANSWERED, InquiryState.DECIDED, InquiryState.APPEALED)


def chain(whole: Whole, *, at: datetime, is_own: bool = False) -> list[Step]:
    """Return the steps of an inquiry; the teacher's own page names no persons. No query."""
    one = whole.inquiry
    own = [said.statement for said in whole.said if said.statement.kind == "own"]
    return [
        Step(title=_("立案"), state="done", who="" if is_own else one.opened_label, when=moment_short(one.opened_at)),
        _step(
            _("请说明"),
            one.state,
            InquiryState.ASKED,
            is_done=one.asked_at is not None,
            when=moment_short(one.asked_at) if one.asked_at else "",
            note=_("%(until)s 前答复") % {"until": until(one.due_at)} if one.state == InquiryState.ASKED and one.due_at else "",
        ),
        _step(
            _("教师说明"),
            one.state,
            InquiryState.ANSWERED,
            is_done=bool(own),
            when=moment_short(own[0].stated_at) if own else "",
            note=_("已过答复时间") if one.state == InquiryState.ASKED and one.due_at and at >= one.due_at else "",
        ),
        _decided(whole, is_own=is_own),
        _appealed(whole, is_own=is_own),
    ]


def _step(title: str, state: str, own: InquiryState, *, is_done: bool, when: str = "", note: str = "") -> Step:
    following = _ORDER[_ORDER.index(own) - 1]
    kind = "done" if is_done else "now" if state == following else "skipped" if state == InquiryState.CLOSED else "next"
    return Step(title=title, state=kind, when=when, note=note)


def _decided(whole: Whole, *, is_own: bool) -> Step:
    made, one = whole.decision, whole.inquiry
    if made is None:
        return Step(title=_("决定"), state="now" if one.state == InquiryState.ANSWERED else "next", who=one.seat.name)
    return Step(
        title=_("决定"),
        state="done",
        who=made.seat.name if is_own else f"{made.seat.name} {made.decided_label}",
        when=moment_short(made.decided_at),
        note=str(Finding(made.finding).label),
    )


def _appealed(whole: Whole, *, is_own: bool) -> Step:
    made, one = whole.appeal, whole.inquiry
    title = _("申诉")
    if made is None:
        is_open = one.state == InquiryState.DECIDED
        note = _("%(until)s 前可以申诉") % {"until": until(one.appeal_due_at)} if is_open and one.appeal_due_at else ""
        return Step(
            title=title,
            state="now" if is_open else "skipped" if one.state == InquiryState.CLOSED else "next",
            who=one.appeal_seat.name,
            note=note,
        )
    if made.heard_at is None:
        return Step(title=title, state="now", who=one.appeal_seat.name, when=moment_short(made.appealed_at))
    who = one.appeal_seat.name if is_own else f"{one.appeal_seat.name} {made.heard_label}"
    return Step(title=title, state="done", who=who, when=moment_short(made.heard_at), note=str(Outcome(made.outcome).label))
