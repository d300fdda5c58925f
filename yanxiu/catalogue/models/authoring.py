"""What helps to write courses: reviews, comments, granted exceptions, removed steps, drafts of forms, imports, and the search index."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now

from yanxiu.catalogue.models.courses import Course, Module, Step, StepKind
from yanxiu.files.models import StoredFile
from yanxiu.orgs.models import Org


class Decision(models.TextChoices):
    """How a round of review ended."""

    APPROVED = "approved", "通过"
    RETURNED = "returned", "退回"


class Review(models.Model):
    """One round of expert review of a course, from being sent in to the decision. One open round a course."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    submitted_at = models.DateTimeField()
    submitted_by = models.BigIntegerField(null=True)
    decision = models.CharField(max_length=10, choices=Decision.choices, default="")
    reason = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decided_label = models.CharField(max_length=120, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course"], condition=models.Q(decided_at__isnull=True), name="catalogue_review_one_open"),
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=True, decision="") | models.Q(decided_at__isnull=False) & ~models.Q(decision=""),
                name="catalogue_review_decided_when",
            ),
        ]
        indexes = [models.Index(fields=["course", "submitted_at"], name="catalogue_review_course")]


class ReviewComment(models.Model):
    """What a reviewer writes about a step (`step_number`, as it stood then) or, without one, about the course."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    step = models.ForeignKey(Step, on_delete=models.SET_NULL, null=True, related_name="+")
    step_title = models.CharField(max_length=120, default="")
    text = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.BigIntegerField(null=True)
    written_label = models.CharField(max_length=120, default="")


class GrantedException(models.Model):
    """A rule that holds in principle (原则上), and why this course may depart from it."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    granted_at = models.DateTimeField()
    granted_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "rule"], name="catalogue_exception_once")]


class RemovedStep(models.Model):
    """A step taken out of a draft, kept until the course is published, so that taking it out can be undone."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    module = models.ForeignKey(Module, on_delete=models.SET_NULL, null=True, related_name="+")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=StepKind.choices)
    title = models.CharField(max_length=120)
    body = models.TextField(default="")
    seconds = models.PositiveIntegerField(default=0)
    media = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    captions = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    poster = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    content = models.JSONField(default=dict)
    removed_at = models.DateTimeField()
    removed_by = models.BigIntegerField(null=True)


class ImportState(models.TextChoices):
    """An import waits for a yes; then it is a course, or it was given up."""

    WAITING = "waiting", "待确认"
    DONE = "done", "已导入"
    GIVEN_UP = "given_up", "已放弃"


class CourseImport(models.Model):
    """Files brought together for one course, looked at and not yet a course.

    `plan` says what would be made (facts, steps in order, refused files with reasons); `course` is what was made of it.
    """

    owner = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    person_id = models.BigIntegerField(null=True)
    source = models.CharField(max_length=200)
    plan = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.WAITING)
    course = models.ForeignKey(Course, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="waiting", ended_at__isnull=True) | ~models.Q(state="waiting") & models.Q(ended_at__isnull=False),
                name="catalogue_import_ended_when",
            )
        ]


class CourseWords(models.Model):
    """What a course can be found by: its words as `kit.search` cuts them, the text they come from, initials, kinds of steps.

    `dictionary` is the version of the cutting, so that a newer one is seen to be missing. Derived; `catalogue.reindex` makes it anew.
    """

    course = models.OneToOneField(Course, on_delete=models.CASCADE, primary_key=True, related_name="+")
    words = SearchVectorField()
    text = models.TextField(default="")
    initials = models.CharField(max_length=200, default="")
    kinds = ArrayField(models.CharField(max_length=12), default=list)
    dictionary = models.CharField(max_length=40)
    indexed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="catalogue_words_found"),
            GinIndex(fields=["kinds"], name="catalogue_words_kinds"),
        ]
