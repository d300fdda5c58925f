"""Who is named, quoted or helped hears of it; an announcement reaches all members, a reminder the slow ones, an old draft its owner."""

import pytest

from tests.drafts import factories as drafts
from tests.workshops import factories as make
from tests.workshops import places_factories as places
from tests.workshops.conftest import build
from yanxiu.drafts import actions as drafting
from yanxiu.kit.actor import SYSTEM
from yanxiu.notices import reactions, spaces
from yanxiu.notices.models import Delivery
from yanxiu.people.models import Person
from yanxiu.records.models import Record
from yanxiu.workshops import actions, queries
from yanxiu.workshops.actions import Along
from yanxiu.workshops.models import Membership, Post, PostKind, Space


@pytest.fixture
def shop(db):
    return build()


def tell(reaction, verb, object_type, *, times=2):
    for record in Record.objects.filter(verb=verb, object_type=object_type).order_by("id"):
        for _ in range(times):
            reaction(record)


def copies(person_id):
    found = Delivery.objects.filter(person=person_id).order_by("notice_id")
    return list(found.values_list("notice__title", "words", "on_day", "delivered_at", "read_at"))


def told(person_id):
    return list(Delivery.objects.filter(person=person_id).order_by("pk").values_list("notice__title", flat=True))


def test_the_named_and_the_quoted_are_told_once(shop):
    colleague = make.member(shop.space, shop.school, name="韩梅梅")
    thread = make.post(shop.space, shop.host, title="小组合作")
    first = make.reply(thread, colleague)
    actions.reply(thread=thread, source="@韩梅梅 说得好", by=shop.member, at=make.AT, along=Along(quoted=first))
    tell(reactions.tell_the_named, "replied", "discussion")

    assert told(colleague.person_id) == ["有人在“小组合作”里提到您", "有人在“小组合作”里引用了您的话"]
    assert told(shop.member.person_id) == []


def test_words_that_are_hidden_meanwhile_tell_nobody(shop):
    colleague = make.member(shop.space, shop.school, name="韩梅梅")
    post = make.post(shop.space, shop.member, source="@韩梅梅 来看")
    actions.hide(post=post, reason="", by=shop.member, at=make.AT)
    tell(reactions.tell_the_named, "opened", "discussion")

    assert told(colleague.person_id) == []


def test_whose_answer_was_accepted_and_whose_thread_is_essence_are_told(shop):
    question = make.post(shop.space, shop.host, kind=PostKind.QUESTION, title="怎么等")
    actions.accept_answer(answer=make.answer(question, shop.member), by=shop.host, at=make.AT)
    actions.make_essence(post=make.post(shop.space, shop.member, title="好例子"), by=shop.host, at=make.AT)
    tell(reactions.tell_whose_words_helped, "accepted", "answer")
    tell(reactions.tell_whose_words_helped, "made", "essence")

    assert told(shop.member.person_id) == ["您的回答被采纳了", "您的“好例子”被设为精华"]


@pytest.mark.parametrize(("kinds", "visibility", "is_seen"), [
    (None, "public", False), (["resource"], "public", False), (["essence"], "public", True), (["essence"], "hidden", False),
])  # fmt: skip
def test_linked_spaces_are_named_only_where_they_show_the_thread(shop, kinds, visibility, is_seen):
    other = make.space(shop.county, programme=shop.programme, topic="作业设计", title="作业设计专题工作坊")
    if kinds is not None:
        places.space_link(other, shop.space, kinds=kinds)
    Space.objects.filter(pk=shop.space.pk).update(visibility=visibility)
    post = make.post(shop.space, shop.member, title="好例子")
    actions.make_essence(post=post, by=shop.host, at=make.AT)
    tell(reactions.tell_whose_words_helped, "made", "essence")

    said = Delivery.objects.get(person=shop.member.person_id).words
    assert said == ("列表里可以单独看到，联通的坊也看得到" if is_seen else "列表里可以单独看到")
    assert (post.pk in [one.pk for one in queries.page_of(other).essence]) == is_seen


def test_an_announcement_reaches_all_and_a_reminder_the_slow(shop):
    slow = make.member(shop.space, shop.school)
    post = make.post(shop.space, shop.host, kind=PostKind.ANNOUNCEMENT, title="周五集中")
    tell(reactions.tell_who_should_read, "published", "announcement")
    actions.mark_read(post=post, by=shop.member, at=make.AT)
    actions.remind_readers(post=post, by=shop.host, at=make.AT)
    tell(reactions.tell_who_should_read, "reminded", "post")

    assert told(shop.member.person_id) == ["公告：周五集中"]
    assert told(slow.person_id) == ["公告：周五集中", "请看“周五集中”"]


def test_the_owner_of_an_old_draft_is_told_a_week_before(shop):
    drafts.draft(Person.objects.get(pk=shop.member.person_id), place="个人空间，写日志", at=make.AT)
    drafting.sweep(by=SYSTEM, at=make.days(174))
    tell(reactions.tell_whose_draft_goes, "ages", "draft")

    assert told(shop.member.person_id) == ["草稿一周后清掉：个人空间，写日志"]


def test_whoever_has_left_hears_no_more_of_what_is_said_inside(shop):
    gone = make.member(shop.space, shop.school, name="韩梅梅")
    thread = make.post(shop.space, gone, title="小组合作")
    first = make.reply(thread, gone)
    actions.reply(thread=thread, source="@韩梅梅 说得好", by=shop.member, at=make.AT, along=Along(quoted=first))
    Membership.objects.filter(person=gone.person_id).update(state="left", left_at=make.AT)
    tell(reactions.tell_the_named, "replied", "discussion")
    tell(reactions.tell_the_author, "replied", "discussion")

    assert told(gone.person_id) == []


@pytest.mark.parametrize("whole_thread", [True, False])
def test_words_out_of_sight_leave_the_inboxes(shop, whole_thread):
    colleague = make.member(shop.space, shop.school, name="韩梅梅")
    thread = make.post(shop.space, colleague, title="小组合作")
    said = actions.reply(
        thread=thread, source="@韩梅梅 这句不该说", by=shop.member, at=make.AT, along=Along(quoted=make.reply(thread, colleague))
    )
    tell(reactions.tell_the_named, "replied", "discussion")
    tell(reactions.tell_the_author, "replied", "discussion")
    assert len(told(colleague.person_id)) == 2  # named, answered; what was quoted stood in her own thread
    Delivery.objects.filter(person=colleague.person_id, notice__key__startswith="reply").update(read_at=make.AT)

    before = copies(colleague.person_id)
    hidden = thread if whole_thread else said
    actions.hide(post=hidden, reason="与主题无关", by=shop.host, at=make.AT)
    tell(reactions.give_words_back, "hid", "post")
    assert copies(colleague.person_id) == before  # nothing comes back that was not taken
    tell(spaces.take_words_back, "hid", "post")
    assert told(colleague.person_id) == []

    actions.restore(post=Post.objects.get(pk=hidden.pk), by=shop.host, at=make.days(1))
    tell(reactions.give_words_back, "restored", "post")
    tell(spaces.take_words_back, "hid", "post")  # heard late: the post is in sight
    assert copies(colleague.person_id) == before


def test_words_do_not_come_back_to_who_has_left(shop):
    colleague = make.member(shop.space, shop.school, name="韩梅梅")
    said = actions.reply(thread=make.post(shop.space, colleague), source="这句不该说", by=shop.member, at=make.AT)
    tell(reactions.tell_the_author, "replied", "discussion")
    actions.hide(post=said, reason="与主题无关", by=shop.host, at=make.AT)
    tell(spaces.take_words_back, "hid", "post")
    Membership.objects.filter(person=colleague.person_id).update(state="left", left_at=make.AT)
    actions.restore(post=Post.objects.get(pk=said.pk), by=shop.host, at=make.days(1))
    tell(reactions.give_words_back, "restored", "post")

    assert told(colleague.person_id) == []
