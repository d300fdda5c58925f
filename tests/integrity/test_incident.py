"""研修事故 (C-111): on evidence, after a hearing, by four eyes; bars from an excellent grade in ethics this school year; ends with an appeal."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from tests.integrity import factories, steps
from tests.integrity import order_factories as order
from tests.integrity.factories import AT
from tests.programmes import factories as programmes
from yanxiu.integrity import actions, queries
from yanxiu.integrity.actions import Exhibit
from yanxiu.integrity.actions.barring import school_year
from yanxiu.integrity.models import Bar, BarKind, Evidence, Finding, Inquiry, InquiryState, Outcome, ReportReason, Signal, SignalKind
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted

EXHIBIT = Exhibit(
    object_type="workshop_post", object_id=7, title="研讨里的回帖", place="班级管理工作坊", words="整段照抄的一条评论", written_at=AT,
    facts=("与已有的一份文字相近 97%",), record_id=11,
)  # fmt: skip
LATER = AT + timedelta(days=2)


def refer(place, *exhibits, by=None):
    return actions.refer(
        person=place.teacher,
        exhibits=exhibits or (EXHIBIT,),
        rule=ReportReason.COPIED,
        reason="连续粘贴同一段",
        by=by or place.school_admin,
        at=AT,
    )


def answered(place, opened_by) -> Inquiry:
    inquiry = actions.open_inquiry(signals=[refer(place)], by=opened_by, at=AT)
    actions.ask(inquiry=inquiry, question=steps.QUESTION, by=opened_by, at=AT)
    actions.answer(inquiry=Inquiry.objects.get(), text="当时不知道不能粘贴", by=place.learner, at=AT)
    return Inquiry.objects.get()


def decide(inquiry, by, finding=Finding.INCIDENT, **facts):
    return actions.decide(inquiry=inquiry, finding=finding, reason="材料属实，本人承认", by=by, at=LATER, **facts)


def test_what_is_referred_is_evidence_with_a_signal_and_changes_nothing_else(place):
    signal = refer(place)
    kept = Evidence.objects.get()
    assert (kept.words, kept.facts, kept.record_id) == (EXHIBIT.words, list(EXHIBIT.facts), 11)
    assert (signal.kind, signal.person_id) == (SignalKind.CONDUCT, place.teacher.pk)
    assert "连续粘贴同一段" in signal.facts["lines"][0]
    with pytest.raises(Conflict):
        refer(place)
    with pytest.raises(NotPermitted):
        refer(place, by=place.learner)
    with pytest.raises(Invalid):
        actions.refer(person=place.teacher, exhibits=[EXHIBIT], rule=ReportReason.COPIED, reason="抄", by=place.school_admin, at=AT)
    assert Signal.objects.count() == 1


def test_an_incident_needs_another_person_than_who_opened_the_inquiry(place):
    opener, other = place.office, place.office
    inquiry = answered(place, opener)

    with pytest.raises(NotPermitted, match="另一位人员认定"):
        decide(inquiry, opener)
    assert not Bar.objects.exists()
    decision = decide(inquiry, other)

    bar = Bar.objects.get()
    assert (bar.kind, bar.from_day, bar.to_day) == (BarKind.ETHICS_NOT_EXCELLENT, date(2026, 9, 1), date(2027, 9, 1))
    assert (decision.decided_by, decision.opened_by) == (other.person_id, opener.person_id)
    assert queries.bar_on(place.teacher.pk, date(2027, 8, 31), kind=BarKind.ETHICS_NOT_EXCELLENT) == bar
    assert queries.bar_on(place.teacher.pk, date(2027, 9, 1), kind=BarKind.ETHICS_NOT_EXCELLENT) is None


def test_an_incident_is_not_found_without_evidence_or_before_she_was_heard(place):
    signal = factories.signal(place.teacher)
    inquiry = actions.open_inquiry(signals=[signal], by=place.office, at=AT)
    other = place.office
    with pytest.raises(Conflict, match="先请本人说明"):
        decide(inquiry, other)
    actions.ask(inquiry=inquiry, question=steps.QUESTION, by=other, at=AT)
    actions.answer(inquiry=Inquiry.objects.get(), text="当时在机房", by=place.learner, at=AT)
    with pytest.raises(Conflict, match="留存的材料"):
        decide(Inquiry.objects.get(), other)


@pytest.mark.parametrize(("outcome", "holds"), [(Outcome.KEPT, True), (Outcome.EASED, False), (Outcome.LIFTED, False)])
def test_an_appeal_lifts_the_bar_or_keeps_it(place, outcome, holds):
    inquiry = answered(place, place.office)
    decide(inquiry, place.office)
    actions.appeal(inquiry=Inquiry.objects.get(), reason="评论是自己写的", by=place.learner, at=LATER)
    actions.hear(inquiry=Inquiry.objects.get(), outcome=outcome, opinion="已核对原文", by=place.above, at=LATER + timedelta(days=1))

    found = queries.bar_on(place.teacher.pk, date(2027, 1, 5), kind=BarKind.ETHICS_NOT_EXCELLENT)
    assert (found is not None) is holds
    assert Inquiry.objects.get().state == InquiryState.CLOSED


@pytest.mark.parametrize(
    ("on", "years"), [("2026-08-31", 2025), ("2026-09-01", 2026), ("2027-01-01", 2026), ("2027-08-31", 2026), ("2027-09-01", 2027)]
)
def test_a_school_year_begins_in_september(on, years):
    assert school_year(datetime.fromisoformat(on).date()) == (date(years, 9, 1), date(years + 1, 9, 1))


def test_the_pages_show_evidence_decision_and_bar_and_the_register_is_exported(cast):
    teacher = cast.person("李雷")
    one = actions.refer(
        person=teacher, exhibits=[EXHIBIT], rule=ReportReason.COPIED, reason="连续粘贴同一段", by=cast.actor("韩梅梅"), at=AT
    )
    office = cast.client_of("教务")
    shown = office.get(reverse("integrity:person_signals", args=[teacher.pk])).content.decode()
    assert "整段照抄的一条评论" in shown
    assert "与已有的一份文字相近 97%" in shown
    office.post(reverse("integrity:open_inquiry", args=[teacher.pk]), {"signals": [one.pk]})
    inquiry = Inquiry.objects.get()
    actions.ask(inquiry=inquiry, question=steps.QUESTION, by=cast.actor("教务"), at=AT)
    actions.answer(inquiry=Inquiry.objects.get(), text="当时不知道不能粘贴", by=cast.actor("李雷"), at=AT)
    here = reverse("integrity:inquiry", args=[inquiry.pk])
    seen = office.get(here, {"finding": "incident"}).content.decode()
    assert "不评优秀" in seen
    refused = office.post(reverse("integrity:decide", args=[inquiry.pk]), {"finding": "incident", "reason": "材料属实，本人承认"})
    assert refused.status_code == 403
    assert "另一位人员认定" in refused.content.decode()
    other = programmes.holder("county_admin", cast.county)
    decide(Inquiry.objects.get(), other)

    own = cast.client_of("李雷").get(reverse("integrity:explanation", args=[inquiry.pk])).content.decode()
    assert "师德考核不评优秀，到 2027-08-31" in own
    assert "整段照抄的一条评论" in own
    listed = office.get(reverse("integrity:inquiries"), {"state": "incidents"}).content.decode()
    assert "李雷" in listed
    sheet = office.get(reverse("integrity:export_inquiries")).content.decode()
    assert "认定为研修事故" in sheet
    assert "师德考核不评优秀，到 2027-08-31" in sheet


def test_the_database_refuses_an_incident_of_two_eyes(place):
    inquiry = factories.inquiry(place.teacher, seat=place.county, opened_by=5)
    with pytest.raises(Exception, match="integrity_decision_incident_four_eyes"):
        factories.decision(inquiry, finding=Finding.INCIDENT, decided_by=5, opened_by=5)


def test_factories_make_what_they_say(place):
    decision = factories.decision(factories.inquiry(place.teacher, seat=place.county))
    assert order.bar(decision).to_day > order.evidence(place.teacher).written_at.date()
