"""Marking homework: take the next piece, accept it by rubric or score, or return it with a reason. Nobody marks himself."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from yanxiu.assessment import composing, permissions, sheets
from yanxiu.assessment.actions.counting import count_homework
from yanxiu.assessment.actions.homework import HomeworkState
from yanxiu.assessment.events import HomeworkEvent
from yanxiu.assessment.models import TRANSITIONS, Mark, Rubric, Submission, SubmissionState, Verdict
from yanxiu.assessment.queries.peers import peer_scores
from yanxiu.assessment.queries.rubrics import homework_rubric
from yanxiu.catalogue import content
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.records.actions import record

MOST_COMMENT = 2_000
LEASE = timedelta(minutes=20)
"""How long a piece stays on a marker's desk: long enough to read one, short enough that one left open comes back before a break ends."""


@transaction.atomic
def claim_homework(*, only: Submission | None = None, by: Actor, at: datetime) -> Submission | None:
    """Put the piece that waits longest, or `only` this one, on the marker's desk for twenty minutes; None when it is not free.

    What lay there goes back. Two markers at once never get the same: a row that another is just taking is skipped. Raises NotPermitted
    for who marks nothing. Cost: 4 queries.
    """
    permissions.check_may_mark(by)
    waiting = permissions.markable_submissions(by)
    _cleared(by)
    if only is not None:
        waiting = waiting.filter(pk=only.pk)
    free = waiting.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lte=at)).order_by("submitted_at", "pk")
    found = free.select_for_update(of=("self",), no_key=True, skip_locked=True).first()
    if found is None or by.person_id is None:
        return found
    found.claimed_by, found.claimed_until = by.person_id, at + LEASE
    found.save(update_fields=["claimed_by", "claimed_until"])
    return found


@transaction.atomic
def release_homework(*, by: Actor, at: datetime) -> int:  # noqa: ARG001 - every action is told when
    """Put what lies on the marker's desk back into the queue; return how many pieces. Twice is once. Cost: one query."""
    permissions.check_may_mark(by)
    return _cleared(by)


@transaction.atomic
def accept_homework(
    *, submission: Submission, score: Decimal | None = None, levels: Mapping[str, int] | None = None, comment: str, by: Actor, at: datetime
) -> Mark:
    """Accept the homework, by the levels of its rubric or by a score; its marks never change again.

    Reviews of peers that are in by now weigh as the task says. It counts at once, or when the writer has done the own reviews.
    Raises NotFound, NotPermitted (also for one's own), HomeworkState, Conflict when it lies on another's desk; Invalid when the score is no
    pass or beyond the points, or a dimension has no level. Cost: 13 queries.
    """
    submission = _locked(submission, by=by, to=SubmissionState.ACCEPTED, at=at)
    asked = content.read(submission.step.content, content.Homework)
    rubric, kept, own = judged(asked, score, levels)
    peers = composing.mean(peer_scores(submission)) if asked.peers else None
    final = composing.composed(own, peers, weight=asked.peers.weight if asked.peers else 0)
    _check_pass(asked, own=own, final=final)
    submission.state, submission.accepted_at, submission.score = SubmissionState.ACCEPTED, at, final
    submission.claimed_by = submission.claimed_until = None
    submission.save(update_fields=["state", "accepted_at", "score", "claimed_by", "claimed_until"])
    mark = Mark(
        verdict=Verdict.ACCEPTED, score=final, own_score=own, peer_score=peers, rubric=rubric, levels=kept,
        comment=kept_comment(comment, field="comment"),
    )  # fmt: skip
    _signed(mark, submission, by=by, at=at)
    count_homework(submission=submission, by=by, at=at)
    return mark


@transaction.atomic
def return_homework(*, submission: Submission, reason: str, by: Actor, at: datetime) -> Mark:
    """Give the homework back with the reason; its writer may hand it in again.

    Raises NotFound, NotPermitted (also for one's own), HomeworkState, Conflict when it lies on another's desk, Invalid without a reason.
    Cost: 6 queries.
    """
    submission = _locked(submission, by=by, to=SubmissionState.RETURNED, at=at)
    comment = kept_comment(reason, field="reason")
    if not comment:
        raise Invalid(_("请写明退回的原因和怎样改，老师照着改。"), field="reason")
    submission.state, submission.returned_at = SubmissionState.RETURNED, at
    submission.claimed_by = submission.claimed_until = None
    submission.save(update_fields=["state", "returned_at", "claimed_by", "claimed_until"])
    mark = _signed(Mark(verdict=Verdict.RETURNED, comment=comment), submission, by=by, at=at)
    enrolment = submission.enrolment
    record(
        HomeworkEvent.RETURNED, object_id=submission.step_id, object_label=submission.step.title, person_id=enrolment.person_id,
        programme_id=enrolment.programme_id, unit_path=enrolment.unit_path, data={"enrolment": enrolment.pk, "mark": mark.pk}, by=by, at=at,
    )  # fmt: skip
    return mark


def judged(
    asked: content.Homework, score: Decimal | None, levels: Mapping[str, int] | None
) -> tuple[Rubric | None, dict[str, int], Decimal]:
    """Return the rubric, the levels and the points: of the sheet where the task has one, else what was typed. Raises Invalid."""
    rubric = homework_rubric(asked)
    if rubric is None:
        return None, {}, composing.plain_score(asked, score)
    kept, points = composing.sheet_score(sheets.read(rubric.dimensions), levels or {})
    return rubric, kept, points


def kept_comment(comment: str, *, field: str) -> str:
    """Return the words as kept. Raises Invalid when there are too many."""
    kept = plain(comment)
    if len(kept) > MOST_COMMENT:
        raise Invalid(_("评语有 %(count)s 字，最多 %(most)s 字。请缩短。") % {"count": len(kept), "most": MOST_COMMENT}, field=field)
    return kept


def _cleared(by: Actor) -> int:
    return Submission.objects.filter(claimed_by=by.person_id).update(claimed_by=None, claimed_until=None) if by.person_id else 0


def _locked(submission: Submission, *, by: Actor, to: SubmissionState, at: datetime) -> Submission:
    rows = Submission.objects.select_for_update(of=("self",), no_key=True).select_related("enrolment", "step")
    submission = rows.get(pk=submission.pk)
    permissions.check_can_mark(by, submission)
    if to not in TRANSITIONS[SubmissionState(submission.state)]:
        raise HomeworkState(_("这份作业现在是“%(state)s”，不用再批。请看下一份。") % {"state": submission.get_state_display()})
    if submission.claimed_until is not None and submission.claimed_until > at and submission.claimed_by != by.person_id:
        raise Conflict(_("这份作业正由另一位老师批阅，请看下一份。"))
    return submission


def _check_pass(asked: content.Homework, *, own: Decimal, final: Decimal) -> None:
    if own < asked.pass_points:
        words = {"pass": asked.pass_points, "score": own}
        raise Invalid(_("合格要 %(pass)s 分，%(score)s 分不到。请改分，或写明原因退回。") % words, field="score")
    if final < asked.pass_points:
        facts = {"pass": asked.pass_points, "own": own, "final": final}
        sentence = _("您给了 %(own)s 分，和互评合成以后是 %(final)s 分，不到合格分 %(pass)s。请改分，或写明原因退回。")
        raise Invalid(sentence % facts, field="score")


def _signed(mark: Mark, submission: Submission, *, by: Actor, at: datetime) -> Mark:
    mark.submission, mark.text, mark.marked_at, mark.marked_by, mark.marker = submission, submission.text, at, by.person_id, by.label[:120]
    mark.save(force_insert=True)
    return mark
