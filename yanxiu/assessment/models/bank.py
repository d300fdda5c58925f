"""The question bank: knowledge points, questions, their versions, and how they did when they were used."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now

from yanxiu.catalogue.content import QUESTION_TYPES
from yanxiu.orgs.models import Org


class KnowledgePoint(models.Model):
    """A knowledge point (知识点) of an owner's bank; `stage` and `subject` empty = of all. Points form a tree of at most three levels."""

    owner = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    stage = models.CharField(max_length=12, default="", blank=True)
    subject = models.CharField(max_length=30, default="", blank=True)
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "parent", "stage", "subject", "name"], nulls_distinct=False, name="assessment_point_name_once"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="assessment_point_named"),
        ]

    def __str__(self) -> str:
        return self.name


class QuestionState(models.TextChoices):
    """A question is written, read by somebody else, used, and one day retired."""

    DRAFT = "draft", "草稿"
    REVIEW = "review", "待审"
    APPROVED = "approved", "可用"
    RETIRED = "retired", "停用"


class BankQuestion(models.Model):
    """A question of a bank (题目). What it says stands in its versions; `approved` is the one papers take, null before the first.

    `type` is a key of `catalogue.content.QUESTION_TYPES`, `difficulty` 1 (easy) to 5 as its author thinks; `source` is where it came from.
    """

    owner = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    point = models.ForeignKey(KnowledgePoint, on_delete=models.PROTECT, null=True, related_name="+")
    stage = models.CharField(max_length=12, default="", blank=True)
    subject = models.CharField(max_length=30, default="", blank=True)
    type = models.CharField(max_length=12, choices=list(QUESTION_TYPES.items()))
    difficulty = models.PositiveSmallIntegerField(default=3)
    state = models.CharField(max_length=10, choices=QuestionState.choices, default=QuestionState.DRAFT)
    approved = models.ForeignKey("assessment.QuestionVersion", on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=120, default="", blank=True)
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True)
    words = SearchVectorField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(difficulty__gte=1, difficulty__lte=5), name="assessment_question_difficulty"),
            models.CheckConstraint(
                condition=~models.Q(state="approved") | models.Q(approved__isnull=False), name="assessment_question_approved_when"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "state", "id"], name="assessment_question_shelf"),
            models.Index(fields=["point", "type", "difficulty"], name="assessment_question_drawn", condition=models.Q(state="approved")),
            GinIndex(fields=["words"], name="assessment_question_words"),
        ]


class QuestionVersion(models.Model):
    """What a question said at a time: typed `content` (`catalogue.content.read_question`), never changed. Papers name versions.

    `digest` is of the content as compared (SHA-256, hex): the same question twice is noticed when it comes in.
    """

    question = models.ForeignKey(BankQuestion, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    written_at = models.DateTimeField()
    written_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="assessment_version_number_once")]
        indexes = [models.Index(fields=["digest"], name="assessment_version_digest")]


class QuestionReview(models.Model):
    """Somebody's reading of a version: approved, or sent back with a reason."""

    version = models.ForeignKey(QuestionVersion, on_delete=models.CASCADE, related_name="+")
    is_approved = models.BooleanField()
    reason = models.CharField(max_length=500, default="", blank=True)
    reviewed_at = models.DateTimeField()
    reviewed_by = models.BigIntegerField(null=True)
    reviewer = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(is_approved=True) | ~models.Q(reason=""), name="assessment_review_reason"),
        ]


class QuestionStatistic(models.Model):
    """How a version did, counted anew after each exam's results: `answers` given, mean share of the points, and discrimination.

    `discrimination` is the mean share of the best 27 % of candidates less that of the last 27 % (-1 to 1); null with fewer than 10 answers.
    """

    version = models.OneToOneField(QuestionVersion, on_delete=models.CASCADE, related_name="+")
    answers = models.PositiveIntegerField()
    mean_share = models.DecimalField(max_digits=5, decimal_places=4)
    discrimination = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    counted_at = models.DateTimeField(db_default=Now())
