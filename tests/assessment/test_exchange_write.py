"""What leaves as a file comes in again as the same questions, as far as the format can hold them."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assessment import exchange_samples as samples
from tests.assessment.exchange_samples import read
from yanxiu.assessment.exchange import moodle_writing, qti_writing, sheet_writing, text_writing, word_writing
from yanxiu.assessment.exchange.shape import Loose
from yanxiu.assessment.exchange.writing import Leaving, Written
from yanxiu.catalogue.content import AnyQuestion, Blank, Cloze, FillIn, Gap, Matching, Material, Ordering, Question
from yanxiu.catalogue.content import Written as ByHand

WRITERS = {
    "excel": ("questions.xlsx", sheet_writing.write),
    "word": ("questions.docx", lambda leaving: word_writing.write(leaving, title="试卷", with_answers=True)),
    "gift": ("questions.gift", text_writing.gift),
    "moodle": ("questions.xml", moodle_writing.write),
    "qti 2.1": ("questions.zip", lambda leaving: qti_writing.write(leaving, "2.1")),
    "qti 3.0": ("questions.zip", lambda leaving: qti_writing.write(leaving, "3.0")),
}
LETTERS = st.sampled_from("天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏ab=~#{}:%&<>\"'*|$ ")
WORDS = st.text(LETTERS, min_size=1, max_size=12).map(lambda text: "文" + " ".join(text.replace("$", "＄").split()).strip() + "字")
PLAIN = st.text(st.sampled_from("天地玄黄宇宙洪荒日月盈昃辰宿列张"), min_size=2, max_size=8)


def leaving(questions, **facts):
    return [Leaving(question=question, number=number, **facts) for number, question in enumerate(questions, start=1)]


def same(question: AnyQuestion) -> AnyQuestion:
    """The question in a form in which it is compared: the order of what is offered to be matched does not matter."""
    if isinstance(question, Matching):
        right = sorted(question.right)
        pairs = tuple(right.index(question.right[to]) for to in question.pairs)
        return msgspec.structs.replace(question, right=tuple(right), pairs=pairs)
    return question


def bare(question: AnyQuestion) -> AnyQuestion:
    """The question without what only our own formats hold."""
    if isinstance(question, ByHand):
        return msgspec.structs.replace(question, kind="essay", reference="", points=())
    if isinstance(question, Material):
        parts = tuple(msgspec.structs.replace(part, question=bare(part.question), share=Decimal(1)) for part in question.parts)
        return msgspec.structs.replace(question, parts=parts)
    return same(question)


def back(written: Written, name: str) -> list[AnyQuestion]:
    if not written.data:
        return []
    reading, _ = read(written.data, name)
    assert reading.refused == ()
    return [one.question for one in reading.understood]


@pytest.mark.parametrize("key", WRITERS)
def test_every_kind_comes_back_or_is_named_as_left_out(key):
    name, write = WRITERS[key]
    written = write(leaving(samples.ALL))
    kept = [question for number, question in enumerate(samples.ALL, start=1) if number not in dict(written.left_out)]
    came = back(written, name)
    assert len(came) == len(kept) >= 8
    lossy = dict(written.lost)
    for question in kept:
        number = samples.ALL.index(question) + 1
        assert (bare if number in lossy else same)(question) in [(bare if number in lossy else same)(one) for one in came]
    assert all(reason for _, reason in (*written.left_out, *written.lost))


def test_excel_and_word_lose_nothing():
    for key in ("excel", "word"):
        name, write = WRITERS[key]
        written = write(leaving(samples.ALL, point="课堂观察", difficulty=2))
        assert written.left_out == []
        assert written.lost == []
        reading, _ = read(written.data, name)
        assert sorted(map(repr, map(same, samples.ALL))) == sorted(repr(same(one.question)) for one in reading.understood)
        assert {(one.point, one.difficulty) for one in reading.understood} == {("课堂观察", 2)}


def test_aiken_takes_choices_with_one_answer_and_lists_the_rest():
    plain = msgspec.structs.replace(samples.SINGLE, explanation="")
    written = text_writing.aiken(leaving([plain, *samples.ALL]))
    assert [one.question for one in read(written.data, "a.txt")[0].understood] == [plain, samples.TRUE_FALSE]
    assert len(written.left_out) == len(samples.ALL) - 1


def test_a_paper_without_answers_has_none():
    data = word_writing.write(leaving(samples.ALL), title="试卷", with_answers=False).data
    reading, _ = read(data, "paper.docx")
    assert len(reading.refused) >= 6
    assert not any("证据可以核对" in one.excerpt for one in reading.refused)


choices = st.builds(
    lambda stem, options, right, kind: Question(
        kind=kind, stem=stem, options=tuple(options), answers=tuple(sorted({one % len(options) for one in right})[: None if kind == "multiple" else 1])
    ),
    WORDS, st.lists(WORDS, min_size=2, max_size=6, unique=True), st.lists(st.integers(0, 5), min_size=1, max_size=4),
    st.sampled_from(["single", "multiple"]),
)  # fmt: skip
blanks = st.one_of(
    st.builds(lambda texts, strict: Blank(accepts=tuple(texts), is_case_sensitive=strict), st.lists(PLAIN, min_size=1, max_size=3, unique=True), st.just(False)),
    st.builds(lambda value, near: Blank(accepts=(f"{value}",), tolerance=Decimal(near) / 100), st.integers(-999, 999), st.integers(0, 50)),
)  # fmt: skip
fill_ins = st.builds(
    lambda before, inside: FillIn(stem=before + "".join(f"[[{n}]]且" for n in range(1, len(inside) + 1)), blanks=tuple(inside)),
    PLAIN, st.lists(blanks, min_size=1, max_size=4),
)  # fmt: skip
clozes = st.builds(
    lambda before, inside: Cloze(
        stem=before + "".join(f"[[{n}]]且" for n in range(1, len(inside) + 1)),
        gaps=tuple(Gap(options=tuple(options), answer=answer % len(options)) for options, answer in inside),
    ),
    PLAIN, st.lists(st.tuples(st.lists(PLAIN, min_size=2, max_size=4, unique=True), st.integers(0, 9)), min_size=1, max_size=4),
)  # fmt: skip
orderings = st.builds(
    lambda stem, parts: Ordering(stem=stem, parts=tuple(parts)), PLAIN, st.lists(PLAIN, min_size=2, max_size=6, unique=True)
)
matchings = st.builds(
    lambda stem, left, right: Matching(stem=stem, left=tuple(left), right=tuple(right), pairs=tuple(range(len(left)))[: len(right)] + (0,) * (len(left) - len(right))),
    PLAIN, st.lists(PLAIN, min_size=2, max_size=4, unique=True), st.lists(PLAIN, min_size=4, max_size=6, unique=True),
)  # fmt: skip
QUESTIONS = st.one_of(choices, fill_ins, clozes, orderings, matchings)


@pytest.mark.parametrize("key", WRITERS)
@settings(max_examples=25, deadline=None)
@given(questions=st.lists(QUESTIONS, min_size=1, max_size=5))
def test_question_equals_read_of_written(key, questions):
    name, write = WRITERS[key]
    written = write(leaving(questions))
    kept = [same(question) for number, question in enumerate(questions, start=1) if number not in dict(written.left_out)]
    came = [same(one) for one in back(written, name)] if kept else []
    assert sorted(map(repr, came)) == sorted(map(repr, kept))


def test_pictures_travel_inside():
    question = msgspec.structs.replace(samples.SINGLE, stem="看图：![板书](file:7)，写了什么？")
    media = {7: Loose(name="板书.png", data=b"\x89PNG\r\n\x1a\n" + b"x" * 40)}
    for data, name in (
        (moodle_writing.write(leaving([question]), media).data, "a.xml"),
        (qti_writing.write(leaving([question]), "2.1", media).data, "a.zip"),
        (qti_writing.write(leaving([question]), "3.0", media).data, "a.zip"),
    ):
        reading, files = read(data, name)
        assert reading.understood[0].question.stem == "看图：![板书](file:1)，写了什么？"
        assert [one.data for one in files] == [media[7].data]


def test_the_template_reads_as_its_examples():
    reading, _ = read(sheet_writing.template(), "模板.xlsx")
    assert reading.refused == ()
    assert len(reading.understood) == 9


def test_the_refused_come_back_with_their_place_and_reason_and_can_be_brought_again():
    reading, _ = read("一、单选题\n1. 甲？\nA. 一\nB. 二\n答案：C\n".encode(), "a.txt")
    (refused,) = reading.refused
    again, _ = read(sheet_writing.refused(reading.refused), "没有收的题.xlsx")
    assert again.refused[0].reason == refused.reason
    assert again.refused[0].cells["选项B"] == "二"
