"""Research lessons (000b L31, L52): registered by the teacher, confirmed by the school, counted as of the day they were given."""

import io
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tests.fieldwork import factories as make
from tests.files import samples
from tests.programmes import factories as programmes
from yanxiu.fieldwork import actions, permissions
from yanxiu.fieldwork.models import LessonState, ResearchLesson
from yanxiu.kit import clock
from yanxiu.kit.errors import Conflict, DomainError, Invalid, NotFound, NotPermitted
from yanxiu.kit.rules import holds
from yanxiu.orgs.models import Kind
from yanxiu.records.models import Record, Tally


@pytest.fixture
def place(db):
    county, school = make.county_with_school()
    return make.enrolment(make.programme(county), programmes.teacher(school, name="李雷"))


@pytest.fixture
def school_admin(place):
    return programmes.holder("school_admin", place.unit)


def counted(place):
    return sum(
        Tally.objects.filter(metric="lesson.research", programme_id=place.programme_id, person_id=place.person_id).values_list(
            "count", flat=True
        )
    )


def test_it_counts_once_the_school_has_confirmed_it(place, school_admin):
    lesson = make.research_lesson(place)
    assert (lesson.state, lesson.stage, lesson.subject, counted(place)) == (LessonState.REGISTERED, "高中", "物理", 0)

    actions.confirm_research_lesson(lesson=lesson, by=school_admin, at=make.AT)

    assert counted(place) == 1
    with pytest.raises(Conflict, match="已确认"):
        actions.confirm_research_lesson(lesson=lesson, by=school_admin, at=make.AT)
    assert counted(place) == 1


def test_it_counts_in_the_school_year_in_which_it_was_given(place, school_admin):
    lesson = make.research_lesson(place, given_on=date(2026, 8, 31))

    actions.confirm_research_lesson(lesson=lesson, by=school_admin, at=make.AT)

    row = Record.objects.get(verb="given", object_type="research_lesson")
    assert clock.day(row.at) == date(2026, 8, 31)
    assert row.data["confirmed_at"] == make.AT.isoformat()


def test_today_is_not_counted_in_the_future(place, school_admin):
    lesson = make.research_lesson(place, given_on=clock.day(make.AT))

    actions.confirm_research_lesson(lesson=lesson, by=school_admin, at=make.AT)

    assert Record.objects.get(verb="given", object_type="research_lesson").at == make.AT


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"title": " "}, "title", "2—120"),
        ({"title": "课" * 121}, "title", "121"),
        ({"given_on": date(2026, 11, 21)}, "given_on", "还没有到"),
        ({"given_on": date(2025, 11, 18)}, "given_on", "一年以上"),
    ],
)
def test_what_cannot_be_used_names_the_field(place, given, field, words):
    with pytest.raises(Invalid, match=words) as refused:
        make.research_lesson(place, **given)

    assert refused.value.field == field
    assert not ResearchLesson.objects.exists()


def test_the_same_lesson_is_registered_once(place):
    make.research_lesson(place, title="楞次定律")

    with pytest.raises(Conflict, match="已经登记过"):
        make.research_lesson(place, title="楞次定律")


def test_a_returned_lesson_is_registered_again(place, school_admin):
    lesson = make.research_lesson(place, title="楞次定律")
    with pytest.raises(Invalid):
        actions.return_research_lesson(lesson=lesson, opinion=" ", by=school_admin, at=make.AT)
    actions.return_research_lesson(lesson=lesson, opinion="请补教案", by=school_admin, at=make.AT)

    again = make.research_lesson(place, title="楞次定律")

    assert (again.pk, again.state, again.opinion) == (lesson.pk, LessonState.REGISTERED, "")


def test_who_may_not(place, school_admin):
    lesson = make.research_lesson(place)
    colleague = programmes.learner(programmes.teacher(place.unit))
    elsewhere = programmes.holder("school_admin", programmes.org(parent=place.programme.owner))
    own = programmes.holder("school_admin", place.unit, person=place.person)

    with pytest.raises(NotPermitted):
        actions.register_research_lesson(enrolment=place, facts=make.facts(), by=colleague, at=make.AT)
    for who in (colleague, elsewhere):
        with pytest.raises(NotFound):
            actions.confirm_research_lesson(lesson=lesson, by=who, at=make.AT)
    for who in (programmes.learner(place.person), own, programmes.holder("group_leader", place.unit)):
        with pytest.raises(NotPermitted):
            actions.confirm_research_lesson(lesson=lesson, by=who, at=make.AT)
    assert counted(place) == 0


def test_nothing_after_leaving(place):
    programmes.left(place)

    with pytest.raises(Conflict, match="报删"):
        make.research_lesson(place)


@pytest.mark.slow  # a child process looks at the file
def test_evidence_is_checked_and_kept(place, settings, tmp_path):
    settings.DATA = tmp_path

    def register(content, name):
        return actions.register_research_lesson(
            enrolment=place,
            facts=make.facts(),
            evidence=io.BytesIO(content),
            evidence_name=name,
            by=programmes.learner(place.person),
            at=make.AT,
        )

    assert register(samples.PDF, "教案.pdf").evidence.name == "教案.pdf"
    with pytest.raises(DomainError) as refused:
        register(b"MZ\x90\x00", "教案.exe")
    assert refused.value.field == "evidence"
    assert ResearchLesson.objects.count() == 1


def test_the_page_from_registering_to_the_count(cast):
    one = make.programme(cast.county)
    place = _forced(one, cast.person("李雷"))
    teacher, school = cast.client_of("李雷"), cast.client_of("韩梅梅")
    today = clock.day(clock.now()).isoformat()

    refused = teacher.post(
        reverse("fieldwork:register_research_lesson"), {"place": place.pk, "title": "等", "given_on": "2026-13-40", "kind": "open"}
    )
    assert refused.status_code == 422
    assert "等" in refused.content.decode()
    teacher.post(
        reverse("fieldwork:register_research_lesson"), {"place": place.pk, "title": "二次函数的图象", "given_on": today, "kind": "open"}
    )
    assert "待学校确认" in teacher.get(reverse("fieldwork:lessons")).content.decode()

    lesson = ResearchLesson.objects.get()
    assert "二次函数的图象" in school.get(reverse("fieldwork:lessons_to_confirm")).content.decode()
    assert cast.client_of("外人").post(reverse("fieldwork:confirm_research_lesson", args=[lesson.pk])).status_code == 403
    school.post(reverse("fieldwork:confirm_research_lesson", args=[lesson.pk]))

    assert counted(place) == 1
    assert "已确认 1 节研究课" in teacher.get(reverse("fieldwork:lessons")).content.decode()


def _forced(one, person):
    """A participant the plan's audience does not name (junior school), as after a change of school."""
    return make.Enrolment.objects.create(
        programme=one, version_id=one.current_id, person=person, unit=person.unit, unit_path=person.unit_path, stage="初中", subject="数学",
        enrolled_at=make.AT,
    )  # fmt: skip


@pytest.mark.slow  # thirty rows through the actions
@pytest.mark.parametrize(("who", "name"), [("李雷", "lessons"), ("韩梅梅", "lessons_to_confirm")])
def test_rows_cost_no_queries(cast, assert_same_queries, who, name):
    place = _forced(make.programme(cast.county), cast.person("李雷"))
    browser = cast.client_of(who)
    make.research_lesson(place)

    assert_same_queries(lambda: browser.get(reverse(f"fieldwork:{name}")), lambda: [make.research_lesson(place) for _ in range(30)])


@pytest.mark.slow  # Hypothesis: 20 random counties
@pytest.mark.django_db
@examples(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    homes=st.lists(st.integers(0, 2), min_size=1, max_size=4),
    roles=st.lists(st.tuples(st.sampled_from(["school_admin", "county_admin", "host"]), st.integers(0, 2)), max_size=3),
)
def test_check_and_queryset_agree(homes, roles):
    with transaction.atomic():
        county, school = make.county_with_school()
        units = [county, school, programmes.org(parent=county.parent, kind=Kind.COUNTY)]
        one = make.programme(county)
        places = [_forced(one, programmes.teacher(units[home])) for home in homes]
        lessons = [make.research_lesson(place, given_on=date(2026, 11, 18) - timedelta(days=number)) for number, place in enumerate(places)]
        actors = [programmes.learner(places[0].person), *(programmes.holder(role, units[unit]) for role, unit in roles)]

        for actor in actors:
            seen = {lesson.pk for lesson in lessons if holds(permissions.check_can_see_lesson, actor, lesson)}
            assert set(permissions.visible_lessons(actor).values_list("pk", flat=True)) == seen
        transaction.set_rollback(True)
