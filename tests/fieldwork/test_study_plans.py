"""Plans of study (F-20): drafted from what is there, published, counted from records, revised, closed; school, group, person."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse
from openpyxl import load_workbook

from tests.fieldwork import factories as make
from tests.learning import factories as learning
from tests.programmes import factories as programmes
from yanxiu.fieldwork import actions, permissions, queries
from yanxiu.fieldwork.models import PlanItem, PlanLevel, PlanState, StudyPlan
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.kit.rules import holds
from yanxiu.learning.events import ChoiceEvent, StudyEvent
from yanxiu.people.models import Teaching
from yanxiu.records.actions import record, void
from yanxiu.records.models import Record

LATER = make.AT + timedelta(days=3)


@pytest.fixture
def place(db):
    county, school = make.county_with_school()
    return make.enrolment(make.programme(county), programmes.teacher(school, name="李雷"))


@pytest.fixture
def teacher(place):
    return programmes.learner(place.person)


@pytest.fixture
def office(place):
    return programmes.holder("school_admin", place.unit)


@pytest.fixture
def leader(place):
    return programmes.holder("group_leader", place.unit)


def typed(plan, **changes):
    """What the editor sends: what stands there, with changes by key as `label_i1`."""
    items = {one["key"]: dict(one) for one in plan.typed}
    for name, value in changes.items():
        if "_" in name and name.rpartition("_")[2] in items:
            items[name.rpartition("_")[2]][name.rpartition("_")[0]] = value
    head = {"title": plan.title, "goals": plan.goals or "把实验课上扎实，带动组内共研。"}
    return actions.TypedPlan(
        **head | {name: value for name, value in changes.items() if name in ("title", "goals", "starts_on", "ends_on")}, items=items
    )


def published(plan, by, **changes):
    actions.save_plan(plan=plan, typed=typed(plan, **changes), by=by, at=make.AT)
    return actions.publish_plan(plan=plan, by=by, at=make.AT)


def school_plan(place, office):
    plan = actions.draft_unit_plan(programme=place.programme, unit=place.unit, level=PlanLevel.SCHOOL, by=office, at=make.AT)
    return published(plan, office)


def chose(place, course, *, verb=ChoiceEvent.COURSE_CHOSEN, at=make.AT):
    with transaction.atomic():
        record(
            verb,
            object_id=course.pk,
            person_id=place.person_id,
            programme_id=place.programme_id,
            by=programmes.learner(place.person),
            at=at,
        )


def completed(place, course):
    with transaction.atomic():
        return record(
            StudyEvent.COURSE_COMPLETED, object_id=course.pk, kind="electives", measure=3, person_id=place.person_id,
            programme_id=place.programme_id, by=programmes.learner(place.person), at=make.AT,
        )  # fmt: skip


def test_a_school_plan_begins_with_what_the_programme_asks(place, office):
    plan = actions.draft_unit_plan(programme=place.programme, unit=place.unit, level=PlanLevel.SCHOOL, by=office, at=make.AT)

    kinds = {one["kind"] for one in plan.typed}
    assert {"block", "lesson"} <= kinds
    assert all(Decimal(one["target"]) > 0 for one in plan.typed)
    assert plan.title == f"{place.unit.name}校本研修计划"


def test_the_own_plan_takes_up_the_groups_before_the_schools_and_the_chosen_courses(place, office, leader, teacher):
    above = school_plan(place, office)
    kept_course, dropped = learning.course(place.programme.owner, title="实验教学"), learning.course(place.programme.owner)
    for one in (kept_course, dropped):
        learning.offering(place.programme, one, block="electives", topic="")
        chose(place, one)
    chose(place, dropped, verb=ChoiceEvent.COURSE_DROPPED, at=LATER)
    group = actions.draft_unit_plan(
        programme=place.programme, unit=place.unit, level=PlanLevel.GROUP, group="物理组", subject="物理", by=leader, at=make.AT
    )
    group = published(group, leader)
    other = actions.draft_unit_plan(
        programme=place.programme, unit=place.unit, level=PlanLevel.GROUP, group="音乐组", subject="音乐", by=leader, at=make.AT
    )
    published(other, leader)

    own = actions.draft_own_plan(enrolment=place, by=teacher, at=make.AT)

    assert (group.parent_id, own.parent_id) == (above.pk, group.pk)
    assert [one["course"] for one in own.typed if one["kind"] == "course"] == [str(kept_course.pk)]
    served = {one["serves"] for one in own.typed if one["serves"]}
    assert served == set(PlanItem.objects.filter(plan=group).values_list("key", flat=True))
    assert actions.draft_own_plan(enrolment=place, by=teacher, at=LATER).pk == own.pk  # twice is once


def test_progress_comes_from_records_and_goes_with_them(place, office, teacher, settings):
    course = learning.course(place.programme.owner)
    learning.offering(place.programme, course, block="electives", topic="")
    chose(place, course)
    school_plan(place, office)
    own = published(actions.draft_own_plan(enrolment=place, by=teacher, at=make.AT), teacher)
    by_kind = {one.kind: one for one in PlanItem.objects.filter(plan=own)}

    proof = completed(place, course)
    lesson = make.research_lesson(place)
    actions.confirm_research_lesson(lesson=lesson, by=office, at=make.AT)

    values = queries.values_of(own, person_id=place.person_id)
    electives = PlanItem.objects.get(plan=own, kind="block", block="electives")
    assert (values[by_kind["course"].pk], values[by_kind["lesson"].pk], values[electives.pk]) == (1, 1, 3)
    with transaction.atomic():
        void(record_id=proof, reason="核查", by=office, at=LATER)
    assert queries.values_of(own, person_id=place.person_id)[by_kind["course"].pk] == 0


def test_a_revision_keeps_ticks_and_what_rests_on_the_plan(place, office, teacher):
    draft = actions.draft_unit_plan(programme=place.programme, unit=place.unit, level=PlanLevel.SCHOOL, by=office, at=make.AT)
    draft = actions.add_item(plan=draft, by=office, at=make.AT)
    key = draft.typed[-1]["key"]
    first = published(draft, office, **{f"label_{key}": "请专家进校一次"})
    actions.tick_item(item=PlanItem.objects.select_related("plan").get(plan=first, key=key), done=True, by=office, at=make.AT)
    own = published(actions.draft_own_plan(enrolment=place, by=teacher, at=make.AT), teacher)

    second = actions.revise_plan(plan=first, by=office, at=LATER)
    assert actions.revise_plan(plan=first, by=office, at=LATER).pk == second.pk
    second = actions.remove_item(plan=second, key=second.typed[0]["key"], by=office, at=LATER)
    second = actions.publish_plan(plan=second, by=office, at=LATER)

    first.refresh_from_db()
    own.refresh_from_db()
    assert (first.state, second.version, own.parent_id) == (PlanState.REPLACED, 2, second.pk)
    assert PlanItem.objects.get(plan=second, key=key).done_at is not None
    page = queries.plan_page(own, person_id=place.person_id, at=LATER)
    assert page.covered == PlanItem.objects.filter(plan=second).exclude(kind="other").count()
    assert PlanItem.objects.filter(plan=own, serves__isnull=True, kind="block").count() == 1  # its item above is gone


def test_who_may_write_and_see(place, office, leader, teacher):
    own = actions.draft_own_plan(enrolment=place, by=teacher, at=make.AT)
    colleague = programmes.learner(make.enrolment(place.programme, programmes.teacher(place.unit, name="韩梅")).person)
    stranger = programmes.learner(programmes.teacher(programmes.org(parent=programmes.org(name="外县"))))
    for actor in (office, leader, colleague, stranger):
        with pytest.raises(NotFound):
            actions.publish_plan(plan=own, by=actor, at=make.AT)
    own = published(own, teacher)
    with pytest.raises(NotPermitted, match="本人"):
        actions.revise_plan(plan=own, by=office, at=make.AT)
    with pytest.raises(NotPermitted, match="学校管理员"):
        actions.draft_unit_plan(programme=place.programme, unit=place.unit, level=PlanLevel.SCHOOL, by=leader, at=make.AT)
    with pytest.raises(NotPermitted):
        actions.draft_unit_plan(programme=place.programme, unit=place.unit, level=PlanLevel.GROUP, group="物理组", by=teacher, at=make.AT)

    make.study_plan(place.programme, place.unit)
    make.study_plan(place.programme, place.unit, level="group", state="draft")
    for actor in (teacher, colleague, office, leader, stranger):
        seen = set(permissions.visible_plans(actor).values_list("pk", flat=True))
        assert seen == {one.pk for one in StudyPlan.objects.select_related("unit") if holds(permissions.check_can_see_plan, actor, one)}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"title": "计"}, "title", "2—120"),
        ({"goals": "好"}, "goals", "5—4000"),
        ({"label_i1": " "}, "label_1", "第 1 项：写清"),
        ({"target_i1": "很多"}, "target_1", "第 1 项：要做多少"),
        ({"target_i1": "0"}, "target_1", "大于 0"),
        ({"target_i1": "NaN"}, "target_1", "大于 0"),
        ({"due_i1": "下周五"}, "due_1", "2026-12-31"),
        ({"block_i1": ""}, "block_1", "哪一块"),
    ],
)
def test_it_refuses_with_the_place_and_keeps_the_draft(place, teacher, changes, field, words):
    plan = actions.draft_own_plan(enrolment=place, by=teacher, at=make.AT)
    assert plan.typed[0]["kind"] == "block"
    plan = actions.save_plan(plan=plan, typed=typed(plan, **changes), by=teacher, at=make.AT)

    with pytest.raises(Invalid, match=words) as refused:
        actions.publish_plan(plan=plan, by=teacher, at=make.AT)

    plan.refresh_from_db()
    assert (refused.value.field, plan.state, PlanItem.objects.count()) == (field, PlanState.DRAFT, 0)
    with pytest.raises(Invalid, match="早于"):
        actions.save_plan(plan=plan, typed=typed(plan, starts_on="2026-12-01", ends_on="2026-11-01"), by=teacher, at=make.AT)


def test_closing_needs_words_and_can_be_taken_back(place, teacher):
    plan = published(actions.draft_own_plan(enrolment=place, by=teacher, at=make.AT), teacher)
    with pytest.raises(Invalid, match="小结"):
        actions.close_plan(plan=plan, summary="好", by=teacher, at=LATER)
    closed = actions.close_plan(plan=plan, summary="上了两节研究课，收获很大。", by=teacher, at=LATER)
    with pytest.raises(Conflict, match="已结束"):
        actions.close_plan(plan=closed, summary="再结束一次。", by=teacher, at=LATER)
    assert actions.reopen_plan(plan=closed, by=teacher, at=LATER).state == PlanState.PUBLISHED
    verbs = Record.objects.filter(object_type="study_plan", person_id=place.person_id).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["drafted", "published", "closed", "reopened"]


def test_last_years_plan_is_copied_a_year_later(place, office):
    before = make.study_plan(make.programme(place.programme.owner), place.unit, goals="去年的目标写在这里。")
    make.plan_item(before, key="i1", label="上好研究课", due=date(2025, 12, 31))
    gone = learning.course(place.programme.owner)
    make.plan_item(before, key="i2", kind="course", course=gone, label="学一门今年没有的课")
    plan = actions.draft_unit_plan(programme=place.programme, unit=place.unit, level=PlanLevel.SCHOOL, by=office, at=make.AT)

    plan = actions.copy_plan(plan=plan, source=queries.earlier_plan(plan), by=office, at=make.AT)

    assert [(one["label"], one["due"]) for one in plan.typed] == [("上好研究课", "2026-12-31")]
    assert plan.goals == before.goals


def test_everybody_below_a_school_plan_in_one_statement(place, office, teacher, django_assert_max_num_queries):
    above = school_plan(place, office)
    own = published(actions.draft_own_plan(enrolment=place, by=teacher, at=make.AT), teacher)
    lesson = make.research_lesson(place)
    actions.confirm_research_lesson(lesson=lesson, by=office, at=make.AT)
    PlanItem.objects.filter(plan=own, kind="block").update(due=date(2026, 11, 1))
    for number in range(11):
        make.enrolment(place.programme, programmes.teacher(place.unit, name=f"老师{number}"))

    with django_assert_max_num_queries(1):
        found = queries.everybody(above, at=LATER)

    assert (found.people, found.planned, found.finished) == (12, 1, 0)
    mine = next(line for line in found.lines if line.person_id == place.person_id)
    blocks = PlanItem.objects.filter(plan=own, kind="block").count()
    assert (mine.done, mine.met, mine.late) == (1, 1, blocks)
    assert mine.covered == PlanItem.objects.filter(plan=above).exclude(kind="other").count()
    assert [one.person_id for one in queries.everybody(above, at=LATER, wanted="late").lines] == [place.person_id]
    assert len(queries.lines_of(above, at=LATER)) == 12


def test_the_pages_work_without_script(cast):
    Teaching.objects.filter(person=cast.person("李雷")).update(stage="高中", subject="物理")
    place = make.enrolment(make.programme(cast.county), cast.person("李雷"))
    office, browser = cast.actor("韩梅梅"), cast.client_of("李雷")
    page = browser.get(reverse("fieldwork:plans"))
    assert "还没有订个人计划" in page.content.decode()
    begun = browser.post(reverse("fieldwork:begin_plan", args=[place.pk]))
    draft = StudyPlan.objects.get(person_id=place.person_id)
    editor = reverse("fieldwork:edit_plan", args=[draft.pk])
    assert begun["Location"] == editor
    fields = {"title": draft.title, "goals": "少讲多问，让学生动手。", "key": [one["key"] for one in draft.typed]}
    fields |= {f"{name}_{one['key']}": one[name] for one in draft.typed for name in ("kind", "label", "target", "due", "block")}

    wrong = browser.post(reverse("fieldwork:publish_plan", args=[draft.pk]), fields | {"target_i1": "许多"})
    assert (wrong.status_code, "第 1 项" in wrong.content.decode()) == (422, True)
    assert browser.post(reverse("fieldwork:add_item", args=[draft.pk]), fields).status_code == 302
    draft.refresh_from_db()
    assert (draft.goals, draft.typed[-1]["label"]) == ("少讲多问，让学生动手。", "")
    key = draft.typed[-1]["key"]
    browser.post(reverse("fieldwork:remove_item", args=[draft.pk, key]), fields | {"key": [*fields["key"], key]})
    done = browser.post(reverse("fieldwork:publish_plan", args=[draft.pk]), fields)
    assert done["Location"] == reverse("fieldwork:plan", args=[draft.pk])
    for name in ("plan", "print_plan"):
        assert browser.get(reverse(f"fieldwork:{name}", args=[draft.pk])).status_code == 200

    above = school_plan(place, office)
    keeper = cast.client_of("韩梅梅")
    assert keeper.get(reverse("fieldwork:unit_plans")).status_code == 200
    people = keeper.get(reverse("fieldwork:plan_people", args=[above.pk])).content.decode()
    assert "1 位老师都订了计划" in people
    sheet = keeper.get(reverse("fieldwork:export_plan", args=[above.pk]))
    rows = list(load_workbook(io.BytesIO(b"".join(sheet.streaming_content))).active.values)
    assert rows[1][0] == "李雷"
    assert Record.objects.filter(verb="exported", object_type="study_plan").count() == 1
    assert browser.get(reverse("fieldwork:plan_people", args=[above.pk])).status_code == 403


def test_choosing_speaks_as_the_plan_listens():
    """The records from which a plan takes chosen courses are those that choosing writes."""
    assert (ChoiceEvent.COURSE_CHOSEN.verb, ChoiceEvent.COURSE_CHOSEN.object_type) == ("chose", "course")
    assert (ChoiceEvent.COURSE_DROPPED.verb, ChoiceEvent.TOPICS_CHOSEN.object_type) == ("dropped", "topics")


@pytest.mark.parametrize(
    ("field", "changes"), [("title", {"title": "代刷学时计划"}), ("goals", {"goals": "一起代刷学时"}), ("items", {"label_i1": "代刷学时"})]
)
def test_words_of_a_plan_pass_the_packs_when_it_is_published(place, office, field, changes):
    plan = actions.draft_unit_plan(programme=place.programme, unit=place.unit, level=PlanLevel.SCHOOL, by=office, at=make.AT)
    with pytest.raises(Invalid) as refused:
        published(plan, office, **changes)
    assert refused.value.field == field
