"""Offline activities: reported, confirmed by another, returned with the reason."""

import io
from datetime import date, timedelta

import pytest
from PIL import Image

from tests.learning import factories as make
from tests.programmes import factories as programmes
from yanxiu.catalogue import content
from yanxiu.catalogue.models import StepKind
from yanxiu.files.inspection import Unusable
from yanxiu.kit.errors import Invalid, NotPermitted
from yanxiu.learning import actions, permissions
from yanxiu.learning.actions.reporting import WrongReportState
from yanxiu.learning.models import ActivityPhoto, ActivityReport, How, ReportState, StepDone
from yanxiu.records.models import Record

TEXT = "周三第二节在三年级二班上《认识分数》，七位老师听课，课后围绕“等待”议了四十分钟，记下三条改法。"
DAY = date(2026, 11, 18)


def step(place, **facts):
    owned = make.course(place.county, title="校内研讨")
    make.selection(place.enrolment, make.offering(place.programme, owned))
    held = content.Offline(task="组织一次听评课", **({"min_characters": 20, "photos": 1} | facts))
    return make._step(owned, StepKind.OFFLINE, "听评课一次", content=content.write(held))


@pytest.fixture
def activity(place):
    return step(place)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA = str(tmp_path)


def photo(place, activity, *, content_=None):
    if content_ is None:
        buffer = io.BytesIO()
        Image.new("RGB", (64, 48), "green").save(buffer, "JPEG")
        content_ = buffer.getvalue()
    return actions.add_photo(
        enrolment=place.enrolment, step=activity, file=io.BytesIO(content_), name="听课.jpg", by=place.learner, at=make.AT
    )  # fmt: skip


def submit(place, activity, *, text=TEXT, held_on=DAY, by=None):
    return actions.submit_report(enrolment=place.enrolment, step=activity, text=text, held_on=held_on, by=by or place.learner, at=make.AT)


def test_reported_confirmed_done(place, activity):
    photo(place, activity)
    report = submit(place, activity)
    assert report.state == ReportState.SUBMITTED
    assert not StepDone.objects.exists()
    assert list(permissions.visible_reports(place.school_admin)) == [report]

    confirmed = actions.confirm_report(report=report, by=place.school_admin, at=make.AT)

    assert confirmed.state == ReportState.CONFIRMED
    assert StepDone.objects.get().how == How.CONFIRMED
    assert [one.verb for one in Record.objects.filter(object_type="activity_report").order_by("pk")] == ["submitted", "confirmed"]
    with pytest.raises(WrongReportState):
        actions.confirm_report(report=report, by=place.school_admin, at=make.AT)


def test_without_confirmation_handing_in_is_enough(place):
    activity = step(place, needs_confirmation=False, photos=0)

    submit(place, activity)

    assert StepDone.objects.get().how == How.CONFIRMED


def test_a_refusal_names_all_that_is_missing(place, activity):
    with pytest.raises(Invalid) as refused:
        submit(place, activity, text="听课", held_on=None)
    for words in ("活动日期还没填", "过程还差 18 字", "照片还差 1 张"):
        assert words in refused.value.message
    with pytest.raises(Invalid, match="11-22 还没到"):
        submit(place, activity, held_on=DAY + timedelta(days=4))


def test_returned_with_the_reason_and_handed_in_again(place, activity):
    photo(place, activity)
    report = submit(place, activity)
    with pytest.raises(Invalid, match="退回要写原因"):
        actions.return_report(report=report, remark=" ", by=place.school_admin, at=make.AT)

    returned = actions.return_report(report=report, remark="缺签到表的照片", by=place.school_admin, at=make.AT)
    again = submit(place, activity, text=TEXT + "补上签到表。")

    assert returned.state == ReportState.RETURNED
    assert (again.pk, again.state, again.remark) == (report.pk, ReportState.SUBMITTED, "")


def test_who_may_confirm(place, activity):
    photo(place, activity)
    report = submit(place, activity)
    own = programmes.holder("school_admin", place.school)
    elsewhere = programmes.holder("school_admin", place.second_school)

    for by in (place.learner, elsewhere, programmes.holder("auditor", place.county)):
        with pytest.raises(NotPermitted):
            actions.confirm_report(report=report, by=by, at=make.AT)
        with pytest.raises(NotPermitted):
            actions.return_report(report=report, remark="不行", by=by, at=make.AT)
        assert not permissions.visible_reports(by).exists()
    assert own.person_id != place.enrolment.person_id
    for role in ("school_admin", "group_leader", "tutor", "county_admin"):
        unit = place.county if role == "county_admin" else place.school
        assert permissions.visible_reports(programmes.holder(role, unit)).exists()


def test_nobody_confirms_the_own_activity(place, activity):
    from dataclasses import replace

    photo(place, activity)
    report = submit(place, activity)
    both = replace(place.school_admin, person_id=place.enrolment.person_id)

    with pytest.raises(NotPermitted, match="自己的活动由别人确认"):
        actions.confirm_report(report=report, by=both, at=make.AT)
    assert not permissions.visible_reports(both).exists()


def test_what_is_handed_in_waits_unchanged(place, activity):
    taken = photo(place, activity)
    submit(place, activity)

    with pytest.raises(WrongReportState, match="正等确认"):
        photo(place, activity)
    with pytest.raises(WrongReportState):
        actions.remove_photo(photo=taken, by=place.learner, at=make.AT)
    with pytest.raises(WrongReportState):
        actions.save_report(enrolment=place.enrolment, step=activity, text="改", held_on=DAY, by=place.learner, at=make.AT)
    with pytest.raises(NotPermitted):
        submit(place, activity, by=place.office)


def test_a_draft_saves_itself_and_photos_come_and_go(place, activity):
    actions.save_report(enrolment=place.enrolment, step=activity, text="开头", held_on=None, by=place.learner, at=make.AT)
    taken = photo(place, activity)

    actions.remove_photo(photo=taken, by=place.learner, at=make.AT)
    actions.remove_photo(photo=taken, by=place.learner, at=make.AT)

    assert ActivityReport.objects.get().text == "开头"
    assert ActivityPhoto.objects.get().removed_at == make.AT


def test_what_is_no_picture_is_refused(place, activity):
    with pytest.raises(Unusable):
        photo(place, activity, content_=b"GIF89a nonsense")
    assert not ActivityPhoto.objects.exists()
