"""What is kept of a question file that was brought: what was read, its pictures by their stored ids, and what is not wanted of it."""

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

import msgspec

from yanxiu.assessment.exchange.shape import Known, Reading
from yanxiu.catalogue.content import AnyQuestion, Content, read_question, write
from yanxiu.kit.errors import Invalid
from yanxiu.orgs.models import Stage
from yanxiu.orgs.queries import subjects

_REFERENCE = re.compile(r"!?\[([^\]\n]{0,300})\]\((file|audio):(\d{1,12})\)")


class Plan(Content, frozen=True, kw_only=True):
    """`files` are stored files that wait; `left` the numbers (from 1) of questions that are not to come; `bundle` a file still to be read.

    `broken` is why nothing came of it.
    """

    reading: Reading = Reading(format="")
    files: tuple[int, ...] = ()
    left: tuple[int, ...] = ()
    bundle: int = 0
    broken: str = ""

    @property
    def wanted(self) -> list[int]:
        """The numbers of the questions that are to come."""
        left = set(self.left)
        return [number for number in range(1, len(self.reading.understood) + 1) if number not in left]


def known() -> Known:
    """Return our words for stages and subjects, for those who read files and know no models."""
    return Known(stages=tuple(Stage.values), subjects=tuple(subjects()))


def read_plan(raw: object) -> Plan:
    """Read the JSON of an import. Raises Invalid."""
    try:
        return msgspec.convert(raw, Plan)
    except msgspec.ValidationError as error:
        raise Invalid(f"导入预览读不出来：{error}。请放弃这次导入，把文件再传一次。") from error


def written(plan: Plan) -> dict[str, Any]:
    """Return the JSON of a plan."""
    return cast("dict[str, Any]", msgspec.to_builtins(plan))


def renamed(question: AnyQuestion, stored: Mapping[int, int]) -> AnyQuestion:
    """Return the question with its pictures by stored ids instead of their numbers in the file; what was not stored is named by words."""

    def put(found: re.Match[str]) -> str:
        file_id = stored.get(int(found[3]))
        if file_id is None:
            return f"[{'图' if found[2] == 'file' else '声音'}：{found[1]}]"
        return f"{'!' if found[2] == 'file' else ''}[{found[1]}]({found[2]}:{file_id})"

    return read_question(_mapped(write(cast("Content", question)), lambda text: _REFERENCE.sub(put, text)))


def _mapped(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _mapped(inner, change) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(inner, change) for inner in value]
    return value
