"""The shipped region and subject tables hold together."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import yanxiu.orgs

DATA = Path(yanxiu.orgs.__file__).parent / "data"
STAGES = {"幼儿园", "小学", "初中", "高中"}
SIXTEEN = "语文、数学、英语、物理、化学、生物、政治、历史、地理、音乐、美术、体育与健康、信息技术、通用技术、综合实践活动、心理健康教育"


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def regions() -> dict[str, dict[str, str]]:
    rows = read("regions.csv")
    by_code = {row["code"]: row for row in rows}
    assert len(by_code) == len(rows), "a code stands twice"
    return by_code


def test_counts_in_force(regions):
    counts = Counter(row["kind"] for row in regions.values() if not row["valid_to"])

    assert counts == {"province": 34, "city": 333, "county": 2847, "zone": 143}


def test_every_parent_exists_and_prefixes_fit(regions):
    for code, row in regions.items():
        assert len(code) == 6
        assert code.isdigit()
        if row["kind"] == "province":
            assert (code[2:], row["parent"]) == ("0000", "")
            continue
        parent = regions[row["parent"]]
        significant = 2 if parent["kind"] == "province" else 4
        assert parent["kind"] in {"province", "city"}
        assert code[:significant] == parent["code"][:significant], code


def test_units_in_force_hang_from_units_in_force(regions):
    orphans = [code for code, row in regions.items() if row["parent"] and not row["valid_to"] and regions[row["parent"]]["valid_to"]]

    assert orphans == []


def test_levels_follow_the_code(regions):
    for code, row in regions.items():
        if row["kind"] == "city":
            assert code.endswith("00")
            assert not code.endswith("0000")
        elif row["kind"] == "county":
            assert not code.endswith("00")


def test_dates_are_dates_and_ordered(regions):
    for row in regions.values():
        opened = date.fromisoformat(row["valid_from"]) if row["valid_from"] else date.min
        closed = date.fromisoformat(row["valid_to"]) if row["valid_to"] else date.max
        assert opened < closed, row


@pytest.mark.parametrize(
    ("code", "name", "parent"),
    [
        ("330113", "临平区", "330100"),
        ("653228", "和康县", "653200"),
        ("653229", "和安县", "653200"),
        ("110105", "朝阳区", "110000"),
        ("429004", "仙桃市", "420000"),
        ("500157", "两江新区", "500000"),
        ("370783", "寿光市", "370700"),
        ("231222", "兰西县", "231200"),
        ("133100", "雄安新区", "130000"),
    ],
)
def test_known_units_in_force(regions, code, name, parent):
    row = regions[code]

    assert (row["name"], row["parent"], row["valid_to"]) == (name, parent, "")


@pytest.mark.parametrize("code", ["330103", "330104", "500105", "410322", "341400"])
def test_retired_codes_stay_with_an_end_and_a_successor(regions, code):
    row = regions[code]

    assert row["valid_to"]
    assert any(word in row["note"] for word in ("并入或改为", "撤销"))


def test_no_district_called_xiacheng_is_in_force(regions):
    assert [row["code"] for row in regions.values() if row["name"] == "下城区" and not row["valid_to"]] == []


def test_siblings_in_force_have_different_names(regions):
    names = Counter((row["parent"], row["name"]) for row in regions.values() if not row["valid_to"])

    assert [key for key, count in names.items() if count > 1] == []


def test_subjects_cover_the_sixteen_of_the_programme_and_the_younger_stages():
    subjects = read("subjects.csv")
    names = [row["name"] for row in subjects]

    assert "、".join(names[:16]) == SIXTEEN
    assert len({row["code"] for row in subjects}) == len(subjects) == len(set(names))
    assert {stage for row in subjects for stage in row["stages"].split()} == STAGES
    assert all("高中" in row["stages"].split() for row in subjects[:16])
