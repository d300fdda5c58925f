"""The pages of study days: without scripts, refusals at their field, the same queries for one person and for many."""

import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.learning import factories as make
from tests.learning.hall import AT, make_hall
from yanxiu.access.models import Appointment
from yanxiu.access.queries import bearer
from yanxiu.kit import clock
from yanxiu.learning import rotating
from yanxiu.learning.models import Attendance, Finding, GateImport, LeaveRequest, LeaveState, SpotCheck, SpotCheckEntry, StudySession
from yanxiu.people import sessions
from yanxiu.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(db):
    with time_machine.travel(AT, tick=False):
        yield make_hall()


def browser(person: Person, *, role: str = "", unit=None) -> Client:
    account = make.account(person)
    if role:
        Appointment.objects.create(person=person, role=role, org=unit, from_on=clock.day(AT), granted_at=AT)
    client = Client()
    session = client.session
    sessions.begin(session, account_id=account.pk, stamp=account.security_stamp, at=AT)
    held = bearer(account.pk, on=clock.day(AT)).held
    session[sessions.HAT] = str(held[0].id) if role else "learner"
    session.save()
    client.cookies["session"] = session.session_key
    return client


def office(hall) -> Client:
    return browser(make.programmes.teacher(hall.place.school, name="韩梅梅"), role="school_admin", unit=hall.place.school)


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", response.content.decode()))


def shown_code(client: Client, hall) -> str:
    page = client.get(reverse("learning:code", args=[hall.session.pk])).content.decode()
    assert "<svg" in page
    return re.search(r"yx-hall-digits\">(\d{3} \d{3})<", page)[1]


def test_a_teacher_scans_and_signs_in(hall):
    phone = browser(hall.people[0].person)
    url = reverse("learning:scan", args=[hall.session.pk, rotating.code(hall.session.pk, rotating.step_of(AT))])

    arrive = phone.get(url, follow=True)
    assert "李雷，签到吗" in text(arrive)
    token = arrive.redirect_chain[-1][0].split("/arrive/")[1].strip("/")
    done = phone.post(reverse("learning:sign_in", args=[hall.session.pk, token]), follow=True)

    assert "签到已记下" in text(done)
    assert hall.of().state == Finding.PRESENT


def test_arriving_costs_ten_queries_at_most(hall, django_assert_max_num_queries):
    phone = browser(hall.people[0].person)
    url = reverse("learning:scan", args=[hall.session.pk, rotating.code(hall.session.pk, rotating.step_of(AT))])
    where = phone.get(url)["Location"]

    with django_assert_max_num_queries(10):
        assert "李雷，签到吗" in text(phone.get(where))


def test_who_is_not_signed_in_scans_first_and_lands_back(hall):
    phone = Client()
    url = reverse("learning:scan", args=[hall.session.pk, rotating.code(hall.session.pk, rotating.step_of(AT))])

    arrive = phone.get(url)
    assert arrive.status_code == 302
    door = phone.get(arrive["Location"])
    assert (door.status_code, "sign-in" in door["Location"], "arrive" in door["Location"]) == (302, True, True)


def test_a_stale_code_says_what_to_do(hall):
    url = reverse("learning:scan", args=[hall.session.pk, rotating.code(hall.session.pk, rotating.step_of(AT) - 3)])

    response = Client().get(url)

    assert response.status_code == 409
    assert "再扫一次" in text(response)


def test_digits_are_typed_and_wrong_ones_are_said(hall):
    screen, phone = office(hall), browser(hall.people[0].person)
    where = reverse("learning:sign_in_by_digits", args=[hall.session.pk])
    digits = shown_code(screen, hall)

    wrong = phone.post(where, {"digits": "12"})
    assert (wrong.status_code, "数字码不对" in text(wrong)) == (409, True)
    assert "签到已记下" in text(phone.post(where, {"digits": digits}, follow=True))


def test_the_code_renews_itself_and_is_not_cached(hall):
    screen = office(hall)
    first = shown_code(screen, hall)
    with time_machine.travel(AT + timedelta(seconds=rotating.STEP_SECONDS), tick=False):
        part = screen.get(reverse("learning:code", args=[hall.session.pk]), headers={"HX-Request": "true", "HX-Target": "hall"})

    assert "no-store" in part["Cache-Control"] or "no-cache" in part["Cache-Control"]
    assert first not in part.content.decode()
    assert "<html" not in part.content.decode()


def test_roll_call_strike_and_correction_by_forms(hall):
    client = office(hall)
    hall.scan(1, device="one")
    hall.scan(2, device="one")
    ids = [hall.of(0).pk]

    assert (
        client.post(reverse("learning:call_roll", args=[hall.session.pk]), {"place": ids, "finding": "present", "reason": ""}).status_code
        == 422
    )
    client.post(reverse("learning:call_roll", args=[hall.session.pk]), {"place": ids, "finding": "present", "reason": "没带手机"})
    page = text(client.get(reverse("learning:session", args=[hall.session.pk])))
    assert "3 人都到了" in page
    assert "和另外 1 人同一部手机" in page
    client.post(reverse("learning:strike_sign_ins", args=[hall.session.pk]), {"place": [hall.of(1).pk], "reason": "代签"})
    assert hall.of(1).state == Finding.PENDING
    where = reverse("learning:correct_attendance", args=[hall.of(2).pk])
    assert client.post(where, {"finding": "absent", "reason": ""}).status_code == 422
    client.post(where, {"finding": "absent", "reason": "监控里没有"})
    history = text(client.get(reverse("learning:attendance", args=[hall.of(2).pk])))
    assert "学校更正" in history
    assert "扫码签到" in history


def test_a_spot_check_on_the_checkers_phone(hall):
    client = browser(make.programmes.teacher(hall.place.school, name="组长"), role="group_leader", unit=hall.place.school)
    hall.scan()

    drawn = client.post(reverse("learning:draw_spot_check", args=[hall.session.pk]), {"size": "3"}, follow=True)
    assert "还有 3 人要查" in text(drawn)
    entry = SpotCheckEntry.objects.get(check_list=SpotCheck.objects.get(), attendance=hall.of())
    client.post(reverse("learning:mark_spot_check", args=[entry.pk]), {"here": "no"})

    assert hall.of().state == Finding.ABSENT
    assert "抽查时您不在场" in text(browser(hall.people[0].person).get(reverse("learning:my_sessions")))


def test_leave_from_asking_to_granting(hall):
    phone, client = browser(hall.people[0].person), office(hall)
    where = reverse("learning:ask_leave", args=[hall.session.pk])

    assert phone.post(where, {"reason": ""}).status_code == 422
    assert "等学校答复" in text(phone.post(where, {"reason": "孩子发烧"}, follow=True))
    assert "孩子发烧" in text(client.get(reverse("learning:leaves")))
    client.post(reverse("learning:grant_leave", args=[LeaveRequest.objects.get().pk]), {"opinion": ""})
    assert LeaveRequest.objects.get().state == LeaveState.APPROVED
    assert "请假" in text(phone.get(reverse("learning:my_sessions")))


def test_sessions_are_fixed_by_form_and_by_table(hall):
    client = office(hall)
    given = {
        "programme": hall.programme.pk, "unit": hall.place.school.pk, "title": "课例点评", "place": "二楼会议室", "on": "2026-11-21",
        "starts": "08:30", "ends": "10:30", "hours": "2", "stage": "", "subject": "", "grace_minutes": "5",
    }  # fmt: skip
    assert client.post(reverse("learning:fix_session"), given | {"on": "2026-12-21"}).status_code == 422
    client.post(reverse("learning:fix_session"), given)
    assert StudySession.objects.filter(title="课例点评").exists()
    table = "日期,开始,结束,地点,内容,学时\n2026-11-22,08:30,10:30,报告厅,评课,2\n2026-11-22,14:00,xx,报告厅,研讨,2\n"
    where, target = reverse("learning:fix_sessions"), {"programme": hall.programme.pk, "unit": hall.place.school.pk}
    refused = client.post(where, target | {"file": SimpleUploadedFile("安排.csv", table.encode())})
    assert (refused.status_code, "C3" in text(refused)) == (422, True)
    assert not StudySession.objects.filter(title="评课").exists()
    good = table.replace("xx", "16:00")
    assert "安排了 2 场" in text(client.post(where, target | {"file": SimpleUploadedFile("安排.csv", good.encode())}, follow=True))
    assert load_workbook(io.BytesIO(client.get(reverse("learning:sessions_template")).content)).active["A1"].value == "日期"


def test_a_gate_file_from_preview_to_undo(hall):
    client = office(hall)
    given = {"programme": hall.programme.pk, "unit": hall.place.school.pk}
    content = "姓名,通行时间\n李雷,2026-11-20 19:50\n路人,2026-11-20 19:50\n".encode()

    page = client.post(reverse("learning:preview_gate"), given | {"file": SimpleUploadedFile("门禁.csv", content)}, follow=True)
    assert "可以导入 1 条" in text(page)
    assert "A3" in text(page)
    gate = GateImport.objects.get()
    client.post(reverse("learning:apply_gate", args=[gate.pk]))
    assert hall.of().state == Finding.PRESENT
    client.post(reverse("learning:undo_gate", args=[gate.pk]))
    assert hall.of().state == Finding.PENDING
    bad = client.post(reverse("learning:preview_gate"), given | {"file": SimpleUploadedFile("门禁.csv", b"")})
    assert bad.status_code == 422


def test_the_sheet_is_exported_and_recorded(hall):
    hall.scan()

    book = load_workbook(io.BytesIO(office(hall).post(reverse("learning:export_attendance")).content))

    rows = list(book.active.iter_rows(values_only=True))
    assert len(rows) == 4
    assert ("李雷" in rows[1] or "李雷" in rows[2] or "李雷" in rows[3]) is True


def test_other_schools_find_nothing(hall):
    stranger = browser(make.programmes.teacher(hall.place.second_school, name="外校"), role="school_admin", unit=hall.place.second_school)
    for name in ("session", "code"):
        assert stranger.get(reverse(f"learning:{name}", args=[hall.session.pk])).status_code == 404
    assert stranger.get(reverse("learning:attendance", args=[hall.of().pk])).status_code == 404
    learner = browser(hall.people[0].person)
    assert learner.get(reverse("learning:session", args=[hall.session.pk])).status_code == 403
    outsider = browser(make.programmes.teacher(hall.place.second_school))
    assert outsider.get(reverse("learning:ask_leave", args=[hall.session.pk])).status_code == 404


@pytest.mark.slow  # pages at one and at many rows
@pytest.mark.parametrize("name", ["session", "sessions", "my_sessions", "code", "leaves"])
def test_pages_cost_the_same_for_many(hall, assert_same_queries, name):
    client = browser(hall.people[0].person) if name == "my_sessions" else office(hall)
    where = reverse(f"learning:{name}", args=[hall.session.pk] if name in ("session", "code") else [])
    hall.scan()

    def more():
        for number in range(10):
            one = make.participant(hall.programme, hall.place.school)
            make.attendance_mark(make.attendance(hall.session, one), device="same", step=number)
            place = make.attendance(
                make.study_session(hall.programme, hall.place.school, starts_at=AT + timedelta(hours=number)), hall.people[0]
            )
            make.leave_request(place)

    assert_same_queries(lambda: client.get(where), more)
    assert Attendance.objects.count() == 23
