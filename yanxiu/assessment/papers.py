"""The typed content of a paper: sections of fixed questions and of questions that are drawn for each candidate. Pure."""

import hashlib
from decimal import Decimal
from typing import cast

import msgspec
from django.utils.translation import gettext as _

from yanxiu.kit.errors import Invalid


class PaperPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the parts of a paper."""


class Fixed(PaperPart, frozen=True, kw_only=True):
    """A question that everybody gets: the id of its version, and its points."""

    version: int
    points: Decimal


class Draw(PaperPart, frozen=True, kw_only=True):
    """`count` questions of the bank, drawn anew for each candidate, `points` each. What is None or "" may be anything.

    `point` is the id of a knowledge point, with all below it; `type` a key of `catalogue.content.QUESTION_TYPES`.
    """

    count: int
    points: Decimal
    point: int | None = None
    type: str = ""
    stage: str = ""
    subject: str = ""
    least_difficulty: int = 1
    most_difficulty: int = 5


class Section(PaperPart, frozen=True, kw_only=True):
    """A part of a paper (大题): the fixed questions first, then the drawn ones."""

    title: str
    guide: str = ""
    fixed: tuple[Fixed, ...] = ()
    draws: tuple[Draw, ...] = ()

    @property
    def points(self) -> Decimal:
        """What can be had in it."""
        return sum((one.points for one in self.fixed), Decimal(0)) + sum((one.count * one.points for one in self.draws), Decimal(0))

    @property
    def count(self) -> int:
        """How many questions a candidate gets."""
        return len(self.fixed) + sum(one.count for one in self.draws)


Sections = tuple[Section, ...]


class Asked(PaperPart, frozen=True, kw_only=True, array_like=True):
    """A question on one candidate's sheet. `order` maps the places as shown to the places as written; None = as written.

    Of a choice and an ordering it orders the options, of a matching the right side; the parts of a material keep theirs.
    """

    version: int
    points: Decimal
    section: int
    order: tuple[int, ...] | None = None


Sheet = tuple[Asked, ...]


def read(raw: object) -> Sections:
    """Read `Paper.sections`. Raises Invalid when they are none."""
    try:
        return msgspec.convert(raw, Sections)
    except msgspec.ValidationError as error:
        raise Invalid(_("试卷读不出来：%(why)s。请重新保存试卷。") % {"why": error}) from error


def write(sections: Sections) -> list[dict[str, object]]:
    """Return the JSON of `Paper.sections`."""
    return cast("list[dict[str, object]]", msgspec.to_builtins(sections))


def mark_of(sections: Sections) -> str:
    """Return a short mark by which a form tells which sections it shows."""
    return hashlib.sha256(msgspec.json.encode(sections)).hexdigest()[:16]


def read_sheet(raw: object) -> Sheet:
    """Read `Sitting.sheet`."""
    return msgspec.convert(raw, Sheet)


def write_sheet(sheet: Sheet) -> list[object]:
    """Return the JSON of `Sitting.sheet`."""
    return cast("list[object]", msgspec.to_builtins(sheet))


def points_of(sections: Sections) -> Decimal:
    """Return the points of a whole paper."""
    return sum((section.points for section in sections), Decimal(0))
