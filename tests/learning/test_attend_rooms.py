"""Rooms of a session (F-38): people are shared out, a list is drawn within a room and shown to that room's host."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as some

from tests.learning import factories as make
from tests.learning.hall import AT, facts, make_hall
from tests.learning.test_attend_pages import browser, text
from tests.programmes import factories as programmes
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.learning import attendance as rules
from yanxiu.learning.actions import checking, convening, rooming
from yanxiu.learning.actions.rooming import RoomFacts
from yanxiu.learning.models import Attendance, Finding, SessionRoom, SpotCheck, SpotCheckEntry
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(db):
    with time_machine.travel(AT, tick=False):
        yield make_hall(people=5)


@pytest.fixture
def host(hall):
    """A teacher of the school without any role; she keeps room 302."""
    return programmes.teacher(hall.place.school, name="冯老师")


def set_rooms(hall, *rooms: str, by=None) -> list[SessionRoom]:
    asked = [RoomFacts(name=one.split("，")[0], host=one.partition("，")[2]) for one in rooms]
    return rooming.set_rooms(session=hall.session, rooms=asked, by=by or hall.school_admin, at=AT)


@pytest.fixture
def rooms(hall, host):
    return set_rooms(hall, "301", "302，冯老师")


@given(people=some.integers(0, 200), parts=some.integers(1, 40))
def test_shares_are_whole_and_equal_but_for_one(people, parts):
    shares = rules.shared_out(list(range(people)), parts)

    assert [one for share in shares for one in share] == list(range(people))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_everybody_called_has_a_room_and_subjects_sit_together(hall, rooms):
    seats = list(Attendance.objects.order_by("enrolment__person__sort_key").values_list("room__name", flat=True))

    assert sorted(seats) == seats
    assert (seats.count("301"), seats.count("302")) == (3, 2)
    assert Record.objects.filter(verb="arranged", object_type="session_rooms").count() == 1


def test_setting_again_keeps_rooms_of_the_same_name(hall, rooms):
    again = set_rooms(hall, "302", "303")

    assert again[0].pk == rooms[1].pk
    assert set(SessionRoom.objects.values_list("name", flat=True)) == {"302", "303"}
    set_rooms(hall)
    assert not Attendance.objects.filter(room__isnull=False).exists()


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        (["301"], "rooms.1"),
        (["301", "301"], "rooms.2"),
        (["301", "302，查无此人"], "rooms.2"),
        (["301", "长" * 41], "rooms.2"),
        ([f"{n}" for n in range(41)], "rooms"),
    ],
)
def test_bad_lines_are_named_and_nothing_changes(hall, lines, field):
    with pytest.raises(Invalid) as refused:
        set_rooms(hall, *lines)

    assert refused.value.field == field
    assert not SessionRoom.objects.exists()


def test_two_of_one_name_are_not_guessed(hall, host):
    programmes.teacher(hall.place.school, name="冯老师")

    with pytest.raises(Invalid, match="不止一位"):
        set_rooms(hall, "301", "302，冯老师")


def test_only_the_school_sets_rooms_and_not_after_the_end(hall):
    for actor in (hall.host, hall.who(), programmes.holder("school_admin", hall.place.second_school)):
        with pytest.raises(NotPermitted):
            set_rooms(hall, "301", "302", by=actor)
    hall.settle()
    with pytest.raises(Conflict, match="结清"):
        set_rooms(hall, "301", "302")


def test_people_change_rooms_by_hand(hall, rooms):
    one = Attendance.objects.filter(room=rooms[0]).first()

    moved = [rooming.change_room(session=hall.session, ids=[one.pk], room=rooms[1], by=hall.host, at=AT) for _ in range(2)]

    assert moved == [1, 0]
    with pytest.raises(NotPermitted):
        rooming.change_room(session=hall.session, ids=[one.pk], room=rooms[0], by=hall.who(), at=AT)
    other = convening.fix_session(
        programme=hall.programme, unit=hall.place.school, by=hall.school_admin, at=AT, facts=facts(title="另一场")
    )
    with pytest.raises(Invalid, match="不是本场"):
        rooming.change_room(session=other, ids=[one.pk], room=rooms[0], by=hall.school_admin, at=AT)


def test_a_list_is_drawn_within_the_room_by_its_host(hall, rooms, host):
    drawn = checking.draw_spot_check(session=hall.session, room=rooms[1], size=5, by=programmes.learner(host), at=AT, seed=7)

    here = set(Attendance.objects.filter(room=rooms[1]).values_list("pk", flat=True))
    listed = set(SpotCheckEntry.objects.values_list("attendance", flat=True))
    assert (listed, drawn.room) == (here, rooms[1])
    entry = SpotCheckEntry.objects.select_related("check_list__session", "attendance__enrolment").first()
    checking.mark_spot_check(entry=entry, is_here=False, by=programmes.learner(host), at=AT)
    assert Attendance.objects.get(pk=entry.attendance_id).state == Finding.ABSENT


def test_a_host_draws_neither_in_other_rooms_nor_in_all(hall, rooms, host):
    for room in (rooms[0], None):
        with pytest.raises(NotPermitted):
            checking.draw_spot_check(session=hall.session, room=room, size=1, by=programmes.learner(host), at=AT)
    drawn = checking.draw_spot_check(session=hall.session, room=rooms[0], size=1, by=hall.host, at=AT)
    entry = SpotCheckEntry.objects.select_related("check_list__session", "attendance__enrolment").get()
    with pytest.raises(NotPermitted):
        checking.mark_spot_check(entry=entry, is_here=True, by=programmes.learner(host), at=AT)
    assert drawn.size == 1


def test_an_empty_room_has_nobody_to_draw(hall, rooms):
    Attendance.objects.filter(room=rooms[1]).update(room=rooms[0])

    with pytest.raises(Conflict, match="302里没有"):
        checking.draw_spot_check(session=hall.session, room=rooms[1], size=1, by=hall.host, at=AT)


# Pages ------------------------------------------------------------------------------------------------------------------------


def test_the_host_finds_her_room_draws_and_marks(hall, rooms, host):
    client = browser(host)
    assert reverse("learning:room", args=[rooms[1].pk]) in client.get(reverse("learning:my_sessions")).content.decode()

    answer = client.post(reverse("learning:draw_in_room", args=[rooms[1].pk]), {"size": "2"})
    check = SpotCheck.objects.get()
    assert answer["Location"] == reverse("learning:spot_check", args=[check.pk])
    assert "还有 2 人要查" in text(client.get(answer["Location"]))
    entry = SpotCheckEntry.objects.first()
    client.post(reverse("learning:mark_spot_check", args=[entry.pk]), {"here": "yes"})
    assert "还有 1 人要查" in text(client.get(answer["Location"]))


def test_others_find_neither_room_nor_list(hall, rooms, host):
    drawn = checking.draw_spot_check(session=hall.session, room=rooms[0], size=1, by=hall.host, at=AT)
    entry = SpotCheckEntry.objects.get()
    client = browser(host)

    for path in (reverse("learning:room", args=[rooms[0].pk]), reverse("learning:spot_check", args=[drawn.pk])):
        assert client.get(path).status_code == 404
    assert client.post(reverse("learning:mark_spot_check", args=[entry.pk]), {"here": "no"}).status_code == 404
    assert client.post(reverse("learning:draw_in_room", args=[rooms[0].pk]), {"size": "1"}).status_code == 404


def test_the_school_writes_the_rooms_in_a_form(hall, host):
    admin = programmes.teacher(hall.place.school, name="教务")
    client = browser(admin, role="school_admin", unit=hall.place.school)
    where = reverse("learning:set_rooms", args=[hall.session.pk])

    wrong = client.post(where, {"rooms": "301\n302，无此人"})
    assert (wrong.status_code, "第 2 行" in text(wrong), "302，无此人" in text(wrong)) == (422, True, True)
    client.post(where, {"rooms": "301\n\n302，冯老师\n"})
    assert dict(SessionRoom.objects.values_list("name", "host__name")) == {"301": None, "302": "冯老师"}
    assert "302，冯老师" in text(client.get(where))
    assert "换教室" in text(client.get(reverse("learning:session", args=[hall.session.pk])))
    Attendance.objects.filter(enrolment=hall.people[0]).update(room=None)
    assert "没有分" in text(client.get(reverse("learning:session", args=[hall.session.pk])))


def test_a_room_costs_the_same_for_many(hall, rooms, host, assert_same_queries):
    client = browser(host)

    def more() -> None:
        for _ in range(9):
            person = make.participant(hall.programme, hall.place.school)
            Attendance.objects.create(session=hall.session, enrolment=person, room=rooms[1])

    assert_same_queries(lambda: client.get(reverse("learning:room", args=[rooms[1].pk])), more)


def test_before_it_begins_the_pages_say_when_instead_of_who_lacks(hall, host, rooms):
    office = browser(programmes.teacher(hall.place.school, name="韩梅梅"), role="school_admin", unit=hall.place.school)
    pages = (
        (office, reverse("learning:session", args=[hall.session.pk])),
        (browser(host), reverse("learning:room", args=[rooms[1].pk])),
    )

    def headlines() -> list[str]:
        return [re.search(r"<h1[^>]*>(.*?)</h1>", client.get(url).text, re.DOTALL)[1].strip() for client, url in pages]

    with time_machine.travel(hall.session.starts_at - timedelta(hours=2), tick=False):
        assert headlines() == ["11 月 20 日 19:55 开始，应到 5 人", "302，11 月 20 日 19:55 开始，应到 2 人"]
    assert headlines() == ["到了 0 人，还差 5 人", "302，到了 0 人，还差 2 人"]
    Attendance.objects.filter(session=hall.session).delete()
    assert headlines() == ["这一场没有人要到", "302，还没有安排人"]
