"""Observations of lesson cases, and comments at a second of the lesson."""

from django.db import models

from yanxiu.assessment.models.rubrics import Rubric
from yanxiu.catalogue.models import LessonCase
from yanxiu.programmes.models import Enrolment


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
