"""Who may mark exams, release and see their results, appeal and review, enter scores of paper: checks, and the matching sets."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.assessment.models import AnswerMark, Exam, ExamMarker, MarkingTask, ScoreAppeal, Sitting, SittingResult
from yanxiu.assessment.permissions import GRADE, VIEW
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.kit.rules import check_may, within
from yanxiu.programmes.models import Programme, ProgrammeState
from yanxiu.programmes.queries.windows import moment_words

RELEASE = Permission.ASSESSMENT_RELEASE
ENTER = Permission.ASSESSMENT_ENTER
SET_EXAMS = Permission.ASSESSMENT_SET_EXAMS


def check_can_release(actor: Actor, exam: Exam) -> None:
    """Raise NotPermitted unless the actor handles results for the unit that holds the exam's programme."""
    programme = exam.programme
    check_may(
        actor, RELEASE, _("成绩由组织考试的项目办或县级管理员办理。"), path=programme.owner_path, programme_id=programme.pk
    )  # fmt: skip


def released_programmes(actor: Actor) -> QuerySet[Programme]:
    """Return the programmes whose results the actor handles."""
    return Programme.objects.filter(_owned(actor, RELEASE, ""))


def check_can_handle(actor: Actor, programme: Programme) -> None:
    """Raise NotPermitted unless the actor handles results of the programme."""
    check_may(actor, RELEASE, _("成绩由组织考核的项目办或县级管理员办理。"), path=programme.owner_path, programme_id=programme.pk)


def enterable_programmes(actor: Actor) -> QuerySet[Programme]:
    """Return the running programmes for whose participants the actor enters scores of paper."""
    return Programme.objects.filter(_owned(actor, ENTER, ""), state=ProgrammeState.RUNNING, current__isnull=False)


def check_can_enter(actor: Actor, programme: Programme) -> None:
    """Raise NotPermitted unless the actor enters scores of paper for the programme."""
    check_may(
        actor, ENTER, _("分数由组织考核的单位安排两位老师各登记一遍。"), path=programme.owner_path, programme_id=programme.pk
    )  # fmt: skip


def visible_result_exams(actor: Actor) -> QuerySet[Exam]:
    """Return the exams whose results the actor handles, and those released whose candidates may lie in the scope."""
    found = _owned(actor, RELEASE, "programme__") | _near(actor, "programme__") & Q(released_at__isnull=False)
    return Exam.objects.filter(found, announced_at__isnull=False)


def followable_exams(actor: Actor) -> QuerySet[Exam]:
    """Return the announced exams that the actor sets or handles, and those whose candidates may lie in the scope."""
    found = _owned(actor, RELEASE, "programme__") | _owned(actor, SET_EXAMS, "programme__") | _near(actor, "programme__")
    return Exam.objects.filter(found, announced_at__isnull=False)


def check_can_follow(actor: Actor, exam: Exam) -> None:
    """Raise NotFound unless the exam is among those that the actor follows."""
    if not followable_exams(actor).filter(pk=exam.pk).exists():
        raise NotFound(_("没有找到这场考试。可能还没有公布，或不在您当前身份的范围里。"))


def followed_paths(actor: Actor, exam: Exam) -> list[str]:
    """Return below which units the actor sees an exam's candidates: all of them for who sets or handles it."""
    path, programme_id = exam.programme.owner_path, exam.programme_id
    if any(actor.may(one, path=path, programme_id=programme_id) for one in (RELEASE, SET_EXAMS)):
        return ["/"]
    return list(actor.paths(VIEW))


def scored_programmes(actor: Actor) -> QuerySet[Programme]:
    """Return the programmes whose scores the actor may see: of those handled of everybody, else of the own units."""
    return Programme.objects.filter(_owned(actor, RELEASE, "") | _near(actor, ""), current__isnull=False)


def check_can_see_scores(actor: Actor, programme: Programme) -> None:
    """Raise NotFound unless the programme is among those whose scores the actor may see."""
    if not scored_programmes(actor).filter(pk=programme.pk).exists():
        raise NotFound(_("没有找到这个项目的成绩。它可能属于别的单位，或不在您当前身份的范围里。"))


def score_paths(actor: Actor, programme: Programme) -> tuple[str, ...]:
    """Return below which units the actor sees the scores of a programme: of all people for who handles them."""
    handles = actor.may(RELEASE, path=programme.owner_path, programme_id=programme.pk)
    return ("/",) if handles else actor.paths(VIEW)


def check_can_see_results(actor: Actor, exam: Exam) -> None:
    """Raise NotFound unless the exam is among those whose results the actor may see."""
    if not visible_result_exams(actor).filter(pk=exam.pk).exists():
        raise NotFound(_("没有找到这场考试的成绩。可能还没有公布，或不在您当前身份的范围里。"))


def check_can_appoint_markers(actor: Actor, exam: Exam) -> None:
    """Raise NotPermitted unless the actor handles the exam's results."""
    check_can_release(actor, exam)


def markable_tasks(actor: Actor) -> QuerySet[MarkingTask]:
    """Return the written answers that the actor may mark: in the scope, appointed where anybody is, never the own ones."""
    rows = MarkingTask.objects.filter(_in_scope(actor, GRADE, "sitting__enrolment__"))
    if actor.is_system:
        return rows
    markers = ExamMarker.objects.filter(exam=OuterRef("exam"))
    mine = Exists(markers.filter(person=actor.person_id or 0))
    return rows.filter(mine | ~Exists(markers)).exclude(sitting__enrolment__person_id=actor.person_id or 0)


def check_can_mark_answer(actor: Actor, task: MarkingTask) -> None:
    """Raise unless the actor marks for the candidate's unit, is among those appointed, and did not write the answer."""
    enrolment = task.sitting.enrolment
    if actor.person_id is not None and actor.person_id == enrolment.person_id:
        raise NotPermitted(_("自己的答卷不能由自己阅。请点“下一份”。"))
    check_may(actor, GRADE, _("答卷由本单位或上级的指导教师、专家阅。"), path=enrolment.unit_path, programme_id=enrolment.programme_id)
    markers = ExamMarker.objects.filter(exam=task.exam_id)
    if not actor.is_system and markers.exists() and not markers.filter(person=actor.person_id or 0).exists():
        raise NotPermitted(_("这场考试安排了别的老师阅卷。要参加，请找考务安排。"))


def own_sittings(actor: Actor) -> QuerySet[Sitting]:
    """Return the actor's own sittings."""
    rows = Sitting.objects.select_related("exam__programme", "exam__paper", "enrolment__person")
    return rows.filter(enrolment__person_id=actor.person_id) if actor.person_id is not None else rows.none()


def appeal_until(exam: Exam, result: SittingResult) -> datetime:
    """Return the moment until which the candidate may appeal: `appeal_days` after the result was shown, and after the exam's end."""
    shown = max(exam.released_at, result.computed_at) if exam.released_at else result.computed_at
    return max(shown, exam.closes_at) + timedelta(days=exam.appeal_days)


def check_can_appeal(actor: Actor, sitting: Sitting, result: SittingResult | None, *, at: datetime) -> None:
    """Raise unless it is the actor's own sitting, its result is shown, and the days for it are not over."""
    if actor.person_id is None or actor.person_id != sitting.enrolment.person_id:
        raise NotFound(_("没有找到这份答卷。请从“我的考试”里打开。"))
    if result is None:
        raise Conflict(_("成绩还没有公布，公布以后再申请复核。"))
    until = appeal_until(sitting.exam, result)
    if at >= until:
        raise Conflict(_("申请复核到 %(until)s 为止，现在已经过了。有疑问请找组织考试的单位。") % {"until": moment_words(until, at=at)})


def own_appeals(actor: Actor) -> QuerySet[ScoreAppeal]:
    """Return the actor's own appeals."""
    return ScoreAppeal.objects.filter(sitting__enrolment__person_id=actor.person_id or 0)


def reviewable_appeals(actor: Actor) -> QuerySet[ScoreAppeal]:
    """Return the appeals that the actor may look into: in the scope of marking or releasing, not her own, and not about her own marks."""
    rows = ScoreAppeal.objects.filter(_in_scope(actor, GRADE, "sitting__enrolment__") | _in_scope(actor, RELEASE, "sitting__enrolment__"))
    if actor.person_id is None:
        return rows
    marked = AnswerMark.objects.filter(sitting=OuterRef("sitting"), marked_by=actor.person_id)
    of_question = Q(number__isnull=False) & Exists(marked.filter(number=OuterRef("number")))
    of_whole = Q(number__isnull=True) & Exists(marked)
    return rows.exclude(sitting__enrolment__person_id=actor.person_id).filter(~(of_question | of_whole))


def check_can_review(actor: Actor, appeal: ScoreAppeal) -> None:
    """Raise unless the actor marks or releases for the candidate's unit, is not the candidate, and did not mark what is asked about."""
    enrolment = appeal.sitting.enrolment
    if not any(actor.may(one, path=enrolment.unit_path, programme_id=enrolment.programme_id) for one in (GRADE, RELEASE)):
        raise NotFound(_("没有找到这份复核申请。它不在您当前身份的范围里。"))
    if actor.person_id is not None and actor.person_id == enrolment.person_id:
        raise NotPermitted(_("自己的成绩不能由自己复核。"))
    marks = AnswerMark.objects.filter(sitting=appeal.sitting_id, marked_by=actor.person_id or 0)
    if not actor.is_system and (marks if appeal.number is None else marks.filter(number=appeal.number)).exists():
        raise NotPermitted(_("这道题是您阅的，复核由另一位老师办理。"))


def check_can_score_at_once(actor: Actor, sitting: Sitting) -> None:
    """Raise NotPermitted unless the program acts, or the candidate by handing in."""
    if not actor.is_system and actor.person_id != sitting.enrolment.person_id:
        raise NotPermitted(_("交卷即出分由后台办理。"))


def check_can_change_score(actor: Actor, sitting: Sitting) -> None:
    """Raise NotPermitted for the candidate herself, and unless the actor marks or releases for the unit."""
    enrolment = sitting.enrolment
    may = any(actor.may(one, path=enrolment.unit_path, programme_id=enrolment.programme_id) for one in (GRADE, RELEASE))
    if not may or (actor.person_id is not None and actor.person_id == enrolment.person_id):
        raise NotPermitted(_("改分由本单位或上级的阅卷老师、考务办理，不能改自己的。"))


def check_is_system(actor: Actor) -> None:
    """Raise NotPermitted for anybody but the program itself."""
    if not actor.is_system:
        raise NotPermitted(_("到时出分由后台办理。"))


def _near(actor: Actor, of: str) -> Q:
    """Programmes of the units where the actor looks at assessment, and of all units above them, whose people may take part."""
    found = Q(pk__in=[])
    for path in actor.paths(VIEW):
        parts = [part for part in path.split("/") if part]
        above = ["/" + "".join(f"{part}/" for part in parts[:count]) for count in range(1, len(parts) + 1)]
        found |= Q(**{f"{of}owner_path__startswith": path}) | Q(**{f"{of}owner_path__in": ["/", *above]})
    return found


def _owned(actor: Actor, permission: str, of: str) -> Q:
    return within(actor, permission, path=f"{of}owner_path", programme=f"{of}pk")


def _in_scope(actor: Actor, permission: str, of: str) -> Q:
    return within(actor, permission, path=f"{of}unit_path", programme=f"{of}programme_id")
