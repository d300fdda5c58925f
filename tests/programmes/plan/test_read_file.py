"""From bytes to plain data: what is not a readable plan file is refused in a sentence with its line."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.programmes.plan.texts import FOLDER, NAMES, SMALL, line_of, small
from yanxiu.programmes.plan.reading import PlanInvalid, load, read


def refused(data: bytes):
    reading = read(data)
    assert reading.plan is None
    assert not reading.is_sound
    assert len(reading.complaints) == 1
    return reading.complaints[0]


@pytest.mark.parametrize("name", NAMES)
def test_the_six_shipped_plans_are_sound(name):
    reading = read((FOLDER / f"{name}.yaml").read_bytes())

    assert [one for one in reading.complaints if one.severity == "error"] == []
    assert reading.is_sound


def test_the_small_plan_is_sound_without_any_complaint():
    assert small().complaints == ()


def test_a_byte_order_mark_does_no_harm():
    assert read(b"\xef\xbb\xbf" + SMALL.encode()).is_sound


def test_gbk_is_named_with_the_way_out():
    complaint = refused(SMALL.encode("gbk"))

    assert complaint.code == "encoding"
    assert "GBK" in complaint.message
    assert "UTF-8" in complaint.hint
    assert complaint.line == 1


def test_utf_16_is_named():
    assert "UTF-16" in refused(SMALL.encode("utf-16")).message


def test_bytes_of_no_encoding_are_named_with_their_line():
    complaint = refused(b"programme: x\nterms: \xff\xff\xff\n")

    assert (complaint.code, complaint.line) == ("encoding", 2)


@pytest.mark.parametrize("start", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest", b"%PDF-1.7"])
def test_office_files_are_named(start):
    assert refused(start).code == "not-text"


def test_a_control_character_is_named_with_its_line():
    complaint = refused(b"programme: x\nterms: a\x00b\n")

    assert (complaint.code, complaint.line) == ("not-text", 2)
    assert "00" in complaint.message


def test_a_huge_file_is_refused_unread():
    complaint = refused(b"#" * (256 * 1024 + 1))

    assert complaint.code == "too-large"
    assert "256 KB" in complaint.message


def test_the_largest_allowed_file_is_read():
    text = SMALL.encode()
    assert read(text + b"#" * (256 * 1024 - len(text))).is_sound


def test_an_alias_bomb_is_refused_at_its_first_anchor():
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"

    complaint = refused(bomb.encode())

    assert (complaint.code, complaint.line) == ("anchor", 1)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("programme:\n  <<: {id: x}\n", "anchor", 2),
        ("programme: *nothing\n", "anchor", 1),
        ("programme: !!python/object/apply:os.system [ls]\n", "tag", 1),
        ("terms: {}\nprogramme: !thing x\n", "tag", 2),
        ("a: 1\n---\nb: 2\n", "documents", 2),
        ("a:\n  ? {b: c}\n  : d\n", "key", 2),
        ("- 1\n- 2\n", "not-a-plan", 1),
        ("just words\n", "not-a-plan", 1),
        ("", "not-a-plan", 1),
        ("# only a comment\n", "not-a-plan", 1),
        ("a: " + "[" * 30 + "]" * 30 + "\n", "too-deep", 1),
        ("a: " + "[" * 100_000 + "\n", "too-deep", 1),
        ("a: [" + "x," * 60_000 + "]\n", "too-large", 1),
    ],
)
def test_what_yaml_allows_and_plans_do_not(text, code, line):
    complaint = refused(text.encode())

    assert (complaint.code, complaint.line) == (code, line)
    assert complaint.hint


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("programme: {id: x\nterms: {}\n", 2),
        ("programme:\n\tid: x\n", 2),
        ("programme: [a, b\n", 2),
        ('programme: "open\n', 2),
        ("programme: a: b\n", 1),
        ("programme:\n  id: x\n title: y\n", 3),
        ("\n\n}\n", 3),
    ],
)
def test_what_is_no_yaml_names_the_line(text, line):
    complaint = refused(text.encode())

    assert complaint.code == "not-yaml"
    assert complaint.line in (line, line - 1)
    assert f"第 {complaint.line} 行" in complaint.message
    assert complaint.hint


def test_a_repeated_key_names_both_lines():
    reading = small(("orgs: {chain: [county, school]}", "orgs: {chain: [county, school]}\norgs: {chain: [city]}"))

    assert [(one.line, one.key, one.code) for one in reading.complaints] == [(3, "orgs", "repeated-key")]
    assert "第 2 行" in reading.complaints[0].message


def test_a_repeated_key_keeps_the_first_and_its_lines():
    reading = small(("fees:", "fees:\n  - {id: one, who: learner, amount: x, per: hour}\nfees:"))

    assert [(one.line, one.code) for one in reading.complaints] == [
        (line_of(SMALL, "fees:") + 1, "type"),
        (line_of(SMALL, "fees:") + 2, "repeated-key"),
    ]


@pytest.mark.parametrize("word", ["no", "off", "yes", "017", "1_000", "17:30", "2026-01-01", "0x10", "1e3"])
def test_words_that_yaml_would_bend_stay_text(word):
    reading = small(("title: 小方案", f"title: {word}"))

    assert reading.plan.programme.title == word


def test_load_raises_with_the_first_error_and_the_number_of_others():
    with pytest.raises(PlanInvalid) as caught:
        load(SMALL.replace("level: school", "level: skool").replace("unit: credit", "unit: point").encode())

    assert caught.value.status == 422
    assert "第 1 行 programme.level 不认识「skool」" in caught.value.message
    assert "另有 1 处" in caught.value.message
    assert len(caught.value.complaints) == 2


def test_a_list_has_a_limit():
    many = "".join(f"  - {{id: p{number}, label: 窗口}}\n" for number in range(61))

    found = small(("choose:", f"{many}choose:")).complaints

    assert [(one.key, one.code) for one in found] == [("phases", "too-many")]
    assert "最多 60 项，现在 64 项" in found[0].message


def test_hundreds_of_mistakes_are_cut_and_counted():
    many = "".join(f"    - {{id: d{number}, metric: no.such, min: 1, per: person, in: nowhere}}\n" for number in range(399))

    found = small(("submit:", f"{many}submit:")).complaints

    assert len(found) == 301
    assert found[-1].code == "more"
    assert "一共 798 处" in found[-1].message


@pytest.mark.slow  # the largest file that is let in, with nothing but mistakes
@pytest.mark.parametrize(
    "row",
    [
        "  - {{id: b{0}, label: x, kind: elective, window: w{0}, for: [learner], items: {{what: courses, count: 2, hours_each: 1}}, hours: 3}}\n",
        "  - {{idd: b{0}, lable: x}}\n",
    ],
)
def test_the_worst_file_is_answered_soon(row):
    text = SMALL.replace("learn:\n", "learn:\n" + "".join(row.format(number) for number in range(390)))
    named = ", ".join(f"b{number}x" for number in range(390))
    text = text.replace("of: [cases, electives]", f"of: [{named}]").replace("{all: [cases, electives]}", f"{{all: [{named}]}}")
    started = time.perf_counter()

    read(text.encode())

    assert time.perf_counter() - started < 2


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_fall(data):
    reading = read(data)

    assert reading.plan is None
    assert reading.complaints


@given(st.text(alphabet="ab:{}[],-\n \"'&*!|>#%@`?~学0", max_size=200))
def test_no_text_makes_the_reader_fall(text):
    assert read(text.encode()).complaints


@given(st.data())
def test_no_cut_or_doubled_line_makes_the_checker_fall(data):
    lines = SMALL.splitlines()
    place = data.draw(st.integers(0, len(lines) - 1))
    many = data.draw(st.sampled_from([0, 2]))

    reading = read("\n".join([*lines[:place], *[lines[place]] * many, *lines[place + 1 :]]).encode())

    assert all(one.message and one.line >= 0 for one in reading.complaints)
