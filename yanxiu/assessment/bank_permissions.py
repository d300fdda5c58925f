"""Who may see, write and review questions, write papers, and set exams. Every `check_can_see_x` has its queryset twin `visible_xs`."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.assessment.models import BankQuestion, Exam, KnowledgePoint, Paper, QuestionVersion
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound, NotPermitted
from yanxiu.kit.rules import check_may
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Programme
from yanxiu.programmes.permissions import check_can_view_programme, visible_programmes

WRITE_QUESTIONS = Permission.ASSESSMENT_WRITE_QUESTIONS
REVIEW_QUESTIONS = Permission.ASSESSMENT_REVIEW_QUESTIONS
SET_EXAMS = Permission.ASSESSMENT_SET_EXAMS


def visible_questions(actor: Actor) -> QuerySet[BankQuestion]:
    """Return the questions of the units for which the actor writes or reviews."""
    return BankQuestion.objects.filter(_of(actor, WRITE_QUESTIONS, REVIEW_QUESTIONS))


def check_can_see_question(actor: Actor, question: BankQuestion) -> None:
    """Raise NotFound unless the actor writes or reviews for the question's unit."""
    if not any(actor.may(permission, path=question.owner.path) for permission in (WRITE_QUESTIONS, REVIEW_QUESTIONS)):
        raise NotFound(_("没有找到这道题。它可能属于别的单位，或不在您当前身份的范围里。"))


def check_can_write_for(actor: Actor, owner: Org) -> None:
    """Raise NotPermitted unless the actor writes questions and papers for the unit."""
    check_may(actor, WRITE_QUESTIONS, _("题库和试卷由本单位的方案设计、评课专家或管理员编写。"), path=owner.path)


def check_can_write_somewhere(actor: Actor) -> None:
    """Raise NotPermitted unless the actor writes questions for some unit."""
    check_may(actor, WRITE_QUESTIONS, _("题库和试卷由本单位的方案设计、评课专家或管理员编写。"))


def check_can_write_question(actor: Actor, question: BankQuestion) -> None:
    """Raise unless the actor sees the question and writes for its unit."""
    check_can_see_question(actor, question)
    check_can_write_for(actor, question.owner)


def check_can_review_question(actor: Actor, question: BankQuestion, version: QuestionVersion) -> None:
    """Raise unless the actor sees the question, reviews for its unit, and did not write this version: four eyes."""
    check_can_see_question(actor, question)
    check_may(actor, REVIEW_QUESTIONS, _("审题由题目所属单位或上级的评课专家、方案设计、管理员办理。"), path=question.owner.path)
    if actor.person_id is not None and actor.person_id == version.written_by:
        raise NotPermitted(_("自己写的题由别人审。请换一位同事。"))


def visible_points(actor: Actor) -> QuerySet[KnowledgePoint]:
    """Return the knowledge points of the units for which the actor writes or reviews."""
    return KnowledgePoint.objects.filter(_of(actor, WRITE_QUESTIONS, REVIEW_QUESTIONS))


def check_can_write_point(actor: Actor, point: KnowledgePoint) -> None:
    """Raise NotFound for a point outside the scope, NotPermitted unless the actor writes for its unit."""
    if not any(actor.may(permission, path=point.owner.path) for permission in (WRITE_QUESTIONS, REVIEW_QUESTIONS)):
        raise NotFound(_("没有找到这个知识点。它可能属于别的单位。"))
    check_can_write_for(actor, point.owner)


def visible_papers(actor: Actor) -> QuerySet[Paper]:
    """Return the papers of the units for which the actor writes papers or sets exams."""
    return Paper.objects.filter(_of(actor, WRITE_QUESTIONS, SET_EXAMS))


def check_can_see_paper(actor: Actor, paper: Paper) -> None:
    """Raise NotFound unless the actor writes papers or sets exams for the paper's unit."""
    if not any(actor.may(permission, path=paper.owner.path) for permission in (WRITE_QUESTIONS, SET_EXAMS)):
        raise NotFound(_("没有找到这份试卷。它可能属于别的单位，或不在您当前身份的范围里。"))


def check_can_write_paper(actor: Actor, paper: Paper) -> None:
    """Raise unless the actor sees the paper and writes for its unit."""
    check_can_see_paper(actor, paper)
    check_can_write_for(actor, paper.owner)


def exam_programmes(actor: Actor) -> QuerySet[Programme]:
    """Return the programmes for which the actor sets exams."""
    return visible_programmes(actor).filter(_of(actor, SET_EXAMS))


def check_can_set_exams(actor: Actor, programme: Programme) -> None:
    """Raise unless the actor sees the programme and sets exams for its unit."""
    check_can_view_programme(actor, programme)
    check_may(actor, SET_EXAMS, _("考试由项目发布单位或上级的管理员安排。"), path=programme.owner.path)


def manageable_exams(actor: Actor) -> QuerySet[Exam]:
    """Return the exams that the actor sets."""
    return Exam.objects.filter(programme__in=exam_programmes(actor))


def check_can_manage_exam(actor: Actor, exam: Exam) -> None:
    """Raise NotFound unless the actor sets exams for the exam's programme."""
    if not actor.may(SET_EXAMS, path=exam.programme.owner.path):
        raise NotFound(_("没有找到这场考试。它可能属于别的单位，或不在您当前身份的范围里。"))


def check_can_count(actor: Actor) -> None:
    """Raise NotPermitted unless the system acts."""
    if not actor.is_system:
        raise NotPermitted(_("题目统计由后台在成绩发布后更新。"))


def _of(actor: Actor, *permissions: str) -> Q:
    if actor.is_system:
        return ~Q(pk__in=[])
    paths = {path for permission in permissions for path in actor.paths(permission)}
    return reduce(or_, (Q(owner__path__startswith=path) for path in sorted(paths)), Q(pk__in=[]))
