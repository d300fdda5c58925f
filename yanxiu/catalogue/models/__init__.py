"""What can be studied: courses of steps, and lesson cases."""

from yanxiu.catalogue.models.cases import CaseLevel, LessonCase
from yanxiu.catalogue.models.courses import TRANSITIONS, Course, CourseState, Module, Step, StepKind

__all__ = ["TRANSITIONS", "CaseLevel", "Course", "CourseState", "LessonCase", "Module", "Step", "StepKind"]
