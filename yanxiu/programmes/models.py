"""Programmes, the immutable versions of their plans, resolved windows, offerings and enrolments."""

from django.db import models

from yanxiu.catalogue.models import Course
from yanxiu.orgs.models import Org, Stage
from yanxiu.people.models import Person


class ProgrammeState(models.TextChoices):
    """`closed`: no more hours; spaces and courses stay open (W-57)."""

    DRAFT = "draft", "草稿"
    RUNNING = "running", "进行中"
    CLOSED = "closed", "已结束"


class Programme(models.Model):
    """A programme-year of an owner. `current` is the published version that new participants are pinned to."""

    code = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    owner = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    owner_path = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=ProgrammeState.choices, default=ProgrammeState.DRAFT)
    current = models.ForeignKey("PlanVersion", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(current__isnull=False), name="programmes_programme_published"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlanVersion(models.Model):
    """A published plan, never changed: its YAML text, the parameters of its masked dates, and the hash of both."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    source = models.TextField()
    parameters = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=300, default="")
    published_at = models.DateTimeField()
    published_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="programmes_version_number_once")]


class Window(models.Model):
    """A resolved window of a version: [starts_at, ends_at), null = open; `for_roles` and `opens` as the plan says.

    `unit` is null for the official window, else a unit's own dates inside it (W-02).
    """

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=60)
    label = models.CharField(max_length=80)
    unit = models.ForeignKey(Org, on_delete=models.CASCADE, null=True, related_name="+")
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    for_roles = models.JSONField(default=list)
    opens = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "key", "unit"], nulls_distinct=False, name="programmes_window_once"),
            models.CheckConstraint(
                condition=models.Q(starts_at__isnull=True) | models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
                name="programmes_window_order",
            ),
        ]


class Offering(models.Model):
    """A course offered in a block (and topic) of a programme, for the hours it counts there."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    block = models.CharField(max_length=60)
    topic = models.CharField(max_length=60, default="")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    hours = models.DecimalField(max_digits=6, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "course"], name="programmes_offering_once")]


class EnrolmentState(models.TextChoices):
    """`left`: deregistered (报删); stays in history, leaves the denominators."""

    ACTIVE = "active", "参训"
    LEFT = "left", "已报删"


class Enrolment(models.Model):
    """A person in a programme, pinned to a plan version, with unit, stage and subject as they were at enrolment."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=200)
    stage = models.CharField(max_length=12, choices=Stage.choices)
    subject = models.CharField(max_length=30)
    audience = models.CharField(max_length=60, default="")
    in_plan = models.BooleanField(null=True)
    role = models.CharField(max_length=40, default="learner")
    state = models.CharField(max_length=12, choices=EnrolmentState.choices, default=EnrolmentState.ACTIVE)
    enrolled_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "person"], name="programmes_enrolment_once"),
            models.CheckConstraint(
                condition=models.Q(state="active", left_at__isnull=True) | models.Q(state="left", left_at__isnull=False),
                name="programmes_enrolment_left_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["programme", "unit_path"], name="programmes_enrolment_place", opclasses=["int8_ops", "varchar_pattern_ops"]
            ),
            models.Index(fields=["person"], name="programmes_enrolment_person"),
        ]
