"""Requirement rows of a published plan, and the human findings that some of them need."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yanxiu.assessment.models import Rubric
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person
from yanxiu.programmes.models import PlanVersion, Programme


class RequirementKind(models.TextChoices):
    """The few kinds of requirement (design §8). A new programme needs new data; a new kind needs an ADR."""

    HOURS = "hours", "学时"
    ITEMS = "items", "项数"
    COUNT = "count", "次数"
    COVERAGE = "coverage", "覆盖"
    SLOTS = "slots", "材料"
    SCORE = "score", "评分"
    DECISION = "decision", "认定"


class Requirement(models.Model):
    """One requirement of a plan version, as the evaluator reads it.

    `slices` are the numbers of the programme's slices inside its window (empty = always); `kinds` the tally kinds counted
    (empty = any); `starts_at`/`ends_at` its resolved window. `per`: person, workshop, team or unit.
    """

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=RequirementKind.choices)
    label = models.CharField(max_length=120)
    subject_role = models.CharField(max_length=40)
    per = models.CharField(max_length=12)
    metric = models.CharField(max_length=60, default="")
    kinds = ArrayField(models.CharField(max_length=80), default=list)
    target = models.DecimalField(max_digits=12, decimal_places=4)
    unit = models.CharField(max_length=12)
    each = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    cap = models.IntegerField(null=True)
    window = models.CharField(max_length=60, default="")
    slices = ArrayField(models.IntegerField(), default=list)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    stages = ArrayField(models.CharField(max_length=12), default=list)
    except_stages = ArrayField(models.CharField(max_length=12), default=list)
    level = models.CharField(max_length=20, default="")
    over = models.CharField(max_length=40, default="")
    soft = models.BooleanField(default=False)
    timely = models.BooleanField(default=False)
    assessed = models.BooleanField(default=True)
    clause = models.CharField(max_length=60, default="")
    note = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "subject_role", "key"], name="evaluation_requirement_once"),
            models.CheckConstraint(condition=models.Q(target__gte=0), name="evaluation_requirement_target"),
        ]
        indexes = [models.Index(fields=["version", "number"], name="evaluation_requirement_order")]


class Waiver(models.Model):
    """A requirement that a person need not meet (special circumstances), by decision and with a reason."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    reason = models.CharField(max_length=300)
    granted_by = models.BigIntegerField(null=True)
    granted_at = models.DateTimeField()
    revoked_by = models.BigIntegerField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "person", "key"], condition=models.Q(revoked_at__isnull=True), name="evaluation_waiver_once"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="evaluation_waiver_reason"),
        ]


class Judgement(models.Model):
    """A finding that counting cannot give: a score, a grade, a confirmation. The newest counts; older ones stay as history.

    `key` is the assessment or requirement judged; the subject is a person, a space (workshop, school community) or a unit.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    person_id = models.BigIntegerField(default=0)
    space_id = models.BigIntegerField(default=0)
    unit_id = models.BigIntegerField(default=0)
    score = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    grade = models.CharField(max_length=20, default="")
    passed = models.BooleanField()
    reason = models.CharField(max_length=500, default="")
    judged_by = models.BigIntegerField(null=True)
    judged_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "key", "person_id", "space_id", "unit_id"],
                condition=models.Q(superseded_at__isnull=True),
                name="evaluation_judgement_current",
            ),
            models.CheckConstraint(
                condition=models.Q(person_id__gt=0) | models.Q(space_id__gt=0) | models.Q(unit_id__gt=0),
                name="evaluation_judgement_subject",
            ),
        ]


class AppraisalRule(models.Model):
    """By which rubric a unit (`org`), and all below it, gives the findings of an assessment (评定办法); without one a score is typed.

    The nearest unit upwards from who is judged decides. `lines` are the least points of each grade but the last, best grade first; of a
    plan without grades the one line of passing. `assessment` is the id in the plan.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    assessment = models.CharField(max_length=80)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="+")
    lines = ArrayField(models.DecimalField(max_digits=5, decimal_places=2), default=list)
    set_by = models.BigIntegerField(null=True)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "assessment", "org"], name="evaluation_appraisalrule_once"),
        ]


class Appraisal(models.Model):
    """A filled sheet about a person or a unit (评定表): by the `rubric` it was begun with, or a typed score and grade where there was none.

    `lines` are those of the rule at that moment. A draft of its assessor until `submitted_at`; then `judgement` is the finding that it
    gave, and `score` the exact sum of the levels. `basis` says for a dimension what the level rests on.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    assessment = models.CharField(max_length=80)
    role = models.CharField(max_length=40)
    person_id = models.BigIntegerField(default=0)
    unit_id = models.BigIntegerField(default=0)
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, null=True, related_name="+")
    lines = ArrayField(models.DecimalField(max_digits=5, decimal_places=2), default=list)
    levels = models.JSONField(default=dict)
    basis = models.JSONField(default=dict)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    grade = models.CharField(max_length=20, default="")
    comment = models.TextField(default="")
    assessor_id = models.BigIntegerField()
    assessor = models.CharField(max_length=120)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    judgement = models.OneToOneField(Judgement, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "assessment", "role", "person_id", "unit_id", "assessor_id"],
                condition=models.Q(submitted_at__isnull=True),
                name="evaluation_appraisal_one_draft",
            ),
            models.CheckConstraint(
                condition=models.Q(person_id__gt=0, unit_id=0) | models.Q(person_id=0, unit_id__gt=0), name="evaluation_appraisal_subject"
            ),
            models.CheckConstraint(condition=~models.Q(person_id=models.F("assessor_id")), name="evaluation_appraisal_not_own"),
            models.CheckConstraint(
                condition=models.Q(submitted_at__isnull=True, judgement__isnull=True)
                | models.Q(submitted_at__isnull=False, judgement__isnull=False),
                name="evaluation_appraisal_submitted_when",
            ),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__gte=0, score__lte=100), name="evaluation_appraisal_score"
            ),
        ]
        indexes = [models.Index(fields=["person_id", "submitted_at"], name="evaluation_appraisal_person")]


class CoverageMember(models.Model):
    """One member of the set that a coverage requirement is over: a lower workshop under the guiding one (`space_id`)."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    over = models.CharField(max_length=40)
    space_id = models.BigIntegerField()
    member = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "over", "space_id", "member"], name="evaluation_coverage_once"),
        ]


class Role(models.Model):
    """A role under which a person is evaluated besides being a learner: a host in a workshop, a tutor, a school as a unit.

    Kept by the actions that appoint hosts; `space_id` is where the role is held (0 = the whole programme).
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="+")
    person_id = models.BigIntegerField()
    role = models.CharField(max_length=40)
    space_id = models.BigIntegerField(default=0)
    stage = models.CharField(max_length=12, default="")
    level = models.CharField(max_length=20, default="")
    unit_path = models.CharField(max_length=200, default="")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "person_id", "role", "space_id"],
                condition=models.Q(until_at__isnull=True),
                name="evaluation_role_once",
            ),
        ]
