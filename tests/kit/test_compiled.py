"""Compiled querysets answer as the queryset they are made of, for whatever values, and refuse what they cannot hold."""

from datetime import date

import pytest
from django.db.models import Exists, OuterRef

from tests.orgs import factories as orgs
from tests.people import factories as people_of
from yanxiu.kit.compiled import Compiled
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person

pytestmark = pytest.mark.django_db


def of_unit(unit, name):
    people = Person.objects.filter(pk=OuterRef("pk"), name=name)
    return Person.objects.filter(unit_id=unit).annotate(is_it=Exists(people)).select_related("unit__parent").order_by("pk")


def test_answers_as_the_queryset_does(django_assert_num_queries):
    asked = Compiled(of_unit, unit=int, name=str)
    school = orgs.org()
    people = [people_of.person(school, name=name) for name in ("张三", "李四")]
    for person in people:
        expected = list(of_unit(person.unit_id, person.name))
        with django_assert_num_queries(1):
            found = asked(unit=person.unit_id, name=person.name)
            assert [(one.pk, one.__dict__.keys(), one.unit.name, one.is_it) for one in found] == [
                (one.pk, one.__dict__.keys(), one.unit.name, one.pk == person.pk) for one in expected
            ]
    assert [one.is_it for one in asked(unit=school.pk, name="没有")] == [False, False]
    assert asked.first(unit=0, name="张三") is None
    assert asked(unit=2**70, name="张三") == []


def test_values_are_values():
    asked = Compiled(lambda name: Org.objects.filter(name=name).order_by("pk"), name=str)
    org = orgs.org(name="甲%s' OR 1=1 --")

    assert asked(name=org.name) == [org]
    assert asked(name="' OR 1=1 --") == []


def test_a_row_can_be_changed_and_saved():
    org = orgs.org()
    found = Compiled(lambda pk: Org.objects.filter(pk=pk), pk=int).first(pk=org.pk)
    found.name = "改名后的学校"
    found.save(update_fields=["name"])

    org.refresh_from_db()
    assert org.name == "改名后的学校"


@pytest.mark.parametrize(
    ("build", "kinds"),
    [
        (lambda person: Person.objects.all(), {"person": int}),  # noqa: ARG005 - the argument that is not used
        (lambda person: Person.objects.filter(pk=person).values("pk"), {"person": int}),
        (lambda person, on: Person.objects.filter(pk=person), {"person": int, "on": date}),  # noqa: ARG005 - the same
    ],
)
def test_refuses_what_it_cannot_hold(build, kinds):
    with pytest.raises(ValueError, match=r"compiled|did not reach"):
        Compiled(build, **kinds)(**dict.fromkeys(kinds, 1))


def test_bytes_are_values_too():
    asked = Compiled(lambda index: Person.objects.filter(identity_index=index).order_by("pk"), index=bytes)
    school = orgs.org()
    one, two = (people_of.person(school, name=name) for name in ("张三", "李四"))
    Person.objects.filter(pk=one.pk).update(identity_index=b"\x00\xff'one")

    assert [found.pk for found in asked(index=b"\x00\xff'one")] == [one.pk]
    assert two.pk not in [found.pk for found in asked(index=b"two")]
