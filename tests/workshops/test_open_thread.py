"""Threads of all tools: who opens them, what goes along with the words, as what they count."""

from io import BytesIO

import pytest

from tests.drafts import factories as drafts
from tests.files import samples
from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.drafts.models import Draft
from yanxiu.files import queries as files
from yanxiu.files.models import StoredFile
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.people.models import Person
from yanxiu.records.models import Record
from yanxiu.workshops import actions, drafting, queries
from yanxiu.workshops.actions import Along, Sent
from yanxiu.workshops.models import Mention, Post, PostImage, PostKind, PostState, Tool


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path


def opened(shop, by=None, kind=PostKind.LOG, title="今天的课", source="等了三秒再提问", **more):
    return actions.open_thread(space=shop.space, kind=kind, title=title, source=source, by=by or shop.member, at=make.AT, **more)


def test_a_journal_is_published_and_counts(shop):
    post = opened(shop)

    assert (post.state, post.kind, post.by_host) == (PostState.PUBLISHED, PostKind.LOG, False)
    assert shop.count("workshop.logs", person_id=shop.member.person_id) == 1


def test_a_tool_that_is_off_and_a_stranger_are_refused(shop):
    stranger = programmes.learner(shop.newcomer())
    with pytest.raises(NotPermitted):
        opened(shop, by=stranger)
    with pytest.raises(NotPermitted):
        opened(shop, hosts_only=True)
    shop.space.tools = [Tool.DISCUSSION]
    shop.space.save(update_fields=["tools"])
    with pytest.raises(Conflict, match="没有开“日志”"):
        opened(shop)
    assert not Post.objects.exists()


def test_the_row_beside_is_laid_once_for_words_sent_twice(shop):
    laid: list[int] = []
    first = opened(shop, beside=lambda post: laid.append(post.pk))
    second = opened(shop, beside=lambda post: laid.append(post.pk))

    assert (first.pk, laid) == (second.pk, [first.pk])


def test_sending_clears_the_draft_of_its_place_only(shop):
    person = Person.objects.get(pk=shop.member.person_id)
    drafts.draft(person, key=drafting.thread_key(shop.space.pk, PostKind.LOG))
    other = drafts.draft(person, key=drafting.thread_key(shop.space.pk, PostKind.QUESTION))
    opened(shop)

    assert list(Draft.objects.all()) == [other]


def test_what_is_refused_leaves_the_draft(shop):
    person = Person.objects.get(pk=shop.member.person_id)
    drafts.draft(person, key=drafting.thread_key(shop.space.pk, PostKind.LOG))
    with pytest.raises(Invalid):
        opened(shop, source="  ")

    assert Draft.objects.count() == 1


def test_people_inside_are_named_by_their_names(shop):
    colleague = make.member(shop.space, shop.school, name="韩梅梅")
    longer = make.member(shop.space, shop.school, name="韩梅")
    outside = shop.newcomer(name="王外人")
    post = opened(shop, source="@韩梅梅老师怎么看？也请@王外人 和 a@韩梅.cn 看，@李雷 自己不算")

    assert list(Mention.objects.values_list("person", flat=True)) == [colleague.person_id]
    assert {longer.person_id, outside.pk}.isdisjoint(Mention.objects.values_list("person", flat=True))
    assert "<strong>@韩梅梅</strong>老师" in post.body
    assert "<strong>@王外人" not in post.body
    assert Post.objects.get().source.startswith("@韩梅梅老师")


def test_of_two_with_one_name_the_unit_tells(shop):
    here = make.member(shop.space, shop.school, name="王芳")
    school = programmes.org(parent=shop.county, name="青河二中")
    there = make.member(shop.space, school, name="王芳")
    opened(shop, source="请@王芳（青河二中）说说")
    assert list(Mention.objects.values_list("person", flat=True)) == [there.person_id]

    opened(shop, title="再问", source="请 @王芳 说说")
    assert set(Mention.objects.values_list("person", flat=True)) == {here.person_id, there.person_id}


def test_people_ticked_are_named_and_strangers_among_them_are_not(shop):
    outside = shop.newcomer(name="王外人")
    opened(shop, along=Along(people=[shop.host.person_id, outside.pk, shop.member.person_id]))

    assert list(Mention.objects.values_list("person", flat=True)) == [shop.host.person_id]


def test_pictures_are_drawn_anew_and_said(shop):
    sent = [
        Sent(content=BytesIO(samples.photo_with_place()), name="板书.jpg", alt="板书：三个问题"),
        Sent(content=BytesIO(samples.picture()), name="b.png"),
    ]
    post = opened(shop, along=Along(pictures=sent))
    shown = queries.pictures_of([post], person_id=shop.member.person_id, at=make.AT)[post.pk]

    assert shown[0].alt == "板书：三个问题"
    assert "第 2 张图" in shown[1].alt
    assert b"Exif" not in files.path(PostImage.objects.get(position=1).file).read_bytes()


@pytest.mark.parametrize(
    ("pictures", "why"),
    [
        ([Sent(content=BytesIO(b"MZ"), name="x.png")], "第 1 张图片"),
        ([Sent(content=BytesIO(b"<svg onload=alert(1)>"), name="x.svg")], "第 1 张图片"),
        ([Sent(content=BytesIO(b"x"), name="x.png")] * 5, "最多带 4 张"),
    ],
)
def test_what_is_no_picture_is_refused_with_everything(shop, pictures, why):
    with pytest.raises(Invalid, match=why) as refused:
        opened(shop, along=Along(pictures=pictures))

    assert refused.value.field == "pictures"
    assert not Post.objects.exists()
    assert not StoredFile.objects.exists()
    assert not Record.objects.filter(object_type="log").exists()


def test_a_reply_quotes_what_stands_in_its_thread_only(shop):
    thread = make.post(shop.space, shop.host)
    first = make.reply(thread, shop.member)
    quoting = actions.reply(thread=thread, source="这句要紧", by=shop.host, at=make.AT, along=Along(quoted=first))
    assert quoting.quoted_id == first.pk

    elsewhere = make.reply(make.post(shop.space, shop.host), shop.member)
    hidden = make.reply(thread, shop.member)
    actions.hide(post=hidden, reason="", by=shop.member, at=make.AT)
    hidden.refresh_from_db()
    for wrong in (elsewhere, hidden):
        with pytest.raises(Invalid, match="引用"):
            actions.reply(thread=thread, source="引用不了", by=shop.host, at=make.AT, along=Along(quoted=wrong))


def test_own_words_are_deleted_while_nobody_has_answered(shop):
    thread = make.post(shop.space, shop.member)
    answered = make.post(shop.space, shop.member)
    make.reply(answered, shop.host)
    actions.delete(post=thread, by=shop.member, at=make.AT)

    assert Post.objects.get(pk=thread.pk).state == PostState.DELETED
    assert shop.count("discussion", person_id=shop.member.person_id) == 1
    with pytest.raises(Conflict, match="已经有人在下面说话"):
        actions.delete(post=answered, by=shop.member, at=make.AT)
    with pytest.raises(NotPermitted):
        actions.delete(post=answered, by=shop.host, at=make.AT)
    with pytest.raises(Conflict, match="不删除"):
        actions.delete(post=make.post(shop.space, shop.host, kind=PostKind.BRIEFING), by=shop.host, at=make.AT)


def test_the_essence_mark_is_put_and_taken_by_hosts(shop):
    thread = make.post(shop.space, shop.member)
    with pytest.raises(NotPermitted):
        actions.make_essence(post=thread, by=shop.member, at=make.AT)
    actions.make_essence(post=thread, by=shop.host, at=make.AT)
    actions.make_essence(post=thread, by=shop.host, at=make.days(1))
    thread.refresh_from_db()
    assert (thread.essence_at, thread.essence_by) == (make.AT, shop.host.person_id)
    assert Record.objects.filter(verb="made", object_type="essence").count() == 1

    actions.unmake_essence(post=thread, by=shop.host, at=make.AT)
    thread.refresh_from_db()
    assert thread.essence_at is None
    with pytest.raises(Conflict, match="不给回帖"):
        actions.make_essence(post=make.reply(thread, shop.member), by=shop.host, at=make.AT)
