"""Course tests that draw: another choice of the questions for each attempt, scored and shown over what was asked."""

from decimal import Decimal
from random import Random

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.assessment import factories as make
from tests.catalogue import factories as catalogue
from yanxiu.assessment import actions, scoring
from yanxiu.assessment.queries import tests
from yanxiu.catalogue import content, question_text
from yanxiu.catalogue.models import Step
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Invalid

QUESTIONS = tuple(
    content.Question(kind="single", stem=f"第 {number} 题问什么？", options=("对的", "错的", "也错"), answers=(0,))
    for number in range(1, 9)
)


@pytest.fixture
def step(place) -> Step:
    """A test of eight questions that asks three."""
    return make._step(place.test.course, "test", "抽题测试", content.Test(questions=QUESTIONS, drawn=3, attempts=0))


def _start(place, step):
    return actions.start(enrolment=place.enrolment, step=step, by=place.learner, at=make.AT)


def _asked(attempt):
    return [number for number, order in enumerate(attempt.orders, start=1) if order]


def _right(attempt, *numbers):
    return {number: [attempt.orders[number - 1].index(0)] for number in numbers}


def _hand_in(place, attempt, chosen, *, allow_blank=False):
    return actions.hand_in(attempt=attempt, chosen=chosen, allow_blank=allow_blank, by=place.learner, at=make.AT)


@given(st.integers(0, 12), st.integers(0, 99))
def test_as_many_are_asked_as_are_drawn(drawn, seed):
    orders = scoring.shuffled(QUESTIONS, drawn=drawn, by=Random(seed))

    assert sum(bool(order) for order in orders) == (min(drawn, 8) or 8)
    assert all(sorted(order) in ([], [0, 1, 2]) for order in orders)


@pytest.mark.django_db
def test_the_score_is_of_what_was_asked(place, step):
    attempt = _start(place, step)
    one, two, _three = _asked(attempt)

    done = _hand_in(place, attempt, _right(attempt, one, two), allow_blank=True)
    assert (done.score, done.passed) == (Decimal("66.66"), True)
    page = tests.result_of(done)
    assert [(question.place, question.is_right) for question in page.questions] == [(1, True), (2, True), (3, False)]
    assert page.right_count == 2


@pytest.mark.django_db
def test_it_is_complete_with_what_was_asked_and_blanks_are_told_by_place(place, step):
    attempt = _start(place, step)
    one, two, three = _asked(attempt)

    still_open = _hand_in(place, attempt, _right(attempt, one, three))
    assert (still_open.is_open, tests.paper_of(still_open).blank) == (True, [2])
    assert _hand_in(place, attempt, _right(attempt, two)).score == Decimal(100)


@pytest.mark.django_db
def test_a_question_that_was_not_drawn_takes_no_answer(place, step):
    attempt = _start(place, step)
    stranger = next(number for number in range(1, 9) if number not in _asked(attempt))

    with pytest.raises(Invalid, match=f"没有第 {stranger} 题"):
        actions.save_answers(attempt=attempt, chosen={stranger: [0]}, by=place.learner, at=make.AT)


@pytest.mark.django_db
def test_another_attempt_draws_anew_and_the_page_says_how_many(place, step):
    papers = set()
    for _number in range(8):
        attempt = _start(place, step)
        papers.add(tuple(_asked(attempt)))
        _hand_in(place, attempt, {}, allow_blank=True)

    assert len(papers) > 1
    assert tests.test_page(place.enrolment, step).question_count == 3
    assert [question.place for question in tests.paper_of(_start(place, step)).questions] == [1, 2, 3]


@pytest.mark.django_db
def test_an_author_says_how_many_and_more_than_there_are_is_refused(cast):
    author = catalogue.worker("designer", cast.county)
    step = catalogue.step(
        course=catalogue.course(owner=cast.county, by=author), by=author, content=content.Test(questions=QUESTIONS)
    )  # fmt: skip
    designer = cast.client_of("方案")
    url = reverse("catalogue:replace_step", args=[step.pk])
    sent = {"title": "测试", "questions": question_text.write(QUESTIONS), "pass_score": "60", "attempts": "3"}

    bad = designer.post(url, sent | {"drawn": "9"})
    good = designer.post(url, sent | {"drawn": "5"})

    assert (bad.status_code, "每次抽几题" in bad.content.decode()) == (422, True)
    assert good.status_code == 302
    assert content.read(Step.objects.get(pk=step.pk).content, content.Test).drawn == 5


@pytest.mark.django_db
def test_nothing_below_none_is_drawn():
    with pytest.raises(Invalid, match="每次抽几题"):
        catalogue.step(course=catalogue.course(), by=SYSTEM, content=content.Test(questions=QUESTIONS, drawn=-1))
