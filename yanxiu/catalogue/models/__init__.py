"""What can be studied: courses of steps, and lesson cases."""

from yanxiu.catalogue.models.authoring import (
    CourseImport,
    CourseWords,
    Decision,
    FormDraft,
    GrantedException,
    ImportState,
    RemovedStep,
    Review,
    ReviewComment,
)
from yanxiu.catalogue.models.cases import CaseLevel, LessonCase
from yanxiu.catalogue.models.courses import TRANSITIONS, Course, CourseState, Module, Step, StepKind
from yanxiu.catalogue.models.packages import Package, PackageEdition

__all__ = [
    "TRANSITIONS",
    "CaseLevel",
    "Course",
    "CourseImport",
    "CourseState",
    "CourseWords",
    "Decision",
    "FormDraft",
    "GrantedException",
    "ImportState",
    "LessonCase",
    "Module",
    "Package",
    "PackageEdition",
    "RemovedStep",
    "Review",
    "ReviewComment",
    "Step",
    "StepKind",
]
