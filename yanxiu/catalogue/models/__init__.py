"""What can be studied: courses of steps, and lesson cases."""

from yanxiu.catalogue.models.authoring import (
    CourseImport,
    CourseWords,
    Decision,
    GrantedException,
    ImportState,
    RemovedStep,
    Review,
    ReviewComment,
)
from yanxiu.catalogue.models.cases import CaseLevel, LessonCase
from yanxiu.catalogue.models.courses import TRANSITIONS, Course, CourseState, Module, Step, StepKind
from yanxiu.catalogue.models.libraries import LibraryQuota, QuotaPlace, QuotaUse, ShelfCount, Shelving, ShelvingState
from yanxiu.catalogue.models.packages import Package, PackageEdition
from yanxiu.catalogue.models.resources import (
    Licence,
    Originality,
    Resource,
    ResourceFile,
    ResourceKind,
    ResourceReader,
    ResourceState,
    ResourceUse,
    ResourceVersion,
    ResourceWords,
)

__all__ = [
    "TRANSITIONS",
    "CaseLevel",
    "Course",
    "CourseImport",
    "CourseState",
    "CourseWords",
    "Decision",
    "GrantedException",
    "ImportState",
    "LessonCase",
    "LibraryQuota",
    "Licence",
    "Module",
    "Originality",
    "Package",
    "PackageEdition",
    "QuotaPlace",
    "QuotaUse",
    "RemovedStep",
    "Resource",
    "ResourceFile",
    "ResourceKind",
    "ResourceReader",
    "ResourceState",
    "ResourceUse",
    "ResourceVersion",
    "ResourceWords",
    "Review",
    "ReviewComment",
    "ShelfCount",
    "Shelving",
    "ShelvingState",
    "Step",
    "StepKind",
]
