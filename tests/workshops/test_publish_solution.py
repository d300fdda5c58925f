"""Crowdsourcing (智慧众筹, W-33): from a problem to its solution, which counts once for the workshop (D-30; C-32, C-34, C-37)."""

from datetime import timedelta

import pytest

from tests.programmes.factories import learner
from tests.workshops import factories as make
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.records.models import Record
from yanxiu.workshops import actions
from yanxiu.workshops.actions import ActivityFacts
from yanxiu.workshops.models import BallotQuestion, Problem, ProblemState, Solution


def handed_in(shop, title="学生不敢提问怎么办", *, by=None, **given):
    return actions.hand_in_problem(
        space=shop.space, title=title, source=f"{title}：三个班都这样。", by=by or shop.member, at=make.AT, **given
    )


def move(shop, one, to, **given):
    return actions.move_problem(problem=one, to=to, by=shop.host, at=make.AT, **given)


def call(shop, **given):
    facts = ActivityFacts(mode="online", purpose="call", starts_at=make.AT, ends_at=make.days(5), **given)
    return actions.start_activity(
        space=shop.space, title="实践问题征集", source="把课堂上的真问题写来", facts=facts, by=shop.host, at=make.AT
    )


def solved(shop, one, title="提问三步法"):
    return actions.publish_solution(problem=one, title=title, source="先写后说，再追问。", by=shop.host, at=make.AT)


def discussed(shop, title="学生不敢提问怎么办"):
    one = handed_in(shop, title)
    move(shop, one, ProblemState.SELECTED)
    return move(shop, one, ProblemState.DISCUSSING)


def test_a_problem_goes_its_way_and_counts_once_for_the_workshop(shop):
    one = discussed(shop)
    make.reply(one.post, shop.member)
    assert shop.count("crowdsource.solved") == 0

    for _ in range(2):  # sent twice
        done = solved(shop, one)

    assert Solution.objects.get() == done
    assert shop.count("crowdsource.solved") == shop.count("crowdsource.solved", person_id=shop.host.person_id) == 1
    assert Record.objects.get(verb="published", object_type="solution").object_id == str(one.post_id)


def test_hiding_the_solution_takes_it_back_and_another_counts_again(shop):
    one = discussed(shop)
    first = solved(shop, one)
    with pytest.raises(Conflict, match="提问三步法"):
        solved(shop, one, "另一种办法")

    actions.hide(post=first.post, reason="", by=shop.host, at=make.AT)
    assert shop.count("crowdsource.solved") == 0
    solved(shop, one, "另一种办法")
    assert shop.count("crowdsource.solved") == 1
    actions.restore(post=first.post, by=shop.host, at=make.AT)

    assert shop.count("crowdsource.solved") == 1
    assert Record.objects.filter(verb="added", object_type="solution").count() == 1


def test_restoring_the_only_solution_counts_again(shop):
    done = solved(shop, discussed(shop))
    actions.hide(post=done.post, reason="", by=shop.host, at=make.AT)
    actions.restore(post=done.post, by=shop.host, at=make.AT)
    assert shop.count("crowdsource.solved") == 1


def test_three_problems_count_three(shop):
    for title in ("作业分层", "小组讨论冷场", "家校沟通"):
        solved(shop, discussed(shop, title), f"{title}的办法")
    assert shop.count("crowdsource.solved") == 3


def test_without_discussion_there_is_no_solution(shop):
    one = handed_in(shop)
    with pytest.raises(Conflict, match="深度研讨"):
        solved(shop, one)
    with pytest.raises(Conflict, match="不能转为"):
        move(shop, one, ProblemState.DISCUSSING)
    with pytest.raises(NotPermitted):
        actions.move_problem(problem=one, to=ProblemState.SELECTED, by=shop.member, at=make.AT)
    with pytest.raises(NotPermitted):
        actions.publish_solution(problem=one, title="办法", source="写", by=shop.member, at=make.AT)
    with pytest.raises(Invalid) as refused:
        move(shop, one, "solved")
    assert refused.value.field == "to"


def test_problems_come_in_while_the_call_is_open(shop):
    handed_in(shop, "没有征集时随时可提")
    one = call(shop, select_count=1)
    with pytest.raises(Conflict, match="没有开放的征集"):
        handed_in(shop)
    got = handed_in(shop, call=one)
    assert got.call_id == one.pk
    with pytest.raises(Conflict, match="已经截止"):
        actions.hand_in_problem(space=shop.space, title="晚了一步", source="晚了一步", call=one, by=shop.member, at=make.days(6))
    with pytest.raises(NotPermitted):
        actions.hand_in_problem(space=shop.space, title="坊外", source="坊外", call=one, by=learner(shop.newcomer()), at=make.AT)


def test_of_a_call_no_more_are_selected_than_it_says(shop):
    one = call(shop, select_count=2)
    first, second, third = [handed_in(shop, title, call=one) for title in ("作业分层", "小组讨论冷场", "家校沟通")]
    for problem in (first, second):
        move(shop, problem, ProblemState.SELECTED)
    with pytest.raises(Conflict, match="已经满了"):
        move(shop, third, ProblemState.SELECTED)
    with pytest.raises(Invalid) as refused:
        move(shop, second, ProblemState.DROPPED)
    assert refused.value.field == "reason"
    move(shop, second, ProblemState.DROPPED, reason="和校级课题重复")

    assert move(shop, third, ProblemState.SELECTED).state == ProblemState.SELECTED
    with pytest.raises(Conflict, match="已经满了"):
        move(shop, second, ProblemState.SELECTED)


def test_similar_problems_are_joined_and_taken_apart_again(shop):
    first, second, third = [handed_in(shop, title) for title in ("学生不敢问", "学生不愿问", "学生不会问")]
    actions.join_problem(problem=third, into=second, by=shop.host, at=make.AT)

    actions.join_problem(problem=second, into=first, by=shop.host, at=make.AT)

    assert set(Problem.objects.filter(into=first).values_list("pk", flat=True)) == {second.pk, third.pk}
    with pytest.raises(Invalid):
        actions.join_problem(problem=first, into=first, by=shop.host, at=make.AT)
    with pytest.raises(Conflict, match="已经并入"):
        actions.join_problem(problem=first, into=second, by=shop.host, at=make.AT)
    move(shop, second, ProblemState.COLLECTED)
    assert Problem.objects.get(pk=second.pk).into_id is None


def test_selected_problems_are_put_to_the_vote(shop):
    first, second, third = [handed_in(shop, title) for title in ("作业分层", "小组讨论冷场", "家校沟通")]
    for problem in (first, second):
        move(shop, problem, ProblemState.SELECTED)
    with pytest.raises(Conflict, match="不能转为"):
        actions.put_to_vote(
            space=shop.space, problems=[first, third], title="选哪个", closes_at=make.days(3), most=1, by=shop.host, at=make.AT
        )

    ballot = actions.put_to_vote(
        space=shop.space, problems=[first, second], title="下一步研讨什么", closes_at=make.days(3), most=1, by=shop.host, at=make.AT
    )

    question = BallotQuestion.objects.get(ballot=ballot)
    assert (question.options, question.most) == (["作业分层", "小组讨论冷场"], 1)
    second.refresh_from_db()
    assert (second.state, second.option) == (ProblemState.VOTING, 1)
    actions.answer_ballot(ballot=ballot, answers={question.pk: [1]}, by=shop.member, at=make.AT + timedelta(hours=1))
    move(shop, second, ProblemState.DISCUSSING)
    assert solved(shop, second).problem_id == second.pk


def test_a_solution_becomes_a_resource_that_it_remembers(shop):
    done = solved(shop, discussed(shop))
    drafted = actions.keep_as_resource(post=done.post, by=shop.host, at=make.AT)
    assert Solution.objects.get().resource_id == drafted.pk
