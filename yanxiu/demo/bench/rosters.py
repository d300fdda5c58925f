"""Rosters to import: the teachers of whole counties as offices write them, with the faults that offices make."""

import csv
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import msgspec
import xlsxwriter

from yanxiu.demo.bench import teachers
from yanxiu.demo.population import identity_number
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.orgs.models import Kind, Org
from yanxiu.programmes import actions as programmes

SCHOOLS: Final = 300
PROGRAMME: Final = "bench-roster"
ORDERS: Final = "orders.json"
HEADINGS: Final = ("姓名", "证件号码", "手机号", "学校", "学段", "学科", "教师编号", "是否计划内")
FAULTS: Final = {"refused": 100, "unknown_school": 200, "twice": 200, "known": 50}
"""One row in so many: a digit of the number is wrong, there is no such school, the number stood before, she is registered."""
PLAN: Final = """\
programme: {id: bench-roster, title: 测量, level: county, owner: 全国, year: 2026}
audience:
  - {id: all, stages: [小学, 初中, 高中]}
phases:
  - {id: study, label: 研修, from: 2020-01-01, to: 2098-12-31, for: [learner], do: [learn]}
learn:
  - {id: law, label: 法律法规, kind: compulsory, window: study, hours: 4, assign: auto_by_stage_subject}
assess:
  - {kind: course, id: course, needs: [steps]}
"""
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华建国玉珍文辉志红梅春燕晓雪婷浩宇欣怡子涵梓萱雨桐"
_STAGES = ("小学", "初中", "高中")
_SUBJECTS = ("语文", "数学", "英语", "体育", "音乐", "美术")
_FIRST_DAY = date(1962, 1, 1)
_DAYS = 13_000


class Order(msgspec.Struct):
    """A file to import for a county, and one with those of its teachers who are registered before."""

    county: int
    rows: int
    kind: str
    file: str
    known: str
    first: int


def prepare(folder: Path, sizes: Sequence[int], rounds: int) -> None:
    """Make a programme, a county of its own for each file, and the files; FOLDER/orders.json says which, in turn."""
    nation = Org.objects.filter(kind=Kind.NATION).order_by("pk").first() or teachers.org("全国", Kind.NATION, None)
    programme = programmes.create_programme(owner=nation, code=PROGRAMME, title="测量", by=SYSTEM, at=now())
    programmes.publish(programme=programme, source=PLAN, parameters={}, by=SYSTEM, at=now())
    orders, first = [], 0
    for rows, kind in [(rows, kind) for _ in range(rounds) for rows in sizes for kind in ("xlsx", "csv")]:
        county = _county(nation, first)
        known = list(_rows(range(first, first + max(rows // FAULTS["known"], 1)), county.name, []))
        first += len(known)
        order = Order(county.pk, rows, kind, str(folder / f"{county.pk}.{kind}"), str(folder / f"{county.pk}-known.csv"), first)
        _csv(Path(order.known), known)
        (_xlsx if kind == "xlsx" else _csv)(Path(order.file), _rows(range(first, first + rows), county.name, known))
        first += rows
        orders.append(order)
    (folder / ORDERS).write_bytes(msgspec.json.encode(orders))


def rows_of(order: Order) -> Iterator[list[str]]:
    """Return the rows of a file once more, without the known."""
    return _rows(range(order.first, order.first + order.rows), Org.objects.get(pk=order.county).name, [])


def _county(nation: Org, number: int) -> Org:
    county = teachers.org(f"测量{number}县", Kind.COUNTY, nation)
    schools = Org.objects.bulk_create(
        Org(name=_school(county.name, one), kind=Kind.SCHOOL, parent=county, path=f"new-{county.pk}-{one}") for one in range(SCHOOLS)
    )
    for school in schools:
        school.path = f"{county.path}{school.pk}/"
    Org.objects.bulk_update(schools, ["path"])
    return county


def _school(county: str, number: int) -> str:
    return f"{county}第{number + 1}学校"


def _rows(numbers: range, county: str, known: Sequence[list[str]]) -> Iterator[list[str]]:
    chance = random.Random(numbers.start)  # noqa: S311 - repeatable, nothing secret
    before = ""
    for place, number in enumerate(numbers):
        if known and place % FAULTS["known"] == 17:
            yield known[place // FAULTS["known"] % len(known)]
            continue
        identity = identity_number(_FIRST_DAY + timedelta(days=number % _DAYS), "男", number // _DAYS + 1)
        school = _school(county, number % SCHOOLS)
        if known and place % FAULTS["refused"] == 7:
            identity = identity[:-1] + ("1" if identity[-1] != "1" else "2")
        if known and place % FAULTS["unknown_school"] == 11:
            school = f"{county}第{number % 9 + 1}小学校"
        if known and place % FAULTS["twice"] == 13:
            identity = before
        before = identity
        name = chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=chance.choice((1, 2, 2, 2))))
        stage, subject = _STAGES[number % len(_STAGES)], _SUBJECTS[number % len(_SUBJECTS)]
        yield [name, identity, f"138{number % 100_000_000:08d}", school, stage, subject, f"T{number:08d}", "是"]


def _csv(file: Path, rows: Iterable[list[str]]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADINGS)
        writer.writerows(rows)


def _xlsx(file: Path, rows: Iterable[list[str]]) -> None:
    book = xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("名册")
    sheet.write_row(0, 0, HEADINGS)
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text)
    book.close()
