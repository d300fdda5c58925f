"""The verbs of roster rows: mend what was refused, decide what was held."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from yanxiu.kit import clock
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Org
from yanxiu.people import permissions
from yanxiu.people.actions.rosters import check_not_running
from yanxiu.people.events import RosterEvent
from yanxiu.people.models import RosterImport, RosterRow, RosterState, RowOutcome
from yanxiu.people.roster import keeping
from yanxiu.people.roster.headings import FIELDS
from yanxiu.people.roster.judging import Scope, judge
from yanxiu.people.roster.rows import Row
from yanxiu.records.actions import record

# What a human may decide about a held row, by its reason.
CHOICES: dict[str, tuple[str, ...]] = {
    "cut": ("new", "refuse"),
    "twice": ("new", "refuse"),
    "namesake": ("same", "new", "refuse"),
    "other_name": ("same", "refuse"),
    "elsewhere": ("transfer", "refuse"),
    "unit": ("refuse",),
}


@transaction.atomic
def mend_row(*, row: RosterRow, changes: Mapping[str, str], by: Actor, at: datetime) -> RosterRow:
    """Replace texts of a refused or held row and judge it again, with the rows that share its number or name and unit.

    An empty text leaves the field. Raises NotPermitted, Conflict when the row was imported, Invalid without a change.
    """
    kept = _locked(row, by)
    texts = {name: plain(text)[:200] for name, text in changes.items() if name in FIELDS and text.strip()}
    if not texts:
        raise Invalid(_("没有填要改成什么。请填上再改。"), field=kept.field or "name")
    peers = _peers(kept)
    one = keeping.restored(kept)
    one.values |= texts
    one.numeric -= set(texts)
    one.decision, one.person_id = "", None
    if "unit" in texts or "unit_code" in texts:
        one.chosen_unit_id = None
    one = _judged(kept, one, peers, by, at)
    record(
        RosterEvent.MENDED, object_id=kept.pk, object_label=kept.name, unit_path=kept.roster.unit_path,
        data={"row": kept.number, "fields": sorted(texts), "outcome": one.outcome}, by=by, at=at,
    )  # fmt: skip
    return RosterRow.objects.get(pk=kept.pk)


@transaction.atomic
def resolve_row(
    *, row: RosterRow, choice: str, by: Actor, at: datetime, person_id: int | None = None, unit: Org | None = None
) -> RosterRow:
    """Decide a held row: new (register), same (the known `person_id`), transfer, refuse, or unit (it is this `unit`).

    A unit chosen for a name holds for all rows of the file with that name. Raises NotPermitted, Conflict when the row is not
    held or the choice does not fit its reason, Invalid when the person or unit was not among those offered.
    """
    kept = _locked(row, by)
    if kept.outcome != RowOutcome.HELD:
        raise Conflict(_("第 %(number)d 行不在待定里，没有改动。") % {"number": kept.number})
    if choice == "unit":
        return _choose_unit(kept, unit, by, at)
    if choice not in CHOICES.get(kept.reason, ()):
        raise Conflict(_("第 %(number)d 行不能这样决定，请从给出的办法里选。") % {"number": kept.number})
    one = keeping.restored(kept)
    one.decision, one.person_id = choice, _offered(kept, person_id) if choice == "same" else None
    _judged(kept, one, _peers(kept), by, at)
    _record_choice(kept, choice, by, at)
    return RosterRow.objects.get(pk=kept.pk)


def _choose_unit(kept: RosterRow, unit: Org | None, by: Actor, at: datetime) -> RosterRow:
    if kept.reason != "unit" or unit is None:
        raise Conflict(_("第 %(number)d 行的学校不用选。") % {"number": kept.number})
    permissions.check_can_import_roster(by, unit_path=unit.path)
    if not unit.path.startswith(kept.roster.unit_path) or unit.closed_on is not None:
        raise Invalid(_("%(unit)s不在这份名册的范围里，或已经撤销。") % {"unit": unit.name}, field="unit")
    named = kept.values.get("unit", "")
    alike = RosterRow.objects.filter(roster=kept.roster, reason="unit", outcome=RowOutcome.HELD, done_at__isnull=True)
    group = list(alike.filter(Q(pk=kept.pk) | Q(values__unit=named)).order_by("number", "pk"))
    rows = [keeping.restored(other) for other in group]
    for one in rows:
        one.chosen_unit_id = unit.pk
    others = RosterRow.objects.filter(
        Q(identity_index__in=[other.identity_index for other in group if other.identity_index])
        | Q(unit=unit, name__in=[other.name for other in group]),
        roster=kept.roster, done_at__isnull=True,
    ).exclude(pk__in=[other.pk for other in group])  # fmt: skip
    peers = list(others.order_by("number", "pk"))
    _store([*group, *peers], [*rows, *(keeping.restored(other) for other in peers)], kept.roster, by, at)
    _record_choice(kept, f"unit:{unit.pk}", by, at)
    return RosterRow.objects.get(pk=kept.pk)


def _judged(kept: RosterRow, one: Row, peers: list[RosterRow], by: Actor, at: datetime) -> Row:
    """Judge a changed row with its old peers; if that shows new peers, once more with them."""
    rows = [one, *(keeping.restored(other) for other in peers)]
    judge(rows, scope=_scope(kept.roster, by, at))
    keeping.fill(kept, one)
    known = {kept.pk, *(other.pk for other in peers)}
    fresh = [other for other in _peers(kept) if other.pk not in known]
    _store([kept, *peers, *fresh], [*rows, *(keeping.restored(other) for other in fresh)], kept.roster, by, at)
    return one


def _store(kept: list[RosterRow], rows: list[Row], roster: RosterImport, by: Actor, at: datetime) -> None:
    by_number = {row.number: row for row in kept}
    ordered = sorted(rows, key=lambda row: row.number)
    judge(ordered, scope=_scope(roster, by, at))
    for row in ordered:
        keeping.fill(by_number[row.number], row)
    RosterRow.objects.bulk_update(kept, keeping.JUDGED, batch_size=500)


def _peers(kept: RosterRow) -> list[RosterRow]:
    """Return the rows not yet imported that share the number, or name and unit."""
    shared = Q(pk__in=[])
    if kept.identity_index:
        shared |= Q(identity_index=kept.identity_index)
    if kept.unit_id:
        shared |= Q(unit=kept.unit_id, name=kept.name)
    found = RosterRow.objects.filter(shared, roster=kept.roster, done_at__isnull=True).exclude(pk=kept.pk)
    return list(found.order_by("number", "pk"))


def _locked(row: RosterRow, by: Actor) -> RosterRow:
    permissions.check_can_see_roster(by, row.roster)
    permissions.check_can_import_roster(by, unit_path=row.roster.unit_path)
    roster = RosterImport.objects.select_for_update(of=("self",), no_key=True).select_related("unit").get(pk=row.roster_id)
    kept = RosterRow.objects.get(pk=row.pk)
    kept.roster = roster
    check_not_running(roster)
    if roster.state == RosterState.UNDONE:
        raise Conflict(_("这份名册已经撤回。要重新导入，请再上传一次。"))
    if kept.done_at is not None:
        raise Conflict(_("第 %(number)d 行已经导入。要改，请到这位老师的页面更正。") % {"number": kept.number})
    return kept


def _scope(roster: RosterImport, by: Actor, at: datetime) -> Scope:
    return Scope(unit=roster.unit, actor=by, on=clock.day(at))


def _offered(kept: RosterRow, person_id: int | None) -> int:
    offered = [one["person"] for one in kept.candidates if "person" in one]
    if person_id is None and len(offered) == 1:
        person_id = offered[0]
    if person_id not in offered or person_id is None:
        raise Invalid(_("请从列出的人里选是哪一位。"), field="person")
    return person_id


def _record_choice(kept: RosterRow, choice: str, by: Actor, at: datetime) -> None:
    record(
        RosterEvent.RESOLVED, object_id=kept.pk, object_label=kept.name, unit_path=kept.roster.unit_path,
        data={"row": kept.number, "choice": choice, "why": kept.reason}, by=by, at=at,
    )  # fmt: skip
