"""Pages of a test: before, during and after an attempt. Right answers leave this module only for what is over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from yanxiu.assessment.models import Answer, Attempt
from yanxiu.catalogue import content
from yanxiu.catalogue.content import LETTERS
from yanxiu.catalogue.models import Step
from yanxiu.programmes.models import Enrolment


@dataclass(frozen=True, kw_only=True)
class TestPage:
    """What stands before an attempt: the rules, the attempts made, and what is left (`left` None = as many as one likes)."""

    enrolment: Enrolment
    step: Step
    question_count: int
    pass_score: int
    attempts: Sequence[Attempt]
    running: Attempt | None
    passed: Attempt | None
    left: int | None

    @property
    def may_start(self) -> bool:
        """Tell whether another attempt could begin."""
        return self.passed is None and self.running is None and self.left != 0


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An option as shown: `position` from 0 is what the form sends."""

    position: int
    letter: str
    text: str
    is_chosen: bool
    is_right: bool = False


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question on the paper; `is_right`, `explanation` and the choices' `is_right` are empty until they may be seen.

    `number` names it in the test, `place` on this paper.
    """

    number: int
    place: int
    kind: content.QuestionKind
    stem: str
    choices: Sequence[Choice]
    is_right: bool = False
    explanation: str = ""

    @property
    def is_answered(self) -> bool:
        """Tell whether an option is chosen."""
        return any(choice.is_chosen for choice in self.choices)


@dataclass(frozen=True, kw_only=True)
class Paper:
    """An open attempt. `saved_at` is the latest saving, None before the first."""

    attempt: Attempt
    questions: Sequence[Asked]
    saved_at: datetime | None

    @property
    def answered_count(self) -> int:
        return len(self.questions) - len(self.blank)

    @property
    def blank(self) -> list[int]:
        """The places without an answer."""
        return [question.place for question in self.questions if not question.is_answered]


@dataclass(frozen=True, kw_only=True)
class Result:
    """An attempt that is over. Answers are `revealed` once the test is passed or no attempt is left."""

    attempt: Attempt
    questions: Sequence[Asked]
    right_count: int
    pass_score: int
    left: int | None
    passed_before: bool
    revealed: bool

    @property
    def may_start(self) -> bool:
        """Tell whether another attempt could begin."""
        return not self.passed_before and self.left != 0


def test_page(enrolment: Enrolment, step: Step) -> TestPage:
    """Return what stands before an attempt. Cost: one query."""
    test = content.read(step.content, content.Test)
    attempts = list(Attempt.objects.filter(enrolment=enrolment, step=step).order_by("number", "pk"))
    return TestPage(
        enrolment=enrolment,
        step=step,
        question_count=test.drawn or len(test.questions),
        pass_score=test.pass_score,
        attempts=attempts,
        running=next((attempt for attempt in attempts if attempt.is_open), None),
        passed=next((attempt for attempt in attempts if attempt.passed), None),
        left=_left(test, len(attempts)),
    )


def paper_of(attempt: Attempt) -> Paper:
    """Return an attempt as its person works on it: nothing in it tells what is right. Cost: one query."""
    answers = list(Answer.objects.filter(attempt=attempt).order_by("number"))
    chosen = {answer.number: answer.chosen for answer in answers}
    test = content.read(attempt.step.content, content.Test)
    questions = [
        Asked(number=asked.number, place=place, kind=asked.kind, stem=asked.stem, choices=_choices(attempt, asked, chosen))
        for place, asked in enumerate(_on_paper(attempt, test), start=1)
    ]
    return Paper(attempt=attempt, questions=questions, saved_at=max((answer.saved_at for answer in answers), default=None))


def result_of(attempt: Attempt) -> Result:
    """Return an attempt that was handed in. Cost: 2 queries."""
    test = content.read(attempt.step.content, content.Test)
    chosen = {answer.number: answer.chosen for answer in Answer.objects.filter(attempt=attempt).order_by("number")}
    made = list(Attempt.objects.filter(enrolment_id=attempt.enrolment_id, step_id=attempt.step_id).values_list("passed", flat=True))
    passed, left = True in made, _left(test, len(made))
    revealed = not attempt.is_open and (passed or (left == 0 and None not in made))
    questions = []
    for place, asked in enumerate(_on_paper(attempt, test), start=1):
        question = test.questions[asked.number - 1]
        is_right = question.is_right(chosen.get(asked.number, ()))
        questions.append(
            Asked(
                number=asked.number,
                place=place,
                kind=asked.kind,
                stem=asked.stem,
                choices=_choices(attempt, asked, chosen, right=question.answers if revealed else ()),
                is_right=is_right,
                explanation=question.explanation if revealed or is_right else "",
            )
        )
    return Result(
        attempt=attempt,
        questions=questions,
        right_count=sum(question.is_right for question in questions),
        pass_score=test.pass_score,
        left=left,
        passed_before=passed,
        revealed=revealed,
    )


def _choices(
    attempt: Attempt, asked: content.AskedQuestion, chosen: Mapping[int, Sequence[int]], *, right: Sequence[int] = ()
) -> list[Choice]:
    mine = set(chosen.get(asked.number, ()))
    return [
        Choice(
            position=position,
            letter=LETTERS[position],
            text=asked.options[index],
            is_chosen=index in mine,
            is_right=index in right,
        )
        for position, index in enumerate(attempt.orders[asked.number - 1])
    ]


def _on_paper(attempt: Attempt, test: content.Test) -> list[content.AskedQuestion]:
    """Return the questions that the attempt asks."""
    return [asked for asked in content.asked(test.questions) if attempt.orders[asked.number - 1]]


def _left(test: content.Test, made: int) -> int | None:
    return max(0, test.attempts - made) if test.attempts else None
