"""Reads of the tree of units, and the subjects that are taught."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from yanxiu.kit.components import Crumb, Unit
from yanxiu.kit.errors import NotFound
from yanxiu.kit.text import half_width
from yanxiu.orgs.models import Org, Stage

_SHOWN = 200
_FOUND = 20
_ID_DIGITS = 19
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A subject that a teacher can be registered for, and at which stages it is taught."""

    code: str
    name: str
    stages: tuple[Stage, ...]


@lru_cache(maxsize=1)
def subjects() -> dict[str, Subject]:
    """Return the subjects by name, the sixteen of the 36-hour programme first. No query."""
    with (DATA / "subjects.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["name"]: Subject(code=row["code"], name=row["name"], stages=tuple(Stage(stage) for stage in row["stages"].split()))
            for row in csv.DictReader(file)
        }


def subjects_of(stage: str) -> list[str]:
    """Return the names of the subjects taught at a stage. No query."""
    return [subject.name for subject in subjects().values() if stage in subject.stages]


def children(unit: Org, *, within: QuerySet[Org]) -> QuerySet[Org]:
    """Return the open units directly under one, by code and name, as far as `within` holds them."""
    return within.filter(parent=unit, closed_on__isnull=True).order_by("code", "initials", "pk")


def ancestors(unit: Org) -> list[Org]:
    """Return the units from the root down to this one, included. Cost: one query."""
    ids = [int(part) for part in unit.path.strip("/").split("/")]
    return list(Org.objects.filter(pk__in=ids).order_by(Length("path"), "pk"))


def subtree(unit: Org) -> QuerySet[Org]:
    """Return the unit and everything under it, closed ones too, in tree order."""
    return Org.objects.filter(path__startswith=unit.path).order_by("path", "pk")


def tops(within: QuerySet[Org], paths: tuple[str, ...]) -> QuerySet[Org]:
    """Return where browsing starts: the units that are the scope itself; for a scope of everything the root."""
    start = Q(parent__isnull=True) if "/" in paths else Q(path__in=paths)
    return within.filter(start).order_by("path", "pk")


def search(text: str, *, within: QuerySet[Org]) -> QuerySet[Org]:
    """Return the open units whose name contains the text, whose initials begin with it, or whose code is it; nearest the root first."""
    plain = half_width(text)[:60]
    if not plain:
        return within.none()
    found = Q(name__icontains=plain) | Q(code=plain)
    if plain.isascii() and plain.isalpha():
        found |= Q(initials__startswith=plain.lower())
    return within.filter(found, closed_on__isnull=True).order_by(Length("path"), "initials", "pk")


@dataclass(frozen=True, kw_only=True)
class Picker:
    """What the component `org-picker` shows: the path to where one stands, what lies below, and what was found, if searched."""

    path: list[Crumb]
    units: list[Unit]
    query: str
    results: list[Unit] | None


def picker(*, within: QuerySet[Org], paths: tuple[str, ...], stands_at: Org | None, text: str, param: str = "unit") -> Picker:
    """Return the units to choose from, as links that set `param`. `paths` is where the scope begins. Cost: at most 4 queries."""
    text = half_width(text)[:60].replace("\x00", "")
    starts = list(tops(within, paths)[:_SHOWN])
    below = list(children(stands_at, within=within)[:_SHOWN]) if stands_at else starts
    above = [unit for unit in ancestors(stands_at) if any(unit.path.startswith(top.path) for top in starts)] if stands_at else []
    results = [_linked(unit, param) for unit in search(text, within=within).select_related("parent")[:_FOUND]] if text else None
    return Picker(
        path=[Crumb(label=unit.name, url=f"?{param}={unit.pk}") for unit in above],
        units=[Unit(label=unit.name, url=f"?{param}={unit.pk}", note=unit.code or "") for unit in below],
        query=text,
        results=results,
    )


def named(within: QuerySet[Org], raw: str | None) -> Org | None:
    """Return the unit that a page's parameter names; None without one. Raises NotFound when `within` has no such unit. Cost: one query."""
    if not raw:
        return None
    number = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < _ID_DIGITS else 0
    found = within.filter(pk=number).first()
    if found is None:
        raise NotFound(_("没有找到这个单位。可能已撤销，或不在您当前身份的范围里。"))
    return found


def beginning(within: QuerySet[Org]) -> Org | None:
    """Return the unit where a scope begins, if it begins at one. Cost: one query."""
    first = list(within.order_by(Length("path"), "pk")[:2])
    is_one = bool(first) and (len(first) == 1 or first[1].path.startswith(first[0].path))
    return first[0] if is_one else None


def chosen(within: QuerySet[Org], raw: str | None) -> Org | None:
    """Return the unit that a page's parameter names, without one where the scope begins. Raises NotFound. Cost: one query."""
    return named(within, raw) or beginning(within)


def _linked(unit: Org, param: str) -> Unit:
    return Unit(label=unit.name, url=f"?{param}={unit.pk}", note=unit.parent.name if unit.parent else "")


def full_name(unit: Org) -> str:
    """Return the names from the province down: 山东省 济南市 历下区 某小学. Cost: one query."""
    return " ".join(one.name for one in ancestors(unit)[1:]) or unit.name
