"""What every lint stands on: the plan, its lines, the sections that could be read, and the list of findings."""

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from yanxiu.programmes.plan.complaints import Complaint, Lines, Path
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.schema.judgement import Assessment, CourseAssessment
from yanxiu.programmes.plan.schema.work import Block, Duty


@dataclass(slots=True)
class Review:
    """One run of the lints over one plan. `is_framework` plans state bounds and leave dates and hours to others."""

    plan: Plan
    lines: Lines
    broken: frozenset[str]
    complaints: list[Complaint] = field(default_factory=list)

    @property
    def is_framework(self) -> bool:
        return self.plan.programme.style == "framework"

    def error(self, path: Path, code: str, message: str, hint: str = "") -> None:
        """Add a finding that forbids publishing."""
        self.complaints.append(self.lines.complain(path, "error", code, message, hint))

    def warn(self, path: Path, code: str, message: str, hint: str = "") -> None:
        """Add a finding that may stand with a reason."""
        self.complaints.append(self.lines.complain(path, "warn", code, message, hint))

    def known(self, path: Path, value: str, choices: Iterable[str], what: str) -> bool:
        """Whether `value` is one of the choices; complains with the nearest one when it is not."""
        allowed = list(choices)
        if value in allowed:
            return True
        # Looking for near names is slow; a file with a hundred mistakes gets the plain list.
        near = difflib.get_close_matches(value, allowed, n=1, cutoff=0.5) if len(self.complaints) < MANY else []
        if near:
            hint = f"是不是 {near[0]}"
        elif allowed:
            hint = f"可用：{'、'.join(allowed[:12])}{'…' if len(allowed) > 12 else ''}"
        else:
            hint = f"方案里还没有{what}"
        self.error(path, f"unknown-{CODES[what]}", f"没有「{value}」这个{what}", hint)
        return False

    def each_duty(self) -> Iterator[tuple[Path, str, Duty]]:
        """Every duty with its path and role."""
        for role, duties in self.plan.duties.items():
            for place, duty in enumerate(duties):
                yield ("duties", role, place), role, duty

    def blocks(self) -> dict[str, Block]:
        """Blocks by id."""
        return {block.id: block for block in self.plan.learn}

    def judged(self) -> dict[str, Assessment]:
        """Assessments that end in passed or not passed, by id (not the rule of single courses)."""
        return {item.id: item for item in self.plan.assess if not isinstance(item, CourseAssessment)}


CODES: Final[dict[str, str]] = {
    "时间窗口": "phase",
    "课程块": "block",
    "统计指标": "metric",
    "要求": "requirement",
    "考核": "assessment",
    "材料": "piece",
    "等级": "grade",
    "工作坊层级": "level",
    "层级": "level",
}

MANY: Final = 100

Lint = tuple[frozenset[str], Callable[[Review], None]]


def needs(*sections: str) -> Callable[[Callable[[Review], None]], Lint]:
    """Mark a lint with the sections it reads: it is left out when one of them could not be read."""

    def mark(function: Callable[[Review], None]) -> Lint:
        return frozenset(sections), function

    return mark
