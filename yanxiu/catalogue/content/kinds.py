"""Questions of every kind beside choice, and what a candidate gives as an answer to each.

`AnyQuestion` is what a question bank holds. Texts are our light markup (`kit.rich_text`) with `$…$` formulas, `![words](file:12)`
pictures and `[words](audio:12)` sound by the id of a stored file; `[[1]]` stands for the first gap of a text with gaps. Places count
from 0 unless said.
"""

from decimal import Decimal
from typing import Literal, cast

import msgspec

from yanxiu.catalogue.content.questions import Question
from yanxiu.catalogue.content.shape import Content
from yanxiu.kit.errors import Invalid

QUESTION_TYPES = {
    "single": "单选题", "multiple": "多选题", "true_false": "判断题", "fill_in": "填空题", "matching": "连线题", "ordering": "排序题",
    "cloze": "完形填空", "short": "简答题", "essay": "论述题", "material": "材料题",
}  # fmt: skip

Given = list["Given"] | str | int | None
"""An answer: choice and ordering → indexes; fill_in → texts; matching and cloze → an index or null for each place; written → text;
material → one answer for each part. None = no answer."""


class Blank(Content, frozen=True, kw_only=True):
    """A gap to be filled in. `accepts` are the answers taken; with `tolerance` they are numbers, and as near as that is right.

    `is_case_sensitive`: taken only as it is written, with case, quotation marks and traditional characters (`content.accepting`).
    """

    accepts: tuple[str, ...]
    tolerance: Decimal | None = None
    is_case_sensitive: bool = False


class FillIn(Content, frozen=True, kw_only=True, tag="fill_in", tag_field="type"):
    """填空题: `stem` holds `[[1]]` … for its blanks; with `in_any_order` each answer may stand in any of them, and counts once."""

    stem: str
    blanks: tuple[Blank, ...]
    in_any_order: bool = False
    explanation: str = ""


class Matching(Content, frozen=True, kw_only=True, tag="matching", tag_field="type"):
    """连线题: `pairs` gives for each of `left` the index in `right`; what stays over in `right` distracts."""

    stem: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    pairs: tuple[int, ...]
    explanation: str = ""


class Ordering(Content, frozen=True, kw_only=True, tag="ordering", tag_field="type"):
    """排序题: `parts` in the right order; they are shown in another one."""

    stem: str
    parts: tuple[str, ...]
    explanation: str = ""


class Gap(Content, frozen=True, kw_only=True):
    """A gap with a choice: `answer` is the index of the right option."""

    options: tuple[str, ...]
    answer: int


class Cloze(Content, frozen=True, kw_only=True, tag="cloze", tag_field="type"):
    """完形填空: `stem` holds `[[1]]` … for its gaps."""

    stem: str
    gaps: tuple[Gap, ...]
    explanation: str = ""


class Written(Content, frozen=True, kw_only=True, tag="written", tag_field="type"):
    """简答题 and 论述题, marked by people: `reference` and `points` (采分点, in words) are for markers, or the rubric of id `rubric_id`.

    Characters: `kit.text`.
    """

    kind: Literal["short", "essay"]
    stem: str
    reference: str = ""
    points: tuple[str, ...] = ()
    min_characters: int = 0
    most_characters: int = 5_000
    explanation: str = ""
    rubric_id: int | None = None


PartQuestion = Question | FillIn | Matching | Ordering | Cloze | Written


class MaterialPart(Content, frozen=True, kw_only=True):
    """A question about the material; `share` says how much of the whole question's score it carries, beside the others' shares."""

    question: PartQuestion
    share: Decimal = Decimal(1)


class Material(Content, frozen=True, kw_only=True, tag="material", tag_field="type"):
    """材料题: a text, and questions about it."""

    stem: str
    parts: tuple[MaterialPart, ...]
    explanation: str = ""


AnyQuestion = Question | FillIn | Matching | Ordering | Cloze | Written | Material


def type_of(question: AnyQuestion) -> str:
    """Return the key in QUESTION_TYPES."""
    if isinstance(question, Question | Written):
        return question.kind
    return str(type(question).__struct_config__.tag)


def is_written(question: AnyQuestion) -> bool:
    """Tell whether people must mark it, or a part of it."""
    if isinstance(question, Material):
        return any(isinstance(part.question, Written) for part in question.parts)
    return isinstance(question, Written)


def read_question(raw: object) -> AnyQuestion:
    """Read the JSON of a question of any kind. Raises Invalid when it is none."""
    try:
        return cast("AnyQuestion", msgspec.convert(raw, AnyQuestion))
    except msgspec.ValidationError as error:
        raise Invalid(f"题目内容读不出来：{error}。请在题库里重新填写这道题。") from error
