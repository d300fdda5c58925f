"""What was taken out of a draft paper, and how it comes back to where it stood. Pure."""

from collections.abc import Sequence
from typing import TypeVar, cast

import msgspec
from django.utils.translation import gettext as _

from yanxiu.assessment.composing_papers import meant
from yanxiu.assessment.papers import Draw, Fixed, PaperPart, Section, Sections
from yanxiu.kit.errors import Conflict, Invalid

MOST_KEPT = 20
"""How many parts a paper keeps; of more, the oldest go."""


class Removed(PaperPart, frozen=True, kw_only=True):
    """A part that was taken out: one of `fixed`, `draw`, `whole`.

    `section` and `place` (from 0) say where it stood, `title` what its section was called; `number` names it within its paper.
    """

    section: int
    place: int = 0
    title: str = ""
    number: int = 0
    fixed: Fixed | None = None
    draw: Draw | None = None
    whole: Section | None = None


T = TypeVar("T")
Removals = tuple[Removed, ...]


def read(raw: object) -> Removals:
    """Read `Paper.removed`. Raises Invalid when it is none."""
    try:
        return msgspec.convert(raw, Removals)
    except msgspec.ValidationError as error:
        raise Invalid(_("去掉的题读不出来：%(why)s。请从题库重新选。") % {"why": error}) from error


def write(removals: Removals) -> list[dict[str, object]]:
    """Return the JSON of `Paper.removed`."""
    return cast("list[dict[str, object]]", list(msgspec.to_builtins(removals)))


def taken_out(sections: Sections, button: str) -> Removed | None:
    """Return what a button of the editor takes out of the sections; None for another button, and for a section that is empty."""
    verb, what, numbers = meant(button)
    if verb != "remove" or not numbers or numbers[0] >= len(sections):
        return None
    section = sections[numbers[0]]
    if what == "section":
        return Removed(section=numbers[0], title=section.title, whole=section) if section.fixed or section.draws else None
    place = numbers[1] if len(numbers) == 2 else -1
    if what == "fixed" and 0 <= place < len(section.fixed):
        return Removed(section=numbers[0], place=place, title=section.title, fixed=section.fixed[place])
    if what == "draw" and 0 <= place < len(section.draws):
        return Removed(section=numbers[0], place=place, title=section.title, draw=section.draws[place])
    return None


def kept(removals: Removals, one: Removed) -> Removals:
    """Return the removals with one more."""
    number = max((other.number for other in removals), default=0) + 1
    return (*removals, msgspec.structs.replace(one, number=number))[-MOST_KEPT:]


def without(removals: Removals, number: int) -> Removals:
    """Return the removals without the one of a number."""
    return tuple(one for one in removals if one.number != number)


def asked_back(removals: Removals, button: str) -> Removed | None:
    """Return the part that a button (`back-part-3`) asks for; None for another button. Raises Conflict when it is back already."""
    verb, what, numbers = meant(button)
    if (verb, what) != ("back", "part"):
        return None
    found = next((one for one in removals if one.number in numbers), None)
    if found is None:
        raise Conflict(_("这一处已经放回去了，请刷新后再看。"))
    return found


def put_back(sections: Sections, one: Removed) -> Sections:
    """Return the sections with a part where it stood, or in what is left of its section. Raises Conflict for a question that is there."""
    present = {fixed.version for section in sections for fixed in section.fixed}
    if one.whole is not None:
        fresh = tuple(fixed for fixed in one.whole.fixed if fixed.version not in present)
        return _inserted(sections, one.section, msgspec.structs.replace(one.whole, fixed=fresh))
    if one.fixed is not None and one.fixed.version in present:
        raise Conflict(_("这道题已经又选进试卷了，不用放回。"))
    if not sections:
        sections = (Section(title=one.title),)
    number = _home(sections, one)
    section = sections[number]
    if one.fixed is not None:
        section = msgspec.structs.replace(section, fixed=_inserted(section.fixed, one.place, one.fixed))
    elif one.draw is not None:
        section = msgspec.structs.replace(section, draws=_inserted(section.draws, one.place, one.draw))
    return (*sections[:number], section, *sections[number + 1 :])


def _home(sections: Sections, one: Removed) -> int:
    """The section of the same name, the nearest to where it stood; without one, the one that stands there now."""
    namesakes = [number for number, section in enumerate(sections) if section.title == one.title]
    if namesakes:
        return min(namesakes, key=lambda number: abs(number - one.section))
    return min(one.section, len(sections) - 1)


def _inserted(rows: Sequence[T], place: int, row: T) -> tuple[T, ...]:
    at = min(max(place, 0), len(rows))
    return (*rows[:at], row, *rows[at:])
