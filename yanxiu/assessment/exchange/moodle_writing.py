"""Moodle XML, written: questions with their pictures inside."""

import base64
import re
from collections.abc import Callable
from decimal import Decimal
from html import escape

from yanxiu.assessment.exchange.markup import to_html
from yanxiu.assessment.exchange.shape import Loose
from yanxiu.assessment.exchange.writing import NO_MEDIA, CannotHold, Leaving, Media, Written, by_point, each, lost_by_hand
from yanxiu.catalogue.content import AnyQuestion, Blank, Cloze, FillIn, Gap, Matching, Material, Ordering, Question
from yanxiu.catalogue.content import Written as ByHand

_SPECIAL = re.compile(r"([}~#\\/\"])")
_LONE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write(leaving: list[Leaving], media: Media = NO_MEDIA) -> Written:
    """Return the questions as Moodle XML."""
    left_out: list[tuple[int, str]] = []
    made: list[str] = ['<?xml version="1.0" encoding="UTF-8"?>\n<quiz>']
    point: str | None = None
    for one in by_point(leaving):
        written = each([one], lambda leaving: _Question(leaving, media).text(), left_out)
        if written and one.point != point:
            point = one.point
            path = "$course$/top/" + (point.replace("/", "//") or "题库导出")
            made.append(f'<question type="category"><category><text>{escape(path)}</text></category></question>')
        made += written
    return Written(
        data=_LONE.sub("", "\n".join([*made, "</quiz>\n"])).encode(),
        left_out=left_out,
        lost=lost_by_hand(leaving, keeps=frozenset({"参考答案"})),
    )


class _Question:
    """Writes one question."""

    def __init__(self, leaving: Leaving, media: Media) -> None:
        self._leaving, self._media = leaving, media

    def text(self) -> str:
        """Return its element. Raises CannotHold."""
        question = self._leaving.question
        kind, inner = self._inner(question)
        gap = None if kind != "cloze" else self._gap
        stem = self._html("questiontext", question.stem, gap)
        remark = self._html("generalfeedback", question.explanation)
        name = f"<name><text>{self._leaving.number}</text></name>"
        return f'<question type="{kind}">{name}{stem}{remark}<defaultgrade>1</defaultgrade>{inner}</question>'

    def _inner(self, question: AnyQuestion) -> tuple[str, str]:
        if isinstance(question, Question):
            return self._choice(question)
        if isinstance(question, FillIn):
            return self._filled(question)
        if isinstance(question, Matching):
            return "matching", "<shuffleanswers>1</shuffleanswers>" + self._pairs(question)
        if isinstance(question, Ordering):
            answers = [self._answer(str(place), text) for place, text in enumerate(question.parts, start=1)]
            return "ordering", "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype>" + "".join(answers)
        if isinstance(question, Cloze):
            return "cloze", ""
        if isinstance(question, Material):
            raise CannotHold("Moodle XML 没有材料题")
        return self._by_hand(question)

    def _choice(self, question: Question) -> tuple[str, str]:
        if question.kind == "true_false":
            truth = [("true", question.answers == (0,)), ("false", question.answers == (1,))]
            return "truefalse", "".join(f'<answer fraction="{100 if right else 0}"><text>{word}</text></answer>' for word, right in truth)
        worth = f"{Decimal(100) / len(question.answers):.5f}"
        shares = [worth if place in question.answers else "0" for place in range(len(question.options))]
        answers = [self._answer(share, text) for share, text in zip(shares, question.options, strict=True)]
        single = "true" if question.kind == "single" else "false"
        return "multichoice", f"<single>{single}</single><shuffleanswers>true</shuffleanswers>" + "".join(answers)

    def _filled(self, question: FillIn) -> tuple[str, str]:
        if question.in_any_order and len(question.blanks) > 1:
            raise CannotHold("Moodle XML 的填空题分先后")
        if len({blank.is_case_sensitive for blank in question.blanks}) > 1 and any(
            blank.tolerance is not None for blank in question.blanks
        ):
            raise CannotHold("Moodle XML 的数字空不分大小写")
        return "cloze", ""

    def _by_hand(self, question: ByHand) -> tuple[str, str]:
        return "essay", self._html("graderinfo", question.reference) if question.reference else ""

    def _pairs(self, question: Matching) -> str:
        made = [
            self._html("subquestion", left, inside=f"<answer><text>{escape(question.right[to])}</text></answer>")
            for left, to in zip(question.left, question.pairs, strict=True)
        ]
        spare = [text for place, text in enumerate(question.right) if place not in question.pairs]
        empty = '<subquestion format="html"><text></text><answer><text>{}</text></answer></subquestion>'
        return "".join(made + [empty.format(escape(text)) for text in spare])

    def _answer(self, fraction: str, text: str) -> str:
        return self._html("answer", text, attributes=f' fraction="{fraction}"')

    def _gap(self, number: int) -> str:
        question = self._leaving.question
        if isinstance(question, FillIn):
            return _blank(question.blanks[number - 1])
        return _options(question.gaps[number - 1]) if isinstance(question, Cloze) else f"[[{number}]]"

    def _html(
        self, tag: str, text: str, gap: Callable[[int], str] | None = None, *, attributes: str = "", inside: str = ""
    ) -> str:  # fmt: skip
        if not text and tag == "generalfeedback":
            return ""
        files: dict[str, Loose] = {}

        def address(number: int) -> str:
            loose = self._media.get(number)
            if loose is None:
                return ""
            name = f"{number}.{loose.name.rpartition('.')[2]}"
            files[name] = loose
            return f"@@PLUGINFILE@@/{name}"

        html = to_html(text, address, gap)
        kept = "".join(
            f'<file name="{escape(name)}" path="/" encoding="base64">{base64.b64encode(loose.data).decode()}</file>'
            for name, loose in files.items()
        )
        return f'<{tag} format="html"{attributes}><text>{escape(html, quote=False)}</text>{kept}{inside}</{tag}>'


def _blank(blank: Blank) -> str:
    if blank.tolerance is not None:
        return "{1:NUMERICAL:" + "~".join(f"={text}:{blank.tolerance:f}" for text in blank.accepts) + "}"
    kind = "SHORTANSWER_C" if blank.is_case_sensitive else "SHORTANSWER"
    return f"{{1:{kind}:" + "~".join(f"={_escaped(text)}" for text in blank.accepts) + "}"


def _options(gap: Gap) -> str:
    return (
        "{1:MULTICHOICE:" + "~".join(("=" if place == gap.answer else "") + _escaped(text) for place, text in enumerate(gap.options)) + "}"
    )


def _escaped(text: str) -> str:
    text = _SPECIAL.sub(r"\\\1", text.replace("\n", " "))
    text = f"\\{text}" if text[:1] in {"=", "%", "*"} else text
    return escape(text, quote=False)
