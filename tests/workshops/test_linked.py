"""Linked spaces (互联互通, 002 §四): activities open to them, essence posts and resources that flow, and what does not."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.catalogue import resource_factories as resources
from tests.workshops import climbing, places_factories
from tests.workshops import factories as make
from yanxiu.kit import clock
from yanxiu.kit.errors import NotFound, NotPermitted
from yanxiu.kit.rules import holds
from yanxiu.people.models import Person
from yanxiu.records.models import Tally
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.actions import ActivityFacts
from yanxiu.workshops.models import Activity, ActivitySeat, Post, SeatState, Space, SpaceLink

START = make.AT + timedelta(days=1)


@pytest.fixture
def two(shop):
    """Another workshop that is linked with the shop, its host, and a member of hers; nobody of it may enter the shop."""
    other = make.space(shop.county, programme=shop.programme, title="信息技术专题工作坊")
    places_factories.space_link(shop.space, other)
    return other, make.member(other, shop.school, name="何苗")


def started(shop, **given):
    facts = {"mode": "online", "starts_at": START, "ends_at": START + timedelta(hours=2), "is_open_to_linked": True} | given
    return actions.start_activity(
        space=shop.space,
        title="同课异构：三角形的内角和",
        source="先看两节课，再议。",
        facts=ActivityFacts(**facts),
        by=shop.host,
        at=make.AT,
    )


def listed(space, person_id):
    return list(queries.activities(space, show="all", person_id=person_id, at=make.AT))


def agree(actor, *posts):
    """The check and the queryset say the same of each; what they say."""
    said = [holds(permissions.check_can_see_post, actor, post) for post in posts]
    assert said == [permissions.visible_posts(actor).filter(pk=post.pk).exists() for post in posts]
    return said


def test_members_of_a_linked_workshop_see_sign_up_and_check_in(shop, two):
    other, guest = two
    one = started(shop, places=1)
    post = Post.objects.select_related("space__org", "space__parent", "parent").get(pk=one.post_id)

    assert listed(other, guest.person_id) == [one]
    assert agree(guest, post) == [True]
    assert actions.sign_up(activity=one, by=guest, at=make.AT).state == SeatState.SIGNED_UP
    assert actions.sign_up(activity=one, by=make.member(shop.space, shop.school), at=make.AT).state == SeatState.WAITING
    actions.check_in_activity(activity=one, code="", by=guest, at=START)
    actions.reply(thread=post, source="三个角拼在一起是平角", by=guest, at=START)

    seat = ActivitySeat.objects.get(person=guest.person_id)
    assert (seat.space_id, seat.state) == (other.pk, SeatState.CHECKED_IN)
    counted = Tally.objects.filter(metric="activity.joined", person_id=guest.person_id).values_list("space_id", "count")
    assert list(counted) == [(other.pk, 1)]
    assert shop.count("activity.started", person_id=shop.host.person_id) == 1


@pytest.mark.parametrize("case", ["not marked", "another kind", "not agreed", "ended", "hosts only see their own"])
def test_what_is_not_open_to_them_stays_shut(shop, two, case):
    other, guest = two
    one = started(shop, is_open_to_linked=case != "not marked")
    links = SpaceLink.objects.all()
    if case == "another kind":
        links.update(kinds=["essence", "resource"])
    elif case == "not agreed":
        links.update(accepted_at=None)
    elif case == "ended":
        links.update(ended_at=make.AT)
    elif case == "hosts only see their own":
        other = make.space(shop.county, programme=shop.programme, title="第三个坊")
        guest = make.host(other)
    post = Post.objects.select_related("space__org", "space__parent", "parent").get(pk=one.post_id)

    assert listed(other, guest.person_id) == []
    assert agree(guest, post) == [False]
    with pytest.raises(NotPermitted):
        actions.sign_up(activity=one, by=guest, at=make.AT)
    assert not ActivitySeat.objects.exists()


def test_who_has_a_place_keeps_it_when_the_link_ends(shop, two):
    _other, guest = two
    one = started(shop)
    actions.sign_up(activity=one, by=guest, at=make.AT)
    SpaceLink.objects.update(ended_at=make.AT)
    post = Post.objects.select_related("space__org", "space__parent", "parent").get(pk=one.post_id)

    assert agree(guest, post) == [True]
    assert actions.cancel_sign_up(activity=one, by=guest, at=make.AT).state == SeatState.LEFT
    assert agree(guest, post) == [False]


def test_essence_and_resources_are_read_beyond_and_answered_at_home(shop, two):
    _other, guest = two
    author = make.member(shop.space, shop.school)
    plain, best, share = (make.post(shop.space, author) for _ in range(3))
    Post.objects.filter(pk__in=[best.pk, share.pk]).update(essence_at=make.AT)
    Post.objects.filter(pk=share.pk).update(kind="share")
    reply = make.reply(best, author)
    posts = list(Post.objects.select_related("space__org", "space__parent", "parent").order_by("pk").filter(space=shop.space))

    assert agree(guest, *posts) == [post.pk in (best.pk, share.pk, reply.pk) for post in posts]
    with pytest.raises(NotPermitted):
        actions.reply(thread=best, source="我也这样上过", by=guest, at=make.AT)
    SpaceLink.objects.update(kinds=["resource"])
    assert agree(guest, *posts) == [post.pk == share.pk for post in posts]
    SpaceLink.objects.update(kinds=["essence", "resource"])
    Space.objects.filter(pk=shop.space.pk).update(visibility="hidden")
    fresh = list(Post.objects.select_related("space__org", "space__parent", "parent").filter(space=shop.space))
    assert agree(guest, *fresh) == [False] * len(fresh)
    with pytest.raises(NotFound):
        permissions.check_can_see_post(guest, plain)


def test_the_pages_lead_from_the_own_workshop_into_the_activity_and_the_essence(shop, two):
    other, guest = two
    at = clock.now()
    one = started(shop, starts_at=at + timedelta(days=3), ends_at=at + timedelta(days=3, hours=2))
    best = make.post(shop.space, make.member(shop.space, shop.school), title="一节有悬念的课")
    actions.make_essence(post=best, by=shop.host, at=make.AT)
    browser = climbing.browser(guest)
    here = {name: re.sub(r"\s+", " ", browser.get(reverse(f"workshops:{name}", args=[other.pk])).content.decode()) for name in
            ("activities", "space_page")}  # fmt: skip

    assert f'href="/workshops/posts/{one.post_id}/"' in here["activities"]
    assert "互联的坊也可报名" in here["activities"]
    assert f'href="/workshops/posts/{best.pk}/"' in here["space_page"]
    assert "报名" in browser.get(f"/workshops/posts/{one.post_id}/").content.decode()
    assert browser.get(f"/workshops/posts/{best.pk}/").status_code == 200
    browser.post(reverse("workshops:sign_up", args=[one.post_id]))
    assert ActivitySeat.objects.get().space_id == other.pk


def test_only_who_has_links_is_asked_whether_they_may_come(shop, two):
    host = climbing.browser(shop.host)
    address = reverse("workshops:start_activity", args=[shop.space.pk])
    linked = host.get(address).content.decode()
    SpaceLink.objects.update(ended_at=make.AT)
    alone = host.get(address).content.decode()

    assert "互联的坊的成员也能看到、报名" in linked
    assert "互联的坊的成员也能看到、报名" not in alone
    assert not Activity.objects.exists()


def test_what_is_attached_to_a_resource_that_flows_is_opened_beyond_and_counts_at_home_only(shop, two):
    _other, guest = two
    Space.objects.filter(pk=shop.space.pk).update(tools=["discussion", "share"])
    here = Space.objects.select_related("org", "programme", "parent").get(pk=shop.space.pk)
    author, reader = (make.member(here, shop.school) for _ in range(2))
    made = resources.resource(owner=Person.objects.get(pk=author.person_id), title="圆的性质课件")
    resources.resource_file(of=made)
    share = actions.share_resource(space=here, resource=made, by=author, at=make.AT)
    browser, page = climbing.browser(guest), reverse("workshops:open_share", args=[share.pk])

    assert browser.get(page).status_code == 404  # shared at home, not beyond
    actions.make_essence(post=share.post, by=shop.host, at=make.AT)
    found = browser.get(page)
    assert found.status_code == 200
    assert "二次函数.pptx" in found.content.decode()
    assert page in browser.get(reverse("workshops:thread", args=[share.pk])).content.decode()
    actions.open_share(share=share, by=reader, at=make.AT)
    counted = queries.share_receipts(share, has_opened=True, number=1)
    assert (counted.opened, [row.person_id for row in counted.page.rows]) == (1, [reader.person_id])
    assert queries.share_seen(share.post).opened == 1
    assert browser.get(reverse("workshops:share_receipts", args=[share.pk])).status_code in (403, 404)

    SpaceLink.objects.update(ended_at=make.AT)
    assert browser.get(page).status_code == 404
