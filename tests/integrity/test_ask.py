"""The office asks; the teacher has days to answer."""

from datetime import UTC, datetime

import pytest

from tests.integrity import steps
from tests.integrity.factories import AT
from yanxiu.integrity import actions, permissions
from yanxiu.kit.errors import Conflict, DomainError, Invalid
from yanxiu.records.models import Record


def test_the_teacher_is_asked_and_only_now_sees_it(place):
    inquiry = steps.opened(place)
    assert not permissions.visible_inquiries(place.learner).exists()

    inquiry = actions.ask(inquiry=inquiry, question=steps.QUESTION, days=7, by=steps.office(place), at=AT)

    assert (inquiry.state, inquiry.question, inquiry.asked_at) == ("asked", steps.QUESTION, AT)
    assert inquiry.due_at == datetime(2026, 11, 27, 16, tzinfo=UTC)  # the end of the seventh day, Shanghai
    assert permissions.visible_inquiries(place.learner).get() == inquiry
    assert Record.objects.filter(verb="asked", object_type="inquiry").count() == 1


@pytest.mark.parametrize("who", ["learner", "school_admin", "above"])
def test_only_the_office_whose_matter_it_is_asks(place, who):
    inquiry = steps.opened(place)

    with pytest.raises(DomainError):
        actions.ask(inquiry=inquiry, question=steps.QUESTION, by=getattr(place, who), at=AT)

    inquiry.refresh_from_db()
    assert inquiry.state == "open"


@pytest.mark.parametrize(
    ("given", "field"), [({"question": ""}, "question"), ({"question": "长" * 2_001}, "question"), ({"days": 2}, "days")]
)
def test_bad_questions_are_refused_at_their_field(place, given, field):
    inquiry = steps.opened(place)

    with pytest.raises(Invalid) as caught:
        actions.ask(inquiry=inquiry, **{"question": steps.QUESTION, **given}, by=steps.office(place), at=AT)

    assert caught.value.field == field


def test_she_is_asked_once(place):
    inquiry = steps.asked(place)

    with pytest.raises(Conflict):
        actions.ask(inquiry=inquiry, question="再问一次吧。", by=steps.office(place), at=AT)
