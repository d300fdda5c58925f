"""What messages tell of keeping order: who was measured, who reported, whose appeal was ruled on, whose post was let through."""

from django.urls import reverse
from django.utils.translation import gettext as _

from yanxiu.integrity.events import MeasureEvent, ReportEvent
from yanxiu.integrity.models import CaseState, Measure, MeasureAppeal, MeasureKind, Report, ReportCase, Ruling
from yanxiu.kit.actor import SYSTEM
from yanxiu.notices import actions, appeals
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to

_LONGEST = 120


@reacts_to(MeasureEvent.TAKEN, MeasureEvent.UNDONE)
def tell_about_a_measure(record: Record) -> None:
    """Something was done about her words or her seat, or undone: she is told why, and how to appeal."""
    found = Measure.objects.select_related("person", "appeal_seat").filter(pk=int(record.object_id)).first()
    if found is None:
        return
    words = {"kind": MeasureKind(found.kind).label, "place": found.place}
    if record.verb == MeasureEvent.UNDONE.verb:
        title, said = _("%(place)s：“%(kind)s”已撤销"), str(found.undone_reason)
    else:
        way = appeals.way(due_at=found.appeal_due_at, seat=found.appeal_seat)
        title, said = _("%(place)s对您作出“%(kind)s”"), f"{found.reason[: _LONGEST - len(way) - 1]}。{way}"
    actions.tell(
        person=found.person, title=(title % words)[:120], words=said[:_LONGEST], link=reverse("workshops:measure", args=[found.pk]),
        key=f"measure:{found.pk}:{record.verb}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(MeasureEvent.RULED)
def tell_about_a_ruling(record: Record) -> None:
    """Her appeal against a measure was ruled on: she is told."""
    appeal = MeasureAppeal.objects.select_related("measure__person").filter(measure=int(record.object_id)).first()
    if appeal is not None and appeal.ruling:
        actions.tell(
            person=appeal.measure.person, title=appeals.heard(Ruling(appeal.ruling).label),
            words=appeal.opinion[:_LONGEST], link=reverse("workshops:measure", args=[appeal.measure_id]),
            key=f"measure:{appeal.measure_id}:ruled", by=SYSTEM, at=record.at,
        )  # fmt: skip


@reacts_to(ReportEvent.SETTLED)
def tell_who_reported(record: Record) -> None:
    """What was reported was looked at: everybody who reported it is told what came of it, not what was done to whom."""
    case = ReportCase.objects.filter(pk=int(record.object_id)).first()
    if case is None:
        return
    title = _("您举报的内容已处理") if case.state == CaseState.UPHELD else _("您举报的内容看过了，可以留")
    for one in Report.objects.select_related("person").filter(case=case).order_by("pk"):
        actions.tell(
            person=one.person, title=title, words=f"{case.title}：{case.answer}"[:_LONGEST], link="/", key=f"report:{one.pk}", by=SYSTEM,
            at=record.at,
        )  # fmt: skip
