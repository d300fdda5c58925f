"""Themes are designed at the top and taken round the tree; cases are entered voluntarily and stay sealed (W-36)."""

from datetime import timedelta

import pytest

from tests.programmes import factories as programmes
from tests.workshops import case_factories as cases
from tests.workshops import climbing
from tests.workshops import factories as make
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.kit.rules import holds
from yanxiu.records.models import Record
from yanxiu.workshops import actions, permissions
from yanxiu.workshops.models import CaseEntry, CasePresence, CaseRound, CaseTheme, Post, Space

AT = make.AT


@pytest.fixture
def ground(db):
    return climbing.build()


def enter(theme, space, member, *, at=AT, title="一节课的三次修改", source="第一稿讲得太满，第二稿把问题交给学生"):
    return actions.submit_case(theme=theme, space=space, title=title, source=source, by=member, at=at)


def test_every_workshop_of_the_tree_gets_its_round_the_higher_the_later(ground):
    theme = climbing.theme(ground)

    rounds = {one.space_id: one for one in CaseRound.objects.filter(theme=theme)}
    assert set(rounds) == {ground.top.pk, ground.middle.pk, ground.low.pk, ground.other_low.pk}
    low, middle, top = rounds[ground.low.pk], rounds[ground.middle.pk], rounds[ground.top.pk]
    assert (low.upper_id, middle.upper_id, top.upper_id, top.is_final) == (middle.pk, top.pk, None, True)
    assert [one.closes_at - theme.closes_at for one in (low, middle, top)] == [timedelta(0), timedelta(days=7), timedelta(days=14)]
    assert (str(low.ratio_max), low.rounding, top.ratio_max) == ("0.05000", "floor", None)
    assert Record.objects.filter(verb="designed", object_type="case_theme", space_id=ground.top.pk).count() == 1


def test_a_topic_sends_straight_to_the_selection(ground):
    theme = climbing.theme(ground, ground.topic)

    first, last = CaseRound.objects.filter(theme=theme).order_by("is_final")
    assert (first.upper_id, first.is_final, last.is_final, last.space_id) == (last.pk, False, True, ground.topic.pk)


def test_who_may_design(ground):
    office = programmes.holder("province_admin", ground.province)
    facts = {"title": "题目", "source": "写清楚", "opens_at": AT, "closes_at": AT + timedelta(days=5), "at": AT}

    for who in (ground.host(ground.middle), programmes.holder("county_admin", ground.county), programmes.learner(ground.authors(1)[0])):
        with pytest.raises(NotPermitted):
            actions.design_theme(space=ground.top, by=who, **facts)
    with pytest.raises(Conflict, match="最上一级"):
        actions.design_theme(space=ground.low, by=ground.host(ground.low), **facts)
    assert actions.design_theme(
        space=ground.top, by=programmes.holder("province_admin", ground.province, person=ground.authors(1)[0]), **facts
    )
    assert office


def test_a_plan_that_asks_for_no_cases_gets_no_theme(shop):
    with pytest.raises(Conflict, match="没有安排优秀案例征集"):
        actions.design_theme(space=shop.space, title="题目", source="写清楚", opens_at=AT, closes_at=make.days(5), by=shop.host, at=AT)


BAD_THEMES = [
    ({"title": "一"}, "标题 2—120 个字"),
    ({"source": "  "}, "没有能显示的文字"),
    ({"closes_at": AT - timedelta(days=2), "opens_at": AT - timedelta(days=3)}, "截止时间已经过去"),
    ({"opens_at": AT + timedelta(days=9), "closes_at": AT + timedelta(days=8)}, "截止要在开始之后"),
    ({"days_per_level": 0}, "每一级评选的天数写 1—60"),
]


@pytest.mark.parametrize(("change", "sentence"), BAD_THEMES)
def test_themes_that_cannot_be_are_refused_and_nothing_is_stored(ground, change, sentence):
    with pytest.raises(Invalid, match=sentence):
        climbing.theme(ground, **change)
    assert not CaseTheme.objects.exists()
    assert not CaseRound.objects.exists()


def test_days_move_until_a_round_is_closed(ground):
    theme = climbing.theme(ground)
    host = ground.host(ground.top)
    facts = {"title": "新题目", "source": "换一种问法", "opens_at": theme.opens_at, "by": host, "at": AT}

    actions.change_theme(theme=theme, closes_at=theme.closes_at + timedelta(days=2), days_per_level=3, **facts)

    assert ground.round(theme, ground.middle).closes_at - theme.closes_at == timedelta(days=5)
    climbing.close_all(CaseTheme.objects.get(pk=theme.pk), level="县")
    with pytest.raises(Conflict, match="已有一级截止"):
        actions.change_theme(theme=theme, closes_at=theme.closes_at, **facts)


def test_a_member_enters_a_case_and_it_is_counted_once(ground):
    theme = climbing.theme(ground)
    member = make.member(ground.low, ground.school)

    entry = enter(theme, ground.low, member)
    again = enter(theme, ground.low, member)

    assert again.pk == entry.pk
    assert (entry.round.space_id, entry.entered_id, entry.unit_id, entry.state) == (
        ground.low.pk, entry.round_id, ground.school.pk, "submitted",
    )  # fmt: skip
    assert CasePresence.objects.get(entry=entry).round_id == entry.round_id
    assert Record.objects.filter(verb="submitted", object_type="case", person_id=member.person_id).count() == 1


def test_a_seat_in_a_sub_workshop_enters_with_the_workshop(ground):
    theme = climbing.theme(ground, ground.topic)
    sub = make.sub_workshop(ground.topic)
    member = make.member(sub, ground.school)

    entry = enter(theme, sub, member)

    assert (entry.round.space_id, entry.round.is_final) == (ground.topic.pk, False)


def test_cases_come_in_their_days_only(ground):
    theme = climbing.theme(ground, opens_at=AT + timedelta(days=1))
    member = make.member(ground.low, ground.school)

    with pytest.raises(Conflict, match="还没有开始征集"):
        enter(theme, ground.low, member)
    with pytest.raises(Conflict, match="已经截止"):
        enter(theme, ground.low, member, at=theme.closes_at)
    with pytest.raises(NotFound):
        enter(theme, ground.low, programmes.learner(ground.authors(1)[0]), at=theme.opens_at)
    assert not CaseEntry.objects.exists()


def test_a_case_is_sealed_until_its_theme_is_published(ground):
    theme = climbing.theme(ground)
    member, other, host = make.member(ground.low, ground.school), make.member(ground.low, ground.school), ground.host(ground.low)
    post = enter(theme, ground.low, member).post
    post = Post.objects.select_related("space__org", "space__parent", "parent").get(pk=post.pk)

    def readers():
        return {
            name
            for name, who in (("author", member), ("member", other), ("host", host))
            if holds(permissions.check_can_see_post, who, post) and permissions.visible_posts(who).filter(pk=post.pk).exists()
        }

    assert readers() == {"author"}
    assert not permissions.kept_posts(host).filter(pk=post.pk).exists()
    CaseTheme.objects.filter(pk=theme.pk).update(published_at=AT)
    assert readers() == {"author", "member", "host"}


def test_the_own_case_is_taken_back_until_its_round_is_closed(ground):
    theme = climbing.theme(ground)
    member, other = make.member(ground.low, ground.school), make.member(ground.low, ground.school)
    entry, kept = enter(theme, ground.low, member), enter(theme, ground.low, other, title="另一节课", source="让学生先说，再让同桌补")

    with pytest.raises(NotFound):
        actions.withdraw_case(entry=entry, by=other, at=AT)
    gone = actions.withdraw_case(entry=entry, by=member, at=AT)

    assert (gone.state, Post.objects.get(pk=entry.post_id).state) == ("withdrawn", "hidden")
    assert not CasePresence.objects.filter(entry=entry).exists()
    with pytest.raises(Conflict, match="已经撤回"):
        actions.withdraw_case(entry=entry, by=member, at=AT)
    closed = climbing.close(ground.round(theme, ground.low))
    assert closed.base == 1
    with pytest.raises(Conflict, match="不能再撤回"):
        actions.withdraw_case(entry=kept, by=other, at=theme.closes_at)
    with pytest.raises(Conflict, match="不能再改"):
        permissions.check_can_correct(other, Post.objects.select_related("space__org", "space__parent", "parent").get(pk=kept.post_id))


def test_a_workshop_outside_the_tree_takes_no_cases(ground):
    theme = climbing.theme(ground)
    member = make.member(ground.topic, ground.school)

    with pytest.raises(Conflict, match="不在班级管理专题工作坊征集"):
        enter(theme, ground.topic, member)


def test_a_workshop_opened_meanwhile_takes_part_once(ground):
    theme = climbing.theme(ground)
    late = make.space(ground.county, parent=ground.middle, level="县", kind="subject_workshop", programme=ground.programme)
    late = Space.objects.select_related("org", "parent").get(pk=late.pk)

    counts = [actions.lay_late_rounds(space=late, by=SYSTEM, at=AT) for _ in range(2)]

    one = ground.round(theme, late)
    assert (counts, one.upper.space_id, one.closes_at, CaseRound.objects.filter(space=late).count()) == (
        [1, 0], ground.middle.pk, theme.closes_at, 1,
    )  # fmt: skip
    assert enter(theme, late, make.member(late, ground.school)).entered_id == one.pk


def test_the_factories_make_what_actions_make(ground):
    theme = cases.case_theme(ground.topic)
    last = cases.case_round(theme)
    one = cases.case_round(theme, upper=last)
    entry = cases.case_entry(one, ground.authors(1)[0])

    assert Space.objects.get(pk=entry.post.space_id) == ground.topic
    assert climbing.close(one).base == 1
