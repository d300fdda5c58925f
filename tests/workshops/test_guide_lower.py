"""Hosts divide the workshops below, look in, advise; the share of those reached is reckoned (W-39, C-40). Lessons are followed (W-40, C-35)."""

from datetime import timedelta

import pytest

from tests.drafts import factories as drafts
from tests.programmes import factories as programmes
from tests.workshops import climbing
from tests.workshops import factories as make
from tests.workshops import follow_factories as follows
from yanxiu.drafts.models import Draft
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.kit.rules import holds
from yanxiu.people.models import Person
from yanxiu.records.models import Record
from yanxiu.workshops import actions, drafting, permissions, reactions
from yanxiu.workshops.actions.guiding_down import even_split
from yanxiu.workshops.models import FollowStep, GuideDuty, GuideVisit, LessonFollow, Post, PostKind, Space

AT = make.AT
WORDS = "看了第三期简报和两个研讨，讨论很实在"


@pytest.fixture
def ground(db):
    return climbing.build()


def visit(lower, by, *, kind="visit", words=WORDS, at=AT):
    return actions.note_visit(lower=Space.objects.select_related("org", "parent").get(pk=lower.pk), kind=kind, words=words, by=by, at=at)


def test_shares_differ_by_one_and_everybody_keeps_what_she_has():
    assert even_split([], [1], {}) == {}
    assert even_split([10, 11], [], {}) == {}
    assert even_split([10, 11, 12, 13, 14], [1, 2], {13: 2, 10: 2, 11: 2}) == {10: 2, 11: 2, 12: 1, 13: 1, 14: 1}
    split = even_split(list(range(137)), [1, 2, 3, 4, 5], {})
    assert sorted(list(split.values()).count(host) for host in range(1, 6)) == [27, 27, 27, 28, 28]


def test_the_work_is_divided_and_divided_anew(ground):
    host, other = ground.host(ground.middle), ground.host(ground.middle)

    count = actions.divide(
        upper=ground.middle, guides={ground.low.pk: host.person_id, ground.other_low.pk: other.person_id}, by=host, at=AT
    )
    again = actions.divide(upper=ground.middle, guides={ground.low.pk: host.person_id, ground.other_low.pk: host.person_id}, by=host, at=AT)

    assert (count, again) == (2, 1)
    assert set(GuideDuty.objects.filter(ended_at__isnull=True).values_list("lower_id", "host_id")) == {
        (ground.low.pk, host.person_id), (ground.other_low.pk, host.person_id),
    }  # fmt: skip
    assert GuideDuty.objects.filter(ended_at=AT).count() == 1
    assert Record.objects.filter(verb="divided", space_id=ground.middle.pk).count() == 3


def test_what_cannot_be_divided_is_refused_and_nothing_changes(ground):
    host = ground.host(ground.middle)

    with pytest.raises(Invalid, match="不在东岭市初中语文工作坊下面"):
        actions.divide(upper=ground.middle, guides={ground.topic.pk: host.person_id}, by=host, at=AT)
    with pytest.raises(Invalid, match="不是主持人"):
        actions.divide(upper=ground.middle, guides={ground.low.pk: ground.authors(1)[0].pk}, by=host, at=AT)
    with pytest.raises(NotPermitted):
        actions.divide(upper=ground.middle, guides={}, by=ground.host(ground.low), at=AT)
    assert not GuideDuty.objects.exists()


def test_a_visit_counts_for_the_workshop_above_by_the_one_below(ground):
    host = ground.host(ground.middle)

    seen = visit(ground.low, host)
    assert visit(ground.low, host).pk == seen.pk
    visit(ground.low, host, kind="advice", words="下一期简报可以放两份学生作品")

    assert ground.count("guidance.coverage", ground.middle, kind=str(ground.low.pk)) == 2
    assert ground.count("guidance.coverage", ground.middle, kind=str(ground.other_low.pk)) == 0
    assert ground.count("guidance.coverage", ground.low) == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"words": "好"}, "写下看到了什么"), ({"words": "长" * 1001}, "现在 1001 个"), ({"kind": "praise"}, "请选是看坊")],
)
def test_visits_that_say_nothing_are_refused_and_nothing_is_stored(ground, change, sentence):
    with pytest.raises(Invalid, match=sentence):
        visit(ground.low, ground.host(ground.middle), **change)
    assert not GuideVisit.objects.exists()


def test_only_the_hosts_next_above_guide(ground):
    for who in (ground.host(ground.low), ground.host(ground.topic), ground.host(ground.top), programmes.holder("city_admin", ground.city)):
        with pytest.raises(NotPermitted):
            visit(ground.low, who)
    with pytest.raises(Conflict, match="没有上一级工作坊"):
        visit(ground.top, ground.host(ground.top))
    assert visit(ground.middle, ground.host(ground.top))


def test_hosts_look_into_all_below_and_speak_there_and_nowhere_beside(ground):
    host, member = ground.host(ground.top), make.member(ground.low, ground.school)
    thread = make.post(ground.low, member)
    beside = make.host(make.space(ground.province, level="省", kind="subject_workshop", programme=ground.programme))

    def inside(who):
        space = Space.objects.select_related("org", "parent").get(pk=ground.low.pk)
        seen = permissions.enterable_spaces(who).filter(pk=space.pk).exists()
        assert seen == holds(permissions.check_can_enter, who, space)
        return seen

    assert (inside(host), inside(beside)) == (True, False)
    assert not permissions.enterable_spaces(ground.host(ground.low)).filter(pk=ground.middle.pk).exists()
    assert make.reply(thread, host).author_id == host.person_id
    with pytest.raises(NotFound):
        make.reply(thread, beside)
    with pytest.raises(NotPermitted):
        make.post(ground.low, host)


def test_what_a_guide_says_below_counts_as_long_as_it_is_public(ground):
    host, member = ground.host(ground.middle), make.member(ground.low, ground.school)
    said = make.reply(make.post(ground.low, member), host)
    by_member = make.reply(Post.objects.get(pk=said.parent_id), member)

    def told(post, verb):
        record = Record.objects.filter(verb=verb, object_id=str(post.pk)).latest("pk")
        reactions.follow_posts(record)
        reactions.follow_posts(record)
        return ground.count("guidance.coverage", ground.middle, kind=str(ground.low.pk))

    assert told(said, "replied") == 1
    assert told(by_member, "replied") == 1
    actions.hide(post=said, reason="", by=host, at=AT)
    assert told(said, "withdrew") == 0
    actions.restore(post=Post.objects.get(pk=said.pk), by=ground.host(ground.low), at=AT)
    assert told(said, "restored") == 1
    assert GuideVisit.objects.get().kind == "comment"


def test_whose_workshops_were_not_reached_are_reminded_once_a_day(ground):
    host, other = ground.host(ground.middle), ground.host(ground.middle)
    actions.divide(upper=ground.middle, guides={ground.low.pk: host.person_id, ground.other_low.pk: other.person_id}, by=host, at=AT)
    visit(ground.low, host)

    assert actions.remind_guides(upper=ground.middle, by=host, at=AT) == [other.person_id]
    with pytest.raises(Conflict, match="一天之内提醒过了"):
        actions.remind_guides(upper=ground.middle, by=host, at=AT + timedelta(hours=3))
    visit(ground.other_low, other)
    with pytest.raises(Conflict, match="都跟进过了"):
        actions.remind_guides(upper=ground.middle, by=host, at=AT + timedelta(days=2))
    reminded = Record.objects.get(verb="reminded", object_type="guide_duty")
    assert reminded.data["people"] == {str(other.person_id): [ground.other_low.title]}


def begun(ground, **facts):
    host = ground.host(ground.low)
    teacher = Person.objects.get(pk=make.member(ground.low, ground.school).person_id)
    given = {"lesson": "《背影》第二课时", "plan": "两次试讲，三次磨课，十二月展示"} | facts
    return actions.start_follow(space=ground.low, teacher=teacher, by=host, at=AT, **given), host


def step(follow, host, stage, **facts):
    given = {"on": clock.day(AT), "words": "改了导入，学生提出了七个问题"} | facts
    return actions.note_step(follow=follow, stage=stage, by=host, at=AT, **given)


def test_a_lesson_is_followed_to_its_summary_which_counts(ground):
    follow, host = begun(ground)
    step(follow, host, "plan")
    step(follow, host, "trial")

    with pytest.raises(Conflict, match="还差：教学设计、磨课修改、展示中的 1 步"):
        actions.share_summary(follow=follow, title="三次磨课之后", source="把时间还给学生", by=host, at=AT)
    step(follow, host, "show")
    article = drafts.draft(Person.objects.get(pk=host.person_id), key=drafting.thread_key(ground.low.pk, PostKind.ARTICLE))
    drafts.draft(Person.objects.get(pk=host.person_id), key=drafting.follow_key(follow.pk))
    shared = actions.share_summary(follow=follow, title="三次磨课之后", source="把时间还给学生", by=host, at=AT)

    assert list(Draft.objects.all()) == [article]
    assert (shared.state, shared.summary.kind, shared.summary.state) == ("shared", PostKind.ARTICLE, "published")
    assert ground.count("lesson.followed", ground.low, kind="优课创建") == 1
    with pytest.raises(Conflict, match="已经结束"):
        step(follow, host, "polish")


def test_a_summary_out_of_sight_does_not_count(ground):
    follow, host = begun(ground)
    for stage in ("plan", "trial", "show"):
        step(follow, host, stage)
    summary = actions.share_summary(follow=follow, title="三次磨课之后", source="把时间还给学生", by=host, at=AT).summary

    def counted():
        actions.keep_follow_count(summary=Post.objects.get(pk=summary.pk), by=SYSTEM, at=AT)
        return ground.count("lesson.followed", ground.low)

    actions.hide(post=summary, reason="", by=host, at=AT)
    assert (counted(), counted()) == (0, 0)
    actions.restore(post=Post.objects.get(pk=summary.pk), by=host, at=AT)
    assert (counted(), counted()) == (1, 1)


BAD_FOLLOWS = [({"lesson": "课"}, "课题 2—120 个字"), ({"plan": "磨课"}, "写 6—1000 个字"), ({"plan": "长" * 1001}, "现在 1001 个")]


@pytest.mark.parametrize(("change", "sentence"), BAD_FOLLOWS)
def test_follow_ups_that_cannot_be_are_refused_and_nothing_is_stored(ground, change, sentence):
    with pytest.raises(Invalid, match=sentence):
        begun(ground, **change)
    assert not LessonFollow.objects.exists()


def test_who_follows_and_what_is_refused(ground):
    follow, host = begun(ground)

    with pytest.raises(Invalid, match="不是本坊和下级坊的成员"):
        actions.start_follow(space=ground.low, teacher=ground.authors(1)[0], lesson="《散步》", plan="两次试讲再展示", by=host, at=AT)
    with pytest.raises(Conflict, match="已经有人在跟进"):
        actions.start_follow(space=ground.low, teacher=follow.teacher, lesson=follow.lesson, plan="两次试讲再展示", by=host, at=AT)
    with pytest.raises(NotPermitted, match="由本人写"):
        step(follow, ground.host(ground.low), "plan")
    with pytest.raises(NotFound):
        step(follow, programmes.learner(follow.teacher), "plan")
    with pytest.raises(Invalid, match="不写今后"):
        step(follow, host, "plan", on=clock.day(AT) + timedelta(days=1))
    with pytest.raises(Invalid, match="请选走到哪一步"):
        step(follow, host, "party")
    assert not FollowStep.objects.exists()
    assert actions.drop_follow(follow=follow, reason="教师调离", by=host, at=AT).state == "dropped"


def test_factories(ground):
    person = ground.authors(1)[0]
    assert follows.guide_duty(ground.low, person).upper_id == ground.middle.pk
    assert follows.guide_visit(ground.low, person).record_id is None
    assert follows.follow_step(follows.lesson_follow(ground.low, person, person)).stage == "plan"
