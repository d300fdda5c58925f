"""Appointments: who holds which role, where, for how long."""

from django.db import models

from yanxiu.orgs.models import Org
from yanxiu.people.models import Person


class Appointment(models.Model):
    """A role held by a person at a unit (the scope is its subtree), maybe only in one programme or one space.

    `programme_id` and `space_id` are plain ids: the domains that own them lie above. Revoked appointments stay as history.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=40)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    programme_id = models.BigIntegerField(null=True)
    space_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=60, default="")
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    granted_by = models.BigIntegerField(null=True)
    granted_at = models.DateTimeField()
    revoked_by = models.BigIntegerField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "org", "programme_id", "space_id"],
                condition=models.Q(revoked_at__isnull=True),
                nulls_distinct=False,
                name="access_appointment_once",
            ),
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("from_on")), name="access_appointment_term"
            ),
        ]
        indexes = [
            models.Index(fields=["org", "role"], name="access_appointment_place"),
            models.Index(fields=["space_id"], name="access_appointment_space", condition=models.Q(space_id__isnull=False)),
        ]
