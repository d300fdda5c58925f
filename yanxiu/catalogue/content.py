"""The typed content of steps: what `Step.content` holds, and the part of it that a learner may see.

`read` and `write` are the only doors between the JSON in the database and these types. Answers stay in `Question`; pages of
learners are given `AskedQuestion`, which has none.
"""

from collections.abc import Iterable
from typing import ClassVar, Literal, TypeVar

import msgspec

from yanxiu.catalogue.models import StepKind
from yanxiu.kit.errors import Invalid

LETTERS = "ABCDEFGH"
TRUE_FALSE = ("对", "错")
PASS_SCORE = 60
QuestionKind = Literal["single", "multiple", "true_false"]


class Content(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what a step may hold."""


class AskedQuestion(Content, frozen=True, kw_only=True):
    """A question as a learner sees it: no answers, no explanation. `number` from 1."""

    number: int
    kind: QuestionKind
    stem: str
    options: tuple[str, ...]

    @property
    def lettered(self) -> list[tuple[str, str]]:
        """The options with their letters, as they are printed."""
        return list(zip(LETTERS, self.options, strict=False))


class Question(Content, frozen=True, kw_only=True):
    """`answers` are indexes of the right options, ascending; a true/false question has the options 对 and 错."""

    kind: QuestionKind
    stem: str
    options: tuple[str, ...]
    answers: tuple[int, ...]
    explanation: str = ""

    def is_right(self, chosen: Iterable[int]) -> bool:
        """Tell whether exactly the right options are chosen."""
        return sorted(set(chosen)) == list(self.answers)

    def asked(self, number: int) -> AskedQuestion:
        """Return the question without its answers."""
        return AskedQuestion(number=number, kind=self.kind, stem=self.stem, options=self.options)


class Text(Content, frozen=True, kw_only=True):
    """Reading. `source` is our light markup (`kit.rich_text`) or HTML; `Step.body` holds what it became."""

    source: str


class QuestionSet(Content, frozen=True, kw_only=True):
    """回馈题: each must be answered right; trying again is free."""

    questions: tuple[Question, ...]


class Test(Content, frozen=True, kw_only=True):
    """A course test. `pass_score` of 100, all questions alike; `attempts` allowed, 0 = as many as one likes."""

    __test__: ClassVar[bool] = False  # pytest takes every class called Test… for one of its own

    questions: tuple[Question, ...]
    pass_score: int = PASS_SCORE
    attempts: int = 3


class Homework(Content, frozen=True, kw_only=True):
    """`min_characters` as `kit.text.characters` counts (0 = none); `attachments` is the greatest number of files; marked 0 to `points`."""

    task: str
    min_characters: int = 0
    attachments: int = 0
    points: int = 100
    pass_points: int = PASS_SCORE


Stored = Text | QuestionSet | Test | Homework
T = TypeVar("T", bound=Content)
TYPES: dict[str, type[Content]] = {
    StepKind.TEXT: Text,
    StepKind.QUESTION: QuestionSet,
    StepKind.TEST: Test,
    StepKind.HOMEWORK: Homework,
}


def write(content: Content) -> dict[str, object]:
    """Return the JSON of `Step.content`."""
    written: dict[str, object] = msgspec.to_builtins(content)
    return written


def read(raw: object, kind: type[T]) -> T:
    """Read `Step.content` as `kind`. Raises Invalid when it is not that."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise Invalid(f"环节内容读不出来：{error}。请在课程编辑页重新填写这个环节。") from error


def asked(questions: Iterable[Question]) -> tuple[AskedQuestion, ...]:
    """Return the questions as learners see them, numbered from 1."""
    return tuple(question.asked(number) for number, question in enumerate(questions, start=1))


def score(questions: tuple[Question, ...], chosen: dict[int, tuple[int, ...]]) -> int:
    """Return the whole points of 100, rounded down; `chosen` maps question numbers (from 1) to option indexes."""
    right = sum(question.is_right(chosen.get(number, ())) for number, question in enumerate(questions, start=1))
    return right * 100 // len(questions) if questions else 0


def check_question(question: Question, *, place: str) -> None:
    """Raise Invalid, with the place, for a question that cannot be answered."""
    if not question.stem.strip():
        raise Invalid(f"{place}：还没有题干，请补上。")
    if question.kind == "true_false" and question.options != TRUE_FALSE:
        raise Invalid(f"{place}：判断题的选项只能是“对”“错”。")
    if not 2 <= len(question.options) <= len(LETTERS) or not all(option.strip() for option in question.options):
        raise Invalid(f"{place}：选项应有 2 到 {len(LETTERS)} 个，且不能空着，现在有 {len(question.options)} 个。")
    if len(set(question.options)) != len(question.options):
        raise Invalid(f"{place}：有两个选项一样，请改掉一个。")
    if list(question.answers) != sorted({a for a in question.answers if 0 <= a < len(question.options)}) or not question.answers:
        raise Invalid(f"{place}：答案要从选项里选，不能重复，至少一个。")
    if question.kind != "multiple" and len(question.answers) != 1:
        raise Invalid(f"{place}：这类题只能有一个答案，现在有 {len(question.answers)} 个。多个答案请改成多选题。")


def check(content: Content) -> None:
    """Raise Invalid, with the place, for content that could not be studied."""
    if isinstance(content, QuestionSet | Test):
        if not content.questions:
            raise Invalid("还没有题目，至少写一题。", field="questions")
        for number, question in enumerate(content.questions, start=1):
            check_question(question, place=f"第 {number} 题")
    if isinstance(content, Test):
        _check_range(content.pass_score, 1, 100, "及格线", "pass_score")
        _check_range(content.attempts, 0, 99, "可考次数", "attempts")
    if isinstance(content, Homework):
        _check_homework(content)
    if isinstance(content, Text) and not content.source.strip():
        raise Invalid("正文还空着，请写上要读的内容。", field="source")


def _check_homework(content: Homework) -> None:
    if not content.task.strip():
        raise Invalid("作业要求还空着，请写明要做什么、怎样算合格。", field="task")
    _check_range(content.min_characters, 0, 20_000, "最少字数", "min_characters")
    _check_range(content.attachments, 0, 20, "附件个数", "attachments")
    _check_range(content.points, 1, 1000, "满分", "points")
    _check_range(content.pass_points, 1, content.points, "合格分", "pass_points")


def _check_range(value: int, least: int, most: int, label: str, field: str) -> None:
    if not least <= value <= most:
        raise Invalid(f"{label}应在 {least} 到 {most} 之间，现在是 {value}。", field=field)
