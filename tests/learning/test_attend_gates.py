"""Files of gates and attendance machines: previewed, refused by cell, imported once, taken back."""

import io
from datetime import timedelta

import pytest
from openpyxl import Workbook

from tests.learning import factories as make
from tests.learning.hall import AT, make_hall
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.learning.actions import convening, gates
from yanxiu.learning.models import AttendanceMark, Finding, GateImport, GateRow, GateState

pytestmark = pytest.mark.django_db
HEADS = "人员姓名,身份证号,通行时间,设备名称\n"


@pytest.fixture
def hall(db):
    return make_hall()


def preview(hall, text: str | bytes, *, name: str = "门禁记录.csv", by=None):
    content = text.encode() if isinstance(text, str) else text
    return gates.preview_gate(
        content=content, file_name=name, programme=hall.programme, unit=hall.place.school, by=by or hall.school_admin, at=AT
    )


def rows(gate: GateImport) -> list[tuple[int, str, str]]:
    return list(GateRow.objects.filter(gate=gate).order_by("number").values_list("number", "field", "words"))


GOOD = (
    HEADS
    + "李雷,,2026-11-20 19:50:03,东门\n韩雪,,2026/11/20 20:20,东门\n王五,,2026-11-20 19:55,东门\n赵敏,,昨天晚上,东门\n周正,,2026-11-20 06:00,东门\n"
)


def test_a_preview_judges_every_row_and_changes_nobody(hall):
    gate = preview(hall, GOOD)

    found = rows(gate)
    assert [number for number, _, words in found if not words] == [2, 3]
    assert found[2][1] == "name"
    assert found[3][1:] == ("time", "时间读不懂。写成 2026-07-23 08:05 这样")
    assert gate.columns["time"] == "C"
    assert hall.of().state == Finding.PENDING


def test_importing_lets_the_passages_speak_once(hall):
    gate = preview(hall, GOOD)

    assert gates.apply_gate(gate=gate, by=hall.school_admin, at=AT) == 2
    assert gates.apply_gate(gate=gate, by=hall.school_admin, at=AT) == 0
    assert (hall.of(0).state, hall.of(1).state) == (Finding.PRESENT, Finding.LATE)
    assert preview(hall, GOOD).pk == gate.pk


def test_the_same_passages_in_another_file_do_not_count_twice(hall):
    gates.apply_gate(gate=preview(hall, GOOD), by=hall.school_admin, at=AT)

    assert gates.apply_gate(gate=preview(hall, GOOD + "\n"), by=hall.school_admin, at=AT) == 0
    assert AttendanceMark.objects.filter(source="gate").count() == 2


def test_taking_back_strikes_the_passages_out_even_after_settling(hall):
    gate = preview(hall, GOOD)
    gates.apply_gate(gate=gate, by=hall.school_admin, at=AT)
    hall.settle()
    assert hall.records() == ["attended"]

    assert gates.undo_gate(gate=gate, by=hall.school_admin, at=AT + timedelta(days=1)) == 2
    assert gates.undo_gate(gate=gate, by=hall.school_admin, at=AT + timedelta(days=1)) == 0
    assert hall.records() == ["missed"]
    with pytest.raises(Conflict, match="撤回"):
        gates.apply_gate(gate=gate, by=hall.school_admin, at=AT)
    again = preview(hall, GOOD)
    assert (again.pk != gate.pk, again.state) == (True, GateState.PREVIEWED)


def test_people_are_known_by_account_staff_number_or_identity(hall):
    from tests.people import factories as people

    person = people.person(hall.place.school, name="郑洁", identity="370102198001150011"[:17] + _digit("37010219800115001"))
    enrolment = make.enrolment(hall.programme, person)
    make.attendance(hall.session, enrolment)
    account = make.account(hall.people[0].person).username
    number = "37010219800115001" + _digit("37010219800115001")
    text = (
        f"账号,身份证号,工号,姓名,时间\n{account},,,,2026-11-20 19:50\n,{number},,郑洁,2026-11-20 19:51\n,{number},,郑杰,2026-11-20 19:51\n"
    )

    found = rows(preview(hall, text))

    assert [bool(words) for _, _, words in found] == [False, False, True]
    assert found[2][1] == "name"
    assert not GateRow.objects.filter(hint__contains=number).exists()


def _digit(seventeen: str) -> str:
    from yanxiu.people import identity

    return identity.check_digit(seventeen)


def test_namesakes_are_not_guessed(hall):
    twin = make.participant(hall.programme, hall.place.school, name="李雷")
    make.attendance(hall.session, twin)

    found = rows(preview(hall, HEADS + "李雷,,2026-11-20 19:50,东门\n"))

    assert "2 位李雷" in found[0][2]


def test_a_workbook_with_day_and_clock_apart_is_read(hall):
    book = Workbook()
    sheet = book.active
    sheet.append(["考勤记录表"])
    sheet.append(["姓名", "打卡日期", "打卡时间"])
    sheet.append(["李雷", "2026-11-20", "19:52"])
    sheet.append(
        [
            "韩雪",
            (AT + timedelta(hours=8)).replace(tzinfo=None, hour=0, minute=0),
            (AT + timedelta(hours=8, minutes=-5)).replace(tzinfo=None),
        ]
    )
    buffer = io.BytesIO()
    book.save(buffer)

    found = rows(preview(hall, buffer.getvalue(), name="考勤机.xlsx"))

    assert [words for _, _, words in found] == ["", ""]


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("", "a.csv", "空"),
        ("甲,乙\n1,2\n", "a.csv", "没有找到表头"),
        (HEADS, "a.csv", "一行记录也没有"),
        ("%PDF-1.4", "a.pdf", "读不了"),
    ],
)
def test_files_that_cannot_be_read_say_why(hall, text, name, said):
    with pytest.raises(Invalid, match=said):
        preview(hall, text, name=name)
    assert not GateImport.objects.exists()


def test_only_the_school_imports(hall):
    with pytest.raises(NotPermitted):
        preview(hall, GOOD, by=hall.host)
    gate = preview(hall, GOOD)
    for action in (gates.apply_gate, gates.undo_gate):
        with pytest.raises(NotPermitted):
            action(gate=gate, by=hall.who(), at=AT)


def test_a_session_called_off_is_not_touched(hall):
    gate = preview(hall, GOOD)
    convening.call_off(session=hall.session, reason="停电", by=hall.school_admin, at=AT)

    assert gates.apply_gate(gate=gate, by=hall.school_admin, at=AT) == 0
