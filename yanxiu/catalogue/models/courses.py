"""Courses and their steps."""

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

    A published course is locked: who wants to change it begins a new version (`copied_from` is the one before, `family` the id of the
    first, null for the first itself). Whoever has begun stays on the version begun; all others get the newest published one.
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
    family = models.BigIntegerField(null=True)
    version = models.PositiveSmallIntegerField(default=1)
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
            models.UniqueConstraint(fields=["family", "version"], name="catalogue_course_version_once"),
            models.CheckConstraint(
                condition=models.Q(version=1, family__isnull=True) | models.Q(version__gt=1, family__isnull=False),
                name="catalogue_course_version_family",
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
    AUDIO = "audio", "音频"
    TEXT = "text", "阅读"
    DOCUMENT = "document", "文档"
    IMAGES = "images", "图集"
    QUESTION = "question", "回馈题"
    TEST = "test", "测试"
    HOMEWORK = "homework", "作业"
    DISCUSSION = "discussion", "讨论"
    CASE = "case", "课例"
    PACKAGE = "package", "课件包"
    LINK = "link", "外部链接"
    OFFLINE = "offline", "线下活动"

    @property
    def icon(self) -> str:
        """The icon that stands for it on every page."""
        return _ICONS[self]


_ICONS: dict[str, str] = {
    StepKind.VIDEO: "video", StepKind.AUDIO: "sound", StepKind.TEXT: "book", StepKind.DOCUMENT: "document", StepKind.IMAGES: "image",
    StepKind.QUESTION: "help", StepKind.TEST: "quiz", StepKind.HOMEWORK: "write", StepKind.DISCUSSION: "comment", StepKind.CASE: "eye",
    StepKind.PACKAGE: "archive", StepKind.LINK: "link", StepKind.OFFLINE: "people",
}  # fmt: skip


class Module(models.Model):
    """A part of a course (课程模块, 002 §三(一)2): what it is for, what is done online and offline, and the hours of both.

    A course has modules or none; with them every step belongs to one, and steps are numbered through the course.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    goals = models.TextField(default="")
    topics = models.TextField(default="")
    cases = models.TextField(default="")
    online_activity = models.TextField(default="")
    offline_activity = models.TextField(default="")
    outcomes = models.TextField(default="")
    is_compulsory = models.BooleanField(default=True)
    online_hours = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    offline_hours = models.DecimalField(max_digits=6, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "number"], name="catalogue_module_number_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=models.Q(online_hours__gte=0, offline_hours__gte=0), name="catalogue_module_hours_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Step(models.Model):
    """One step of a course, in order. A video has `media` and `seconds`; texts and homework have `body` (clean HTML).

    `content` is typed (see catalogue.content) and holds the right answers: what a learner's page is given comes from
    `content.asked`, never from here.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, null=True, related_name="+")
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
