"""Signals, the inquiries that people open on them, answers, decisions and appeals."""

from django.db import models

from yanxiu.files.models import StoredFile
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person


class SignalKind(models.TextChoices):
    """What was noticed; the words name a circumstance, never a fault."""

    SHARED_DEVICE = "shared_device", "同一设备多个账号"
    STEADY_RHYTHM = "steady_rhythm", "节奏过于规则"
    FAR_NETWORKS = "far_networks", "网络来回切换"
    HIDDEN_PAGE = "hidden_page", "页面长时间在后台"
    MISSED_PROMPTS = "missed_prompts", "在场确认多次没有应答"
    LEAST_TIME = "least_time", "多段恰好到最低时长"
    ALIKE_TEXT = "alike_text", "文字与另一份相近"
    MUTUAL_MARKS = "mutual_marks", "互评互给高分"
    SAME_MARKS = "same_marks", "互评总给同样的分"
    CONDUCT = "conduct", "言论、抄袭移送"


class Strength(models.IntegerChoices):
    """How far it departs from what honest study looks like. A remark is kept for context and asks nobody to act."""

    REMARK = 1, "备注"
    NOTABLE = 2, "值得看"
    STRONG = 3, "明显"


class Signal(models.Model):
    """A circumstance noticed about a person on a day; never changed (trigger), and without any effect by itself.

    `facts`: `lines` (sentences with the numbers), `figures` (the numbers), `strips` (stretches of study: row, from, to, person). The
    programme is named by id and title only. `key` makes it one per person, kind and day.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=200)
    programme_id = models.BigIntegerField(null=True)
    programme_title = models.CharField(max_length=120, default="")
    kind = models.CharField(max_length=20, choices=SignalKind.choices)
    strength = models.PositiveSmallIntegerField(choices=Strength.choices)
    facts = models.JSONField(default=dict)
    on_day = models.DateField()
    raised_at = models.DateTimeField()
    key = models.CharField(max_length=80, unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(strength__gte=1, strength__lte=3), name="integrity_signal_strength")]
        indexes = [
            models.Index(fields=["unit_path"], name="integrity_signal_path", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["person", "-on_day"], name="integrity_signal_person"),
        ]


class InquiryState(models.TextChoices):
    """Where an inquiry stands."""

    OPEN = "open", "已立案"
    ASKED = "asked", "等教师说明"
    ANSWERED = "answered", "等决定"
    DECIDED = "decided", "已决定"
    APPEALED = "appealed", "申诉中"
    CLOSED = "closed", "已结"


TRANSITIONS: dict[str, frozenset[str]] = {
    InquiryState.OPEN: frozenset({InquiryState.ASKED, InquiryState.CLOSED}),
    InquiryState.ASKED: frozenset({InquiryState.ANSWERED, InquiryState.DECIDED, InquiryState.CLOSED}),
    InquiryState.ANSWERED: frozenset({InquiryState.DECIDED, InquiryState.CLOSED}),
    InquiryState.DECIDED: frozenset({InquiryState.APPEALED, InquiryState.CLOSED}),
    InquiryState.APPEALED: frozenset({InquiryState.CLOSED}),
    InquiryState.CLOSED: frozenset(),
}
_ASKED_STATES = (InquiryState.ASKED, InquiryState.ANSWERED, InquiryState.DECIDED, InquiryState.APPEALED)


class Inquiry(models.Model):
    """An inquiry that a person opened. `seat` is the office that decides, `appeal_seat` the next one up; `unit_path` stays as it was.

    `question` is what the teacher reads, `due_at` until when to answer, `appeal_due_at` until when to appeal.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=200)
    programme_id = models.BigIntegerField(null=True)
    programme_title = models.CharField(max_length=120, default="")
    seat = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    appeal_seat = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=InquiryState.choices, default=InquiryState.OPEN)
    opened_by = models.BigIntegerField()
    opened_label = models.CharField(max_length=120)
    opened_at = models.DateTimeField()
    question = models.TextField(default="")
    asked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    appeal_due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=~models.Q(state="closed"), name="integrity_inquiry_one_open"),
            models.CheckConstraint(
                condition=models.Q(asked_at__isnull=True, due_at__isnull=True, question="")
                | (models.Q(asked_at__isnull=False, due_at__gt=models.F("asked_at")) & ~models.Q(question="")),
                name="integrity_inquiry_asked_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(asked_at__isnull=False) | ~models.Q(state__in=_ASKED_STATES), name="integrity_inquiry_asked_first"
            ),
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False)
                | (~models.Q(state="closed") & models.Q(closed_at__isnull=True)),
                name="integrity_inquiry_closed_when",
            ),
            models.CheckConstraint(condition=~models.Q(person_id=models.F("opened_by")), name="integrity_inquiry_not_own"),
        ]
        indexes = [
            models.Index(fields=["unit_path"], name="integrity_inquiry_path", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["state", "appeal_due_at"], name="integrity_inquiry_due"),
        ]


class Handling(models.Model):
    """What became of a signal, once: taken into an inquiry, or set aside for a reason."""

    signal = models.OneToOneField(Signal, on_delete=models.PROTECT, related_name="+")
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, default="")
    handled_by = models.BigIntegerField()
    handled_label = models.CharField(max_length=120)
    handled_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(inquiry__isnull=False, reason="") | (models.Q(inquiry__isnull=True) & ~models.Q(reason="")),
                name="integrity_handling_inquiry_or_reason",
            )
        ]


class StatementKind(models.TextChoices):
    """Who speaks."""

    OWN = "own", "本人说明"
    SCHOOL = "school", "学校说明"


class Statement(models.Model):
    """What the teacher, or her school, says to an inquiry; never changed, another may follow."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=StatementKind.choices)
    text = models.TextField()
    stated_by = models.BigIntegerField()
    stated_label = models.CharField(max_length=120)
    stated_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="integrity_statement_says_something")]


class Enclosure(models.Model):
    """A file that goes with a statement."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="+")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")


class Finding(models.TextChoices):
    """What an office finds."""

    NO_FAULT = "no_fault", "不构成问题"
    WARNING = "warning", "提醒，学时照计"
    HOURS = "hours", "所列记录不计学时"
    INCIDENT = "incident", "认定为研修事故"


class Decision(models.Model):
    """What was found, by whom, with which office's authority, and why. An incident is not found by who opened the inquiry (`opened_by`)."""

    inquiry = models.OneToOneField(Inquiry, on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(max_length=10, choices=Finding.choices)
    reason = models.TextField()
    seat = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    decided_by = models.BigIntegerField()
    decided_label = models.CharField(max_length=120)
    decided_at = models.DateTimeField()
    opened_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="integrity_decision_reasoned"),
            models.CheckConstraint(
                condition=~models.Q(finding="incident") | (models.Q(opened_by__isnull=False) & ~models.Q(decided_by=models.F("opened_by"))),
                name="integrity_decision_incident_four_eyes",
            ),
        ]


class Consequence(models.Model):
    """A record that does not count by a decision, named by its id; what it said is kept beside it."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    record_id = models.BigIntegerField(unique=True)
    label = models.CharField(max_length=300)
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    done_at = models.DateTimeField()


class Outcome(models.TextChoices):
    """What the next office up makes of an appeal."""

    KEPT = "kept", "维持原决定"
    EASED = "eased", "改为提醒，学时恢复"
    LIFTED = "lifted", "撤销原决定，学时恢复"


class Appeal(models.Model):
    """An appeal against a decision; heard by another person than the one who decided (`against`)."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    appealed_at = models.DateTimeField()
    against = models.BigIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default="")
    opinion = models.TextField(default="")
    seat = models.ForeignKey(Org, on_delete=models.PROTECT, null=True, related_name="+")
    heard_by = models.BigIntegerField(null=True)
    heard_label = models.CharField(max_length=120, default="")
    heard_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="integrity_appeal_reasoned"),
            models.CheckConstraint(
                condition=models.Q(heard_at__isnull=True, outcome="", heard_by__isnull=True, opinion="")
                | (
                    models.Q(heard_at__isnull=False, heard_by__isnull=False, seat__isnull=False)
                    & ~models.Q(outcome="")
                    & ~models.Q(opinion="")
                ),
                name="integrity_appeal_heard_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(heard_by__isnull=True) | ~models.Q(heard_by=models.F("against")), name="integrity_appeal_four_eyes"
            ),
        ]
