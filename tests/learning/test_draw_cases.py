"""Lesson cases are handed out at random, balanced, never one's own, once (W-22)."""

from collections import Counter

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import given
from hypothesis import strategies as some

from tests.files.factories import stored_row
from tests.learning import factories as make
from tests.programmes import factories as programmes
from yanxiu.catalogue.events import CaseEvent
from yanxiu.catalogue.models import CaseLevel, LessonCase
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotPermitted
from yanxiu.learning import actions, reactions
from yanxiu.learning.actions.drawing import Card, Hand, deal
from yanxiu.learning.models import CaseDraw
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment
from yanxiu.records.actions import record
from yanxiu.records.models import Record


def draw(place):
    return actions.draw_cases(programme=place.programme, by=place.office, at=make.AT)


def given_to(enrolment, block="casework"):
    return list(
        CaseDraw.objects.filter(enrolment=enrolment, block=block, voided_at__isnull=True)
        .order_by("number")
        .values_list("case_id", flat=True)
    )


def crowd(place, number: int, *, subject: str = "物理") -> list[Enrolment]:
    """Many participants at once."""
    people = Person.objects.bulk_create(
        Person(name=f"教师{n}", sort_key=f"{subject}{n}", initials="js", unit=place.school, unit_path=place.school.path, created_at=make.AT)
        for n in range(number)
    )
    return Enrolment.objects.bulk_create(
        Enrolment(programme=place.programme, version_id=place.programme.current_id, person=person, unit=place.school,
                  unit_path=place.school.path, stage="高中", subject=subject, enrolled_at=make.AT)
        for person in people
    )  # fmt: skip


def counts(block="casework") -> Counter:
    return Counter(CaseDraw.objects.filter(block=block, voided_at__isnull=True).values_list("case_id", flat=True))


def test_gives_everybody_the_plans_number_of_the_own_stage_and_subject(place):
    for _ in range(6):
        make.lesson_case(place.county)
        make.lesson_case(place.county, subject="化学")
        make.lesson_case(place.county, level=CaseLevel.NATION)
    chemist = make.participant(place.programme, place.school, subject="化学")

    drawn = draw(place)

    for one in (place.enrolment, chemist):
        cases = LessonCase.objects.filter(pk__in=given_to(one))
        assert {(case.subject, case.level) for case in cases} == {(one.subject, "省级")}
        assert len(cases) == 4
        assert list(CaseDraw.objects.filter(enrolment=one, block="casework").order_by("number").values_list("number", flat=True)) == [
            1,
            2,
            3,
            4,
        ]
    first = CaseDraw.objects.filter(enrolment=place.enrolment, block="casework").first()
    assert (first.hours, first.needs_report) == (3, True)
    watch = CaseDraw.objects.filter(enrolment=place.enrolment, block="viewing").first()
    assert (watch.hours, watch.needs_report) == (2, False)
    assert drawn.given == 4 + 4 + 2
    assert [(one.block, one.subject, one.people, one.missing) for one in drawn.shortages] == [("viewing", "化学", 1, 2)]


def test_who_may(place):
    with pytest.raises(NotPermitted):
        actions.draw_cases(programme=place.programme, by=place.school_admin, at=make.AT)
    assert not CaseDraw.objects.exists()


def test_drawing_again_changes_nothing(place):
    for _ in range(7):
        make.lesson_case(place.county)
    crowd(place, 20)
    draw(place)
    before = list(CaseDraw.objects.order_by("pk").values_list("enrolment_id", "case_id", "number"))

    again = draw(place)

    assert again.given == 0
    assert list(CaseDraw.objects.order_by("pk").values_list("enrolment_id", "case_id", "number")) == before
    assert Record.objects.filter(verb="drew").count() == 1


@pytest.mark.parametrize(("people", "cases"), [(3, 9), (10, 4), (25, 10), (40, 7), (57, 13)])
def test_every_case_is_given_about_equally_often(place, people, cases):
    for _ in range(cases):
        make.lesson_case(place.county)
    crowd(place, people - 1)

    draw(place)

    loads = counts()
    assert sum(loads.values()) == people * 4
    assert max(loads.values()) - min(loads[case] for case in LessonCase.objects.values_list("pk", flat=True)) <= 1
    per_person = CaseDraw.objects.filter(block="casework").values("enrolment").annotate(n=Count("case", distinct=True))
    assert {row["n"] for row in per_person} == {4}


def test_newcomers_are_given_the_cases_least_used(place):
    for _ in range(8):
        make.lesson_case(place.county)
    crowd(place, 10)
    draw(place)
    crowd(place, 7, subject="物理")

    draw(place)

    loads = counts()
    assert sum(loads.values()) == 18 * 4
    assert max(loads.values()) - min(loads.values()) <= 2


def test_nobody_is_given_the_own_lesson(place):
    people = [one.person_id for one in crowd(place, 11)] + [place.enrolment.person_id]
    for author in people[:6]:
        make.lesson_case(place.county, author_id=author)

    draw(place)

    assert CaseDraw.objects.filter(block="casework").count() == 12 * 4
    assert not any(one.case.author_id == one.enrolment.person_id for one in CaseDraw.objects.select_related("case", "enrolment"))


def test_not_everybody_is_given_the_same_set(place):
    for _ in range(10):
        make.lesson_case(place.county)
    everybody = crowd(place, 59)

    draw(place)

    assert len({frozenset(given_to(one)) for one in everybody}) > 20


def test_too_few_cases_are_said_and_what_is_there_is_given(place):
    for _ in range(3):
        make.lesson_case(place.county)

    drawn = draw(place)

    assert len(given_to(place.enrolment)) == 3
    assert [(one.block, one.missing) for one in drawn.shortages] == [("casework", 1), ("viewing", 2)]


def test_a_withdrawn_case_is_replaced_unless_it_is_done(place):
    for _ in range(6):
        make.lesson_case(place.county)
    draw(place)
    before = given_to(place.enrolment)
    done = CaseDraw.objects.get(enrolment=place.enrolment, case_id=before[0])
    CaseDraw.objects.filter(pk=done.pk).update(watched_at=make.AT, reported_at=make.AT, done_at=make.AT)
    LessonCase.objects.filter(pk__in=before[:2]).update(withdrawn_at=make.AT)

    with transaction.atomic():
        number = record(CaseEvent.WITHDRAWN, object_id=before[1], by=SYSTEM, at=make.AT)
    reactions.replace_withdrawn(Record.objects.get(pk=number))
    reactions.replace_withdrawn(Record.objects.get(pk=number))

    after = given_to(place.enrolment)
    assert after[0] == before[0]
    assert after[2:] == before[2:]
    assert after[1] not in before
    assert len(after) == 4


def test_those_who_left_are_given_nothing(place):
    for _ in range(5):
        make.lesson_case(place.county)
    programmes.left(place.enrolment)

    assert draw(place).given == 0


HANDS = some.lists(some.tuples(some.integers(0, 12), some.sets(some.integers(0, 11), max_size=3)), max_size=40)


@given(hands=HANDS, cards=some.integers(0, 12), seed=some.text(max_size=5))
def test_deal_never_doubles_never_gives_the_own_and_is_repeatable(hands, cards, seed):
    needing = [Hand(enrolment_id=n, person_id=author, held=frozenset(held), numbers=(1, 2, 3, 4)) for n, (author, held) in enumerate(hands)]

    def dealt():
        return deal(needing, [Card(case_id=n, author_id=n, load=0) for n in range(cards)], seed=seed)

    given_out = dealt()
    assert given_out == dealt()
    for hand in needing:
        mine = [case for enrolment, case, _ in given_out if enrolment == hand.enrolment_id]
        allowed = set(range(cards)) - {hand.person_id} - hand.held
        assert len(mine) == len(set(mine)) == min(4, len(allowed))
        assert set(mine) <= allowed


@pytest.mark.slow  # 1,200 participants are made
def test_many_at_once_in_three_statements(place):
    subjects = ["语文", "数学", "英语", "物理", "化学", "生物"]
    film = stored_row()
    for subject in subjects:
        LessonCase.objects.bulk_create(
            LessonCase(
                title=f"{subject}{n}",
                level="省级",
                stage="高中",
                subject=subject,
                owner=place.county,
                author_name="郑州",
                seconds=60,
                media=film,
                published_at=make.AT,
            )
            for n in range(40)
        )
        crowd(place, 200, subject=subject)

    drawn = draw(place)

    assert drawn.given >= 4_800
    loads = counts()
    assert max(loads.values()) - min(loads.values()) <= 1
