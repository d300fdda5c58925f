"""What those who keep order do about what people write, how it is undone, and how it is appealed against."""

from django.db import models

from yanxiu.integrity.models.reports import ReportReason
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person


class MeasureKind(models.TextChoices):
    """What is done. Only `mute` and `ban` hold for a time; every kind can be undone."""

    HOLD = "hold", "转为待审"
    HIDE = "hide", "隐藏"
    RETURN = "return", "退回修改"
    DELETE = "delete", "删除"
    WARN = "warn", "提醒"
    MUTE = "mute", "禁言"
    BAN = "ban", "移出"


class Measure(models.Model):
    """A measure against a person about something she wrote, or her conduct in a space (`object_type` "" then). Never removed.

    `rule` and `reason` are what she reads. `until`: to when it holds (null = until it is undone). `before`: what is needed to restore what
    was. `appeal_due_at`: until when she may appeal; the appeal goes to `appeal_seat`, the next office up.
    """

    kind = models.CharField(max_length=8, choices=MeasureKind.choices)
    object_type = models.CharField(max_length=32, default="")
    object_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=200, default="")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    space_id = models.BigIntegerField(null=True)
    place = models.CharField(max_length=120, default="")
    unit_path = models.CharField(max_length=200)
    programme_id = models.BigIntegerField(null=True)
    rule = models.CharField(max_length=12, choices=ReportReason.choices)
    reason = models.CharField(max_length=300)
    until = models.DateTimeField(null=True)
    before = models.JSONField(default=dict)
    taken_by = models.BigIntegerField()
    taken_label = models.CharField(max_length=120)
    taken_at = models.DateTimeField()
    appeal_due_at = models.DateTimeField()
    appeal_seat = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    undone_by = models.BigIntegerField(null=True)
    undone_label = models.CharField(max_length=120, default="")
    undone_at = models.DateTimeField(null=True)
    undone_reason = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="integrity_measure_reasoned"),
            models.CheckConstraint(condition=~models.Q(person_id=models.F("taken_by")), name="integrity_measure_not_own"),
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True, undone_by__isnull=True, undone_reason="")
                | (models.Q(undone_at__isnull=False) & ~models.Q(undone_reason="")),
                name="integrity_measure_undone_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["mute", "ban"], space_id__isnull=False)
                | (~models.Q(kind__in=["mute", "ban"]) & models.Q(until__isnull=True)),
                name="integrity_measure_of_space",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["warn", "mute", "ban"]) | models.Q(object_id__isnull=False), name="integrity_measure_of_object"
            ),
            models.UniqueConstraint(
                fields=["object_type", "object_id"],
                condition=models.Q(undone_at__isnull=True, kind__in=["hold", "hide", "return", "delete"]),
                name="integrity_measure_one_on_object",
            ),
            models.UniqueConstraint(
                fields=["space_id", "person"], condition=models.Q(undone_at__isnull=True, kind="ban"), name="integrity_measure_one_ban"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-taken_at"], name="integrity_measure_person"),
            models.Index(fields=["space_id", "-taken_at"], name="integrity_measure_space"),
            models.Index(
                fields=["unit_path", "-taken_at"], name="integrity_measure_path", opclasses=["varchar_pattern_ops", "timestamptz_ops"]
            ),
        ]


class Ruling(models.TextChoices):
    """What the next office up makes of an appeal against a measure."""

    KEPT = "kept", "维持"
    LIFTED = "lifted", "撤销，恢复原样"


class MeasureAppeal(models.Model):
    """An appeal against a measure; ruled by another person than the one who took it (`against`)."""

    measure = models.OneToOneField(Measure, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    appealed_at = models.DateTimeField()
    against = models.BigIntegerField()
    ruling = models.CharField(max_length=8, choices=Ruling.choices, default="")
    opinion = models.TextField(default="")
    seat = models.ForeignKey(Org, on_delete=models.PROTECT, null=True, related_name="+")
    ruled_by = models.BigIntegerField(null=True)
    ruled_label = models.CharField(max_length=120, default="")
    ruled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="integrity_measureappeal_reasoned"),
            models.CheckConstraint(
                condition=models.Q(ruled_at__isnull=True, ruling="", ruled_by__isnull=True, opinion="")
                | (
                    models.Q(ruled_at__isnull=False, ruled_by__isnull=False, seat__isnull=False)
                    & ~models.Q(ruling="")
                    & ~models.Q(opinion="")
                ),
                name="integrity_measureappeal_ruled_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(ruled_by__isnull=True) | ~models.Q(ruled_by=models.F("against")),
                name="integrity_measureappeal_four",
            ),
        ]
        indexes = [models.Index(fields=["appealed_at"], name="integrity_measureappeal_queue", condition=models.Q(ruled_at__isnull=True))]
