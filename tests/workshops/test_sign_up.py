"""Activities (W-32, W-42): starting, exact places, waiting, checking in, counting, holding together; calling off and taking it back."""

from datetime import timedelta

import pytest

from tests.drafts import factories as drafts
from tests.programmes.factories import learner
from tests.workshops import factories as make
from tests.workshops.tools_factories import activity, activity_seat
from yanxiu.drafts.models import Draft
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.people.models import Person
from yanxiu.records.models import Record
from yanxiu.workshops import actions, drafting, permissions
from yanxiu.workshops.actions import ActivityFacts, NoPlace
from yanxiu.workshops.models import Activity, ActivityPurpose, ActivitySeat, Post, SeatState, Space
from yanxiu.workshops.queries.recount import recount, row_totals

START = make.AT + timedelta(days=1)


def facts(**given):
    return ActivityFacts(**({"mode": "online", "starts_at": START, "ends_at": START + timedelta(hours=2)} | given))


def started(shop, **given):
    return actions.start_activity(
        space=shop.space, title="同课异构：三角形的内角和", source="先看两节课，再议。", facts=facts(**given), by=shop.host, at=make.AT
    )


def members(shop, number):
    return [make.member(shop.space, shop.school, name=f"王{n}") for n in range(number)]


def states(one):
    return list(ActivitySeat.objects.filter(activity=one).order_by("pk").values_list("state", flat=True))


def test_a_host_starts_an_activity_and_it_counts_for_her_and_the_workshop(shop):
    one = started(shop)

    assert one.post.title == "同课异构：三角形的内角和"
    assert shop.count("activity.started", person_id=shop.host.person_id) == shop.count("activity.started") == 1
    assert shop.count("activity.cross_school") == 0


def test_the_same_activity_sent_twice_is_one(shop):
    assert started(shop).pk == started(shop).pk
    assert Activity.objects.count() == 1


def test_an_activity_across_schools_counts_as_its_own_kind(shop):
    one = started(shop, is_across=True)

    assert shop.count("activity.cross_school") == shop.count("activity.started", kind="跨校") == 1

    actions.change_activity(activity=one, facts=facts(is_across=False), by=shop.host, at=make.AT)

    assert (shop.count("activity.cross_school"), shop.count("activity.started")) == (0, 1)


@pytest.mark.parametrize(("purpose", "metric"), [(ActivityPurpose.RESEARCH, "research.topic"), (ActivityPurpose.TEAM, "expert_team")])
def test_research_topics_and_teams_count_as_such(shop, purpose, metric):
    started(shop, purpose=purpose)

    assert shop.count(metric) == 1
    assert shop.count("activity.started") == 0


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"ends_at": START - timedelta(hours=1)}, "ends_at"),
        ({"mode": "offline"}, "place"),
        ({"mode": "by post"}, "mode"),
        ({"purpose": "party"}, "purpose"),
        ({"places": 0}, "places"),
        ({"sign_up_until": START + timedelta(days=9)}, "sign_up_until"),
        ({"starts_at": START + timedelta(days=900), "ends_at": START + timedelta(days=901)}, "starts_at"),
        ({"purpose": "call", "select_count": 99}, "select_count"),
        ({"starts_at": make.AT - timedelta(days=3), "ends_at": make.AT - timedelta(days=2)}, "ends_at"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(shop, given, field):
    with pytest.raises(Invalid) as refused:
        started(shop, **given)

    assert refused.value.field == field
    assert not Post.objects.exists()
    assert not Record.objects.filter(object_type="activity").exists()


def test_only_hosts_start_and_change(shop):
    with pytest.raises(NotPermitted):
        actions.start_activity(space=shop.space, title="读书会", source="来", facts=facts(), by=shop.member, at=make.AT)
    one = started(shop)
    for act in (actions.close_activity, actions.reopen_activity):
        with pytest.raises(NotPermitted):
            act(activity=one, by=shop.member, at=make.AT)
    with pytest.raises(NotPermitted):
        actions.call_off_activity(activity=one, reason="下雨", by=shop.member, at=make.AT)


def test_places_are_exact_and_who_waits_moves_up(shop):
    one = started(shop, places=2)
    first, second, third, fourth = members(shop, 4)
    for who in (first, second, third, fourth):
        actions.sign_up(activity=one, by=who, at=make.AT)
    assert states(one) == ["signed_up", "signed_up", "waiting", "waiting"]
    assert actions.sign_up(activity=one, by=first, at=make.AT).state == SeatState.SIGNED_UP  # twice is once

    actions.cancel_sign_up(activity=one, by=first, at=make.AT)

    assert states(one) == ["left", "signed_up", "signed_up", "waiting"]
    assert Record.objects.filter(verb="moved_up", person_id=third.person_id).exists()
    actions.change_activity(activity=one, facts=facts(places=3), by=shop.host, at=make.AT)
    one.refresh_from_db()
    assert (one.taken, states(one)) == (3, ["left", "signed_up", "signed_up", "signed_up"])
    assert actions.sign_up(activity=one, by=first, at=make.AT).state == SeatState.WAITING  # again: at the end
    with pytest.raises(Invalid, match="不能比这少"):
        actions.change_activity(activity=one, facts=facts(places=2), by=shop.host, at=make.AT)


def test_after_the_deadline_and_when_called_off_nobody_signs_up(shop):
    one = started(shop, sign_up_until=make.AT + timedelta(hours=1))
    with pytest.raises(Conflict, match="报名已经截止"):
        actions.sign_up(activity=one, by=shop.member, at=make.AT + timedelta(hours=2))
    with pytest.raises(Invalid) as refused:
        actions.call_off_activity(activity=one, reason=" ", by=shop.host, at=make.AT)
    assert refused.value.field == "reason"

    actions.call_off_activity(activity=one, reason="讲课的老师病了", by=shop.host, at=make.AT)

    with pytest.raises(Conflict, match="讲课的老师病了"):
        actions.sign_up(activity=one, by=shop.member, at=make.AT)
    actions.reopen_activity(activity=one, by=shop.host, at=make.AT)
    assert actions.sign_up(activity=one, by=shop.member, at=make.AT).state == SeatState.SIGNED_UP


def test_a_stranger_does_not_take_part(shop):
    one = started(shop)
    with pytest.raises(NotPermitted):
        actions.sign_up(activity=one, by=learner(shop.newcomer()), at=make.AT)


def test_checking_in_by_code_counts_once_and_can_be_taken_back(shop):
    one = started(shop, has_code=True)
    assert len(one.code) == 6
    with pytest.raises(Conflict, match="30 分钟"):
        actions.check_in_activity(activity=one, code=one.code, by=shop.member, at=make.AT)
    with pytest.raises(Invalid) as refused:
        actions.check_in_activity(activity=one, code="x", by=shop.member, at=START)
    assert refused.value.field == "code"
    full_width = one.code.translate({ord(d): chr(ord(d) + 0xFEE0) for d in "0123456789"})

    for _ in range(2):
        seat = actions.check_in_activity(activity=one, code=f" {full_width}", by=shop.member, at=START)

    assert shop.count("activity.joined", person_id=shop.member.person_id) == 1
    with pytest.raises(Conflict, match="已签到"):
        actions.cancel_sign_up(activity=one, by=shop.member, at=START)
    assert actions.note_attendance(activity=one, seat_ids=[seat.pk], came=None, by=shop.host, at=START) == 1
    assert shop.count("activity.joined") == 0
    assert actions.note_attendance(activity=one, seat_ids=[seat.pk], came=True, by=shop.host, at=START) == 1
    assert actions.note_attendance(activity=one, seat_ids=[seat.pk], came=True, by=shop.host, at=START) == 0
    assert shop.count("activity.joined") == 1


def test_without_a_place_nobody_walks_in(shop):
    one = started(shop, places=1)
    actions.sign_up(activity=one, by=shop.host, at=make.AT)
    with pytest.raises(NoPlace):
        actions.check_in_activity(activity=one, code="", by=shop.member, at=START)


def test_noting_attendance_costs_the_same_for_one_and_ten(shop, django_assert_num_queries):
    one = activity(shop.space, shop.host, starts_at=START)
    seats = [activity_seat(one, make.programmes.teacher(shop.school, name=f"赵{n}")) for n in range(11)]
    with django_assert_num_queries(8):
        actions.note_attendance(activity=one, seat_ids=[seats[0].pk], came=True, by=shop.host, at=START)
    with django_assert_num_queries(8):
        actions.note_attendance(activity=one, seat_ids=[seat.pk for seat in seats], came=True, by=shop.host, at=START)
    assert shop.count("activity.joined") == 11


def test_replies_count_as_posts_in_the_activity_and_the_outcome_stands_on_top(shop):
    one = started(shop)
    make.reply(one.post, shop.member)
    with pytest.raises(Conflict, match="办过以后"):
        actions.tell_result(activity=one, source="来了三十人", by=shop.host, at=make.AT)

    half = drafts.draft(Person.objects.get(pk=shop.host.person_id), key=drafting.part_key(one.post_id))
    told = actions.tell_result(activity=one, source="来了三十人，议出三条。", by=shop.host, at=START)
    assert list(Draft.objects.all()) == [half]  # what the host was replying meanwhile

    one.refresh_from_db()
    assert one.result_id == told.pk
    assert shop.count("activity.posts") == 2
    assert shop.count("activity.posts", person_id=shop.member.person_id) == 1


def test_a_space_that_agreed_takes_part_and_counts_for_itself(shop):
    other = make.space(shop.county, programme=shop.programme, title="青河二中学校社区")
    its_host, its_member = make.host(other), make.member(other, shop.school, name="孙丽")
    one = started(shop, is_across=True)
    with pytest.raises(NotPermitted):
        actions.ask_space(activity=one, space=other, by=its_host, at=make.AT)
    asked = actions.ask_space(activity=one, space=other, by=shop.host, at=make.AT)
    with pytest.raises(Invalid, match="每个请一次"):
        actions.ask_space(activity=one, space=other, by=shop.host, at=make.AT)
    with pytest.raises(NotPermitted):
        actions.sign_up(activity=one, by=its_member, at=make.AT)
    with pytest.raises(NotFound):
        actions.agree_to_hold(asked=asked, by=learner(shop.newcomer()), at=make.AT)
    with pytest.raises(NotPermitted):
        actions.agree_to_hold(asked=asked, by=its_member, at=make.AT)

    actions.agree_to_hold(asked=asked, by=its_host, at=make.AT)
    seat = actions.check_in_activity(activity=one, code="", by=its_member, at=START)

    assert seat.space_id == other.pk
    joined = Record.objects.get(verb="joined", object_type="activity")
    assert (joined.space_id, joined.kind) == (other.pk, "跨校")
    assert permissions.visible_posts(its_member).filter(pk=one.post_id).exists()
    permissions.check_can_see_post(its_member, one.post)
    make.reply(one.post, its_member)
    with pytest.raises(Conflict, match="不能撤出"):
        actions.leave_holding(asked=asked, by=its_host, at=make.AT)


def test_a_space_out_of_reach_is_not_asked(shop):
    far = make.space(shop.other_county, title="白石县社区")
    hidden = make.space(shop.county, programme=shop.programme, visibility="hidden")
    one = started(shop)
    for space in (far, hidden, shop.space):
        with pytest.raises(Invalid):
            actions.ask_space(activity=one, space=space, by=shop.host, at=make.AT)
    assert Space.objects.get(pk=far.pk)


def test_hosts_name_the_people_of_a_team(shop):
    one = started(shop, purpose=ActivityPurpose.TEAM, places=2)
    people = [make.programmes.teacher(shop.school, name=f"专家{n}") for n in range(3)]

    assert actions.name_to_team(activity=one, people=people[:2], by=shop.host, at=make.AT) == 2
    assert actions.name_to_team(activity=one, people=people[:2], by=shop.host, at=make.AT) == 0
    with pytest.raises(NoPlace):
        actions.name_to_team(activity=one, people=people, by=shop.host, at=make.AT)
    with pytest.raises(Conflict):
        actions.name_to_team(activity=started(shop, mode="mixed", place="第二中学"), people=people, by=shop.host, at=make.AT)


def test_after_the_first_check_in_across_schools_or_not_stays(shop):
    one = started(shop)
    actions.check_in_activity(activity=one, code="", by=shop.member, at=START)
    with pytest.raises(Invalid) as refused:
        actions.change_activity(activity=one, facts=facts(is_across=True), by=shop.host, at=START)
    assert refused.value.field == "is_across"


def test_counters_are_what_the_rows_say(shop):
    sub = make.sub_workshop(shop.space)
    for given in ({}, {"is_across": True}, {"purpose": "research", "is_across": True}, {"purpose": "team"}):
        one = actions.start_activity(space=shop.space, title=f"活动{given}", source="来", facts=facts(**given), by=shop.host, at=make.AT)
        for who in (shop.member, shop.host, make.member(sub, shop.school)):
            seat = actions.check_in_activity(activity=one, code="", by=who, at=START)
            make.reply(one.post, who)
        actions.note_attendance(activity=one, seat_ids=[seat.pk], came=False, by=shop.host, at=START)
    actions.hide(post=one.post, reason="重复了", by=shop.host, at=START)
    problem = actions.hand_in_problem(space=shop.space, title="不敢提问", source="三个班都这样", by=shop.member, at=make.AT)
    for to in ("selected", "discussing"):
        actions.move_problem(problem=problem, to=to, by=shop.host, at=make.AT)
    done = actions.publish_solution(problem=problem, title="三步法", source="先写后说", by=shop.host, at=make.AT)
    actions.hide(post=done.post, reason="再改改", by=shop.host, at=make.AT)
    actions.publish_solution(problem=problem, title="四步法", source="再追问", by=shop.host, at=make.AT)
    actions.restore(post=done.post, by=shop.host, at=make.AT)

    assert recount() == []
    totals = row_totals()
    assert (totals["activity.started"], totals["research.topic"], totals["activity.joined"]) == (2, 1, 8)
    assert totals["crowdsource.solved"] == shop.count("crowdsource.solved") == 1
