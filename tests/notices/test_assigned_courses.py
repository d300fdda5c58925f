"""Whoever is given courses by an institution is told, once."""

import pytest

from tests.learning.conftest import build
from yanxiu.kit.actor import SYSTEM
from yanxiu.learning.events import ChoiceEvent
from yanxiu.notices.models import Delivery
from yanxiu.notices.reactions import tell_about_assigned_courses
from yanxiu.records.actions import record
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


def test_she_is_told_which_courses_and_by_whom(at):
    place = build()
    record(
        ChoiceEvent.COURSES_ASSIGNED, object_id=1, object_label="师德修养、课标解读", person_id=place.enrolment.person_id,
        programme_id=place.programme.pk, unit_path=place.school.path, by=SYSTEM, at=at, data={"by": "青河县"},
    )  # fmt: skip
    happened = Record.objects.get(verb="assigned", object_type="courses")

    tell_about_assigned_courses(happened)
    tell_about_assigned_courses(happened)

    told = Delivery.objects.get(person_id=place.enrolment.person_id)
    assert (told.notice.title, told.words) == ("青河县为您指定了课程", "师德修养、课标解读")
