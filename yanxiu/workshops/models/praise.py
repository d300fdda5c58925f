"""Praise (表扬): a host commends a member, with the reason (W-38)."""

from django.db import models

from yanxiu.people.models import Person
from yanxiu.workshops.models.spaces import Space


class Praise(models.Model):
    """A commendation, shown in the workshop and to the member. Taken back it stays with who and when, and counts no more.

    `space` is the workshop; `on` the Shanghai day: of one host a member is praised once a day. `record_id` is the record by which it
    counts, null when taken back.
    """

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=200)
    on = models.DateField()
    given_at = models.DateTimeField()
    record_id = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["space", "person", "author", "on"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="workshops_praise_once_a_day",
            ),
            models.CheckConstraint(condition=~models.Q(person=models.F("author")), name="workshops_praise_of_others"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="workshops_praise_has_reason"),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True) | models.Q(record_id__isnull=True), name="workshops_praise_counts_or_not"
            ),
        ]
        indexes = [
            models.Index(fields=["space", "-given_at", "-id"], name="workshops_praise_wall", condition=models.Q(withdrawn_at__isnull=True)),
            models.Index(fields=["person", "-given_at"], name="workshops_praise_person"),
        ]

    def __str__(self) -> str:
        return self.reason
