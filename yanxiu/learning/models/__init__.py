"""What is chosen, what is being studied, and what is done."""

from yanxiu.learning.models.choosing import Assignment, CaseDraw, SchoolTopic, Selection, Source, TopicWish
from yanxiu.learning.models.studying import Bits, CourseDone, How, Item, Lease, Progress, StepDone

__all__ = [
    "Assignment",
    "Bits",
    "CaseDraw",
    "CourseDone",
    "How",
    "Item",
    "Lease",
    "Progress",
    "SchoolTopic",
    "Selection",
    "Source",
    "StepDone",
    "TopicWish",
]
