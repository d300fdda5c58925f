"""Importing, deciding, mending and taking back; a dry run equals the real run."""

import io
import json
import time

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from tests.access import factories as access
from tests.people import factories
from tests.people.factories import AT, identity_number
from tests.people.roster.sheets import HEAD, csv, shared, teacher, xlsx
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.people import actions, identity, queries
from yanxiu.people.actions import NewPerson, register_people
from yanxiu.people.models import Account, AccountState, Person, RosterImport, RosterRow, RosterState
from yanxiu.records.models import Record


@pytest.fixture
def office(cast):
    return cast.actor("教务")


def preview(cast, *rows, by=None, head=HEAD):
    return actions.preview_roster(content=xlsx(head, *rows), file_name="名册.xlsx", unit=cast.county, by=by or cast.actor("教务"), at=AT)


def row_of(roster, number):
    return RosterRow.objects.select_related("roster__unit").get(roster=roster, number=number)


def test_a_preview_registers_nobody_and_the_import_registers_the_accepted(cast, office):
    before = Person.objects.count()
    roster = preview(
        cast, teacher(cast.school, name="甲一"), teacher(cast.school, name="乙二"), teacher(cast.school, name="丙三", number="1")
    )

    assert Person.objects.count() == before
    assert actions.import_roster(roster=roster, by=office, at=AT) == 2
    assert Person.objects.count() == before + 2
    roster.refresh_from_db()
    assert roster.state == RosterState.APPLIED
    assert Account.objects.get(person=row_of(roster, 2).person_id).state == AccountState.INVITED
    assert row_of(roster, 2).secret is None
    assert row_of(roster, 4).secret is not None
    assert Record.objects.filter(verb="imported", object_type="roster", object_id=str(roster.pk)).count() == 1


def test_importing_twice_and_bringing_the_file_again_changes_nothing(cast, office):
    rows = [teacher(cast.school, name="甲一"), teacher(cast.school, name="乙二")]
    roster = preview(cast, *rows)
    actions.import_roster(roster=roster, by=office, at=AT)
    people, records = Person.objects.count(), Record.objects.count()

    assert actions.import_roster(roster=roster, by=office, at=AT) == 0
    assert RosterImport.objects.count() == 1
    assert (Person.objects.count(), Record.objects.count()) == (people, records)
    again = actions.preview_roster(
        content=xlsx(HEAD, *rows, ("合计",)), file_name="b.xlsx", unit=cast.county, by=office, at=AT
    )  # fmt: skip
    assert actions.import_roster(roster=again, by=office, at=AT) == 2  # matched, nobody new
    assert Person.objects.count() == people


def test_the_same_bytes_are_the_same_import(cast, office):
    content = xlsx(HEAD, teacher(cast.school))
    given = {"content": content, "file_name": "a.xlsx", "unit": cast.county, "by": office, "at": AT}
    first = actions.preview_roster(**given)
    second = actions.preview_roster(**given)
    assert RosterImport.objects.count() == 1
    actions.import_roster(roster=second, by=office, at=AT)
    assert actions.preview_roster(**given).pk == second.pk
    assert not RosterImport.objects.filter(pk=first.pk).exists()


def test_what_changed_since_the_preview_is_seen(cast, office):
    number = identity_number()
    roster = preview(cast, teacher(cast.school, name="甲一", number=number))
    register_people(people=[NewPerson(name="乙二", unit=cast.school, identity=number)], by=SYSTEM, at=AT)

    assert actions.import_roster(roster=roster, by=office, at=AT) == 0
    assert (row_of(roster, 2).outcome, row_of(roster, 2).reason) == ("held", "other_name")


def test_known_people_are_not_changed(cast, office):
    number = identity_number()
    (pk,) = register_people(
        people=[NewPerson(name="甲一", unit=cast.school, identity=number, mobile="13800000000", staff_number="A1", teachings=(("初中", "物理"),))],
        by=SYSTEM, at=AT,
    )  # fmt: skip
    roster = preview(cast, ("甲一", number, cast.school.name, "", "", ""), head=(*HEAD, "手机"))
    actions.import_roster(roster=roster, by=office, at=AT)

    person = Person.objects.get(pk=pk)
    assert (person.mobile_hint, person.staff_number) == ("138****0000", "A1")
    assert [one.subject for one in queries.teachings_of([pk])[pk]] == ["物理"]
    assert queries.roster_people(roster) == [(pk, "")]


def test_undo_takes_back_whom_nothing_has_happened_to(cast, office):
    roster = preview(cast, *(teacher(cast.school, name=f"人{letter}") for letter in "甲乙丙丁"))
    actions.import_roster(roster=roster, by=office, at=AT)
    ids = [row_of(roster, number).person_id for number in range(2, 6)]
    Account.objects.filter(person=ids[0]).update(state=AccountState.ACTIVE, activated_at=AT)
    actions.issue_codes(person_ids=[ids[1]], by=office, at=AT)
    access.appointment(Person.objects.get(pk=ids[2]), "group_leader", cast.school)

    staying = actions.undo_roster(roster=roster, by=office, at=AT)
    assert [person.pk for person in staying] == ids[:3]
    assert sorted(Person.objects.filter(pk__in=ids).values_list("pk", flat=True)) == sorted(ids[:3])
    assert not Account.objects.filter(person=ids[3]).exists()
    roster.refresh_from_db()
    assert roster.state == RosterState.UNDONE
    for act in (actions.undo_roster, actions.import_roster):
        with pytest.raises(Conflict, match="撤回"):
            act(roster=roster, by=office, at=AT)


def test_after_an_undo_the_file_can_be_brought_again(cast, office):
    content = xlsx(HEAD, teacher(cast.school))
    given = {"content": content, "file_name": "a.xlsx", "unit": cast.county, "by": office, "at": AT}
    roster = actions.preview_roster(**given)
    actions.import_roster(roster=roster, by=office, at=AT)
    assert actions.undo_roster(roster=roster, by=office, at=AT) == []

    again = actions.preview_roster(**given)
    assert again.pk != roster.pk
    assert actions.import_roster(roster=again, by=office, at=AT) == 1


def test_a_preview_cannot_be_undone(cast, office):
    with pytest.raises(Conflict, match="没有导入过人"):
        actions.undo_roster(roster=preview(cast, teacher(cast.school)), by=office, at=AT)


def test_a_refused_row_is_mended_and_imported_later(cast, office):
    roster = preview(cast, teacher(cast.school, name="甲一"), teacher(cast.school, name="乙二", number="123"))
    actions.import_roster(roster=roster, by=office, at=AT)
    row = row_of(roster, 3)
    number = identity_number()

    assert actions.mend_row(row=row, changes={"identity": "456"}, by=office, at=AT).outcome == "refused"
    assert actions.mend_row(row=row, changes={"identity": number}, by=office, at=AT).outcome == "accepted"
    assert actions.import_roster(roster=roster, by=office, at=AT) == 1
    assert Person.objects.get(identity_index=identity.blind_index(number)).name == "乙二"
    with pytest.raises(Conflict, match="已经导入"):
        actions.mend_row(row=row, changes={"name": "丙"}, by=office, at=AT)


def test_mending_a_double_frees_its_twin(cast, office):
    number = identity_number()
    roster = preview(cast, teacher(cast.school, name="甲一", number=number), teacher(cast.school, name="乙二", number=number))
    assert [row_of(roster, n).outcome for n in (2, 3)] == ["held", "held"]

    actions.mend_row(row=row_of(roster, 3), changes={"identity": identity_number()}, by=office, at=AT)
    assert [row_of(roster, n).outcome for n in (2, 3)] == ["accepted", "accepted"]
    actions.mend_row(row=row_of(roster, 3), changes={"identity": number}, by=office, at=AT)
    assert [row_of(roster, n).outcome for n in (2, 3)] == ["held", "held"]


def test_mending_needs_a_text(cast, office):
    roster = preview(cast, teacher(cast.school, number="123"))
    for changes in ({}, {"identity": "  "}, {"outcome": "accepted"}):
        with pytest.raises(Invalid):
            actions.mend_row(row=row_of(roster, 2), changes=changes, by=office, at=AT)


def test_choosing_between_doubles(cast, office):
    number = identity_number()
    roster = preview(cast, teacher(cast.school, name="李娜", number=number), teacher(cast.school, name="李纳", number=number))

    assert actions.resolve_row(row=row_of(roster, 3), choice="new", by=office, at=AT).outcome == "accepted"
    assert row_of(roster, 2).outcome == "refused"
    assert actions.import_roster(roster=roster, by=office, at=AT) == 1
    assert Person.objects.get(identity_index=identity.blind_index(number)).name == "李纳"


def test_a_namesake_is_the_same_or_another(cast, office):
    (known,) = register_people(people=[NewPerson(name="张伟", unit=cast.school)], by=SYSTEM, at=AT)
    roster = preview(cast, teacher(cast.school, name="张伟"), teacher(cast.school, name="张伟"))
    with pytest.raises(Invalid, match="列出的人"):
        actions.resolve_row(row=row_of(roster, 2), choice="same", person_id=cast.person("省办").pk, by=office, at=AT)

    assert actions.resolve_row(row=row_of(roster, 2), choice="same", by=office, at=AT).outcome == "matched"
    assert actions.resolve_row(row=row_of(roster, 3), choice="new", by=office, at=AT).outcome == "accepted"
    actions.import_roster(roster=roster, by=office, at=AT)
    assert row_of(roster, 2).person_id == known
    assert Person.objects.filter(name="张伟", unit=cast.school).count() == 2


def test_a_transfer_is_decided_by_who_may_transfer(cast, office):
    number = identity_number()
    (pk,) = register_people(people=[NewPerson(name="王芳", unit=cast.other_school, identity=number)], by=SYSTEM, at=AT)
    roster = preview(cast, teacher(cast.school, name="王芳", number=number))
    actions.resolve_row(row=row_of(roster, 2), choice="transfer", by=office, at=AT)

    with pytest.raises((NotPermitted, NotFound)):  # the county does not reach the other county
        actions.import_roster(roster=roster, by=office, at=AT)
    assert actions.import_roster(roster=roster, by=cast.actor("省办"), at=AT) == 1
    assert Person.objects.get(pk=pk).unit == cast.school


def test_a_chosen_school_holds_for_all_rows_with_that_name(cast, office):
    rows = [(name, identity_number(), "实验中学", "初中", "数学") for name in ("甲一", "乙二", "丙三")]
    roster = preview(cast, *rows)
    with pytest.raises((Invalid, NotPermitted)):
        actions.resolve_row(row=row_of(roster, 2), choice="unit", unit=cast.other_school, by=office, at=AT)

    actions.resolve_row(row=row_of(roster, 2), choice="unit", unit=cast.school, by=office, at=AT)
    assert [row_of(roster, n).outcome for n in (2, 3, 4)] == ["accepted"] * 3
    assert actions.import_roster(roster=roster, by=office, at=AT) == 3


@pytest.mark.parametrize(("choice", "number"), [("new", 2), ("transfer", 2), ("same", 2), ("unit", 2), ("nonsense", 2), ("new", 3)])
def test_only_offered_choices_are_taken(cast, office, choice, number):
    roster = preview(cast, ("甲一", identity_number(), "实验中学", "初中", "数学"), teacher(cast.school, name="乙二"))
    with pytest.raises(Conflict):
        actions.resolve_row(row=row_of(roster, number), choice=choice, by=office, at=AT)


@pytest.mark.parametrize("name", ["李雷", "外人", "方案", "审计", "韩梅梅"])
def test_others_do_not_reach_the_roster_of_the_county(cast, office, name):
    roster, by = preview(cast, teacher(cast.school), teacher(cast.school, number="1")), cast.actor(name)
    row = row_of(roster, 3)

    for act in (actions.import_roster, actions.undo_roster, actions.export_refused):
        with pytest.raises(NotFound):
            act(roster=roster, by=by, at=AT)
    with pytest.raises(NotFound):
        actions.mend_row(row=row, changes={"identity": identity_number()}, by=by, at=AT)
    with pytest.raises(NotFound):
        actions.resolve_row(row=row, choice="refuse", by=by, at=AT)


def test_refused_rows_go_out_as_text_and_come_in_again(cast, office):
    content = csv(HEAD, teacher(cast.school, name="=1+1", number="12345678"), teacher(cast.school, name="乙二"))
    roster = actions.preview_roster(content=content, file_name="名册.csv", unit=cast.county, by=office, at=AT)
    content = actions.export_refused(roster=roster, by=office, at=AT)

    cells = [[one.value for one in line] for line in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()]
    assert cells[1][0] == "=1+1"
    assert cells[1][1] == "12345678"
    assert cells[1][-1] == "名册.csv A2"
    assert all(
        one.data_type == "s"
        for line in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2)
        for one in line
        if one.value
    )
    again = actions.preview_roster(content=content, file_name="again.xlsx", unit=cast.county, by=office, at=AT)
    assert RosterRow.objects.get(roster=again).outcome == "refused"
    masked = openpyxl.load_workbook(io.BytesIO(actions.export_refused(roster=roster, by=cast.actor("省办"), at=AT))).active
    assert "12345678" not in {one.value for line in masked.iter_rows() for one in line}


def run(tmp_path, content, *more):
    file = tmp_path / "名册.xlsx"
    file.write_bytes(content)
    out = io.StringIO()
    call_command("roster", "import", str(file), "--json", *more, stdout=out)
    return json.loads(out.getvalue())


def test_a_dry_run_says_what_the_real_run_does_and_stores_nothing(cast, tmp_path):
    content = xlsx(
        HEAD, teacher(cast.school, name="甲一"), teacher(cast.school, name="乙二", number="1"), ("丙三", identity_number(), "没有的学校", "初中", "数学"),
        ("丁四", 370102197001150018, cast.school.name, "初中", "数学"),
    )  # fmt: skip
    before = (Person.objects.count(), RosterImport.objects.count(), Record.objects.count())
    dry = run(tmp_path, content, "--dry-run")
    assert (Person.objects.count(), RosterImport.objects.count(), Record.objects.count()) == before

    real = run(tmp_path, content)
    assert {**dry, "dry_run": False} == real
    assert (real["accepted"], real["matched"], real["refused"], real["held"]) == (1, 0, 2, 1)
    assert [row["cell"] for row in real["rows"]] == ["B3", "C4", "B5"]
    assert run(tmp_path, content)["taken"] == 0
    assert Person.objects.count() == before[0] + 1


def test_the_command_speaks_of_bad_files(cast, tmp_path):
    for content, reason in ((b"", "是空的"), (b"x", "打不开")):
        with pytest.raises(CommandError, match=reason):
            run(tmp_path, content)
    with pytest.raises(CommandError, match="没有代码为"):
        run(tmp_path, xlsx(HEAD), "--unit", "999999")
    with pytest.raises(CommandError, match="读不到"):
        call_command("roster", "import", str(tmp_path / "nothing.xlsx"))


def test_the_whole_way_in_the_browser(cast, tmp_path):
    client = cast.client_of("教务")
    file = tmp_path / "名册.xlsx"
    file.write_bytes(
        xlsx(
            HEAD,
            teacher(cast.school, name="甲一"),
            teacher(cast.school, name="乙二", number="1"),
            ("丙三", identity_number(), "实验中学", "初中", "数学"),
        )
    )
    with file.open("rb") as opened:
        answer = client.post("/teachers/import/", {"unit": cast.county.pk, "file": opened})
    url = answer.headers["Location"]
    roster = RosterImport.objects.get()
    page = client.get(url).content.decode()

    assert "导入 1 行" in page
    assert "B3" in page
    assert "是演示县实验中学" in page
    assert "甲一" not in page  # only the rows that need somebody
    assert client.post(f"/teachers/import/rows/{row_of(roster, 3).pk}/mend/", {"identity": identity_number()}).status_code == 302
    assert client.post(f"/teachers/import/rows/{row_of(roster, 4).pk}/resolve/", {"choice": f"unit:{cast.school.pk}"}).status_code == 302
    assert "导入 3 行" in client.get(url).content.decode()
    client.post(f"{url}import/")
    assert Person.objects.filter(name__in=["甲一", "乙二", "丙三"], unit=cast.school).count() == 3
    client.post(f"{url}undo/")
    assert not Person.objects.filter(name="甲一").exists()
    assert client.get("/teachers/import/template/").content.startswith(b"PK")
    assert client.post(f"{url}refused/").status_code == 409
    assert cast.client_of("外人").get(url).status_code == 403
    assert cast.client_of("韩梅梅").get(url).status_code == 404


def test_a_bad_file_is_explained_on_the_page(cast, tmp_path):
    client = cast.client_of("韩梅梅")
    file = tmp_path / "旧.xls"
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with file.open("rb") as opened:
        answer = client.post("/teachers/import/", {"file": opened})

    assert answer.status_code == 422
    assert "旧格式" in answer.content.decode()
    assert client.post("/teachers/import/", {}).status_code == 422


def test_pages_cost_the_same_however_many_rows(cast, assert_same_queries):
    client = cast.client_of("教务")
    roster = preview(cast, teacher(cast.school, number="1"))

    def more():
        for number in range(10, 20):
            factories.roster_row(roster, number=number)

    assert_same_queries(lambda: client.get(f"/teachers/import/{roster.pk}/"), more)
    assert_same_queries(lambda: client.get("/teachers/import/"), lambda: [factories.roster_import(cast.county) for _ in range(5)])


@pytest.mark.slow  # the promised size: 20,000 rows
def test_twenty_thousand_rows_within_a_minute(cast, capsys):
    rows = [(f"教师{chr(0x4E00 + n % 5000)}", identity_number(n), cast.school.name, "初中", "数学") for n in range(20_000)]
    content = shared(HEAD, *rows)
    begin = time.perf_counter()
    roster = actions.preview_roster(content=content, file_name="大.xlsx", unit=cast.county, by=SYSTEM, at=AT)
    seen = time.perf_counter()
    taken = actions.import_roster(roster=roster, by=SYSTEM, at=AT)
    end = time.perf_counter()

    with capsys.disabled():
        print(f"\nroster: 20,000 rows, preview {seen - begin:.1f} s, import {end - seen:.1f} s")  # noqa: T201 - the figure is wanted
    held = RosterRow.objects.filter(roster=roster, outcome="held").count()  # numbers that end in 000, and those of the cast
    assert taken + held == 20_000
    assert held < 40
    assert end - begin < 60
