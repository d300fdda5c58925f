"""Attempts at tests, and their answers."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yanxiu.catalogue.models import Step
from yanxiu.programmes.models import Enrolment


class Attempt(models.Model):
    """One try at the test of a course. `orders` holds, for each question, its option indexes in the order shown, none if not asked.

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
