"""Downward guidance (跟进指导, W-39) and the lessons that hosts see from plan to summary (优课创建, W-40)."""

from django.db import models
from django.db.models import F, Q

from yanxiu.people.models import Person
from yanxiu.workshops.models.posts import Post
from yanxiu.workshops.models.spaces import Space


class GuideDuty(models.Model):
    """A host of `upper` follows and guides the workshop `lower` next below it; one at a time. Ended duties stay with who and when."""

    upper = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    lower = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    host = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    assigned_by = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lower"], condition=Q(ended_at__isnull=True), name="workshops_duty_one_guide"),
            models.CheckConstraint(condition=~Q(upper=F("lower")), name="workshops_duty_below"),
        ]
        indexes = [models.Index(fields=["upper"], name="workshops_duty_upper", condition=Q(ended_at__isnull=True))]


class VisitKind(models.TextChoices):
    """What a guide did: looked in, spoke with them in a thread, or advised the hosts."""

    VISIT = "visit", "看坊"
    COMMENT = "comment", "参与讨论"
    ADVICE = "advice", "指导建议"


class GuideVisit(models.Model):
    """A host of `upper` was in `lower`: what was seen or advised, in words or as the post that was written there.

    `record_id` is the record by which it counts, null for one that does not (its post was taken out of sight).
    """

    upper = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    lower = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    guide = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    guide_label = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=VisitKind.choices)
    words = models.CharField(max_length=1000, default="")
    post = models.OneToOneField(Post, on_delete=models.PROTECT, null=True, related_name="+")
    record_id = models.BigIntegerField(null=True)
    visited_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words="") | Q(post__isnull=False), name="workshops_visit_says_something"),
        ]
        indexes = [
            models.Index(fields=["lower", "-visited_at"], name="workshops_visit_lower"),
            models.Index(fields=["upper", "lower", "-visited_at"], name="workshops_visit_upper"),
        ]


class FollowState(models.TextChoices):
    """`shared` once the summary is published; `dropped` with its reason kept in the record."""

    FOLLOWING = "following", "跟进中"
    SHARED = "shared", "已总结分享"
    DROPPED = "dropped", "已中止"


FOLLOW_TRANSITIONS = {
    FollowState.FOLLOWING: (FollowState.SHARED, FollowState.DROPPED),
    FollowState.SHARED: (),
    FollowState.DROPPED: (),
}


class FollowStage(models.TextChoices):
    """The way of an excellent lesson."""

    PLAN = "plan", "选题与计划"
    DESIGN = "design", "教学设计"
    TRIAL = "trial", "试讲"
    POLISH = "polish", "磨课修改"
    SHOW = "show", "展示"


class LessonFollow(models.Model):
    """A host follows the creation of one excellent lesson by a teacher, from plan to summary; it counts when the summary is published."""

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    host = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    host_label = models.CharField(max_length=120)
    teacher = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    lesson = models.CharField(max_length=120)
    plan = models.CharField(max_length=1000)
    state = models.CharField(max_length=10, choices=FollowState.choices, default=FollowState.FOLLOWING)
    summary = models.OneToOneField(Post, on_delete=models.PROTECT, null=True, related_name="+")
    record_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(lesson="") & ~Q(plan=""), name="workshops_follow_has_plan"),
            models.CheckConstraint(
                condition=Q(state="following", ended_at__isnull=True, summary__isnull=True)
                | Q(state="shared", ended_at__isnull=False, summary__isnull=False)
                | Q(state="dropped", ended_at__isnull=False),
                name="workshops_follow_state_when",
            ),
            models.UniqueConstraint(fields=["space", "teacher", "lesson"], condition=~Q(state="dropped"), name="workshops_follow_once"),
        ]
        indexes = [models.Index(fields=["space", "-started_at"], name="workshops_follow_space")]

    def __str__(self) -> str:
        return self.lesson


class FollowStep(models.Model):
    """What happened at a stage of a followed lesson, on a day; `post` is what was said about it in the workshop, if anything."""

    follow = models.ForeignKey(LessonFollow, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=8, choices=FollowStage.choices)
    on = models.DateField()
    words = models.CharField(max_length=1000)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField()
    noted_by = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="workshops_step_says_something")]
        indexes = [models.Index(fields=["follow", "on"], name="workshops_step_follow")]
