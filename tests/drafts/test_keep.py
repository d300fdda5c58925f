"""Drafts of every form: kept while typing, cleared on sending, found again, thrown away and put back, gone after 180 days."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.drafts import factories as make
from tests.programmes import factories as programmes
from yanxiu.drafts import actions, queries
from yanxiu.drafts.events import DraftEvent
from yanxiu.drafts.models import Draft
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record

AT = make.AT


@pytest.fixture
def who(db):
    return programmes.learner(programmes.teacher(programmes.org()))


def keep(who, at=AT, **fields):
    return actions.keep(key="space 5 log", place="个人空间，写日志", address="/workshops/5/logs/", fields=fields, by=who, at=at)


def test_what_is_typed_is_kept_once_a_place_with_all_its_fields(who):
    keep(who, title="今天的课", source="等了三秒")
    again = keep(who, at=AT + timedelta(minutes=1), title="今天的课", source="等了三秒，有人举手", kind="课堂")

    assert Draft.objects.count() == 1
    assert again.initial == {"title": "今天的课", "source": "等了三秒，有人举手", "kind": "课堂"}
    assert again.saved_at == AT + timedelta(minutes=1)


def from_page(who, page, source, *, seen="", minutes=0):
    return actions.keep(
        key="space 5 log", place="个人空间，写日志", address="/workshops/5/logs/", fields={"title": source and "今天的课", "source": source}, page=page,
        seen=seen, by=who, at=AT + timedelta(minutes=minutes),
    )  # fmt: skip


def kept(who):
    desk = queries.desk(person_id=who.person_id, key="space 5 log", place="", address="/")
    return [one.source for one in ([desk.kept] if desk.kept else [])], [one.source for one in desk.beside]


def test_two_pages_lose_neither_words_and_one_goes_on_writing_its_own(who):
    first = from_page(who, "phone", "在路上写的", minutes=1)
    assert from_page(who, "phone", "在路上写的，又一句", minutes=2).pk == first.pk
    later = from_page(who, "desk", "在桌前写的", minutes=3)  # the page at the desk was opened before
    from_page(who, "desk", "在桌前写的，第二句", minutes=4)
    from_page(who, "phone", "在路上写的，第三句", minutes=5)

    assert kept(who) == (["在路上写的，第三句"], ["在桌前写的，第二句"])
    assert later.initial == {"title": "今天的课", "source": "在桌前写的"}
    from_page(who, "tablet", "第三台", minutes=6)
    with pytest.raises(Conflict, match="三份不同的草稿"):
        from_page(who, "watch", "第四台", minutes=7)
    assert kept(who) == (["在路上写的，第三句"], ["在桌前写的，第二句", "第三台"])


def test_a_page_that_shows_what_is_kept_writes_over_it_and_the_same_words_are_one(who):
    first = from_page(who, "phone", "在路上写的")
    assert from_page(who, "desk", "在路上写的").pk == first.pk
    shown = queries.mark_of(Draft.objects.get())
    assert from_page(who, "tablet", "在路上写的，接着写", seen=shown, minutes=1).pk == first.pk
    assert from_page(who, "phone", "", minutes=2) is None  # emptied where it never saw the rest: that stays
    assert kept(who) == (["在路上写的，接着写"], [])


def test_the_other_one_is_taken_up_and_sending_one_loses_none(who):
    from_page(who, "phone", "在路上写的")
    beside = from_page(who, "desk", "在桌前写的", minutes=1)
    actions.take_up(draft=beside, by=who, at=AT + timedelta(minutes=2))
    assert kept(who) == (["在桌前写的"], ["在路上写的"])
    assert from_page(who, "desk", "在桌前写的，完", minutes=3).pk == beside.pk
    actions.take_up(draft=Draft.objects.get(pk=beside.pk), by=who, at=AT + timedelta(minutes=4))  # has its place: nothing changes
    with pytest.raises(NotFound):
        actions.take_up(draft=beside, by=programmes.learner(programmes.teacher(programmes.org())), at=AT)

    actions.clear(key="space 5 log", by=who, at=AT + timedelta(minutes=5))
    assert kept(who) == ([], [])
    mine = Draft.objects.filter(person_id=who.person_id)
    assert {one.source for one in queries.discarded(mine, at=AT + timedelta(minutes=6))} == {"在桌前写的，完", "在路上写的"}


def test_an_emptied_form_leaves_nothing_and_sending_clears(who):
    keep(who, title="x", source="")
    assert keep(who, title=" ", source="") is None
    keep(who, title="x", source="")
    actions.clear(key="space 5 log", by=who, at=AT)

    assert not Draft.objects.exists()


def test_somebody_else_neither_finds_nor_takes_it(who):
    draft = keep(who, title="x", source="只给自己看")
    other = programmes.learner(programmes.teacher(programmes.org()))
    actions.clear(key="space 5 log", by=other, at=AT)

    assert Draft.objects.filter(pk=draft.pk).exists()
    for act in (actions.discard, actions.put_back):
        with pytest.raises(NotFound):
            act(draft=draft, by=other, at=AT)
    with pytest.raises(NotPermitted):
        keep(SYSTEM, title="x")


def test_too_long_and_too_many_are_refused_and_what_stood_stays(who, monkeypatch):
    keep(who, title="x", source="旧的")
    with pytest.raises(Invalid, match="30 万字"):
        keep(who, title="x", source="长" * 300_001)
    monkeypatch.setattr(actions, "MOST_DRAFTS", 1)
    with pytest.raises(Conflict, match="我的草稿"):
        actions.keep(key="another", place="x", address="/x/", fields={"source": "新"}, by=who, at=AT)

    assert Draft.objects.get().source == "旧的"


def test_discarded_it_is_put_back_for_a_month(who):
    draft = keep(who, title="x", source="先丢再放回")
    actions.discard(draft=draft, by=who, at=AT)
    mine = Draft.objects.filter(person_id=who.person_id)
    assert not queries.found(mine, "", at=AT).exists()
    assert queries.desk(person_id=who.person_id, key="space 5 log", place="", address="/").kept is None
    assert list(queries.discarded(mine, at=AT + timedelta(days=29))) == [draft]

    actions.put_back(draft=draft, by=who, at=AT + timedelta(days=1))

    assert queries.found(mine, "先丢", at=AT + timedelta(days=1)).get().saved_at == AT + timedelta(days=1)


def test_who_writes_again_after_discarding_begins_anew(who):
    actions.discard(draft=keep(who, source="旧的"), by=who, at=AT)
    assert keep(who, source="新的").discarded_at is None


def test_after_180_days_it_goes_a_week_after_its_owner_was_told(who):
    keep(who, title="x", source="很久以前")
    fresh = make.draft(at=AT + timedelta(days=100))
    assert actions.sweep(by=SYSTEM, at=AT + timedelta(days=172)) == 0
    assert not Record.objects.filter(verb=DraftEvent.AGES.verb).exists()

    actions.sweep(by=SYSTEM, at=AT + timedelta(days=174))
    told = Record.objects.get(verb=DraftEvent.AGES.verb, object_type="draft")
    assert (told.person_id, told.object_label) == (who.person_id, "个人空间，写日志")
    assert actions.sweep(by=SYSTEM, at=AT + timedelta(days=180)) == 0  # told six days ago
    assert actions.sweep(by=SYSTEM, at=AT + timedelta(days=182)) == 1
    assert list(Draft.objects.all()) == [fresh]


def test_a_word_in_between_keeps_it(who):
    keep(who, title="x", source="很久以前")
    actions.sweep(by=SYSTEM, at=AT + timedelta(days=174))
    keep(who, at=AT + timedelta(days=175), title="x", source="又写了一句")

    assert actions.sweep(by=SYSTEM, at=AT + timedelta(days=200)) == 0
    assert Draft.objects.get().told_at is None


def test_only_the_system_sweeps(who):
    with pytest.raises(NotPermitted):
        actions.sweep(by=who, at=AT)


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_an_address_is_one_of_ours(who, address):
    with pytest.raises(IntegrityError), transaction.atomic():
        make.draft(address=address)


def test_a_ticket_is_signed(who):
    url = queries.desk(person_id=1, key="k", place="坊", address="/x/").url
    sealed = url.split("/keep/")[1].rstrip("/")

    ticket = queries.opened(sealed)
    assert (ticket.key, ticket.place, ticket.address, bool(ticket.page), ticket.seen) == ("k", "坊", "/x/", True, "")
    assert queries.opened(sealed[:-1] + ("A" if sealed[-1] != "A" else "B")) is None
    assert queries.opened("nonsense") is None
