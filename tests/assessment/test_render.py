"""Texts of questions: markup, formulas, pictures, gaps, and what must never become a tag."""

import pytest
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

from yanxiu.assessment import rendering
from yanxiu.kit.formulas import mathml

LINKS = {12: "https://files.example/a?b=1&c=2"}


def test_markup_formulas_pictures_and_sound():
    html = rendering.block("**求** $x^2$ 的值\n\n![示意图](file:12)\n\n[听力](audio:12)\n\n$$\\frac{a}{b}$$", links=LINKS)

    assert "<strong>求</strong>" in html
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in html
    assert '<img class="yx-question-picture" src="https://files.example/a?b=1&amp;c=2" alt="示意图"' in html
    assert 'aria-label="听力"' in html
    assert 'display="block"' in html


def test_a_file_that_is_gone_is_said():
    assert "图片“示意图”打不开" in rendering.block("![示意图](file:99)", links=LINKS)


def test_gaps_take_their_fields():
    field = mark_safe("<input name=q1.1>")
    assert rendering.line("水是[[1]]。", links={}, gaps=[field]) == "水是<input name=q1.1>。"
    assert "（1）" in rendering.line("水是[[1]]。", links={})


def test_a_formula_that_cannot_be_drawn_is_shown_as_it_is():
    html = rendering.line("算$\\frac{$", links={})

    assert "<code" in html
    assert "$\\frac{$" in html


def test_a_price_is_no_formula():
    assert "math" not in rendering.line("单价\\$5，共 $10 元", links={})


@pytest.mark.parametrize(
    "source",
    [
        "$\\text{<script>alert(1)</script>}$", "$\\href{javascript:alert(1)}{x}$", "$\\class{a}{b}$", "$\\style{color:red}{x}$",
        "![\"onerror=\"alert(1)](file:12)", "[\"onplay=\"alert(1)](audio:12)", "<img src=x onerror=alert(1)>$x$",
        '[点](https://a.example/$"onclick="alert(1)"$)', '<p><a href="https://a.example/$\'onclick=x$">点</a></p>', "\ue0000\ue001$x$",
        '[点](https://a.example/?q="><script>alert(1)</script>)', "<table><tr><td colspan='$x$'>a</td></tr></table>",
    ],
)  # fmt: skip
def test_nothing_of_a_text_becomes_script(source):
    html = rendering.block(source, links=LINKS)

    assert "<script" not in html
    assert "javascript:" not in html.replace("{javascript:", "")
    outside = rendering._TAG.findall(html)
    for tag in outside:
        assert not any(name in tag.replace("&quot;", "") for name in (' onerror="', ' onclick="', ' onplay="', " style="))


@given(st.text(alphabet="$\\{}[]()!<>\"'=:/x1_^&abcfile:audiosqrtfrac \n\ue000\ue001", max_size=60))
def test_no_text_breaks_the_page(source):
    html = rendering.block(source, links=LINKS)

    assert "<script" not in html
    assert "\ue000" not in html


@pytest.mark.parametrize("latex", ["{" * 900, "\\sqrt" * 190, "\\def\\a{\\a\\a}\\a", "\\left(" * 160, "x" * 1001, "\\overline" * 100])
def test_greedy_formulas_are_refused(latex):
    assert mathml(latex) == ""


def test_words_alone_for_lists():
    assert rendering.plain("**求** $x^2$ 的值 ![图](file:1) [[1]]") == "求 x^2 的值 〔图：图〕 ____"
    assert rendering.plain("长" * 80, most=10) == "长" * 10 + "…"
