"""Large rosters: ordered on the page, taken part by part in the background, going on after a crash, each row once (F-03)."""

from datetime import timedelta

import pytest

from tests.people.factories import AT
from tests.people.roster.sheets import HEAD, teacher, xlsx
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.people import actions, tasks
from yanxiu.people.actions import NewPerson, register_people, roster_import
from yanxiu.people.models import Person, RosterImport, RosterRow, RosterState
from yanxiu.people.roster.keeping import secrets_of
from yanxiu.people.views import rosters
from yanxiu.records.models import Record

NAMES = ("甲一", "乙二", "丙三", "丁四", "戊五")


@pytest.fixture
def office(cast):
    return cast.actor("教务")


@pytest.fixture
def roster(cast, office):
    content = xlsx(HEAD, *(teacher(cast.school, name=name) for name in NAMES), teacher(cast.school, name="己六", number="1"))
    return actions.preview_roster(content=content, file_name="名册.xlsx", unit=cast.county, by=office, at=AT)


def part(roster, *, minutes=1):
    return actions.import_part(roster=roster, by=SYSTEM, at=AT + timedelta(minutes=minutes), most=2)


def brought():
    return Person.objects.filter(name__in=NAMES).count()


def test_the_parts_take_every_row_once_and_are_recorded_as_one_import(roster, office):
    actions.begin_import(roster=roster, by=office, at=AT)

    assert [part(roster, minutes=number) for number in range(1, 5)] == [True, True, True, False]
    roster.refresh_from_db()
    assert (roster.state, roster.asked_rows, brought()) == (RosterState.APPLIED, 5, 5)
    (told,) = Record.objects.filter(verb="imported", object_type="roster", object_id=str(roster.pk))
    assert (told.actor_id, told.measure, told.data) == (office.person_id, 5, {"created": 5, "matched": 0})
    assert Record.objects.filter(verb="registered", object_type="person", actor_id=office.person_id, at__gt=AT).count() == 5
    assert not part(roster)
    assert len(actions.undo_roster(roster=roster, by=office, at=AT)) == 0
    assert brought() == 0


def test_a_part_that_is_cut_off_leaves_nothing_and_the_next_one_goes_on(roster, office, monkeypatch):
    actions.begin_import(roster=roster, by=office, at=AT)
    part(roster)
    with monkeypatch.context() as patched:
        patched.setattr(roster_import, "record_from", lambda **_facts: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            part(roster)

    assert brought() == 2
    assert RosterRow.objects.filter(roster=roster, done_at__isnull=False).count() == 2
    while part(roster):
        pass
    assert brought() == 5


def test_nothing_else_is_done_with_a_roster_that_runs(roster, office):
    actions.begin_import(roster=roster, by=office, at=AT)
    row = RosterRow.objects.get(roster=roster, outcome="refused")

    for act in (actions.import_roster, actions.undo_roster):
        with pytest.raises(Conflict, match="正在导入"):
            act(roster=roster, by=office, at=AT)
    with pytest.raises(Conflict, match="正在导入"):
        actions.mend_row(row=row, changes={"identity": "2"}, by=office, at=AT)
    begun = actions.begin_import(roster=roster, by=office, at=AT + timedelta(hours=1))
    assert begun.asked_at == AT


def test_who_is_registered_by_others_meanwhile_is_not_registered_again(cast, roster, office):
    actions.begin_import(roster=roster, by=office, at=AT)
    row = RosterRow.objects.get(roster=roster, name="戊五")
    register_people(people=[NewPerson(name="戊五", unit=cast.school, identity=secrets_of(row)["identity"])], by=SYSTEM, at=AT)

    while part(roster):
        pass
    row.refresh_from_db()
    assert (row.outcome, row.done_at, brought()) == ("held", None, 5)
    assert actions.import_roster(roster=roster, by=office, at=AT) == 1
    row.refresh_from_db()
    assert (row.outcome, row.is_created) == ("matched", False)


def test_who_may(cast, roster, office):
    for name in ("李雷", "外人", "韩梅梅"):
        with pytest.raises(NotFound):
            actions.begin_import(roster=roster, by=cast.actor(name), at=AT)
    with pytest.raises(NotPermitted):
        actions.import_part(roster=roster, by=office, at=AT)
    assert not part(roster)  # nobody ordered it


def test_the_page_orders_a_large_import_and_shows_how_far_it_is(cast, roster, monkeypatch):
    monkeypatch.setattr(rosters, "MOST_AT_ONCE", 2)
    client, url = cast.client_of("教务"), f"/teachers/import/{roster.pk}/"

    client.post(f"{url}import/")
    assert RosterImport.objects.get().state == RosterState.RUNNING
    assert brought() == 0
    assert _queued() == [roster.pk]
    page = client.get(url).content.decode()
    assert "正在导入 5 行" in page
    assert "0 / 5" in page
    assert "接着导入" not in page
    assert "正在导入" in client.get("/teachers/import/").content.decode()
    small = client.get(f"{url}?part=job", headers={"HX-Request": "true"}).content.decode()
    assert "0 / 5" in small
    assert "<html" not in small
    tasks.import_roster(roster_id=roster.pk)
    assert client.get(f"{url}?part=job", headers={"HX-Request": "true"}).headers["HX-Redirect"] == url
    assert "已导入，收下 5 行" in client.get(url).content.decode()


def test_an_import_that_stood_still_is_given_to_the_queue_again(cast, roster, office):
    actions.begin_import(roster=roster, by=office, at=AT)
    soon = AT + timedelta(minutes=1)

    tasks.go_on_importing(timestamp=int(soon.timestamp()))
    assert _queued() == []
    assert "接着导入" in cast.client_of("教务").get(f"/teachers/import/{roster.pk}/").content.decode()
    tasks.go_on_importing(timestamp=int((AT + timedelta(minutes=5)).timestamp()))
    assert _queued() == [roster.pk]


def _queued():
    asked = "SELECT (args->>'roster_id')::bigint AS roster_id FROM procrastinate_jobs WHERE task_name = 'people.import_roster'"
    return [row["roster_id"] for row in sql.rows(asked)]
