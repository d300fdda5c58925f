"""Teaching points: course packages that left, study that came back, and the seat of a point on its own machine."""

from django.db import models

from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Programme


class PackageState(models.TextChoices):
    """A package is made in the background, then lies ready; one that could not be made says why."""

    MAKING = "making", "正在打包"
    READY = "ready", "可下载"
    FAILED = "failed", "没有打成"


class PointPackage(models.Model):
    """A course package (课程包) made for a teaching point: who studies there, what, and with which bytes.

    `number` counts the packages of a point and programme. The bytes lie in the data folder under `storage_name`; the opening code is
    shown once and kept nowhere. `people`, `courses` and `media_bytes` say what it holds.
    """

    point = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=PackageState.choices, default=PackageState.MAKING)
    reason = models.CharField(max_length=300, default="")
    storage_name = models.CharField(max_length=40, default="")
    size_bytes = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="")
    people = models.PositiveIntegerField(default=0)
    courses = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    asked_by = models.BigIntegerField(null=True)
    ready_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["point", "programme", "number"], name="learning_point_package_number"),
            models.CheckConstraint(
                condition=~models.Q(state="ready") | models.Q(ready_at__isnull=False), name="learning_point_package_ready_when"
            ),
            models.CheckConstraint(condition=~models.Q(state="failed") | ~models.Q(reason=""), name="learning_point_package_says_why"),
        ]
        indexes = [models.Index(fields=["programme", "point", "-number"], name="learning_point_package_last")]


class PointSync(models.Model):
    """Study of a point that the centre received, once per bundle (`sha256`). `seconds` are the new ones, `done` the new steps.

    `remarks` are sentences on what was cut or not taken up, the worst first.
    """

    package = models.ForeignKey(PointPackage, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    people = models.PositiveIntegerField()
    seconds = models.BigIntegerField()
    done = models.PositiveIntegerField()
    remarks = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sha256"], name="learning_point_sync_once")]
        indexes = [models.Index(fields=["package", "-received_at"], name="learning_point_sync_last")]


class PointSeat(models.Model):
    """What a machine in point mode knows of itself: its place, its centre, and the package it serves. At most one row, only there.

    `sync_key` signs what goes to the centre; `centre_key` is the public key whose packages it takes from now on.
    """

    point = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    package_id = models.BigIntegerField()
    package_number = models.PositiveIntegerField()
    package_made_at = models.DateTimeField()
    centre_url = models.CharField(max_length=200, default="")
    centre_key = models.BinaryField()
    sync_key = models.BinaryField()
    loaded_at = models.DateTimeField()
    synced_at = models.DateTimeField(null=True)
    single = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["single"], name="learning_point_seat_single"),
            models.CheckConstraint(condition=models.Q(single=True), name="learning_point_seat_is_single"),
        ]
