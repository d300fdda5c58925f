"""Courses that an institution chooses for its learners: given, refused one by one, undone until begun."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests.learning import factories as make
from tests.programmes import factories as programmes
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.learning import actions
from yanxiu.learning.models import Assignment, Selection
from yanxiu.programmes.models import Enrolment
from yanxiu.records.models import Record

PLAN = make.PLAN.replace(
    "assess:",
    """\
  - {id: normative, label: 规范性远程培训, kind: assigned, window: study, hours: 10, min_hours: 4}
assess:""",
)


@pytest.fixture
def running(place):
    return make.programme(place.county, source=PLAN.replace("id: study, title", "id: study-b, title"))


@pytest.fixture
def offered(running, place):
    """Two courses of 2 hours each."""
    return [make.offering(running, make.course(place.county, title=title), block="normative") for title in ("师德修养", "课标解读")]


@pytest.fixture
def people(running, place):
    return [make.participant(running, place.school, name=name) for name in ("甲", "乙")]


def everybody(running):
    return Enrolment.objects.filter(programme=running)


def test_it_is_given_told_and_seen(running, offered, people, place, at):
    assigned = actions.assign_courses(
        programme=running,
        unit=place.county,
        enrolments=everybody(running),
        offerings=offered,
        plan=" 十二月前学完。 ",
        by=place.office,
        at=at,
    )

    assert (assigned.people, assigned.given, assigned.refused) == (2, 4, [])
    rows = Selection.objects.filter(assignment=assigned.assignment)
    assert {(row.source, row.block) for row in rows} == {("assigned", "normative")}
    assert assigned.assignment.plan == "十二月前学完。"
    told = Record.objects.filter(verb="assigned", object_type="courses")
    assert {one.person_id for one in told} == {one.person_id for one in people}
    assert told[0].data["by"] == "青河县"


def test_again_gives_only_what_is_missing(running, offered, people, place, at):
    facts = {"programme": running, "unit": place.county, "enrolments": everybody(running), "offerings": offered}
    actions.assign_courses(**facts, by=place.office, at=at)
    again = actions.assign_courses(**facts, by=place.office, at=at)

    assert (again.assignment, again.given) == (None, 0)
    assert Selection.objects.count() == 4


def test_who_does_not_fit_is_refused_and_only_he(running, offered, people, place, at):
    kindergarten = make.participant(running, place.school, name="丙", stage="初中")
    for one in offered:
        one.course.stages = ["高中"]
        one.course.save(update_fields=["stages"])

    assigned = actions.assign_courses(
        programme=running, unit=place.county, enrolments=everybody(running), offerings=offered, by=place.office, at=at
    )

    assert assigned.people == 2
    (refusal,) = assigned.refused
    assert (refusal.name, refusal.reason) == ("丙", "《师德修养》面向高中，他是初中")
    assert not Selection.objects.filter(enrolment=kindergarten).exists()


def test_too_few_hours_are_refused(running, offered, people, place, at):
    assigned = actions.assign_courses(
        programme=running, unit=place.county, enrolments=everybody(running), offerings=offered[:1], by=place.office, at=at
    )

    assert {one.reason for one in assigned.refused} == {"指定后一共 2 学时，规范性远程培训至少要 4 学时"}
    assert not Assignment.objects.exists()


def test_a_closed_window_is_a_reason(place, at):
    source = PLAN.replace("id: study, title", "id: study-c, title").replace(
        "to: 2098-12-31, for: [learner], do: [learn]", "to: 2026-01-31, for: [learner], do: [learn]"
    )
    over = make.programme(place.county, source=source)
    make.participant(over, place.school, name="甲")
    offered = [make.offering(over, make.course(place.county), block="normative", hours=4)]

    assigned = actions.assign_courses(
        programme=over, unit=place.county, enrolments=everybody(over), offerings=offered, by=place.office, at=at
    )

    assert "已截止" in assigned.refused[0].reason


def test_what_cannot_be_assigned(running, offered, people, place, at):
    facts = {"programme": running, "unit": place.county, "enrolments": everybody(running), "by": place.office, "at": at}
    with pytest.raises(Invalid, match="还没有选课程"):
        actions.assign_courses(**facts, offerings=[])
    law = make.offering(running, make.course(place.county), block="law")
    with pytest.raises(Invalid, match="同一部分"):
        actions.assign_courses(**facts, offerings=[law, *offered])
    with pytest.raises(Conflict, match="没有说这部分由机构指定"):
        actions.assign_courses(**facts, offerings=[law])
    with pytest.raises(Invalid, match="还没有选学员"):
        actions.assign_courses(**(facts | {"enrolments": Enrolment.objects.none()}), offerings=offered)
    assert not Assignment.objects.exists()


def test_who_may(running, offered, people, place, at):
    facts = {"programme": running, "enrolments": everybody(running), "offerings": offered, "at": at}
    for by in (place.school_admin, programmes.holder("designer", place.county), programmes.learner(people[0].person)):
        with pytest.raises(NotPermitted, match="县级以上管理员"):
            actions.assign_courses(**facts, unit=place.county, by=by)


def test_learners_of_other_units_are_out_of_reach(running, offered, people, place, at):
    other = programmes.org(parent=None, name="外县")
    with pytest.raises(Invalid, match="还没有选学员"):
        actions.assign_courses(
            programme=running,
            unit=other,
            enrolments=everybody(running),
            offerings=offered,
            by=programmes.holder("county_admin", other),
            at=at,
        )


def test_undoing_leaves_what_is_begun(running, offered, people, place, at):
    read = make.text(offered[0].course)
    done = actions.assign_courses(
        programme=running, unit=place.county, enrolments=everybody(running), offerings=offered, by=place.office, at=at
    ).assignment
    make.step_done(people[0], read)

    assert actions.undo_assignment(assignment=done, by=place.office, at=at) == 1

    kept = Selection.objects.get(dropped_at__isnull=True)
    assert (kept.enrolment_id, kept.offering_id) == (people[0].pk, offered[0].pk)
    assert set(Selection.objects.filter(dropped_at__isnull=False).values_list("drop_reason", flat=True)) == {"指定已撤回"}
    with pytest.raises(Conflict, match="已经撤回"):
        actions.undo_assignment(assignment=done, by=place.office, at=at)


def test_the_cost_does_not_grow_with_people(running, offered, place, at, django_assert_max_num_queries):
    for number in range(30):
        make.participant(running, place.school, name=f"多{number}")
    with django_assert_max_num_queries(16):
        assigned = actions.assign_courses(
            programme=running, unit=place.county, enrolments=everybody(running), offerings=offered, by=place.office, at=at
        )
    assert assigned.given == 60
    assert sum((one.hours for one in offered), Decimal(0)) == 4


@pytest.mark.slow  # whole pages for a whole cast
def test_the_page(cast, at, assert_same_queries):
    running = make.programme(cast.county, source=PLAN)
    offered = [make.offering(running, make.course(cast.county, title=f"课 {n}"), block="normative") for n in range(2)]
    mine = make.participant(running, cast.school, name="学员甲")
    office, url = cast.client_of("教务"), reverse("learning:assign_courses", args=[running.pk])
    assert "1 位学员指定课程" in office.get(url).content.decode()

    refused = office.post(url, {"who": "all"})
    assert refused.status_code == 422
    assert "还没有选课程" in refused.content.decode()
    page = office.post(
        url, {"who": "some", "people": [mine.pk], "courses": [one.pk for one in offered], "plan": "寒假学完"}
    ).content.decode()
    assert "已给 1 人指定" in page
    assert "寒假学完" in page
    undone = office.post(reverse("learning:undo_assignment", args=[Assignment.objects.get().pk]))
    one = reverse("learning:assignment", args=[Assignment.objects.get().pk])
    assert undone.url == one
    assert "已全部撤回" in office.get(one).content.decode()

    def more():
        for number in range(10):
            make.participant(running, cast.school, name=f"多{number}")
            make.offering(running, make.course(cast.county), block="normative")

    assert_same_queries(lambda: office.get(url), more)
    for name in ("unit", "stage", "subject"):
        assert office.get(url, {name: "x"}).status_code == 200


@pytest.mark.slow  # whole pages for a whole cast
def test_the_page_of_an_assignment_says_who_began(cast, at, assert_same_queries):
    running = make.programme(cast.county, source=PLAN)
    offered = [make.offering(running, make.course(cast.county, title=f"课 {n}"), block="normative") for n in range(2)]
    people = [make.participant(running, cast.school, name=name) for name in ("学员甲", "学员乙", "学员丙")]
    given = {"programme": running, "unit": cast.county, "enrolments": everybody(running), "offerings": offered, "plan": "寒假学完"}
    one = actions.assign_courses(**given, by=programmes.holder("county_admin", cast.county), at=at).assignment
    make.course_done(people[0], offered[0].course, block="normative")
    for offering in offered:
        make.course_done(people[1], offering.course, block="normative")
    office, url = cast.client_of("教务"), reverse("learning:assignment", args=[one.pk])

    page = office.get(url).content.decode()
    assert "3 人里还有 1 人没开始学" in page
    assert "在学，1 / 2 门" in page
    assert "寒假学完" in page
    for state, name in (("new", "学员丙"), ("begun", "学员甲"), ("done", "学员乙")):
        listed = office.get(url, {"state": state}).content.decode()
        assert [other for other in ("学员甲", "学员乙", "学员丙") if other in listed] == [name]
    assert "学员乙" not in office.get(url, {"q": "学员甲"}).content.decode()
    assert "没有这样的人" in office.get(url, {"q": "无此人", "state": "odd"}).content.decode()
    assert cast.client_of("邻县").get(url).status_code == 404 if "邻县" in cast.names else True

    def more():
        for number in range(10):
            make.selection(make.participant(running, cast.school, name=f"多{number}"), offered[0], assignment=one)

    assert_same_queries(lambda: office.get(url), more)
    office.post(reverse("learning:undo_assignment", args=[one.pk]))
    assert "学员丙" not in office.get(url).content.decode()


@pytest.mark.slow  # whole pages for a whole cast
def test_what_was_ticked_stays_after_a_refusal_and_lists_are_searched(cast, at):
    running = make.programme(cast.county, source=PLAN)
    make.offering(running, make.course(cast.county, title="师德修养"), block="normative")
    mine = make.participant(running, cast.school, name="学员甲")
    make.participant(running, cast.school, name="学员乙")
    office, url = cast.client_of("教务"), reverse("learning:assign_courses", args=[running.pk])

    refused = office.post(url, {"who": "some", "people": [mine.pk], "plan": "寒假学完"}).content.decode()
    assert f'value="{mine.pk}" checked' in refused
    assert 'value="some" checked' in refused
    assert "寒假学完" in refused
    assert "学员乙" not in office.get(url, {"q": "学员甲"}).content.decode()
    assert "没有这样的课程" in office.get(url, {"course": "不存在"}).content.decode()
