"""Scoring exams: compute a whole edition of results beside the one that is shown, and release it by rule only (F-22)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import result_permissions as permissions
from yanxiu.assessment.events import ScoreEvent
from yanxiu.assessment.exam_scores import Scored, score_sheet
from yanxiu.assessment.models import Exam, Release, ResultEdition, RulingKind, ScoreRuling, Sitting, SittingResult
from yanxiu.assessment.queries import scoring
from yanxiu.assessment.telling import tell_scores
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.kit.text import plain
from yanxiu.programmes.queries.windows import moment_words
from yanxiu.records.actions import record

MOST_REASON = 300


class StillUnmarked(Conflict):
    """Answers wait for marks, so no complete set of results can be computed."""

    code = "still_unmarked"


class Outdated(Conflict):
    """Marks, rulings or sittings came after the proposal was computed."""

    code = "outdated"


@transaction.atomic
def propose(*, exam: Exam, reason: str, needs_second: bool = False, by: Actor, at: datetime) -> ResultEdition:
    """Compute a complete edition of results beside the one that is shown; nobody but who handles results sees it.

    An earlier proposal is replaced. Raises NotPermitted, Conflict while the exam runs or nobody sat it, StillUnmarked with the count.
    Cost: 10 queries and 4 for each 500 sittings.
    """
    permissions.check_can_release(by, exam)
    exam = _locked(exam)
    _check_over(exam, at=at)
    reason = _kept_reason(reason, first=exam.edition == 0)
    _drop_proposal(exam)
    edition = ResultEdition.objects.create(
        exam=exam, number=exam.edition + 1, reason=reason, needs_second=needs_second, computed_at=at, computed_by=by.person_id
    )
    count, waiting = _compute(exam, edition=edition.number, at=at)
    if waiting:
        raise StillUnmarked(_("还有 %(count)d 份答卷有题没有阅完，算不出完整的成绩。请先阅完，或催一催阅卷的老师。") % {"count": waiting})
    if not count:
        raise Conflict(_("还没有人交卷，没有成绩可算。"))
    _record(ScoreEvent.PROPOSED, exam, measure=count, data={"edition": edition.number, "reason": reason}, by=by, at=at)
    return edition


@transaction.atomic
def release_results(*, exam: Exam, by: Actor, at: datetime) -> ResultEdition:
    """Show the proposed edition instead of the one before, all at once; who gains or falls is recorded, judged anew and told.

    Raises NotPermitted (also for who computed it, when a second person is asked for), Outdated, Conflict without a proposal.
    Cost: about 16 queries, whatever the number of candidates.
    """
    permissions.check_can_release(by, exam)
    exam = _locked(exam)
    edition = ResultEdition.objects.filter(exam=exam, released_at__isnull=True).first()
    if edition is None:
        raise Conflict(_("还没有算好的成绩可以发布。请先算分，看过变动再发布。"))
    if edition.needs_second and not by.is_system and edition.computed_by == by.person_id:
        raise NotPermitted(_("这次发布要另一个人核对。请同单位另一位办理成绩的同事来发布。"))
    if scoring.changed_since(exam, edition=edition.number, since=edition.computed_at, at=at):
        raise Outdated(_("算分以后又有新的阅卷、改判或答卷，请重新算分再发布。"))
    return _release(exam, edition, by=by, at=at)


@transaction.atomic
def drop_proposal(*, exam: Exam, by: Actor, at: datetime) -> None:
    """Throw a proposal away; what is shown stays. Raises NotPermitted, Conflict when there is none."""
    permissions.check_can_release(by, exam)
    exam = _locked(exam)
    if not _drop_proposal(exam):
        raise Conflict(_("没有待发布的成绩，不用撤。"))
    _record(ScoreEvent.PROPOSED, exam, measure=0, data={"edition": exam.edition, "dropped": True}, by=by, at=at)


@transaction.atomic
def export_results(*, exam: Exam, edition: int, by: Actor, at: datetime) -> None:
    """Put on record that the table of results left the house. Raises NotFound for an exam whose results the actor may not see."""
    permissions.check_can_see_results(by, exam)
    _record(ScoreEvent.EXPORTED, exam, measure=None, data={"edition": edition}, by=by, at=at)


@transaction.atomic
def after_hand_in(*, sitting: Sitting, by: Actor, at: datetime) -> SittingResult | None:
    """Score a sitting when its exam shows results at once; None when it does not, while answers may still come, or marks are lacking.

    Called in the transaction that hands in, by the clock for what ran out, and when the last answer of a sitting is marked. Nothing
    happens twice. Cost: 10 queries.
    """
    permissions.check_can_score_at_once(by, sitting)
    # Shared with other hand-ins, against the release of a new edition, which must know all sittings.
    rows = sql.rows("SELECT release FROM assessment_exam WHERE id = %(id)s FOR SHARE", {"id": sitting.exam_id})
    exam = Exam.objects.select_related("programme").get(pk=sitting.exam_id)
    if rows[0]["release"] != Release.AT_ONCE or exam.cancelled_at is not None or not scoring.is_complete(exam, sitting, at=at):
        return None
    number = max(exam.edition, 1)
    if SittingResult.objects.filter(sitting=sitting, edition=number).exists():
        return None
    rules, questions = scoring.rules_of(exam), scoring.Questions()
    work = next(scoring.works([sitting]))
    questions.know(work.sheet)
    scored = score_sheet(work.sheet, questions, work.given, work.marks, rules)
    if scored is None:
        return None
    result = _result(sitting, number, scored, at=at)
    result.save(force_insert=True)
    if exam.edition == 0:
        Exam.objects.filter(pk=exam.pk, edition=0).update(edition=1, released_at=at)
        ResultEdition.objects.bulk_create(
            [ResultEdition(exam=exam, number=1, reason=_("交卷即出分"), computed_at=at, released_at=at)], ignore_conflicts=True
        )
    exam.edition = number
    tell_scores(exam=exam, earlier=number, sitting=sitting, by=by, at=at)
    return result


@transaction.atomic
def release_after_close(*, exam: Exam, by: Actor, at: datetime) -> bool:
    """Compute and release an exam whose results come out by themselves once nobody can sit it any more. System only.

    Returns False while it runs or answers wait for marks. Raises NotPermitted.
    """
    permissions.check_is_system(by)
    exam = _locked(exam)
    if exam.release != Release.AFTER_CLOSE or scoring.may_still_be_sat(exam, at=at):
        return False
    _drop_proposal(exam)
    edition = ResultEdition.objects.create(exam=exam, number=exam.edition + 1, reason=_("全部结束后出分"), computed_at=at)
    count, waiting = _compute(exam, edition=edition.number, at=at)
    if waiting or not count:
        _drop_proposal(exam)
        return False
    _release(exam, edition, by=by, at=at)
    return True


def release_with_change(*, exam: Exam, sitting: Sitting, reason: str, by: Actor, at: datetime) -> ResultEdition:
    """Show a new edition in which one sitting is scored anew and all others stay (an appeal). In the transaction of its caller.

    A proposal is thrown away, as it does not know the change. Raises NotPermitted for whoever may neither review nor release.
    """
    permissions.check_can_change_score(by, sitting)
    exam = _locked(exam)
    _drop_proposal(exam)
    edition = ResultEdition.objects.create(
        exam=exam, number=exam.edition + 1, reason=reason[:MOST_REASON], computed_at=at, computed_by=by.person_id
    )
    sql.run(_COPY, {"exam": exam.pk, "old": exam.edition, "new": edition.number, "except": sitting.pk})
    _compute(exam, edition=edition.number, at=at, only=[sitting])
    return _release(exam, edition, by=by, at=at)


_COPY = """
INSERT INTO assessment_sittingresult (sitting_id, edition, points_each, points, score, passed, computed_at)
SELECT r.sitting_id, %(new)s, r.points_each, r.points, r.score, r.passed, r.computed_at
FROM assessment_sittingresult r JOIN assessment_sitting s ON s.id = r.sitting_id
WHERE s.exam_id = %(exam)s AND r.edition = %(old)s AND s.id <> %(except)s
"""
# What stays as it was shown keeps its moment: the days for an appeal do not begin again.
_KEEP_MOMENTS = """
UPDATE assessment_sittingresult n SET computed_at = o.computed_at
FROM assessment_sittingresult o JOIN assessment_sitting s ON s.id = o.sitting_id
WHERE s.exam_id = %(exam)s AND o.edition = %(old)s AND n.edition = %(new)s AND n.sitting_id = o.sitting_id
  AND n.points_each = o.points_each AND n.score = o.score AND n.passed = o.passed
"""


def _compute(exam: Exam, *, edition: int, at: datetime, only: Sequence[Sitting] | None = None) -> tuple[int, int]:
    """Write the results of an edition; return how many, and how many sittings wait for marks."""
    rules, questions = scoring.rules_of(exam), scoring.Questions()
    count = waiting = 0
    batch: list[SittingResult] = []
    for work in scoring.works(only if only is not None else scoring.complete_sittings(exam, at=at)):
        questions.know(work.sheet)
        scored = score_sheet(work.sheet, questions, work.given, work.marks, rules)
        if scored is None:
            waiting += 1
            continue
        batch.append(_result(work.sitting, edition, scored, at=at))
        count += 1
    if not waiting:
        SittingResult.objects.bulk_create(batch, batch_size=1000)
        sql.run(_KEEP_MOMENTS, {"exam": exam.pk, "old": exam.edition, "new": edition})
    return count, waiting


def _result(sitting: Sitting, edition: int, scored: Scored, *, at: datetime) -> SittingResult:
    return SittingResult(
        sitting=sitting, edition=edition, points_each=scored.written, points=scored.points, score=scored.score, passed=scored.passed,
        computed_at=at,
    )  # fmt: skip


def _release(exam: Exam, edition: ResultEdition, *, by: Actor, at: datetime) -> ResultEdition:
    earlier = exam.edition
    line = ScoreRuling.objects.filter(exam=exam, kind=RulingKind.PASS_SCORE, edition__isnull=True).order_by("-made_at", "-pk").first()
    ScoreRuling.objects.filter(exam=exam, edition__isnull=True).update(edition=edition.number)
    exam.edition, exam.released_at = edition.number, exam.released_at or at
    if line is not None and line.pass_score is not None:
        exam.pass_score = line.pass_score
    exam.save(update_fields=["edition", "released_at", "pass_score"])
    edition.released_at, edition.released_by = at, by.person_id
    edition.save(update_fields=["released_at", "released_by"])
    tell_scores(exam=exam, earlier=earlier, sitting=None, by=by, at=at)
    return edition


def _locked(exam: Exam) -> Exam:
    return Exam.objects.select_for_update(of=("self",), no_key=False).select_related("programme").get(pk=exam.pk)


def _drop_proposal(exam: Exam) -> bool:
    found, _rows = ResultEdition.objects.filter(exam=exam, released_at__isnull=True).delete()
    SittingResult.objects.filter(sitting__exam=exam, edition__gt=exam.edition).delete()
    return bool(found)


def _check_over(exam: Exam, *, at: datetime) -> None:
    if exam.announced_at is None or exam.cancelled_at is not None:
        raise Conflict(_("这场考试没有开考，没有成绩可算。"))
    if exam.release != Release.AT_ONCE and scoring.may_still_be_sat(exam, at=at):
        words = {"until": moment_words(exam.closes_at, at=at), "minutes": exam.offline_minutes}
        raise Conflict(
            _("考试 %(until)s 结束，断了网的设备 %(minutes)d 分钟内还会送来答案，照顾到的人可能更晚。全部结束以后再算分。") % words
        )


def _kept_reason(reason: str, *, first: bool) -> str:
    kept = plain(reason).strip()[:MOST_REASON]
    if not kept and not first:
        raise Invalid(_("请写明为什么重新算分，例如：第 12 题另认一个答案。考生会看到。"), field="reason")
    return kept or _("第一次出分")


def _record(
    event: ScoreEvent, exam: Exam, *, measure: Decimal | int | None, data: dict[str, object], by: Actor, at: datetime
) -> None:  # fmt: skip
    record(
        event, object_id=exam.pk, object_label=exam.title, programme_id=exam.programme_id, unit_path=exam.programme.owner_path,
        kind=exam.assessment, measure=measure, data={"exam": exam.pk, **data}, by=by, at=at,
    )  # fmt: skip
