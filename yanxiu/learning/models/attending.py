"""Study days: sessions, who is called to them, what speaks for and against each, and what follows from it."""

from django.db import models

from yanxiu.files.models import StoredFile
from yanxiu.orgs.models import Org, Stage
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, Programme


class StudySession(models.Model):
    """A session of a unit's study days (集中学习): [starts_at, ends_at) at a place; who comes by `starts_at` + grace is in time.

    `window` is the plan's window it lies in; `stage` and `subject` "" call everybody. Once settled, results stand as records.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=200)
    window = models.CharField(max_length=60)
    title = models.CharField(max_length=80)
    place = models.CharField(max_length=80)
    stage = models.CharField(max_length=12, choices=Stage.choices, default="")
    subject = models.CharField(max_length=30, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    grace_minutes = models.PositiveSmallIntegerField(default=10)
    hours = models.DecimalField(max_digits=4, decimal_places=2)
    fixed_at = models.DateTimeField()
    fixed_by = models.BigIntegerField(null=True)
    called_off_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "unit", "starts_at", "place", "title"],
                condition=models.Q(called_off_at__isnull=True),
                name="learning_session_once",
            ),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="learning_session_order"),
            models.CheckConstraint(condition=models.Q(hours__gt=0, hours__lte=12), name="learning_session_hours"),
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True) | models.Q(called_off_at__isnull=True), name="learning_session_settled_held"
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit_path", "starts_at"], name="learning_session_place", opclasses=["varchar_pattern_ops", "timestamptz_ops"]
            ),
            models.Index(
                fields=["ends_at"], name="learning_session_open", condition=models.Q(settled_at__isnull=True, called_off_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Finding(models.TextChoices):
    """The combined state of a person in a session; `pending` until something speaks or the session is settled."""

    PENDING = "pending", "待签到"
    PRESENT = "present", "出勤"
    LATE = "late", "迟到"
    LEAVE = "leave", "请假"
    ABSENT = "absent", "缺勤"


class MarkSource(models.TextChoices):
    """What a mark rests on; the order of weight stands in `learning.attendance`."""

    SIGN_IN = "sign_in", "扫码签到"
    DIGITS = "digits", "数字码签到"
    ROLL_CALL = "roll_call", "现场点名"
    GATE = "gate", "门禁考勤机"
    SPOT_CHECK = "spot_check", "抽查"
    LEAVE = "leave", "请假"
    CORRECTION = "correction", "学校更正"


class SessionRoom(models.Model):
    """A room of a session that is held in several (分会场); `host` keeps it: sees who sits there, draws and marks spot checks in it."""

    session = models.ForeignKey(StudySession, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    host = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "name"], name="learning_room_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="learning_room_named"),
        ]
        indexes = [models.Index(fields=["host"], name="learning_room_host", condition=models.Q(host__isnull=False))]

    def __str__(self) -> str:
        return self.name


class Attendance(models.Model):
    """A person called to a session. `state` follows from the marks; `record_id` is the record it stands by, numbered by `revision`."""

    session = models.ForeignKey(StudySession, on_delete=models.CASCADE, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    room = models.ForeignKey(SessionRoom, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=Finding.choices, default=Finding.PENDING)
    source = models.CharField(max_length=12, choices=MarkSource.choices, default="")
    came_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)
    record_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "enrolment"], name="learning_attendance_once")]
        indexes = [
            models.Index(fields=["enrolment"], name="learning_attendance_person"),
            models.Index(fields=["session", "state"], name="learning_attendance_state"),
        ]


class GateState(models.TextChoices):
    """What became of a file of a gate or attendance machine."""

    PREVIEWED = "previewed", "待导入"
    APPLIED = "applied", "已导入"
    UNDONE = "undone", "已撤回"


class GateImport(models.Model):
    """A file of passages from a gate or attendance machine; names and times only, never pictures. `columns`: letters by field."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=200)
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=GateState.choices, default=GateState.PREVIEWED)
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "unit", "sha256"], condition=~models.Q(state="undone"), name="learning_gate_file_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="previewed", applied_at__isnull=True, undone_at__isnull=True)
                | models.Q(state="applied", applied_at__isnull=False, undone_at__isnull=True)
                | models.Q(state="undone", undone_at__isnull=False),
                name="learning_gate_state_when",
            ),
        ]


class AttendanceMark(models.Model):
    """Something that speaks about a person in a session. Never deleted: a wrong one is struck out with who, when and why.

    `at` is when it happened, `made_at` when it was noted; `step` the rotating code's step, `device` the browser it came from.
    """

    attendance = models.ForeignKey(Attendance, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=12, choices=MarkSource.choices)
    finding = models.CharField(max_length=10, choices=Finding.choices)
    at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True)
    made_label = models.CharField(max_length=120, default="")
    reason = models.CharField(max_length=200, default="")
    device = models.CharField(max_length=40, default="")
    step = models.BigIntegerField(null=True)
    gate = models.ForeignKey(GateImport, on_delete=models.PROTECT, null=True, related_name="+")
    struck_at = models.DateTimeField(null=True)
    struck_by = models.BigIntegerField(null=True)
    struck_label = models.CharField(max_length=120, default="")
    struck_reason = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attendance", "step"], condition=models.Q(step__isnull=False), name="learning_mark_step_once"),
            models.UniqueConstraint(
                fields=["attendance", "source"],
                condition=models.Q(struck_at__isnull=True) & ~models.Q(source__in=["spot_check", "gate"]),
                name="learning_mark_one_standing",
            ),
            models.UniqueConstraint(
                fields=["attendance", "at"], condition=models.Q(source="gate", struck_at__isnull=True), name="learning_mark_gate_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(source__in=["roll_call", "correction"]) | ~models.Q(reason=""), name="learning_mark_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(struck_at__isnull=True, struck_reason="")
                | models.Q(struck_at__isnull=False) & ~models.Q(struck_reason=""),
                name="learning_mark_struck_why",
            ),
            models.CheckConstraint(condition=~models.Q(finding="pending"), name="learning_mark_says_something"),
        ]
        indexes = [
            models.Index(fields=["attendance"], name="learning_mark_of"),
            models.Index(fields=["gate"], name="learning_mark_gate", condition=models.Q(gate__isnull=False)),
        ]


class GateRow(models.Model):
    """A row of a gate file: which cell is refused and why, or whose passage it is. Identity numbers are not kept."""

    gate = models.ForeignKey(GateImport, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120, default="")
    hint = models.CharField(max_length=40, default="")
    passed_at = models.DateTimeField(null=True)
    machine = models.CharField(max_length=60, default="")
    attendance = models.ForeignKey(Attendance, on_delete=models.CASCADE, null=True, related_name="+")
    field = models.CharField(max_length=20, default="")
    words = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gate", "number"], name="learning_gate_row_once"),
            models.CheckConstraint(
                condition=models.Q(attendance__isnull=False, passed_at__isnull=False) | ~models.Q(words=""), name="learning_gate_row_judged"
            ),
        ]


class SpotCheck(models.Model):
    """An unannounced check: `size` persons drawn by `seed` from those who count as here, so that the draw can be repeated.

    `room`: drawn from those who sit there, for its host; null is the whole session.
    """

    session = models.ForeignKey(StudySession, on_delete=models.CASCADE, related_name="+")
    room = models.ForeignKey(SessionRoom, on_delete=models.SET_NULL, null=True, related_name="+")
    seed = models.BigIntegerField()
    size = models.PositiveSmallIntegerField()
    drawn_at = models.DateTimeField()
    drawn_by = models.BigIntegerField(null=True)
    drawn_label = models.CharField(max_length=120, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(size__gt=0), name="learning_spot_check_size")]
        indexes = [models.Index(fields=["session"], name="learning_spot_check_session")]


class SpotCheckEntry(models.Model):
    """A person on the list of a spot check; `mark` once the checker has said here or not here."""

    check_list = models.ForeignKey(SpotCheck, on_delete=models.CASCADE, related_name="+")
    attendance = models.ForeignKey(Attendance, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    mark = models.ForeignKey(AttendanceMark, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["check_list", "attendance"], name="learning_spot_check_entry_once"),
            models.UniqueConstraint(fields=["check_list", "number"], name="learning_spot_check_entry_number"),
        ]
        indexes = [models.Index(fields=["attendance"], name="learning_spot_check_entry_of")]


class LeaveState(models.TextChoices):
    """`applied` waits for the school; a decision is final and so is taking back, a new application is a new row."""

    APPLIED = "applied", "待审"
    APPROVED = "approved", "已准假"
    REFUSED = "refused", "未准"
    WITHDRAWN = "withdrawn", "已撤回"


class LeaveRequest(models.Model):
    """A teacher's application to stay away from a session (请假), with reason and maybe a proof."""

    attendance = models.ForeignKey(Attendance, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=300)
    proof = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=LeaveState.choices, default=LeaveState.APPLIED)
    applied_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    opinion = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attendance"], condition=models.Q(state="applied"), name="learning_leave_one_open"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="learning_leave_reason"),
            models.CheckConstraint(
                condition=models.Q(state="applied", decided_at__isnull=True)
                | ~models.Q(state="applied") & models.Q(decided_at__isnull=False),
                name="learning_leave_decided_when",
            ),
        ]
        indexes = [models.Index(fields=["state", "applied_at"], name="learning_leave_queue")]
