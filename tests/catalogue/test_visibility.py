"""What an actor may see, asked one by one and as a queryset: always the same answer."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.catalogue.factories import AT
from tests.files.factories import stored_row
from tests.orgs import factories as orgs
from yanxiu.catalogue.models import Course, CourseState, LessonCase
from yanxiu.catalogue.permissions import VIEW, check_can_see_case, check_can_see_course, visible_cases, visible_courses
from yanxiu.kit.actor import ANONYMOUS, SYSTEM, Actor, Grant
from yanxiu.kit.rules import holds

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # Hypothesis: random trees and shelves


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parents=st.lists(st.integers(0, 5), min_size=1, max_size=5),
    courses=st.lists(st.tuples(st.integers(0, 5), st.sampled_from(CourseState.values), st.sampled_from([None, 1, 2])), max_size=6),
    cases=st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(["new", "published", "withdrawn"]), st.sampled_from([None, 1, 2])), max_size=6
    ),
    grants=st.lists(st.tuples(st.integers(0, 5), st.sampled_from([VIEW, "catalogue.draft"]), st.sampled_from([None, 7])), max_size=3),
)
def test_check_and_queryset_agree(parents, courses, cases, grants):
    units = [orgs.org()]
    for parent in parents:
        units.append(orgs.org(parent=units[parent % len(units)]))

    def unit(number):
        return units[number % len(units)]

    made = [
        Course.objects.create(title="x", hours=1, owner=unit(u), state=state, author_id=author, created_at=AT, published_at=AT)
        for u, state, author in courses
    ]
    film = stored_row()
    lessons = [
        LessonCase.objects.create(
            title="x",
            level="省级",
            stage="初中",
            subject="数学",
            author_name="x",
            author_id=author,
            owner=unit(u),
            media=film,
            seconds=600,
            published_at=None if state == "new" else AT,
            withdrawn_at=AT if state == "withdrawn" else None,
        )
        for u, state, author in cases
    ]
    actors = [
        ANONYMOUS,
        SYSTEM,
        Actor(person_id=1, label="x"),
        Actor(
            person_id=2,
            label="x",
            grants=tuple(
                Grant(role="x", permissions=frozenset({permission}), path=unit(u).path, space_id=space) for u, permission, space in grants
            ),
        ),
    ]
    for actor in actors:
        assert set(visible_courses(actor)) == {course for course in made if holds(check_can_see_course, actor, course)}
        assert set(visible_cases(actor)) == {case for case in lessons if holds(check_can_see_case, actor, case)}
    Course.objects.all().delete()
    LessonCase.objects.all().delete()


@pytest.mark.parametrize(("space_id", "seen"), [(None, {"draft", "published", "archived"}), (7, {"published"})])
def test_who_hosts_one_workshop_reads_no_drafts_of_its_unit(space_id, seen):
    owner = orgs.org()
    for state in CourseState.values:
        Course.objects.create(title=state, hours=1, owner=owner, state=state, author_id=1, created_at=AT, published_at=AT)
    host = Actor(
        person_id=2, label="x",
        grants=(Grant(role="host", permissions=frozenset({VIEW}), path=owner.path, space_id=space_id),),
    )  # fmt: skip

    assert host.may(VIEW)  # the shelf itself is open to her
    assert {course.title for course in visible_courses(host)} & {"draft", "published", "archived"} == seen
    assert {course.title for course in Course.objects.select_related("owner") if holds(check_can_see_course, host, course)} == {
        course.title for course in visible_courses(host)
    }
