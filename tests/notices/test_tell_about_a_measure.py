"""Who was measured is told why and how to appeal, however long the reason is; then what came of the appeal."""

from tests.workshops import factories as make
from tests.workshops.conftest import shop  # noqa: F401 - a workshop with a member, a host and an office above
from yanxiu.integrity.models import MeasureKind, ReportReason, Ruling
from yanxiu.notices import order
from yanxiu.notices.models import Delivery
from yanxiu.records.models import Record
from yanxiu.workshops import actions


def test_a_long_reason_leaves_room_for_the_way_to_appeal_and_the_ruling_is_told(shop):  # noqa: F811
    measure = actions.take_measure(
        post=make.post(shop.space, shop.member), kind=MeasureKind.DELETE, rule=ReportReason.ADVERT, reason="推销课件" * 60, by=shop.host,
        at=make.AT,
    )  # fmt: skip
    appeal = actions.appeal_measure(measure=measure, reason="这是坊里约好的交换课件", by=shop.member, at=make.days(1))
    actions.rule_on_appeal(appeal=appeal, ruling=Ruling.KEPT, opinion="约好的是交换，不是出售。", by=shop.office, at=make.days(2))
    for verb, tell in (("took", order.tell_about_a_measure), ("ruled", order.tell_about_a_ruling)):
        tell(Record.objects.get(object_type="measure", verb=verb))

    taken, ruled = Delivery.objects.filter(person_id=shop.member.person_id).order_by("pk")
    assert taken.words.startswith("推销课件")
    assert taken.words.endswith(f"前向{shop.county.name}申诉")
    assert (ruled.notice.title, ruled.words) == ("申诉有了决定：维持", "约好的是交换，不是出售。")
