"""Resources in a space: shared by members, pushed by hosts with receipts, opened, reminded of; a solution becomes one."""

from datetime import timedelta

import pytest

from tests.catalogue import resource_factories as resources
from tests.programmes import factories as programmes
from tests.workshops import factories as make
from tests.workshops.factories import AT
from tests.workshops.test_pages import one  # noqa: F401 - the workshop
from yanxiu.catalogue import actions as catalogue
from yanxiu.catalogue.models import Resource, ResourceUse
from yanxiu.catalogue.permissions import visible_resources
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.people.models import Person
from yanxiu.records.models import Record
from yanxiu.workshops import actions, queries, reactions
from yanxiu.workshops.models import Post, PostState, Share, ShareReceipt, Space

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(shop):
    """The workshop, with the column of resources switched on, and nobody in it yet."""
    return make.space(shop.school, programme=shop.programme, tools=["discussion", "share"])


@pytest.fixture
def writer(here):
    return make.member(here, here.org, name="周敏")


def own(actor, **facts):
    return resources.resource(owner=Person.objects.get(pk=actor.person_id), **facts)


def verbs(object_type="resource"):
    """What counts: records that no other takes back."""
    voided = Record.objects.filter(voids__isnull=False).values("voids")
    kept = Record.objects.filter(object_type=object_type).exclude(pk__in=voided).exclude(verb="voided")
    return sorted(kept.values_list("verb", flat=True))


def test_a_member_shares_what_she_made_and_it_counts_as_an_upload_once(here, writer):
    made = own(writer)
    share = actions.share_resource(space=here, resource=made, words="大单元，可直接改用", by=writer, at=AT)
    assert (share.post.title, share.resource, share.pushed_at) == (made.title, made, None)
    again = actions.share_resource(space=here, resource=made, words="再说一句", by=writer, at=AT + timedelta(hours=1))
    assert again.pk != share.pk
    assert verbs() == ["shared", "uploaded"]
    assert Record.objects.get(verb="uploaded").kind == "教学设计"
    same = actions.share_resource(space=here, resource=made, words="再说一句", by=writer, at=AT + timedelta(hours=1, minutes=1))
    assert same.pk == again.pk


def test_what_is_not_finished_or_not_seen_cannot_be_shared(here, writer):
    with pytest.raises(Conflict, match="还没有定稿"):
        actions.share_resource(space=here, resource=own(writer, state="draft"), by=writer, at=AT)
    with pytest.raises(NotFound):
        actions.share_resource(space=here, resource=resources.resource(), by=writer, at=AT)
    outsider = programmes.learner(programmes.teacher(here.org, name="外人"))
    with pytest.raises((NotPermitted, NotFound)):
        actions.share_resource(space=here, resource=own(writer), by=outsider, at=AT)
    assert not Share.objects.exists()


def test_only_a_host_pushes_and_a_push_is_counted_and_taken_back(here, writer):
    made, host = own(writer), make.host(here)
    with pytest.raises(NotPermitted):
        actions.share_resource(space=here, resource=made, is_push=True, by=writer, at=AT)
    share = actions.share_resource(space=here, resource=made, by=writer, at=AT)
    with pytest.raises(NotPermitted):
        actions.push_resource(share=share, must_read=True, by=writer, at=AT)
    pushed = actions.push_resource(share=share, must_read=True, by=host, at=AT)
    assert (pushed.must_read, queries.pushed_count(here), verbs()) == (True, 1, ["pushed", "uploaded"])
    assert Record.objects.get(verb="pushed").space_id == here.pk
    with pytest.raises(Conflict, match="已经推送"):
        actions.push_resource(share=share, must_read=False, by=host, at=AT)
    back = actions.take_back_push(share=pushed, by=host, at=AT)
    assert (back.must_read, queries.pushed_count(here)) == (False, 0)
    assert verbs() == ["took_back", "uploaded"]
    with pytest.raises(Conflict, match="不用撤回"):
        actions.take_back_push(share=back, by=host, at=AT)
    actions.push_resource(share=back, must_read=False, by=host, at=AT)
    assert queries.pushed_count(here) == 1


def test_a_hosts_own_push_counts_as_a_push_until_it_is_taken_back(here, writer):
    host = make.host(here)
    share = actions.share_resource(space=here, resource=own(host), is_push=True, must_read=True, by=host, at=AT)
    assert verbs() == ["pushed"]
    actions.take_back_push(share=share, by=host, at=AT)
    assert verbs() == ["took_back", "uploaded"]


def test_opening_is_the_receipt_and_hosts_see_who_has_not(here, writer):
    host, reader = make.host(here), make.member(here, here.org, name="陈红")
    share = actions.share_resource(space=here, resource=own(writer), by=writer, at=AT)
    assert actions.open_share(share=share, by=reader, at=AT) is True
    assert actions.open_share(share=share, by=reader, at=AT) is False
    assert ShareReceipt.objects.count() == 1
    assert ResourceUse.objects.get().people == 1
    late = make.member(here, here.org, name="吴静")
    found = queries.share_receipts(share, has_opened=False, number=1)
    assert (found.opened, found.members, [row.person_id for row in found.page.rows]) == (1, 2, [late.person_id])
    with pytest.raises(NotPermitted):
        actions.remind_share(share=share, by=writer, at=AT)
    assert actions.remind_share(share=share, by=host, at=AT) == 1
    assert Record.objects.get(verb="reminded", object_type="share").data["people"] == [late.person_id]
    with pytest.raises(Conflict, match="三天内提醒过"):
        actions.remind_share(share=share, by=host, at=AT + timedelta(days=2))
    actions.open_share(share=share, by=late, at=AT)
    with pytest.raises(Conflict, match="都看过了"):
        actions.remind_share(share=share, by=host, at=AT + timedelta(days=4))


def test_a_hidden_share_counts_no_more_neither_does_its_push(here, writer):
    host = make.host(here)
    share = actions.share_resource(space=here, resource=own(writer), by=writer, at=AT)
    actions.push_resource(share=share, must_read=True, by=host, at=AT)
    actions.hide(post=share.post, reason="与主题无关", by=host, at=AT)
    assert Post.objects.get(pk=share.pk).state == PostState.HIDDEN
    record = Record.objects.filter(verb="hid").latest("pk")
    reactions.uncount_push(record)
    reactions.uncount_push(record)
    assert (verbs(), queries.pushed_count(here)) == ([], 0)
    with pytest.raises(NotPermitted):
        actions.uncount_push(post=share.post, reason="x", by=host, at=AT)
    assert actions.uncount_push(post=share.post, reason="x", by=SYSTEM, at=AT) is None


def test_the_words_of_a_post_become_a_draft_of_a_resource(here, writer):
    post = make.post(here, writer, title="作业分层怎么落地", source="分三步：先诊断，再分层，最后回访。")
    drafted = actions.keep_as_resource(post=post, by=writer, at=AT)
    assert (drafted.state, drafted.title, drafted.originality) == ("draft", "作业分层怎么落地", "own")
    theirs = actions.keep_as_resource(post=post, by=make.host(here), at=AT)
    assert (theirs.originality, "发表" in theirs.source_note) == ("adapted", True)
    with pytest.raises(NotPermitted):
        actions.keep_as_resource(post=post, by=make.member(here, here.org, name="别人"), at=AT)
    assert Resource.objects.count() == 2


def test_the_pages_of_shared_resources(cast, one, assert_same_queries):  # noqa: F811 - the fixture
    Space.objects.filter(pk=one.pk).update(tools=[*one.tools, "share"])
    writer = cast.actor("李雷")
    one.refresh_from_db()
    share = actions.share_resource(space=one, resource=own(writer, title="圆的性质课件"), by=writer, at=AT)
    browser, desk = cast.client_of("李雷"), cast.client_of("王老师")
    listed = f"/workshops/{one.pk}/resources/"

    def grow():
        for number in range(9):
            actions.share_resource(space=one, resource=own(writer, title=f"课件 {number}"), by=writer, at=AT + timedelta(minutes=number))

    assert "圆的性质课件" in browser.get(listed).content.decode()
    assert_same_queries(lambda: browser.get(listed), grow)
    assert browser.get(f"/workshops/posts/{share.pk}/resource/").status_code == 200
    assert browser.get(f"/workshops/posts/{share.pk}/receipts/").status_code == 403
    assert desk.post(f"/workshops/posts/{share.pk}/push/", {"must_read": "1"}).status_code == 302
    assert "推送，要求都看" in browser.get(f"/workshops/posts/{share.pk}/").content.decode()
    assert_same_queries(lambda: desk.get(f"/workshops/posts/{share.pk}/"), lambda: None)
    assert "推送了 1 份资源" in desk.get(listed).content.decode()
    assert desk.get(f"/workshops/posts/{share.pk}/receipts/").status_code == 200
    assert browser.post(f"/workshops/{one.pk}/share/", {"resource": ""}).status_code == 422
    sent = browser.post(f"/workshops/{one.pk}/share/", {"resource": str(own(writer, title="新课件").pk), "words": "给大家"})
    assert sent.status_code == 302


def test_twenty_are_offered_and_older_ones_are_found_by_their_title(cast, one):  # noqa: F811 - the fixture
    Space.objects.filter(pk=one.pk).update(tools=[*one.tools, "share"])
    writer, browser = cast.actor("李雷"), cast.client_of("李雷")
    listed, send = f"/workshops/{one.pk}/resources/", f"/workshops/{one.pk}/share/"
    old = own(writer, title="勾股定理拼图", saved_at=AT - timedelta(days=1))
    assert 'name="pick"' not in browser.get(listed).content.decode()
    for number in range(20):
        own(writer, title=f"课件 {number}", saved_at=AT + timedelta(minutes=number))

    page = browser.get(listed).content.decode()
    assert page.count("<option") == 21  # and 请选
    assert 'name="pick"' in page
    assert old.title not in page
    found = browser.get(listed, {"pick": "勾股"}).content.decode()
    assert found.count("<option") == 2
    assert old.title in found
    assert "没有这样的资源" in browser.get(listed, {"pick": "无此"}).content.decode()
    refused = browser.post(send, {"resource": str(old.pk), "words": "长" * 2_001})
    assert refused.status_code == 422
    assert f'<option value="{old.pk}" selected' in refused.content.decode()
    assert browser.post(send, {"resource": str(old.pk)}).status_code == 302
    assert Share.objects.get().resource == old
    assert browser.post(send, {"resource": str(resources.resource().pk)}).status_code == 422


def test_favourites_are_offered_while_they_are_seen(cast, one):  # noqa: F811 - the fixture
    reader = cast.actor("李雷")
    theirs = resources.resource(owner=Person.objects.get(pk=cast.actor("王老师").person_id), title="别人的教案", saved_at=AT)
    shelving = resources.shelving(of=theirs, org=one.org)
    catalogue.favour_resource(resource=theirs, is_wanted=True, by=reader, at=AT)
    mine = own(reader, saved_at=AT + timedelta(minutes=1))

    def offered(**asked):
        return queries.to_share(reader.person_id, visible_resources(reader), **asked)

    assert offered() == [mine, theirs]
    assert offered(text="教案") == offered(chosen=theirs.pk) == [theirs]
    shelving.delete()
    assert offered() == [mine]
    assert offered(chosen=theirs.pk) == []
