"""Moving a step within a draft."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.catalogue.factories import AT, course, learner, published_course, step, worker
from yanxiu.catalogue import actions
from yanxiu.catalogue.models import Step
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Invalid, NotFound
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


def titles(draft) -> list[tuple[int, str]]:
    return list(Step.objects.filter(course=draft).order_by("number").values_list("number", "title"))


def test_the_others_close_up(at):
    draft = course()
    for title in "甲乙丙丁":
        step(course=draft, title=title)
    designer = worker("designer", draft.owner)

    actions.move_step(step=Step.objects.get(title="丁"), to=2, by=designer, at=at)
    assert titles(draft) == [(1, "甲"), (2, "丁"), (3, "乙"), (4, "丙")]

    actions.move_step(step=Step.objects.get(title="甲"), to=4, by=designer, at=at)
    assert titles(draft) == [(1, "丁"), (2, "乙"), (3, "丙"), (4, "甲")]
    assert [record.data["to"] for record in Record.objects.filter(verb="moved").order_by("pk")] == [2, 4]


def test_to_its_own_place_nothing_happens(at):
    draft = course()
    one = step(course=draft)

    actions.move_step(step=one, to=1, by=worker("designer", draft.owner), at=at)

    assert not Record.objects.filter(verb="moved").exists()


@pytest.mark.parametrize("to", [0, -1, 2, 99])
def test_a_place_that_is_not_there_is_refused(to, at):
    draft = course()
    one = step(course=draft)

    with pytest.raises(Invalid, match="有 1 个位置"):
        actions.move_step(step=one, to=to, by=worker("designer", draft.owner), at=at)


def test_who_may_and_locked(at):
    draft, done = course(), published_course()
    one = step(course=draft)

    with pytest.raises(NotFound):
        actions.move_step(step=one, to=1, by=learner(), at=at)
    with pytest.raises(actions.Locked):
        actions.move_step(step=Step.objects.get(course=done, number=1), to=2, by=worker("designer", done.owner), at=at)


@pytest.mark.slow  # Hypothesis: 15 random orders
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), max_size=5))
def test_any_moves_equal_the_moves_of_a_list(moves):
    draft = course()
    expected = [step(course=draft, title=title).title for title in "甲乙丙丁"]

    for start, to in moves:
        actions.move_step(step=Step.objects.get(course=draft, number=start), to=to, by=SYSTEM, at=AT)
        expected.insert(to - 1, expected.pop(start - 1))

    assert [title for _, title in titles(draft)] == expected
    assert [number for number, _ in titles(draft)] == [1, 2, 3, 4]
