"""The row beside each participant's list: it is what a recount of the list gives, whoever changed it and however (ADR 0019)."""

import threading
from decimal import Decimal

import pytest
from django.db import connection, transaction

from tests.learning import factories as make
from tests.programmes import factories as programmes
from yanxiu.learning import actions
from yanxiu.learning.models import CaseDraw, Selection, Source, Uptake
from yanxiu.programmes.models import Enrolment, Offering

_RECOUNT = """
SELECT e.id, e.unit_id, e.state = 'active',
       COALESCE((SELECT sum(o.hours) FROM learning_selection s JOIN programmes_offering o ON o.id = s.offering_id
                 WHERE s.enrolment_id = e.id AND s.dropped_at IS NULL AND s.source <> 'pushed'), 0),
       (SELECT count(*) FROM learning_selection s WHERE s.enrolment_id = e.id AND s.dropped_at IS NULL AND s.source = 'pushed'),
       (SELECT count(*) FROM learning_casedraw d WHERE d.enrolment_id = e.id AND d.voided_at IS NULL)
FROM programmes_enrolment e ORDER BY e.id
"""


def held(one: Enrolment) -> tuple[Decimal, int, int]:
    """Hours by choice, pushed courses, cases, after checking every row against a recount."""
    rows = Uptake.objects.order_by("pk").values_list("enrolment_id", "unit_id", "is_active", "chosen_hours", "pushed", "cases")
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT)
        assert list(rows) == cursor.fetchall()
    return Uptake.objects.values_list("chosen_hours", "pushed", "cases").get(enrolment=one)


@pytest.fixture
def shelf(place) -> list[Offering]:
    return [
        make.offering(place.programme, make.course(place.county), block="electives", topic="班级管理", hours=hours)
        for hours in (2, 3, 4)
    ]  # fmt: skip


@pytest.mark.django_db
def test_follows_a_list_as_it_changes(place, shelf):
    one = place.enrolment
    assert held(one) == (0, 0, 0)
    make.selection(one, shelf[0])
    kept = make.selection(one, shelf[1], source=Source.CHOSEN)
    make.selection(one, shelf[2], source=Source.ASSIGNED, by_choice=True)
    case = make.case_draw(one, make.lesson_case(place.county))
    assert held(one) == (7, 1, 1)

    Selection.objects.filter(pk=kept.pk).update(dropped_at=make.AT)
    CaseDraw.objects.filter(pk=case.pk).update(voided_at=make.AT)
    assert held(one) == (4, 1, 0)
    Offering.objects.filter(pk=shelf[2].pk).update(hours=Decimal("5.5"))
    assert held(one) == (Decimal("5.5"), 1, 0)
    Selection.objects.filter(enrolment=one).delete()
    case.delete()
    assert held(one) == (0, 0, 0)


@pytest.mark.django_db
def test_follows_people_who_come_go_and_move(place, shelf):
    other = make.participant(place.programme, place.school, name="外校")
    make.selection(other, shelf[0], source=Source.CHOSEN)
    Enrolment.objects.filter(pk=other.pk).update(unit=place.second_school)
    assert held(other) == (2, 0, 0)
    programmes.left(other)
    assert held(other) == (2, 0, 0)
    assert not Uptake.objects.get(pk=other.pk).is_active


@pytest.mark.django_db
def test_marking_a_case_as_watched_touches_nothing(place):
    draw = make.case_draw(place.enrolment, make.lesson_case(place.county))
    version = "SELECT xmin::text FROM learning_uptake WHERE enrolment_id = %s"
    with connection.cursor() as cursor:
        before = cursor.execute(version, [place.enrolment.pk]).fetchone()
        CaseDraw.objects.filter(pk=draw.pk).update(watched_at=make.AT)
        assert cursor.execute(version, [place.enrolment.pk]).fetchone() == before


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_a_time_lose_nothing(place, shelf):
    wrote, may_end = threading.Event(), threading.Event()

    def chooses() -> None:
        with transaction.atomic():
            make.selection(place.enrolment, shelf[0], source=Source.CHOSEN)
            wrote.set()
            may_end.wait(10)
        connection.close()

    other = threading.Thread(target=chooses)
    other.start()
    assert wrote.wait(10)
    threading.Timer(0.3, may_end.set).start()
    make.selection(place.enrolment, shelf[1], source=Source.CHOSEN)
    other.join()
    assert held(place.enrolment) == (5, 0, 0)


@pytest.mark.django_db
def test_counts_what_is_pushed_in_one_statement(place, shelf):
    make.offering(place.programme, make.course(place.county), block="law")
    people = [make.participant(place.programme, place.school) for _ in range(3)]
    actions.push_compulsory(programme=place.programme, by=place.office, at=make.AT)
    assert {held(one) for one in people} == {(0, 1, 0)}
