"""Spaces, who has a seat in them, who checked in."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yanxiu.orgs.models import Org, Stage
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme


class SpaceKind(models.TextChoices):
    """What a space is (S-04 to S-10)."""

    PERSONAL = "personal", "个人空间"
    TEACHER_WORKSHOP = "teacher_workshop", "教师工作坊"
    SUBJECT_WORKSHOP = "subject_workshop", "学科工作坊"
    TOPIC_WORKSHOP = "topic_workshop", "专题工作坊"
    SUB_WORKSHOP = "sub_workshop", "子坊"
    SCHOOL_COMMUNITY = "school_community", "学校社区"
    REGIONAL_COMMUNITY = "regional_community", "区域社区"
    CLASS = "class", "研培班级"


class Level(models.TextChoices):
    """The level of a subject workshop in its tree."""

    PROVINCE = "省", "省"
    CITY = "市", "市"
    COUNTY = "县", "县"


class Tool(models.TextChoices):
    """What can be done in a space; a space has a set of them."""

    ANNOUNCEMENT = "announcement", "公告"
    BRIEFING = "briefing", "简报"
    GUIDE = "guide", "学习导引"
    ARTICLE = "article", "引领文章"
    DISCUSSION = "discussion", "研讨"
    QA = "qa", "问答"
    CHECK_IN = "check_in", "签到"
    ACTIVITY = "activity", "活动"
    BALLOT = "ballot", "投票与问卷"
    PROBLEM = "problem", "智慧众筹"
    LOG = "log", "日志"
    SHARE = "share", "资源"
    CASE = "case", "优秀案例征集"


class Visibility(models.TextChoices):
    """Who may look: everybody it is open to, members only, or nobody but members and those invited even at the door."""

    PUBLIC = "public", "公开"
    MEMBERS = "members", "成员可见"
    HIDDEN = "hidden", "不列出"


class Joining(models.TextChoices):
    """How a seat is had: at once, after a host's authentication, from the roster only, or not now."""

    OPEN = "open", "直接加入"
    REQUEST = "request", "申请认证"
    ROSTER = "roster", "按名单进坊"
    CLOSED = "closed", "暂不收人"


class SpaceState(models.TextChoices):
    """`preparing`: the required documents are not all there, only hosts are inside. `closed`: may be read, nothing is written."""

    PREPARING = "preparing", "筹备中"
    OPEN = "open", "开放"
    CLOSED = "closed", "已关闭"


class Space(models.Model):
    """A space. `parent` and `path` ("/" + ids from the root + "/") place it in a tree; a sub-workshop hangs under its workshop.

    `member_count` seats are taken, `cap` null = no limit; `splits` lets the platform open sub-workshops when it is full.
    `plan_key` names the row of the plan that it was opened for, "" when people opened it; `opened_by` is the person who did, `is_joint`
    whether several hosts opened it together. `needs` are the words of the plan for what must stand before it opens (documents, a tutor …),
    `column` is what a class calls its shared column, `shared_with` the unit whose people may look into a public one (absent: its own unit).
    A personal space belongs to `opened_by`.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, related_name="+")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=SpaceKind.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=200, default="")
    plan_key = models.CharField(max_length=120, default="")
    level = models.CharField(max_length=4, choices=Level.choices, default="")
    stage = models.CharField(max_length=12, choices=Stage.choices, default="")
    subject = models.CharField(max_length=30, default="")
    topic = models.CharField(max_length=60, default="")
    title = models.CharField(max_length=120)
    intro = models.CharField(max_length=500, default="")
    rules = models.TextField(default="")
    tools = ArrayField(models.CharField(max_length=20, choices=Tool.choices), default=list)
    needs = ArrayField(models.CharField(max_length=40), default=list)
    column = models.CharField(max_length=40, default="")
    shared_with = models.ForeignKey(Org, on_delete=models.PROTECT, null=True, related_name="+")
    cap = models.PositiveIntegerField(null=True)
    splits = models.BooleanField(default=False)
    member_count = models.PositiveIntegerField(default=0)
    visibility = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.MEMBERS)
    joining = models.CharField(max_length=8, choices=Joining.choices, default=Joining.REQUEST)
    state = models.CharField(max_length=10, choices=SpaceState.choices, default=SpaceState.OPEN)
    opened_by = models.BigIntegerField(null=True)
    is_joint = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "plan_key"],
                condition=~models.Q(plan_key="") & ~models.Q(kind="sub_workshop"),
                name="workshops_space_of_plan_once",
            ),
            models.CheckConstraint(
                condition=models.Q(cap__isnull=True) | models.Q(member_count__lte=models.F("cap")), name="workshops_space_within_cap"
            ),
            models.UniqueConstraint(fields=["opened_by"], condition=models.Q(kind="personal"), name="workshops_space_personal_once"),
            models.CheckConstraint(condition=~models.Q(title=""), name="workshops_space_has_title"),
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False)
                | (~models.Q(state="closed") & models.Q(closed_at__isnull=True)),
                name="workshops_space_closed_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="sub_workshop") | models.Q(parent__isnull=False), name="workshops_space_sub_below"
            ),
        ]
        indexes = [
            models.Index(fields=["org", "title"], name="workshops_space_org"),
            models.Index(fields=["programme"], name="workshops_space_programme"),
            models.Index(fields=["parent"], name="workshops_space_parent"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_sub(self) -> bool:
        return self.kind == SpaceKind.SUB_WORKSHOP

    @property
    def counted_id(self) -> int:
        """The space under which its records are counted: a workshop and its sub-workshops are counted as one."""
        return self.parent_id if self.is_sub and self.parent_id is not None else self.pk

    @property
    def reading_ids(self) -> tuple[int, ...]:
        """The spaces whose posts are read here: its own, and in a sub-workshop the workshop's."""
        return (self.pk, self.parent_id) if self.is_sub and self.parent_id is not None else (self.pk,)


class MembershipState(models.TextChoices):
    """`refused`, `left` and `removed` may ask again; `invited` may come in when they like. The history is in the records."""

    REQUESTED = "requested", "待认证"
    INVITED = "invited", "受邀"
    MEMBER = "member", "成员"
    REFUSED = "refused", "未通过"
    LEFT = "left", "已退出"
    REMOVED = "removed", "已移出"


class Membership(models.Model):
    """A person in a workshop: one row for the workshop and all its sub-workshops; `space` is where the seat is (or is asked for)."""

    workshop = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=MembershipState.choices)
    group = models.CharField(max_length=40, default="")
    message = models.CharField(max_length=200, default="")
    reason = models.CharField(max_length=200, default="")
    requested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    joined_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workshop", "person"], name="workshops_membership_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["requested", "invited"], joined_at__isnull=True, decided_at__isnull=True)
                | models.Q(state="refused", joined_at__isnull=True, decided_at__isnull=False)
                | models.Q(state="member", joined_at__isnull=False, left_at__isnull=True)
                | models.Q(state__in=["left", "removed"], joined_at__isnull=False, left_at__isnull=False),
                name="workshops_membership_state_when",
            ),
        ]
        indexes = [
            models.Index(fields=["space", "state", "joined_at", "id"], name="workshops_membership_list"),
            models.Index(fields=["workshop", "requested_at"], name="workshops_membership_queue", condition=models.Q(state="requested")),
            models.Index(fields=["person"], name="workshops_membership_person"),
        ]


class CheckIn(models.Model):
    """A person checked in at a workshop on a Shanghai day; once a day."""

    workshop = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workshop", "person", "on"], name="workshops_check_in_once_a_day")]
