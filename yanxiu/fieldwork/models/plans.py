"""Plans of study: the school's, those of its groups, everybody's own; each rests on the one above (F-20, W-20, W-63)."""

from django.db import models

from yanxiu.catalogue.models import Course
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme


class PlanLevel(models.TextChoices):
    """Whose plan it is."""

    SCHOOL = "school", "学校计划"
    GROUP = "group", "学科组计划"
    PERSONAL = "personal", "个人计划"


class PlanState(models.TextChoices):
    """`published` is in force; publishing a later version makes it `replaced`; `closed` is summed up and changes no more."""

    DRAFT = "draft", "在写"
    PUBLISHED = "published", "执行中"
    REPLACED = "replaced", "已修订"
    CLOSED = "closed", "已结束"


class ItemKind(models.TextChoices):
    """What is meant to be done. All but `other` are counted from records; `other` is ticked by whoever keeps the plan."""

    BLOCK = "block", "课程学时"
    COURSE = "course", "学一门课程"
    DISCUSSION = "discussion", "参加研讨"
    ACTIVITY = "activity", "参加活动"
    LESSON = "lesson", "上研究课"
    LOG = "log", "写日志"
    RESOURCE = "resource", "分享资源"
    ARTICLE = "article", "交材料"
    OTHER = "other", "其他"


COUNTED: dict[str, str] = {
    ItemKind.BLOCK: "hours.earned",
    ItemKind.DISCUSSION: "discussion",
    ItemKind.ACTIVITY: "activity.joined",
    ItemKind.LESSON: "lesson.research",
    ItemKind.LOG: "workshop.logs",
    ItemKind.RESOURCE: "resource.uploaded",
    ItemKind.ARTICLE: "material.accepted",
}
"""By which counter an item is measured; a course by its own record."""


class StudyPlan(models.Model):
    """A version of a plan of study in a programme. `group`, `stage` and `subject` name the group it is for ("" = all).

    `parent` is the plan it rests on: the group's or the school's; `follows` the version before it. While it is written, `typed` holds
    its items as they stand in the form, right or wrong; publishing makes `PlanItem` of them.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=10, choices=PlanLevel.choices)
    unit = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=200)
    group = models.CharField(max_length=40, default="")
    stage = models.CharField(max_length=12, default="")
    subject = models.CharField(max_length=30, default="")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=120)
    goals = models.TextField(default="")
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    typed = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    saved_by = models.BigIntegerField(null=True)
    published_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    summary = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "level", "unit", "group", "person", "state"],
                condition=models.Q(state__in=["draft", "published"]),
                nulls_distinct=False,
                name="fieldwork_plan_one_each",
            ),
            models.CheckConstraint(
                condition=models.Q(level="personal", person__isnull=False, group="")
                | models.Q(level="group", person__isnull=True) & ~models.Q(group="")
                | models.Q(level="school", person__isnull=True, group=""),
                name="fieldwork_plan_whose",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft", published_at__isnull=True)
                | (~models.Q(state="draft") & models.Q(published_at__isnull=False)),
                name="fieldwork_plan_published_when",
            ),
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False)
                | (~models.Q(state="closed") & models.Q(closed_at__isnull=True)),
                name="fieldwork_plan_closed_when",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True) | models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="fieldwork_plan_span",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "state"], name="fieldwork_plan_own"),
            models.Index(fields=["programme", "unit_path"], name="fieldwork_plan_place", opclasses=["int8_ops", "varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.title


class PlanItem(models.Model):
    """One thing of a published plan. `key` stays the same over versions; `target` is how many (or hours) are meant, `due` by when.

    `serves` is the item of the plan above that it takes up. `done_at`: when somebody ticked an item that no record counts.
    """

    plan = models.ForeignKey(StudyPlan, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=12)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=ItemKind.choices)
    label = models.CharField(max_length=120)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, null=True, related_name="+")
    block = models.CharField(max_length=60, default="")
    target = models.DecimalField(max_digits=6, decimal_places=2)
    hours = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    due = models.DateField(null=True)
    serves = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="fieldwork_plan_item_once"),
            models.CheckConstraint(condition=models.Q(target__gt=0), name="fieldwork_plan_item_target"),
            models.CheckConstraint(condition=~models.Q(label=""), name="fieldwork_plan_item_says"),
            models.CheckConstraint(
                condition=models.Q(kind="course", course__isnull=False) | (~models.Q(kind="course") & models.Q(course__isnull=True)),
                name="fieldwork_plan_item_course",
            ),
            models.CheckConstraint(condition=models.Q(done_at__isnull=True) | models.Q(kind="other"), name="fieldwork_plan_item_ticked"),
        ]

    def __str__(self) -> str:
        return self.label
