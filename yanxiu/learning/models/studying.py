"""What is being studied, and what is done."""

from collections.abc import Sequence

from django.db import models

from yanxiu.catalogue.models import Course, Step
from yanxiu.programmes.models import Enrolment


class Bits(models.TextField):  # type: ignore[type-arg]  # str in, str out
    """A PostgreSQL bit string (the migration makes it one); in Python "0" and "1", the first character being second 0."""

    def deconstruct(self) -> tuple[str, str, Sequence[object], dict[str, object]]:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


class Item(models.IntegerChoices):
    """What a film belongs to."""

    STEP = 1, "课程环节"
    CASE = 2, "课例"


class Progress(models.Model):
    """Which seconds of a film a participant has seen: one bit each; grows only by union. `seconds` counts the bits that are set.

    `person_id` leads the key so that the table can be spread by person. `position` is where to resume.
    """

    pk = models.CompositePrimaryKey("person_id", "enrolment_id", "kind", "item_id")
    person_id = models.BigIntegerField()
    enrolment_id = models.BigIntegerField()
    kind = models.PositiveSmallIntegerField(choices=Item.choices)
    item_id = models.BigIntegerField()
    watched = Bits()
    seconds = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()


class Lease(models.Model):
    """A stretch of server time in which one thing was open for a person: [started_at, ended_at), the newest one open.

    The leases of a person never overlap, and the seconds `credited` on each stay within its length times `rate` (per cent):
    so credited time never exceeds server time, over all tabs and devices. Old leases are swept once their tickets are void.

    The rest are facts for signals, never for credit: `device` (a hash of what the browser keeps) and `address` it was opened from,
    `hidden_seconds` the page lay in the background while playing, `beats` that came, and sum and sum of squares of the seconds from
    one beat to the next (the first counts from the opening).
    """

    pk = models.CompositePrimaryKey("person_id", "number")
    person_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    nonce = models.BigIntegerField()
    enrolment_id = models.BigIntegerField()
    kind = models.PositiveSmallIntegerField(choices=Item.choices)
    item_id = models.BigIntegerField()
    rate = models.PositiveSmallIntegerField()
    credited = models.PositiveIntegerField(default=0)
    device = models.BigIntegerField(null=True)
    address = models.GenericIPAddressField(null=True)
    hidden_seconds = models.PositiveIntegerField(default=0, db_default=0)
    beats = models.PositiveIntegerField(default=0, db_default=0)
    gap_sum = models.FloatField(default=0, db_default=0)
    gap_squares = models.FloatField(default=0, db_default=0)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id"], condition=models.Q(ended_at__isnull=True), name="learning_lease_one_open"),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("started_at")), name="learning_lease_order"
            ),
        ]
        indexes = [models.Index(fields=["started_at"], name="learning_lease_age")]


class How(models.TextChoices):
    """By what a step was completed."""

    WATCHED = "watched", "看完"
    READ = "read", "读完"
    ANSWERED = "answered", "答对"
    PASSED = "passed", "测试通过"
    ACCEPTED = "accepted", "作业合格"
    DISCUSSED = "discussed", "参与讨论"
    CONFIRMED = "confirmed", "活动已确认"
    REPORTED = "reported", "课件报告"


class StepDone(models.Model):
    """A step that a participant completed, once."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=How.choices)
    done_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "step"], name="learning_step_done_once")]


class CourseDone(models.Model):
    """A course that a participant completed: all that counts is done, so its hours count, once. `record_id` is the proof."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    block = models.CharField(max_length=60)
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    done_at = models.DateTimeField()
    record_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "course"], name="learning_course_done_once")]
