"""Who may sit an exam, and when: checks that raise with the reason, and the matching sets."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yanxiu.assessment import taking
from yanxiu.assessment.models import Exam, ExamAllowance, Sitting
from yanxiu.assessment.permissions import own_enrolments
from yanxiu.assessment.resits import passed_before
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.programmes.models import Enrolment, EnrolmentState, ProgrammeState
from yanxiu.programmes.permissions import WindowClosed
from yanxiu.programmes.queries.windows import moment_words


def check_can_sit(actor: Actor, exam: Exam, enrolment: Enrolment) -> None:
    """Raise unless the actor is the candidate, and the exam is announced in her running programme."""
    if actor.person_id is None or actor.person_id != enrolment.person_id:
        raise NotPermitted(_("考试由参训教师本人参加，别人不能代考。"))
    if exam.programme_id != enrolment.programme_id or exam.announced_at is None:
        raise NotFound(_("没有找到这场考试。请从“我的考试”里打开。"))
    if exam.cancelled_at is not None:
        raise Conflict(_("“%(title)s”已经取消，不用再考。") % {"title": exam.title})
    if enrolment.state != EnrolmentState.ACTIVE:
        raise Conflict(_("您已从这个项目报删，考了不再计入。有疑问请找学校管理员。"))
    if enrolment.programme.state != ProgrammeState.RUNNING:
        raise Conflict(_("%(title)s已结束，考了不再计入。") % {"title": enrolment.programme.title})
    if passed_before([exam], [enrolment.pk]):
        raise Conflict(_("“%(title)s”是补考，您已经通过了，不用再考。") % {"title": exam.title})


def check_exam_open(exam: Exam, allowance: ExamAllowance | None, *, at: datetime) -> None:
    """Raise WindowClosed unless a candidate may begin at a moment."""
    closes = taking.closes_at(exam, allowance)
    if at < exam.opens_at:
        raise WindowClosed(_("考试 %(moment)s 开始，到时再来。") % {"moment": moment_words(exam.opens_at, at=at)})
    if at >= closes:
        raise WindowClosed(_("考试 %(moment)s 已结束，不能再开始。") % {"moment": moment_words(closes, at=at, is_end=True)})


def own_sittings(actor: Actor) -> QuerySet[Sitting]:
    """Return the sittings that the actor herself makes."""
    mine = Sitting.objects.filter(enrolment__in=own_enrolments(actor))
    return mine.select_related("enrolment__programme", "exam__paper", "exam__programme")


def own_exams(actor: Actor) -> QuerySet[Exam]:
    """Return the announced exams of the programmes in which the actor takes part."""
    return Exam.objects.filter(announced_at__isnull=False, programme__in=own_enrolments(actor).values("programme_id"))


def check_can_answer(actor: Actor, sitting: Sitting) -> None:
    """Raise NotFound unless the sitting is the actor's own: nobody's address tells that somebody sits (security EM-05)."""
    if actor.person_id is None or actor.person_id != sitting.enrolment.person_id:
        raise NotFound(_("没有找到这份答卷。请从“我的考试”里打开。"))
