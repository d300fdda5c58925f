"""Search over all that is said: what is found, and that nothing hidden, held, deleted or foreign is found or counted."""

import pytest

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from tests.workshops.words_factories import post_words
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotPermitted
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.models import Post, PostKind, PostState, PostWords
from yanxiu.workshops.queries import PostFilters
from yanxiu.workshops.queries import found as ways


def indexed(*posts):
    actions.index_words(posts=[Post.objects.get(pk=one.pk) for one in posts], by=SYSTEM, at=make.AT)


def found(actor, text="", **more):
    return queries.search_posts(permissions.enterable_spaces(actor), PostFilters(text=text, **more))


def titles(hits):
    return [hit.post.title or hit.post.parent.title for hit in hits.rows]


def test_posts_and_parts_are_found_by_words_the_newest_first(shop):
    first = make.post(shop.space, shop.member, title="小组合作", source="轮流当记录员")
    second = make.post(shop.space, shop.member, title="作业分层", source="记录员怎么选", at=make.days(1))
    part = make.reply(first, shop.host, source="记录员每周换一次", at=make.days(2))
    indexed(first, second, part)

    hits = found(shop.member, "记录员")
    assert [hit.post.pk for hit in hits.rows] == [part.pk, second.pk, first.pk]
    assert hits.count == 3
    assert any(piece.is_hit and "记录员" in piece.text for piece in hits.rows[0].words)
    assert titles(found(shop.member, "作业 记录员")) == ["作业分层"]
    assert found(shop.member, "没有这个词").count == 0 == len(found(shop.member, "，。").rows)


def test_titles_come_before_texts_then_the_newest(shop):
    old = make.post(shop.space, shop.member, title="记录员怎么当", source="轮着来")
    older = make.post(shop.space, shop.member, title="每个组的记录员", source="轮着来", at=make.days(-1))
    half = make.post(shop.space, shop.member, title="轮着来", source="记录员", at=make.days(1))
    new = make.post(shop.space, shop.host, title="小组合作", source="记录员轮着来", at=make.days(2))
    indexed(old, older, half, new)

    assert [hit.post.pk for hit in found(shop.member, "记录员").rows] == [old.pk, older.pk, new.pk, half.pk]
    assert [hit.post.pk for hit in found(shop.member, "记录员 轮着来").rows] == [new.pk, half.pk, old.pk, older.pk]
    first = queries.first_posts(permissions.enterable_spaces(shop.member), "记录员", most=2)
    assert [hit.post.pk for hit in first] == [old.pk, older.pk]


@pytest.fixture
def usual(shop, monkeypatch):
    """Seven posts with a word, of which the newest four that may be read are ranked; the titles of two say it."""
    monkeypatch.setattr(ways, "MOST_LOOKED_AT", 2)
    monkeypatch.setattr(ways, "MOST_RANKED", 4)
    said = [(f"{'学生' if number in (0, 3) else '教师'} {number}", make.days(number)) for number in range(7)]
    posts = [make.post(shop.space, shop.member, title=title, source="学生在说", at=at) for title, at in said]
    indexed(*posts)
    return posts


def pages(actor, size=2):
    return [
        queries.search_posts(permissions.enterable_spaces(actor), PostFilters(text="学生"), number=number, size=size)
        for number in (1, 2, 3, 4)
    ]


def test_of_usual_words_the_newest_are_ranked_and_counted(shop, usual):
    found_pages = pages(shop.member)

    assert [[hit.post.pk for hit in one.rows] for one in found_pages] == [
        [usual[number].pk for number in page] for page in [(3, 6), (5, 4), (2, 1), (0,)]
    ]
    assert [(one.count, one.is_more, one.page.has_more) for one in found_pages] == [(4, True, True)] * 3 + [(4, True, False)]


def test_of_words_that_stand_everywhere_those_looked_at_are_ranked_in_whole_pages(shop, usual, monkeypatch):
    monkeypatch.setattr(ways, "MOST_LOOKED_AT", 5)  # 6, 5, 4, 3 and 2
    monkeypatch.setattr(ways, "DENSE", 3)
    Post.objects.filter(pk=usual[5].pk).update(state=PostState.HIDDEN, hidden_at=make.AT)
    found_pages = pages(shop.member)

    assert [[hit.post.pk for hit in one.rows] for one in found_pages] == [
        [usual[number].pk for number in page] for page in [(3, 6), (4, 2), (1, 0), ()]
    ]
    assert [(one.count, one.is_more, one.page.has_more) for one in found_pages[:3]] == [(4, True, True)] * 2 + [(4, True, False)]


def test_what_may_not_be_read_takes_no_place_among_the_ranked(shop, usual):
    hidden = [usual[number].pk for number in (3, 5, 6)]
    Post.objects.filter(pk__in=hidden).update(state=PostState.HIDDEN, hidden_at=make.AT)
    elsewhere = make.space(shop.other_county, programme=shop.programme)
    indexed(*(make.post(elsewhere, make.host(elsewhere), title="学生", source="学生", at=make.days(10 + number)) for number in range(5)))

    hits = found(shop.member, "学生")
    assert [hit.post.pk for hit in hits.rows] == [usual[number].pk for number in (0, 4, 2, 1)]
    Post.objects.filter(pk=usual[4].pk).update(state=PostState.HIDDEN, hidden_at=make.AT)
    hits = found(shop.member, "学生")
    assert (hits.count, hits.is_more, len(hits.rows)) == (3, False, 3)


@pytest.mark.parametrize("looked_at", [1, 7, 100])  # by the index of words, from the newest on, at a look
def test_whichever_way_is_taken_a_search_is_a_plain_scan(shop, monkeypatch, looked_at):
    monkeypatch.setattr(ways, "MOST_LOOKED_AT", looked_at)
    monkeypatch.setattr(ways, "DENSE", 5)
    other = make.space(shop.county, programme=shop.programme, title="别的坊")
    places = ((shop.space, shop.host), (other, make.host(other)))
    said = ["学生 记录员", "记录员", "学生", "教师", "课堂 学生"]
    posts = [
        make.post(*places[number % 2], title=said[number * 3 % 5], source=said[number * 7 % 5] + "在说", at=make.days(number))
        for number in range(24)
    ]
    posts += [make.reply(one, shop.member, source=said[number % 5], at=make.days(30 + number)) for number, one in enumerate(posts[::4])]
    indexed(*posts)
    hidden = [one.pk for one in posts[::5]]
    Post.objects.filter(pk__in=hidden).update(state=PostState.HIDDEN, hidden_at=make.AT)

    for actor in (shop.member, shop.office):
        seen = set(permissions.enterable_spaces(actor).values_list("pk", flat=True))
        for text in ("学生", "记录员", "学生 记录员", "课堂", "教师 学生", "没有"):
            words = text.split()
            plain = [
                one
                for one in posts
                if one.space_id in seen and one.pk not in hidden and one.parent_id not in hidden
                and all(word in one.title + one.source for word in words)
            ]  # fmt: skip
            plain.sort(key=lambda one: one.published_at, reverse=True)
            in_title = {one.pk for one in plain if all(word in one.title for word in words)}
            hits = [
                queries.search_posts(permissions.enterable_spaces(actor), PostFilters(text=text), number=number, size=5)
                for number in (1, 2, 3, 4, 5, 6)
            ]
            got = [hit.post.pk for page in hits for hit in page.rows]
            ranked = hits[0].count
            assert ranked == len(plain) or (hits[0].is_more and ranked < len(plain))
            wanted = [one.pk for one in plain]
            assert got == sorted(wanted[:ranked], key=lambda pk: pk not in in_title) + wanted[ranked:]


def test_each_filter_narrows(shop):
    log = actions.publish_log(space=shop.space, title="等待", source="等待三秒", by=shop.member, at=make.AT)
    talk = make.post(shop.space, shop.host, title="等待的技巧", at=make.days(3))
    actions.make_essence(post=talk, by=shop.host, at=make.days(3))
    indexed(log, talk)

    assert titles(found(shop.member, "等待", kind=PostKind.LOG)) == ["等待"]
    assert titles(found(shop.member, "等待", author="李雷")) == ["等待"]
    assert titles(found(shop.member, "等待", essence=True)) == ["等待的技巧"]
    assert titles(found(shop.member, "等待", since=make.days(1))) == ["等待的技巧"]
    assert titles(found(shop.member, "等待", until=make.days(1))) == ["等待"]
    assert titles(found(shop.member, author="李雷")) == ["等待"]
    assert found(shop.member, "等待", space_id=0).count == 0


@pytest.mark.parametrize("what", ["hidden", "held", "deleted", "thread hidden", "other space", "case"])
def test_what_may_not_be_read_is_neither_found_nor_counted(shop, what):
    thread = make.post(shop.space, shop.host, title="公开的", source="班会方案")
    part = make.reply(thread, shop.host, source="班会方案")
    elsewhere = make.space(shop.other_county, programme=shop.programme)
    foreign = make.post(elsewhere, make.host(elsewhere), source="班会方案")
    indexed(thread, part, foreign)
    rows, before = Post.objects.filter(pk=part.pk), found(shop.member, "班会").count
    if what == "hidden":
        rows.update(state=PostState.HIDDEN, hidden_at=make.AT)
    elif what == "held":
        rows.update(state=PostState.HELD, published_at=None)
    elif what == "deleted":
        rows.update(state=PostState.DELETED, hidden_at=make.AT)
    elif what == "thread hidden":
        Post.objects.filter(pk=thread.pk).update(state=PostState.HIDDEN, hidden_at=make.AT)
    elif what == "case":
        Post.objects.filter(pk=thread.pk).update(kind=PostKind.CASE)

    hits = found(shop.member, "班会")
    gone = {"thread hidden": 2, "case": 2, "other space": 0}.get(what, 1)
    assert (before, hits.count, len(hits.rows)) == (2, 2 - gone, 2 - gone)
    assert foreign.pk not in [hit.post.pk for hit in hits.rows]


def test_the_index_follows_what_happens(shop):
    post = make.post(shop.space, shop.member, title="会被撤回", source="班会方案")
    indexed(post)
    assert PostWords.objects.get().dictionary
    actions.hide(post=post, reason="", by=shop.member, at=make.AT)
    indexed(post)
    assert not PostWords.objects.exists()
    with pytest.raises(NotPermitted):
        actions.index_words(posts=[], by=shop.host, at=make.AT)


def test_posts_of_an_older_dictionary_are_indexed_anew(shop):
    old, new = make.post(shop.space, shop.member), make.post(shop.space, shop.member)
    post_words(old)
    PostWords.objects.update(dictionary="old 0.1")

    assert actions.index_left_words(by=SYSTEM, at=make.AT) == 2
    assert actions.index_left_words(by=SYSTEM, at=make.AT) == 0
    assert set(PostWords.objects.values_list("post", flat=True)) == {old.pk, new.pk}


def test_an_office_finds_in_its_scope_only(shop):
    post = make.post(shop.space, shop.member, source="班会方案")
    indexed(post)

    assert found(shop.office, "班会").count == 1
    assert found(programmes.holder("county_admin", shop.other_county), "班会").count == 0


def test_the_feed_goes_on_where_it_stopped_and_shows_no_case(shop):
    for number in range(5):
        make.post(shop.space, shop.member, title=f"题目 {number}", at=make.days(number))
    make.post(shop.space, shop.host, kind=PostKind.BRIEFING, at=make.days(9))
    sealed = make.post(shop.space, shop.member, at=make.days(10))
    Post.objects.filter(pk=sealed.pk).update(kind=PostKind.CASE)
    ids = shop.space.reading_ids

    page = queries.feed(ids, size=3)
    last = page.posts[-1]
    rest = queries.feed(ids, before=(last.published_at, last.pk), size=3)
    assert page.posts[0].kind == PostKind.BRIEFING
    assert [one.title for one in page.posts[1:]] == ["题目 4", "题目 3"]
    assert [one.title for one in rest.posts] == ["题目 2", "题目 1", "题目 0"]
    assert (bool(page.older), rest.older) == (True, "")
    assert [one.kind for one in queries.feed(ids, kind="host").posts] == [PostKind.BRIEFING]
    assert queries.own_spaces(shop.member.person_id) == [shop.space.pk]
