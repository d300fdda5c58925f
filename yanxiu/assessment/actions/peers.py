"""互评: get a piece, open it, judge it, answer. The author sees no names; marks are never set aside by themselves (security EM-11)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import permissions
from yanxiu.assessment.actions.allotting import give_out
from yanxiu.assessment.actions.counting import count_homework
from yanxiu.assessment.actions.marking import judged, kept_comment
from yanxiu.assessment.events import HomeworkEvent
from yanxiu.assessment.models import CalibrationPiece, CalibrationReview, PeerReview, Submission
from yanxiu.assessment.queries.peers import calibration_of
from yanxiu.catalogue import content
from yanxiu.catalogue.content.steps import Peers
from yanxiu.catalogue.models import Step
from yanxiu.integrity.actions import Screened, Thing, flag, screen
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotFound
from yanxiu.kit.sql import save_or_raise
from yanxiu.kit.text import characters
from yanxiu.programmes.models import Enrolment
from yanxiu.records.actions import record


class TooFast(Invalid):
    """A review was sent in sooner than anybody reads."""

    code = "too_fast"


@transaction.atomic
def take_review(*, enrolment: Enrolment, step: Step, by: Actor, at: datetime) -> PeerReview | None:
    """Give the participant the piece with the fewest reviews; the one before her when she has one; None when there is none now.

    Raises NotPermitted, Conflict when the own homework is not handed in or pieces of known marks come first. Cost: 9 queries.
    """
    permissions.check_can_study(by, enrolment)
    asked = asked_of(step)
    if calibration_of(enrolment, step, asked)[0]:
        raise Conflict(_("先试评定标样篇，再评别人的作业。"))
    found = give_out(programme_id=enrolment.programme_id, step=step, only=enrolment, by=by, at=at)
    if found is None:
        raise Conflict(_("先交自己的作业，再评别人的。"))
    return _current(enrolment, step)


@transaction.atomic
def open_review(*, review: PeerReview, by: Actor, at: datetime) -> PeerReview:
    """Open the piece to read it; the time with it counts from the first opening. Raises NotFound, Conflict. Cost: 3 queries."""
    review = _locked(review, by=by)
    if review.opened_at is None:
        review.opened_at = at
        review.save(update_fields=["opened_at"])
    return review


@transaction.atomic
def save_review(*, review: PeerReview, levels: Mapping[str, int], comment: str, by: Actor, at: datetime) -> PeerReview:
    """Keep what is written so far. Not a record: a draft saves itself many times. Raises NotFound, Conflict. Cost: 4 queries."""
    review = _locked(review, by=by)
    review.levels = {key: index for key, index in levels.items() if key.isidentifier()}
    review.comment, review.saved_at = kept_comment(comment, field="comment"), at
    review.save(update_fields=["levels", "comment", "saved_at"])
    return review


@transaction.atomic
def submit_review(
    *, review: PeerReview, levels: Mapping[str, int], score: Decimal | None = None, comment: str, by: Actor, at: datetime
) -> PeerReview:
    """Hand in a review: every dimension judged, words that help, and time to have read the piece.

    The reviewer's own homework counts from now on when it is accepted and nothing is owed any more. Raises NotFound, Conflict when it was
    given to somebody else, TooFast, Invalid with the place. Cost: 10 queries.
    """
    review = _locked(review, by=by)
    asked = content.read(review.submission.step.content, content.Homework)
    peers = asked_of(review.submission.step)
    _check_read(review, peers, at=at)
    _rubric, review.levels, review.score = judged(asked, score, levels)
    review.comment, review.submitted_at, review.saved_at = kept_comment(comment, field="comment"), at, at
    count = characters(review.comment)
    if count < max(1, peers.min_characters):
        facts = {"least": peers.min_characters, "lacking": max(1, peers.min_characters) - count}
        raise Invalid(_("评语还差 %(lacking)s 字：写明哪里好、哪里可以怎样改，不少于 %(least)s 字。") % facts, field="comment")
    found = screen([review.comment], fields=["comment"], path=review.reviewer.unit_path, at=at)
    review.comment = found.texts[0]
    review.save(update_fields=["levels", "score", "comment", "submitted_at", "saved_at"])
    _flag(found, "peer_review", review, review.reviewer, at=at)
    seconds = int((at - review.opened_at).total_seconds()) if review.opened_at else 0
    _record(HomeworkEvent.PEER_REVIEWED, review.reviewer, review.submission.step, {"review": review.pk, "seconds": seconds}, by=by, at=at)
    own = Submission.objects.select_for_update(of=("self",), no_key=True).select_related("enrolment", "step")
    mine = own.filter(enrolment=review.reviewer, step_id=review.submission.step_id).first()
    if mine is not None:
        count_homework(submission=mine, by=by, at=at)
    return review


@transaction.atomic
def reply_review(*, review: PeerReview, reply: str, by: Actor, at: datetime) -> PeerReview:
    """Answer a review of one's own homework, once; the reviewer and the markers read it. Raises NotFound, Conflict, Invalid. Cost: 4."""
    rows = PeerReview.objects.select_for_update(of=("self",), no_key=True).select_related("author__programme", "submission__step")
    review = rows.get(pk=review.pk)
    permissions.check_can_reply(by, review)
    if review.replied_at is not None:
        raise Conflict(_("这条评语已经答复过了。"))
    review.reply, review.replied_at = kept_comment(reply, field="reply"), at
    if not review.reply:
        raise Invalid(_("答复还空着。写下您怎么看这条评语，或准备怎样改。"), field="reply")
    found = screen([review.reply], fields=["reply"], path=review.author.unit_path, at=at)
    review.reply = found.texts[0]
    review.save(update_fields=["reply", "replied_at"])
    _flag(found, "peer_reply", review, review.author, at=at)
    _record(HomeworkEvent.REPLIED, review.author, review.submission.step, {"review": review.pk}, by=by, at=at)
    return review


@transaction.atomic
def calibrate(
    *, piece: CalibrationPiece, enrolment: Enrolment, levels: Mapping[str, int], score: Decimal | None = None, by: Actor, at: datetime
) -> CalibrationReview:
    """Judge a piece of known marks; the expert's are shown afterwards. Raises NotPermitted, NotFound, Conflict when done, Invalid.

    Cost: 5 queries.
    """
    permissions.check_can_study(by, enrolment)
    if piece.programme_id != enrolment.programme_id or piece.removed_at is not None:
        raise NotFound(_("没有找到这篇定标样篇，可能已经撤下。"))
    _rubric, kept, points = judged(content.read(piece.step.content, content.Homework), score, levels)
    review = CalibrationReview(piece=piece, reviewer=enrolment, levels=kept, score=points, submitted_at=at)
    save_or_raise(review, {"assessment_calibration_review_once": Conflict(_("这一篇已经试评过了，请看专家的分。"))})
    _record(HomeworkEvent.CALIBRATED, enrolment, piece.step, {"piece": piece.pk}, by=by, at=at)
    return review


def asked_of(step: Step) -> Peers:
    """Return how the step's homework is reviewed. Raises NotFound where it is not."""
    peers = content.read(step.content, content.Homework).peers
    if peers is None:
        raise NotFound(_("这份作业不互评。"))
    return peers


def _current(enrolment: Enrolment, step: Step) -> PeerReview | None:
    mine = PeerReview.objects.filter(reviewer=enrolment, submission__step=step, submitted_at__isnull=True, released_at__isnull=True)
    return mine.order_by("assigned_at", "pk").first()


def _locked(review: PeerReview, *, by: Actor) -> PeerReview:
    rows = PeerReview.objects.select_for_update(of=("self",), no_key=True)
    review = rows.select_related("reviewer__programme", "submission__step", "version").get(pk=review.pk)
    permissions.check_can_review(by, review)
    if review.submitted_at is not None:
        raise Conflict(_("这份作业您已经评过了。"))
    if review.released_at is not None:
        raise Conflict(_("过了互评期限，这份作业已经换人评。请另领一份。"))
    return review


def _flag(found: Screened, object_type: str, review: PeerReview, writer: Enrolment, *, at: datetime) -> None:
    thing = Thing(
        object_type=object_type, object_id=review.pk, title=review.submission.step.title, snapshot=found.texts[0],
        person_id=writer.person_id, unit_path=writer.unit_path, programme_id=writer.programme_id,
    )  # fmt: skip
    flag(found, thing=thing, at=at)


def _check_read(review: PeerReview, peers: Peers, *, at: datetime) -> None:
    if review.opened_at is None:
        raise Conflict(_("请先打开作业读一读，再评。"))
    seconds = (at - review.opened_at).total_seconds()
    if seconds < peers.min_seconds:
        words = {"left": int(peers.min_seconds - seconds) + 1, "least": peers.min_seconds}
        raise TooFast(_("刚打开不久，再读 %(left)s 秒就可以交：每份作业至少读 %(least)s 秒。写的内容都在。") % words)


def _record(event: HomeworkEvent, enrolment: Enrolment, step: Step, data: dict[str, object], *, by: Actor, at: datetime) -> None:
    record(
        event, object_id=step.pk, object_label=step.title, person_id=enrolment.person_id, programme_id=enrolment.programme_id,
        unit_path=enrolment.unit_path, data={"enrolment": enrolment.pk, **data}, by=by, at=at,
    )  # fmt: skip
