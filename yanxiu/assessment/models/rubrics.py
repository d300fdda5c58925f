"""Rubrics: the draft one writes on, and what was published."""

from django.db import models

from yanxiu.orgs.models import Org


class RubricUse(models.TextChoices):
    """What is judged by a rubric."""

    OBSERVATION = "observation", "观课评课"
    HOMEWORK = "homework", "作业"
    HOST = "host", "主持人考核"
    SCHOOL_BASED = "school_based", "校本研修考核"
    UNIT = "unit", "单位考评"


class Rubric(models.Model):
    """A published sheet to judge by (评价标准), never changed: a correction is the next edition, which `follows` this one.

    `number` counts the owner's rubrics, `edition` those that follow each other. `dimensions` is typed (`assessment.sheets`); `guide`
    says what to look for and, for observations, what the report must contain. A withdrawn one is offered no more; what was begun with it
    keeps it.
    """

    owner = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    use = models.CharField(max_length=12, choices=RubricUse.choices, default=RubricUse.OBSERVATION)
    follows = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="+")
    edition = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=120)
    guide = models.TextField(default="")
    min_characters = models.PositiveIntegerField()
    dimensions = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "number"], name="assessment_rubric_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1) & ~models.Q(title=""), name="assessment_rubric_named"),
            models.CheckConstraint(condition=models.Q(edition__gte=1), name="assessment_rubric_edition"),
        ]

    def __str__(self) -> str:
        return self.title


class RubricDraft(models.Model):
    """A rubric that its unit is writing, kept as it is typed; no draft of one person's form (ADR 0031).

    `removed` are dimensions taken out, each with the place it had. `follows` is the rubric whose next edition this becomes; null for a new
    one. A discarded one can be put back.
    """

    owner = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    use = models.CharField(max_length=12, choices=RubricUse.choices, default=RubricUse.HOMEWORK)
    follows = models.OneToOneField(Rubric, on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=120, default="")
    guide = models.TextField(default="")
    min_characters = models.PositiveIntegerField(default=0)
    dimensions = models.JSONField(default=list)
    removed = models.JSONField(default=list)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    saved_by = models.BigIntegerField(null=True)
    discarded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.title
