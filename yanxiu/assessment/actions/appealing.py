"""Appeals against scores: ask, take back, decide; a changed score is a new edition, and all that stood on the old one is reversed."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import papers
from yanxiu.assessment import result_permissions as permissions
from yanxiu.assessment.actions.scoring_exams import release_with_change
from yanxiu.assessment.events import MarkingEvent
from yanxiu.assessment.exam_scores import REVIEW
from yanxiu.assessment.models import AnswerMark, AppealState, ScoreAppeal, Sitting
from yanxiu.assessment.queries.scores import shown_result
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.kit.sql import save_or_raise
from yanxiu.kit.text import plain
from yanxiu.records.actions import record

LEAST_REASON, MOST_REASON = 5, 1_000


@transaction.atomic
def appeal_score(*, sitting: Sitting, number: int | None, reason: str, by: Actor, at: datetime) -> ScoreAppeal:
    """Ask that a score is looked at again: one question's, or (number None) the whole sitting's.

    Raises NotFound for another's sitting, Conflict before the result is shown, after the days for it, and while one is open;
    Invalid without a reason or for a question that is not there. Cost: 5 queries.
    """
    result = shown_result(sitting)
    permissions.check_can_appeal(by, sitting, result, at=at)
    kept = _words(reason, field="reason", what=_("请写明哪里不对，例如：第 3 题我写了“证据”，没有给分"))
    if number is not None and not 1 <= number <= len(papers.read_sheet(sitting.sheet)):
        raise Invalid(_("这份答卷没有第 %(number)s 题。请从成绩页上选题。") % {"number": number}, field="number")
    appeal = ScoreAppeal(sitting=sitting, number=number, reason=kept, filed_at=at)
    already = Conflict(_("这一处已经申请过复核，还没有答复。有新的理由，请先撤回再写。"))
    save_or_raise(appeal, {"assessment_appeal_one_open": already})
    _record(MarkingEvent.APPEALED, appeal, by=by, at=at)
    return appeal


@transaction.atomic
def withdraw_appeal(*, appeal: ScoreAppeal, by: Actor, at: datetime) -> ScoreAppeal:
    """Take the own appeal back while nobody has decided it. Raises NotPermitted, Conflict. Cost: 4 queries."""
    appeal = _locked(appeal)
    if by.person_id is None or by.person_id != appeal.sitting.enrolment.person_id:
        raise NotPermitted(_("复核申请由本人撤回。"))
    _check_open(appeal)
    appeal.state = AppealState.WITHDRAWN
    appeal.save(update_fields=["state"])
    _record(MarkingEvent.APPEAL_WITHDRAWN, appeal, by=by, at=at)
    return appeal


@transaction.atomic
def decide_appeal(*, appeal: ScoreAppeal, points: dict[int, Decimal], answer: str, by: Actor, at: datetime) -> ScoreAppeal:
    """Answer an appeal. `points` gives questions other points; none, or the same as before, keeps the score.

    Changed points are marks of the fourth round and at once a new edition of the exam's results (F-22). Raises NotFound, NotPermitted
    (the candidate herself, whoever marked it), Conflict when decided before, Invalid. Cost: 8 queries, about 30 with a change.
    """
    appeal = _locked(appeal)
    permissions.check_can_review(by, appeal)
    _check_open(appeal)
    kept = _words(answer, field="answer", what=_("请写给考生的答复：核对了什么，为什么改或不改"))
    changed = _changed(appeal, points)
    for number, given in changed.items():
        AnswerMark.objects.update_or_create(
            sitting=appeal.sitting, number=number, round=REVIEW,
            defaults={
                "points": given, "comment": kept[:500], "marked_at": at, "marked_by": by.person_id, "marker": by.label[:120],
            },
        )  # fmt: skip
    appeal.state = AppealState.CHANGED if changed else AppealState.KEPT
    appeal.decided_at, appeal.decided_by, appeal.decider, appeal.answer = at, by.person_id, by.label[:120], kept
    appeal.save(update_fields=["state", "decided_at", "decided_by", "decider", "answer"])
    _record(MarkingEvent.APPEAL_DECIDED, appeal, by=by, at=at)
    if changed:
        release_with_change(exam=appeal.sitting.exam, sitting=appeal.sitting, reason=_("成绩复核"), by=by, at=at)
    return appeal


def _changed(appeal: ScoreAppeal, points: dict[int, Decimal]) -> dict[int, Decimal]:
    result = shown_result(appeal.sitting)
    if result is None:
        raise Conflict(_("这份答卷现在没有公布的成绩，先等新成绩出来再答复。"))
    sheet = papers.read_sheet(appeal.sitting.sheet)
    changed = {}
    for number, given in points.items():
        if not 1 <= number <= len(sheet) or (appeal.number is not None and number != appeal.number):
            raise Invalid(_("考生没有要求复核第 %(number)s 题，没有存。") % {"number": number}, field="points")
        exponent = given.as_tuple().exponent
        most = sheet[number - 1].points
        if not given.is_finite() or not isinstance(exponent, int) or exponent < -2 or not 0 <= given <= most:
            words = {"number": number, "most": f"{most.normalize():f}"}
            raise Invalid(_("第 %(number)s 题给分在 0 到 %(most)s 之间，最多两位小数。") % words, field="points")
        before = result.points_each[number - 1]
        if before != "" and Decimal(before) != given:
            changed[number] = given
    return changed


def _locked(appeal: ScoreAppeal) -> ScoreAppeal:
    rows = ScoreAppeal.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("sitting__exam__programme", "sitting__enrolment").get(pk=appeal.pk)


def _check_open(appeal: ScoreAppeal) -> None:
    if appeal.state != AppealState.FILED:
        raise Conflict(_("这份复核申请现在是“%(state)s”，不用再办。") % {"state": appeal.get_state_display()})


def _words(text: str, *, field: str, what: str) -> str:
    kept = plain(text).strip()
    if len(kept) < LEAST_REASON:
        raise Invalid(_("%(what)s。") % {"what": what}, field=field)
    if len(kept) > MOST_REASON:
        raise Invalid(_("写了 %(count)s 字，最多 %(most)s 字。请缩短。") % {"count": len(kept), "most": MOST_REASON}, field=field)
    return kept


def _record(event: MarkingEvent, appeal: ScoreAppeal, *, by: Actor, at: datetime) -> None:
    exam, enrolment = appeal.sitting.exam, appeal.sitting.enrolment
    record(
        event, object_id=appeal.sitting_id, object_label=exam.title, programme_id=exam.programme_id, person_id=enrolment.person_id,
        unit_path=enrolment.unit_path, data={"appeal": appeal.pk, "exam": exam.pk, "number": appeal.number, "state": appeal.state},
        by=by, at=at,
    )  # fmt: skip
