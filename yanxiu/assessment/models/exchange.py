"""Question files that were brought and looked at, and what became of them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yanxiu.assessment.models.bank import KnowledgePoint
from yanxiu.orgs.models import Org


class QuestionImportState(models.TextChoices):
    """An import waits for a yes; then its questions are drafts of the bank, and may be taken back; or it was given up."""

    WAITING = "waiting", "待确认"
    DONE = "done", "已导入"
    UNDONE = "undone", "已撤回"
    GIVEN_UP = "given_up", "已放弃"


class QuestionImport(models.Model):
    """A question file that was brought (题目导入): `plan` says what was understood and refused (`assessment.bringing.Plan`).

    `stage`, `subject` and `point` are for questions that say none themselves; `made` are the ids of the questions it became.
    """

    owner = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    person_id = models.BigIntegerField(null=True)
    source = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    stage = models.CharField(max_length=12, default="", blank=True)
    subject = models.CharField(max_length=30, default="", blank=True)
    point = models.ForeignKey(KnowledgePoint, on_delete=models.SET_NULL, null=True, related_name="+")
    plan = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=QuestionImportState.choices, default=QuestionImportState.WAITING)
    made = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="waiting", ended_at__isnull=True) | ~models.Q(state="waiting") & models.Q(ended_at__isnull=False),
                name="assessment_question_import_ended_when",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="assessment_import_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["person_id", "-created_at"], name="assessment_import_recent"),
        ]
