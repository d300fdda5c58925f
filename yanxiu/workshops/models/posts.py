"""What is written in spaces, how it read before, who has read it."""

from django.db import models

from yanxiu.people.models import Person
from yanxiu.workshops.models.spaces import Space


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
    LOG = "log", "日志"
    ACTIVITY = "activity", "活动"
    BALLOT = "ballot", "投票与问卷"
    PROBLEM = "problem", "实践问题"
    SOLUTION = "solution", "解决方案"
    SHARE = "share", "资源"
    CASE = "case", "案例"


HOST_KINDS = (PostKind.BRIEFING, PostKind.GUIDE, PostKind.ARTICLE, PostKind.ANNOUNCEMENT)


class PostState(models.TextChoices):
    """`hidden` is kept with its reason and can be shown again; `held` waits for whoever keeps order; `deleted` is seen by them only."""

    DRAFT = "draft", "草稿"
    HELD = "held", "待审"
    PUBLISHED = "published", "已发布"
    HIDDEN = "hidden", "已隐藏"
    DELETED = "deleted", "已删除"


class Post(models.Model):
    """What somebody wrote. `parent` is the thread it hangs on, null for the thread itself.

    `source` is the text as written, `body` the cleaned HTML made of it. `series` and `number`: 《研修简报》第 4 期. `record_id` is the
    record by which it is counted now, null when it does not count. `active_at` is the last word in the thread. `corrected_at`: when
    its author last changed it after publication (the words before stand in `PostVersion`). `why_not` says why it does not count, though
    public ("" = it counts); `allowed_at`: when a host let it count nevertheless. `quoted` is the post whose words it takes up. A tool that
    needs more than words (an activity, a ballot, a problem, a resource) keeps it in a row of its own beside the thread's first post.
    `asks_confirmation`: whoever reads it says so expressly; `reminded_at`: when those who have not were last reminded.
    `held_for` says why it waits, `returned_for` why it came back to its author as a draft.
    """

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=PostKind.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    quoted = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
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
    asks_confirmation = models.BooleanField(default=False)
    reminded_at = models.DateTimeField(null=True)
    held_for = models.CharField(max_length=200, default="")
    returned_for = models.CharField(max_length=200, default="")

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
                condition=models.Q(state__in=["draft", "held"], published_at__isnull=True, hidden_at__isnull=True)
                | models.Q(state="deleted", hidden_at__isnull=False)
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
            models.Index(  # with what is counted and told of them, so that long threads are counted without reading them
                fields=["parent", "published_at", "id"],
                name="workshops_post_parts",
                condition=models.Q(parent__isnull=False),
                include=["state", "kind", "author"],
            ),
            models.Index(
                fields=["space", "-published_at", "-id"],
                name="workshops_post_feed",
                condition=models.Q(state="published"),
                include=["author", "kind", "why_not"],
            ),
            models.Index(fields=["author", "space", "-published_at"], name="workshops_post_author"),
            models.Index(fields=["space", "-essence_at"], name="workshops_post_essence", condition=models.Q(essence_at__isnull=False)),
            models.Index(fields=["space", "-accepted_at"], name="workshops_post_accepted", condition=models.Q(accepted_at__isnull=False)),
            models.Index(fields=["space", "state"], name="workshops_post_waiting", condition=models.Q(state__in=["draft", "held"])),
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
    """A member has read a post (已读), and confirmed it where it asks for that; once."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="workshops_read_once")]
        indexes = [models.Index(fields=["person", "-read_at"], name="workshops_read_person")]
