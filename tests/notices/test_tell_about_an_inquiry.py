"""The teacher is told when she is asked and when it is decided; a request without object leaves her inbox."""

import pytest

from tests.integrity import factories, steps
from tests.integrity.factories import AT
from yanxiu.integrity import actions
from yanxiu.integrity.models import Finding, Outcome
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotPermitted
from yanxiu.notices import actions as notices
from yanxiu.notices.models import Delivery, Notice
from yanxiu.notices.reactions import tell_about_an_inquiry
from yanxiu.records.models import Record


@pytest.fixture
def place(db):
    return factories.place()


def told(place) -> list[str]:
    for record in Record.objects.filter(object_type="inquiry", verb__in=["asked", "decided", "heard"]).order_by("pk"):
        tell_about_an_inquiry(record)
    return list(Delivery.objects.filter(person=place.teacher).order_by("pk").values_list("notice__title", flat=True))


def test_she_is_told_once_that_she_is_asked_and_what_was_decided(place):
    steps.asked(place)
    assert told(place) == told(place) == ["有一件情况请您说明"]


def test_she_hears_the_decision_and_the_end_of_the_appeal(place):
    steps.completed(place.teacher)
    inquiry = steps.appealed(place)
    actions.hear(inquiry=inquiry, outcome=Outcome.KEPT, opinion="签到表不能证明。", by=steps.above(place), at=AT)

    assert told(place) == ["有一件情况请您说明", "您说明的情况有了决定", "申诉有了决定：维持原决定"]
    words = Delivery.objects.get(notice__title="您说明的情况有了决定").words
    assert "所列记录不计学时" in words
    assert f"前向{place.city.name}申诉" in words
    assert Delivery.objects.get(notice__title__startswith="申诉有了决定").words == "签到表不能证明。"


def test_no_fault_takes_the_request_back_and_says_so(place):
    inquiry = steps.answered(place)
    told(place)
    actions.decide(inquiry=inquiry, finding=Finding.NO_FAULT, reason=steps.REASON, by=steps.office(place), at=AT)

    assert told(place) == ["请您说明的情况已结，不构成问题"]
    assert Notice.objects.filter(key=f"inquiry:{inquiry.pk}:asked").exists()
    assert Record.objects.filter(verb="withdrew", object_type="notice").count() == 1


def test_who_was_never_asked_hears_nothing(place):
    inquiry = steps.opened(place)
    actions.decide(inquiry=inquiry, finding=Finding.NO_FAULT, reason=steps.REASON, by=steps.office(place), at=AT)

    assert told(place) == []


def test_only_the_platform_withdraws(place):
    with pytest.raises(NotPermitted):
        notices.withdraw(key="inquiry:1:asked", by=place.office, at=AT)
    assert notices.withdraw(key="nothing", by=SYSTEM, at=AT) == 0
