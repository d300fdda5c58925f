"""What teachers write and answer while they study: notes, answers inside films, posts, reports of activities, presence."""

from django.db import models

from yanxiu.catalogue.models import Step
from yanxiu.files.models import StoredFile
from yanxiu.learning.models.studying import Item
from yanxiu.programmes.models import Enrolment


class Note(models.Model):
    """A participant's own note (笔记) at a second of a film; nobody else reads it."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    kind = models.PositiveSmallIntegerField(choices=Item.choices)
    item_id = models.BigIntegerField()
    second = models.PositiveIntegerField()
    text = models.CharField(max_length=2_000)
    written_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="learning_note_not_empty")]
        indexes = [models.Index(fields=["enrolment", "kind", "item_id", "second"], name="learning_note_place")]


class CueAnswer(models.Model):
    """A question inside a film (随堂题) as one participant meets it: `number` from 1 among the film's cues, shown at `asked_at`.

    `passed_at` is when it was answered right; seeing the film again asks nothing again.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    passed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step", "number"], name="learning_cue_answer_once"),
            models.CheckConstraint(
                condition=models.Q(passed_at__isnull=True) | models.Q(passed_at__gte=models.F("asked_at"), tries__gt=0),
                name="learning_cue_passed_after_asked",
            ),
        ]


class PresenceCheck(models.Model):
    """还在看吗: asked during play at `second`, answered or not. A missed one is a fact for a human to weigh, never a verdict."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    kind = models.PositiveSmallIntegerField(choices=Item.choices)
    item_id = models.BigIntegerField()
    second = models.PositiveIntegerField()
    waited_seconds = models.PositiveSmallIntegerField()
    is_answered = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["enrolment", "at"], name="learning_presence_when")]


class CoursePost(models.Model):
    """A contribution to the discussion of a course (课程讨论), read by the participants of the same programme.

    `fingerprint` is its text without blanks and marks, hashed. It counts unless `why_not` says otherwise; `record_id` is its record.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    programme_id = models.BigIntegerField()
    text = models.CharField(max_length=4_000)
    fingerprint = models.BigIntegerField()
    why_not = models.CharField(max_length=120, default="")
    posted_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    record_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="learning_post_not_empty"),
            models.CheckConstraint(
                condition=models.Q(removed_at__isnull=True) | models.Q(record_id__isnull=True), name="learning_post_removed_has_no_record"
            ),
        ]
        indexes = [
            models.Index(
                fields=["programme_id", "step", "-posted_at"], name="learning_post_place", condition=models.Q(removed_at__isnull=True)
            ),
            models.Index(fields=["enrolment", "step"], name="learning_post_author"),
        ]


class ReportState(models.TextChoices):
    """A report of an activity: with its author, with who confirms, or done."""

    DRAFT = "draft", "在写"
    SUBMITTED = "submitted", "待确认"
    RETURNED = "returned", "已退回"
    CONFIRMED = "confirmed", "已确认"


class ActivityReport(models.Model):
    """What a participant did away from the screen (线下活动): text, day, photos; confirmed where the step asks for it."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=200)
    text = models.TextField(default="")
    held_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.DRAFT)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    remark = models.CharField(max_length=500, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step"], name="learning_report_once"),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(submitted_at__isnull=False, held_on__isnull=False),
                name="learning_report_submitted_when",
            ),
            models.CheckConstraint(condition=~models.Q(state="returned") | ~models.Q(remark=""), name="learning_report_returned_why"),
        ]
        indexes = [
            models.Index(
                fields=["unit_path", "submitted_at"],
                name="learning_report_queue",
                condition=models.Q(state="submitted"),
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
            )
        ]


class ActivityPhoto(models.Model):
    """A photo of an activity."""

    report = models.ForeignKey(ActivityReport, on_delete=models.CASCADE, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "file"], name="learning_photo_once")]
        indexes = [models.Index(fields=["report"], name="learning_photo_report", condition=models.Q(removed_at__isnull=True))]
