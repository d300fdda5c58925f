"""Announcements that ask to be confirmed: read and confirmed, those who have not reminded, the list taken along."""

import pytest
from django.urls import reverse

from tests.workshops import factories as make
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.records.models import Record
from yanxiu.workshops import actions, queries
from yanxiu.workshops.models import PostKind, Read


def announced(shop, *, asks=True):
    draft = actions.save_draft(
        space=shop.space, kind=PostKind.ANNOUNCEMENT, title="周五集中", source="请带电脑", asks_confirmation=asks, by=shop.host, at=make.AT
    )
    return actions.publish(post=draft, by=shop.host, at=make.AT)


def test_a_member_confirms_once_and_the_receipt_counts_it(shop):
    post = announced(shop)
    assert actions.mark_read(post=post, by=shop.member, at=make.days(1)) is True
    assert actions.mark_read(post=post, by=shop.member, at=make.days(2)) is False

    assert Read.objects.get().confirmed_at == make.days(1)
    assert queries.receipt(post, shop.member.person_id) == queries.Receipt(read=1, unread=0, is_own=True)


def test_who_had_read_before_still_has_to_confirm(shop):
    post = announced(shop)
    Read.objects.create(post=post, person_id=shop.member.person_id, read_at=make.AT)
    assert queries.receipt(post, shop.member.person_id).is_own is False

    assert actions.mark_read(post=post, by=shop.member, at=make.days(1)) is True
    assert Record.objects.filter(verb="confirmed", object_type="post").count() == 1


def test_one_click_reminds_those_who_have_not_once_a_day(shop):
    post = announced(shop)
    slow = make.member(shop.space, shop.school, name="韩梅梅")
    actions.mark_read(post=post, by=shop.member, at=make.AT)
    assert actions.remind_readers(post=post, by=shop.host, at=make.AT) == 1

    assert Record.objects.get(verb="reminded", object_type="post").data["people"] == [slow.person_id]
    with pytest.raises(Conflict, match="24 小时"):
        actions.remind_readers(post=post, by=shop.host, at=make.AT)
    post.refresh_from_db()
    assert actions.remind_readers(post=post, by=shop.host, at=make.days(1)) == 1


def test_reminding_is_refused(shop):
    post = announced(shop, asks=False)
    with pytest.raises(NotPermitted):
        actions.remind_readers(post=post, by=shop.member, at=make.AT)
    with pytest.raises(Invalid):
        actions.remind_readers(post=make.post(shop.space, shop.member), by=shop.host, at=make.AT)
    actions.mark_read(post=post, by=shop.member, at=make.AT)
    with pytest.raises(Conflict, match="都读过了"):
        actions.remind_readers(post=post, by=shop.host, at=make.AT)
    post.refresh_from_db()
    assert post.reminded_at is None


def test_names_cost_no_query_each_in_the_export(shop, django_assert_max_num_queries):
    post = announced(shop)
    for _ in range(3):
        make.member(shop.space, shop.school)
    with django_assert_max_num_queries(2):
        assert len([row.person.unit.name for row in queries.readers(post, have_read=False)]) == 4
    assert reverse("workshops:export_readers", args=[post.pk])
