"""Ballots (S-23): asking, answering, changing until it closes; what is anonymous stays so (S-23, 001 P2-TH-5)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, models

from tests.programmes.factories import learner
from tests.workshops import factories as make
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.records.models import Record
from yanxiu.workshops import actions, queries
from yanxiu.workshops.actions import BallotFacts
from yanxiu.workshops.asking import Asked
from yanxiu.workshops.models import Ballot, BallotQuestion, BallotReply, BallotTurnout

CLOSES = make.AT + timedelta(days=3)
QUESTIONS = (
    Asked(title="最想研修哪个专题", options=["课堂提问", "作业设计", "班级管理"]),
    Asked(title="愿意用哪些时间", kind="many", options=["工作日晚上", "周末", "假期"], least=1, most=2),
    Asked(title="对上一期的评价", kind="scale"),
    Asked(title="还有什么建议", kind="text", is_required=False),
)


def facts(**given):
    return BallotFacts(**({"kind": "needs", "closes_at": CLOSES, "questions": QUESTIONS} | given))


def opened(shop, **given):
    return actions.open_ballot(space=shop.space, title="下学期研修需求", source="", facts=facts(**given), by=shop.host, at=make.AT)


def ids(one):
    return list(BallotQuestion.objects.filter(ballot=one).order_by("position").values_list("pk", flat=True))


def answers(one, *, choice=0, times=(0, 1), scale=5, words=""):
    first, second, third, fourth = ids(one)
    return {first: [choice], second: list(times), third: [scale], fourth: words}


def answer(one, who, *, at=make.AT, **given):
    actions.answer_ballot(ballot=one, answers=answers(one, **given), by=who, at=at)


def members(shop, number):
    return [make.member(shop.space, shop.school, name=f"王{n}") for n in range(number)]


def test_a_host_asks_and_members_answer(shop):
    one = opened(shop)

    answer(one, shop.member, words="多给案例")

    reply = BallotReply.objects.get(ballot=one)
    assert reply.person_id == shop.member.person_id
    assert reply.answers == {str(key): value for key, value in zip(ids(one), ([0], [0, 1], [5], "多给案例"), strict=True)}
    assert Record.objects.filter(verb="answered", object_type="ballot", actor_id=shop.member.person_id, kind="needs").exists()
    assert Record.objects.get(verb="opened", object_type="ballot").kind == "needs"


def test_an_answer_may_be_changed_until_it_closes(shop):
    one = opened(shop)
    answer(one, shop.member)
    answer(one, shop.member, choice=2)

    assert BallotReply.objects.get(ballot=one).answers[str(ids(one)[0])] == [2]
    assert Record.objects.filter(verb="answered", object_type="ballot").count() == 1
    with pytest.raises(Conflict, match="已经截止"):
        answer(one, shop.member, at=CLOSES)
    actions.close_ballot(ballot=one, by=shop.host, at=make.AT)
    with pytest.raises(Conflict, match="已经截止"):
        answer(one, shop.member)
    actions.reopen_ballot(ballot=one, by=shop.host, at=make.AT)
    answer(one, shop.member)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"choice": 7}, "没有这一项"),
        ({"times": ()}, "还没有选"),
        ({"times": (0, 1, 2)}, "请选 1—2 项"),
        ({"scale": 6}, "没有这一项"),
        ({"words": "字" * 2001}, "最多写 2000 个字"),
    ],
)
def test_what_cannot_be_counted_is_refused_at_its_question(shop, given, said):
    one = opened(shop)
    with pytest.raises(Invalid, match=said) as refused:
        answer(one, shop.member, **given)
    assert refused.value.field in {f"q{key}" for key in ids(one)}
    assert not BallotTurnout.objects.exists()
    assert not BallotReply.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"closes_at": make.AT - timedelta(days=1)}, "closes_at"),
        ({"closes_at": make.AT + timedelta(days=900)}, "closes_at"),
        ({"kind": "quiz"}, "kind"),
        ({"results": "never"}, "results"),
        ({"questions": ()}, "questions"),
        ({"questions": (Asked(title="选哪个", options=["只有一个"]),)}, "question1"),
        ({"questions": (Asked(title="选哪个", options=["甲", "甲"]),)}, "question1"),
        ({"questions": (QUESTIONS[0], replace(QUESTIONS[1], most=9))}, "question2"),
        ({"questions": (replace(QUESTIONS[0], title=""),)}, "question1"),
        ({"questions": (replace(QUESTIONS[0], options=["长" * 121, "短"]),)}, "question1"),
    ],
)
def test_a_ballot_that_cannot_be_is_refused_at_its_field(shop, given, field):
    with pytest.raises(Invalid) as refused:
        opened(shop, **given)
    assert refused.value.field == field
    assert not Ballot.objects.exists()


def test_only_hosts_ask_and_only_members_answer(shop):
    with pytest.raises(NotPermitted):
        actions.open_ballot(space=shop.space, title="去哪里", source="", facts=facts(), by=shop.member, at=make.AT)
    one = opened(shop)
    with pytest.raises(NotPermitted):
        answer(one, learner(shop.newcomer()))
    with pytest.raises(NotPermitted):
        actions.close_ballot(ballot=one, by=shop.member, at=make.AT)


def test_after_the_first_answer_only_the_time_changes(shop):
    one = opened(shop)
    changed = actions.change_ballot(ballot=one, facts=facts(questions=QUESTIONS[:1], is_anonymous=True), by=shop.host, at=make.AT)
    assert changed.is_anonymous
    assert len(ids(one)) == 1
    actions.change_ballot(ballot=one, facts=facts(), by=shop.host, at=make.AT)
    answer(one, shop.member)

    later = CLOSES + timedelta(days=1)
    actions.change_ballot(ballot=one, facts=facts(closes_at=later, questions=(), is_anonymous=True), by=shop.host, at=make.AT)

    one.refresh_from_db()
    assert (one.closes_at, one.is_anonymous, len(ids(one))) == (later, False, 4)


def test_an_anonymous_answer_leads_to_nobody(shop):
    one = opened(shop, is_anonymous=True)
    people = members(shop, 6)
    for number, who in enumerate(people):
        answer(one, who, choice=number % 3, words=f"建议 {number}")

    replies = list(BallotReply.objects.filter(ballot=one))
    assert {reply.person_id for reply in replies} == {reply.replied_at for reply in replies} == {None}
    assert {field.name for field in BallotTurnout._meta.get_fields()} == {"id", "ballot", "person", "unit_path"}
    assert not any(isinstance(field, models.DateTimeField) for field in BallotTurnout._meta.get_fields())
    with connection.cursor() as cursor:  # neither the transaction nor the place in the table tells
        cursor.execute(
            "SELECT count(DISTINCT xmin::text), count(*), array_agg(answers ->> %s ORDER BY ctid) FROM workshops_ballotreply",
            [str(ids(one)[3])],
        )
        transactions, count, _in_place = cursor.fetchone()
    assert (transactions, count) == (1, 6)
    told = Record.objects.filter(object_type__in=["ballot", "ballot_answer"], verb__in=["answered", "changed"])
    assert all("建议" not in str(row.data) for row in told)
    with pytest.raises(Conflict, match="找不到是谁的"):
        answer(one, people[0])
    assert BallotReply.objects.count() == 6


def test_the_keys_of_anonymous_answers_change_with_each_that_comes(shop):
    one = opened(shop, is_anonymous=True)
    first, second = members(shop, 2)
    answer(one, first)
    before = set(BallotReply.objects.values_list("key", flat=True))
    answer(one, second)
    assert not before & set(BallotReply.objects.values_list("key", flat=True))


def test_statistics_equal_a_count_by_hand(shop):
    one = opened(shop)
    for number, who in enumerate(members(shop, 5)):
        answer(one, who, choice=number % 2, times=(0,) if number else (1, 2), scale=number + 1, words="好" if number == 3 else "")

    found = queries.ballot_results(one, at=make.AT)

    assert found.replies == 5
    assert [[row.count for row in question.rows] for question in found.questions] == [[3, 2, 0], [4, 1, 1], [1, 1, 1, 1, 1], []]
    assert found.questions[2].mean == 3
    assert [question.answered for question in found.questions] == [5, 5, 5, 1]
    assert list(queries.written_answers(one, found.questions[3].question, number=1).rows) == ["好"]


def test_few_anonymous_answers_are_not_shown(shop):
    one = opened(shop, is_anonymous=True)
    for who in members(shop, 4):
        answer(one, who)
    assert not queries.ballot_results(one, at=CLOSES).is_shown
    answer(one, shop.member)
    assert queries.ballot_results(one, at=CLOSES).is_shown


def test_what_an_anonymous_answer_was_is_not_read_off_a_difference(shop):
    """Figures before and after somebody answers, and the list of those who have not, would tell what she answered."""
    one = opened(shop, is_anonymous=True)
    for who in members(shop, 6):
        answer(one, who)
    assert not queries.ballot_results(one, at=CLOSES - timedelta(seconds=1)).is_shown

    actions.close_ballot(ballot=one, by=shop.host, at=make.AT)
    one.refresh_from_db()
    assert queries.ballot_results(one, at=make.AT).is_shown
    with pytest.raises(Conflict, match="前后一比"):
        actions.reopen_ballot(ballot=one, by=shop.host, at=make.AT)
    assert Ballot.objects.get().closed_at is not None


def test_an_anonymous_ballot_that_ran_out_is_not_prolonged(shop):
    one = opened(shop, is_anonymous=True)
    answer(one, shop.member)
    with pytest.raises(Conflict, match="前后一比"):
        actions.change_ballot(ballot=one, facts=facts(closes_at=CLOSES + timedelta(days=9)), by=shop.host, at=CLOSES)
    assert Ballot.objects.get().closes_at == CLOSES


def test_reminding_goes_to_those_who_have_not_answered_once_a_day(shop):
    one = opened(shop)
    answer(one, members(shop, 1)[0])

    assert actions.remind_ballot(ballot=one, by=shop.host, at=make.AT) == 1
    assert Record.objects.get(verb="reminded", object_type="ballot").data["people"] == [shop.member.person_id]
    with pytest.raises(Conflict, match="今天已经提醒过"):
        actions.remind_ballot(ballot=one, by=shop.host, at=make.AT)
    answer(one, shop.member)
    with pytest.raises(Conflict, match="都答过了"):
        actions.remind_ballot(ballot=one, by=shop.host, at=make.AT + timedelta(days=1))
