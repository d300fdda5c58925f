"""Discussion and questions (W-34): what counts, and what is only shown."""

import pytest

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.records.queries import differences
from yanxiu.workshops import actions
from yanxiu.workshops.models import Post, PostKind


@pytest.fixture
def question(shop):
    return make.post(shop.space, shop.member, kind=PostKind.QUESTION)


def answered(shop, who=None):
    return shop.count("qa.answered", person_id=(who or shop.host).person_id)


def test_asking_and_answering_count_for_their_authors(shop, question):
    make.answer(question, shop.host)

    assert shop.count("qa.asked", person_id=shop.member.person_id) == 1
    assert answered(shop) == 1


def test_a_second_answer_to_the_same_question_is_shown_and_does_not_count(shop, question):
    make.answer(question, shop.host)
    make.answer(question, shop.host)
    make.answer(question, make.host(shop.space))

    assert answered(shop) == 1
    assert shop.count("qa.answered") == 2
    assert Post.objects.filter(parent=question).count() == 3


def test_answering_oneself_does_not_count(shop):
    own = make.post(shop.space, shop.host, kind=PostKind.QUESTION)

    make.answer(own, shop.host)

    assert answered(shop) == 0


def test_when_the_counted_answer_is_hidden_the_next_one_counts(shop, question):
    first = make.answer(question, shop.host)
    make.answer(question, shop.host)

    actions.hide(post=first, reason="", by=shop.host, at=make.days(1))
    assert answered(shop) == 1
    actions.restore(post=first, by=shop.host, at=make.days(2))
    assert answered(shop) == 1
    assert differences() == []


def test_the_same_words_sent_twice_are_one_post(shop, question):
    one = make.answer(question, shop.host, source="先等三秒")

    assert make.answer(question, shop.host, source="先等三秒") == one
    assert (
        make.post(shop.space, shop.member, title="一样的题", source="x").pk
        != make.post(shop.space, shop.member, title="一样的题", source="y").pk
    )
    assert make.answer(question, shop.host, source="先等三秒", at=make.days(1)) != one


def test_the_asker_accepts_one_answer_and_may_change_her_mind(shop, question):
    first, second = make.answer(question, shop.host), make.answer(question, make.host(shop.space))

    actions.accept_answer(answer=first, by=shop.member, at=make.AT)
    actions.accept_answer(answer=second, by=shop.member, at=make.AT)

    assert list(Post.objects.filter(parent=question, accepted_at__isnull=False)) == [second]


def test_who_may_not_accept(shop, question):
    given = make.answer(question, shop.host)

    with pytest.raises(NotPermitted):
        actions.accept_answer(answer=given, by=make.member(shop.space, shop.school), at=make.AT)
    with pytest.raises(Conflict):
        actions.accept_answer(answer=question, by=shop.member, at=make.AT)


def test_a_hidden_answer_loses_its_mark(shop, question):
    given = make.answer(question, shop.host)
    actions.accept_answer(answer=given, by=shop.member, at=make.AT)

    hidden = actions.hide(post=given, reason="", by=shop.host, at=make.AT)

    assert hidden.accepted_at is None
    with pytest.raises(Conflict, match="已经撤下"):
        actions.accept_answer(answer=hidden, by=shop.host, at=make.AT)


def test_replies_count_by_what_they_hang_on(shop):
    make.reply(make.post(shop.space, shop.member), shop.host)
    make.reply(make.post(shop.space, shop.host, kind=PostKind.BRIEFING), shop.member)

    assert shop.count("discussion", person_id=shop.member.person_id) == 1
    assert shop.count("discussion", person_id=shop.host.person_id) == 1
    assert shop.count("briefing.posts", person_id=shop.member.person_id) == 1


def test_a_question_takes_answers_and_a_discussion_replies(shop, question):
    with pytest.raises(Invalid):
        make.reply(question, shop.host)
    with pytest.raises(Invalid):
        make.answer(make.post(shop.space, shop.member), shop.host)


def test_offices_look_and_do_not_speak(shop, question):
    with pytest.raises(NotPermitted):
        make.reply(make.post(shop.space, shop.member), shop.office)
    with pytest.raises(NotPermitted):
        make.post(shop.space, shop.office)


def test_outside_nothing_is_there(shop, question):
    for who in (programmes.learner(shop.newcomer()), programmes.holder("county_admin", shop.other_county)):
        with pytest.raises(NotFound):
            make.answer(question, who)


def test_a_hidden_thread_takes_nothing(shop, question):
    actions.hide(post=question, reason="重复提问", by=shop.host, at=make.AT)

    with pytest.raises(Conflict):
        make.answer(Post.objects.select_related("space__org").get(pk=question.pk), shop.host)
