"""Comparing, its pure part: what is reported is really the same, disguises do not help, honest use does not count."""

import random
from itertools import pairwise

import pytest
import zhconv_rs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integrity import factories as make
from tests.integrity.texts import AT, ESSAY, OTHER, essay, text
from tests.programmes import factories as programmes
from yanxiu.integrity import actions, queries
from yanxiu.integrity.models import IndexedText, TextKind
from yanxiu.integrity.similarity import Why, cut, seen_by_author
from yanxiu.integrity.similarity.folding import Folded, fold
from yanxiu.integrity.similarity.quotes import quotations
from yanxiu.kit.actor import SYSTEM

WORDS = st.text(alphabet="课堂提问学生教师先后再想说做比 ，。！\u200bＡa龍龙１1\n", max_size=120)
RULE = "教师应当遵循教育规律，面向全体学生，因材施教，注重培养学生的独立性和自主性，引导学生质疑、调查、探究，在实践中学习。"
ASKED = "请结合自己的一节课写一篇教学反思，要有真实的课堂片段，有对学生学习的分析，有下一步的改进设想，不要抄录理论。"


@pytest.fixture
def fellow(place):
    return programmes.teacher(place.school)


def checked(person, body, **facts):
    return queries.check_text(text(person, body, number=99, **facts))


def kept(person, body=ESSAY, **facts):
    return actions.index_text(text=text(person, body, **facts), by=SYSTEM, at=AT)


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=8), WORDS, WORDS, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_reported_is_the_same_and_overlaps_nowhere(blocks, before, after, source):
    """Passages in any order, dressed up or not, between other words."""
    parts = [essay(number, size=60) for number in range(5)]
    one = before + after.join(parts[number] for number, _ in blocks)
    dressed = [("\u200b".join(parts[number]) if hidden else parts[number]) for number, hidden in blocks]
    source.shuffle(dressed)
    other = after.join(dressed) + before

    found = queries.side_by_side(IndexedText(body=one, set_aside=[]), IndexedText(body=other))

    assert found
    for same in found:
        assert fold(one[same.start : same.end]) == fold(other[same.other_start : same.other_end]) != ""
    for starts in ([(same.start, same.end) for same in found], [(same.other_start, same.other_end) for same in found]):
        ordered = sorted(starts)
        assert all(left[1] <= right[0] for left, right in pairwise(ordered))


@given(WORDS)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_places_lead_back_to_what_was_written(words):
    folded = Folded.of(words)

    assert folded.text == fold(words) == fold(fold(words))
    for at in range(len(folded.text)):
        start, end = folded.source(at, at + 1)
        assert folded.text[at] in fold(words[start:end])


@given(WORDS, st.lists(st.tuples(st.integers(0, 120), st.integers(1, 20)), max_size=5))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_text_cut_for_the_page_is_the_text(words, places):
    same = [(start, min(start + length, len(words)), number) for number, (start, length) in enumerate(places, 1) if start < len(words)]

    assert "".join(piece.text for piece in cut(words, same)) == words


def _padded(words):
    return "".join(one + "\u200b" * (at % 3) + " " * (at % 2) for at, one in enumerate(words))


@pytest.mark.parametrize(
    "disguise",
    [
        lambda words: zhconv_rs.zhconv(words, "zh-hant"), _padded, lambda words: words.replace("，", ",").replace("。", "\n\n"),
        "\u3164".join, lambda words: "".join(chr(0x2E9F + 1) if one == "民" else one for one in words),
        "\u0301".join, "★".join, str.upper,
    ],
    ids=["traditional", "invisible", "marks", "fillers", "radicals", "combining", "symbols", "capitals"],
)  # fmt: skip
def test_em_09_a_copy_in_disguise_is_a_copy(place, fellow, disguise):
    body = ESSAY + "平民教育 and The Lesson Plan 2026"
    kept(place.teacher, body)

    assert checked(fellow, disguise(body)).share > 0.97


def test_a_shuffled_and_a_padded_copy_show_their_share(place, fellow):
    kept(place.teacher)
    sentences = ESSAY.split("。")
    random.Random(4).shuffle(sentences)

    assert checked(fellow, "。".join(sentences)).share > 0.85
    assert 0.4 < checked(fellow, ESSAY + essay(3, size=len(ESSAY))).share < 0.6


def test_the_wording_of_the_task_counts_for_nobody(place, fellow):
    kept(place.teacher, ASKED + ESSAY, template=(ASKED,))
    found = checked(fellow, ASKED + OTHER, template=(ASKED,))

    assert (found.share, {one.why for one in found.set_aside}) == (0, {Why.TEMPLATE})
    kept(place.teacher, ASKED + essay(8), number=2)
    assert checked(fellow, ASKED + OTHER).share > 0.2  # without it, the same words count


def test_a_public_text_counts_for_nobody_under_its_unit(place, fellow):
    make.public_text(place.county, RULE)
    kept(place.teacher, RULE + ESSAY)
    found = checked(fellow, OTHER + RULE)

    assert (found.share, {one.why for one in found.set_aside}) == (0, {Why.PUBLIC})
    assert found.body[found.set_aside[0].start : found.set_aside[0].end] == RULE[:-1]
    assert checked(fellow, OTHER + RULE, unit_path="/1/").share > 0.15


def test_em_09_a_quotation_with_its_source_does_not_count_one_without_does(place, fellow):
    kept(place.teacher)
    quoted = ESSAY[:70]

    assert checked(fellow, f"正如《县教研简报》所说：“{quoted}”{OTHER}").share == 0
    assert checked(fellow, f"我一直这样想：“{quoted}”{OTHER}").share > 0.15


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("陶行知先生说：“千教万教教人求真。”", 1), ("《论语》云：“学而不思则罔。”", 1), ("“学而不思则罔的道理”（《论语》）", 1), ("我认为：“学而不思则罔。”", 0),
        ("有个孩子说：“老师我想再试一次。”", 0), ("“短句”（《论语》）", 0), (f"《简报》指出：“{'长' * 500}”", 0), ("“学而不思则罔的道理”——孔子", 1),
    ],
)  # fmt: skip
def test_what_is_a_quotation(words, count):
    assert len(quotations(words)) == count


def test_wording_that_many_answers_have_is_set_aside_but_not_a_copy_that_many_made(place):
    form = "一、教学背景与学情分析表（填写不少于三条）二、教学目标与重点难点表（请与单元目标对应）三、教学过程与设计意图表（写清师生活动）"
    for number in range(1, 10):
        kept(programmes.teacher(place.school), essay(number) + form + essay(number + 50, size=200), number=number, task="step:1")
    found = checked(programmes.teacher(place.school), essay(77) + form + essay(5)[:300], task="step:1")
    assert Why.COMMON in {one.why for one in found.set_aside}
    assert 0.3 < found.share < 0.45

    for number in range(20, 30):
        kept(programmes.teacher(place.school), ESSAY, number=number, task="step:2")
    assert checked(programmes.teacher(place.school), ESSAY, task="step:2").share > 0.99


def test_thanks_are_alike_and_noticed_by_nobody(place, fellow):
    kept(place.teacher, "老师讲得很好，受益匪浅", kind=TextKind.COMMENT)
    assert checked(fellow, "老师讲得很好，受益匪浅！", kind=TextKind.COMMENT).matches == ()


def test_comments_are_compared_exactly_and_nearly(place, fellow):
    said = "导入环节用了八分钟，学生真正动手只有五分钟，我建议把情境故事删去一半"
    kept(place.teacher, said, kind=TextKind.COMMENT)

    assert checked(fellow, said + "。", kind=TextKind.COMMENT).is_noticed
    assert checked(fellow, said.replace("五分钟", "六七分钟"), kind=TextKind.COMMENT).is_noticed
    assert not checked(fellow, "学生真正动手的时间太少，板书也可以再简洁一些，小组分工要写清", kind=TextKind.COMMENT).is_noticed


def test_the_author_learns_her_own_words_and_nobodys_name(place, fellow):
    kept(place.teacher, ESSAY, title="李雷的秘密")
    seen = seen_by_author(checked(fellow, OTHER + ESSAY))

    shown = "".join(piece.text for piece in seen.pieces)
    assert shown == OTHER + ESSAY
    assert "李雷" not in repr(seen)
    assert (seen.is_noticed, seen.source_words) == (True, "同一方案里别人写的")
