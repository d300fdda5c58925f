"""Answers between the page and the database: places as shown there, places as the question was written here.

Fields of question 3: a choice is `q3` (a value for each option chosen), a written text `q3`, the places of the others `q3.1` … (a text, or
the shown place of what was chosen, "" = none); the second part of a material `q3-2` or `q3-2.1`. `asked` names the questions sent.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, cast
from zlib import crc32

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from yanxiu.assessment import papers
from yanxiu.catalogue.content import AnyQuestion, Cloze, FillIn, Given, Matching, Material, Ordering, Question, Written
from yanxiu.kit.errors import Invalid

LONGEST_BLANK = 200
LONGEST_TEXT = 20_000


def order_shown(question: AnyQuestion, order: Sequence[int] | None) -> tuple[int, ...]:
    """Return the places as written in the order in which they are shown; () for questions without options of their own.

    An ordering and the right side of a matching are never shown as they were written, which would tell the answer.
    """
    count = _count(question)
    if order is not None and sorted(order) == list(range(count)):
        return tuple(order)
    if isinstance(question, Ordering | Matching) and count > 1:
        return _settled(count, seed=question.stem)
    return tuple(range(count))


def other_order(count: int, by: Random) -> tuple[int, ...]:
    """Return places in an order that is not their own."""
    order = list(range(count))
    while count > 1 and order == list(range(count)):
        by.shuffle(order)
    return tuple(order)


def given_from_form(question: AnyQuestion, asked: papers.Asked | None, sent: MultiValueDict[str, str], *, number: int) -> Given:
    """Read the answer to question `number` (from 1) of a form, in places as written; None when nothing was given.

    Raises Invalid, with the question, for what no page of ours sends.
    """
    return _read(question, asked.order if asked else None, sent, name=f"q{number}", place=_("第 %(number)s 题") % {"number": number})


def given_as_written(question: AnyQuestion, order: Sequence[int] | None, shown: Given) -> Given:
    """Turn an answer in places as shown into places as written. What is no place becomes none."""
    there = order_shown(question, order)
    return _mapped(question, shown, lambda place: there[place] if 0 <= place < len(there) else None, given_as_written)


def given_as_shown(question: AnyQuestion, order: Sequence[int] | None, given: Given) -> Given:
    """Turn an answer in places as written into places as shown: the other way round of `given_as_written`."""
    back = {place: shown for shown, place in enumerate(order_shown(question, order))}
    return _mapped(question, given, back.get, given_as_shown)


def _mapped(question: AnyQuestion, given: Given, to: Callable[[int], int | None], inner: Callable[..., Given]) -> Given:
    if not isinstance(given, list):
        return given
    if isinstance(question, Material):
        return [inner(part.question, None, one) for part, one in zip(question.parts, given, strict=False)]
    if isinstance(question, Question | Matching | Ordering):
        mapped = [to(one) if isinstance(one, int) and not isinstance(one, bool) else None for one in given]
        return [one for one in mapped if one is not None] if isinstance(question, Question) else list(mapped)
    return given


def _read(question: AnyQuestion, order: Sequence[int] | None, sent: MultiValueDict[str, str], *, name: str, place: str) -> Given:
    if isinstance(question, Material):
        return _parts(question, sent, name=name, place=place)
    if isinstance(question, Written):
        return _text(sent.get(name, ""), most=question.most_characters * 4, place=place) or None
    if isinstance(question, Question):
        chosen = {_place(raw, len(question.options), place) for raw in sent.getlist(name)[: len(question.options)] if raw}
        there = order_shown(question, order)
        return cast("Given", sorted(there[one] for one in chosen)) or None
    if isinstance(question, FillIn):
        texts = [_text(sent.get(f"{name}.{number}", ""), most=LONGEST_BLANK, place=place) for number in _numbers(question)]
        return cast("Given", texts) if any(texts) else None
    options = _options(question)
    places = [_chosen(sent.get(f"{name}.{number}", ""), most, place) for number, most in enumerate(options, start=1)]
    return None if all(one is None for one in places) else given_as_written(question, order, cast("Given", places))


def _parts(question: Material, sent: MultiValueDict[str, str], *, name: str, place: str) -> Given:
    words = _("%(place)s第 %(number)s 小题")
    parts = [
        _read(part.question, None, sent, name=f"{name}-{number}", place=words % {"place": place, "number": number})
        for number, part in enumerate(question.parts, start=1)
    ]
    return None if all(part is None for part in parts) else parts


def _numbers(question: FillIn) -> range:
    return range(1, len(question.blanks) + 1)


def _options(question: Matching | Ordering | Cloze) -> list[int]:
    """How many options each place has."""
    if isinstance(question, Matching):
        return [len(question.right)] * len(question.left)
    if isinstance(question, Ordering):
        return [len(question.parts)] * len(question.parts)
    return [len(gap.options) for gap in question.gaps]


def _count(question: AnyQuestion) -> int:
    names: Mapping[type, str] = {Question: "options", Matching: "right", Ordering: "parts"}
    name = names.get(type(question))
    found: Any = getattr(question, name) if name else ()
    return len(found)


def _settled(count: int, *, seed: str) -> tuple[int, ...]:
    return other_order(count, Random(crc32(seed.encode())))  # noqa: S311 - the same for everybody, as nobody drew one


def _chosen(raw: str, most: int, place: str) -> int | None:
    return _place(raw, most, place) if raw else None


def _place(raw: str, most: int, place: str) -> int:
    if not (raw.isascii() and raw.isdecimal() and len(raw) <= 3 and int(raw) < most):
        raise Invalid(_("%(place)s的答案读不出来，没有存。请刷新后重新选。") % {"place": place})
    return int(raw)


def _text(raw: str, *, most: int, place: str) -> str:
    text = raw.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > min(most, LONGEST_TEXT):
        words = {"place": place, "most": min(most, LONGEST_TEXT), "now": len(text)}
        raise Invalid(_("%(place)s的答案最多 %(most)s 个字符，现在有 %(now)s 个，没有存。请写短些。") % words)
    return text
