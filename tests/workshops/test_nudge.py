"""Silent members: who was not seen, reminding one or all of them, nobody twice in three days."""

from datetime import timedelta

import pytest

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.notices.models import Delivery
from yanxiu.notices.reactions import tell_the_silent
from yanxiu.people.models import Person
from yanxiu.records.models import Record
from yanxiu.workshops import actions, queries
from yanxiu.workshops.models import Membership, Nudge, PostKind

LATE = make.days(40)


@pytest.fixture
def quiet(shop):
    """Of five members one wrote, one read, one checked in lately; 李雷 never came, and one wrote long ago."""
    people = {name: make.member(shop.space, shop.school, name=name) for name in ("写的人", "读的人", "签的人", "久没来的人", "刚进来的人")}
    briefing = make.post(shop.space, shop.host, kind=PostKind.BRIEFING)
    lately = make.days(35)
    make.post(shop.space, people["写的人"], at=lately)
    make.read(briefing, Person.objects.get(pk=people["读的人"].person_id), at=lately)
    make.check_in(shop.space, Person.objects.get(pk=people["签的人"].person_id), at=lately)
    make.post(shop.space, people["久没来的人"], at=make.AT)
    Membership.objects.filter(person_id=people["刚进来的人"].person_id).update(joined_at=make.days(39))
    return people


def names(shop, **facts):
    return [row.name for row in queries.silent(shop.space, **{"days": 28, "at": LATE} | facts).rows]


def test_silent_is_who_neither_wrote_nor_read_nor_came(shop, quiet):
    assert names(shop) == ["李雷", "久没来的人"]  # who never came stands first
    assert queries.silent_count(shop.space, days=28, at=LATE) == 2
    assert set(queries.silent_ids(shop.space, days=28, at=LATE)) == {shop.member.person_id, quiet["久没来的人"].person_id}
    assert names(shop, days=60) == []
    assert names(shop, words="久") == ["久没来的人"]
    assert len(names(shop, at=make.days(100))) == 6


def test_the_desk_counts_whom_the_list_names(shop, quiet):
    desk = queries.desk(shop.space, person_id=shop.host.person_id, at=LATE)

    assert desk.silent_count == queries.silent_count(shop.space, days=28, at=LATE) == sum(row.count for row in desk.silent)
    assert (desk.people, desk.active, desk.occasional, desk.newcomers) == (6, 1, 2, 1)
    everybody = {one.person_id for one in quiet.values()} | {shop.member.person_id}
    Membership.objects.filter(person_id__in=everybody).update(joined_at=make.days(39))
    assert queries.desk(shop.space, person_id=shop.host.person_id, at=LATE).silent_count == 0


def test_a_reminder_reaches_all_once_in_three_days(shop, quiet):
    unseen = queries.silent_ids(shop.space, days=28, at=LATE)

    done = actions.nudge(workshop=shop.space, people=unseen, by=shop.host, at=LATE)

    assert (set(done.people), done.skipped) == (set(unseen), 0)
    record = Record.objects.get(verb="nudged")
    assert record.measure == 2
    tell_the_silent(record)
    tell_the_silent(record)  # delivered at least once
    assert set(Delivery.objects.values_list("person_id", flat=True)) == set(unseen)
    with pytest.raises(Conflict, match="三天内都提醒过"):
        actions.nudge(workshop=shop.space, people=unseen, by=make.host(shop.space), at=LATE + timedelta(days=2, hours=23))
    later = actions.nudge(workshop=shop.space, people=[*unseen, 10**9], by=shop.host, at=LATE + timedelta(days=3))
    assert (len(later.people), later.skipped) == (2, 1)  # who is no member is passed over
    assert list(Nudge.objects.values_list("times", flat=True)) == [2, 2]


def test_some_were_reminded_lately(shop, quiet):
    actions.nudge(workshop=shop.space, people=[shop.member.person_id], by=shop.host, at=LATE)
    done = actions.nudge(workshop=shop.space, people=queries.silent_ids(shop.space, days=28, at=LATE), by=shop.host, at=LATE)
    assert (done.people, done.skipped) == ((quiet["久没来的人"].person_id,), 1)


def test_who_reminds(shop):
    for nobody in (shop.member, programmes.holder("school_admin", shop.school)):
        with pytest.raises(NotPermitted):
            actions.nudge(workshop=shop.space, people=[shop.member.person_id], by=nobody, at=LATE)
    with pytest.raises(Invalid, match="还没有选人"):
        actions.nudge(workshop=shop.space, people=[], by=shop.host, at=LATE)
    assert not Nudge.objects.exists()
    actions.nudge(workshop=shop.space, people=[shop.member.person_id], by=shop.office, at=LATE)
