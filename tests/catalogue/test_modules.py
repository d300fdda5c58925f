"""Modules of a draft: added, corrected, moved, dissolved, with the steps numbered through the course."""

from decimal import Decimal

import pytest

from tests.catalogue.factories import course, learner, published_course, step, worker
from yanxiu.catalogue import actions
from yanxiu.catalogue.models import Module, Step
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


def facts(title="走进课例", **changes) -> actions.ModuleFacts:
    return actions.ModuleFacts(title=title, online_hours=Decimal(2), **changes)


def order(draft) -> list[tuple[int, str, str]]:
    found = Step.objects.filter(course=draft).select_related("module").order_by("number")
    return [(one.number, one.title, one.module.title if one.module else "") for one in found]


@pytest.fixture
def draft(at):
    """Two modules: 甲 with 1, 2 and 乙 with 3."""
    one = course()
    step(course=one, title="1")
    first = actions.add_module(course=one, facts=facts("甲"), by=SYSTEM, at=at)
    second = actions.add_module(course=one, facts=facts("乙"), by=SYSTEM, at=at)
    step(course=one, title="3")
    actions.add_step(course=one, title="2", content=_text(), module=first, by=SYSTEM, at=at)
    assert second.number == 2
    return one


def _text():
    from yanxiu.catalogue.content import Text

    return Text(source="读。")


def module(draft, title) -> Module:
    return Module.objects.select_related("course__owner").get(course=draft, title=title)


def test_the_first_module_takes_in_what_there_is_and_steps_are_numbered_through(draft):
    assert order(draft) == [(1, "1", "甲"), (2, "2", "甲"), (3, "3", "乙")]


def test_moving_a_module_carries_its_steps(draft, at):
    actions.move_module(module=module(draft, "乙"), to=1, by=SYSTEM, at=at)

    assert order(draft) == [(1, "3", "乙"), (2, "1", "甲"), (3, "2", "甲")]
    assert Record.objects.filter(verb="moved", object_type="module").count() == 1


def test_a_step_moves_into_another_module(draft, at):
    moved = Step.objects.select_related("course__owner").get(title="3")

    actions.move_step(step=moved, to=1, module=module(draft, "甲"), by=SYSTEM, at=at)
    assert order(draft) == [(1, "3", "甲"), (2, "1", "甲"), (3, "2", "甲")]

    actions.move_step(step=moved, to=1, module=module(draft, "乙"), by=SYSTEM, at=at)
    assert order(draft) == [(1, "1", "甲"), (2, "2", "甲"), (3, "3", "乙")]


def test_dissolving_gives_the_steps_to_the_module_before(draft, at):
    actions.remove_module(module=module(draft, "乙"), by=SYSTEM, at=at)
    assert order(draft) == [(1, "1", "甲"), (2, "2", "甲"), (3, "3", "甲")]

    actions.remove_module(module=module(draft, "甲"), by=SYSTEM, at=at)
    assert order(draft) == [(1, "1", ""), (2, "2", ""), (3, "3", "")]


def test_dissolving_the_first_gives_them_to_the_next(draft, at):
    actions.remove_module(module=module(draft, "甲"), by=SYSTEM, at=at)

    assert order(draft) == [(1, "1", "乙"), (2, "2", "乙"), (3, "3", "乙")]
    assert module(draft, "乙").number == 1


def test_correcting(draft, at):
    corrected = actions.correct_module(
        module=module(draft, "甲"), facts=facts("丙", goals=" 会观课 ", offline_hours=Decimal("1.5")), by=SYSTEM, at=at
    )

    corrected.refresh_from_db()
    assert (corrected.title, corrected.goals, corrected.offline_hours) == ("丙", "会观课", Decimal("1.5"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"title": " "}, "名称还空着"), ({"online_hours": Decimal(-1)}, "线上学时应在"), ({"offline_hours": Decimal(999)}, "线下学时应在")],
)
def test_bad_facts_are_refused_in_their_place(draft, changes, message, at):
    with pytest.raises(Invalid, match=message):
        actions.add_module(course=draft, facts=actions.ModuleFacts(**({"title": "丁"} | changes)), by=SYSTEM, at=at)
    assert Module.objects.count() == 2


@pytest.mark.parametrize("to", [0, 3])
def test_a_place_that_is_not_there(draft, to, at):
    with pytest.raises(Invalid, match="有 2 个模块"):
        actions.move_module(module=module(draft, "甲"), to=to, by=SYSTEM, at=at)


def test_who_may(draft, at):
    with pytest.raises(NotFound):
        actions.add_module(course=draft, facts=facts(), by=learner(), at=at)
    with pytest.raises(NotPermitted):
        actions.remove_module(module=module(draft, "甲"), by=worker("tutor", draft.owner), at=at)


def test_a_published_course_is_locked(at):
    with pytest.raises(actions.Locked):
        actions.add_module(course=published_course(), facts=facts(), by=SYSTEM, at=at)


def test_a_module_of_another_course_is_refused(draft, at):
    with pytest.raises(Invalid, match="不在这门课里"):
        actions.add_step(course=course(), title="x", content=_text(), module=module(draft, "甲"), by=SYSTEM, at=at)
