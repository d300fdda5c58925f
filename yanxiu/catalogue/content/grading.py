"""What an answer is worth: pure, exact, never on the client (security EM-06). Shares are fractions of the question's points."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, TypeGuard

from yanxiu.catalogue.content.accepting import as_number, means
from yanxiu.catalogue.content.kinds import AnyQuestion, Blank, Cloze, FillIn, Given, Matching, Material, Ordering, Written
from yanxiu.catalogue.content.questions import Question

Partial = Literal["none", "half", "each"]
"""A multiple choice that lacks a right option and has no wrong one: nothing, half, or a share for each right one."""

ZERO, ONE = Fraction(0), Fraction(1)
LONGEST_COMPARED = 2_000


def share_of(question: AnyQuestion, given: Given, *, partial: Partial = "none") -> Fraction | None:
    """Return the share of the points from 0 to 1; None while a person must mark it. What no page of ours sends is worth nothing.

    Gaps, pairs and places of an order count one by one; the parts of a material by their shares.
    """
    if isinstance(question, Question):
        return _choice(question, _whole_numbers(given), partial)
    if isinstance(question, Written):
        return ZERO if not str(given or "").strip() else None
    if isinstance(question, Material):
        return _material(question, given, partial)
    return _placed(question, given)


def is_answered(given: Given) -> bool:
    """Tell whether anything was given."""
    if isinstance(given, list):
        return any(one not in (None, "", []) for one in given)
    return given not in (None, "")


def points_of(share: Fraction, points: Decimal) -> Decimal:
    """Return the points for a share, to a hundredth, half up."""
    exact = share * Fraction(points) * 100
    return Decimal((2 * exact.numerator + exact.denominator) // (2 * exact.denominator)) / 100


def _choice(question: Question, chosen: Sequence[int], partial: Partial) -> Fraction:
    right, mine = set(question.answers), set(chosen)
    if mine == right:
        return ONE
    if question.kind != "multiple" or not mine or not mine < right:
        return ZERO
    return {"none": ZERO, "half": Fraction(1, 2), "each": Fraction(len(mine), len(right))}[partial]


def _placed(question: FillIn | Matching | Ordering | Cloze, given: Given) -> Fraction:
    if isinstance(question, FillIn):
        return _filled(question, [str(one or "") for one in given] if isinstance(given, list) else [])
    if isinstance(question, Matching):
        right: Sequence[int] = question.pairs
    elif isinstance(question, Ordering):
        right = range(len(question.parts))
    else:
        right = [gap.answer for gap in question.gaps]
    mine: list[Any] = given if isinstance(given, list) else []
    hits = sum(one == other and _is_place(other) for one, other in zip(right, mine, strict=False))
    return Fraction(hits, len(right)) if right else ZERO


def _filled(question: FillIn, given: Sequence[str]) -> Fraction:
    mine = [text[:LONGEST_COMPARED] for text in given[: len(question.blanks)]]
    if not question.blanks:
        return ZERO
    if not question.in_any_order:
        hits = sum(_is_accepted(blank, text) for blank, text in zip(question.blanks, mine, strict=False))
        return Fraction(hits, len(question.blanks))
    return Fraction(_most_pairs([[_is_accepted(blank, text) for blank in question.blanks] for text in mine]), len(question.blanks))


def _most_pairs(fits: Sequence[Sequence[bool]]) -> int:
    """Return how many texts can each have a blank of their own: by augmenting paths, so that no order of either matters."""
    holder: dict[int, int] = {}

    def seats(text: int, seen: set[int]) -> bool:
        for blank, is_fit in enumerate(fits[text]):
            if is_fit and blank not in seen:
                seen.add(blank)
                if blank not in holder or seats(holder[blank], seen):
                    holder[blank] = text
                    return True
        return False

    return sum(seats(text, set()) for text in range(len(fits)))


def _is_accepted(blank: Blank, text: str) -> bool:
    if not text.strip():
        return False
    if blank.tolerance is not None:
        value = as_number(text)
        return value is not None and any(
            wanted is not None and abs(value - wanted) <= blank.tolerance for wanted in map(as_number, blank.accepts)
        )
    return any(means(text, one, is_strict=blank.is_case_sensitive) for one in blank.accepts)


def _material(question: Material, given: Given, partial: Partial) -> Fraction | None:
    mine: list[Any] = given if isinstance(given, list) else []
    total, whole = ZERO, sum((Fraction(part.share) for part in question.parts), ZERO)
    for number, part in enumerate(question.parts):
        share = share_of(part.question, mine[number] if number < len(mine) else None, partial=partial)
        if share is None:
            return None
        total += share * Fraction(part.share)
    return total / whole if whole else ZERO


def _whole_numbers(given: Given) -> list[int]:
    return [one for one in given if _is_place(one)] if isinstance(given, list) else []


def _is_place(value: object) -> TypeGuard[int]:
    """JSON's true is no place, though Python takes it for 1."""
    return isinstance(value, int) and not isinstance(value, bool)
