"""One question as a page shows it: to answer, to read, with or without what is right. Fields and places: `assessment.giving`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yanxiu.assessment import papers, rendering
from yanxiu.assessment.giving import LONGEST_BLANK, given_as_shown, order_shown
from yanxiu.assessment.rendering import Links
from yanxiu.catalogue import content
from yanxiu.catalogue.content import (
    QUESTION_TYPES,
    AnyQuestion,
    Cloze,
    FillIn,
    Given,
    Matching,
    Material,
    Ordering,
    Partial,
    Question,
    Written,
)
from yanxiu.kit.markup import EMPTY

SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Reveals = Literal["nothing", "right", "answers"]
"""What is shown beside the question: nothing, whether the answer is right, or the right answer and the explanation as well."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """Something to choose: `value` is its place as shown, `sign` its letter ("" for 对 and 错), `words` the beginning of its text.

    `is_right` is False until revealed.
    """

    value: int
    sign: str
    words: str
    html: SafeString
    is_given: bool = False
    is_right: bool = False


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place to fill: a blank, a gap, the left side of a pair, a rank. `right` is the right answer in words, "" until revealed."""

    name: str
    number: int
    label: SafeString
    options: Sequence[Option] = ()
    text: str = ""
    right: str = ""

    @property
    def words(self) -> str:
        """Return what was given, in letters or words; "" = nothing."""
        return next((option.sign for option in self.options if option.is_given), self.text)


@dataclass(frozen=True, kw_only=True)
class AskedView:
    """A question on a page. `form` names how it is answered; `earned` and `share` are None until revealed or marked.

    `options` of a choice, or what the letters of `places` stand for; `text` and the characters' bounds of a written one; `parts` of a
    material. `is_open`: fields to answer in. `right` is the right answer in letters or words, `notes` reference and points for markers.
    """

    number: int
    name: str
    type: str
    form: str
    points: Decimal | None
    stem: SafeString
    is_open: bool
    is_answered: bool
    options: Sequence[Option] = ()
    places: Sequence[Place] = ()
    text: str = ""
    least: int = 0
    most: int = 0
    parts: Sequence["AskedView"] = ()
    reveals: Reveals = "nothing"
    share: Fraction | None = None
    earned: Decimal | None = None
    right: str = ""
    explanation: SafeString = EMPTY
    notes: Sequence[SafeString] = ()

    @property
    def type_label(self) -> str:
        """Return what the type is called."""
        return _(QUESTION_TYPES[self.type])

    @property
    def state(self) -> str:
        """Return `right`, `part`, `wrong`, or `waits` while a person must mark it; "" until revealed."""
        if self.reveals == "nothing" or not self.is_answered:
            return "" if self.reveals == "nothing" else "blank"
        return "waits" if self.share is None else "right" if self.share == 1 else "part" if self.share else "wrong"


@dataclass(frozen=True, kw_only=True)
class _Page:
    """How all of a question's texts are drawn."""

    links: Links
    is_open: bool
    reveals: Reveals
    partial: Partial


def asked_view(
    question: AnyQuestion, asked: papers.Asked, given: Given = None, *, number: int = 1, links: Links | None = None,
    is_open: bool = True, reveals: Reveals = "nothing", partial: Partial = "none",
) -> AskedView:  # fmt: skip
    """Return a question of a sheet as a page shows it, `given` in places as written. `links`: `rendering.links_of`. Pure.

    Template: `assessment/question.html`, with `question` = what is returned. Unless revealed, nothing in it tells what is right.
    """
    page = _Page(links=links or {}, is_open=is_open, reveals=reveals, partial=partial)
    return _view(question, page, order=asked.order, given=given, number=number, name=f"q{number}", points=asked.points)


def asked_alone(question: AnyQuestion, *, order: Sequence[int] | None = None) -> papers.Asked:
    """Return a question as if it stood on a sheet without points, for previews."""
    return papers.Asked(version=0, points=Decimal(0), section=0, order=tuple(order_shown(question, order)) or None)


def _view(
    question: AnyQuestion, page: _Page, *, order: Sequence[int] | None, given: Given, number: int, name: str, points: Decimal | None
) -> AskedView:
    shown = given_as_shown(question, order, given)
    share = content.share_of(question, given, partial=page.partial) if page.reveals != "nothing" else None
    view = AskedView(
        number=number, name=name, type=content.type_of(question), form="", points=points, stem=EMPTY, is_open=page.is_open,
        is_answered=content.is_answered(given), reveals=page.reveals, share=share,
        earned=content.points_of(share, points) if share is not None and points else None,
        explanation=rendering.block(question.explanation, links=page.links) if _tells(page) else EMPTY,
    )  # fmt: skip
    if isinstance(question, Material):
        return _material(view, question, page, given)
    if isinstance(question, Written):
        return _written(view, question, page, given)
    if isinstance(question, Question):
        return _choice(view, question, page, order_shown(question, order), shown)
    if isinstance(question, Matching | Ordering):
        return _lettered(view, question, page, order_shown(question, order), shown)
    return _gapped(view, question, page, shown)


def _choice(view: AskedView, question: Question, page: _Page, order: Sequence[int], shown: Given) -> AskedView:
    mine = shown if isinstance(shown, list) else []
    signs = ["" if question.kind == "true_false" else SIGNS[place] for place in range(len(order))]
    texts = question.options
    options = [
        Option(
            value=place, sign=signs[place], words=rendering.plain(texts[index]), html=rendering.line(texts[index], links=page.links),
            is_given=place in mine, is_right=_tells(page) and index in question.answers,
        )
        for place, index in enumerate(order)
    ]  # fmt: skip
    right = "、".join(option.sign or option.words for option in options if option.is_right)
    return replace(view, form="choice", stem=rendering.block(question.stem, links=page.links), options=options, right=right)


def _lettered(view: AskedView, question: Matching | Ordering, page: _Page, order: Sequence[int], shown: Given) -> AskedView:
    """A matching or an ordering: lettered things, and places that take a letter each."""
    texts = question.right if isinstance(question, Matching) else question.parts
    rights = question.pairs if isinstance(question, Matching) else range(len(question.parts))
    lefts: Sequence[str] = question.left if isinstance(question, Matching) else [_("第 %d 位") % (n + 1) for n in range(len(rights))]
    options = [
        Option(
            value=place,
            sign=SIGNS[place],
            words=rendering.plain(texts[index], most=24),
            html=rendering.line(texts[index], links=page.links),
        )
        for place, index in enumerate(order)
    ]
    mine = shown if isinstance(shown, list) else []
    places = [
        Place(
            name=f"{view.name}.{n + 1}", number=n + 1, label=rendering.line(left, links=page.links),
            options=[replace(option, is_given=n < len(mine) and mine[n] == option.value) for option in options],
            right=SIGNS[list(order).index(rights[n])] if _tells(page) else "",
        )
        for n, left in enumerate(lefts)
    ]  # fmt: skip
    words = "、".join(f"{place.number}-{place.right}" for place in places) if _tells(page) else ""
    form = "matching" if isinstance(question, Matching) else "ordering"
    return replace(view, form=form, stem=rendering.block(question.stem, links=page.links), options=options, places=places, right=words)


def _gapped(view: AskedView, question: FillIn | Cloze, page: _Page, shown: Given) -> AskedView:
    mine = shown if isinstance(shown, list) else []
    places = []
    for n in range(len(question.blanks if isinstance(question, FillIn) else question.gaps)):
        one = mine[n] if n < len(mine) else None
        place = Place(name=f"{view.name}.{n + 1}", number=n + 1, label=EMPTY)
        if isinstance(question, FillIn):
            right = _("或").join(question.blanks[n].accepts) if _tells(page) else ""
            places.append(replace(place, text=one if isinstance(one, str) else "", right=right))
        else:
            gap = question.gaps[n]
            options = [
                Option(value=k, sign=rendering.plain(text), words="", html=EMPTY, is_given=one == k) for k, text in enumerate(gap.options)
            ]
            places.append(replace(place, options=options, right=options[gap.answer].sign if _tells(page) else ""))
    gaps = [_field(place, view.number) if page.is_open else _filled(place) for place in places]
    stem = rendering.block(question.stem, links=page.links, gaps=gaps)
    right = "；".join(f"{place.number}. {place.right}" for place in places) if _tells(page) else ""
    form = "fill_in" if isinstance(question, FillIn) else "cloze"
    return replace(view, form=form, stem=stem, places=places, right=right)


def _written(view: AskedView, question: Written, page: _Page, given: Given) -> AskedView:
    notes = [rendering.block(text, links=page.links) for text in (question.reference, *question.points) if text] if _tells(page) else []
    text = given if isinstance(given, str) else ""
    stem = rendering.block(question.stem, links=page.links)
    return replace(view, form="written", stem=stem, text=text, least=question.min_characters, most=question.most_characters, notes=notes)


def _material(view: AskedView, question: Material, page: _Page, given: Given) -> AskedView:
    mine = given if isinstance(given, list) else []
    whole = sum((Fraction(part.share) for part in question.parts), Fraction(0)) or Fraction(1)
    parts = [
        _view(
            part.question, page, order=None, given=mine[n] if n < len(mine) else None, number=n + 1, name=f"{view.name}-{n + 1}",
            points=content.points_of(Fraction(part.share) / whole, view.points) if view.points else None,
        )
        for n, part in enumerate(question.parts)
    ]  # fmt: skip
    return replace(view, form="material", stem=rendering.block(question.stem, links=page.links), parts=parts)


def _tells(page: _Page) -> bool:
    return page.reveals == "answers"


def _field(place: Place, number: int) -> SafeString:
    words = _("第 %(question)s 题第 %(number)s 空") % {"question": number, "number": place.number}
    if not place.options:
        field = '<input class="yx-gap-field" type="text" name="{}" value="{}" maxlength="{}" autocomplete="off" aria-label="{}">'
        return format_html(field, place.name, place.text, LONGEST_BLANK, words)
    chosen = ((option.value, "selected" if option.is_given else "", option.sign) for option in place.options)
    options = format_html_join("", '<option value="{}" {}>{}</option>', chosen)
    field = '<select class="yx-gap-field" name="{}" aria-label="{}"><option value="">{}</option>{}</select>'
    return format_html(field, place.name, words, _("选择"), options)


def _filled(place: Place) -> SafeString:
    return format_html('<span class="yx-gap">{}. {}</span>', place.number, place.words or "　　")
