"""Homework, its versions as handed in, its files and its marks."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yanxiu.assessment import sheets
from yanxiu.assessment.models.rubrics import Rubric
from yanxiu.catalogue.models import Step
from yanxiu.files.models import StoredFile
from yanxiu.programmes.models import Enrolment


class SubmissionState(models.TextChoices):
    """Where a homework stands."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待批阅"
    RETURNED = "returned", "退回修改"
    ACCEPTED = "accepted", "已合格"


TRANSITIONS: dict[SubmissionState, frozenset[SubmissionState]] = {
    SubmissionState.DRAFT: frozenset({SubmissionState.SUBMITTED}),
    SubmissionState.SUBMITTED: frozenset({SubmissionState.DRAFT, SubmissionState.RETURNED, SubmissionState.ACCEPTED}),
    SubmissionState.RETURNED: frozenset({SubmissionState.SUBMITTED}),
    SubmissionState.ACCEPTED: frozenset(),
}


class Submission(models.Model):
    """A participant's homework for a step: the words as last saved, and how far it has come.

    `texts` holds the words of each part by its key, `text` all of them as one reads them. `submitted_at` is the latest handing in; what was
    handed in stands in `HandedIn`, what was marked in `Mark`. While `claimed_until` lies ahead the piece is on one marker's desk. Accepted
    work counts from `counted_at` on: with reviews of peers still owed, later than it was accepted.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=SubmissionState.choices, default=SubmissionState.DRAFT)
    text = models.TextField(default="")
    texts = models.JSONField(default=dict)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True)
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    claimed_by = models.BigIntegerField(null=True)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step"], name="assessment_submission_once"),
            models.CheckConstraint(
                condition=models.Q(state="draft", submitted_at__isnull=True)
                | (~models.Q(state="draft") & models.Q(submitted_at__isnull=False)),
                name="assessment_submission_submitted_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="returned") | models.Q(returned_at__isnull=False), name="assessment_submission_returned_when"
            ),
            models.CheckConstraint(
                condition=models.Q(state="accepted", accepted_at__isnull=False, score__isnull=False)
                | (~models.Q(state="accepted") & models.Q(accepted_at__isnull=True, score__isnull=True)),
                name="assessment_submission_accepted_when",
            ),
            models.CheckConstraint(condition=models.Q(score__isnull=True) | models.Q(score__gte=0), name="assessment_submission_score"),
            models.CheckConstraint(
                condition=models.Q(counted_at__isnull=True) | models.Q(state="accepted"), name="assessment_submission_counted_when"
            ),
            models.CheckConstraint(
                condition=models.Q(claimed_by__isnull=True, claimed_until__isnull=True)
                | models.Q(claimed_by__isnull=False, claimed_until__isnull=False, state="submitted"),
                name="assessment_submission_claimed_when",
            ),
        ]
        indexes = [
            models.Index(fields=["submitted_at", "id"], name="assessment_submission_queue", condition=models.Q(state="submitted")),
            models.Index(fields=["claimed_by"], name="assessment_submission_desk", condition=models.Q(claimed_by__isnull=False)),
            models.Index(
                fields=["step", "submitted_at"], name="assessment_submission_pool", condition=models.Q(submitted_at__isnull=False)
            ),
        ]


class HandedIn(models.Model):
    """What was handed in at one moment (交稿), never changed: the words of each part, and the ids of the attachments."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    texts = models.JSONField(default=dict)
    attachments = ArrayField(models.BigIntegerField(), default=list)
    handed_in_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="assessment_handed_in_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="assessment_handed_in_number_from_one"),
        ]


class Attachment(models.Model):
    """A file that belongs to a part of a homework until it is taken away (`removed_at`)."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="+")
    part = models.CharField(max_length=20, default="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file"], name="assessment_attachment_file_once"),
            models.CheckConstraint(condition=~models.Q(part=""), name="assessment_attachment_part"),
        ]
        indexes = [models.Index(fields=["submission"], name="assessment_attachment_of", condition=models.Q(removed_at__isnull=True))]


class Verdict(models.TextChoices):
    """What a marker decided."""

    ACCEPTED = "accepted", "合格"
    RETURNED = "returned", "退回修改"


class Mark(models.Model):
    """A tutor's decision on a homework as it then was (`text`); a returned one has no score and a reason in `comment`.

    By a `rubric`, `levels` are the chosen levels and `own_score` their sum. `score` is what counts: `own_score` and the mean of the
    peers' reviews (`peer_score`) by their weights.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, null=True, related_name="+")
    levels = models.JSONField(default=dict)
    own_score = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    peer_score = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    comment = models.TextField(default="")
    text = models.TextField()
    marked_at = models.DateTimeField()
    marked_by = models.BigIntegerField(null=True)
    marker = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict="accepted", score__isnull=False)
                | (models.Q(verdict="returned", score__isnull=True) & ~models.Q(comment="")),
                name="assessment_mark_verdict",
            ),
            models.UniqueConstraint(fields=["submission"], condition=models.Q(verdict="accepted"), name="assessment_mark_accepted_once"),
        ]
        indexes = [models.Index(fields=["submission", "marked_at"], name="assessment_mark_of")]

    @property
    def chosen(self) -> list[tuple[sheets.Dimension, sheets.Level]]:
        """The levels chosen by the rubric, in its order; empty without one."""
        if self.rubric is None:
            return []
        return [(one, one.levels[self.levels[one.key]]) for one in sheets.read(self.rubric.dimensions) if one.key in self.levels]
