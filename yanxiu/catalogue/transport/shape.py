"""What a course file says, and what is planned for a course before it is one. Data only; unknown keys are refused."""

from decimal import Decimal
from typing import Any, Literal

import msgspec

FORMAT = "yanxiu-course"
VERSION = 1
SUFFIX = ".yanxiu-course.zip"
MANIFEST = "course.json"


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all that travels."""


class Facts(Part, frozen=True, kw_only=True):
    """What the course says about itself; `hours` are 学时, 0 = not yet known."""

    title: str = ""
    hours: Decimal = Decimal(0)
    stages: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    topic: str = ""
    summary: str = ""
    provider: str = ""
    lecturer: str = ""


class ModulePlan(Part, frozen=True, kw_only=True):
    """A module; hours are 学时, online and offline stated apart."""

    title: str
    goals: str = ""
    topics: str = ""
    cases: str = ""
    online_activity: str = ""
    offline_activity: str = ""
    outcomes: str = ""
    is_compulsory: bool = True
    online_hours: Decimal = Decimal(0)
    offline_hours: Decimal = Decimal(0)


class StepPlan(Part, frozen=True, kw_only=True):
    """A step: numbers of its module and files count from 1, 0 = none. Ids inside `content` are numbers as well (`shape.CourseFile`)."""

    kind: str
    title: str
    content: dict[str, Any] = {}
    module: int = 0
    media: int = 0
    captions: int = 0
    poster: int = 0


class Member(Part, frozen=True, kw_only=True):
    """A file: its name as people know it, the kind it was checked as, bytes, and SHA-256 in hex. The nth lies at `media/000n`."""

    name: str
    kind: str
    size: int
    sha256: str


class CaseSign(Part, frozen=True, kw_only=True):
    """How a lesson case is known elsewhere."""

    title: str
    level: str
    stage: str
    subject: str
    author_name: str


class RubricSign(Part, frozen=True, kw_only=True):
    """How a rubric of homework is known elsewhere: what it is called, and by `catalogue.rubrics.Offered.sign` what it says."""

    title: str
    sign: str


class CourseFile(Part, frozen=True, kw_only=True, omit_defaults=True):
    """`course.json`. `made_at` in ISO 8601, `made_by` the unit.

    In contents, file_id and package_id are numbers of `files`, case_id of `cases`, rubric_id of `rubrics`.
    """

    format: str
    version: int
    made_at: str
    made_by: str
    facts: Facts
    modules: tuple[ModulePlan, ...] = ()
    steps: tuple[StepPlan, ...] = ()
    files: tuple[Member, ...] = ()
    cases: tuple[CaseSign, ...] = ()
    rubrics: tuple[RubricSign, ...] = ()


class HeldFile(Part, frozen=True, kw_only=True):
    """A file of an import, stored and waiting; `file_id` 0 = refused. `edition` of a package, as it was understood.

    One that is coming has been put by and not looked at, or came ahead of the form.
    """

    file_id: int
    name: str
    kind: str
    sha256: str = ""
    edition: str = ""


class Refusal(Part, frozen=True, kw_only=True):
    """What does not come, and why."""

    what: str
    why: str


class Row(Part, frozen=True, kw_only=True):
    """A row of an outline; `number` as the sheet counts."""

    number: int
    module: str = ""
    title: str = ""
    kind: str = ""
    file: str = ""
    words: str = ""


class Plan(Part, frozen=True, kw_only=True):
    """What `CourseImport.plan` holds. Steps name files by number of `files`; case_id is already a case of this installation.

    `bundle` is the id of a large course file that is still being read, `coming` are loose files that are; `total` is how many there
    are to look at and `read` how many were. `broken` says why nothing came of it.
    """

    origin: Literal["course", "files"]
    digest: str = ""
    facts: Facts = Facts()
    modules: tuple[ModulePlan, ...] = ()
    steps: tuple[StepPlan, ...] = ()
    files: tuple[HeldFile, ...] = ()
    refused: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    unusable: tuple[Refusal, ...] = ()
    bundle: int = 0
    coming: tuple[HeldFile, ...] = ()
    read: int = 0
    total: int = 0
    broken: str = ""

    @property
    def is_being_read(self) -> bool:
        """Tell whether files are still looked at in the background."""
        return bool(self.bundle or self.coming)


def written(plan: Plan) -> dict[str, Any]:
    """Return the JSON of a plan."""
    raw: dict[str, Any] = msgspec.to_builtins(plan)
    return raw


def read_plan(raw: object) -> Plan:
    """Read the JSON of a plan; an empty one is a plan of nothing."""
    return msgspec.convert(raw or {"origin": "files"}, Plan)
