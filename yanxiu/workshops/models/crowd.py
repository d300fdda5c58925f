"""Crowdsourcing (智慧众筹, W-33): practice problems on their way to a solution."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yanxiu.workshops.models.activities import Activity
from yanxiu.workshops.models.ballots import Ballot
from yanxiu.workshops.models.posts import Post


class ProblemState(models.TextChoices):
    """How far a problem has come. That it is solved is no state: it is while a solution of it is public."""

    COLLECTED = "collected", _("征集")
    SELECTED = "selected", _("遴选")
    VOTING = "voting", _("投票")
    DISCUSSING = "discussing", _("深度研讨")
    JOINED = "joined", _("已并入")
    DROPPED = "dropped", _("未入选")


PROBLEM_TRANSITIONS: dict[str, tuple[str, ...]] = {
    "collected": ("selected", "joined", "dropped"),
    "selected": ("collected", "voting", "discussing", "dropped"),
    "voting": ("selected", "discussing", "dropped"),
    "discussing": ("selected", "dropped"),
    "joined": ("collected",),
    "dropped": ("collected", "selected", "discussing"),
}


class Problem(models.Model):
    """A practice problem; its words and the discussion are those of the thread `post`. `call` is the activity that asked for problems.

    `into` is the similar problem that it was joined to. `ballot` is the vote on it and `option` its place among the options there.
    """

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="+")
    call = models.ForeignKey(Activity, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=ProblemState.choices, default=ProblemState.COLLECTED)
    into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    ballot = models.ForeignKey(Ballot, on_delete=models.SET_NULL, null=True, related_name="+")
    option = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=200, default="")
    moved_at = models.DateTimeField()
    moved_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="joined", into__isnull=False) | (~models.Q(state="joined") & models.Q(into__isnull=True)),
                name="workshops_problem_joined_into",
            ),
            models.CheckConstraint(condition=~models.Q(into=models.F("id")), name="workshops_problem_not_into_itself"),
            models.CheckConstraint(
                condition=~models.Q(state="voting") | models.Q(ballot__isnull=False, option__isnull=False),
                name="workshops_problem_voted_on",
            ),
            models.CheckConstraint(condition=~models.Q(state="dropped") | ~models.Q(reason=""), name="workshops_problem_dropped_for"),
            models.UniqueConstraint(
                fields=["ballot", "option"], condition=models.Q(ballot__isnull=False), name="workshops_problem_option_once"
            ),
        ]
        indexes = [models.Index(fields=["state", "-moved_at"], name="workshops_problem_board")]

    def __str__(self) -> str:
        return str(self.post_id)


class Solution(models.Model):
    """A solution that hosts published for a problem: the thread `post`. A problem is solved while one of them is public (D-30)."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="+")
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="+")
    resource_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["problem"], name="workshops_solution_problem")]

    def __str__(self) -> str:
        return str(self.post_id)
