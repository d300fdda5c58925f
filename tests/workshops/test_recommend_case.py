"""Cases climb under the share of the plan: 19, 20, 57 cases give 0, 1, 2 places, never more, whatever happens at once (C-41, D-08, D-09)."""

import threading
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from tests.programmes import factories as programmes
from tests.workshops import case_factories as cases
from tests.workshops import climbing
from tests.workshops import factories as make
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, DomainError, Invalid, NotFound, NotPermitted
from yanxiu.records.actions import store_metrics
from yanxiu.records.models import Record
from yanxiu.workshops import actions
from yanxiu.workshops.actions.climbing import places_of
from yanxiu.workshops.models import CaseEntry, CaseException, CasePresence, CaseRound, CaseSelection, CaseTheme, Post, PostState
from yanxiu.workshops.queries.cases import shelf

AT = make.AT


@pytest.fixture
def ground(db):
    return climbing.build()


def closed(ground, number, *, space=None):
    """A round of the lowest level with so many cases, closed, its entries, a host of it."""
    theme = climbing.theme(ground)
    space = space or ground.low
    entries = cases.case_entries(ground.round(theme, space), ground.authors(number)) if number else []
    climbing.close(ground.round(theme, space))
    return ground.round(theme, space), entries, ground.host(space)


def recommend(one, entries, host, *, at=None):
    return actions.recommend(round=one, entry_ids=[entry.pk for entry in entries], by=host, at=at or one.closes_at + timedelta(hours=1))


@pytest.mark.parametrize(("number", "places"), [(0, 0), (19, 0), (20, 1), (39, 1), (40, 2), (57, 2), (60, 3), (100, 5), (1999, 99)])
def test_golden_4_the_share_of_the_base_is_rounded_down(number, places):
    assert places_of(number, Decimal("0.05")) == places


def test_other_roundings_and_no_cap_are_as_the_plan_says():
    assert [places_of(57, Decimal("0.05"), how) for how in ("floor", "half_up", "ceiling")] == [2, 3, 3]
    assert places_of(57, None) is None


@pytest.mark.parametrize(("number", "places"), [(19, 0), (20, 1), (57, 2)])
def test_golden_4_as_many_go_up_and_not_one_more(ground, number, places):
    one, entries, host = closed(ground, number)

    assert (one.base, one.places, one.left) == (number, places, places)
    with pytest.raises(Conflict, match=f"本级 {number} 件，最多推荐 {places} 件，已推荐 0 件"):
        recommend(one, entries[: places + 1], host)
    assert not CasePresence.objects.filter(round=one.upper).exists()
    if places:
        recommend(one, entries[:places], host)
    assert ground.round(one.theme, ground.low).recommended == places
    with pytest.raises(Conflict, match="还能推荐 0 件"):
        recommend(one, entries[-1:], host)


def test_the_database_itself_refuses_one_more(ground):
    one, _entries, _host = closed(ground, 20)

    for change in ({"recommended": 2}, {"places": 2}, {"base": None}, {"closed_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CaseRound.objects.filter(pk=one.pk).update(**change)


def test_the_base_is_fixed_at_the_close(ground):
    theme = climbing.theme(ground)
    member = make.member(ground.low, ground.school)
    cases.case_entries(ground.round(theme, ground.low), ground.authors(20))
    hidden, copied = cases.case_entries(ground.round(theme, ground.low), ground.authors(2))
    Post.objects.filter(pk=hidden.post_id).update(state=PostState.HIDDEN, hidden_at=AT)
    Post.objects.filter(pk=copied.post_id).update(why_not="与已有的发言几乎一样")

    first = climbing.close(ground.round(theme, ground.low))
    with pytest.raises(Conflict, match="已经截止"):
        actions.submit_case(theme=theme, space=ground.low, title="迟到", source="迟到的一件", by=member, at=theme.closes_at)
    again = actions.close_round(round=first, by=SYSTEM, at=first.closes_at + timedelta(days=1))

    assert (first.base, first.places, again.closed_at) == (20, 1, first.closed_at)
    assert Record.objects.filter(verb="closed", object_type="case_round", object_id=str(first.pk)).count() == 1


def gone(entry, *, state=PostState.HIDDEN):
    Post.objects.filter(pk=entry.post_id).update(state=state, hidden_at=None if state == PostState.PUBLISHED else AT)


@pytest.mark.parametrize("state", [PostState.HIDDEN, PostState.DELETED])
def test_what_is_hidden_or_deleted_after_the_close_stays_in_the_base_and_cannot_be_chosen(ground, state):
    one, entries, host = closed(ground, 20)

    gone(entries[0], state=state)
    again = actions.close_round(round=one, by=SYSTEM, at=one.closes_at + timedelta(days=1))
    with pytest.raises(Invalid, match="已推荐的和撤下的不能再推"):
        recommend(one, entries[:1], host)
    recommend(one, entries[1:2], host)

    assert (again.base, again.places, ground.round(one.theme, ground.low).recommended) == (20, 1, 1)


def test_a_place_used_by_what_is_hidden_is_free_once_it_is_taken_back(ground):
    one, entries, host = closed(ground, 20)
    recommend(one, entries[:1], host)

    gone(entries[0])
    with pytest.raises(Conflict, match="最多推荐 1 件，已推荐 1 件"):
        recommend(one, entries[1:2], host)
    actions.take_back(round=one, entry=entries[0], by=host, at=one.closes_at)
    recommend(one, entries[1:2], host)
    climbing.close(ground.round(one.theme, ground.other_low))

    middle = climbing.close(ground.round(one.theme, ground.middle))
    assert middle.base == 1  # what can be read at the close above, of all that came


def test_what_is_sent_up_and_hidden_before_the_close_above_is_not_counted_there(ground):
    one, entries, host = closed(ground, 20)
    recommend(one, entries[:1], host)

    gone(entries[0])
    climbing.close(ground.round(one.theme, ground.other_low))
    middle = climbing.close(ground.round(one.theme, ground.middle))

    assert (middle.base, middle.places, ground.round(one.theme, ground.low).recommended) == (0, 0, 1)


def test_what_is_brought_back_after_the_close_may_be_chosen_within_the_places(ground):
    theme = climbing.theme(ground)
    entries = cases.case_entries(ground.round(theme, ground.low), ground.authors(21))
    host = ground.host(ground.low)
    gone(entries[0])
    one = climbing.close(ground.round(theme, ground.low))

    gone(entries[0], state=PostState.PUBLISHED)
    with pytest.raises(Conflict, match="本级 20 件，最多推荐 1 件"):
        recommend(ground.round(theme, ground.low), entries[:2], host)
    recommend(ground.round(theme, ground.low), entries[:1], host)

    assert (one.base, one.places, ground.round(theme, ground.low).recommended) == (20, 1, 1)


def test_an_author_cannot_take_a_case_away_after_the_close(ground):
    theme = climbing.theme(ground)
    member = make.member(ground.low, ground.school)
    entry = actions.submit_case(theme=theme, space=ground.low, title="真问题", source="写清问题、做法和证据", by=member, at=AT)
    post = Post.objects.select_related("space__org", "space__parent", "parent", "author").get(pk=entry.post_id)
    climbing.close(ground.round(theme, ground.low))

    for act in (actions.hide, actions.delete):
        facts = {"reason": "不想参加了"} if act is actions.hide else {}
        with pytest.raises(Conflict, match="件数已定，结果公布前不能再撤回或删除"):
            act(post=post, by=member, at=theme.closes_at, **facts)
    assert Post.objects.get(pk=post.pk).state == PostState.PUBLISHED


def test_a_selected_case_that_was_hidden_is_not_published(ground):
    theme = climbing.theme(ground, ground.topic)
    low, last = (ground.round(theme, ground.topic, is_final=final) for final in (False, True))
    entries = cases.case_entries(low, ground.authors(40))
    climbing.close(low)
    recommend(ground.round(theme, ground.topic, is_final=False), entries[:2], ground.host(ground.topic))
    climbing.close(last)
    last, chooser = ground.round(theme, ground.topic, is_final=True), ground.host(ground.top)
    for entry in entries[:2]:
        actions.select(round=last, entry=entry, words="证据扎实", by=chooser, at=last.closes_at)

    gone(entries[0])

    assert actions.publish_theme(round=last, by=chooser, at=last.closes_at) == 1
    assert [one.entry_id for one in shelf()] == [entries[1].pk]


def test_rounds_close_from_below_and_not_before_the_cases_are_in(ground):
    theme = climbing.theme(ground)

    with pytest.raises(Conflict, match="还在收案例"):
        actions.close_round(round=ground.round(theme, ground.low), by=SYSTEM, at=theme.closes_at - timedelta(seconds=1))
    with pytest.raises(Conflict, match="下一级还没有截止"):
        climbing.close(ground.round(theme, ground.middle))
    with pytest.raises(NotPermitted):
        actions.close_due_rounds(by=ground.host(ground.low), at=theme.closes_at)
    assert actions.close_due_rounds(by=SYSTEM, at=theme.closes_at) == 2
    assert actions.close_due_rounds(by=SYSTEM, at=theme.closes_at) == 0
    assert actions.close_due_rounds(by=SYSTEM, at=theme.closes_at + timedelta(days=30)) == 2


def test_three_levels_count_what_came_from_below(ground):
    theme = climbing.theme(ground)
    low = ground.round(theme, ground.low)
    entries = cases.case_entries(low, ground.authors(40))
    own = cases.case_entries(ground.round(theme, ground.middle), ground.authors(18))
    climbing.close_all(theme, level="县")
    recommend(ground.round(theme, ground.low), entries[:2], ground.host(ground.low))

    middle = climbing.close(ground.round(theme, ground.middle))
    assert (middle.base, middle.places) == (20, 1)
    recommend(ground.round(theme, ground.middle), [entries[0]], ground.host(ground.middle), at=middle.closes_at)
    top = climbing.close(ground.round(theme, ground.top))

    assert (top.base, top.places, top.is_final) == (1, None, True)
    here = climbing.reload(entries[0])
    assert (here.state, here.round_id, here.entered_id) == ("recommended", top.pk, low.pk)
    assert (climbing.reload(entries[1]).round_id, climbing.reload(own[0]).state) == (middle.pk, "submitted")
    _select_and_publish(ground, theme, entries[0])


def _select_and_publish(ground, theme, entry):
    top, host, at = ground.round(theme, ground.top), ground.host(ground.top), theme.closes_at + timedelta(days=20)

    with pytest.raises(Conflict, match="还没有选出案例"):
        actions.publish_theme(round=top, by=host, at=at)
    with pytest.raises(NotFound):
        actions.select(round=top, entry=entry, words="", by=ground.host(ground.middle), at=at)
    actions.select(round=top, entry=entry, words="证据扎实", by=host, at=at)
    actions.select(round=top, entry=entry, words="证据扎实，可照着做", by=host, at=at)
    assert CaseSelection.objects.get(entry=entry).words == "证据扎实，可照着做"
    actions.deselect(round=top, entry=entry, by=host, at=at)
    assert climbing.reload(entry).state == "recommended"
    actions.select(round=top, entry=entry, words="证据扎实", by=host, at=at)
    assert actions.publish_theme(round=top, by=host, at=at) == 1
    assert (climbing.reload(entry).state, CaseTheme.objects.get(pk=theme.pk).published_at) == ("selected", at)
    with pytest.raises(Conflict, match="已经公布，不能再改"):
        actions.deselect(round=top, entry=entry, by=host, at=at)


def test_two_levels_of_senior_high(ground):
    facts = {"kind": "subject_workshop", "programme": ground.programme, "stage": "高中", "subject": "语文"}
    top = make.space(ground.province, level="省", title="全省高中语文工作坊", **facts)
    city = make.space(ground.city, parent=top, level="市", title="东岭市高中语文工作坊", **facts)
    theme = climbing.theme(ground, top)
    entries = cases.case_entries(ground.round(theme, city), ground.authors(20))

    one = climbing.close(ground.round(theme, city))
    recommend(ground.round(theme, city), entries[:1], ground.host(city))

    assert (one.closes_at, one.places, climbing.reload(entries[0]).round.is_final) == (theme.closes_at, 1, True)


def test_a_topic_is_selected_by_the_province_not_by_its_hosts(ground):
    theme = climbing.theme(ground, ground.topic)
    entries = cases.case_entries(ground.round(theme, ground.topic, is_final=False), ground.authors(20))
    host = ground.host(ground.topic)
    climbing.close(ground.round(theme, ground.topic, is_final=False))
    recommend(ground.round(theme, ground.topic, is_final=False), entries[:1], host)
    last = climbing.close(ground.round(theme, ground.topic, is_final=True))
    last = ground.round(theme, ground.topic, is_final=True)

    with pytest.raises(NotPermitted):
        actions.select(round=last, entry=entries[0], words="", by=host, at=last.closes_at)
    assert actions.select(round=last, entry=entries[0], words="", by=ground.host(ground.top), at=last.closes_at)


def test_recommendations_are_taken_back_until_the_level_above_is_closed(ground):
    one, entries, host = closed(ground, 20)
    recommend(one, entries[:1], host)

    actions.take_back(round=one, entry=entries[0], by=host, at=one.closes_at)
    assert (ground.round(one.theme, ground.low).recommended, climbing.reload(entries[0]).state) == (0, "submitted")
    with pytest.raises(Conflict, match="没有从本级推荐"):
        actions.take_back(round=one, entry=entries[0], by=host, at=one.closes_at)
    recommend(one, entries[1:2], host)
    climbing.close(ground.round(one.theme, ground.other_low))
    climbing.close(ground.round(one.theme, ground.middle))
    for act in (
        lambda: actions.take_back(round=one, entry=entries[1], by=host, at=one.closes_at),
        lambda: actions.grant_exception(round=one, extra=1, reason="确有佳作", by=ground.host(ground.middle), at=one.closes_at),
    ):
        with pytest.raises(Conflict, match="已经截止，件数已定"):
            act()


def test_the_office_above_grants_more_and_it_is_kept_with_its_reason(ground):
    one, entries, host = closed(ground, 19)
    above = ground.host(ground.middle)

    for who in (host, programmes.holder("county_admin", ground.county)):
        with pytest.raises(NotPermitted, match="由上一级给"):
            actions.grant_exception(round=one, extra=1, reason="不足二十件，确有佳作", by=who, at=AT)
    granted = actions.grant_exception(round=one, extra=1, reason="不足二十件，确有佳作", by=above, at=AT)

    assert (granted.extra, granted.granted_by) == (1, above.person_id)
    assert Record.objects.filter(verb="granted", object_type="case_round", actor_id=above.person_id).count() == 1
    recommend(one, entries[:1], host)
    with pytest.raises(Conflict, match="最多推荐 1 件，已推荐 1 件"):
        recommend(one, entries[1:2], host)


BAD_GRANTS = [({"extra": 0}, "一次给 1—20 个"), ({"extra": 21}, "一次给 1—20 个"), ({"reason": "好"}, "请写明给例外的理由")]


@pytest.mark.parametrize(("change", "sentence"), BAD_GRANTS)
def test_exceptions_that_cannot_be_are_refused_and_nothing_is_stored(ground, change, sentence):
    one, _entries, _host = closed(ground, 3)

    with pytest.raises(Invalid, match=sentence):
        actions.grant_exception(**{"round": one, "extra": 1, "reason": "确有佳作", "by": ground.host(ground.middle), "at": AT, **change})
    assert (CaseException.objects.count(), ground.round(one.theme, ground.low).granted) == (0, 0)


def test_what_cannot_be_recommended_is_refused_and_nothing_moves(ground):
    one, entries, host = closed(ground, 60)
    member = programmes.learner(entries[0].author)
    Post.objects.filter(pk=entries[1].post_id).update(state=PostState.HIDDEN, hidden_at=AT)
    author = make.host(ground.low, entries[2].author)

    for chosen, who, error, sentence in (
        ([], host, Invalid, "请勾选"),
        ([entries[3], entries[1]], host, Conflict, "已经推荐或撤下"),
        ([entries[2]], author, Conflict, "自己的案例由别的主持人"),
        ([entries[3]], member, NotFound, "没有找到这一轮"),
        ([entries[3]], ground.host(ground.middle), NotPermitted, "由青河县初中语文工作坊的主持人"),
        ([entries[3]], ground.host(ground.other_low), NotFound, "没有找到这一轮"),
    ):
        with pytest.raises(error, match=sentence):
            recommend(one, chosen, who)
    assert ground.round(one.theme, ground.low).recommended == 0


def test_judges_give_points_without_names_and_keep_out_where_they_are_near(ground):
    one, entries, host = closed(ground, 3)
    colleague = make.host(ground.low, programmes.teacher(ground.school))
    outside = programmes.teacher(ground.city)
    judge = make.host(ground.low, outside)

    actions.vote(round=one, entry=entries[0], score=88, words="证据足", by=judge, at=AT)
    given = actions.vote(round=one, entry=entries[0], score=90, by=judge, at=AT)
    assert (given.score, given.words) == (90, "")
    with pytest.raises(NotPermitted, match="您要回避"):
        actions.vote(round=one, entry=entries[0], score=88, by=colleague, at=AT)
    actions.name_conflict(round=one, judge=outside, person=entries[0].author, reason="师徒", by=host, at=AT)
    with pytest.raises(NotPermitted, match="您要回避"):
        actions.vote(round=one, entry=entries[0], score=88, by=judge, at=AT)
    assert not type(given).objects.exists()


@pytest.mark.parametrize(("change", "sentence"), [({"score": 0}, "1—100"), ({"score": 101}, "1—100"), ({"words": "长" * 501}, "最多 500")])
def test_votes_that_cannot_be_are_refused(ground, change, sentence):
    one, entries, _host = closed(ground, 1)
    judge = make.host(ground.low, programmes.teacher(ground.city))

    with pytest.raises(Invalid, match=sentence):
        actions.vote(**{"round": one, "entry": entries[0], "score": 80, "by": judge, "at": AT, **change})


@pytest.mark.django_db(transaction=True)
def test_twenty_hosts_at_once_never_send_up_too_many(transactional_db):
    store_metrics(by=SYSTEM, at=AT)
    ground = climbing.build()
    one, entries, _host = closed(ground, 60)
    hosts = [ground.host(ground.low) for _ in range(20)]
    said: Counter[str] = Counter()
    ready = threading.Barrier(20)

    def press(number):
        try:
            ready.wait(timeout=30)
            recommend(one, entries[number : number + 1 + number % 2], hosts[number])
            said["sent"] += 1 + number % 2
        except DomainError as error:
            said[type(error).__name__] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    after = CaseRound.objects.get(pk=one.pk)
    assert (after.places, after.recommended) == (3, said["sent"])
    assert 2 <= said["sent"] <= 3
    assert CasePresence.objects.filter(round=one.upper_id).count() == said["sent"] == CaseEntry.objects.filter(state="recommended").count()
    assert Record.objects.filter(verb="recommended", object_type="case").count() == said["sent"]
