"""How exams are sat: one row for each sitting, each device, each answer."""

from datetime import datetime

from django.db import models

from yanxiu.assessment.models.exams import Exam
from yanxiu.programmes.models import Enrolment


class Sitting(models.Model):
    """One candidate's sitting of an exam (答卷). Server time decides: nothing written at or after `ends_at` is taken.

    `sheet` lists its questions as this candidate sees them, typed in `assessment.papers.Sheet`, numbered from 1.
    Open while `handed_in_at` is null and `ends_at` lies ahead; `handed_in_at` of one that ran out is `ends_at`. `lease` counts the devices
    that took it, one after the other: only the last may write on. `away_*` is what the page told of being left, a signal and no verdict.
    """

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    sheet = models.JSONField()
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True)
    lease = models.PositiveSmallIntegerField(default=1)
    away_times = models.PositiveIntegerField(default=0)
    away_seconds = models.PositiveIntegerField(default=0)
    late_refused = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exam", "enrolment", "number"], name="assessment_sitting_number_once"),
            models.UniqueConstraint(
                fields=["exam", "enrolment"], condition=models.Q(handed_in_at__isnull=True), name="assessment_sitting_one_open"
            ),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("started_at"), number__gte=1), name="assessment_sitting_span"),
            models.CheckConstraint(
                condition=models.Q(handed_in_at__isnull=True) | models.Q(handed_in_at__lte=models.F("ends_at")),
                name="assessment_sitting_in_time",
            ),
        ]
        indexes = [
            models.Index(fields=["ends_at"], name="assessment_sitting_due", condition=models.Q(handed_in_at__isnull=True)),
            models.Index(fields=["enrolment"], name="assessment_sitting_of"),
        ]

    def is_over(self, at: datetime) -> bool:
        """Tell whether nothing more can be written at a moment."""
        return self.handed_in_at is not None or at >= self.ends_at


class SittingDevice(models.Model):
    """A device that took a sitting: the first, and each that took it over, with what it called itself."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="+")
    lease = models.PositiveSmallIntegerField()
    device = models.CharField(max_length=64, default="", blank=True)
    agent = models.CharField(max_length=200, default="", blank=True)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sitting", "lease"], name="assessment_device_lease_once")]


class SittingAnswer(models.Model):
    """The answer to one question of a sitting: `given` as `catalogue.content.Given`, in places as the question was written.

    `written_at` is when it was given, as far as the server can tell; the later one counts. `saved_at` is when it arrived: after the end
    of the sitting only for what a device wrote before it without a line. `share` of the points is known once it is scored.
    """

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    given = models.JSONField(null=True)
    written_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    lease = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sitting", "number"], name="assessment_sitting_answer_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="assessment_sitting_answer_number"),
        ]
