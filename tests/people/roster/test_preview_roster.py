"""Reading rosters: every row accepted, refused with its cell, or held; nothing silently altered (security P-21, F-31)."""

import pytest

from tests.people.factories import AT, identity_number
from tests.people.roster.sheets import HEAD, csv, repacked, shared, teacher, xlsx
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotPermitted
from yanxiu.people import actions, identity
from yanxiu.people.actions import NewPerson, register_people
from yanxiu.people.models import Person, RosterImport, RosterRow, RowOutcome
from yanxiu.people.roster.keeping import secrets_of
from yanxiu.people.roster.refusal import BadRoster
from yanxiu.people.roster.sheets import cell, place, template

GOOD = "11010519491231002X"
SCHOOL = "演示县实验中学"


def preview(cast, content, *, name="名册.xlsx", by=None, unit=None):
    return actions.preview_roster(content=content, file_name=name, unit=unit or cast.county, by=by or cast.actor("教务"), at=AT)


def rows_of(roster):
    return list(RosterRow.objects.filter(roster=roster).order_by("number"))


def only(cast, *row, head=HEAD, **facts):
    (found,) = rows_of(preview(cast, xlsx(head, row), **facts))
    return found


# Each: heading, cells, what is kept of the row.
READ = {
    "plain": (HEAD, ("王小明", GOOD, SCHOOL, "初中", "数学"), {}),
    "synonyms": (("教师姓名", "居民身份证号码", "工作单位", "任教学段", "任教学科"), ("王小明", GOOD, SCHOOL, "初中", "数学"), {}),
    "blanks in headings": (("姓  名", "身份证\n号码", " 所在学校 ", "学　段", "学科："), ("王小明", GOOD, SCHOOL, "初中", "数学"), {}),
    "marks in headings": (("*姓名", "证件号码（必填）", "学校(全称)", "学段", "学科"), ("王小明", GOOD, SCHOOL, "初中", "数学"), {}),
    "full-width digits": (HEAD, ("王小明", "１１０１０５１９４９１２３１００２Ｘ", SCHOOL, "初中", "数学"), {}),
    "blanks in number": (HEAD, ("王小明", " 110105 19491231 002x ", SCHOOL, "初中", "数学"), {}),
    "15 digits": (HEAD, ("王小明", "110105491231002", SCHOOL, "初中", "数学"), {}),
    "padded name": (HEAD, ("王　小明", GOOD, SCHOOL, "初中", "数学"), {}),
    "apostrophe before number": (HEAD, ("王小明", "'" + GOOD, SCHOOL, "初中", "数学"), {}),
    "dot of minorities": (HEAD, ("阿依古丽•买买提", GOOD, SCHOOL, "初中", "数学"), {"name": "阿依古丽·买买提"}),
    "rare character": (HEAD, ("𠮷田𬎆", GOOD, SCHOOL, "初中", "数学"), {"name": "𠮷田𬎆"}),
    "school with blanks": (HEAD, ("王小明", GOOD, "演示县 实验中学", "初中", "数学"), {}),
    "several stages": (HEAD, ("王小明", GOOD, SCHOOL, "初中、高中", "数学"), {"pairs": [("初中", "数学"), ("高中", "数学")]}),
    "several subjects": (HEAD, ("王小明", GOOD, SCHOOL, "初中", "物理；化学"), {"pairs": [("初中", "物理"), ("初中", "化学")]}),
    "explicit pairs": (HEAD, ("王小明", GOOD, SCHOOL, "", "初中物理/高中化学"), {"pairs": [("初中", "物理"), ("高中", "化学")]}),
    "old subject names": (HEAD, ("王小明", GOOD, SCHOOL, "初中", "体育,政治"), {"pairs": [("初中", "体育与健康"), ("初中", "道德与法治")]}),
    "nothing taught": (HEAD, ("王小明", GOOD, SCHOOL, "", ""), {"pairs": []}),
    "no identity": (HEAD, ("王小明", "", SCHOOL, "初中", "数学"), {"hint": ""}),
    "mobile as number": ((*HEAD, "联系电话"), ("王小明", GOOD, SCHOOL, "初中", "数学", 13812341234), {}),
    "passport": ((*HEAD, "证件类型"), ("John Smith", "E1234 5678", SCHOOL, "初中", "英语", "护照"), {"name": "John Smith", "hint": "E*******8"}),
    "plan flag": ((*HEAD, "是否计划内"), ("王小明", GOOD, SCHOOL, "初中", "数学", "计划外"), {}),
    "extra columns": (("序号", *HEAD, "备注"), (1, "王小明", GOOD, SCHOOL, "初中", "数学", "骨干"), {}),
}  # fmt: skip


@pytest.mark.parametrize("case", READ)
def test_what_is_certain_is_accepted(cast, case):
    head, cells, kept = READ[case]
    row = only(cast, *cells, head=head)

    assert (row.outcome, row.words) == (RowOutcome.ACCEPTED, "")
    assert row.name == kept.get("name", "王小明")
    assert row.unit == cast.school
    assert row.identity_hint == kept.get("hint", "1101**********002X")
    if "pairs" in kept:
        actions.import_roster(roster=row.roster, by=cast.actor("教务"), at=AT)
        (person,) = Person.objects.filter(pk=RosterRow.objects.get(pk=row.pk).person_id)
        from yanxiu.people.queries import teachings_of

        assert [(one.stage, one.subject) for one in teachings_of([person.pk]).get(person.pk, [])] == sorted(
            kept["pairs"], key=lambda pair: (pair != kept["pairs"][0], pair)
        )


# Each: cells, the column of the address, a part of the reason.
REFUSED = {
    "number as number": (("王小明", 370102197001150018, SCHOOL, "初中", "数学"), "B", "存成了数字"),
    "number as float": (("王小明", 3.70102197001150e17, SCHOOL, "初中", "数学"), "B", "存成了数字"),
    "short number typed": (("王小明", 12345, SCHOOL, "初中", "数学"), "B", "存成了数字"),
    "scientific text": (("王小明", "3.70102E+17", SCHOOL, "初中", "数学"), "B", "科学计数"),
    "17 digits": (("王小明", "11010519491231002", SCHOOL, "初中", "数学"), "B", "17 位，应为 18 位"),
    "wrong check": (("王小明", "110105194912310021", SCHOOL, "初中", "数学"), "B", "校验不符"),
    "letters": (("王小明", "身份证丢失", SCHOOL, "初中", "数学"), "B", "不认识的字符"),
    "no name": (("", GOOD, SCHOOL, "初中", "数学"), "A", "姓名空着"),
    "question mark": (("王?明", GOOD, SCHOOL, "初中", "数学"), "A", "丢了的字"),
    "replacement": (("王\ufffd明", GOOD, SCHOOL, "初中", "数学"), "A", "丢了的字"),
    "private use": (("王\ue123明", GOOD, SCHOOL, "初中", "数学"), "A", "自造字"),
    "note in name": (("王小明（借调）", GOOD, SCHOOL, "初中", "数学"), "A", "只留姓名"),
    "digit in name": (("王小明2", GOOD, SCHOOL, "初中", "数学"), "A", "只留姓名"),
    "name is a number": ((42, GOOD, SCHOOL, "初中", "数学"), "A", "数字"),
    "long name": (("长" * 101, GOOD, SCHOOL, "初中", "数学"), "A", "100"),
    "no school": (("王小明", GOOD, "", "初中", "数学"), "C", "学校空着"),
    "unknown stage": (("王小明", GOOD, SCHOOL, "大学", "数学"), "D", "大学"),
    "middle school": (("王小明", GOOD, SCHOOL, "中学", "数学"), "D", "中学"),
    "unknown subject": (("王小明", GOOD, SCHOOL, "初中", "炼金术"), "E", "炼金术"),
    "not taught there": (("王小明", GOOD, SCHOOL, "初中", "通用技术"), "E", "不开"),
    "many by many": (("王小明", GOOD, SCHOOL, "初中、高中", "数学、物理"), "E", "看不出怎么配"),
    "stage alone": (("王小明", GOOD, SCHOOL, "初中", ""), "E", "没写学科"),
    "subject alone": (("王小明", GOOD, SCHOOL, "", "数学"), "D", "没写学段"),
    "other county": (("王小明", GOOD, "邻县第一中学", "初中", "数学"), "C", "不在演示县的范围"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_refused_with_its_cell(cast, case):
    cells, column, reason = REFUSED[case]
    row = only(cast, *cells)

    assert row.outcome == RowOutcome.REFUSED
    assert reason in row.words
    assert cell(row.roster, row) == f"{column}2"
    assert place(row.roster, row) == f"名册.xlsx {column}2"
    assert actions.import_roster(roster=row.roster, by=cast.actor("教务"), at=AT) == 0
    assert not Person.objects.filter(identity_index=identity.blind_index(GOOD)).exists()


@pytest.mark.parametrize(
    ("head", "value", "reason"),
    [("证件类型", "工作证", "不认识证件类型"), ("联系电话", "12345", "手机号"), ("是否计划内", "也许", "看不懂"), ("工号", "9" * 41, "最长 40 位"), ("学校代码", "0000", "没有代码")],
)  # fmt: skip
def test_other_columns_are_checked_too(cast, head, value, reason):
    row = only(cast, "王小明", GOOD, SCHOOL, "初中", "数学", value, head=(*HEAD, head))

    assert (row.outcome, cell(row.roster, row)) == (RowOutcome.REFUSED, "F2")
    assert reason in row.words


def test_an_unknown_school_is_held_with_suggestions(cast):
    row = only(cast, "王小明", GOOD, "演示县实验学校", "初中", "数学")

    assert (row.outcome, row.reason) == (RowOutcome.HELD, "unit")
    assert [offer["unit"] for offer in row.candidates] == [cast.school.pk]


def test_a_number_that_looks_cut_is_held(cast):
    number = next(n for n in (f"37010219700115{d}00" for d in range(10)) for n in [n + "0"] if identity.check_digit(n[:17]) == "0")

    assert only(cast, "王小明", number, SCHOOL, "初中", "数学").reason == "cut"


def test_known_people_are_matched_or_held(cast):
    numbers = [identity_number() for _ in range(3)]
    register_people(
        people=[
            NewPerson(name="张伟", unit=cast.school, identity=numbers[0]), NewPerson(name="李娜", unit=cast.school, identity=numbers[1]),
            NewPerson(name="王芳", unit=cast.other_school, identity=numbers[2]), NewPerson(name="赵敏", unit=cast.school),
        ], by=SYSTEM, at=AT,
    )  # fmt: skip
    content = xlsx(
        HEAD, teacher(cast.school, name="张伟", number=numbers[0]), teacher(cast.school, name="李纳", number=numbers[1]),
        teacher(cast.school, name="王芳", number=numbers[2]), teacher(cast.school, name="赵敏"), teacher(cast.school, name="张伟", number=""),
        teacher(cast.school, name="张伟"),
    )  # fmt: skip
    rows = rows_of(preview(cast, content))

    assert [(row.outcome, row.reason) for row in rows] == [
        ("matched", "known"), ("held", "other_name"), ("held", "elsewhere"), ("held", "namesake"), ("held", "namesake"), ("accepted", ""),
    ]  # fmt: skip
    assert "邻县" not in rows[2].words  # outside the scope: nothing is told


def test_doubles_in_the_file_wait_for_a_human(cast):
    one, two = identity_number(), identity_number()
    content = xlsx(
        HEAD, teacher(cast.school, name="张伟", number=one), teacher(cast.school, name="张伟", number=one), teacher(cast.school, name="李娜", number=two),
        teacher(cast.school, name="李纳", number=two), teacher(cast.school, name="刘洋", number=""), teacher(cast.school, name="刘洋", number=""),
    )  # fmt: skip

    rows = rows_of(preview(cast, content))
    assert [row.outcome for row in rows] == ["accepted", "held", "held", "held", "held", "held"]
    assert [row.reason for row in rows[1:]] == ["twice", "twice", "twice", "namesake", "namesake"]


def test_titles_merges_blank_rows_notes_and_sums(cast):
    content = xlsx(
        ("2026 年参训教师名册",), (), ("填报单位：演示县教育局",), HEAD, teacher(cast.school, name="甲一"),
        ("乙二", identity_number(), None, None, "语文"), (), HEAD, ("丙三", identity_number(), None, None, "英语"),
        ("合计", None, 3), ("注：本表一式两份",), ("填表人：丁四", None, None, "审核人：戊五"),
        merges=("A1:E1", "C5:C9", "D5:D9"),
    )  # fmt: skip
    roster = preview(cast, content)

    assert [(row.number, row.name, row.outcome, row.unit_id) for row in rows_of(roster)] == [
        (5, "甲一", "accepted", cast.school.pk), (6, "乙二", "accepted", cast.school.pk), (9, "丙三", "accepted", cast.school.pk),
    ]  # fmt: skip
    assert [note for note in roster.notes if "没有读" in note] == [
        "第 8 行「姓名」不是教师，没有读", "第 10 行「合计」不是教师，没有读", "第 11 行「注：本表一式两份」不是教师，没有读",
        "第 12 行「填表人：丁四」不是教师，没有读",
    ]  # fmt: skip


def test_headings_over_two_rows(cast):
    content = xlsx(
        ("序号", "姓名", "身份证号", "学校", "任教情况"), (None, None, None, None, "学段", "学科"), (1, "王小明", GOOD, SCHOOL, "初中", "数学"),
        merges=("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1"),
    )  # fmt: skip

    (row,) = rows_of(preview(cast, content))
    assert (row.number, row.outcome, row.values["subject"]) == (3, "accepted", "数学")


def test_the_first_sheet_with_a_heading_is_read_and_others_are_named(cast):
    more = (
        ("第二批", (HEAD, teacher(cast.school))), ("旧表", (HEAD, teacher(cast.school))), ("封面", (("通知",),)), ("填写说明", (("一人一行",),)),
    )  # fmt: skip
    roster = preview(cast, xlsx(HEAD, teacher(cast.school, name="甲一"), more=more, hidden=("旧表",)))

    assert [row.name for row in rows_of(roster)] == ["甲一"]
    assert roster.notes == [
        "工作表「第二批」也像名册，没有读。要导入请另存成一个文件", "工作表「旧表」是隐藏的，没有读。要导入请另存成一个文件", "工作表「封面」没有表头，没有读",
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_every_encoding_and_delimiter(cast, encoding, delimiter):
    name = "韩镕" if encoding == "gbk" else "𠮷田"
    (row,) = rows_of(
        preview(cast, csv(HEAD, (name, GOOD, SCHOOL, "初中", "数学"), delimiter=delimiter, encoding=encoding), name="名册.csv")
    )

    assert (row.name, row.outcome, row.identity_hint) == (name, "accepted", "1101**********002X")


def test_csv_keeps_numbers_as_text_and_knows_formulas_around_them(cast):
    text = f'姓名,身份证号,学校\n甲一,"=""{GOOD}""",{SCHOOL}\n乙二,3.70102E+17,{SCHOOL}\n"丙,三",,{SCHOOL}\n'
    rows = rows_of(preview(cast, text.encode(), name="名册.csv"))

    assert [(row.outcome, cell(row.roster, row)) for row in rows] == [("accepted", "第 2 行"), ("refused", "B3"), ("refused", "A4")]


def _zip_bomb(part):
    return part[:-20] + b" " * 30_000_000 + part[-20:]


XML = b'<?xml version="1.0"?>'
WHOLE = {
    "empty": (b"", "名册.xlsx", "文件是空的"),
    "not a zip": (b"hello", "名册.xlsx", "打不开"),
    "word file": (repacked(xlsx(HEAD), replace={"[Content_Types].xml": lambda t: t.replace(b"spreadsheetml.sheet.main", b"wordprocessingml.document.main")}), "名册.xlsx", "不是 .xlsx"),
    "old format": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "名册.xls", "旧格式"),
    "password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "名册.xlsx", "口令"),
    "macros": (repacked(xlsx(HEAD), add={"xl/vbaProject.bin": b"x"}), "名册.xlsm", "宏"),
    "picture": (b"\x89PNG", "名册.png", "不是名册的格式"),
    "no heading": (xlsx(("张三", "一班"), ("李四", "二班")), "名册.xlsx", "没有找到表头"),
    "heading only": (xlsx(HEAD), "名册.xlsx", "一行教师也没有"),
    "heading too far down": (xlsx(*[("说明",)] * 12, HEAD, ("王小明", GOOD, SCHOOL)), "名册.xlsx", "没有找到表头"),
    "two name columns": (xlsx((*HEAD, "教师姓名"), ("王小明", GOOD, SCHOOL, "初中", "数学", "李四")), "名册.xlsx", "A1 和 F1"),
    "too wide": (xlsx(HEAD, (*["x"] * 61,)), "名册.xlsx", "超过 60 列"),
    "bomb": (repacked(xlsx(HEAD), replace={"xl/worksheets/sheet1.xml": _zip_bomb}), "名册.xlsx", "大得不像名册"),
    "lying bomb": (repacked(xlsx(HEAD), replace={"xl/worksheets/sheet1.xml": _zip_bomb}).replace((30_000_000).to_bytes(4, "little"), b"\0\0\1\0"), "名册.xlsx", "大"),
    "entities": (repacked(xlsx(HEAD), replace={"xl/worksheets/sheet1.xml": lambda _: XML + b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet>&x;</worksheet>'}), "名册.xlsx", "DTD"),
    "dtd in utf-16": (repacked(xlsx(HEAD), replace={"xl/worksheets/sheet1.xml": lambda _: '<!DOCTYPE a [<!ENTITY x "y">]><worksheet>&x;</worksheet>'.encode("utf-16")}), "名册.xlsx", "DTD"),
    "broken xml": (repacked(xlsx(HEAD), replace={"xl/worksheets/sheet1.xml": lambda part: part[:-30]}), "名册.xlsx", "损坏"),
    "too many parts": (repacked(xlsx(HEAD), add={f"x/{n}": b"" for n in range(5001)}), "名册.xlsx", "部件"),
    "missing texts": (repacked(shared(HEAD, ("王小明", GOOD)), replace={"xl/sharedStrings.xml": lambda _: XML + b"<sst/>"}), "名册.xlsx", "文字丢了"),
    "csv with nul": (b"\xe5\xa7\x93\xe5\x90\x8d,\x00", "名册.csv", "空字节"),
    "csv of bytes": (b"\xff\x80\x81\xff" * 10, "名册.csv", "字符编码"),
    "csv with an open quote": ('姓名,学校\n"张三,一中\n李四,二中'.encode(), "名册.csv", "引号"),
}  # fmt: skip


@pytest.mark.parametrize("case", WHOLE)
def test_files_that_cannot_be_read_are_refused_with_words(cast, case):
    content, name, reason = WHOLE[case]

    with pytest.raises(BadRoster, match=reason):
        preview(cast, content, name=name)
    assert not RosterImport.objects.exists()


def test_a_cell_in_the_last_corner_costs_nothing(cast):
    content = xlsx(HEAD, teacher(cast.school))
    far = repacked(
        content,
        replace={"xl/worksheets/sheet1.xml": lambda p: p.replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576"/></row></sheetData>')},
    )

    assert len(rows_of(preview(cast, far))) == 1


@pytest.mark.parametrize("escape", ["_xD800_", "_x0000_", "_xFFFF_"])
def test_escaped_characters_do_no_harm(cast, escape):
    row = only(cast, f"王{escape}明", GOOD, SCHOOL, "初中", "数学")

    assert "\x00" not in row.name
    assert row.outcome == ("accepted" if escape == "_x0000_" else "refused")


def test_numbers_are_stored_encrypted_only(cast):
    row = only(cast, "王小明", GOOD, SCHOOL, "初中", "数学", "13812341234", head=(*HEAD, "手机"))

    assert GOOD not in str(row.values)
    assert "13812341234" not in str(row.values)
    assert secrets_of(row) == {"identity": GOOD, "mobile": "13812341234"}


def test_a_school_reads_its_own_only(cast):
    school = cast.actor("韩梅梅")
    roster = preview(cast, xlsx(("姓名", "身份证号"), ("王小明", GOOD)), by=school, unit=cast.school)

    assert rows_of(roster)[0].unit == cast.school
    with pytest.raises(NotPermitted):
        preview(cast, xlsx(HEAD, teacher(cast.school)), by=school, unit=cast.county)
    for name in ("李雷", "外人", "方案", "审计"):
        with pytest.raises(NotPermitted):
            preview(cast, xlsx(HEAD, teacher(cast.school)), by=cast.actor(name), unit=cast.school)


def test_shared_and_rich_texts_are_read(cast):
    (row,) = rows_of(preview(cast, shared(HEAD, (("王", "小明"), GOOD, SCHOOL, "初中", "数学"))))

    assert (row.name, row.outcome) == ("王小明", "accepted")


def test_the_template_is_read_by_ourselves(cast):
    with pytest.raises(BadRoster, match="一行教师也没有"):
        preview(cast, template())
