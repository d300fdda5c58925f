"""Correcting one's own post: the words before stay, a change of substance counts anew, nobody rewrites another."""

from datetime import timedelta

import pytest

from tests.workshops import factories as make
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record
from yanxiu.workshops import actions
from yanxiu.workshops.events import PostEvent
from yanxiu.workshops.models import PostKind, PostVersion

LATER = make.AT + timedelta(days=2)


def corrections():
    return Record.objects.filter(verb=PostEvent.CORRECTED.verb, object_type="post").count()


@pytest.fixture
def talk(shop):
    me = make.member(shop.space, shop.school, name="李雷")
    return me, make.post(shop.space, me, title="等待的时间", source="教师等了三秒")


def test_the_words_change_and_those_before_are_kept(talk):
    me, post = talk
    before = post.source

    done = actions.correct(post=post, title="等待的时间", source="教师等了七秒，学生才举手", by=me, at=LATER)

    assert (done.source, done.corrected_at) == ("教师等了七秒，学生才举手", LATER)
    version = PostVersion.objects.get(post=post)
    assert (version.source, version.number, version.is_substantial) == (before, 1, True)
    assert corrections() == 1


def test_a_change_of_substance_is_counted_anew_from_its_own_moment(talk):
    me, post = talk
    first = post.record_id

    done = actions.correct(post=post, title=post.title, source="换成了另一件事", by=me, at=LATER)

    assert done.record_id != first
    assert Record.objects.get(pk=done.record_id).at == LATER
    assert Record.objects.filter(voids=first).count() == 1


def test_punctuation_and_blanks_leave_the_count_alone(talk):
    me, post = talk
    first = post.record_id

    done = actions.correct(post=post, title=post.title, source=f"  {post.source}。", by=me, at=LATER)

    assert done.record_id == first
    assert PostVersion.objects.get(post=post).is_substantial is False


def test_an_answer_loses_its_acceptance_when_it_says_something_else(shop):
    asker, helper = make.member(shop.space, shop.school), make.member(shop.space, shop.school)
    question = make.post(shop.space, asker, kind=PostKind.QUESTION)
    answer = make.answer(question, helper)
    actions.accept_answer(answer=answer, by=asker, at=make.AT)

    done = actions.correct(post=answer, source="其实要先听学生说", by=helper, at=LATER)

    assert done.accepted_at is None
    assert Record.objects.get(pk=done.record_id).verb == PostEvent.ANSWERED.verb


def test_only_the_author_corrects(shop, talk):
    _, post = talk
    for actor in (make.host(shop.space), make.member(shop.space, shop.school)):
        with pytest.raises(NotPermitted, match="自己更正"):
            actions.correct(post=post, title="别的", source="别人写的话", by=actor, at=LATER)
    with pytest.raises(NotFound):
        actions.correct(
            post=post, title="别的", source="别人写的话", by=make.programmes.learner(make.programmes.teacher(shop.school)), at=LATER
        )
    assert corrections() == 0


def test_what_is_hidden_or_a_draft_is_not_corrected(shop, talk):
    me, post = talk
    hidden = actions.hide(post=post, reason="", by=me, at=make.AT)
    host = make.host(shop.space)
    for one, actor in ((hidden, me), (make.draft(shop.space, host), host)):
        with pytest.raises(Conflict, match="没有公开"):
            actions.correct(post=one, title="改一改", source="改过的话", by=actor, at=LATER)


@pytest.mark.parametrize(
    ("title", "source", "field"), [("", "好的话", "title"), ("好的题目", " ", "source"), ("好的题目", "字" * 20_001, "source")]
)
def test_what_cannot_be_read_is_refused_at_its_field(talk, title, source, field):
    me, post = talk
    with pytest.raises(Invalid) as refused:
        actions.correct(post=post, title=title, source=source, by=me, at=LATER)
    assert refused.value.field == field
    assert not PostVersion.objects.exists()


def test_the_same_words_again_change_nothing(talk):
    me, post = talk
    actions.correct(post=post, title=post.title, source=post.source, by=me, at=LATER)

    assert corrections() == 0
    assert not PostVersion.objects.exists()


def test_the_author_withdrawing_takes_the_count_back(talk):
    me, post = talk
    counted = post.record_id
    actions.correct(post=post, title=post.title, source="换成了另一件事", by=me, at=LATER)

    gone = actions.hide(post=post, reason="", by=me, at=LATER)

    assert gone.record_id is None
    assert Record.objects.filter(voids__isnull=False).count() == 2
    assert counted is not None


def test_the_page_corrects_and_shows_what_stood_before(cast):
    space = make.space(cast.county, programme=make.programme(cast.county))
    make.membership(space, cast.person("李雷"))
    make.membership(space, cast.person("韩梅梅"))
    post = make.post(space, make.programmes.learner(cast.person("李雷")), title="等待的时间")
    mine, hers = cast.client_of("李雷"), cast.client_of("韩梅梅", hat="learner")

    assert mine.get(f"/workshops/posts/{post.pk}/correct/").status_code == 200
    assert hers.get(f"/workshops/posts/{post.pk}/correct/").status_code == 403
    assert mine.post(f"/workshops/posts/{post.pk}/correct/", {"title": "", "source": "改"}).status_code == 422
    sent = mine.post(f"/workshops/posts/{post.pk}/correct/", {"title": "等了七秒", "source": "改过的话"})

    assert sent.headers["Location"] == f"/workshops/posts/{post.pk}/"
    thread, before = (hers.get(f"/workshops/posts/{post.pk}/{page}").content.decode() for page in ("", "versions/"))
    assert "已更正" in thread
    assert "改过的话" in thread
    assert post.source in before
    assert "内容有改动，已重新计数" in before
