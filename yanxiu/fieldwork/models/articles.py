"""What a teacher hands in: articles and materials (个人中心·文章, 003 L40—L49)."""

from django.db import models

from yanxiu.files.models import StoredFile
from yanxiu.programmes.models import Enrolment


class ArticleState(models.TextChoices):
    """`accepted` counts as material; `returned` says what to mend and may be handed in again."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待学校确认"
    ACCEPTED = "accepted", "合格"
    RETURNED = "returned", "已退回"


class Article(models.Model):
    """A participant's article. `slot` is the piece of the plan it is handed in for, as `submission.piece`; "" is a free article.

    `source` is the text as written, `body` the cleaned HTML, `characters` its length without blanks.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=200)
    slot = models.CharField(max_length=120, default="")
    title = models.CharField(max_length=120, default="")
    source = models.TextField(default="")
    body = models.TextField(default="")
    characters = models.PositiveIntegerField(default=0)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=ArticleState.choices, default=ArticleState.DRAFT)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    opinion = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "slot"], condition=~models.Q(slot=""), name="fieldwork_article_slot_once"),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(submitted_at__isnull=False) & ~models.Q(title=""),
                name="fieldwork_article_submitted_when",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["accepted", "returned"], decided_at__isnull=False)
                | (~models.Q(state__in=["accepted", "returned"]) & models.Q(decided_at__isnull=True)),
                name="fieldwork_article_decided_when",
            ),
        ]
        indexes = [
            models.Index(fields=["unit_path", "state"], name="fieldwork_article_place", opclasses=["varchar_pattern_ops", "varchar_ops"]),
        ]

    def __str__(self) -> str:
        return self.title
