"""How a paper is put together: what the editor's buttons do to its sections. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TypeVar, cast

import msgspec
from django.utils.translation import gettext as _

from yanxiu.assessment.papers import Draw, Fixed, Section, Sections
from yanxiu.catalogue.content import QUESTION_TYPES
from yanxiu.kit.errors import Invalid
from yanxiu.kit.text import whole_number, whole_numbers

MOST_SECTIONS, MOST_FIXED, MOST_DRAWN, MOST_POINTS = 20, 300, 200, 1000
USUAL_POINTS = Decimal(2)
T = TypeVar("T")


class BadlyTyped(Invalid):
    """Something typed beside the sections cannot be read; `sections` are those with all that can."""

    code = "badly_typed"

    def __init__(self, message: str, sections: Sections) -> None:
        super().__init__(message)
        self.sections = sections


def typed(sections: Sections, sent: Mapping[str, str]) -> Sections:
    """Return the sections with what was typed beside them: titles, guides, points, draws. Raises BadlyTyped with the first place."""
    faults: list[str] = []
    found = tuple(_typed_section(number, section, sent, faults) for number, section in enumerate(sections))
    if faults:
        raise BadlyTyped(faults[0], found)
    return found


def meant(button: str) -> tuple[str, str, list[int]]:
    """Return what a button of the editor says: the verb, of what, and which: `up-fixed-0-3` → up, fixed, [0, 3]."""
    verb, _dash, rest = button.partition("-")
    what, *places = rest.split("-")
    return verb, what, whole_numbers(places, digits=3)


def pressed(sections: Sections, button: str) -> Sections:
    """Return the sections after a button of the editor: `up-fixed-0-3`, `remove-section-1`, `add-draw-0`, `add-section`.

    A button that names nothing changes nothing.
    """
    verb, what, numbers = meant(button)
    if what == "section":
        return _sections(sections, verb, numbers)
    if not numbers or numbers[0] >= len(sections):
        return sections
    section = sections[numbers[0]]
    if what == "fixed" and len(numbers) == 2:
        return _with(sections, numbers[0], msgspec.structs.replace(section, fixed=_moved(section.fixed, verb, numbers[1])))
    if what == "draw" and verb == "add":
        return _with(sections, numbers[0], msgspec.structs.replace(section, draws=(*section.draws, Draw(count=5, points=USUAL_POINTS))))
    if what == "draw" and len(numbers) == 2:
        return _with(sections, numbers[0], msgspec.structs.replace(section, draws=_moved(section.draws, verb, numbers[1])))
    return sections


def with_fixed(sections: Sections, number: int, versions: Sequence[int], points: Decimal) -> Sections:
    """Return the sections with versions added to one of them, those that stand there already left out. Raises Invalid."""
    if not 0 <= number < len(sections):
        raise Invalid(_("试卷没有第 %(n)s 大题，请刷新后再加。") % {"n": number + 1})
    present = {one.version for section in sections for one in section.fixed}
    fresh = tuple(Fixed(version=version, points=points) for version in dict.fromkeys(versions) if version not in present)
    return _with(sections, number, msgspec.structs.replace(sections[number], fixed=(*sections[number].fixed, *fresh)))


def moved_to(sections: Sections, version: int, *, section: int, place: int) -> Sections:
    """Return the sections with a fixed question at `place` (from 1) of a section. Raises Invalid."""
    found = next((one for part in sections for one in part.fixed if one.version == version), None)
    if found is None or not 0 <= section < len(sections):
        raise Invalid(_("这道题已不在试卷里，请刷新后再排。"))
    left = tuple(msgspec.structs.replace(part, fixed=tuple(one for one in part.fixed if one.version != version)) for part in sections)
    order = list(left[section].fixed)
    order.insert(max(0, place - 1), found)
    return _with(left, section, msgspec.structs.replace(left[section], fixed=tuple(order)))


def check(sections: Sections) -> None:
    """Raise Invalid, with the place, for sections that are too long or hold what cannot be."""
    if len(sections) > MOST_SECTIONS:
        raise Invalid(_("一份试卷最多 %(most)s 个大题。") % {"most": MOST_SECTIONS})
    if sum(section.count for section in sections) > MOST_FIXED:
        raise Invalid(_("一份试卷最多 %(most)s 道题。请拆成两份。") % {"most": MOST_FIXED})
    for number, section in enumerate(sections, start=1):
        place = _("第 %(n)s 大题") % {"n": number}
        if not section.title.strip() or len(section.title) > 60 or len(section.guide) > 500:
            raise Invalid(_("%(place)s：要有名称，最多 60 字；说明最多 500 字。") % {"place": place})
        for one in cast("tuple[Fixed | Draw, ...]", (*section.fixed, *section.draws)):
            if not one.points.is_finite() or not 0 < one.points <= MOST_POINTS or one.points != round(one.points, 2):
                raise Invalid(_("%(place)s：每题的分值要大于 0，最多两位小数，现在有 %(now)s。") % {"place": place, "now": one.points})
        for draw in section.draws:
            _check_draw(draw, place)


def _check_draw(draw: Draw, place: str) -> None:
    if not 1 <= draw.count <= MOST_DRAWN:
        raise Invalid(_("%(place)s：一次抽 1 到 %(most)s 道题，现在是 %(now)s。") % {"place": place, "most": MOST_DRAWN, "now": draw.count})
    if not 1 <= draw.least_difficulty <= draw.most_difficulty <= 5:
        raise Invalid(_("%(place)s：难度从 1 到 5，前一个不能大过后一个。") % {"place": place})
    if draw.type and draw.type not in QUESTION_TYPES:
        raise Invalid(_("%(place)s：没有这种题型。") % {"place": place})


def _typed_section(number: int, section: Section, sent: Mapping[str, str], faults: list[str]) -> Section:
    place = _("第 %(n)s 大题") % {"n": number + 1}

    def text(name: str, before: str) -> str:
        return " ".join(sent.get(f"{name}-{number}", before).split())

    fixed = tuple(
        msgspec.structs.replace(one, points=_points(sent.get(f"points-{number}-{n}", ""), one.points, place, faults))
        for n, one in enumerate(section.fixed)
    )
    draws = tuple(_typed_draw(f"{number}-{n}", draw, sent, place, faults) for n, draw in enumerate(section.draws))
    return msgspec.structs.replace(
        section, title=text("title", section.title), guide=sent.get(f"guide-{number}", section.guide).strip(), fixed=fixed, draws=draws
    )


def _typed_draw(key: str, draw: Draw, sent: Mapping[str, str], place: str, faults: list[str]) -> Draw:
    if f"count-{key}" not in sent:
        return draw
    point = sent.get(f"point-{key}", "")
    return Draw(
        count=_whole(sent.get(f"count-{key}", ""), draw.count, place, faults),
        points=_points(sent.get(f"drawpoints-{key}", ""), draw.points, place, faults),
        point=whole_number(point),
        type=sent.get(f"type-{key}", ""),
        stage=sent.get(f"stage-{key}", ""),
        subject=sent.get(f"subject-{key}", ""),
        least_difficulty=_whole(sent.get(f"least-{key}", ""), draw.least_difficulty, place, faults),
        most_difficulty=_whole(sent.get(f"most-{key}", ""), draw.most_difficulty, place, faults),
    )


def _sections(sections: Sections, verb: str, numbers: list[int]) -> Sections:
    if verb == "add":
        return (*sections, Section(title=_("第 %(n)s 大题") % {"n": len(sections) + 1}))
    return _moved(sections, verb, numbers[0]) if numbers else sections


def _moved(rows: tuple[T, ...], verb: str, place: int) -> tuple[T, ...]:
    if not 0 <= place < len(rows):
        return rows
    order = list(rows)
    held = order.pop(place)
    if verb == "up":
        order.insert(max(0, place - 1), held)
    elif verb == "down":
        order.insert(place + 1, held)
    elif verb != "remove":
        return rows
    return tuple(order)


def _with(sections: Sections, number: int, section: Section) -> Sections:
    return (*sections[:number], section, *sections[number + 1 :])


def _points(raw: str, before: Decimal, place: str, faults: list[str]) -> Decimal:
    if not raw.strip():
        return before
    try:
        value = Decimal(raw.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if value.is_finite():
        return value
    faults.append(_("%(place)s：分值要写数，现在是“%(raw)s”。") % {"place": place, "raw": raw[:20]})
    return before


def _whole(raw: str, before: int, place: str, faults: list[str]) -> int:
    if not raw.strip():
        return before
    if raw.strip().isascii() and raw.strip().isdecimal() and len(raw) < 6:
        return int(raw)
    faults.append(_("%(place)s：题数和难度要写整数，现在是“%(raw)s”。") % {"place": place, "raw": raw[:20]})
    return before
