"""What is chosen, what is being studied, and what is done."""

from yanxiu.learning.models.attending import (
    Attendance,
    AttendanceMark,
    Finding,
    GateImport,
    GateRow,
    GateState,
    LeaveRequest,
    LeaveState,
    MarkSource,
    SpotCheck,
    SpotCheckEntry,
    StudySession,
)
from yanxiu.learning.models.choosing import Assignment, CaseDraw, SchoolTopic, Selection, Source, TopicWish
from yanxiu.learning.models.making import ActivityPhoto, ActivityReport, CoursePost, CueAnswer, Note, PresenceCheck, ReportState
from yanxiu.learning.models.packages import PackageRun, PackageStudy, RunStatus, RunSuccess
from yanxiu.learning.models.points import PackageState, PointPackage, PointSeat, PointSync
from yanxiu.learning.models.studying import Bits, CourseDone, How, Item, Lease, Progress, StepDone

__all__ = [
    "ActivityPhoto",
    "ActivityReport",
    "Assignment",
    "Attendance",
    "AttendanceMark",
    "Bits",
    "CaseDraw",
    "CourseDone",
    "CoursePost",
    "CueAnswer",
    "Finding",
    "GateImport",
    "GateRow",
    "GateState",
    "How",
    "Item",
    "Lease",
    "LeaveRequest",
    "LeaveState",
    "MarkSource",
    "Note",
    "PackageRun",
    "PackageState",
    "PackageStudy",
    "PointPackage",
    "PointSeat",
    "PointSync",
    "PresenceCheck",
    "Progress",
    "ReportState",
    "RunStatus",
    "RunSuccess",
    "SchoolTopic",
    "Selection",
    "Source",
    "SpotCheck",
    "SpotCheckEntry",
    "StepDone",
    "StudySession",
    "TopicWish",
]
