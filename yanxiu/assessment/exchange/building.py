"""Questions from the pieces that most formats have: texts with right answers, accepted answers, pairs."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from yanxiu.assessment.exchange.shape import Unfit
from yanxiu.catalogue.content import (
    TRUE_FALSE,
    Blank,
    Cloze,
    FillIn,
    Gap,
    Matching,
    Material,
    MaterialPart,
    PartQuestion,
    Question,
    Written,
)

TRUE_WORDS = frozenset(
    {"对", "正确", "√", "是", "真", "t", "true", "yes", "right", "✓", "✔", "v", "wahr", "richtig", "verdadero", "vrai", "y"}
)
FALSE_WORDS = frozenset(
    {"错", "错误", "×", "否", "假", "f", "false", "no", "wrong", "✗", "✘", "x", "falsch", "falso", "faux", "n", "不正确", "不对"}
)
_LINE = re.compile(r"_{2,}|[（(][ \u3000\t]{1,40}[）)]")
MOST_DIGITS = 40


def truth_of(word: str) -> bool | None:
    """Return whether a word says true or false; None when it says neither."""
    key = word.strip().strip("。.").lower()
    return True if key in TRUE_WORDS else False if key in FALSE_WORDS else None


def choice(stem: str, options: Sequence[str], right: Sequence[int], explanation: str = "", *, is_multiple: bool | None = None) -> Question:
    """Return a choice, or a true/false question when its two options say so. `is_multiple` None = by the number of right ones."""
    if not right:
        raise Unfit("没有标出哪个选项是对的，请标上再导入。")
    truths = [truth_of(option) for option in options]
    if len(options) == 2 and set(truths) == {True, False} and len(right) == 1:
        return true_false(stem, truths[right[0]] is True, explanation)
    many = len(right) > 1 if is_multiple is None else is_multiple or len(right) > 1
    return Question(
        kind="multiple" if many else "single", stem=stem, options=tuple(options), answers=tuple(sorted(set(right))), explanation=explanation
    )


def true_false(stem: str, is_true: bool, explanation: str = "") -> Question:
    """Return a true/false question."""
    return Question(kind="true_false", stem=stem, options=TRUE_FALSE, answers=(0 if is_true else 1,), explanation=explanation)


def with_gap(stem: str, count: int = 1) -> str:
    """Return a stem with `[[1]]` … for its blanks: where lines or empty brackets stand if they are as many, else at the end."""
    if len(_LINE.findall(stem)) == count:
        numbers = iter(range(1, count + 1))
        return _LINE.sub(lambda _: f"[[{next(numbers)}]]", stem)
    return stem.rstrip() + " " + " ".join(f"[[{number}]]" for number in range(1, count + 1))


def fill_in(stem: str, blanks: Sequence[Blank], explanation: str = "", *, in_any_order: bool = False) -> FillIn:
    """Return a fill-in; the stem gets its gaps when it has none."""
    stem = stem if "[[1]]" in stem else with_gap(stem, len(blanks))
    return FillIn(stem=stem, blanks=tuple(blanks), explanation=explanation, in_any_order=in_any_order)


def blank(accepts: Sequence[str], *, is_case_sensitive: bool = False) -> Blank:
    """Return a blank of words; the same answer twice is one."""
    kept = tuple(dict.fromkeys(text.strip() for text in accepts if text.strip()))
    if not kept:
        raise Unfit("没有答案，请写上再导入。")
    return Blank(accepts=kept, is_case_sensitive=is_case_sensitive)


def number_blank(accepts: Sequence[str], tolerance: str | Decimal) -> Blank:
    """Return a blank of numbers. Raises Unfit for what is no number."""
    return Blank(accepts=tuple(dict.fromkeys(f"{number(text):f}" for text in accepts)), tolerance=number(str(tolerance)))


def range_blank(low: str, high: str) -> Blank:
    """Return a blank that takes every number from low to high."""
    least, most = sorted((number(low), number(high)))
    return Blank(accepts=(f"{(least + most) / 2:f}",), tolerance=(most - least) / 2)


def number(text: str) -> Decimal:
    """Return a number as it is written, exactly. Raises Unfit."""
    raw = text.strip().replace("\u2212", "-")
    raw = raw.replace(",", ".") if raw.count(",") == 1 and "." not in raw else raw
    try:
        value = Decimal(raw) if len(raw) <= MOST_DIGITS else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value.adjusted()) > MOST_DIGITS:
        raise Unfit(f"“{text[:20]}”不是能用的数，请写成 3.14 这样。")
    return value


def matching(stem: str, pairs: Sequence[tuple[str, str]], spare: Sequence[str] = (), explanation: str = "") -> Matching:
    """Return a matching from its pairs; `spare` are right-hand texts that belong to none."""
    right = tuple(dict.fromkeys([*(one for _, one in pairs), *spare]))
    return Matching(
        stem=stem,
        left=tuple(left for left, _ in pairs),
        right=right,
        pairs=tuple(right.index(one) for _, one in pairs),
        explanation=explanation,
    )


def essay(stem: str, reference: str = "", explanation: str = "", *, is_short: bool = False, points: Sequence[str] = ()) -> Written:
    """Return a question that people mark."""
    return Written(kind="short" if is_short else "essay", stem=stem, reference=reference, explanation=explanation, points=tuple(points))


def gapped(
    stem: str, gaps: Mapping[int, Blank | Gap], explanation: str = "", shares: Mapping[int, Decimal] | None = None
) -> FillIn | Cloze | Material:
    """Return the question of a text with gaps `[[1]]` …: all to be written, all to be chosen, or both (a material with parts)."""
    inside = [gaps[number] for number in sorted(gaps)]
    blanks, chosen = [one for one in inside if isinstance(one, Blank)], [one for one in inside if isinstance(one, Gap)]
    if not chosen:
        return FillIn(stem=stem, blanks=tuple(blanks), explanation=explanation)
    if not blanks:
        return Cloze(stem=stem, gaps=tuple(chosen), explanation=explanation)
    told = re.sub(r"\[\[(\d+)\]\]", r"（\1）____", stem)
    parts = [
        MaterialPart(question=_part(number, gap), share=(shares or {}).get(number, Decimal(1))) for number, gap in sorted(gaps.items())
    ]
    return Material(stem=told, parts=tuple(parts), explanation=explanation)


def _part(number: int, gap: Blank | Gap) -> PartQuestion:
    if isinstance(gap, Blank):
        return FillIn(stem=f"第（{number}）空：[[1]]", blanks=(gap,))
    return Question(kind="single", stem=f"第（{number}）空应选", options=gap.options, answers=(gap.answer,))
