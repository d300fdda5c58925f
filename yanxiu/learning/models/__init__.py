"""What is chosen, what is being studied, and what is done."""

from yanxiu.learning.models.choosing import Assignment, CaseDraw, SchoolTopic, Selection, Source, TopicWish
from yanxiu.learning.models.making import ActivityPhoto, ActivityReport, CoursePost, CueAnswer, Note, PresenceCheck, ReportState
from yanxiu.learning.models.studying import Bits, CourseDone, How, Item, Lease, Progress, StepDone

__all__ = [
    "ActivityPhoto",
    "ActivityReport",
    "Assignment",
    "Bits",
    "CaseDraw",
    "CourseDone",
    "CoursePost",
    "CueAnswer",
    "How",
    "Item",
    "Lease",
    "Note",
    "PresenceCheck",
    "Progress",
    "ReportState",
    "SchoolTopic",
    "Selection",
    "Source",
    "StepDone",
    "TopicWish",
]
