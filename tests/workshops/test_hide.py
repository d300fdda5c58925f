"""Keeping order (W-37): hiding voids the record, restoring counts again in the same slice."""

import pytest

from tests.workshops import factories as make
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record, Tally
from yanxiu.records.queries import differences
from yanxiu.workshops import actions
from yanxiu.workshops.models import PostKind


def test_counts_fall_and_come_back_as_of_the_day_of_writing(shop):
    briefing = make.post(shop.space, shop.host, kind=PostKind.BRIEFING)
    before = list(Tally.objects.filter(metric="briefing.issued").values("slice", "count", "person_id"))

    fellow = make.host(shop.space)
    hidden = actions.hide(post=briefing, reason="数据有误", by=fellow, at=make.days(90))
    assert shop.count("briefing.issued") == 0
    actions.restore(post=hidden, by=fellow, at=make.days(91))

    assert [row for row in Tally.objects.filter(metric="briefing.issued").values("slice", "count", "person_id") if row["count"]] == before
    assert differences() == []


def test_who_keeps_order_is_counted_and_who_withdraws_is_not(shop):
    theirs, own = make.post(shop.space, shop.member), make.post(shop.space, shop.host)

    actions.hide(post=theirs, reason="与主题无关", by=shop.host, at=make.AT)
    actions.hide(post=own, reason="", by=shop.host, at=make.AT)

    assert shop.count("moderation.done", person_id=shop.host.person_id) == 1
    assert Record.objects.filter(verb="withdrew", object_id=str(own.pk)).exists()


def test_the_author_takes_back_but_does_not_restore(shop):
    post = make.post(shop.space, shop.member)

    hidden = actions.hide(post=post, reason="", by=shop.member, at=make.AT)

    assert hidden.hidden_reason == "本人撤回"
    with pytest.raises(NotPermitted):
        actions.restore(post=hidden, by=shop.member, at=make.AT)


def test_hiding_anothers_words_needs_a_reason_and_the_right(shop):
    post = make.post(shop.space, shop.member)

    with pytest.raises(Invalid) as refused:
        actions.hide(post=post, reason=" ", by=shop.host, at=make.AT)
    assert refused.value.field == "reason"
    with pytest.raises(NotPermitted):
        actions.hide(post=post, reason="我不同意", by=make.member(shop.space, shop.school), at=make.AT)
    with pytest.raises(NotFound):
        actions.hide(post=post, reason="我不同意", by=make.host(make.space(shop.other_county)), at=make.AT)
    assert shop.count("discussion") == 1


def test_an_office_above_keeps_order_too(shop):
    office = shop.office

    hidden = actions.hide(post=make.post(shop.space, shop.member), reason="泄露学生姓名", by=office, at=make.AT)

    assert hidden.hidden_by == office.person_id


def test_twice_is_refused(shop):
    hidden = actions.hide(post=make.post(shop.space, shop.member), reason="与主题无关", by=shop.host, at=make.AT)

    with pytest.raises(Conflict):
        actions.hide(post=hidden, reason="与主题无关", by=shop.host, at=make.AT)
    restored = actions.restore(post=hidden, by=shop.host, at=make.AT)
    with pytest.raises(Conflict):
        actions.restore(post=restored, by=shop.host, at=make.AT)
