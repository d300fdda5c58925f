"""What candidates of the town answer: right as often as their ability says, wrong as people are wrong; and what markers give for words."""

import random
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

from yanxiu.assessment import papers
from yanxiu.assessment.drawing import contents_of
from yanxiu.assessment.models import Sitting
from yanxiu.catalogue.content import AnyQuestion, Cloze, FillIn, Given, Matching, Material, Ordering, Question, Written
from yanxiu.demo.bench.similarity import corpus
from yanxiu.demo.town.prose import OF_ONE_MIND

_LEFT_BLANK, _HALF, _MUCH = 0.03, Decimal("0.5"), 0.75
_PIECES = re.compile(r"[；。]")


MISLEADING = 9
"""The question of each sheet that those who know much get wrong more often: a trap, as its statistics show."""


def answers(sitting: Sitting, *, ability: float, chance: random.Random) -> Mapping[int, Given]:
    """Return what somebody of an ability (0 to 1) gives to a sheet, in places as written."""
    sheet = papers.read_sheet(sitting.sheet)
    contents = contents_of([asked.version for asked in sheet])
    given = {}
    for number, asked in enumerate(sheet, start=1):
        knows = (0.15 if ability > _MUCH else 0.85) if number == MISLEADING else ability
        if (one := gives(contents[asked.version], knows, chance)) is not None:
            given[number] = one
    return given


def points(given: Given, most: Decimal, *, chance: random.Random) -> Decimal:
    """Return what a marker gives for words: by how much is said, and as markers differ, in halves of a point."""
    said = "".join(str(one or "") for one in given) if isinstance(given, list) else str(given or "")
    share = min(0.95, 0.45 + len(said) / 500) + chance.gauss(0, 0.03)
    halves = (most * Decimal(str(max(0.1, min(1.0, share)))) / _HALF).quantize(Decimal(1), ROUND_HALF_UP)
    return min(most, halves * _HALF)


def gives(question: AnyQuestion, ability: float, chance: random.Random) -> Given:
    """Return what somebody of an ability gives to a question, in places as written; None: leaves it."""
    if isinstance(question, Material):
        return cast("Given", [gives(part.question, ability, chance) for part in question.parts])
    if isinstance(question, Written):
        return _words(question, ability, chance)
    if chance.random() < _LEFT_BLANK:
        return None
    is_right = chance.random() < ability
    if isinstance(question, FillIn):
        return cast("Given", [blank.accepts[0] if is_right else "不清楚" for blank in question.blanks])
    right = _right(question)
    return cast("Given", right if is_right else _wrong(question, right, chance))


def _right(question: Question | Matching | Ordering | Cloze) -> list[int]:
    if isinstance(question, Question):
        return list(question.answers)
    if isinstance(question, Matching):
        return list(question.pairs)
    if isinstance(question, Ordering):
        return list(range(len(question.parts)))
    return [gap.answer for gap in question.gaps]


def _wrong(question: Question | Matching | Ordering | Cloze, right: list[int], chance: random.Random) -> list[int]:
    """One option too few or another one; two places changed over; one gap filled wrongly."""
    if isinstance(question, Question):
        if len(right) > 1:
            return right[:-1]
        others = [place for place in range(len(question.options)) if place not in right]
        return [chance.choice(others)]
    if isinstance(question, Cloze):
        place = chance.randrange(len(right))
        return [(one + 1) % len(question.gaps[place].options) if number == place else one for number, one in enumerate(right)]
    first, second = chance.sample(range(len(right)), k=2)
    right[first], right[second] = right[second], right[first]
    return right


def _words(question: Written, ability: float, chance: random.Random) -> str | None:
    """Some of what the reference says, and as much of one's own as is asked for."""
    if chance.random() > ability + 0.35:
        return None
    pieces = [one.strip() for one in _PIECES.split(question.reference) if one.strip()]
    parts = [one for one in pieces if chance.random() < ability]
    while len("".join(parts)) < max(question.min_characters, 40):
        parts.append(corpus.said(chance.choice(OF_ONE_MIND), chance).rstrip("。"))
    return "。".join(parts) + "。"
