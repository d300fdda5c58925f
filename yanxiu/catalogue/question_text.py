"""Questions as teachers write them in a document, and back: one text field instead of a form with forty fields.

    1. 观课记录最应当写下什么？
    A. 自己的感受
    B. 看得见的证据
    答案：B
    解析：证据可以被别人核对。

Several letters make a multiple choice; `答案：对` or `答案：错` without options make a true/false question. A blank line may part
questions; what follows a stem, an option or an explanation on the next line belongs to it.
"""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from yanxiu.catalogue.content import LETTERS, TRUE_FALSE, Question, QuestionKind, check_question
from yanxiu.kit.errors import Invalid
from yanxiu.kit.text import plain

MOST_QUESTIONS = 200
_STEM = re.compile(r"(\d{1,3})[.、．]\s*(\S.*)")
_OPTION = re.compile(r"([A-Ha-h])[.、．)）]\s*(\S.*)")
_ANSWER = re.compile(r"(?:答案|正确答案)\s*[:：]\s*(.*)")
_EXPLANATION = re.compile(r"解析\s*[:：]\s*(.*)")
_TRUE = {"对", "正确", "√", "是"}
_FALSE = {"错", "错误", "×", "否"}


@dataclass(kw_only=True)
class _Draft:
    """A question while it is read; `line` is where it began."""

    line: int
    stem: str
    options: list[str] = field(default_factory=list)
    answer: str = ""
    explanation: str = ""
    part: str = "stem"

    def go_on(self, text: str) -> None:
        """Add a line to the part that is being written."""
        if self.part == "option":
            self.options[-1] = f"{self.options[-1]}\n{text}"
        elif self.part == "explanation":
            self.explanation = f"{self.explanation}\n{text}"
        elif self.part == "stem":
            self.stem = f"{self.stem}\n{text}"
        else:
            words = {"line": self.line, "text": text[:20]}
            raise Invalid(_("第 %(line)s 行的题：答案后面多了一行“%(text)s”。解析请以“解析：”开头。") % words, field="questions")


def parse(text: str) -> tuple[Question, ...]:
    """Read questions. Raises Invalid with the line of what cannot be understood."""
    drafts: list[_Draft] = []
    for number, raw in enumerate(plain(text).split("\n"), start=1):
        line = raw.strip()
        if line:
            _take(drafts, line, number)
    if len(drafts) > MOST_QUESTIONS:
        raise Invalid(_("一次最多 %(most)s 题，现在有 %(count)s 题。") % {"most": MOST_QUESTIONS, "count": len(drafts)}, field="questions")
    return tuple(_finished(draft, number) for number, draft in enumerate(drafts, start=1))


def write(questions: tuple[Question, ...]) -> str:
    """Return the text from which `parse` makes the same questions."""
    return "\n\n".join(_written(question, number) for number, question in enumerate(questions, start=1))


def _take(drafts: list[_Draft], line: str, number: int) -> None:
    if (found := _STEM.fullmatch(line)) and _begins_question(drafts, int(found[1])):
        drafts.append(_Draft(line=number, stem=found[2]))
        return
    if not drafts:
        raise Invalid(_("第 %(line)s 行：题目要以题号开头，像“1. 题干”。") % {"line": number}, field="questions")
    draft = drafts[-1]
    if (found := _ANSWER.fullmatch(line)) and not draft.answer:
        draft.answer, draft.part = found[1].strip(), "answer"
    elif (found := _EXPLANATION.fullmatch(line)) and draft.answer:
        draft.explanation, draft.part = found[1], "explanation"
    elif (found := _OPTION.fullmatch(line)) and not draft.answer:
        _take_option(draft, found[1].upper(), found[2], number)
    else:
        draft.go_on(line)


def _begins_question(drafts: list[_Draft], number: int) -> bool:
    """A numbered line begins a question when its number is next and the question before has its answer."""
    return number == len(drafts) + 1 and (not drafts or bool(drafts[-1].answer))


def _take_option(draft: _Draft, letter: str, text: str, number: int) -> None:
    expected = LETTERS[len(draft.options)] if len(draft.options) < len(LETTERS) else ""
    if letter != expected:
        if not expected:
            raise Invalid(_("第 %(line)s 行：选项最多到 %(last)s。") % {"line": number, "last": LETTERS[-1]}, field="questions")
        words = {"line": number, "expected": expected, "letter": letter}
        raise Invalid(_("第 %(line)s 行：这里应是选项 %(expected)s，写的是 %(letter)s。") % words, field="questions")
    draft.options.append(text)
    draft.part = "option"


def _finished(draft: _Draft, number: int) -> Question:
    place = _("第 %(number)s 题（第 %(line)s 行起）") % {"number": number, "line": draft.line}
    if not draft.answer:
        raise Invalid(_("%(place)s：没有“答案：”这一行，请补上。") % {"place": place}, field="questions")
    kind, options, answers = _answered(draft, place)
    question = Question(kind=kind, stem=draft.stem, options=options, answers=answers, explanation=draft.explanation.strip())
    try:
        check_question(question, place=place)
    except Invalid as error:
        raise Invalid(error.message, field="questions") from error
    return question


def _answered(draft: _Draft, place: str) -> tuple[QuestionKind, tuple[str, ...], tuple[int, ...]]:
    if not draft.options:
        if draft.answer not in _TRUE | _FALSE:
            raise Invalid(
                _("%(place)s：没有选项。判断题的答案写“对”或“错”，选择题请写出 A、B 选项。") % {"place": place}, field="questions"
            )
        return "true_false", TRUE_FALSE, (0 if draft.answer in _TRUE else 1,)
    letters = [letter for letter in draft.answer.upper() if letter not in " ,，、;；"]
    known = LETTERS[: len(draft.options)]
    if not letters or any(letter not in known for letter in letters) or len(set(letters)) != len(letters):
        words = {"place": place, "answer": draft.answer[:20], "last": known[-1]}
        raise Invalid(_("%(place)s：答案“%(answer)s”对不上选项，应是 A 到 %(last)s 里的字母。") % words, field="questions")
    answers = tuple(sorted(LETTERS.index(letter) for letter in letters))
    return ("single" if len(answers) == 1 else "multiple"), tuple(draft.options), answers


def _written(question: Question, number: int) -> str:
    lines = [f"{number}. {question.stem}"]
    if question.kind == "true_false":
        lines.append(f"答案：{TRUE_FALSE[question.answers[0]]}")
    else:
        lines += [f"{letter}. {option}" for letter, option in zip(LETTERS, question.options, strict=False)]
        lines.append("答案：" + "".join(LETTERS[answer] for answer in question.answers))
    if question.explanation:
        lines.append(f"解析：{question.explanation}")
    return "\n".join(lines)
