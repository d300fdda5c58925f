"""Setting exams: written as drafts, announced, widened, called off; what single candidates are given beyond the rules."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import bank_permissions as permissions
from yanxiu.assessment import drafting, papers
from yanxiu.assessment.actions.exam_ends import move_ends
from yanxiu.assessment.drawing import drawn, pools_of
from yanxiu.assessment.events import ExamEvent
from yanxiu.assessment.models import Exam, ExamAllowance, Paper, PartialCredit, QuestionVersion, Release, Reveal, Sitting
from yanxiu.catalogue import content
from yanxiu.drafts import actions as drafts
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.programmes.plan.schema.judgement import ScoreAssessment
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.records.actions import record

LONGEST_MINUTES, MOST_ATTEMPTS, LONGEST_APPEAL = 600, 5, 30


@dataclass(frozen=True, kw_only=True)
class ExamFacts:
    """What an exam is; fields as in `models.Exam`. Times are UTC."""

    title: str
    paper: Paper
    opens_at: datetime
    closes_at: datetime
    minutes: int
    assessment: str = ""
    notice: str = ""
    attempts: int = 1
    pass_score: Decimal = Decimal(60)
    partial: str = PartialCredit.NONE
    release: str = Release.BY_HAND
    reveal: str = Reveal.RIGHT
    offline_minutes: int = 60
    markers: int = 1
    tolerance: Decimal = Decimal(0)
    appeal_days: int = 5
    resit_of: Exam | None = None


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What a candidate is given beyond the rules: minutes, sittings, a later end; and why."""

    extra_minutes: int = 0
    extra_attempts: int = 0
    closes_at: datetime | None = None
    reason: str


@transaction.atomic
def draft_exam(*, programme: Programme, facts: ExamFacts, by: Actor, at: datetime) -> Exam:
    """Write the draft of an exam; nobody sees it before it is announced. Raises NotFound, NotPermitted, Invalid. Cost: 4 queries."""
    permissions.check_can_set_exams(by, programme)
    _check(programme, facts)
    exam = Exam(programme=programme, created_at=at, created_by=by.person_id, **_fields(facts))
    exam.save(force_insert=True)
    _record(ExamEvent.WRITTEN, exam, by=by, at=at)
    drafts.clear(key=drafting.new_exam_key(programme.pk, exam.resit_of_id), by=by, at=at)
    return exam


@transaction.atomic
def correct_exam(*, exam: Exam, facts: ExamFacts, by: Actor, at: datetime) -> Exam:
    """Write a draft anew. Raises NotFound, Invalid; Conflict once it is announced. Cost: 5 queries."""
    permissions.check_can_manage_exam(by, exam)
    _check(exam.programme, facts)
    exam = _locked(exam)
    if exam.announced_at is not None:
        raise Conflict(_("“%(title)s”已经公布，考生照它安排了时间。只能放宽或取消。") % {"title": exam.title})
    fields = _fields(facts)
    for name, value in fields.items():
        setattr(exam, name, value)
    exam.save(update_fields=list(fields))
    _record(ExamEvent.WRITTEN, exam, by=by, at=at)
    drafts.clear(key=drafting.exam_key(exam.pk), by=by, at=at)
    return exam


@transaction.atomic
def announce_exam(*, exam: Exam, by: Actor, at: datetime) -> Exam:
    """Tell the candidates: from now on what they rely on can only be widened. Raises NotFound, Conflict with why. Cost: 8 queries."""
    permissions.check_can_manage_exam(by, exam)
    exam = _locked(exam)
    if exam.announced_at is not None:
        raise Conflict(_("“%(title)s”已经公布过了。") % {"title": exam.title})
    if fault := next(iter(faults_of(exam, at=at)), ""):
        raise Conflict(fault)
    exam.announced_at = at
    exam.save(update_fields=["announced_at"])
    _record(ExamEvent.ANNOUNCED, exam, opens_at=exam.opens_at.isoformat(), by=by, at=at)
    return exam


@transaction.atomic
def extend_exam(*, exam: Exam, closes_at: datetime, minutes: int, attempts: int, reason: str, by: Actor, at: datetime) -> Exam:
    """Give all candidates of an announced exam more: a later end, more minutes, more sittings. Open sittings get it too.

    Raises NotFound, Invalid for less than there is or without a reason, Conflict when it is over. Cost: 7 queries.
    """
    permissions.check_can_manage_exam(by, exam)
    exam = _locked(exam)
    _check_running(exam, at=at)
    if not reason.strip() or len(reason) > 200:
        raise Invalid(_("请写明为什么放宽，最多 200 字，考生会看到。"), field="reason")
    if closes_at < exam.closes_at or minutes < exam.minutes or attempts < exam.attempts:
        raise Invalid(_("公布后只能放宽：结束不能提前，时长和次数不能减少。"), field="closes_at")
    if minutes > LONGEST_MINUTES or attempts > MOST_ATTEMPTS:
        raise Invalid(_("时长最多 %(m)s 分钟，次数最多 %(n)s 次。") % {"m": LONGEST_MINUTES, "n": MOST_ATTEMPTS}, field="minutes")
    before = {"closes_at": exam.closes_at.isoformat(), "minutes": exam.minutes, "attempts": exam.attempts}
    exam.closes_at, exam.minutes, exam.attempts = closes_at, minutes, attempts
    exam.save(update_fields=["closes_at", "minutes", "attempts"])
    moved = move_ends(exam, at=at)
    _record(ExamEvent.EXTENDED, exam, before=before, reason=reason.strip(), sittings=moved, by=by, at=at)
    return exam


@transaction.atomic
def cancel_exam(*, exam: Exam, reason: str, by: Actor, at: datetime) -> Exam:
    """Call an announced exam off; what was answered is kept and counts for nothing.

    Raises NotFound, Invalid without a reason, Conflict when its results are out. Cost: 4 queries.
    """
    permissions.check_can_manage_exam(by, exam)
    exam = _locked(exam)
    if not reason.strip() or len(reason) > 200:
        raise Invalid(_("请写明为什么取消，最多 200 字，考生会看到。"), field="reason")
    if exam.announced_at is None or exam.cancelled_at is not None or exam.released_at is not None:
        raise Conflict(_("只有公布了、还没有出分的考试可以取消。"))
    exam.cancelled_at = at
    exam.save(update_fields=["cancelled_at"])
    _record(ExamEvent.CANCELLED, exam, reason=reason.strip(), by=by, at=at)
    return exam


@transaction.atomic
def allow(*, exam: Exam, enrolment: Enrolment, allowance: Allowance, by: Actor, at: datetime) -> ExamAllowance:
    """Give a candidate more than the rules; an open sitting gets it too. Writes over what was given before.

    Raises NotFound, Invalid, Conflict. Cost: 7 queries.
    """
    permissions.check_can_manage_exam(by, exam)
    exam = _locked(exam)
    _check_allowance(exam, enrolment, allowance)
    given = {**asdict(allowance), "reason": allowance.reason.strip(), "given_at": at, "given_by": by.person_id}
    row, _is_new = ExamAllowance.objects.update_or_create(exam=exam, enrolment=enrolment, defaults=given)
    move_ends(exam, at=at, enrolment_id=enrolment.pk)
    record(
        ExamEvent.ALLOWED, object_id=exam.pk, object_label=exam.title, person_id=enrolment.person_id, programme_id=exam.programme_id,
        unit_path=enrolment.unit_path, by=by, at=at,
        data={"minutes": row.extra_minutes, "attempts": row.extra_attempts, "reason": row.reason},
    )  # fmt: skip
    return row


@transaction.atomic
def remove_exam(*, exam: Exam, by: Actor, at: datetime) -> None:
    """Delete the draft of an exam. Raises NotFound; Conflict once it is announced. Cost: 4 queries."""
    permissions.check_can_manage_exam(by, exam)
    exam = _locked(exam)
    if exam.announced_at is not None or Sitting.objects.filter(exam=exam).exists():
        raise Conflict(_("“%(title)s”已经公布，不能删除，只能取消。") % {"title": exam.title})
    _record(ExamEvent.REMOVED, exam, by=by, at=at)
    drafts.clear(key=drafting.exam_key(exam.pk), by=by, at=at)
    exam.delete()


def faults_of(exam: Exam, *, at: datetime) -> list[str]:
    """Return why a draft cannot be announced yet; [] = it can. Cost: 2 to 4 queries."""
    faults = []
    if exam.paper.published_at is None:
        faults.append(_("试卷“%(title)s”还没有发布。请先发布试卷。") % {"title": exam.paper.title})
    if exam.closes_at <= at:
        faults.append(_("结束时间已经过了。请改时间。"))
    if exam.programme.state != "running":
        faults.append(_("项目还没有发布或已结束，没有考生可考。"))
    sections = papers.read(exam.paper.sections)
    if exam.release == Release.AT_ONCE and has_written(exam.paper, sections):
        faults.append(_("试卷里有要人批阅的题，不能“交卷即出分”。请改成由考务发布。"))
    draws = [draw for section in sections for draw in section.draws]
    fixed = [one.version for section in sections for one in section.fixed]
    counts = [draw.count for draw in draws]
    if [len(one) for one in drawn(pools_of(exam.paper.owner_id, draws, fixed=fixed), counts, by=Random(1))] != counts:  # noqa: S311
        faults.append(_("题库里可用的题已不够这份试卷抽了。请先补题。"))
    return faults


def has_written(paper: Paper, sections: papers.Sections) -> bool:
    """Tell whether people must mark something of the paper. Cost: 1 to 2 queries."""
    fixed = [one.version for section in sections for one in section.fixed]
    loose = [draw for section in sections for draw in section.draws if draw.type in ("", "short", "essay", "material")]
    drawable = [version for pool in pools_of(paper.owner_id, loose) for version in pool]
    asked = QuestionVersion.objects.filter(pk__in=[*fixed, *drawable], question__type__in=("short", "essay", "material"))
    return any(content.is_written(content.read_question(raw)) for raw in asked.order_by("pk").values_list("content", flat=True))


def score_assessments(programme: Programme) -> list[tuple[str, str]]:
    """Return id and label of the plan's assessments that an exam's score can feed."""
    if programme.current_id is None:
        return []
    return [(one.id, str(one.label)) for one in plan_of(programme.current_id).assess if isinstance(one, ScoreAssessment) and not one.parts]


def _check(programme: Programme, facts: ExamFacts) -> None:
    title = " ".join(facts.title.split())
    if not title or len(title) > 120:
        raise Invalid(_("考试要有名称，最多 120 字。"), field="title")
    if facts.closes_at <= facts.opens_at:
        raise Invalid(_("结束要晚于开始，请改时间。"), field="closes_at")
    _within(facts.minutes, 1, LONGEST_MINUTES, _("每次考的分钟数"), "minutes")
    if timedelta(minutes=facts.minutes) > facts.closes_at - facts.opens_at:
        span = int((facts.closes_at - facts.opens_at).total_seconds() // 60)
        words = {"span": span, "now": facts.minutes}
        raise Invalid(_("从开始到结束只有 %(span)s 分钟，考不下 %(now)s 分钟。请延长时间段，或缩短时长。") % words, field="minutes")
    _within(facts.attempts, 1, MOST_ATTEMPTS, _("可考次数"), "attempts")
    _within(facts.pass_score, 0, 100, _("及格分"), "pass_score")
    _within(facts.offline_minutes, 0, 60, _("断网可答的分钟数"), "offline_minutes")
    _within(facts.markers, 1, 2, _("每题几人批"), "markers")
    _within(facts.tolerance, 0, 100, _("两人相差的容许分"), "tolerance")
    _within(facts.appeal_days, 0, LONGEST_APPEAL, _("复核申请的天数"), "appeal_days")
    if facts.assessment and facts.assessment not in dict(score_assessments(programme)):
        raise Invalid(_("方案里没有这一项考核，请重新选。"), field="assessment")
    earlier = facts.resit_of
    if earlier is not None and (earlier.programme_id != programme.pk or earlier.released_at is None or earlier.cancelled_at is not None):
        raise Invalid(_("“%(title)s”还没有出分，或不在这个项目里，排不了它的补考。") % {"title": earlier.title})
    if facts.paper.published_at is None:
        raise Invalid(_("试卷“%(title)s”还是草稿，发布后才能用来考。") % {"title": facts.paper.title}, field="paper")


def _within(value: int | Decimal, least: int, most: int, label: str, field: str) -> None:
    if not least <= value <= most:
        words = {"label": label, "least": least, "most": most, "now": value}
        raise Invalid(_("%(label)s应在 %(least)s 到 %(most)s 之间，现在是 %(now)s。") % words, field=field)


def _check_allowance(exam: Exam, enrolment: Enrolment, allowance: Allowance) -> None:
    if enrolment.programme_id != exam.programme_id:
        raise Invalid(_("这位老师不在这个项目里，请重新找。"), field="enrolment")
    if exam.cancelled_at is not None or _is_settled(exam):
        raise Conflict(_("考试已取消或已出分，不能再给照顾。出分后没有通过的，请安排补考。"))
    if not allowance.reason.strip() or len(allowance.reason) > 200:
        raise Invalid(_("请写明为什么照顾，最多 200 字。"), field="reason")
    _within(allowance.extra_minutes, 0, 300, _("加时"), "extra_minutes")
    _within(allowance.extra_attempts, 0, MOST_ATTEMPTS, _("加考次数"), "extra_attempts")
    if allowance.closes_at is not None and allowance.closes_at <= exam.opens_at:
        raise Invalid(_("另定的结束时间要晚于考试开始。"), field="closes_at")
    if not (allowance.extra_minutes or allowance.extra_attempts or allowance.closes_at):
        raise Invalid(_("加时、加考次数、另定结束时间，至少写一项。"), field="extra_minutes")


def _is_settled(exam: Exam) -> bool:
    """Whether its results are out for everybody; where they come with each hand-in, the first is not the end of the exam."""
    return exam.released_at is not None and exam.release != Release.AT_ONCE


def _check_running(exam: Exam, *, at: datetime) -> None:
    if exam.announced_at is None:
        raise Conflict(_("考试还没有公布，直接改草稿就行。"))
    is_shown = _is_settled(exam) or (exam.released_at is not None and at >= exam.closes_at)
    if exam.cancelled_at is not None or is_shown:
        raise Conflict(_("考试已取消或已出分，不能再放宽。"))


def _fields(facts: ExamFacts) -> dict[str, object]:
    fields = {name: getattr(facts, name) for name in facts.__dataclass_fields__}
    return fields | {"title": " ".join(facts.title.split()), "notice": facts.notice.strip()[:4000]}


def _locked(exam: Exam) -> Exam:
    found = Exam.objects.select_for_update(of=("self",), no_key=True).select_related("programme__owner", "paper__owner")
    return found.get(pk=exam.pk)


def _record(event: ExamEvent, exam: Exam, *, by: Actor, at: datetime, **data: object) -> None:
    record(
        event, object_id=exam.pk, object_label=exam.title, programme_id=exam.programme_id, unit_path=exam.programme.owner.path, data=data,
        by=by, at=at,
    )  # fmt: skip
