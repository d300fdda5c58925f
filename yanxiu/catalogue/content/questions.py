"""Questions of courses: as their author sees them, and as learners do."""

from collections.abc import Iterable
from typing import Literal

from yanxiu.catalogue.content.shape import Content
from yanxiu.kit.errors import Invalid

LETTERS = "ABCDEFGH"
TRUE_FALSE = ("对", "错")
QuestionKind = Literal["single", "multiple", "true_false"]


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


class Question(Content, frozen=True, kw_only=True, tag="choice", tag_field="type"):
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
