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
    """A programme-year of an owner. `current` is the published version that new participants are pinned to.

    `plan_key` is the id inside the plan: programmes of several years share it.
    """

    code = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    owner = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    owner_path = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=ProgrammeState.choices, default=ProgrammeState.DRAFT)
    current = models.ForeignKey("PlanVersion", on_delete=models.PROTECT, null=True, related_name="+")
    plan_key = models.CharField(max_length=60, default="")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(current__isnull=False), name="programmes_programme_published"
            ),
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False)
                | (~models.Q(state="closed") & models.Q(closed_at__isnull=True)),
                name="programmes_programme_closed_when",
            ),
            models.CheckConstraint(condition=~models.Q(code="") & ~models.Q(title=""), name="programmes_programme_named"),
        ]
        indexes = [models.Index(fields=["owner_path"], name="programmes_programme_owner", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return self.title


class Draft(models.Model):
    """The plan of a programme while it is being written; may be wrong. Gone when it is published."""

    programme = models.OneToOneField(Programme, on_delete=models.CASCADE, related_name="+")
    source = models.TextField()
    parameters = models.JSONField(default=dict)
    launch_dates = models.JSONField(default=dict)
    saved_at = models.DateTimeField()
    saved_by = models.BigIntegerField(null=True)


class PlanVersion(models.Model):
    """A published plan, never changed: its YAML text, the parameters of its masked dates, and the hash of all.

    `launch_dates` gives days to windows the plan leaves without: window -> [first day, last day], ISO or null.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    source = models.TextField()
    parameters = models.JSONField(default=dict)
    launch_dates = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=300, default="")
    published_at = models.DateTimeField()
    published_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="programmes_version_number_once"),
            models.CheckConstraint(condition=models.Q(number=1) | ~models.Q(reason=""), name="programmes_version_reason"),
        ]


class Window(models.Model):
    """A resolved window of a version: [starts_at, ends_at), null = open; `for_roles` and `opens` as the plan says.

    `unit` is null for the official window, else a unit's own dates inside it (W-02), with its `unit_path`.
    Choices made in it freeze at `locks_at`; what is earned from `cutoff_at` on counts for the next year.
    """

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=60)
    label = models.CharField(max_length=200)
    unit = models.ForeignKey(Org, on_delete=models.CASCADE, null=True, related_name="+")
    unit_path = models.CharField(max_length=200, default="")
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    locks_at = models.DateTimeField(null=True)
    cutoff_at = models.DateTimeField(null=True)
    for_roles = models.JSONField(default=list)
    except_roles = models.JSONField(default=list)
    opens = models.JSONField(default=list)
    unit_may_narrow = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "key", "unit"], nulls_distinct=False, name="programmes_window_once"),
            models.CheckConstraint(
                condition=models.Q(starts_at__isnull=True) | models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
                name="programmes_window_order",
            ),
            models.CheckConstraint(
                condition=models.Q(unit__isnull=True, unit_path="") | (models.Q(unit__isnull=False) & ~models.Q(unit_path="")),
                name="programmes_window_unit_paired",
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
        constraints = [
            models.UniqueConstraint(fields=["programme", "course"], name="programmes_offering_once"),
            models.CheckConstraint(condition=models.Q(hours__gt=0), name="programmes_offering_hours"),
        ]
        indexes = [models.Index(fields=["programme", "block", "topic"], name="programmes_offering_shelf")]


class EnrolmentState(models.TextChoices):
    """`left`: deregistered (报删); stays in history, leaves the denominators."""

    ACTIVE = "active", "参训"
    LEFT = "left", "已报删"


class Enrolment(models.Model):
    """A person in a programme, pinned to a plan version, with unit, stage and subject as they were at enrolment.

    `point` is the teaching point where the person studies, null when on the own line.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+", db_index=False)  # programmes_enrolment_once
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=200)
    stage = models.CharField(max_length=12, choices=Stage.choices)
    subject = models.CharField(max_length=30)
    audience = models.CharField(max_length=60, default="")
    in_plan = models.BooleanField(null=True)
    role = models.CharField(max_length=40, default="learner")
    point = models.ForeignKey(Org, on_delete=models.PROTECT, null=True, related_name="+")
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
        ]


class WithdrawalState(models.TextChoices):
    """`applied` waits for the school; a decision is final, a new application is a new row."""

    APPLIED = "applied", "待审"
    APPROVED = "approved", "已同意"
    RETURNED = "returned", "已退回"


class Withdrawal(models.Model):
    """A teacher's own application to leave a programme (报删, W-43), and the unit's decision."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=12, choices=WithdrawalState.choices, default=WithdrawalState.APPLIED)
    applied_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    opinion = models.CharField(max_length=500, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment"], condition=models.Q(state="applied"), name="programmes_withdrawal_one_open"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="programmes_withdrawal_reason"),
            models.CheckConstraint(
                condition=models.Q(state="applied", decided_at__isnull=True)
                | (~models.Q(state="applied") & models.Q(decided_at__isnull=False)),
                name="programmes_withdrawal_decided_when",
            ),
        ]
