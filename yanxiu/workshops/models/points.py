"""Points (积分): what taking part is worth (S-38, W-64). No balance is stored: it is computed from what was recorded."""

from django.db import models

from yanxiu.programmes.models import Programme
from yanxiu.workshops.models.spaces import Space
from yanxiu.workshops.worth import METRICS


class PointRule(models.Model):
    """What one record of a metric is worth, in a programme or in one workshop; the workshop's rule goes before the programme's.

    `a_day` is the most points of this metric on one Shanghai day, `at_most` the most altogether; null = no bound. `points` 0 switches a
    programme's rule off for a workshop.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, null=True, related_name="+")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, null=True, related_name="+")
    metric = models.CharField(max_length=60)
    points = models.DecimalField(max_digits=6, decimal_places=2)
    a_day = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    at_most = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    set_by = models.BigIntegerField(null=True)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "metric"], condition=models.Q(space__isnull=True), name="workshops_pointrule_programme"
            ),
            models.UniqueConstraint(fields=["space", "metric"], condition=models.Q(space__isnull=False), name="workshops_pointrule_space"),
            models.CheckConstraint(
                condition=models.Q(programme__isnull=False, space__isnull=True) | models.Q(programme__isnull=True, space__isnull=False),
                name="workshops_pointrule_of_one",
            ),
            models.CheckConstraint(condition=models.Q(points__gte=0), name="workshops_pointrule_not_negative"),
            models.CheckConstraint(
                condition=(models.Q(a_day__isnull=True) | models.Q(a_day__gt=0))
                & (models.Q(at_most__isnull=True) | models.Q(at_most__gt=0)),
                name="workshops_pointrule_caps",
            ),
        ]

    @property
    def label(self) -> str:
        """The word of what it counts."""
        return METRICS.get(self.metric, self.metric)
