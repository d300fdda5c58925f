"""What a course package keeps of its learners."""

from django.db import models

from yanxiu.catalogue.models import Step
from yanxiu.programmes.models import Enrolment


class PackageStudy(models.Model):
    """A participant's study of a package step: the attempt that counts now, where to go on, and how long it was open by the server's clock.

    `seconds` are those of leases before `lease`, `lease_seconds` those of that one. `sequencing` is the state of scorm-again's sequencing.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    attempt = models.PositiveSmallIntegerField(default=1)
    position = models.CharField(max_length=200, default="")
    sequencing = models.TextField(default="")
    seconds = models.PositiveIntegerField(default=0)
    lease = models.PositiveIntegerField(default=0)
    lease_seconds = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "step"], name="learning_package_study_once")]


class RunStatus(models.TextChoices):
    """What a unit of a package says of its own completion."""

    UNKNOWN = "unknown", "还没开始"
    INCOMPLETE = "incomplete", "没学完"
    COMPLETED = "completed", "学完"


class RunSuccess(models.TextChoices):
    """What a unit of a package says of its own result."""

    UNKNOWN = "unknown", "没有结果"
    PASSED = "passed", "通过"
    FAILED = "failed", "没通过"


class PackageRun(models.Model):
    """The run-time state of one unit (SCO) in one attempt, as its content reported it: `data` maps CMI elements to their values.

    `status`, `success` and `score` (of 100) are read from it. Time is bounded by the server's clock: `total_seconds`, of which
    `base_seconds` came before this launch. `lease`, `launch` and `number` order the saves: an older one never replaces a newer one.
    """

    study = models.ForeignKey(PackageStudy, on_delete=models.CASCADE, related_name="+")
    attempt = models.PositiveSmallIntegerField()
    sco = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=RunStatus.choices, default=RunStatus.UNKNOWN)
    success = models.CharField(max_length=10, choices=RunSuccess.choices, default=RunSuccess.UNKNOWN)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    total_seconds = models.PositiveIntegerField(default=0)
    base_seconds = models.PositiveIntegerField(default=0)
    lease = models.PositiveIntegerField(default=0)
    launch = models.PositiveIntegerField(default=0)
    number = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "attempt", "sco"], name="learning_package_run_once"),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__gte=0, score__lte=100), name="learning_package_run_score"
            ),
        ]
