"""互评: what one owes and gets, a piece without its author's name, and what there is to give out."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yanxiu.assessment import parts, sheets
from yanxiu.assessment.models import (
    Attachment,
    CalibrationPiece,
    CalibrationReview,
    HandedIn,
    PeerReview,
    Rubric,
    Submission,
    SubmissionState,
)
from yanxiu.assessment.queries.rubrics import homework_rubric
from yanxiu.catalogue import content
from yanxiu.catalogue.content.steps import Peers
from yanxiu.catalogue.models import Step
from yanxiu.files import queries as files
from yanxiu.kit import rich_text
from yanxiu.programmes.models import Enrolment

READABLE = (SubmissionState.SUBMITTED, SubmissionState.RETURNED, SubmissionState.ACCEPTED)


@dataclass(frozen=True, kw_only=True)
class Duty:
    """What a participant owes of reviews: `most` in all, `done`, the one before her, and whether there was nothing to review."""

    most: int
    done: int
    current: PeerReview | None
    is_waived: bool
    reviews: Sequence[PeerReview] = ()

    @property
    def is_done(self) -> bool:
        """Tell whether nothing is owed any more."""
        return self.done >= self.most or self.is_waived

    @property
    def left(self) -> int:
        """How many are still owed."""
        return 0 if self.is_done else self.most - self.done


@dataclass(frozen=True, kw_only=True)
class PeerPage:
    """互评 of one homework as its writer sees it: the duty, the pieces to find one's measure by, and what others said about hers."""

    enrolment: Enrolment
    step: Step
    asked: content.Homework
    peers: Peers
    submission: Submission | None
    duty: Duty | None
    to_calibrate: Sequence[CalibrationPiece]
    calibrated: Sequence[CalibrationReview]
    done: Sequence[PeerReview]
    received: Sequence[PeerReview]


@dataclass(frozen=True, kw_only=True)
class ShownFile:
    """A file of a piece, under a name that names nobody."""

    name: str
    url: str
    size_bytes: int


@dataclass(frozen=True, kw_only=True)
class Work:
    """A piece as its reviewer reads it: the task, the words of each part, the files, and the sheet to judge it by."""

    task: str
    texts: Sequence[tuple[str, str]]
    files: Sequence[ShownFile]
    rubric: Rubric | None
    dimensions: sheets.Dimensions
    points: int


def peer_scores(submission: Submission) -> list[Decimal]:
    """Return the peers' scores of the newest version that was reviewed. Cost: one query."""
    rows = PeerReview.objects.filter(submission=submission, submitted_at__isnull=False).values_list("version__number", "score")
    found = [(number, score) for number, score in rows if score is not None]
    newest = max((number for number, _score in found), default=0)
    return [score for number, score in found if number == newest]


def pieces_for(enrolment: Enrolment, step: Step) -> QuerySet[Submission]:
    """Return the pieces that the participant has not had yet: of others in the programme, handed in as a version."""
    handed_in = Submission.objects.filter(step=step, enrolment__programme_id=enrolment.programme_id, state__in=READABLE)
    versions = HandedIn.objects.filter(submission__step=step).values("submission")
    had = PeerReview.objects.filter(reviewer=enrolment, released_at__isnull=True).values("submission")
    return handed_in.filter(pk__in=versions).exclude(enrolment=enrolment).exclude(pk__in=had)


def duty_of(submission: Submission, peers: Peers, *, at: datetime) -> Duty:
    """Return what the writer of a homework owes. With nothing to review for the whole term, nothing is owed. Cost: 1 or 2 queries."""
    mine = PeerReview.objects.filter(reviewer_id=submission.enrolment_id, submission__step_id=submission.step_id, released_at__isnull=True)
    rows = list(mine.order_by("assigned_at", "pk"))
    done = sum(one.submitted_at is not None for one in rows)
    current = next((one for one in rows if one.submitted_at is None), None)
    waited = submission.submitted_at is not None and at >= submission.submitted_at + timedelta(days=peers.days)
    is_waived = (
        done < peers.reviews and current is None and waited and not pieces_for(submission.enrolment, submission.step).exists()
    )  # fmt: skip
    return Duty(
        most=peers.reviews, done=done, current=current, is_waived=is_waived, reviews=[one for one in rows if one.submitted_at is not None]
    )


def calibration_of(enrolment: Enrolment, step: Step, peers: Peers) -> tuple[list[CalibrationPiece], list[CalibrationReview]]:
    """Return the pieces still to be judged first, and one's marks on the others. Cost: 2 queries, none where none are asked for."""
    if not peers.calibration:
        return [], []
    there = CalibrationPiece.objects.filter(programme_id=enrolment.programme_id, step=step, removed_at__isnull=True)
    asked = list(there.order_by("number")[: peers.calibration])
    done = list(CalibrationReview.objects.filter(piece__in=asked, reviewer=enrolment).select_related("piece").order_by("piece__number"))
    judged = {one.piece_id for one in done}
    return [piece for piece in asked if piece.pk not in judged], done


def peer_page(enrolment: Enrolment, step: Step, *, at: datetime) -> PeerPage | None:
    """Return the reviews of a homework as its writer sees them; None for homework without peers. Cost: at most 7 queries."""
    asked = content.read(step.content, content.Homework)
    if asked.peers is None:
        return None
    submission = Submission.objects.select_related("enrolment", "step").filter(enrolment=enrolment, step=step).first()
    has_come = submission is not None and submission.state in READABLE
    duty = duty_of(submission, asked.peers, at=at) if submission is not None and has_come else None
    to_calibrate, calibrated = calibration_of(enrolment, step, asked.peers) if has_come else ([], [])
    return PeerPage(
        enrolment=enrolment, step=step, asked=asked, peers=asked.peers, submission=submission,
        duty=duty,
        to_calibrate=to_calibrate, calibrated=calibrated,
        done=duty.reviews if duty is not None else [],
        received=received(submission) if submission is not None else [],
    )  # fmt: skip


def received(submission: Submission) -> list[PeerReview]:
    """Return what peers said about a piece, first come first. Cost: one query."""
    rows = PeerReview.objects.filter(submission=submission, submitted_at__isnull=False).select_related("reviewer__person", "reviewer__unit")
    return list(rows.order_by("submitted_at", "pk"))


def work_of(review: PeerReview, *, person_id: int, at: datetime) -> Work:
    """Return the piece of a review, without the author's and the school's name where peers stay anonymous. Cost: 2 queries."""
    step = review.submission.step
    asked = content.read(step.content, content.Homework)
    hidden = [review.author.person.name, review.author.unit.name] if asked.peers is None or asked.peers.is_anonymous else []
    rows = Attachment.objects.filter(pk__in=review.version.attachments).select_related("file").order_by("added_at", "pk")
    labels = {part.key: part.label for part in asked.asked_parts}
    shown = []
    for number, row in enumerate(rows, start=1):
        file = copy.copy(row.file)
        if hidden:
            file.name = _("%(label)s %(number)s.%(ending)s") % {
                "label": labels.get(row.part, _("附件")), "number": number, "ending": file.name.rpartition(".")[2]
            }  # fmt: skip
        shown.append(ShownFile(name=file.name, url=files.link(file, person_id=person_id, at=at), size_bytes=file.size_bytes))
    kept = parts.texts_of(asked, review.version.texts or review.version.text)
    texts = [(part.label, parts.without_names(kept[part.key], hidden)) for part in asked.asked_parts if part.is_text and kept[part.key]]
    rubric = homework_rubric(asked)
    return Work(
        task=rich_text.shown(step.body or rich_text.from_source(asked.task)), texts=texts, files=shown, rubric=rubric,
        dimensions=sheets.read(rubric.dimensions) if rubric else (), points=asked.points,
    )  # fmt: skip
