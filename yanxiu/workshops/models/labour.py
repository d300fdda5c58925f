"""Who of a host team does what, and who was reminded that the workshop waits for her."""

from django.db import models

from yanxiu.people.models import Person
from yanxiu.workshops.models.spaces import Space


class HostShare(models.Model):
    """What a host of a workshop answers for (分工): a duty of the plan (`duty`, its id), a study group of members, or both in words.

    `space` is the workshop, never a sub-workshop. Ended shares stay with `until_at`: the assessment reads who answered when.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(max_length=80, default="")
    group = models.CharField(max_length=40, default="")
    words = models.CharField(max_length=200, default="")
    set_by = models.BigIntegerField(null=True)
    set_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["space", "person", "duty", "group", "words"],
                condition=models.Q(until_at__isnull=True),
                name="workshops_share_once",
            ),
            models.CheckConstraint(
                condition=~(models.Q(duty="") & models.Q(group="") & models.Q(words="")), name="workshops_share_of_something"
            ),
        ]


class Nudge(models.Model):
    """When a silent member was last reminded of her workshop, and how often; the row is the lock against reminding her too soon."""

    workshop = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    nudged_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workshop", "person"], name="workshops_nudge_once")]
