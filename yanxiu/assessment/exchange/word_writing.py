"""Word documents as papers: sections by kind, numbered questions, with the answers or without."""

import io
import re
from collections.abc import Sequence
from typing import Any

from yanxiu.assessment.exchange.drafting import ANY_ORDER, CASE, CIRCLED, LETTERS
from yanxiu.assessment.exchange.writing import NO_MEDIA, Leaving, Media, Written
from yanxiu.catalogue.content import (
    QUESTION_TYPES,
    TRUE_FALSE,
    AnyQuestion,
    Blank,
    Cloze,
    FillIn,
    Matching,
    Material,
    Ordering,
    Question,
    type_of,
)
from yanxiu.catalogue.content import Written as ByHand

_FONT = "宋体"
_COUNT = "一二三四五六七八九十"
_GAP = re.compile(r"\[\[\d{1,2}\]\]")
_PICTURE = re.compile(r"!\[([^\]\n]{0,300})\]\(file:(\d{1,12})\)")
_SOUND = re.compile(r"\[([^\]\n]{0,300})\]\(audio:\d{1,12}\)")
_STRONG = re.compile(r"\*\*(.+?)\*\*")
_LONE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DRAWN = {"png", "jpg", "jpeg", "gif"}
_PICTURE_INCHES = 4


def write(leaving: Sequence[Leaving], *, title: str, with_answers: bool, media: Media = NO_MEDIA) -> Written:
    """Return a paper of the questions; with answers it can be brought in again."""
    paper = _Paper(title, media, with_answers=with_answers)
    kinds = [kind for kind in QUESTION_TYPES if any(type_of(one.question) == kind for one in leaving)]
    number = 0
    for place, kind in enumerate(kinds):
        inside = [one for one in leaving if type_of(one.question) == kind]
        paper.heading(f"{_COUNT[place]}、{QUESTION_TYPES[kind]}（共 {len(inside)} 题）")
        for one in inside:
            number += 1
            paper.question(one, number)
    lost = [(one.number, "最少字数写不进文档") for one in leaving if isinstance(one.question, ByHand) and one.question.min_characters]
    return Written(data=paper.data(), lost=lost)


class _Paper:
    """A document while it is written."""

    def __init__(self, title: str, media: Media, *, with_answers: bool) -> None:
        import docx  # 20 MB that only the process that writes a document should hold
        from docx.oxml.ns import qn  # comes with it
        from docx.shared import Pt  # comes with it

        self._media, self._with_answers = media, with_answers
        self._document: Any = docx.Document()
        style: Any = self._document.styles["Normal"]
        style.font.name, style.font.size = "Times New Roman", Pt(11)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
        self._document.core_properties.author = ""
        self._document.add_heading(_LONE.sub("", title), level=0)

    def heading(self, text: str) -> None:
        """Begin a section."""
        self._document.add_heading(text, level=1)

    def question(self, one: Leaving, number: int) -> None:
        """Write a question with its number."""
        self._asked(one.question, f"{number}. ")
        if not self._with_answers:
            return
        self._answered(one.question)
        if one.point:
            self._line(f"知识点：{one.point}")
        self._line(f"难度：{one.difficulty}")

    def data(self) -> bytes:
        """Return the bytes of the document."""
        buffer = io.BytesIO()
        self._document.save(buffer)
        return buffer.getvalue()

    def _asked(self, question: AnyQuestion, lead: str) -> None:
        stem = question.stem
        if isinstance(question, FillIn | Cloze):
            stem = _GAP.sub("________", stem)
        self._text(lead + stem)
        if isinstance(question, Question):
            self._options(question.options if question.kind != "true_false" else ())
        elif isinstance(question, Matching | Ordering):
            for sign, text in zip(CIRCLED, question.left if isinstance(question, Matching) else (), strict=False):
                self._text(f"{sign} {text}")
            self._options(question.right if isinstance(question, Matching) else _mixed(question))
        elif isinstance(question, Cloze | Material):
            self._inside(question)

    def _inside(self, question: Cloze | Material) -> None:
        """Write the options of each gap, or each part, of a question."""
        if isinstance(question, Cloze):
            for number, gap in enumerate(question.gaps, start=1):
                self._line(f"（{number}）" + "   ".join(f"{letter}. {text}" for letter, text in zip(LETTERS, gap.options, strict=False)))
            return
        for number, part in enumerate(question.parts, start=1):
            self._asked(part.question, f"（{number}）【{QUESTION_TYPES[type_of(part.question)]}】")
            if self._with_answers:
                self._answered(part.question)
                self._line(f"分值：{part.share:f}")

    def _answered(self, question: AnyQuestion) -> None:
        answer = _answer(question)
        if answer:
            self._text(f"答案：{answer}")
        if isinstance(question, ByHand) and question.points:
            self._line(f"采分点：{'；'.join(question.points)}")
        if question.explanation:
            self._text(f"解析：{question.explanation}")

    def _options(self, texts: Sequence[str]) -> None:
        for letter, text in zip(LETTERS, texts, strict=False):
            self._text(f"{letter}. {text}")

    def _line(self, text: str) -> None:
        self._document.add_paragraph(_LONE.sub("", text))

    def _text(self, text: str) -> None:
        """Write a text, a paragraph for each of its lines, with its pictures and strong words."""
        for line in _LONE.sub("", _SOUND.sub(r"[声音：\1]", text)).split("\n"):
            paragraph = self._document.add_paragraph()
            at = 0
            for found in _PICTURE.finditer(line):
                self._words(paragraph, line[at : found.start()])
                self._picture(paragraph, found[1], int(found[2]))
                at = found.end()
            self._words(paragraph, line[at:])

    def _words(self, paragraph: Any, text: str) -> None:
        for place, piece in enumerate(_STRONG.split(text)):
            if piece:
                paragraph.add_run(piece).bold = place % 2 == 1

    def _picture(self, paragraph: Any, words: str, number: int) -> None:
        from docx.shared import Inches  # comes with the library, which is held already

        loose = self._media.get(number)
        if loose is None or loose.name.rpartition(".")[2].lower() not in _DRAWN:
            paragraph.add_run(f"[图：{words}]")
            return
        paragraph.add_run().add_picture(io.BytesIO(loose.data), width=Inches(_PICTURE_INCHES))


def _answer(question: AnyQuestion) -> str:
    if isinstance(question, Question):
        return TRUE_FALSE[question.answers[0]] if question.kind == "true_false" else "".join(LETTERS[place] for place in question.answers)
    if isinstance(question, FillIn):
        marks = (ANY_ORDER if question.in_any_order else "") + (CASE if question.blanks[0].is_case_sensitive else "")
        return "；".join(_blank(blank) for blank in question.blanks) + marks
    if isinstance(question, Matching):
        return " ".join(f"{CIRCLED[place]}{LETTERS[to]}" for place, to in enumerate(question.pairs))
    if isinstance(question, Ordering):
        mixed = _mixed(question)
        return "".join(LETTERS[mixed.index(text)] for text in question.parts)
    if isinstance(question, Cloze):
        return "".join(LETTERS[gap.answer] for gap in question.gaps)
    return question.reference if isinstance(question, ByHand) else ""


def _mixed(question: Ordering) -> list[str]:
    """Return the parts in an order that does not give the answer away: by what they say."""
    return sorted(question.parts)


def _blank(blank: Blank) -> str:
    return "|".join(blank.accepts if blank.tolerance is None else [f"{text}±{blank.tolerance:f}" for text in blank.accepts])
