"""Measures (W-37, S-35): each voids the record, is written down, shown, appealed, and undone so that everything is as it was."""

from datetime import timedelta

import pytest

from tests.integrity import order_factories as order
from tests.integrity.texts import ESSAY
from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.integrity.models import Measure, MeasureKind, ReportReason, Ruling
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record, Tally
from yanxiu.records.queries import differences
from yanxiu.workshops import actions, permissions
from yanxiu.workshops.models import Membership, MembershipState, Post, PostKind, PostState, Space

ON_POSTS = [MeasureKind.HOLD, MeasureKind.HIDE, MeasureKind.RETURN, MeasureKind.DELETE]
STATES = {
    MeasureKind.HOLD: PostState.HELD, MeasureKind.HIDE: PostState.HIDDEN, MeasureKind.RETURN: PostState.DRAFT,
    MeasureKind.DELETE: PostState.DELETED,
}  # fmt: skip
FACTS = ("state", "published_at", "hidden_at", "hidden_by", "held_for", "returned_for", "accepted_at", "accepted_by", "title", "source")


def take(post, by, kind=MeasureKind.HIDE, *, at=make.AT, reason="推销课件，与研修无关") -> Measure:
    return actions.take_measure(post=post, kind=kind, rule=ReportReason.ADVERT, reason=reason, by=by, at=at)


def fresh(post) -> Post:
    return Post.objects.select_related("space__org", "space__parent", "parent", "author").get(pk=post.pk)


@pytest.mark.parametrize("kind", ON_POSTS)
def test_counts_fall_and_everything_comes_back_as_of_the_day_of_writing(shop, kind):
    question = make.post(shop.space, shop.host, kind=PostKind.QUESTION)
    answer = actions.accept_answer(answer=make.answer(question, shop.member), by=shop.host, at=make.AT)
    counted, facts = list(Tally.objects.order_by("pk").values("metric", "slice", "person_id", "count")), _facts(answer)

    measure = take(fresh(answer), shop.host, kind, at=make.days(40))
    assert fresh(answer).state == STATES[kind]
    assert shop.count("qa.answered") == 0
    actions.undo_measure(measure=measure, reason="看错了", by=make.host(shop.space), at=make.days(41))

    assert _facts(answer) == facts
    assert [
        row for row in Tally.objects.order_by("pk").values("metric", "slice", "person_id", "count") if row["metric"] == "qa.answered"
    ] == [row for row in counted if row["metric"] == "qa.answered"]
    assert differences() == []


def _facts(post):
    return Post.objects.values(*FACTS).get(pk=post.pk)


def test_every_measure_and_its_undoing_is_in_the_records(shop):
    measure = take(make.post(shop.space, shop.member), shop.host)
    actions.undo_measure(measure=measure, reason="看错了", by=shop.host, at=make.AT)

    told = Record.objects.filter(object_type="measure").order_by("pk").values_list("verb", "kind", "person_id", "actor_id")
    assert list(told) == [
        ("took", "hide", shop.member.person_id, shop.host.person_id), ("undid", "hide", shop.member.person_id, shop.host.person_id),
    ]  # fmt: skip


def test_who_may_take_a_measure(shop):
    post = make.post(shop.space, shop.member)

    for actor in (make.member(shop.space, shop.school), programmes.holder("school_admin", programmes.org(parent=shop.county))):
        with pytest.raises((NotPermitted, NotFound)):
            take(post, actor)
    with pytest.raises(NotFound):
        take(post, make.host(make.space(shop.other_county)))
    with pytest.raises(NotPermitted):
        take(make.post(shop.space, shop.host), shop.host)
    assert not Measure.objects.exists()


def test_a_measure_needs_a_reason_and_a_state_it_fits(shop):
    post = make.post(shop.space, shop.member)

    with pytest.raises(Invalid) as refused:
        take(post, shop.host, reason="。")
    assert refused.value.field == "reason"
    with pytest.raises(Invalid):
        take(post, shop.host, MeasureKind.MUTE)
    take(post, shop.host)
    with pytest.raises(Conflict):
        take(post, shop.host, MeasureKind.RETURN)
    assert Measure.objects.count() == 1


def test_undoing_twice_is_refused_and_nobody_undoes_an_own_one(shop):
    other = make.host(shop.space)
    measure = take(make.post(shop.space, other), shop.host)

    with pytest.raises(NotPermitted):
        actions.undo_measure(measure=measure, reason="我没有错", by=other, at=make.AT)
    actions.undo_measure(measure=measure, reason="看错了", by=shop.host, at=make.AT)
    with pytest.raises(Conflict):
        actions.undo_measure(measure=measure, reason="看错了", by=shop.host, at=make.AT)


def test_a_returned_post_is_rewritten_by_its_author_and_waits_until_it_is_let_through(shop):
    post = make.post(shop.space, shop.member)
    take(post, shop.host, MeasureKind.RETURN, reason="请去掉学生姓名")

    with pytest.raises((NotFound, NotPermitted)):
        actions.revise_post(post=fresh(post), title="改过", source="改过的话", by=make.member(shop.space, shop.school), at=make.AT)
    revised = actions.revise_post(post=fresh(post), title="改过的题目", source="改过的话", by=shop.member, at=make.days(1))
    assert (revised.state, shop.count("discussion")) == (PostState.HELD, 0)
    actions.release_post(post=fresh(post), by=shop.host, at=make.days(2))

    public = fresh(post)
    assert (public.state, public.title, public.published_at) == (PostState.PUBLISHED, "改过的题目", make.days(2))
    assert shop.count("discussion") == 1
    assert not Measure.objects.filter(undone_at__isnull=True).exists()


def test_a_deleted_post_is_seen_by_those_who_keep_order_only(shop):
    post = make.post(shop.space, shop.member)
    take(post, shop.host, MeasureKind.DELETE)

    seen = [permissions.visible_posts(one).filter(pk=post.pk).exists() for one in (shop.host, shop.office, shop.member)]
    assert seen == [True, True, False]


def test_a_muted_member_reads_why_and_until_when_and_speaks_again_afterwards(shop):
    person = Membership.objects.get(space=shop.space).person
    measure = actions.silence(
        space=shop.space,
        person=person,
        kind=MeasureKind.MUTE,
        rule=ReportReason.ABUSE,
        reason="多次攻击同行",
        days=3,
        by=shop.host,
        at=make.AT,
    )

    with pytest.raises(Conflict) as refused:
        make.post(shop.space, shop.member, at=make.days(1))
    assert "11 月 23 日" in refused.value.message
    assert "多次攻击同行" in refused.value.message
    make.post(shop.space, shop.member, at=make.days(4))
    actions.undo_measure(measure=measure, reason="当事人已道歉", by=shop.host, at=make.days(1))
    make.post(shop.space, shop.member, at=make.days(1))


@pytest.mark.parametrize("days", [None, 0, -3, 91])
def test_a_mute_is_one_to_ninety_days(shop, days):
    person = Membership.objects.get(space=shop.space).person

    with pytest.raises(Invalid) as refused:
        actions.silence(
            space=shop.space, person=person, kind=MeasureKind.MUTE, rule=ReportReason.ABUSE, reason="攻击同行", days=days, by=shop.host,
            at=make.AT,
        )  # fmt: skip
    assert refused.value.field == "days"


def test_who_is_sent_out_gives_up_the_seat_and_has_it_again_when_that_is_undone(shop):
    person = Membership.objects.get(space=shop.space).person
    measure = actions.silence(
        space=shop.space, person=person, kind=MeasureKind.BAN, rule=ReportReason.ADVERT, reason="一再推销", by=shop.host, at=make.AT
    )
    assert Space.objects.get(pk=shop.space.pk).member_count == 0
    with pytest.raises(Conflict):
        actions.request_join(workshop=shop.space, by=shop.member, at=make.days(2))
    actions.undo_measure(measure=measure, reason="误会", by=shop.host, at=make.days(3))

    assert Membership.objects.get(space=shop.space).state == MembershipState.MEMBER
    assert Space.objects.get(pk=shop.space.pk).member_count == 1
    make.post(shop.space, shop.member, at=make.days(3))


def test_an_appeal_is_ruled_by_the_office_above_and_restores_everything(shop):
    post = make.post(shop.space, shop.member)
    facts = _facts(post)
    measure = take(post, shop.host, MeasureKind.DELETE)
    appeal = actions.appeal_measure(measure=measure, reason="这是坊里约好的交换课件", by=shop.member, at=make.days(1))
    assert measure.appeal_seat == shop.county

    with pytest.raises((NotPermitted, NotFound)):
        actions.rule_on_appeal(appeal=appeal, ruling=Ruling.LIFTED, opinion="应当恢复", by=shop.host, at=make.days(2))
    ruled = actions.rule_on_appeal(appeal=appeal, ruling=Ruling.LIFTED, opinion="应当恢复", by=shop.office, at=make.days(2))

    assert ruled.ruled_by != ruled.against
    assert _facts(post) == facts
    assert shop.count("discussion") == 1
    assert differences() == []
    with pytest.raises(Conflict):
        actions.rule_on_appeal(appeal=appeal, ruling=Ruling.KEPT, opinion="维持", by=shop.office, at=make.days(2))


def test_what_an_office_did_goes_to_the_next_office_and_another_person(shop):
    city = programmes.org(parent=shop.county.parent, kind="city", name="河市")
    office = shop.office
    measure = take(make.post(shop.space, shop.member), office)
    assert measure.appeal_seat.path == shop.county.parent.path  # the nation in this small tree; there is no city above the county
    appeal = actions.appeal_measure(measure=measure, reason="请再看一次", by=shop.member, at=make.AT)

    for actor in (office, programmes.holder("city_admin", city)):
        with pytest.raises((NotPermitted, NotFound)):
            actions.rule_on_appeal(appeal=appeal, ruling=Ruling.KEPT, opinion="维持原处理", by=actor, at=make.AT)


def test_an_appeal_comes_in_time_once_and_from_the_person_herself(shop):
    measure = take(make.post(shop.space, shop.member), shop.host)

    with pytest.raises((NotPermitted, NotFound)):
        actions.appeal_measure(measure=measure, reason="替她申诉", by=make.member(shop.space, shop.school), at=make.AT)
    with pytest.raises(Conflict):
        actions.appeal_measure(measure=measure, reason="太晚的申诉", by=shop.member, at=measure.appeal_due_at + timedelta(seconds=1))
    actions.appeal_measure(measure=measure, reason="不是推销", by=shop.member, at=make.AT)
    with pytest.raises(Conflict):
        actions.appeal_measure(measure=measure, reason="再说一次", by=shop.member, at=make.AT)


def test_a_pack_does_what_its_office_chose(shop):
    order.word_pack(shop.county, "推销课件", action="block")
    order.word_pack(shop.county, "加群领取", action="hold")
    order.word_pack(shop.county, "笨蛋", action="mask")
    order.word_pack(shop.county, "不想研修", action="flag")

    with pytest.raises(Invalid) as refused:
        make.post(shop.space, shop.member, source="这里推 销 课 件")
    assert "推 销 课 件" in refused.value.message
    held = make.post(shop.space, shop.member, source="要的老师加★群★领★取")
    masked = make.post(shop.space, shop.member, source="他真是笨蛋")
    flagged = make.post(shop.space, shop.member, source="我不想研修了")

    assert (held.state, held.record_id) == (PostState.HELD, None)
    assert "加★群★领★取" in held.held_for
    assert "○○" in masked.source
    assert "笨蛋" not in masked.body
    assert (flagged.state, permissions.visible_hits(shop.host).count()) == (PostState.PUBLISHED, 3)
    assert shop.count("discussion") == 2


def test_a_pack_of_another_county_does_nothing_here_and_that_of_the_province_does(shop):
    order.word_pack(shop.other_county, "推销课件", action="block")
    assert make.post(shop.space, shop.member, source="不是推销课件").state == PostState.PUBLISHED
    order.word_pack(shop.county.parent, "推销课件", action="block")
    with pytest.raises(Invalid):
        make.post(shop.space, shop.member, source="推销课件")


def test_first_posts_and_links_wait_where_the_space_wants_it(shop):
    make.space_rules(shop.space, hold_first=2, hold_links=True)
    first, linked = make.post(shop.space, shop.member), make.post(shop.space, shop.host, source="见 https://example.org")
    assert (first.state, linked.state) == (PostState.HELD, PostState.PUBLISHED)  # hosts keep order themselves

    actions.release_post(post=fresh(first), by=shop.host, at=make.AT)
    actions.release_post(post=fresh(make.post(shop.space, shop.member)), by=shop.host, at=make.AT)
    assert make.post(shop.space, shop.member).state == PostState.PUBLISHED
    assert make.post(shop.space, shop.member, source="资料在 www.example.org/a").state == PostState.HELD
    assert shop.count("discussion") == 4


def test_a_held_post_is_seen_by_author_and_keepers_and_counts_from_its_release(shop):
    make.space_rules(shop.space, hold_first=1)
    held = make.post(shop.space, shop.member)
    fellow = make.member(shop.space, shop.school)
    assert [permissions.visible_posts(one).filter(pk=held.pk).exists() for one in (shop.member, shop.host, fellow)] == [True, True, False]

    with pytest.raises((NotPermitted, NotFound)):
        actions.release_post(post=fresh(held), by=fellow, at=make.AT)
    actions.release_post(post=fresh(held), by=shop.host, at=make.days(1))
    with pytest.raises(Conflict):
        actions.release_post(post=fresh(held), by=shop.host, at=make.days(1))
    assert fresh(held).published_at == make.days(1)
    assert permissions.visible_posts(fellow).filter(pk=held.pk).exists()


def test_a_post_that_is_nearly_another_is_put_before_those_who_keep_order(shop):

    fellow = make.member(shop.space, shop.school)
    for day, author in enumerate((shop.member, fellow)):
        post = actions.publish_log(space=shop.space, title="今天的课", source=ESSAY, by=author, at=make.days(day))
        actions.compare_post(post=fresh(post), by=SYSTEM, at=make.days(day))

    hit = permissions.visible_hits(shop.host).get()
    assert (hit.object_id, hit.person_id) == (post.pk, fellow.person_id)
    assert "相同" in hit.found
    assert fresh(post).record_id is None
