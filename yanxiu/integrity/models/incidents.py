"""What an incident (研修事故, C-111) rests on, and what follows from it."""

from django.db import models

from yanxiu.integrity.models.inquiries import Decision, Signal
from yanxiu.people.models import Person


class Evidence(models.Model):
    """What somebody who keeps order handed to the office with a signal: the words as they stood then, kept whatever becomes of the thing.

    `facts`: sentences about it (a likeness and its share, the word that was hit). `record_id`: the record by which it counted.
    """

    signal = models.ForeignKey(Signal, on_delete=models.PROTECT, related_name="+")
    object_type = models.CharField(max_length=32)
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    place = models.CharField(max_length=120, default="")
    words = models.TextField()
    facts = models.JSONField(default=list)
    record_id = models.BigIntegerField(null=True)
    written_at = models.DateTimeField()
    secured_by = models.BigIntegerField()
    secured_label = models.CharField(max_length=120)
    secured_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["signal", "object_type", "object_id"], name="integrity_evidence_once"),
            models.CheckConstraint(condition=~models.Q(words=""), name="integrity_evidence_says_something"),
        ]
        indexes = [models.Index(fields=["object_type", "object_id"], name="integrity_evidence_object")]


class BarKind(models.TextChoices):
    """What a person cannot have while a bar holds (C-110, C-111)."""

    ETHICS_NOT_EXCELLENT = "ethics_not_excellent", "师德考核不评优秀"
    NOT_EXCELLENT = "not_excellent", "年度考核不评优秀"
    NO_AWARD = "no_award", "不参加评优树先"


class Bar(models.Model):
    """What follows from an incident for a person, from day to day: this school year. Ends early when an appeal lifts the decision."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24, choices=BarKind.choices)
    from_day = models.DateField()
    to_day = models.DateField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "kind"], name="integrity_bar_once"),
            models.CheckConstraint(condition=models.Q(to_day__gt=models.F("from_day")), name="integrity_bar_span"),
        ]
        indexes = [models.Index(fields=["person"], name="integrity_bar_person", condition=models.Q(lifted_at__isnull=True))]
