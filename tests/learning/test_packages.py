"""Packages studied: opened, kept, resumed, completed by the course's rule and the server's clock; forged reports earn nothing (UP-07, CH-01)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.catalogue import factories as catalogue
from tests.learning import factories as make
from tests.programmes import factories as programmes
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.learning import actions
from yanxiu.learning.actions.opening import NotChosen
from yanxiu.learning.actions.packages import OlderSave, Sent
from yanxiu.learning.models import CourseDone, How, Lease, PackageRun, PackageStudy, StepDone
from yanxiu.learning.packages.cmi import BadValue
from yanxiu.learning.packages.tokens import TokenOver
from yanxiu.learning.queries import packages as queries
from yanxiu.records.models import Record

DONE = {
    "cmi.core.lesson_status": "completed",
    "cmi.core.lesson_location": "7",
    "cmi.suspend_data": "p=7",
    "cmi.core.session_time": "00:00:45",
}
PASSED = {"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "92", "cmi.core.score.max": "100", "cmi.core.score.min": "0"}


@pytest.fixture
def course(place):
    owned = make.course(place.county, title="班级管理")
    make.selection(place.enrolment, make.offering(place.programme, owned, hours=3), needs=["package"])
    return owned


@pytest.fixture
def step(place, course):
    return make.package_step(course, catalogue.package(owner=place.county))


def opened(place, step) -> str:
    return actions.open_package(enrolment=place.enrolment, step=step, by=place.learner, at=make.AT)[0]


def save(place, step, token, values=None, *, sco="sco1", launch=1, number=1, by=None, at=make.AT, **facts):
    sent = Sent(sco=sco, values=values or {}, launch=launch, number=number, **facts)
    return actions.save_run(enrolment=place.enrolment, step=step, token=token, sent=sent, by=by or place.learner, at=at)


def test_what_is_reported_is_kept_and_resumed(place, step):
    token = opened(place, step)

    kept = save(place, step, token, DONE)

    assert (kept.is_done, kept.missing, kept.lacking, kept.is_open) == (False, "", 60, True)
    run = PackageRun.objects.get()
    assert (run.data, run.status, run.score) == (DONE, "completed", None)
    assert PackageStudy.objects.get().position == "sco1"
    shown = queries.shown(place.enrolment, step)
    (unit,) = queries.launches(shown.manifest, {"sco1": run}, learner=(1, "李雷"))
    assert unit["data"]["cmi.suspend_data"] == "p=7"
    assert unit["data"]["cmi.core.entry"] == "resume"
    assert "cmi.core.session_time" not in unit["data"]


def test_the_step_is_done_when_report_and_server_time_fulfil_the_rule(place, step, course):
    token = opened(place, step)
    save(place, step, token, DONE)
    assert not StepDone.objects.exists()

    make.ago(place.enrolment, 61)
    kept = save(place, step, token, sco="")

    assert (kept.is_done, kept.lacking) == (True, 0)
    assert StepDone.objects.get().how == How.REPORTED
    assert CourseDone.objects.get().course_id == course.pk
    assert Record.objects.filter(verb="completed", object_type="step").get().data["how"] == "reported"


def test_doing_it_twice_completes_once(place, step):
    token = opened(place, step)
    make.ago(place.enrolment, 61)
    save(place, step, token, DONE)
    save(place, step, token, DONE, number=2)

    assert StepDone.objects.count() == 1
    assert Record.objects.filter(verb="completed", object_type="step").count() == 1


def test_up_07_a_forged_result_earns_nothing_before_its_server_time(place, course):
    step = make.package_step(course, catalogue.package(owner=place.county), counts="passed", min_seconds=600)
    token = opened(place, step)

    kept = save(place, step, token, PASSED | {"cmi.core.session_time": "99:00:00"})

    assert not kept.is_done
    assert kept.lacking == 600
    assert PackageRun.objects.get().total_seconds == 0  # bounded by the server's clock
    assert not StepDone.objects.exists()


def test_up_07_server_time_alone_earns_nothing(place, step):
    token = opened(place, step)
    make.ago(place.enrolment, 5_000)

    kept = save(place, step, token, {"cmi.core.lesson_status": "incomplete"})

    assert not kept.is_done
    assert kept.missing == "课件还没有报告学完"
    assert save(place, step, token, {"cmi.core.lesson_status": "failed"}, number=2).missing == "课件报告没有通过"


def test_up_07_completed_is_not_passed(place, course):
    step = make.package_step(course, catalogue.package(owner=place.county), counts="passed", pass_score=80)
    token = opened(place, step)
    make.ago(place.enrolment, 61)

    assert save(place, step, token, DONE).missing == "课件还没有报告成绩"
    assert save(place, step, token, PASSED | {"cmi.core.score.raw": "79"}, number=2).missing == "还没有通过，80 分及格"
    assert save(place, step, token, {"cmi.core.lesson_status": "failed"}, number=3).missing == "还没有通过，80 分及格"
    assert save(place, step, token, PASSED, number=4).is_done


def test_opened_counts_by_time_alone(place, course):
    step = make.package_step(course, catalogue.package(owner=place.county), counts="opened")
    token = opened(place, step)

    assert not save(place, step, token, sco="").is_done
    make.ago(place.enrolment, 61)
    assert save(place, step, token, sco="").is_done


def test_every_unit_must_be_completed(place, course):
    step = make.package_step(course, catalogue.package(owner=place.county, scos=2))
    token = opened(place, step)
    make.ago(place.enrolment, 61)

    assert save(place, step, token, DONE).missing == "还有 1 个单元没有学完"
    assert save(place, step, token, DONE, sco="sco2").is_done
    assert [line.state for line in queries.shown(place.enrolment, step).lines] == ["done", "done"]


def test_ch_04_time_runs_only_for_what_is_open_last(place, step, course):
    token = opened(place, step)
    text = make.text(course)
    make.ago(place.enrolment, 30)
    make.opened(place.enrolment, text)
    make.ago(place.enrolment, 1_000)

    kept = save(place, step, token, DONE)

    assert not kept.is_open
    assert kept.lacking in {29, 30}  # what it was open for is kept, what came after is not counted


def test_time_adds_up_over_openings_and_outlives_the_sweep(place, step):
    opened(place, step)
    make.ago(place.enrolment, 40)
    opened(place, step)
    Lease.objects.filter(ended_at__isnull=False).delete()
    token = opened(place, step)
    make.ago(place.enrolment, 25)

    assert save(place, step, token, DONE).is_done


def test_leaving_ends_the_server_time(place, step):
    token = opened(place, step)

    kept = save(place, step, token, DONE, leaves=True)

    assert not kept.is_open
    assert Lease.objects.get().ended_at is not None


def test_an_older_save_never_replaces_a_newer_one(place, step):
    token = opened(place, step)
    save(place, step, token, DONE, number=5)

    for launch, number in ((1, 5), (1, 4), (0, 99)):
        with pytest.raises(OlderSave):
            save(place, step, token, {"cmi.core.lesson_location": "1"}, launch=launch, number=number)

    assert PackageRun.objects.get().data["cmi.core.lesson_location"] == "7"


def test_a_save_that_waited_for_the_line_is_kept_when_nothing_newer_came(place, step):
    waited = opened(place, step)
    again = opened(place, step)

    assert not save(place, step, waited, DONE).is_open
    save(place, step, again, {"cmi.core.lesson_location": "9"})
    with pytest.raises(OlderSave):
        save(place, step, waited, DONE, number=2)


def test_beginning_anew_keeps_what_was_and_what_is_done(place, step):
    token = opened(place, step)
    make.ago(place.enrolment, 61)
    save(place, step, token, DONE)

    study = actions.restart_package(enrolment=place.enrolment, step=step, by=place.learner, at=make.AT)

    assert study.attempt == 2
    assert StepDone.objects.count() == 1
    assert PackageRun.objects.get().attempt == 1
    assert queries.runs_of(study) == {}
    assert Record.objects.filter(verb="restarted").count() == 1
    with pytest.raises(TokenOver, match="重新开始"):
        save(place, step, token, DONE, number=2)


def test_nothing_to_begin_anew(place, step):
    with pytest.raises(Conflict, match="还没有打开过"):
        actions.restart_package(enrolment=place.enrolment, step=step, by=place.learner, at=make.AT)


def test_only_the_participant_opens_and_saves(place, step):
    token = opened(place, step)

    for stranger in (place.office, programmes.learner(programmes.teacher(place.school))):
        with pytest.raises(NotPermitted):
            actions.open_package(enrolment=place.enrolment, step=step, by=stranger, at=make.AT)
        with pytest.raises(NotPermitted):
            save(place, step, token, DONE, by=stranger)
        with pytest.raises(NotPermitted):
            actions.restart_package(enrolment=place.enrolment, step=step, by=stranger, at=make.AT)


def test_a_course_not_chosen_is_not_opened(place):
    step = make.package_step(make.course(place.county), catalogue.package(owner=place.county))

    with pytest.raises(NotChosen):
        opened(place, step)


def test_another_kind_of_step_is_not_a_package(place, course):
    with pytest.raises(Invalid, match="阅读环节"):
        opened(place, make.text(course))


def test_a_token_holds_for_its_step_its_day_and_nothing_else(place, step, course):
    other = make.package_step(course, catalogue.package(owner=place.county), title="另一个")
    token = opened(place, step)
    opened(place, other)

    with pytest.raises(TokenOver, match="另一个课件"):
        save(place, other, token, DONE)
    for bad in ("", "x", token[:-2] + "AA", token.replace(":", "")):
        with pytest.raises(TokenOver, match="不是本站"):
            save(place, step, bad, DONE)
    late = Lease.objects.order_by("number").first().started_at + timedelta(hours=24)
    with pytest.raises(TokenOver, match="超过一天"):
        save(place, step, token, DONE, at=late)
    assert not PackageRun.objects.exists()


def test_a_unit_of_another_package_is_refused(place, step):
    with pytest.raises(Invalid, match="没有这个单元"):
        save(place, step, opened(place, step), DONE, sco="sco9")


BAD = {
    "too long, 1.2": ({"cmi.suspend_data": "x" * 4_097}, "cmi.suspend_data.*4097"),
    "no element": ({"cmi.secret": "x"}, "cmi.secret"),
    "no status": ({"cmi.core.lesson_status": "done"}, "lesson_status"),
    "score too high": ({"cmi.core.score.raw": "101"}, "score.raw"),
    "no number": ({"cmi.core.score.raw": "nan?"}, "score.raw"),
    "no time": ({"cmi.core.session_time": "1 hour"}, "session_time"),
    "prototype": ({"__proto__": "x"}, "__proto__"),
    "too many": ({f"cmi.objectives.{n}.id": "x" for n in range(4_001)}, "太多"),
}


@pytest.mark.parametrize("case", BAD)
def test_up_07_values_that_do_not_fit_refuse_the_save_and_change_nothing(place, step, case):
    values, words = BAD[case]
    token = opened(place, step)
    save(place, step, token, DONE)

    with pytest.raises(BadValue, match=words):
        save(place, step, token, values, number=2)

    assert PackageRun.objects.get().data == DONE


def test_what_the_site_said_itself_is_not_believed_when_it_comes_back(place, step):
    token = opened(place, step)

    save(place, step, token, DONE | {"cmi.core.student_name": "别人", "cmi.core.total_time": "99:00:00", "cmi.core.credit": "credit"})

    assert PackageRun.objects.get().data == DONE


def test_scorm_2004_has_its_own_elements_and_lengths(place, course):
    package = catalogue.package(owner=place.county, edition="scorm2004-4")
    package.manifest["edition"] = "scorm2004-4"
    package.save()
    step = make.package_step(course, package, counts="passed", pass_score=90)
    token = opened(place, step)
    make.ago(place.enrolment, 61)
    values = {"cmi.completion_status": "completed", "cmi.success_status": "passed", "cmi.score.scaled": "0.9", "cmi.session_time": "PT45S"}

    with pytest.raises(BadValue):
        save(place, step, token, {"cmi.suspend_data": "x" * 64_001})
    kept = save(place, step, token, values | {"cmi.suspend_data": "中" * 64_000})

    assert kept.is_done
    run = PackageRun.objects.get()
    assert (run.score, run.total_seconds) == (Decimal(90), 45)
