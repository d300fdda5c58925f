"""What is wished, chosen, pushed and drawn."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yanxiu.catalogue.models import LessonCase
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Enrolment, Offering, Programme


class TopicWish(models.Model):
    """What a teacher answers in the needs survey (教师需求调查): she would like this topic to be studied this year."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=60)
    wished_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "topic"], name="learning_wish_once")]


class SchoolTopic(models.Model):
    """A topic that a school decided on for its teachers in a programme."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    school = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=60)
    chosen_at = models.DateTimeField()
    chosen_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "school", "topic"], name="learning_school_topic_once")]


class Source(models.TextChoices):
    """How a course came into a person's list."""

    PUSHED = "pushed", "自动推送"
    CHOSEN = "chosen", "自选"
    ASSIGNED = "assigned", "指定"


class Assignment(models.Model):
    """A choice of courses that an institution made for learners (指定选学): who it was, what for, and how long it can be undone."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    block = models.CharField(max_length=60)
    plan = models.TextField(default="")
    people = models.PositiveIntegerField(default=0)
    assigned_at = models.DateTimeField()
    assigned_by = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["programme", "assigned_at"], name="learning_assignment_list")]


class Selection(models.Model):
    """An offering in a participant's list.

    `needs` are the kinds of steps that count here and `by_choice` is whether its hours count as chosen, both as the pinned plan says.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="+")
    block = models.CharField(max_length=60)
    source = models.CharField(max_length=10, choices=Source.choices)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, null=True, related_name="+")
    needs = ArrayField(models.CharField(max_length=12))
    by_choice = models.BooleanField(default=False, db_default=False)
    chosen_at = models.DateTimeField()
    chosen_by = models.BigIntegerField(null=True)
    dropped_at = models.DateTimeField(null=True)
    drop_reason = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "offering"], condition=models.Q(dropped_at__isnull=True), name="learning_selection_once"
            ),
            models.CheckConstraint(condition=models.Q(needs__len__gt=0), name="learning_selection_needs_something"),
            models.CheckConstraint(
                condition=models.Q(dropped_at__isnull=False) | models.Q(drop_reason=""), name="learning_selection_reason_when_dropped"
            ),
        ]
        indexes = [models.Index(fields=["offering"], name="learning_selection_offering", condition=models.Q(dropped_at__isnull=True))]


class Uptake(models.Model):
    """What each participant has in the list: hours by choice, pushed courses, lesson cases.

    Follows selections, draws, offerings and enrolments by itself, by triggers of the database (ADR 0019); nobody writes here.
    """

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, primary_key=True, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+", db_index=False)
    unit = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_active = models.BooleanField()
    chosen_hours = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    pushed = models.PositiveIntegerField(default=0)
    cases = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["programme", "unit", "chosen_hours"], name="learning_uptake_place", condition=models.Q(is_active=True)),
            models.Index(
                fields=["programme", "chosen_hours"], name="learning_uptake_hours", condition=models.Q(is_active=True), include=["unit"]
            ),
            models.Index(fields=["programme"], name="learning_uptake_no_courses", condition=models.Q(is_active=True, pushed=0)),
            models.Index(fields=["programme"], name="learning_uptake_no_cases", condition=models.Q(is_active=True, cases=0)),
        ]


class CaseDraw(models.Model):
    """A lesson case given to a participant, once and for all; replaced only when the case is withdrawn (`voided_at`).

    It is done when watched and, if `needs_report`, when the observation is handed in; `hours` as the plan says for each.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey(LessonCase, on_delete=models.PROTECT, related_name="+")
    block = models.CharField(max_length=60)
    number = models.PositiveSmallIntegerField()
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    needs_report = models.BooleanField()
    drawn_at = models.DateTimeField()
    watched_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "case"], name="learning_draw_once"),
            models.UniqueConstraint(
                fields=["enrolment", "block", "number"], condition=models.Q(voided_at__isnull=True), name="learning_draw_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True)
                | models.Q(watched_at__isnull=False) & (models.Q(needs_report=False) | models.Q(reported_at__isnull=False)),
                name="learning_draw_done_when",
            ),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True) | models.Q(voided_at__isnull=True), name="learning_draw_done_stays"
            ),
        ]
        indexes = [models.Index(fields=["case"], name="learning_draw_case", condition=models.Q(voided_at__isnull=True))]
