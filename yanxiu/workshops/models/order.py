"""How order is kept in a space."""

from django.db import models

from yanxiu.workshops.models.spaces import Space


class SpaceRules(models.Model):
    """What waits for a look before it is public in a space; a space without a row holds nothing and uses the packs of its units.

    `hold_first`: the first so many posts of a member who is new here. A sub-workshop keeps order as its workshop does.
    """

    space = models.OneToOneField(Space, on_delete=models.CASCADE, related_name="+")
    hold_first = models.PositiveSmallIntegerField(default=0)
    hold_links = models.BooleanField(default=False)
    hold_pictures = models.BooleanField(default=False)
    uses_packs = models.BooleanField(default=True)
    set_by = models.BigIntegerField(null=True)
    set_label = models.CharField(max_length=120)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(hold_first__lte=20), name="workshops_spacerules_first")]
