"""Exams: when, by whom, by which rules."""

from django.db import models

from yanxiu.assessment.models.papers import Paper
from yanxiu.catalogue.content import Partial
from yanxiu.programmes.models import Enrolment, Programme


class Release(models.TextChoices):
    """When candidates see their results."""

    AT_ONCE = "at_once", "交卷即出分"
    AFTER_CLOSE = "after_close", "全部结束后出分"
    BY_HAND = "by_hand", "由考务发布"


class Reveal(models.TextChoices):
    """What candidates see with their results."""

    SCORE = "score", "只看分数"
    RIGHT = "right", "看对错"
    ANSWERS = "answers", "看答案和解析"


class PartialCredit(models.TextChoices):
    """`catalogue.content.Partial`: a multiple choice that lacks a right option and has no wrong one."""

    NONE = "none", "漏选不得分"
    HALF = "half", "漏选得一半"
    EACH = "each", "按选对的个数得分"


class Exam(models.Model):
    """An exam (网上考核) of a programme: may be begun from `opens_at` until `closes_at`, and ends for everybody at `closes_at`.

    `assessment` is the id of the plan's score assessment that its result feeds, "" = none. Each sitting lasts `minutes` (and what an
    allowance adds), but never beyond `closes_at`, which allowances move as well. `attempts` sittings are allowed; the best counts.
    `offline_minutes` is how long a device may work without the line. `markers` (1 or 2) read each written answer; two that differ
    by more than `tolerance` points are settled by a third. Draft until `announced_at`; `edition` is the set of results that is shown.
    A resit (补考) makes up for the exam `resit_of`: only those sit who passed neither that nor what it makes up for itself.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    assessment = models.CharField(max_length=60, default="", blank=True)
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="+")
    resit_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=120)
    notice = models.TextField(default="", blank=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    attempts = models.PositiveSmallIntegerField(default=1)
    pass_score = models.DecimalField(max_digits=5, decimal_places=2, default=60)
    partial = models.CharField(max_length=4, choices=PartialCredit.choices, default=PartialCredit.NONE)
    release = models.CharField(max_length=12, choices=Release.choices, default=Release.BY_HAND)
    reveal = models.CharField(max_length=8, choices=Reveal.choices, default=Reveal.RIGHT)
    offline_minutes = models.PositiveSmallIntegerField(default=60)
    markers = models.PositiveSmallIntegerField(default=1)
    tolerance = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    appeal_days = models.PositiveSmallIntegerField(default=5)
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True)
    announced_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    edition = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(closes_at__gt=models.F("opens_at")), name="assessment_exam_span"),
            models.CheckConstraint(
                condition=models.Q(minutes__gte=1, attempts__gte=1, offline_minutes__lte=60), name="assessment_exam_counts"
            ),
            models.CheckConstraint(condition=models.Q(pass_score__gte=0, pass_score__lte=100), name="assessment_exam_pass_score"),
            models.CheckConstraint(condition=models.Q(markers__in=[1, 2], tolerance__gte=0), name="assessment_exam_markers"),
            models.CheckConstraint(condition=~models.Q(title=""), name="assessment_exam_titled"),
        ]
        indexes = [
            models.Index(fields=["programme", "opens_at"], name="assessment_exam_of"),
            models.Index(fields=["paper"], name="assessment_exam_paper"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def partial_rule(self) -> Partial:
        """How incomplete multiple choices are scored."""
        return "half" if self.partial == "half" else "each" if self.partial == "each" else "none"


class ExamAllowance(models.Model):
    """What one candidate is given beyond the rules (照顾): more minutes, more sittings (补考), a later end; and why."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    extra_minutes = models.PositiveSmallIntegerField(default=0)
    extra_attempts = models.PositiveSmallIntegerField(default=0)
    closes_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200)
    given_at = models.DateTimeField()
    given_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exam", "enrolment"], name="assessment_allowance_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="assessment_allowance_reason"),
        ]
