"""What is filled in and means the same counts the same; what does not, does not."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanxiu.catalogue import content
from yanxiu.catalogue.content import share_of
from yanxiu.catalogue.content.accepting import as_number, means


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("學習評價", "学习评价"), ("《论语》", "论语"), ("论语", "《论语》"), ("“证据”", "证据"), ("ＡＢＣ", "abc"), ("张·三", "张•三"),
        ("事实、判断", "事实，判断"), ("先事实 后判断。", "先事实后判断"), ("“", "“"),
    ],
)  # fmt: skip
def test_the_same_in_another_writing_is_taken(text, accepted):
    assert means(text, accepted, is_strict=False)


@pytest.mark.parametrize(("text", "accepted"), [("学习", "學習"), ("证据", "证人"), ("”", "“"), ("", "“")])
def test_another_word_or_asked_for_traditional_characters_are_not(text, accepted):
    assert not means(text, accepted, is_strict=False)


@pytest.mark.parametrize(("text", "accepted"), [("學習", "学习"), ("abc", "ABC"), ("《论语》", "论语")])
def test_strictly_the_writing_itself_is_compared(text, accepted):
    assert not means(text, accepted, is_strict=True)
    assert means(accepted, accepted, is_strict=True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,200", "1200"), ("１２．５", "12.5"), ("-3", "-3"), ("−3", "-3"), ("负三", "-3"), ("50%", "0.5"), ("５０％", "0.5"),
        ("百分之五十", "0.5"), ("百分之12.5", "0.125"), ("1/4", "0.25"), ("½", "0.5"), ("四分之一", "0.25"), ("三", "3"), ("十", "10"),
        ("十二", "12"), ("二十", "20"), ("一百零五", "105"), ("两千零二十六", "2026"), ("二〇二六", "2026"), ("三万五千", "35000"),
        ("一亿二千万", "120000000"), ("三点一四", "3.14"), ("十二点五", "12.5"), ("1.2e3", "1200"), ("1.2×10^3", "1200"), ("3x10^-2", "0.03"),
    ],
)  # fmt: skip
def test_numbers_are_read_in_digits_and_in_words(text, value):
    assert as_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "三人",
        "一二十",
        "点五",
        "三点",
        "万",
        "1/0",
        "0分之1",
        "1/2/3",
        "nan",
        "inf",
        "九" * 41,
        "1e99",
        "亿" * 9,
        "百分之",
        "负",
        "10^",
    ],
)
def test_what_is_no_number_is_none(text):
    assert as_number(text) is None


@given(st.text(max_size=60))
def test_no_text_raises(text):
    as_number(text)
    means(text, "学习", is_strict=False)
    assert means(text, text, is_strict=False)


@pytest.mark.parametrize(("given", "share"), [("五十五", 1), ("55.4", 1), ("56", 0), ("五十", 0), ("五五", 1)])
def test_a_tolerance_holds_for_words_too(given, share):
    blank = content.Blank(accepts=("55",), tolerance=Decimal("0.5"))

    assert share_of(content.FillIn(stem="[[1]]", blanks=(blank,)), [given]) == share
