"""Spaces, who has a seat in them, what is written there, who has read it, who checked in."""

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


class Space(models.Model):
    """A space. `parent` and `path` ("/" + ids from the root + "/") place it in a tree; a sub-workshop hangs under its workshop.

    `member_count` seats are taken, `cap` null = no limit; `splits` lets the platform open sub-workshops when it is full.
    `plan_key` names the row of the plan that it was opened for, "" when people opened it.
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
    cap = models.PositiveIntegerField(null=True)
    splits = models.BooleanField(default=False)
    member_count = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()

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
            models.CheckConstraint(condition=~models.Q(title=""), name="workshops_space_has_title"),
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
    """`refused` and `left` may ask again; the history is in the records."""

    REQUESTED = "requested", "待认证"
    MEMBER = "member", "成员"
    REFUSED = "refused", "未通过"
    LEFT = "left", "已退出"


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
                condition=models.Q(state="requested", joined_at__isnull=True, decided_at__isnull=True)
                | models.Q(state="refused", joined_at__isnull=True, decided_at__isnull=False)
                | models.Q(state="member", joined_at__isnull=False, left_at__isnull=True)
                | models.Q(state="left", joined_at__isnull=False, left_at__isnull=False),
                name="workshops_membership_state_when",
            ),
        ]
        indexes = [
            models.Index(fields=["space", "state", "joined_at", "id"], name="workshops_membership_list"),
            models.Index(fields=["workshop", "requested_at"], name="workshops_membership_queue", condition=models.Q(state="requested")),
            models.Index(fields=["person"], name="workshops_membership_person"),
        ]


class PostKind(models.TextChoices):
    """Briefings, guides, articles and announcements are written by hosts; the rest by everybody inside."""

    BRIEFING = "briefing", "简报"
    GUIDE = "guide", "学习导引"
    ARTICLE = "article", "引领文章"
    ANNOUNCEMENT = "announcement", "公告"
    DISCUSSION = "discussion", "研讨"
    QUESTION = "question", "提问"
    REPLY = "reply", "回帖"
    ANSWER = "answer", "回答"


HOST_KINDS = (PostKind.BRIEFING, PostKind.GUIDE, PostKind.ARTICLE, PostKind.ANNOUNCEMENT)


class PostState(models.TextChoices):
    """`hidden` is kept with its reason and can be shown again."""

    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    HIDDEN = "hidden", "已隐藏"


class Post(models.Model):
    """What somebody wrote. `parent` is the thread it hangs on, null for the thread itself.

    `source` is the text as written, `body` the cleaned HTML made of it. `series` and `number`: 《研修简报》第 4 期. `record_id` is the
    record by which it is counted now, null when it does not count. `active_at` is the last word in the thread. `corrected_at`: when
    its author last changed it after publication (the words before stand in `PostVersion`). `why_not` says why it does not count, though
    public ("" = it counts); `allowed_at`: when a host let it count nevertheless.
    """

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=PostKind.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    series = models.CharField(max_length=40, default="")
    number = models.PositiveIntegerField(null=True)
    title = models.CharField(max_length=120, default="")
    source = models.TextField()
    body = models.TextField()
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=120)
    by_host = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=PostState.choices)
    record_id = models.BigIntegerField(null=True)
    why_not = models.CharField(max_length=120, default="")
    allowed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    active_at = models.DateTimeField()
    corrected_at = models.DateTimeField(null=True)
    essence_at = models.DateTimeField(null=True)
    essence_by = models.BigIntegerField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.BigIntegerField(null=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.BigIntegerField(null=True)
    hidden_reason = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["space", "series", "number"], condition=models.Q(number__isnull=False), name="workshops_post_issue"
            ),
            models.UniqueConstraint(fields=["parent"], condition=models.Q(accepted_at__isnull=False), name="workshops_post_one_accepted"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["reply", "answer"], parent__isnull=False)
                | (~models.Q(kind__in=["reply", "answer"]) & models.Q(parent__isnull=True) & ~models.Q(title="")),
                name="workshops_post_thread_or_part",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft", published_at__isnull=True, hidden_at__isnull=True)
                | models.Q(state="published", published_at__isnull=False, hidden_at__isnull=True)
                | models.Q(state="hidden", published_at__isnull=False, hidden_at__isnull=False),
                name="workshops_post_state_when",
            ),
            models.CheckConstraint(
                condition=(models.Q(kind="briefing") & ~models.Q(series=""))
                | (~models.Q(kind="briefing") & models.Q(series="", number=None)),
                name="workshops_post_series_of_briefing",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True) | models.Q(kind="answer"), name="workshops_post_accepted_answer"
            ),
        ]
        indexes = [
            models.Index(
                fields=["space", "kind", "-active_at", "-id"], name="workshops_post_threads", condition=models.Q(parent__isnull=True)
            ),
            models.Index(fields=["parent", "published_at", "id"], name="workshops_post_parts", condition=models.Q(parent__isnull=False)),
            models.Index(fields=["space", "-published_at", "-id"], name="workshops_post_feed", condition=models.Q(state="published")),
            models.Index(fields=["author", "space"], name="workshops_post_author"),
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()

    @property
    def thread_id(self) -> int:
        """The id of the thread it belongs to."""
        return self.parent_id if self.parent_id is not None else self.pk


class PostVersion(models.Model):
    """How a post read before its author corrected it; the present words stand in the post. `replaced_at` is when they gave way."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120, default="")
    source = models.TextField()
    body = models.TextField()
    replaced_at = models.DateTimeField()
    is_substantial = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="workshops_post_version_once")]


class Read(models.Model):
    """A member has read a post (已读); once."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="workshops_read_once")]
        indexes = [models.Index(fields=["person"], name="workshops_read_person")]


class CheckIn(models.Model):
    """A person checked in at a workshop on a Shanghai day; once a day."""

    workshop = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workshop", "person", "on"], name="workshops_check_in_once_a_day")]
