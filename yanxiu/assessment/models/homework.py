"""Homework, its files and its marks."""

from django.db import models

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
    SubmissionState.SUBMITTED: frozenset({SubmissionState.RETURNED, SubmissionState.ACCEPTED}),
    SubmissionState.RETURNED: frozenset({SubmissionState.SUBMITTED}),
    SubmissionState.ACCEPTED: frozenset(),
}


class Submission(models.Model):
    """A participant's homework for a step: the text as last saved, and how far it has come.

    `submitted_at` is the latest handing in. What was marked stands in `Mark`.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=SubmissionState.choices, default=SubmissionState.DRAFT)
    text = models.TextField(default="")
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True)

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
        ]
        indexes = [
            models.Index(fields=["submitted_at", "id"], name="assessment_submission_queue", condition=models.Q(state="submitted")),
        ]


class Attachment(models.Model):
    """A file that belongs to a homework until it is taken away (`removed_at`)."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file"], name="assessment_attachment_file_once")]
        indexes = [models.Index(fields=["submission"], name="assessment_attachment_of", condition=models.Q(removed_at__isnull=True))]


class Verdict(models.TextChoices):
    """What a marker decided."""

    ACCEPTED = "accepted", "合格"
    RETURNED = "returned", "退回修改"


class Mark(models.Model):
    """A tutor's decision on a homework as it then was (`text`); a returned one has no score and a reason in `comment`."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True)
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
