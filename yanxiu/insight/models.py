"""The figures of large programmes as they are kept for boards, laid down anew every few minutes (ADR 0025)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yanxiu.programmes.models import Programme


class KeptBoard(models.Model):
    """As of when a programme's figures are, and what they are figures of: a board that measures something else does not read them.

    `xid` is the oldest transaction that was still open then: records from there on are new.
    """

    programme = models.OneToOneField(Programme, on_delete=models.CASCADE, related_name="+")
    as_of = models.DateTimeField()
    xid = models.BigIntegerField()
    versions = ArrayField(models.BigIntegerField())
    columns = ArrayField(models.CharField(max_length=80))
    people = models.IntegerField()


class KeptFigure(models.Model):
    """The sums of one row of a board: of everybody at or below `child` seen from the unit with the path `parent`, of a stage ("": all).

    `child` 0 are the people of the unit itself. The arrays go by column of the board, `spread` by share of all hours.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+", db_index=False)
    parent = models.CharField(max_length=200)
    child = models.BigIntegerField()
    stage = models.CharField(max_length=12)
    people = models.IntegerField()
    active = models.IntegerField()
    chosen = models.IntegerField()
    begun = models.IntegerField()
    passed = models.IntegerField()
    late = models.IntegerField()
    sums = ArrayField(models.FloatField())
    counts = ArrayField(models.IntegerField())
    done = ArrayField(models.IntegerField())
    schedules = ArrayField(models.FloatField())
    spread = ArrayField(models.IntegerField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "parent", "stage", "child"], name="insight_kept_figure_once")]


class KeptGrowth(models.Model):
    """The hours earned under a unit on each day that has any, oldest first."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+", db_index=False)
    path = models.CharField(max_length=200)
    days = ArrayField(models.DateField())
    hours = ArrayField(models.DecimalField(max_digits=14, decimal_places=2))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "path"], name="insight_kept_growth_once")]
