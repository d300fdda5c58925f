"""Posts among the texts that are compared: the notice before, the index behind, what does not count, what hosts see and decide."""

from datetime import timedelta

import pytest

from tests.integrity.texts import ESSAY, OTHER
from tests.programmes import factories as programmes
from tests.workshops import factories as make
from tests.workshops.factories import AT
from yanxiu.integrity import actions as integrity
from yanxiu.integrity import permissions as reading
from yanxiu.integrity.models import IndexedText, Likeness, Signal
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, NotPermitted
from yanxiu.records import hearing
from yanxiu.records.models import Record
from yanxiu.workshops import actions, likeness, queries, reactions, tasks
from yanxiu.workshops.models import Post, PostState

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


@pytest.fixture
def other(shop):
    return make.member(shop.space, shop.school, name="周敏")


@pytest.fixture
def thread(shop):
    return actions.open_discussion(
        space=shop.space, title="怎样让学生先估计", source="大家班里是怎样做的，请说一个例子", by=shop.host, at=AT
    )


def said(thread, by, words=ESSAY, *, at=AT):
    one = actions.reply(thread=thread, source=words, by=by, at=at)
    compare(one)
    one.refresh_from_db()
    return one


def compare(post):
    return actions.compare_post(post=post, by=SYSTEM, at=LATER)


def test_the_first_counts_and_the_copy_does_not_until_a_host_lets_it(shop, thread, other):
    first, copy = said(thread, shop.member), said(thread, other, at=LATER)

    assert (first.why_not, bool(first.record_id)) == ("", True)
    assert (copy.why_not, copy.record_id) == ("与已有的发言几乎一样", None)
    assert shop.count("discussion", person_id=other.person_id) == 0
    assert Record.objects.filter(verb="uncounted", object_type="post", object_id=str(copy.pk)).count() == 1

    actions.let_count(post=copy, by=shop.host, at=LATER)
    assert shop.count("discussion", person_id=other.person_id) == 1
    assert compare(copy).why_not == ""  # a later comparison leaves the host's word alone
    with pytest.raises(Conflict):
        actions.let_count(post=copy, by=shop.host, at=LATER)


def test_comparing_again_changes_nothing(shop, thread, other):
    first, copy = said(thread, shop.member), said(thread, other, at=LATER)
    before = Record.objects.count()

    for post in (first, copy, first):
        compare(post)

    assert Record.objects.count() == before
    assert (Post.objects.get(pk=first.pk).why_not, Post.objects.get(pk=copy.pk).why_not) == ("", "与已有的发言几乎一样")
    assert IndexedText.objects.filter(object_type=likeness.POST).count() == 2


def test_own_words_beside_another_text_are_noticed_and_count(shop, thread, other):
    said(thread, shop.member)
    one = said(thread, other, ESSAY[:120] + OTHER, at=LATER)

    assert (one.why_not, bool(one.record_id)) == ("", True)


def test_the_words_of_the_thread_and_short_thanks_are_nobodys(shop, other):
    thread = actions.open_discussion(space=shop.space, title="比例尺", source=ESSAY, by=shop.host, at=AT)
    quoting = said(thread, shop.member, ESSAY[:150] + OTHER)
    thanks = [said(thread, by, "谢谢分享，收获很大", at=LATER) for by in (shop.member, other)]

    assert not Likeness.objects.exists()
    assert [one.why_not for one in (quoting, *thanks)] == ["", "", ""]


def test_public_texts_are_left_out(shop, thread, other):
    integrity.add_public_text(
        org=shop.county, kind="policy", title="课程标准摘录", body=ESSAY, by=programmes.holder("county_admin", shop.county), at=AT
    )

    said(thread, shop.member)
    assert said(thread, other, at=LATER).why_not == ""
    assert not Signal.objects.exists()


def test_hiding_takes_a_post_out_and_correcting_judges_it_anew(shop, thread, other):
    first, copy = said(thread, shop.member), said(thread, other, at=LATER)

    actions.correct(post=copy, source=OTHER, by=other, at=LATER)
    assert compare(copy).why_not == ""
    assert shop.count("discussion", person_id=other.person_id) == 1
    actions.hide(post=first, reason="与主题无关", by=shop.host, at=LATER)
    compare(first)
    assert set(IndexedText.objects.filter(object_type=likeness.POST).values_list("object_id", flat=True)) == {copy.pk}


def test_a_hidden_copy_comes_back_without_counting(shop, thread, other):
    said(thread, shop.member)
    copy = said(thread, other, at=LATER)
    actions.hide(post=copy, reason="先放一放", by=shop.host, at=LATER)
    actions.restore(post=copy, by=shop.host, at=LATER)

    assert shop.count("discussion", person_id=other.person_id) == 0
    assert Post.objects.get(pk=copy.pk).state == PostState.PUBLISHED


def test_what_is_written_is_compared_in_the_background(shop, thread, other):
    actions.reply(thread=thread, source=ESSAY, by=shop.member, at=AT)
    copy = actions.reply(thread=thread, source=ESSAY, by=other, at=LATER)
    heard = Record.objects.filter(verb="replied", object_type="discussion").order_by("pk")

    for _round in range(2):  # delivered at least once
        for told in heard:
            reactions.compare_posts(told)

    assert Post.objects.get(pk=copy.pk).why_not
    assert IndexedText.objects.filter(object_type=likeness.POST).count() == 2
    assert "workshops.compare_posts" in hearing.registry()


def test_posts_from_before_are_laid_into_the_index_once(shop, thread, other, django_assert_max_num_queries):
    for by in (shop.member, other):
        actions.reply(thread=thread, source=ESSAY, by=by, at=AT)
    actions.publish(post=make.draft(shop.space, shop.host, source=OTHER), by=shop.host, at=AT)  # a briefing hands on what others wrote

    with django_assert_max_num_queries(12):
        tasks.index_left_posts(timestamp=0)
    assert IndexedText.objects.filter(object_type=likeness.POST).count() == 3
    assert queries.left_posts() == []
    assert not Signal.objects.exists()


def test_only_the_system_compares_and_only_who_keeps_order_lets_count(shop, thread, other):
    said(thread, shop.member)
    copy = said(thread, other, at=LATER)

    with pytest.raises(NotPermitted):
        actions.compare_post(post=copy, by=shop.host, at=LATER)
    with pytest.raises(NotPermitted):
        actions.index_left_posts(posts=[copy], by=shop.host, at=LATER)
    with pytest.raises(NotPermitted):
        actions.let_count(post=copy, by=other, at=LATER)


def test_the_host_reaches_both_texts_and_a_stranger_neither(shop, thread, other):
    said(thread, shop.member)
    said(thread, other, at=LATER)
    like = Likeness.objects.get()

    seen = set(reading.visible_texts(shop.host).values_list("pk", flat=True))
    assert {like.text_id, like.other_id} <= seen
    stranger = make.host(make.space(shop.other_county, programme=shop.programme))
    assert not reading.visible_texts(stranger).filter(pk=like.text_id).exists()
