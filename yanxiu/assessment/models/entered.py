"""Scores that do not come from an exam here: entered from paper, or computed from what was recorded."""

from django.db import models

from yanxiu.programmes.models import Enrolment, Programme


class EnteredScore(models.Model):
    """A score that comes from paper (综合考核), entered twice by two people; it counts once both agree (`settled_at`).

    `assessment` is the id of the plan's score assessment. `absent` stands for a candidate who was not there (缺考).
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    assessment = models.CharField(max_length=60)
    first = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    first_absent = models.BooleanField(default=False)
    first_at = models.DateTimeField(null=True)
    first_by = models.BigIntegerField(null=True)
    second = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    second_absent = models.BooleanField(default=False)
    second_at = models.DateTimeField(null=True)
    second_by = models.BigIntegerField(null=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    settled_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "assessment"], name="assessment_entered_once"),
            models.CheckConstraint(
                condition=models.Q(first_by__isnull=True) | models.Q(second_by__isnull=True) | ~models.Q(first_by=models.F("second_by")),
                name="assessment_entered_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True) | models.Q(first_at__isnull=False, second_at__isnull=False),
                name="assessment_entered_settled_when",
            ),
            models.CheckConstraint(
                condition=models.Q(released_at__isnull=True) | models.Q(settled_at__isnull=False), name="assessment_entered_released_when"
            ),
        ]
        indexes = [models.Index(fields=["programme", "assessment"], name="assessment_entered_of")]


class ProcessRule(models.Model):
    """How a regular assessment (平时考核) is computed from records: `parts` is typed (`assessment.process`), points sum to 100."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    assessment = models.CharField(max_length=60)
    parts = models.JSONField()
    set_at = models.DateTimeField()
    set_by = models.BigIntegerField(null=True)
    computed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "assessment"], name="assessment_process_once")]


class ProcessScore(models.Model):
    """The score of one participant in a regular assessment: `each` lists the points of each part, as text; shown once released."""

    rule = models.ForeignKey(ProcessRule, on_delete=models.CASCADE, related_name="+", db_index=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    each = models.JSONField()
    score = models.DecimalField(max_digits=5, decimal_places=2)
    released_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "enrolment"], name="assessment_process_score_once"),
            models.CheckConstraint(condition=models.Q(score__gte=0, score__lte=100), name="assessment_process_score_range"),
        ]
