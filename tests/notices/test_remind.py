"""催办 as an action: scope, and once a day."""

from datetime import timedelta

import pytest

from tests.portal.conftest import NOW
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.notices import actions
from yanxiu.notices.models import Delivery, Notice
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment


def _remind(county, *names, at=NOW, by=None, rule="behind"):
    people = Person.objects.filter(name__in=names)
    recipients = [actions.Recipient(person_id=one.pk, words=f"{one.name}还差 8 学时") for one in people]
    return actions.remind(
        programme=county.study.programme, org=county.study.county, rule=rule, title="必修截止", link="/standing/", recipients=recipients,
        by=by or county.actor, at=at,
    )  # fmt: skip


def test_each_gets_the_own_words(county):
    assert _remind(county, "周淑芬", "赵一").sent == 2

    assert set(Delivery.objects.values_list("words", flat=True)) == {"周淑芬还差 8 学时", "赵一还差 8 学时"}


def test_the_same_thing_once_a_day(county):
    _remind(county, "周淑芬")

    assert _remind(county, "周淑芬", "赵一") == actions.Reminded(sent=1, skipped=1)
    assert _remind(county, "周淑芬", rule="not_chosen").sent == 1
    assert _remind(county, "周淑芬", at=NOW + timedelta(days=1)).sent == 1


def test_when_all_were_reminded_nothing_is_left_behind(county):
    _remind(county, "周淑芬")
    before = Notice.objects.count()

    with pytest.raises(Conflict):
        _remind(county, "周淑芬")

    assert Notice.objects.count() == before


def test_who_does_not_take_part_is_left_out(county):
    Enrolment.objects.filter(person__name="赵一").update(state="left", left_at=NOW)

    assert _remind(county, "周淑芬", "赵一", "林晓岚") == actions.Reminded(sent=1, skipped=2)


def test_refuses_nobody(county):
    with pytest.raises(Invalid):
        _remind(county)


def test_refuses_a_learner(county):
    with pytest.raises(NotPermitted):
        _remind(county, "周淑芬", by=Actor(person_id=county.study.person.pk, label="周淑芬"))
