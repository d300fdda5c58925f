"""How written answers come to their marks, and how results come to be shown: who marks, what waits, rulings, editions."""

from django.db import models

from yanxiu.assessment.models.bank import QuestionVersion
from yanxiu.assessment.models.exams import Exam
from yanxiu.assessment.models.sittings import Sitting
from yanxiu.people.models import Person


class ExamMarker(models.Model):
    """A person appointed to mark an exam (阅卷人). While an exam has none, whoever marks for the candidates' units may."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    appointed_at = models.DateTimeField()
    appointed_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam", "person"], name="assessment_marker_once")]


class MarkingTask(models.Model):
    """A written answer that people must mark, laid out once its sitting is over; blank ones are worth nothing and never laid out.

    `round` is the next one to be given (`AnswerMark.round`, 1 to 3), null once the points are settled.
    """

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="+", db_index=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=6, decimal_places=2)
    round = models.PositiveSmallIntegerField(null=True, default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sitting", "number"], name="assessment_task_once"),
            models.CheckConstraint(
                condition=models.Q(round__isnull=True) | models.Q(round__gte=1, round__lte=3), name="assessment_task_round"
            ),
        ]
        indexes = [models.Index(fields=["exam", "version", "round"], name="assessment_task_queue")]


class RulingKind(models.TextChoices):
    """What is decided about a question, or the pass line, after the exam."""

    ACCEPT = "accept", "另认一个答案"
    EVERYBODY = "everybody", "人人得分"
    LEFT_OUT = "left_out", "不计这道题"
    PASS_SCORE = "pass_score", "改及格线"


class ScoreRuling(models.Model):
    """A decision about an exam by which its results are computed anew (改判). In force for the results of `edition` and later.

    `given` is the further answer accepted; `edition` null = not published yet, may still be taken back.
    """

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=RulingKind.choices)
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, null=True, related_name="+")
    given = models.JSONField(null=True)
    pass_score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    reason = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True)
    maker = models.CharField(max_length=120)
    edition = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="pass_score", version__isnull=True, pass_score__gte=0, pass_score__lte=100)
                | ~models.Q(kind="pass_score") & models.Q(version__isnull=False, pass_score__isnull=True),
                name="assessment_ruling_about",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="assessment_ruling_reason"),
        ]


class ResultEdition(models.Model):
    """A set of an exam's results (成绩版本): computed, and once released the one that is shown. A proposal is there once at most.

    `needs_second`: somebody else than who computed it must release it.
    """

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    needs_second = models.BooleanField(default=False)
    computed_at = models.DateTimeField()
    computed_by = models.BigIntegerField(null=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exam", "number"], name="assessment_edition_once"),
            models.UniqueConstraint(fields=["exam"], condition=models.Q(released_at__isnull=True), name="assessment_edition_one_proposed"),
            models.CheckConstraint(
                condition=models.Q(needs_second=False) | models.Q(released_at=None) | ~models.Q(released_by=models.F("computed_by")),
                name="assessment_edition_four_eyes",
            ),
        ]
