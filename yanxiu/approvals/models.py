"""Chains: what a superior has to decide, step by step up the tree of units."""

from django.db import models


class ChainState(models.TextChoices):
    """`returned` may be handed in again, as a new chain; `withdrawn` was taken back by who asked."""

    OPEN = "open", "待审"
    APPROVED = "approved", "已同意"
    RETURNED = "returned", "退回补正"
    REFUSED = "refused", "不同意"
    WITHDRAWN = "withdrawn", "已撤回"


class StepState(models.TextChoices):
    """`coming`: its turn has not come; `skipped`: it will not come, or was passed over (`opinion` says why)."""

    COMING = "coming", "未到"
    WAITING = "waiting", "待审"
    APPROVED = "approved", "同意"
    RETURNED = "returned", "退回补正"
    REFUSED = "refused", "不同意"
    SKIPPED = "skipped", "略过"


class Chain(models.Model):
    """Something that goes up for decision. `kind` says who put it there (`approvals.matters`), `object_type` and `object_id` what it is.

    `title` and `detail` are what lists show. `unit_path` is the unit it comes from, `asked_by` the person who handed it in. At most one
    open chain per kind and object; the earlier ones of an object are its history.
    """

    kind = models.CharField(max_length=30)
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    detail = models.CharField(max_length=200, default="")
    programme_id = models.BigIntegerField(null=True)
    unit_path = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=ChainState.choices, default=ChainState.OPEN)
    asked_by = models.BigIntegerField(null=True)
    asked_label = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_type", "object_id"], condition=models.Q(state="open"), name="approvals_chain_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", ended_at__isnull=True) | (~models.Q(state="open") & models.Q(ended_at__isnull=False)),
                name="approvals_chain_ended_when",
            ),
            models.CheckConstraint(condition=~models.Q(title=""), name="approvals_chain_has_title"),
        ]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="approvals_chain_object"),
            models.Index(fields=["asked_by", "-asked_at"], name="approvals_chain_asker"),
        ]

    def __str__(self) -> str:
        return self.title


class ChainStep(models.Model):
    """One decision of a chain: who holds `permission` at `unit_path` (in `space_id`, where it is a space's matter) gives it.

    `level` is the word for it (学校, 区县, 市). `asked_by` repeats the chain's, so that the database keeps four eyes: who asked does not
    decide, and nobody decides two steps. `came_at`: when its turn came.
    """

    chain = models.ForeignKey(Chain, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    unit_path = models.CharField(max_length=200)
    unit_label = models.CharField(max_length=100)
    level = models.CharField(max_length=20)
    permission = models.CharField(max_length=60)
    space_id = models.BigIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.COMING)
    asked_by = models.BigIntegerField(null=True)
    opinion = models.CharField(max_length=500, default="")
    came_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decided_label = models.CharField(max_length=120, default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "position"], name="approvals_step_position_once"),
            models.UniqueConstraint(fields=["chain"], condition=models.Q(state="waiting"), name="approvals_step_one_waiting"),
            models.UniqueConstraint(
                fields=["chain", "decided_by"], condition=models.Q(decided_by__isnull=False), name="approvals_step_other_eyes"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | models.Q(asked_by__isnull=True) | ~models.Q(decided_by=models.F("asked_by")),
                name="approvals_step_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["approved", "returned", "refused"], decided_at__isnull=False)
                | (~models.Q(state__in=["approved", "returned", "refused"]) & models.Q(decided_at__isnull=True, decided_by__isnull=True)),
                name="approvals_step_decided_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["returned", "refused"]) | ~models.Q(opinion=""), name="approvals_step_says_why"
            ),
            models.CheckConstraint(condition=~models.Q(state="waiting") | models.Q(came_at__isnull=False), name="approvals_step_came_when"),
        ]
        indexes = [
            models.Index(
                fields=["unit_path", "came_at"],
                name="approvals_step_queue",
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
                condition=models.Q(state="waiting"),
            ),
            models.Index(fields=["decided_by", "-decided_at"], name="approvals_step_done", condition=models.Q(decided_by__isnull=False)),
            models.Index(fields=["due_at"], name="approvals_step_due", condition=models.Q(state="waiting", due_at__isnull=False)),
        ]
