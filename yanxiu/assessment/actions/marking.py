"""Marking homework: accept it with a score and a comment, or return it with a reason. Nobody marks himself."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import permissions, results
from yanxiu.assessment.actions.homework import HomeworkState
from yanxiu.assessment.events import HomeworkEvent
from yanxiu.assessment.models import TRANSITIONS, Mark, Submission, SubmissionState, Verdict
from yanxiu.assessment.queries.study import block_id_of
from yanxiu.catalogue import content
from yanxiu.catalogue.events import StudyEvent
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Invalid
from yanxiu.kit.text import plain
from yanxiu.records.actions import record

MOST_COMMENT = 2_000


@transaction.atomic
def accept_homework(*, submission: Submission, score: Decimal, comment: str, by: Actor, at: datetime) -> Mark:
    """Accept the homework with a score; it is recorded once for its step and never changes again.

    Raises NotFound, NotPermitted (also for one's own), HomeworkState; Invalid when the score is no pass or beyond the points.
    Cost: 9 queries.
    """
    submission = _locked(submission, by=by, to=SubmissionState.ACCEPTED)
    _check_score(submission, score)
    submission.state, submission.accepted_at, submission.score = SubmissionState.ACCEPTED, at, score
    submission.save(update_fields=["state", "accepted_at", "score"])
    mark = _mark(submission, Verdict.ACCEPTED, score=score, comment=_kept(comment, field="comment"), by=by, at=at)
    enrolment, step = submission.enrolment, submission.step
    result = record(
        StudyEvent.HOMEWORK_ACCEPTED, object_id=step.pk, object_label=step.title, person_id=enrolment.person_id,
        programme_id=enrolment.programme_id, unit_path=enrolment.unit_path, kind=block_id_of(enrolment, step), measure=score,
        data={"enrolment": enrolment.pk, "mark": mark.pk}, key=f"homework:{enrolment.pk}:{step.pk}", by=by, at=at,
    )  # fmt: skip
    results.pass_on(result)
    return mark


@transaction.atomic
def return_homework(*, submission: Submission, reason: str, by: Actor, at: datetime) -> Mark:
    """Give the homework back with the reason; its writer may hand it in again.

    Raises NotFound, NotPermitted (also for one's own), HomeworkState, Invalid without a reason. Cost: 6 queries.
    """
    submission = _locked(submission, by=by, to=SubmissionState.RETURNED)
    comment = _kept(reason, field="reason")
    if not comment:
        raise Invalid(_("请写明退回的原因和怎样改，老师照着改。"), field="reason")
    submission.state, submission.returned_at = SubmissionState.RETURNED, at
    submission.save(update_fields=["state", "returned_at"])
    mark = _mark(submission, Verdict.RETURNED, score=None, comment=comment, by=by, at=at)
    enrolment = submission.enrolment
    record(
        HomeworkEvent.RETURNED, object_id=submission.step_id, object_label=submission.step.title, person_id=enrolment.person_id,
        programme_id=enrolment.programme_id, unit_path=enrolment.unit_path, data={"enrolment": enrolment.pk, "mark": mark.pk}, by=by, at=at,
    )  # fmt: skip
    return mark


def _locked(submission: Submission, *, by: Actor, to: SubmissionState) -> Submission:
    rows = Submission.objects.select_for_update(of=("self",), no_key=True).select_related("enrolment", "step")
    submission = rows.get(pk=submission.pk)
    permissions.check_can_mark(by, submission)
    if to not in TRANSITIONS[SubmissionState(submission.state)]:
        raise HomeworkState(_("这份作业现在是“%(state)s”，不用再批。请看下一份。") % {"state": submission.get_state_display()})
    return submission


def _check_score(submission: Submission, score: Decimal) -> None:
    asked = content.read(submission.step.content, content.Homework)
    exponent = score.as_tuple().exponent
    if not score.is_finite() or not isinstance(exponent, int) or exponent < -2 or not 0 <= score <= asked.points:
        raise Invalid(_("分数在 0 到 %(most)s 之间，最多两位小数。") % {"most": asked.points}, field="score")
    if score < asked.pass_points:
        words = {"pass": asked.pass_points, "score": score}
        raise Invalid(_("合格要 %(pass)s 分，%(score)s 分不到。请改分，或写明原因退回。") % words, field="score")


def _kept(comment: str, *, field: str) -> str:
    kept = plain(comment)
    if len(kept) > MOST_COMMENT:
        raise Invalid(_("评语有 %(count)s 字，最多 %(most)s 字。请缩短。") % {"count": len(kept), "most": MOST_COMMENT}, field=field)
    return kept


def _mark(submission: Submission, verdict: Verdict, *, score: Decimal | None, comment: str, by: Actor, at: datetime) -> Mark:
    mark = Mark(
        submission=submission, verdict=verdict, score=score, comment=comment, text=submission.text, marked_at=at, marked_by=by.person_id,
        marker=by.label[:120],
    )  # fmt: skip
    mark.save(force_insert=True)
    return mark
