"""Research lessons that teachers gave."""

from django.db import models

from yanxiu.files.models import StoredFile
from yanxiu.orgs.models import Stage
from yanxiu.programmes.models import Enrolment


class LessonKind(models.TextChoices):
    """The form in which a research lesson was given."""

    SCHOOL = "school", "校内研究课"
    OPEN = "open", "公开课"
    CONTEST = "contest", "优课展示或赛课"
    ACROSS = "across", "跨校或送教研究课"


class LessonState(models.TextChoices):
    """`given` is confirmed by the school and counts; `returned` says what to mend and may be registered again."""

    REGISTERED = "registered", "待学校确认"
    GIVEN = "given", "已确认"
    RETURNED = "returned", "已退回"


class ResearchLesson(models.Model):
    """A research lesson of a participant (一人一节研究课), with its evidence and the school's decision."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=200)
    given_on = models.DateField()
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=LessonKind.choices)
    stage = models.CharField(max_length=12, choices=Stage.choices)
    subject = models.CharField(max_length=30)
    evidence = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=LessonState.choices, default=LessonState.REGISTERED)
    registered_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    opinion = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "given_on", "title"], name="fieldwork_lesson_once"),
            models.CheckConstraint(
                condition=models.Q(state="registered", decided_at__isnull=True)
                | (~models.Q(state="registered") & models.Q(decided_at__isnull=False)),
                name="fieldwork_lesson_decided_when",
            ),
            models.CheckConstraint(condition=~models.Q(title=""), name="fieldwork_lesson_has_title"),
        ]
        indexes = [
            models.Index(fields=["unit_path", "state"], name="fieldwork_lesson_place", opclasses=["varchar_pattern_ops", "varchar_ops"]),
        ]

    def __str__(self) -> str:
        return self.title
