"""Papers: what is asked in an exam, fixed or drawn."""

from django.db import models

from yanxiu.orgs.models import Org


class Paper(models.Model):
    """A paper (试卷) of an owner. `sections` is typed (`assessment.papers`); a published one is never changed, a correction is a copy.

    `points` is the sum of all its questions' points, known when it is published. `removed` lists what was taken out of a draft last
    (`assessment.paper_removals.Removed`), so that it can be put back.
    """

    owner = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    sections = models.JSONField(default=list)
    removed = models.JSONField(default=list)
    shuffles_questions = models.BooleanField(default=False)
    shuffles_options = models.BooleanField(default=True)
    points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    copied_from = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(title=""), name="assessment_paper_titled"),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True, points__isnull=True)
                | models.Q(published_at__isnull=False, points__isnull=False, points__gt=0),
                name="assessment_paper_points_when",
            ),
        ]
        indexes = [models.Index(fields=["owner", "created_at"], name="assessment_paper_shelf")]

    def __str__(self) -> str:
        return self.title
