"""Attempts at tests, homework and its marks, rubrics and observations of lesson cases."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yanxiu.catalogue.models import LessonCase, Step
from yanxiu.files.models import StoredFile
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Enrolment


class Attempt(models.Model):
    """One try at the test of a course. `orders` holds, for each question, its option indexes in the order shown.

    Server time decides: nothing is taken from `ends_at` on (null = open end). Open while `submitted_at` is null; then `score`,
    of 100, and `passed` are known.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    orders = models.JSONField()
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    passed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step", "number"], name="assessment_attempt_number_once"),
            models.UniqueConstraint(
                fields=["enrolment", "step"], condition=models.Q(submitted_at__isnull=True), name="assessment_attempt_one_open"
            ),
            models.UniqueConstraint(fields=["enrolment", "step"], condition=models.Q(passed=True), name="assessment_attempt_one_pass"),
            models.CheckConstraint(
                condition=models.Q(submitted_at__isnull=True, score__isnull=True, passed__isnull=True)
                | models.Q(submitted_at__isnull=False, score__isnull=False, passed__isnull=False),
                name="assessment_attempt_scored_when",
            ),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__gte=0, score__lte=100), name="assessment_attempt_score_range"
            ),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="assessment_attempt_number_from_one"),
        ]
        indexes = [models.Index(fields=["ends_at"], name="assessment_attempt_due", condition=models.Q(submitted_at__isnull=True))]

    @property
    def is_open(self) -> bool:
        """Tell whether it is not yet handed in."""
        return self.submitted_at is None

    def is_over(self, at: datetime) -> bool:
        """Tell whether its time is up at a moment."""
        return self.ends_at is not None and at >= self.ends_at


class Answer(models.Model):
    """The options chosen for one question of an attempt: indexes as the question was written, ascending; empty = taken back."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    chosen = ArrayField(models.PositiveSmallIntegerField(), default=list)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "number"], name="assessment_answer_once")]


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


class Rubric(models.Model):
    """A published sheet for observing lessons (评价标准), never changed: a correction is the owner's next `number`.

    `dimensions` is typed (`assessment.sheets`); `guide` says what the report must contain.
    """

    owner = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    guide = models.TextField(default="")
    min_characters = models.PositiveIntegerField()
    dimensions = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "number"], name="assessment_rubric_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1) & ~models.Q(title=""), name="assessment_rubric_named"),
        ]

    def __str__(self) -> str:
        return self.title


class Observation(models.Model):
    """A participant's view of a lesson case by the `rubric` it was begun with: a level index per dimension, and a report.

    A draft until `submitted_at`; then `total` is the sum of the levels' points.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(LessonCase, on_delete=models.PROTECT, related_name="+")
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="+")
    levels = models.JSONField(default=dict)
    report = models.TextField(default="")
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    total = models.DecimalField(max_digits=7, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "case"], name="assessment_observation_once"),
            models.CheckConstraint(
                condition=models.Q(submitted_at__isnull=True, total__isnull=True)
                | (models.Q(submitted_at__isnull=False, total__isnull=False, total__gte=0) & ~models.Q(report="")),
                name="assessment_observation_submitted_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["case", "submitted_at"], name="assessment_observation_case", condition=models.Q(submitted_at__isnull=False)
            )
        ]


class Remark(models.Model):
    """A comment at a second of the lesson (按时间点评), part of an observation; handed in and read with it."""

    observation = models.ForeignKey(Observation, on_delete=models.CASCADE, related_name="+")
    second = models.PositiveIntegerField()
    text = models.CharField(max_length=500)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="assessment_remark_not_empty")]
        indexes = [models.Index(fields=["observation", "second"], name="assessment_remark_place")]
