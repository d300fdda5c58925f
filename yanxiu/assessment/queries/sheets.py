"""The sheet of an open sitting as its candidate works on it. Right answers never leave through here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from yanxiu.assessment import papers
from yanxiu.assessment.asking import asked_view
from yanxiu.assessment.drawing import contents_of
from yanxiu.assessment.models import Sitting, SittingAnswer
from yanxiu.assessment.rendering import files_in, links_of
from yanxiu.catalogue.content import Given, is_answered


@dataclass(frozen=True, kw_only=True)
class SheetQuestion:
    """A question to answer, drawn."""

    number: int
    is_answered: bool
    html: SafeString


@dataclass(frozen=True, kw_only=True)
class SheetSection:
    """A part of a sheet with its questions."""

    title: str
    guide: str
    questions: Sequence[SheetQuestion]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """An open sitting as its candidate works on it."""

    sitting: Sitting
    sections: Sequence[SheetSection]
    saved_at: datetime | None

    @property
    def questions(self) -> list[SheetQuestion]:
        """All questions in their order."""
        return [question for section in self.sections for question in section.questions]

    @property
    def blank(self) -> list[int]:
        """The numbers without an answer."""
        return [question.number for question in self.questions if not question.is_answered]

    @property
    def answered_count(self) -> int:
        """How many questions have an answer."""
        return len(self.questions) - len(self.blank)


def sheet_of(sitting: Sitting, *, person_id: int | None, at: datetime) -> Sheet:
    """Return an open sitting: nothing in it tells what is right. Cost: 2 queries, 3 with pictures or sound."""
    sheet = papers.read_sheet(sitting.sheet)
    held = {row.number: row for row in SittingAnswer.objects.filter(sitting=sitting)}
    given = {number: row.given for number, row in held.items() if is_answered(row.given)}
    drawn = _drawn(sheet, given, person_id=person_id, at=at)
    sections = [
        SheetSection(
            title=section.title,
            guide=section.guide,
            questions=[question for asked, question in zip(sheet, drawn, strict=True) if asked.section == number],
        )
        for number, section in enumerate(papers.read(sitting.exam.paper.sections))
    ]
    return Sheet(sitting=sitting, sections=sections, saved_at=max((row.saved_at for row in held.values()), default=None))


_Key = tuple[int, tuple[int, ...] | None, int, Decimal, str]
_blank: dict[_Key, SafeString] = {}
_MOST_BLANK = 20_000
"""Questions without an answer are drawn once for all who begin: an exam begins for thousands in the same minute. About 1.5 KB each."""


def _drawn(sheet: papers.Sheet, given: Mapping[int, Given], *, person_id: int | None, at: datetime) -> list[SheetQuestion]:
    keys = [(asked.version, asked.order, number, asked.points, get_language() or "") for number, asked in enumerate(sheet, start=1)]
    fresh = {number for number, key in enumerate(keys, start=1) if number in given or key not in _blank}
    contents = contents_of(sheet[number - 1].version for number in fresh) if fresh else {}
    links = links_of(contents.values(), person_id=person_id, at=at)
    if len(_blank) > _MOST_BLANK:
        _blank.clear()
    found = []
    for number, (asked, key) in enumerate(zip(sheet, keys, strict=True), start=1):
        html = None if number in fresh else _blank.get(key)
        if html is None:
            question = contents[asked.version] if asked.version in contents else contents_of([asked.version])[asked.version]
            view = asked_view(question, asked, given.get(number), number=number, links=links)
            html = render_to_string("assessment/question.html", {"question": view})
            if number not in given and not files_in([question]):  # links to pictures are each person's own
                _blank[key] = html
        found.append(SheetQuestion(number=number, is_answered=number in given, html=html))
    return found
