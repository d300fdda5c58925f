"""Texts that were handed in, their marks, and which of them are alike."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yanxiu.files.models import StoredFile
from yanxiu.people.models import Person


class TextKind(models.TextChoices):
    """What people write."""

    HOMEWORK = "homework", "作业"
    REPORT = "report", "报告"
    POST = "post", "讨论发言"
    COMMENT = "comment", "评论"
    REFLECTION = "reflection", "反思"
    ARTICLE = "article", "文章"


class IndexedText(models.Model):
    """A text as it was handed in last, named by the object that it belongs to; goes when the object is voided.

    `part` tells several texts of an object apart ("" = its own words, "file:12" = those of a file). `task` groups the answers to one
    question. `set_aside` are stretches of `body` that were not compared, with the reason: `[start, end, reason]`. `marks` are kept to
    take them out of `Mark` again. `share` (of all sources together) and `characters` (own ones, folded) are as of `checked_at`.
    """

    kind = models.CharField(max_length=12, choices=TextKind.choices)
    object_type = models.CharField(max_length=32)
    object_id = models.BigIntegerField()
    part = models.CharField(max_length=32, default="")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=200)
    programme_id = models.BigIntegerField(null=True)
    programme_title = models.CharField(max_length=120, default="")
    task = models.CharField(max_length=64, default="")
    title = models.CharField(max_length=200, default="")
    body = models.TextField()
    marks = ArrayField(models.BigIntegerField())
    characters = models.PositiveIntegerField()
    set_aside = models.JSONField(default=list)
    share = models.DecimalField(max_digits=4, decimal_places=3, default=0)
    is_noticed = models.BooleanField(default=False)
    written_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_type", "object_id", "part"], name="integrity_text_once"),
            models.CheckConstraint(condition=models.Q(share__gte=0, share__lte=1), name="integrity_text_share"),
        ]
        indexes = [
            models.Index(
                fields=["unit_path", "-written_at"], name="integrity_text_noticed", condition=models.Q(is_noticed=True),
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
            ),
            models.Index(fields=["task", "-id"], name="integrity_text_task", condition=~models.Q(task="")),
        ]  # fmt: skip


class Mark(models.Model):
    """A sampled piece of a text, hashed; looked up by the hash alone (ADR 0026). No foreign key: five million rows need one index."""

    pk = models.CompositePrimaryKey("mark", "text_id")
    mark = models.BigIntegerField()
    text_id = models.BigIntegerField()


class Likeness(models.Model):
    """How much of a text stands in another that was there before: a share of its own words. A circumstance, no verdict."""

    text = models.ForeignKey(IndexedText, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(IndexedText, on_delete=models.CASCADE, related_name="+")
    share = models.DecimalField(max_digits=4, decimal_places=3)
    characters = models.PositiveIntegerField()
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["text", "other"], name="integrity_likeness_once"),
            models.CheckConstraint(condition=~models.Q(text=models.F("other")), name="integrity_likeness_of_two"),
            models.CheckConstraint(condition=models.Q(share__gt=0, share__lte=1), name="integrity_likeness_share"),
        ]
        indexes = [models.Index(fields=["other"], name="integrity_likeness_other")]


class WaitingFile(models.Model):
    """A file of a text whose words are still to be read, in a process of its own; gone when that is done or in vain."""

    text = models.ForeignKey(IndexedText, on_delete=models.CASCADE, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["text", "file"], name="integrity_waitingfile_once")]
        indexes = [models.Index(fields=["asked_at"], name="integrity_waitingfile_next")]
