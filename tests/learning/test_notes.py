"""Notes at a second of a film: one's own."""

import pytest

from tests.learning import factories as make
from tests.programmes import factories as programmes
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.learning import actions
from yanxiu.learning.models import Item, Note


@pytest.fixture
def step(place):
    return make.chosen(place.enrolment)


def write(place, item, text="等了八秒", *, by=None):
    return actions.write_note(enrolment=place.enrolment, item=item, second=65, text=text, by=by or place.learner, at=make.AT)


def test_written_changed_removed(place, step):
    note = write(place, step)
    assert (note.kind, note.second, note.text) == (Item.STEP, 65, "等了八秒")

    actions.change_note(note=note, text="  等了十秒 ", by=place.learner, at=make.AT)
    assert Note.objects.get().text == "等了十秒"

    actions.remove_note(note=note, by=place.learner, at=make.AT)
    actions.remove_note(note=note, by=place.learner, at=make.AT)
    assert not Note.objects.exists()


def test_on_a_lesson_case(place):
    assert write(place, make.lesson_case(place.county)).kind == Item.CASE


def test_only_the_own(place, step):
    note = write(place, step)
    for by in (place.office, place.school_admin, programmes.learner(programmes.teacher(place.school))):
        with pytest.raises(NotPermitted):
            write(place, step, by=by)
        with pytest.raises(NotPermitted):
            actions.change_note(note=note, text="改", by=by, at=make.AT)
        with pytest.raises(NotPermitted):
            actions.remove_note(note=note, by=by, at=make.AT)


@pytest.mark.parametrize("text", ["", " \n", "字" * 2001])
def test_refuses_nothing_and_too_much(place, step, text):
    with pytest.raises(Invalid):
        write(place, step, text)
    assert not Note.objects.exists()


def test_no_more_than_a_page_can_hold(place, step, monkeypatch):
    monkeypatch.setattr("yanxiu.learning.actions.noting.MOST_NOTES", 1)
    write(place, step)

    with pytest.raises(Conflict):
        write(place, step)
