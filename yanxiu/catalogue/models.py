"""What can be studied: courses of steps, and lesson cases."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yanxiu.files.models import StoredFile
from yanxiu.orgs.models import Org, Stage


class CourseState(models.TextChoices):
    """A course is written, read by an expert, published, and one day kept on the shelf."""

    DRAFT = "draft", "草稿"
    REVIEW = "review", "待审"
    PUBLISHED = "published", "已发布"
    ARCHIVED = "archived", "已下架"


TRANSITIONS: dict[CourseState, frozenset[CourseState]] = {
    CourseState.DRAFT: frozenset({CourseState.REVIEW, CourseState.PUBLISHED}),
    CourseState.REVIEW: frozenset({CourseState.DRAFT, CourseState.PUBLISHED}),
    CourseState.PUBLISHED: frozenset({CourseState.ARCHIVED}),
    CourseState.ARCHIVED: frozenset({CourseState.PUBLISHED}),
}


class Course(models.Model):
    """A course: whole or nothing counts its `hours`. `topic` is the shelf it stands on (专题); no subjects = all subjects.

    A published course is locked: who wants to change it copies it into a new draft (`copied_from`).
    """

    title = models.CharField(max_length=120)
    summary = models.TextField(default="")
    topic = models.CharField(max_length=60, default="")
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    stages = ArrayField(models.CharField(max_length=12, choices=Stage.choices), default=list)
    subjects = ArrayField(models.CharField(max_length=30), default=list)
    owner = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    provider = models.CharField(max_length=100, default="")
    lecturer = models.CharField(max_length=60, default="")
    author_id = models.BigIntegerField(null=True)
    copied_from = models.BigIntegerField(null=True)
    state = models.CharField(max_length=12, choices=CourseState.choices, default=CourseState.DRAFT)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(hours__gt=0), name="catalogue_course_hours_positive"),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=False) | ~models.Q(state__in=["published", "archived"]),
                name="catalogue_course_published_when",
            ),
        ]
        indexes = [models.Index(fields=["state", "topic", "title", "id"], name="catalogue_course_shelf")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open_to_change(self) -> bool:
        """Tell whether its facts and steps may be changed."""
        return self.state == CourseState.DRAFT


class StepKind(models.TextChoices):
    """What a teacher does in a step."""

    VIDEO = "video", "视频"
    TEXT = "text", "阅读"
    QUESTION = "question", "回馈题"
    TEST = "test", "测试"
    HOMEWORK = "homework", "作业"


class Step(models.Model):
    """One step of a course, in order. A video has `media` and `seconds`; texts and homework have `body` (clean HTML).

    `content` is typed (see catalogue.content) and holds the right answers: what a learner's page is given comes from
    `content.asked`, never from here.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=StepKind.choices)
    title = models.CharField(max_length=120)
    body = models.TextField(default="")
    seconds = models.PositiveIntegerField(default=0)
    media = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    captions = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    poster = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    content = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="catalogue_step_number_once", deferrable=models.Deferrable.DEFERRED),
            models.CheckConstraint(
                condition=~models.Q(kind="video") | models.Q(seconds__gt=0, media__isnull=False), name="catalogue_step_video_has_media"
            ),
        ]


class CaseLevel(models.TextChoices):
    """From which selection a lesson case comes."""

    NATION = "国家级", "国家级"
    PROVINCE = "省级", "省级"
    CITY = "市级", "市级"
    COUNTY = "县级", "县级"


class LessonCase(models.Model):
    """A lesson on video (课例); `author_id` is the person who gave it, if known here, so she never observes herself.

    `commentary` is what experts say about it, in the light markup of `kit.rich_text`. Drawn and shown to learners only while
    published and not withdrawn.
    """

    title = models.CharField(max_length=120)
    summary = models.TextField(default="")
    grade = models.CharField(max_length=30, default="")
    level = models.CharField(max_length=12, choices=CaseLevel.choices)
    stage = models.CharField(max_length=12, choices=Stage.choices)
    subject = models.CharField(max_length=30)
    author_name = models.CharField(max_length=120)
    author_school = models.CharField(max_length=100, default="")
    author_id = models.BigIntegerField(null=True)
    media = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    captions = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    poster = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    seconds = models.PositiveIntegerField(default=0)
    commentary = models.TextField(default="")
    owner = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True) | models.Q(seconds__gt=0, media__isnull=False),
                name="catalogue_case_has_media",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True) | models.Q(published_at__isnull=False), name="catalogue_case_withdrawn_after"
            ),
        ]
        indexes = [models.Index(fields=["level", "stage", "subject", "id"], name="catalogue_case_shelf")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        """Tell whether learners meet it now."""
        return self.published_at is not None and self.withdrawn_at is None
