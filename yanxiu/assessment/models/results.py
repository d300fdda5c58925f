"""What became of sittings: marks, results in editions, appeals."""

from django.db import models

from yanxiu.assessment.models.sittings import Sitting


class AnswerMark(models.Model):
    """What a person gave for a written answer (or for one that is scored otherwise): in `round` 1, 2, or 3 that settles the two.

    Round 4 is a review after an appeal. The highest round counts, and of 1 and 2 their mean while they lie within the tolerance.
    `levels`: the levels by the rubric of the question, by dimension; null where points were given.
    """

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    points = models.DecimalField(max_digits=6, decimal_places=2)
    levels = models.JSONField(null=True)
    comment = models.CharField(max_length=500, default="", blank=True)
    marked_at = models.DateTimeField()
    marked_by = models.BigIntegerField(null=True)
    marker = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sitting", "number", "round"], name="assessment_answer_mark_once"),
            models.CheckConstraint(condition=models.Q(round__gte=1, round__lte=4, points__gte=0), name="assessment_answer_mark_range"),
        ]
        indexes = [models.Index(fields=["marked_by", "marked_at"], name="assessment_answer_mark_by")]


class MarkingClaim(models.Model):
    """A written answer that somebody is reading now, so that nobody else is given it before `until`."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    marker_id = models.BigIntegerField()
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sitting", "number", "round"], name="assessment_claim_once")]
        indexes = [models.Index(fields=["marker_id"], name="assessment_claim_of")]


class SittingResult(models.Model):
    """The result of a sitting in one edition of an exam's results: points, the score of 100, and whether that passes.

    A regrade writes a whole new edition beside the one that is shown; `Exam.edition` changes when it is complete (F-22).
    `points_each` lists the points of each question, as text.
    """

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="+")
    edition = models.PositiveIntegerField()
    points_each = models.JSONField()
    points = models.DecimalField(max_digits=7, decimal_places=2)
    score = models.DecimalField(max_digits=5, decimal_places=2)
    passed = models.BooleanField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sitting", "edition"], name="assessment_result_edition_once"),
            models.CheckConstraint(condition=models.Q(score__gte=0, score__lte=100, points__gte=0), name="assessment_result_range"),
        ]


class AppealState(models.TextChoices):
    """Where an appeal against a score stands."""

    FILED = "filed", "待复核"
    KEPT = "kept", "维持原分"
    CHANGED = "changed", "已改分"
    WITHDRAWN = "withdrawn", "已撤回"


class ScoreAppeal(models.Model):
    """A candidate's wish to have a score looked at again (成绩复核), of one question or (number null) of the whole; and what came of it."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField(null=True)
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=AppealState.choices, default=AppealState.FILED)
    filed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decider = models.CharField(max_length=120, default="", blank=True)
    answer = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "number"], nulls_distinct=False, condition=models.Q(state="filed"), name="assessment_appeal_one_open"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="assessment_appeal_reason"),
            models.CheckConstraint(
                condition=models.Q(state__in=["filed", "withdrawn"], decided_at__isnull=True)
                | models.Q(state__in=["kept", "changed"], decided_at__isnull=False) & ~models.Q(answer=""),
                name="assessment_appeal_decided_when",
            ),
        ]
