"""Formatted text: the markup, and nothing that acts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanxiu.kit import rich_text


def test_the_markup_becomes_html():
    html = rich_text.from_source(
        "## 标题\n\n第一段\n接着写\n\n- 一\n- 二\n\n1. 甲\n2、乙\n\n> 引文\n\n**重** 和 [网](https://a.example/?x=1&y=2)"
    )

    assert html.split("\n") == [
        "<h2>标题</h2>",
        "<p>第一段<br>接着写</p>",
        "<ul><li>一</li><li>二</li></ul>",
        "<ol><li>甲</li><li>乙</li></ol>",
        "<blockquote><p>引文</p></blockquote>",
        '<p><strong>重</strong> 和 <a href="https://a.example/?x=1&amp;y=2" rel="noopener noreferrer nofollow">网</a></p>',
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "<p onclick=alert(1)>x</p>",
        "<p><img src=x onerror=alert(1)></p>",
        "<p><script>alert(1)</script></p>",
        '<p><a href="javascript:alert(1)">x</a></p>',
        '<p><a href="data:text/html,x">x</a></p>',
        '<p style="position:fixed">x</p>',
        '<p><iframe src="https://evil.example"></iframe></p>',
        "<p><svg><animate onbegin=alert(1)></svg></p>",
        '<p><form action="https://evil.example"><input></form></p>',
        "[x](javascript:alert(1))",
        "<math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src>'>",
    ],
)
def test_nothing_that_acts_is_kept(hostile):
    html = rich_text.from_source(hostile)

    for word in ("<script", "<img", "<iframe", "<svg", "<form", "<input", "onclick", "onbegin", "style=", 'href="javascript', 'href="data'):
        assert word not in html


def test_stored_html_is_cleaned_again_when_shown():
    assert rich_text.shown("<p>x<script>alert(1)</script></p>") == "<p>x</p>"
    assert rich_text.shown("<p>x</p>").__html__() == "<p>x</p>"


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing(text):
    once = rich_text.from_source(text)

    assert rich_text.clean(once) == once
