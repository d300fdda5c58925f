"""Courses that were assigned, exams and scores: whom they concern hears of them."""

from django.urls import reverse
from django.utils.translation import gettext as _

from yanxiu.assessment.events import ExamEvent, MarkingEvent, ScoreEvent
from yanxiu.assessment.models import Exam, ScoreAppeal
from yanxiu.assessment.queries.exam_setup import candidates
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.components.wording import moment, number, until
from yanxiu.learning.events import ChoiceEvent
from yanxiu.notices import actions
from yanxiu.people.models import Person
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to

_LONGEST = 120


@reacts_to(ChoiceEvent.COURSES_ASSIGNED)
def tell_about_assigned_courses(record: Record) -> None:
    """An institution chose courses for her: she is told which, and by whom."""
    person = Person.objects.filter(pk=record.person_id or 0).first()
    if person is None:
        return
    title = _("%(unit)s为您指定了课程") % {"unit": record.data.get("by", "")}
    actions.tell(
        person=person, title=title[:120], words=record.object_label[:_LONGEST], link=reverse("learning:my_courses"),
        key=f"assigned:{record.object_id}:{person.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(ExamEvent.ANNOUNCED, ExamEvent.EXTENDED, ExamEvent.CANCELLED)
def tell_candidates(record: Record) -> None:
    """An exam was announced, widened or called off: all who may sit it are told when, and why."""
    exam = Exam.objects.select_related("programme__owner").filter(pk=int(record.object_id)).first()
    if exam is None or (exam.cancelled_at is not None and record.verb != ExamEvent.CANCELLED.verb):
        return
    title, words = _exam_words(record, exam)
    actions.tell_all(
        people=candidates(exam), org=exam.programme.owner, title=title, words=words, link=reverse("assessment:my_exam", args=[exam.pk]),
        key=f"exam:{record.verb}:{record.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(ExamEvent.ALLOWED)
def tell_who_is_allowed_more(record: Record) -> None:
    """A candidate was given more than the rules: she is told what, and why."""
    person = Person.objects.filter(pk=record.person_id or 0).first()
    if person is None:
        return
    actions.tell(
        person=person, title=(_("“%(title)s”给您安排了照顾") % {"title": record.object_label})[:120],
        words=_("原因：%(reason)s。加时、加考和结束时间写在考试页上") % {"reason": record.data["reason"]},
        link=reverse("assessment:my_exam", args=[record.object_id]), key=f"exam:allowed:{record.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(ScoreEvent.GIVEN)
def tell_about_a_score(record: Record) -> None:
    """A score came out, or came out anew: its owner is told, with the way to it."""
    person = Person.objects.filter(pk=record.person_id or 0).first()
    if person is None:
        return
    words = {"title": record.object_label, "score": number(record.measure) if record.measure is not None else _("缺考")}
    is_changed = Record.objects.filter(
        person_id=record.person_id, verb=record.verb, object_type=record.object_type, object_id=record.object_id,
        programme_id=record.programme_id, id__lt=record.pk,
    ).exists()  # fmt: skip
    title = _("%(title)s成绩有变：%(score)s") if is_changed else _("%(title)s出成绩了：%(score)s")
    sitting = record.data.get("sitting")
    actions.tell(
        person=person, title=(title % words)[:120],
        words=_("有疑问可以在成绩页申请复核") if sitting else _("已计入考核，学时页上看得到"),
        link=reverse("assessment:sitting_result", args=[sitting]) if sitting else "/", key=f"score:{record.pk}", by=SYSTEM,
        at=record.at,
    )  # fmt: skip


@reacts_to(MarkingEvent.APPEAL_DECIDED)
def tell_about_an_appeal(record: Record) -> None:
    """An appeal against a score was answered: who asked is told."""
    appeal = ScoreAppeal.objects.select_related("sitting__enrolment__person", "sitting__exam").get(pk=record.data["appeal"])
    words = {"title": appeal.sitting.exam.title, "state": appeal.get_state_display()}
    actions.tell(
        person=appeal.sitting.enrolment.person, title=(_("%(title)s成绩复核有了答复：%(state)s") % words)[:120],
        words=appeal.answer[:_LONGEST],
        link=reverse("assessment:sitting_result", args=[appeal.sitting_id]), key=f"score-appeal:{appeal.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


def _exam_words(record: Record, exam: Exam) -> tuple[str, str]:
    """Return the title and the words of what candidates are told of an exam."""
    facts = {
        "title": exam.title, "opens": moment(exam.opens_at), "closes": until(exam.closes_at), "minutes": exam.minutes,
        "attempts": exam.attempts, "why": record.data.get("reason", ""),
    }  # fmt: skip
    if record.verb == ExamEvent.CANCELLED.verb:
        return _("“%(title)s”取消了，不用再考") % facts, _("原因：%(why)s。答过的不计成绩") % facts
    if record.verb == ExamEvent.EXTENDED.verb:
        words = _("现在 %(closes)s 前可以考，每次 %(minutes)s 分钟，可考 %(attempts)s 次。原因：%(why)s")
        return _("“%(title)s”放宽了") % facts, words % facts
    words = _("%(opens)s 起、%(closes)s 前可以考，每次 %(minutes)s 分钟，可考 %(attempts)s 次。规则写在考试页上，考前请先看")
    return _("“%(title)s”%(opens)s 开考") % facts, words % facts
