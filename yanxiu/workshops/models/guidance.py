"""The chain of guidance (专业指导): questions climb, answers and guidance descend (W-61)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yanxiu.catalogue.models import Course
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, Programme


class GuidanceState(models.TextChoices):
    """`answered` once somebody of the chain answered; the asker may ask on, which opens it again."""

    OPEN = "open", "待答"
    ANSWERED = "answered", "已答"


class GuidanceQuestion(models.Model):
    """A participant's question about a block. It waits at `rung` (0 = nearest) of its chain: with holders of `role` at units of `kinds`.

    `kinds` empty: at any unit. `level` is the plan's word for the rung; `waiting_since` is when it came there, `reminded_at` when
    those there were reminded of it (once a rung).
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=200)
    block = models.CharField(max_length=60)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=120)
    source = models.TextField()
    body = models.TextField()
    state = models.CharField(max_length=10, choices=GuidanceState.choices, default=GuidanceState.OPEN)
    rung = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=60)
    role = models.CharField(max_length=40)
    kinds = ArrayField(models.CharField(max_length=12), default=list)
    asked_at = models.DateTimeField()
    waiting_since = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(title=""), name="workshops_guidance_has_title"),
            models.CheckConstraint(
                condition=models.Q(state="open") | models.Q(answered_at__isnull=False), name="workshops_guidance_answered_when"
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit_path", "waiting_since"],
                name="workshops_guidance_queue",
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
                condition=models.Q(state="open"),
            ),
            models.Index(fields=["enrolment"], name="workshops_guidance_own"),
            models.Index(fields=["programme", "block", "-answered_at"], name="workshops_guidance_answered"),
        ]

    def __str__(self) -> str:
        return self.title


class GuidanceAnswer(models.Model):
    """What a guide of some level answered; one of them may be accepted by who asked."""

    question = models.ForeignKey(GuidanceQuestion, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=120)
    level = models.CharField(max_length=60)
    source = models.TextField()
    body = models.TextField()
    answered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question"], condition=models.Q(accepted_at__isnull=False), name="workshops_guidance_one_accepted"
            )
        ]
        indexes = [models.Index(fields=["question", "answered_at"], name="workshops_guidance_answers")]


class GuidancePass(models.Model):
    """A guide passed a question up to the next level, with a remark for it."""

    question = models.ForeignKey(GuidanceQuestion, on_delete=models.PROTECT, related_name="+")
    from_level = models.CharField(max_length=60)
    to_level = models.CharField(max_length=60)
    remark = models.CharField(max_length=500, default="")
    passed_by = models.BigIntegerField()
    passed_label = models.CharField(max_length=120)
    passed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "from_level"], name="workshops_guidance_passed_once"),
        ]


class GuidanceNote(models.Model):
    """Guidance handed down to all participants below a unit (学习园地); `block` "" = about everything; `question` it grew from, if any."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    scope_path = models.CharField(max_length=200)
    block = models.CharField(max_length=60, default="")
    question = models.ForeignKey(GuidanceQuestion, on_delete=models.PROTECT, null=True, related_name="+")
    level = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    source = models.TextField()
    body = models.TextField()
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=120)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(title=""), name="workshops_guidance_note_title")]
        indexes = [models.Index(fields=["programme", "-published_at"], name="workshops_guidance_notes")]

    def __str__(self) -> str:
        return self.title


class GuidanceReceipt(models.Model):
    """A participant has read a note; once."""

    note = models.ForeignKey(GuidanceNote, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "person"], name="workshops_guidance_receipt_once")]
