"""What belongs to a space beside words: its documents, who has read them, links to others, founders, experts, groups moved."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Greatest, Least

from yanxiu.files.models import StoredFile
from yanxiu.orgs.models import Stage
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme
from yanxiu.workshops.models.spaces import Level, Space


class DocumentKind(models.TextChoices):
    """The documents of a space (001 P2-SH-1, P2-TH-2), by the words of a plan's `needs`."""

    PLAN = "plan", "工作坊活动方案"
    GUIDANCE_PLAN = "guidance_plan", "研修指导方案"
    TASK_LIST = "task_list", "主持人任务清单"
    HOST_ASSESSMENT = "host_assessment", "主持人考核办法"
    RULES = "rules", "工作坊规则"
    TOPIC_CATALOGUE = "topic_catalogue", "专题目录"
    OTHER = "other", "其他文件"


class SpaceDocument(models.Model):
    """A version of a document; the newest of its kind is in force, the earlier ones are kept.

    `source` is the text as written, `body` the cleaned HTML. `asks` wants every member to confirm this version. One that was taken out
    of sight by a measure (`hidden_at`) is not in force: the one before it is.
    """

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=DocumentKind.choices)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    source = models.TextField(default="")
    body = models.TextField(default="")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    asks = models.BooleanField(default=False)
    published_at = models.DateTimeField()
    published_by = models.BigIntegerField(null=True)
    published_label = models.CharField(max_length=120, default="")
    hidden_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "kind", "version"], name="workshops_document_version_once"),
            models.CheckConstraint(
                condition=models.Q(version__gte=1) & ~models.Q(title="") & (~models.Q(body="") | models.Q(file__isnull=False)),
                name="workshops_document_says_something",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class DocumentConfirmation(models.Model):
    """A member has read a version and confirms it; once."""

    document = models.ForeignKey(SpaceDocument, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "person"], name="workshops_confirmation_once")]


class LinkKind(models.TextChoices):
    """What two linked spaces share (互联互通)."""

    ACTIVITY = "activity", "跨坊活动"
    RESOURCE = "resource", "共享资源"
    ESSENCE = "essence", "精华帖"


class SpaceLink(models.Model):
    """Two spaces that share: `space` asked, `other` agreed (or has yet to). `ended_at`: refused, taken back or ended."""

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    kinds = ArrayField(models.CharField(max_length=12, choices=LinkKind.choices))
    message = models.CharField(max_length=200, default="")
    asked_at = models.DateTimeField()
    asked_by = models.BigIntegerField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Least("space", "other"), Greatest("space", "other"), condition=models.Q(ended_at__isnull=True), name="workshops_link_once"
            ),
            models.CheckConstraint(condition=~models.Q(space=models.F("other")), name="workshops_link_of_two"),
        ]


class ContactRole(models.TextChoices):
    """For what somebody is named on a home page."""

    EXPERT = "expert", "专家"
    CONTACT = "contact", "联系人"
    TECHNICIAN = "technician", "技术支持"


class SpaceContact(models.Model):
    """Somebody a home page names: an expert with a profile, or whom to ask. `person` is null for people from outside."""

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=ContactRole.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=60)
    unit = models.CharField(max_length=100, default="")
    words = models.CharField(max_length=500, default="")
    named_at = models.DateTimeField()
    named_by = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="workshops_contact_has_name")]
        indexes = [models.Index(fields=["space"], name="workshops_contact_space", condition=models.Q(ended_at__isnull=True))]


class SpaceFounder(models.Model):
    """Somebody asked to found a space together with others; each agrees or declines. Who agreed is appointed host."""

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.BigIntegerField(null=True)
    agreed_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "person"], name="workshops_founder_once"),
            models.CheckConstraint(
                condition=models.Q(agreed_at__isnull=True) | models.Q(declined_at__isnull=True), name="workshops_founder_agrees_or_not"
            ),
        ]


class RearrangementKind(models.TextChoices):
    """What was moved: members between study groups, or seats between a workshop and its sub-workshops."""

    GROUPS = "groups", "分组"
    SEATS = "seats", "子坊调整"


class Rearrangement(models.Model):
    """Members of a workshop moved at once, to be undone exactly. `moves`: [membership id, from, to] (names of groups or ids of spaces)."""

    workshop = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=RearrangementKind.choices)
    moves = models.JSONField()
    moved_at = models.DateTimeField()
    moved_by = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workshop", "-moved_at"], name="workshops_rearrangement_newest")]


class LevelException(models.Model):
    """A subject whose workshops have other levels than the plan gives its stage (001: 个别学科除外), set by the programme's office."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=12, choices=Stage.choices)
    subject = models.CharField(max_length=30)
    levels = ArrayField(models.CharField(max_length=4, choices=Level.choices))
    reason = models.CharField(max_length=200, default="")
    set_at = models.DateTimeField()
    set_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "stage", "subject"], name="workshops_level_exception_once")]
