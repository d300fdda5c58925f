"""The verbs of units: load the regions, register, rename, move, close."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from yanxiu.kit import clock, pinyin, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.kit.text import plain
from yanxiu.orgs import permissions
from yanxiu.orgs.events import OrgEvent
from yanxiu.orgs.models import Kind, Org, Stage
from yanxiu.orgs.queries import DATA
from yanxiu.records.actions import record

REGIONS = DATA / "regions.csv"
_OFFICES = frozenset({Kind.NATION, Kind.PROVINCE, Kind.CITY, Kind.COUNTY, Kind.ZONE})
_ROOT = {"name": "全国", "kind": str(Kind.NATION), "code": "000000"}
PARENTS: dict[Kind, frozenset[Kind]] = {
    Kind.NATION: frozenset(),
    Kind.PROVINCE: frozenset({Kind.NATION}),
    Kind.CITY: frozenset({Kind.PROVINCE}),
    Kind.COUNTY: frozenset({Kind.PROVINCE, Kind.CITY}),
    Kind.ZONE: frozenset({Kind.PROVINCE, Kind.CITY}),
    Kind.SCHOOL: _OFFICES - {Kind.NATION},
    Kind.INSTITUTION: _OFFICES,
    Kind.POINT: (_OFFICES - {Kind.NATION}) | {Kind.SCHOOL},
}


class CodeTaken(Conflict):
    """Another unit has this code."""

    code = "code_taken"


@transaction.atomic
def load_regions(*, by: Actor, at: datetime, file: Path = REGIONS) -> int:
    """Bring the tree to the state of the regions file; return how many units were added.

    Idempotent: what exists is kept as it is, except that regions retired since are closed. Cost: a few statements a level.
    """
    if not by.is_system:
        raise NotPermitted(_("行政区划在安装和升级时载入，不从网页载入。"))
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    stored = Org.objects.exclude(code=None).values_list("code", "pk", "path")
    known = {str(code): (pk, path) for code, pk, path in stored}
    root = (
        Org.objects.filter(kind=Kind.NATION).order_by("pk").first()
        or _insert([{"name": "全国", "kind": Kind.NATION, "code": "000000"}], {})[0]
    )
    known[""] = (root.pk, root.path)
    added = 0
    for kinds in ({"province"}, {"city"}, {"county", "zone"}):
        fresh = _insert([row for row in rows if row["kind"] in kinds and row["code"] not in known], known)
        known.update({str(unit.code): (unit.pk, unit.path) for unit in fresh})
        added += len(fresh)
    _close_retired(rows)
    if added:
        record(OrgEvent.REGIONS_LOADED, object_id=root.pk, object_label=file.name, measure=added, by=by, at=at)
    return added


@transaction.atomic
def register(
    *,
    name: str,
    kind: Kind,
    parent: Org,
    by: Actor,
    at: datetime,
    code: str | None = None,
    short_name: str = "",
    stages: Sequence[Stage] = (),
    is_private: bool = False,
) -> Org:
    """Register a unit under another: a school, an institution, a teaching point, a functional zone (W-03).

    Raises NotPermitted, Invalid when the kind cannot hang there, Conflict when the parent is closed or has such a child, CodeTaken.
    """
    permissions.check_can_register_under(by, parent)
    name = _checked_name(name)
    _check_place(kind, parent)
    if Org.objects.filter(parent=parent, name=name, closed_on__isnull=True).exists():
        raise Conflict(_("%(parent)s下面已有「%(name)s」，请换一个名称，或直接用已有的那个。") % {"parent": parent.name, "name": name})
    number = _next_ids(1)[0]
    unit = Org(
        pk=number,
        name=name,
        short_name=plain(short_name)[:40],
        initials=_initials(name),
        kind=kind,
        code=plain(code or "") or None,
        parent=parent,
        path=f"{parent.path}{number}/",
        stages=[stage for stage in Stage if stage in stages],
        is_private=is_private,
    )
    taken = CodeTaken(_("代码 %(code)s 已属于另一个单位，请核对。") % {"code": unit.code}, field="code")
    sql.save_or_raise(unit, {"orgs_org_code_key": taken})
    record(OrgEvent.REGISTERED, object_id=unit.pk, object_label=name, unit_path=unit.path, kind=kind, by=by, at=at)
    return unit


@transaction.atomic
def rename(*, unit: Org, name: str, by: Actor, at: datetime) -> Org:
    """Give a unit its new name; the old one stays in the record."""
    permissions.check_can_manage_unit(by, unit, permissions.RENAME)
    name = _checked_name(name)
    unit = _locked(unit)
    if name == unit.name:
        raise Conflict(_("单位现在就叫「%(name)s」，没有改动。") % {"name": name})
    before, unit.name, unit.initials = unit.name, name, _initials(name)
    unit.save(update_fields=["name", "initials"])
    record(
        OrgEvent.RENAMED, object_id=unit.pk, object_label=name, unit_path=unit.path, data={"before": before, "after": name}, by=by, at=at
    )
    return unit


@transaction.atomic
def move(*, unit: Org, to: Org, by: Actor, at: datetime) -> Org:
    """Hang a unit with everything under it elsewhere. Paths kept by other domains follow by reaction on the record.

    Raises Invalid when the kind cannot hang there, Conflict when it would hang under itself or hangs there already.
    """
    permissions.check_can_move(by, unit, to=to)
    unit, to = _locked_both(unit, to)
    _check_place(Kind(unit.kind), to)
    if to.path.startswith(unit.path):
        raise Conflict(_("不能把单位移到它自己的下级里。"))
    if unit.parent_id == to.pk:
        raise Conflict(_("%(unit)s已经在%(to)s下面，没有改动。") % {"unit": unit.name, "to": to.name})
    before, after = unit.path, f"{to.path}{unit.pk}/"
    sql.run(
        "UPDATE orgs_org SET path = %(after)s || substr(path, %(length)s) WHERE path LIKE %(prefix)s",
        {"after": after, "length": len(before) + 1, "prefix": before + "%"},
    )
    unit.parent, unit.path = to, after
    unit.save(update_fields=["parent"])
    record(
        OrgEvent.MOVED, object_id=unit.pk, object_label=unit.name, unit_path=after, data={"before": before, "after": after}, by=by, at=at
    )
    return unit


@transaction.atomic
def close(*, unit: Org, by: Actor, at: datetime) -> Org:
    """Close a unit as of today (Shanghai). Raises Conflict while open units hang under it, or when it is closed already."""
    permissions.check_can_manage_unit(by, unit, permissions.CLOSE)
    unit = _locked(unit)
    if unit.closed_on is not None:
        raise Conflict(_("%(unit)s已经撤销。") % {"unit": unit.name})
    if Org.objects.filter(parent=unit, closed_on__isnull=True).exists():
        raise Conflict(_("%(unit)s下面还有单位，请先移走或撤销它们。") % {"unit": unit.name})
    unit.closed_on = clock.day(at)
    unit.save(update_fields=["closed_on"])
    record(OrgEvent.CLOSED, object_id=unit.pk, object_label=unit.name, unit_path=unit.path, by=by, at=at)
    return unit


def _insert(rows: Sequence[dict[str, str]], known: dict[str, tuple[int, str]]) -> list[Org]:
    units = []
    for number, row in zip(_next_ids(len(rows)), rows, strict=True):
        parent_id, parent_path = known.get(row.get("parent", ""), (None, "/"))
        units.append(
            Org(
                pk=number, name=row["name"], initials=_initials(row["name"]), kind=row["kind"], code=row["code"], parent_id=parent_id,
                path=f"{parent_path}{number}/", closed_on=date.fromisoformat(row["valid_to"]) if row.get("valid_to") else None,
            )
        )  # fmt: skip
    return Org.objects.bulk_create(units, batch_size=1000)


def _close_retired(rows: Iterable[dict[str, str]]) -> None:
    retired = [(row["code"], row["valid_to"]) for row in rows if row["valid_to"]]
    sql.run(
        "UPDATE orgs_org SET closed_on = r.ended::date FROM unnest(%(codes)s::text[], %(days)s::text[]) AS r(code, ended) "
        "WHERE orgs_org.code = r.code AND closed_on IS NULL",
        {"codes": [code for code, _day in retired], "days": [day for _code, day in retired]},
    )


def _next_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('orgs_org', 'id')) FROM generate_series(1, %s)", [count])
        return [int(row[0]) for row in cursor.fetchall()]


def _locked(unit: Org) -> Org:
    return Org.objects.select_for_update(of=("self",), no_key=True).get(pk=unit.pk)


def _locked_both(one: Org, other: Org) -> tuple[Org, Org]:
    rows = Org.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=[one.pk, other.pk]).order_by("pk")
    by_id = {row.pk: row for row in rows}
    return by_id[one.pk], by_id[other.pk]


def _check_place(kind: Kind, parent: Org) -> None:
    if parent.closed_on is not None:
        raise Conflict(_("%(parent)s已经撤销，下面不能再放单位。") % {"parent": parent.name})
    if Kind(parent.kind) not in PARENTS[kind]:
        raise Invalid(
            _("%(kind)s不能放在%(parent)s（%(parent_kind)s）下面。")
            % {"kind": kind.label, "parent": parent.name, "parent_kind": Kind(parent.kind).label}
        )


def _checked_name(name: str) -> str:
    name = plain(name).replace("\n", " ")
    if not 2 <= len(name) <= 100:
        raise Invalid(_("单位名称应为 2—100 个字，请写全称。"), field="name")
    return name


def _initials(name: str) -> str:
    return pinyin.initials(pinyin.syllables(name))[:100]
