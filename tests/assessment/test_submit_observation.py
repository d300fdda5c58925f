"""Observing a lesson case: save and hand in; works, who may, refuses, edge, idempotent."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.assessment import factories as make
from tests.programmes import factories as programmes
from yanxiu.assessment import actions
from yanxiu.assessment.models import Observation
from yanxiu.assessment.queries.observations import NoRubric
from yanxiu.catalogue.models import LessonCase
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.programmes.permissions import WindowClosed
from yanxiu.records.models import Record

BOTH = {"goals": 1, "outcome": 0}


def save(place, levels=BOTH, report=make.REPORT, *, by=None, at=make.AT, verb=actions.save_observation, **changes):
    values = {"enrolment": place.enrolment, "case": place.case} | changes
    return verb(**values, levels=levels, report=report, by=by or place.learner, at=at)


def submit(place, levels=BOTH, report=make.REPORT, **more):
    return save(place, levels, report, verb=actions.submit_observation, **more)


def submitted():
    return list(Record.objects.filter(verb="submitted", object_type="observation"))


# Works


def test_a_whole_sheet_is_recorded_for_the_case_with_its_exact_total(place):
    done = submit(place)

    done.refresh_from_db()
    assert (done.total, done.submitted_at, done.rubric_id) == (Decimal("46.5"), make.AT, place.rubric.pk)
    (record,) = submitted()
    assert (record.object_id, record.measure, record.kind) == (str(place.case.pk), Decimal("46.5"), "casework")
    assert (record.person_id, record.programme_id, record.unit_path) == (place.enrolment.person_id, place.programme.pk, place.school.path)
    assert record.data["characters"] == 210


def test_a_draft_may_lack_anything_and_is_no_record(place):
    save(place, {}, "")
    held = save(place, {"outcome": 1}, "开头")

    held.refresh_from_db()
    assert (held.levels, held.report, held.submitted_at) == ({"outcome": 1}, "开头", None)
    assert submitted() == []


def test_a_sheet_keeps_the_rubric_it_was_begun_with(place):
    save(place, {}, "")
    make.rubric(place.county, title="新版", dimensions=(replace(make.DIMENSIONS[0], key="new"),))

    assert submit(place).rubric_id == place.rubric.pk


def test_the_nearest_owner_has_the_word_and_the_newest_version_counts(place):
    nation = place.county.parent
    make.rubric(nation, title="全国的")
    newest = make.rubric(place.county, title="县里第二版")

    assert save(place).rubric_id == newest.pk


# Who may


def test_only_the_participant_may(place):
    for by in (place.tutor, make.learner(make.participant(place.programme, place.school))):
        with pytest.raises(NotPermitted):
            submit(place, by=by)

    assert not Observation.objects.exists()


def test_nobody_observes_the_own_lesson(place):
    LessonCase.objects.filter(pk=place.case.pk).update(author_id=place.enrolment.person_id)
    place.case.refresh_from_db()

    with pytest.raises(NotPermitted, match="自己的课"):
        save(place)


@pytest.mark.parametrize(("stage", "subject"), [("初中", "物理"), ("高中", "化学")])
def test_cases_of_another_stage_or_subject_are_not_hers(place, stage, subject):
    with pytest.raises(NotPermitted, match="您在这个项目里是高中物理"):
        save(place, case=make.case(place.county, stage=stage, subject=subject))


# Refuses


def test_what_is_missing_is_named_all_at_once(place):
    with pytest.raises(Invalid, match=r"“教学目标”还没有评；“教学效果”还没有评；观课报告还差 198 字.*缺一项就不计学时"):
        submit(place, {}, "开头")

    assert submitted() == []
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    ("levels", "words"), [({"goals": 2}, "“教学目标”没有这个等级"), ({"goals": -1}, "没有这个等级"), ({"forged": 0}, "没有“forged”这一项")]
)
def test_forged_sheets_are_refused(place, levels, words):
    save(place)

    with pytest.raises(Invalid, match=words):
        save(place, levels)

    assert Observation.objects.get().levels == BOTH


def test_a_withdrawn_case_takes_no_more_reports(place):
    save(place)
    LessonCase.objects.filter(pk=place.case.pk).update(withdrawn_at=make.AT)
    place.case.refresh_from_db()

    with pytest.raises(Conflict, match="已经撤下"):
        submit(place)


def test_outside_the_window_it_is_refused(place):
    for moment in (make.AT - timedelta(days=60), make.ENDS_AT):
        with pytest.raises(WindowClosed):
            submit(place, at=moment)


def test_who_left_is_refused(place):
    programmes.left(place.enrolment)

    with pytest.raises(Conflict, match="报删"):
        submit(place)


def test_without_a_rubric_it_says_who_must_publish_one(db):
    county = programmes.org(parent=programmes.org())
    running = make.programme(county)
    one = make.participant(running, programmes.org(parent=county))

    with pytest.raises(NoRubric, match="方案设计"):
        make.observation(one, make.case(county))


# Edge


@pytest.mark.parametrize(("count", "enough"), [(199, False), (200, True)])
def test_the_least_length_is_200_unless_stated(place, count, enough):
    if enough:
        assert submit(place, report="字" * count).total == Decimal("46.5")
    else:
        with pytest.raises(Invalid, match="还差 1 字"):
            submit(place, report="字" * count)


@pytest.mark.parametrize(("count", "enough"), [(299, False), (300, True)])
def test_the_plan_may_ask_for_another_length(place, count, enough):
    one = make.participant(make.programme(place.county, least=300), place.school)

    if enough:
        assert make.observation(one, place.case, report="字" * count).submitted_at == make.AT
    else:
        with pytest.raises(Invalid, match="不少于 300 字"):
            make.observation(one, place.case, report="字" * count)


# Idempotent


def test_what_was_handed_in_stays(place):
    submit(place)

    for verb in (save, submit):
        with pytest.raises(actions.AlreadySubmitted):
            verb(place, {"goals": 0, "outcome": 0})

    assert Observation.objects.get().total == Decimal("46.5")
    assert len(submitted()) == 1
