"""Published rubrics."""

from django.db import models

from yanxiu.orgs.models import Org


class Rubric(models.Model):
    """A published sheet for observing lessons (评价标准), never changed: a correction is the owner's next `number`.

    `dimensions` is typed (`assessment.sheets`); `guide` says what the report must contain.
    """

    owner = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    guide = models.TextField(default="")
    min_characters = models.PositiveIntegerField()
    dimensions = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "number"], name="assessment_rubric_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1) & ~models.Q(title=""), name="assessment_rubric_named"),
        ]

    def __str__(self) -> str:
        return self.title
