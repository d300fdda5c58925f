"""Questions as text: read, written, and refused with their line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.catalogue.factories import MULTIPLE, SINGLE, TRUE_FALSE
from yanxiu.catalogue import question_text
from yanxiu.catalogue.content import TRUE_FALSE as TRUE_FALSE_OPTIONS
from yanxiu.catalogue.content import Question
from yanxiu.kit.errors import Invalid

WRITTEN = """1. 观课记录最应当写下什么？
A. 感受
B. 证据
C. 评语
答案：B
解析：证据可以核对。

2、哪些是证据？
A．学生的话
B．用时
C．印象
正确答案: A、B

3. 议课先说优点。
答案：错"""


def test_a_document_of_three_kinds_is_read():
    assert question_text.parse(WRITTEN) == (SINGLE, MULTIPLE, TRUE_FALSE)


def test_writing_and_reading_again_gives_the_same():
    questions = (SINGLE, MULTIPLE, TRUE_FALSE)

    assert question_text.parse(question_text.write(questions)) == questions


def test_lines_that_go_on_belong_to_what_stands_before():
    (question,) = question_text.parse("1. 读下面的记录：\n2. 教师提问 12 次\nA. 多\nB. 少\n不多\n答案：B\n解析：一\n二")

    assert question.stem == "读下面的记录：\n2. 教师提问 12 次"
    assert question.options == ("多", "少\n不多")
    assert question.explanation == "一\n二"


def test_nothing_is_no_question():
    assert question_text.parse(" \n\n") == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("题干没有题号\nA. x", "第 1 行：题目要以题号开头"),
        ("1. x\nB. y", "第 2 行：这里应是选项 A，写的是 B"),
        ("1. x\nA. y\nC. z", "第 3 行：这里应是选项 B"),
        ("1. x\nA. y\nB. z", "第 1 题（第 1 行起）：没有“答案：”这一行"),
        ("1. x\nA. y\nB. z\n答案：C", "答案“C”对不上选项"),
        ("1. x\nA. y\nB. z\n答案：AA", "答案“AA”对不上选项"),
        ("1. x\n答案：也许", "没有选项"),
        ("1. x\nA. y\n答案：A", "选项应有 2 到 8 个"),
        ("1. x\nA. y\nB. y\n答案：A", "两个选项一样"),
        ("1. x\nA. y\nB. z\n答案：A\n多余的话", "答案后面多了一行"),
        ("\n".join(["1. x", *(f"{letter}. {letter}" for letter in "ABCDEFGH"), "A. 又一个"]), "选项最多到 H"),
        ("\n".join(f"{n}. x\n答案：对" for n in range(1, 202)), "一次最多 200 题"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text, reason):
    with pytest.raises(Invalid) as refusal:
        question_text.parse(text)

    assert reason in refusal.value.message
    assert refusal.value.field == "questions"


_words = st.text(alphabet="观课证据学生教师甲乙丙", min_size=1, max_size=12)


@st.composite
def questions(draw):
    kind = draw(st.sampled_from(["single", "multiple", "true_false"]))
    explanation = draw(st.one_of(st.just(""), _words))
    if kind == "true_false":
        return Question(
            kind=kind, stem=draw(_words), options=TRUE_FALSE_OPTIONS, answers=(draw(st.integers(0, 1)),), explanation=explanation
        )
    options = tuple(draw(st.lists(_words, min_size=3, max_size=6, unique=True)))
    least = 1 if kind == "single" else 2
    most = 1 if kind == "single" else len(options)
    answers = draw(st.lists(st.integers(0, len(options) - 1), min_size=least, max_size=most, unique=True))
    return Question(kind=kind, stem=draw(_words), options=options, answers=tuple(sorted(answers)), explanation=explanation)


@given(st.lists(questions(), max_size=6))
def test_any_questions_survive_the_way_through_text(made):
    assert question_text.parse(question_text.write(tuple(made))) == tuple(made)
