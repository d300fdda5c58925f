"""Courses on their way: one course as one file, and several files as one course.

A course file is a zip that holds data and nothing that runs:

    course.json     what `shape.CourseFile` says: facts, modules, steps, and every other member with size and SHA-256
    media/0001      the originals, numbered from 1 in the order of `files`

Steps name files, packages, lesson cases and rubrics by their number in the course file, never by an id of an installation.
`write` streams one; `reading.opened` judges one without writing anything. `arranging` makes an order of steps from loose files and an
outline.
"""

from yanxiu.catalogue.transport.arranging import arrange
from yanxiu.catalogue.transport.outline import empty_outline, read_outline
from yanxiu.catalogue.transport.reading import BadCourseFile, Bundle, opened
from yanxiu.catalogue.transport.shape import (
    CourseFile,
    Facts,
    HeldFile,
    ModulePlan,
    Plan,
    Refusal,
    Row,
    StepPlan,
)
from yanxiu.catalogue.transport.writing import Packed, pack, write

__all__ = [
    "BadCourseFile",
    "Bundle",
    "CourseFile",
    "Facts",
    "HeldFile",
    "ModulePlan",
    "Packed",
    "Plan",
    "Refusal",
    "Row",
    "StepPlan",
    "arrange",
    "empty_outline",
    "opened",
    "pack",
    "read_outline",
    "write",
]
