"""Notices, and the copies of them that people receive."""

from django.db import models

from yanxiu.orgs.models import Org
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme


class NoticeKind(models.TextChoices):
    """What a message is; the inbox shows the first two together."""

    ANNOUNCEMENT = "announcement", "通知"
    CIRCULAR = "circular", "通报"
    REMINDER = "reminder", "提醒"
    REPLY = "reply", "回复"


class Notice(models.Model):
    """A message as issued, never changed. `facts` are the frozen figures of a circular as of `as_of`; `link` a path of the site.

    `org` is the issuing unit, null for the platform's own reminders; `key` makes those happen once.
    """

    kind = models.CharField(max_length=14, choices=NoticeKind.choices)
    title = models.CharField(max_length=120)
    body = models.TextField(default="")
    facts = models.JSONField(default=dict)
    as_of = models.DateTimeField(null=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, related_name="+")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, null=True, related_name="+")
    link = models.CharField(max_length=200, default="")
    issued_by = models.BigIntegerField(null=True)
    issued_label = models.CharField(max_length=120)
    issued_at = models.DateTimeField()
    key = models.CharField(max_length=120, null=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(title=""), name="notices_notice_titled"),
            models.CheckConstraint(
                condition=~models.Q(kind="circular") | models.Q(as_of__isnull=False), name="notices_circular_as_of_a_moment"
            ),
            models.CheckConstraint(condition=models.Q(link="") | models.Q(link__startswith="/"), name="notices_notice_links_inside"),
        ]
        indexes = [models.Index(fields=["org", "-issued_at"], name="notices_notice_issued")]

    def __str__(self) -> str:
        return self.title


class Delivery(models.Model):
    """A person's copy of a notice. `words` are for this person alone; `topic` and `on_day` keep reminders to one a day."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=300, default="")
    topic = models.CharField(max_length=80, default="")
    on_day = models.DateField()
    delivered_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "person"], name="notices_delivery_once"),
            models.UniqueConstraint(
                fields=["person", "topic", "on_day"], condition=~models.Q(topic=""), name="notices_delivery_once_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notices_delivery_inbox"),
            models.Index(fields=["person"], name="notices_delivery_unread", condition=models.Q(read_at__isnull=True)),
        ]
