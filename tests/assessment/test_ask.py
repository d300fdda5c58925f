"""Questions on pages: what is shown, what is hidden, and answers there and back."""

from decimal import Decimal
from random import Random
from typing import cast

import pytest
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from hypothesis import given as each
from hypothesis import strategies as st

from tests.catalogue.test_check_any import ALL, CHOICE, CHOSEN, FILLED, MATERIAL, PAIRED, SORTED, WRITTEN
from yanxiu.assessment import papers
from yanxiu.assessment.asking import asked_alone, asked_view
from yanxiu.assessment.drawing import order_of
from yanxiu.assessment.giving import given_as_shown, given_as_written, given_from_form, order_shown
from yanxiu.catalogue import content
from yanxiu.kit.errors import Invalid

RIGHT: dict[content.AnyQuestion, content.Given] = {
    CHOICE: [1], FILLED: ["H2O", "100"], PAIRED: [1, 0], SORTED: [0, 1, 2], CHOSEN: [0, 1], WRITTEN: "先说事实。", MATERIAL: [[1], "先说事实。"],
}  # fmt: skip


def _asked(question, *, seed: int = 1, points: str = "10"):
    order = order_of(question, shuffles=True, by=Random(seed))
    return papers.Asked(version=1, points=Decimal(points), section=0, order=order)


def _sent(question, asked, given, *, number=3):
    """What a browser sends of the page that shows an answer: read from its own fields."""
    view = asked_view(question, asked, given, number=number)
    sent: MultiValueDict[str, str] = MultiValueDict()
    for part in view.parts or [view]:
        if part.form == "choice":
            sent.setlist(part.name, [str(option.value) for option in part.options if option.is_given])
        elif part.form == "written":
            sent[part.name] = part.text
        for place in part.places:
            chosen = next((str(option.value) for option in place.options if option.is_given), "")
            sent[place.name] = chosen if place.options else place.text
    return sent


@pytest.mark.parametrize("question", ALL, ids=content.type_of)
@pytest.mark.parametrize("seed", range(4))
def test_what_a_page_shows_comes_back_as_it_was_given(question, seed):
    asked = _asked(question, seed=seed)

    back = given_from_form(question, asked, _sent(question, asked, RIGHT[question]), number=3)

    assert back == RIGHT[question]


@pytest.mark.parametrize("question", ALL, ids=content.type_of)
def test_nothing_sent_is_no_answer(question):
    assert given_from_form(question, _asked(question), MultiValueDict(), number=3) is None


@pytest.mark.parametrize("question", ALL, ids=content.type_of)
def test_a_page_to_answer_tells_nothing_that_is_right(question):
    view = asked_view(question, _asked(question), RIGHT[question], number=3)
    html = render_to_string("assessment/question.html", {"question": view})

    assert "正确答案" not in html
    assert "采分点" not in html
    assert "有事实" not in html
    for part in view.parts or [view]:
        assert (part.share, part.right, list(part.notes), part.explanation) == (None, "", [], "")
        assert not any(option.is_right for option in part.options)
        assert not any(place.right for place in part.places)


@pytest.mark.parametrize("question", [SORTED, PAIRED], ids=content.type_of)
@pytest.mark.parametrize("order", [None, (0, 1, 2)])
def test_an_order_is_never_shown_as_it_is_written(question, order):
    shown = order_shown(question, None)

    assert sorted(shown) == [0, 1, 2]
    assert shown != (0, 1, 2)
    assert order_of(question, shuffles=False, by=Random(1)) != (0, 1, 2)


def test_true_and_false_stay_where_they_are():
    question = content.Question(kind="true_false", stem="议课先说优点。", options=content.TRUE_FALSE, answers=(1,))

    assert order_of(question, shuffles=True, by=Random(1)) is None
    assert [option.sign for option in asked_view(question, _asked(question)).options] == ["", ""]


@pytest.mark.parametrize("question", ALL, ids=content.type_of)
def test_a_revealed_page_shows_the_right_answer_and_the_points(question):
    view = asked_view(question, _asked(question), RIGHT[question], number=3, is_open=False, reveals="answers")
    html = render_to_string("assessment/question.html", {"question": view})

    assert view.state == ("waits" if content.is_written(question) else "right")
    assert view.earned == (None if content.is_written(question) else 10)
    assert "<input" not in html
    assert "参考答案" in html if content.is_written(question) else "正确答案" in html


def test_letters_stand_for_places_as_shown():
    asked = papers.Asked(version=1, points=Decimal(10), section=0, order=(2, 0, 1))
    view = asked_view(CHOICE, asked, [1], is_open=False, reveals="answers")

    assert [(option.sign, option.words) for option in view.options] == [("A", "评语"), ("B", "感受"), ("C", "证据")]
    assert view.right == "C"
    assert [option.is_given for option in view.options] == [False, False, True]


@pytest.mark.parametrize("raw", ["9", "-1", "x", "1e3", "٣", "99999999999"])
@pytest.mark.parametrize(("question", "name"), [(CHOICE, "q3"), (PAIRED, "q3.1"), (SORTED, "q3.2"), (CHOSEN, "q3.1"), (MATERIAL, "q3-1")])
def test_what_no_page_sends_is_refused_with_its_place(question, name, raw):
    with pytest.raises(Invalid, match="第 3 题"):
        given_from_form(question, _asked(question), MultiValueDict({name: [raw]}), number=3)


def test_texts_are_bounded():
    with pytest.raises(Invalid, match="第 3 题的答案最多 200 个字符，现在有 201 个"):
        given_from_form(FILLED, None, MultiValueDict({"q3.1": ["长" * 201]}), number=3)


@each(st.sampled_from(ALL), st.integers(0, 50), st.data())
def test_places_map_there_and_back(question, seed, data):
    asked = _asked(question, seed=seed)
    places = st.lists(st.integers(0, max(0, len(order_shown(question, asked.order)) - 1)), max_size=4)
    shown = cast("content.Given", data.draw(places)) if order_shown(question, asked.order) else RIGHT[question]

    written = given_as_written(question, asked.order, shown)

    assert given_as_shown(question, asked.order, written) == shown


HOSTILE = st.recursive(
    st.none() | st.text(max_size=5) | st.integers() | st.booleans(), lambda inner: st.lists(inner, max_size=4), max_leaves=8
)


@each(st.sampled_from(ALL), HOSTILE)
def test_no_stored_answer_breaks_a_page(question, given):
    view = asked_view(question, asked_alone(question), given, is_open=False, reveals="answers")

    assert view.share is None or 0 <= view.share <= 1
