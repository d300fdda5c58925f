"""Whether content could be studied."""

from yanxiu.catalogue.content.questions import check_question
from yanxiu.catalogue.content.shape import Content
from yanxiu.catalogue.content.steps import Homework, QuestionSet, Test, Text
from yanxiu.kit.errors import Invalid


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
