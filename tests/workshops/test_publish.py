"""What hosts write (W-31): drafts, numbers by series, reading receipts, and what counts for whom."""

import pytest
from django.db import IntegrityError, transaction

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record
from yanxiu.workshops import actions, queries
from yanxiu.workshops.models import Post, PostKind, Space, Tool


def test_briefings_are_numbered_by_series_and_counted_by_kind(shop):
    first = make.post(shop.space, shop.host, kind=PostKind.BRIEFING)
    second = make.post(shop.space, shop.host, kind=PostKind.BRIEFING)
    lesson = actions.publish(
        post=actions.save_draft(
            space=shop.space, kind=PostKind.BRIEFING, series="创课指导简报", title="选题", source="写成一句话", by=shop.host, at=make.AT
        ),
        by=shop.host,
        at=make.AT,
    )

    assert [(one.series, one.number) for one in (first, second, lesson)] == [("研修简报", 1), ("研修简报", 2), ("创课指导简报", 1)]
    assert shop.count("briefing.issued", kind="研修简报") == 2
    assert shop.count("briefing.issued", kind="创课指导简报") == 1


@pytest.mark.parametrize(("kind", "metric", "n"), [(PostKind.ARTICLE, "article.guiding", 1), (PostKind.GUIDE, "briefing.issued", 0)])
def test_articles_count_for_their_host_and_guides_count_nothing(shop, kind, metric, n):
    make.post(shop.space, shop.host, kind=kind)

    assert shop.count(metric, person_id=shop.host.person_id) == n


def test_a_draft_is_written_further_by_another_host_and_issued_in_the_name_of_who_publishes(shop):
    draft = make.draft(shop.space, shop.host)
    second = make.host(shop.space)

    actions.save_draft(
        space=shop.space, kind=PostKind.BRIEFING, post=draft, title="改过的题", source="改过的文", by=second, at=make.days(1)
    )
    published = actions.publish(post=draft, by=second, at=make.days(1))

    assert (published.title, published.author_id, published.body) == ("改过的题", second.person_id, "<p>改过的文</p>")
    assert shop.count("briefing.issued", person_id=second.person_id) == 1


def test_publishing_twice_issues_once(shop):
    draft = make.draft(shop.space, shop.host)
    actions.publish(post=draft, by=shop.host, at=make.AT)

    with pytest.raises(Conflict, match="已经发布"):
        actions.publish(post=draft, by=shop.host, at=make.AT)
    stale = Post.objects.select_related("space__org").get(pk=draft.pk)
    stale.state = "draft"
    with pytest.raises(Conflict, match="刚才已由另一位主持人发布"):
        actions.save_draft(
            space=shop.space, kind=PostKind.BRIEFING, post=stale, title="晚了一步", source="晚了一步", by=shop.host, at=make.AT
        )
    assert shop.count("briefing.issued") == 1


@pytest.mark.parametrize("who", ["member", "office", "other_host"])
def test_who_may_not_write(shop, who):
    actors = {"member": shop.member, "office": shop.office, "other_host": make.host(make.space(shop.county, programme=shop.programme))}

    with pytest.raises(NotPermitted):
        make.draft(shop.space, actors[who])


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"title": "一"}, "title"), ({"title": "题" * 121}, "title"), ({"source": " \u200b\n"}, "source"), ({"source": "字" * 20_001}, "source"),
     ({"source": "<script>alert(1)</script>"}, None), ({"series": "周报"}, "series")],
)  # fmt: skip
def test_bad_texts_name_the_field_and_store_nothing(shop, facts, field):
    given = {"title": "第一周", "source": "正文", "series": "研修简报", **facts}
    if field is None:  # markup that is not HTML of a word processor is text and shown literally
        assert "&lt;script" in actions.save_draft(space=shop.space, kind=PostKind.BRIEFING, by=shop.host, at=make.AT, **given).body
        return

    with pytest.raises(Invalid) as refused:
        actions.save_draft(space=shop.space, kind=PostKind.BRIEFING, by=shop.host, at=make.AT, **given)

    assert refused.value.field == field
    assert not Post.objects.exists()


def test_a_space_without_the_tool_refuses(shop):
    Space.objects.filter(pk=shop.space.pk).update(tools=[Tool.DISCUSSION])
    shop.space.refresh_from_db()

    with pytest.raises(Conflict, match="没有开“简报”"):
        make.draft(shop.space, shop.host)


def test_two_briefings_never_share_a_number(shop):
    one = make.post(shop.space, shop.host, kind=PostKind.BRIEFING)
    other = make.draft(shop.space, shop.host)

    with pytest.raises(IntegrityError, match="workshops_post_issue"), transaction.atomic():
        Post.objects.filter(pk=other.pk).update(number=one.number)


def test_reading_counts_once_and_shows_in_the_receipt(shop):
    briefing = make.post(shop.space, shop.host, kind=PostKind.BRIEFING)
    make.member(shop.space, shop.school)

    assert actions.mark_read(post=briefing, by=shop.member, at=make.AT)
    assert not actions.mark_read(post=briefing, by=shop.member, at=make.AT)

    receipt = queries.receipt(briefing)
    assert (receipt.read, receipt.unread) == (1, 1)
    assert shop.count("briefing.read", person_id=shop.member.person_id) == 1
    assert [row.person_id for row in queries.readers(briefing, have_read=True)] == [shop.member.person_id]


def test_strangers_cannot_read_and_guides_are_no_briefings(shop):
    guide = make.post(shop.space, shop.host, kind=PostKind.GUIDE)

    with pytest.raises(NotFound):
        actions.mark_read(post=guide, by=programmes.learner(shop.newcomer()), at=make.AT)
    actions.mark_read(post=guide, by=shop.member, at=make.AT)

    assert shop.count("briefing.read") == 0
    assert Record.objects.filter(verb="read", object_type="post", person_id=shop.member.person_id).exists()


def test_a_sub_workshop_reads_the_workshops_briefings_and_counts_as_one(shop):
    sub = make.sub_workshop(shop.space)
    below = make.member(sub, shop.school)
    briefing = make.post(shop.space, shop.host, kind=PostKind.BRIEFING)

    actions.mark_read(post=briefing, by=below, at=make.AT)
    make.reply(briefing, below)
    make.post(sub, below)

    assert queries.receipt(briefing).read == 1
    assert shop.count("briefing.posts", person_id=below.person_id) == 1
    assert shop.count("discussion", person_id=below.person_id) == 1
    with pytest.raises(NotPermitted):
        make.post(shop.space, below)
