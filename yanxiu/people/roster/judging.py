"""Judges rows against what is stored: units of the scope, known persons, namesakes, and the other rows of the file."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from django.db.models import Q

from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.text import half_width
from yanxiu.orgs.models import Kind, Org
from yanxiu.people.models import RowOutcome
from yanxiu.people.permissions import IMPORT_ROSTER, VIEW
from yanxiu.people.roster.rows import Row, check_alone, check_teachings

_BATCH = 5_000
_SUGGESTED = 5
_ALIKE = 0.4
_COMPARED = 3_000
_HOMES = (Kind.SCHOOL, Kind.INSTITUTION, Kind.POINT)


_KNOWN = """
SELECT p.id, p.identity_index, p.name, p.unit_id, p.unit_path, o.name AS unit_name
FROM people_person p LEFT JOIN orgs_org o ON o.id = p.unit_id WHERE p.identity_index = ANY(%(indexes)s)
"""
_NAMESAKES = """
SELECT p.id, p.name, p.unit_id, p.staff_number, p.identity_hint, p.identity_index IS NOT NULL AS has_number
FROM unnest(%(names)s::text[], %(units)s::bigint[]) AS w(name, unit_id)
JOIN people_person p ON p.unit_id = w.unit_id AND p.name = w.name ORDER BY p.id
"""


@dataclass(frozen=True, kw_only=True)
class _Known:
    """A person behind a number that a row names."""

    id: int
    identity_index: bytes
    name: str
    unit_id: int | None
    unit_path: str
    unit_name: str | None


@dataclass(frozen=True, kw_only=True)
class _Namesake:
    """A person of the same name at the same unit."""

    id: int
    name: str
    unit_id: int
    staff_number: str
    identity_hint: str
    has_number: bool


@dataclass(frozen=True, kw_only=True)
class Scope:
    """For which unit a roster is imported and by whom; `on` is the Shanghai day."""

    unit: Org
    actor: Actor
    on: date

    def holds(self, unit: Org) -> bool:
        """Tell whether rows may name the unit."""
        return unit.path.startswith(self.unit.path) and self.actor.may(IMPORT_ROSTER, path=unit.path)


def judge(rows: Sequence[Row], *, scope: Scope) -> None:
    """Decide about every row. Rows must include all that share a number or a name and unit.

    What many rows say alike (the unit, what is taught) is found out once. Cost: 2 queries a batch of 5,000 rows, one for the units, and
    one where units are not known.
    """
    for row in rows:
        row.reset()
        check_alone(row, on=scope.on)
    _find_units([row for row in rows if row.is_open], scope)
    _find_teachings([row for row in rows if row.is_open])
    _find_twins([row for row in rows if row.index and row.outcome != RowOutcome.REFUSED])
    _find_same_names_in_file(rows)
    for batch in _batches([row for row in rows if row.is_open]):
        _find_known(batch, scope)
    for batch in _batches([row for row in rows if row.is_open]):
        _find_namesakes(batch)


def canonical(text: str) -> str:
    """Return the comparable form of a unit's name: half-width, without blanks."""
    return "".join(half_width(text).split())


def _batches(rows: list[Row]) -> Iterable[list[Row]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))


def _find_units(rows: list[Row], scope: Scope) -> None:
    names, codes = {row.value("unit") for row in rows} - {""}, {half_width(row.value("unit_code")) for row in rows} - {""}
    forms = {form for name in names for form in _forms(name)}
    chosen = {row.chosen_unit_id for row in rows if row.chosen_unit_id}
    found = Org.objects.filter(Q(name__in=forms) | Q(code__in=codes | names) | Q(pk__in=chosen)).order_by("path", "pk")
    by_name: dict[str, list[Org]] = defaultdict(list)
    by_id: dict[int, Org] = {}
    for unit in found:
        by_name[canonical(unit.name)].append(unit)
        by_id[unit.pk] = unit
    by_code = {unit.code: unit for unit in by_id.values() if unit.code}
    suggest = _suggester(scope)
    told: dict[tuple[str, str, int | None], Row] = {}
    for row in rows:
        first = told.setdefault((row.value("unit"), row.value("unit_code"), row.chosen_unit_id), row)
        if first is not row:
            row.follow(first)
            continue
        code, said = half_width(row.value("unit_code")), row.value("unit")
        if row.chosen_unit_id:
            _place(row, [by_id[row.chosen_unit_id]], scope, suggest, "unit")
        elif code:
            _place(row, [by_code[code]] if code in by_code else [], scope, suggest, "unit_code")
        elif said or scope.unit.kind in _HOMES:
            named = by_name.get(canonical(said)) or _coded(by_code, said)
            _place(row, named if said else [scope.unit], scope, suggest, "unit")
        else:
            row.refuse("unit", "学校空着，请补上学校全称", "unit")


def _find_teachings(rows: list[Row]) -> None:
    told: dict[tuple[str, str, tuple[str, ...]], Row] = {}
    for row in rows:
        first = told.setdefault((row.value("stage"), row.value("subject"), tuple(row.unit.stages) if row.unit else ()), row)
        if first is row:
            check_teachings(row)
            continue
        unit = row.unit
        row.follow(first)
        row.unit = unit


def _place(row: Row, found: Sequence[Org], scope: Scope, suggest: Callable[[str], list[Org]], cell: str) -> None:
    inside = [unit for unit in found if scope.holds(unit)]
    named = half_width(row.value(cell))[:40]
    if len(inside) > 1:
        row.hold("unit", f"有 {len(inside)} 个「{named}」，请选是哪一个", cell, _offers(inside))
    elif inside and inside[0].closed_on is not None:
        row.refuse("unit", f"「{inside[0].name}」已经撤销，请填现在的学校", cell)
    elif inside:
        row.unit = inside[0]
    elif found:
        row.refuse("unit", f"「{named}」不在{scope.unit.name}的范围里，请由它的上级导入", cell)
    elif cell == "unit_code":
        row.refuse("unit", f"没有代码为「{named}」的学校，请核对", cell)
    else:
        row.hold("unit", f"没有叫「{named}」的学校，请从相近的里选一个，或核对全称", cell, _offers(suggest(row.value("unit"))))


def _forms(name: str) -> set[str]:
    plain = canonical(name)
    return {name, plain, plain.replace("(", "（").replace(")", "）")}


def _coded(by_code: dict[str, Org], text: str) -> list[Org]:
    unit = by_code.get(half_width(text))
    return [unit] if unit else []


def _offers(units: Iterable[Org]) -> list[dict[str, object]]:
    return [{"unit": unit.pk, "label": unit.name, "code": unit.code or ""} for unit in units]


def _suggester(scope: Scope) -> Callable[[str], list[Org]]:
    """Return a function from a name to the most alike open units of the scope; it reads them once."""
    known: dict[str, list[Org]] = {}
    units: list[tuple[Org, set[str]]] = []

    def suggest(name: str) -> list[Org]:
        wanted = canonical(name)
        if wanted in known:
            return known[wanted]
        if not units:
            here = Org.objects.filter(path__startswith=scope.unit.path, closed_on__isnull=True, kind__in=_HOMES)
            found = [unit for unit in here.order_by("path", "pk")[:_COMPARED] if scope.holds(unit)]
            units.extend((unit, {canonical(unit.name), canonical(unit.short_name or unit.name)}) for unit in found)
        known[wanted] = _most_alike(wanted, units)
        return known[wanted]

    return suggest


def _most_alike(wanted: str, units: Iterable[tuple[Org, set[str]]]) -> list[Org]:
    """Return the units whose name is most like the wanted one, at least a little; most names are told apart by cheap bounds."""
    matcher = SequenceMatcher(b=wanted)
    best: list[tuple[float, int, Org]] = []
    for unit, names in units:
        least = -best[-1][0] if len(best) == _SUGGESTED else _ALIKE
        for name in names:
            matcher.set_seq1(name)
            if matcher.real_quick_ratio() > least and matcher.quick_ratio() > least and (score := matcher.ratio()) > least:
                best = sorted([*(one for one in best if one[1] != unit.pk), (-score, unit.pk, unit)])[:_SUGGESTED]
                least = score
    return [unit for _, _, unit in best]


def _find_twins(rows: list[Row]) -> None:
    """Rows of one identity number: the first is taken when they agree, the others wait; without agreement all wait."""
    groups: dict[bytes, list[Row]] = defaultdict(list)
    counted = Counter(row.index for row in rows)
    for row in rows:
        if counted[row.index] > 1:
            groups[row.index or b""].append(row)
    for group in groups.values():
        chosen = next((row for row in group if row.decision == "new"), None)
        agree = len({(row.name, row.unit.pk if row.unit else None) for row in group}) == 1
        taken = chosen or (group[0] if agree and group[0].is_open else None)
        for row in group:
            if row is taken or not row.is_open:
                continue
            other = taken or next(one for one in group if one is not row)
            if chosen is not None:
                row.refuse("twice", f"和第 {chosen.number} 行是同一个证件号，已决定用第 {chosen.number} 行", "identity")
            else:
                row.hold("twice", f"和第 {other.number} 行是同一个证件号，请选用哪一行", "identity")


def _find_same_names_in_file(rows: Sequence[Row]) -> None:
    groups: dict[tuple[str, int], list[Row]] = defaultdict(list)
    unnumbered = {row.name for row in rows if row.index is None}
    for row in rows:
        if row.name in unnumbered and row.is_open and row.unit is not None:
            groups[row.name, row.unit.pk].append(row)
    for group in groups.values():
        for row in group:
            if len(group) > 1 and row.index is None and row.decision not in {"new", "same"}:
                other = next(one for one in group if one is not row)
                row.hold("namesake", f"第 {other.number} 行也是这所学校的「{row.name}」，没有证件号，分不清是不是一个人", "name")


def _find_known(rows: list[Row], scope: Scope) -> None:
    by_index = {row.index: row for row in rows if row.index}
    for one in sql.rows(_KNOWN, {"indexes": list(by_index)}):
        person = _Known(**one)
        row = by_index[bytes(person.identity_index)]
        is_seen = scope.actor.may(VIEW, path=person.unit_path or "/")
        if person.name != row.name and row.decision != "same" and row.decision != "transfer":
            stored = f"「{person.name}」" if is_seen else "另一个名字"
            row.hold("other_name", f"这个证件号已登记为{stored}，请对照原件", "name", [{"person": person.id, "label": stored}])
        elif row.unit is None or person.unit_id == row.unit.pk:
            row.match(person.id, "已有账号，沿用")
        elif row.decision == "transfer":
            row.match(person.id, f"已有账号，导入时调入{row.unit.name}")
        else:
            where = person.unit_name if is_seen and person.unit_name else "别的单位"
            row.hold(
                "elsewhere",
                f"这位老师登记在{where}，是不是调来的",
                "unit" if row.value("unit") else "name",
                [{"person": person.id, "label": where}],
            )


def _find_namesakes(rows: list[Row]) -> None:
    """Persons of the same name at the same unit: never matched by name alone (F-34)."""
    asked = {(row.name, row.unit.pk) for row in rows if row.unit is not None}
    stored: dict[tuple[str, int], list[_Namesake]] = defaultdict(list)
    for one in sql.rows(_NAMESAKES, {"names": [name for name, _ in asked], "units": [unit for _, unit in asked]}):
        person = _Namesake(**one)
        stored[person.name, person.unit_id].append(person)
    for row in rows if stored else ():
        alike = stored.get((row.name, row.unit.pk if row.unit else 0), [])
        if row.index is not None:
            alike = [person for person in alike if not person.has_number]
        if not alike or row.decision == "new":
            continue
        known = {person.id for person in alike}
        if row.decision == "same" and row.person_id in known:
            row.match(row.person_id or 0, "就是已登记的这位，沿用账号")
            continue
        shown = [{"person": p.id, "label": " ".join(part for part in (p.name, p.staff_number, p.identity_hint) if part)} for p in alike]
        what = "登记的那位没有证件号" if row.index is not None else "名册里没有证件号"
        row.hold("namesake", f"这所学校已有「{row.name}」，{what}，分不清是不是一个人", "name", shown)
