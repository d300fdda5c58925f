"""What is wrong with a plan, where, and how to mend it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Path = tuple[str | int, ...]
Severity = Literal["error", "warn"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Complaint:
    """One finding on a plan.

    `line` counts from 1 (0: the file as a whole); `key` is the path people read (`learn[casework].hours`), `path` the one programs
    follow (("learn", 2, "hours"), list places from 0). `message` says what is wrong, `hint` how to mend it; both Chinese.
    """

    line: int
    key: str
    severity: Severity
    code: str
    message: str
    hint: str = ""
    path: Path = ()

    def text(self, file: str) -> str:
        """One line for a terminal: `file:line key message hint`."""
        label = "错误" if self.severity == "error" else "提醒"
        place = f"{file}:{self.line}" if self.line else file
        said = f"{self.message}；{self.hint}" if self.hint else self.message
        return " ".join(part for part in (f"{place}:", f"[{label}]", self.key, said) if part)


def has_errors(complaints: Sequence[Complaint]) -> bool:
    """Whether a plan with these complaints must not be published."""
    return any(complaint.severity == "error" for complaint in complaints)


@dataclass(frozen=True, slots=True)
class Lines:
    """Where each key of the file stands: path -> line, and the raw tree for names in paths."""

    by_path: Mapping[Path, int]
    tree: object

    def line(self, path: Path) -> int:
        """Line of `path`, or of its nearest ancestor that stands in the file; 0 when none does."""
        for end in range(len(path), 0, -1):
            found = self.by_path.get(path[:end])
            if found is not None:
                return found
        return self.by_path.get((), 0)

    def key(self, path: Path) -> str:
        """The path as people read it; a list item shows its `id` where it has one, else its number from 0."""
        shown = ""
        here = self.tree
        for step in path:
            here = _child(here, step)
            if isinstance(step, int):
                name = here.get("id") if isinstance(here, dict) else None
                shown += f"[{name if isinstance(name, str) else step}]"
            else:
                shown += f".{step}" if shown else step
        return shown

    def complain(self, path: Path, severity: Severity, code: str, message: str, hint: str = "") -> Complaint:
        """A complaint about `path` with its line and key filled in."""
        return Complaint(line=self.line(path), key=self.key(path), severity=severity, code=code, message=message, hint=hint, path=path)


NOWHERE = Lines(by_path={}, tree=None)


def _child(here: object, step: str | int) -> object:
    if isinstance(here, dict):
        return here.get(step)
    if isinstance(here, list) and isinstance(step, int) and step < len(here):
        return here[step]
    return None
