"""互评: who reviews whose piece, and the pieces with an expert's marks by which reviewers find their measure."""

from django.db import models

from yanxiu.assessment.models.homework import HandedIn, Submission
from yanxiu.assessment.models.rubrics import Rubric
from yanxiu.catalogue.models import Step
from yanxiu.programmes.models import Enrolment, Programme


class PeerReview(models.Model):
    """A participant's review of another's piece, given out at `assigned_at` until `due_at`.

    `author` repeats the piece's, so that nobody can be given the own one. Open from `opened_at`, done at `submitted_at`; `released_at`
    means that somebody else has it now. `is_fallback`: of the same school because there was nobody else. `reply` is the author's answer.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(HandedIn, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    is_fallback = models.BooleanField(default=False)
    assigned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    levels = models.JSONField(default=dict)
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    comment = models.TextField(default="")
    reply = models.TextField(default="")
    replied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "reviewer"], name="assessment_peer_review_once"),
            models.CheckConstraint(condition=~models.Q(author=models.F("reviewer")), name="assessment_peer_review_not_own"),
            models.CheckConstraint(condition=models.Q(due_at__gt=models.F("assigned_at")), name="assessment_peer_review_term"),
            models.CheckConstraint(
                condition=models.Q(submitted_at__isnull=True, score__isnull=True)
                | (models.Q(submitted_at__isnull=False, opened_at__isnull=False, score__gte=0) & ~models.Q(comment="")),
                name="assessment_peer_review_done_when",
            ),
            models.CheckConstraint(
                condition=models.Q(submitted_at__isnull=True) | models.Q(released_at__isnull=True),
                name="assessment_peer_review_released_when",
            ),
            models.CheckConstraint(
                condition=models.Q(replied_at__isnull=True, reply="")
                | (models.Q(replied_at__isnull=False, submitted_at__isnull=False) & ~models.Q(reply="")),
                name="assessment_peer_review_replied_when",
            ),
        ]
        indexes = [
            models.Index(fields=["reviewer"], name="assessment_peer_review_by"),
            models.Index(
                fields=["due_at"],
                name="assessment_peer_review_due",
                condition=models.Q(submitted_at__isnull=True, released_at__isnull=True),
            ),
        ]


class CalibrationPiece(models.Model):
    """A piece with an expert's marks (定标样篇) that reviewers of a step judge first; its `levels` are shown after their own."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, null=True, related_name="+")
    levels = models.JSONField(default=dict)
    score = models.DecimalField(max_digits=6, decimal_places=2)
    comment = models.TextField(default="")
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "step", "number"], name="assessment_calibration_number_once"),
            models.CheckConstraint(condition=models.Q(score__gte=0) & ~models.Q(text=""), name="assessment_calibration_whole"),
        ]


class CalibrationReview(models.Model):
    """A participant's marks on a piece of which the expert's marks are known."""

    piece = models.ForeignKey(CalibrationPiece, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    levels = models.JSONField(default=dict)
    score = models.DecimalField(max_digits=6, decimal_places=2)
    submitted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["piece", "reviewer"], name="assessment_calibration_review_once"),
            models.CheckConstraint(condition=models.Q(score__gte=0), name="assessment_calibration_review_score"),
        ]
