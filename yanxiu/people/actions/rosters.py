"""The verbs of rosters: preview a file, import it, take it back, hand out the refused rows."""

import hashlib
from datetime import datetime
from pathlib import PurePosixPath

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Org
from yanxiu.people import permissions, queries
from yanxiu.people.events import PersonEvent, RosterEvent
from yanxiu.people.models import Person, RosterImport, RosterRow, RosterState
from yanxiu.people.roster import keeping, sheets
from yanxiu.people.roster.cells import MOST_ROWS
from yanxiu.people.roster.judging import Scope, judge
from yanxiu.people.roster.parse import read
from yanxiu.records.actions import Entry, record, record_all

_BATCH = 2_000
_TAKEN_BACK = ("people_account", "people_affiliation", "people_teaching")


@transaction.atomic
def preview_roster(*, content: bytes, file_name: str, unit: Org, by: Actor, at: datetime, most_rows: int = MOST_ROWS) -> RosterImport:
    """Read and judge a roster for a unit and everything below it; nobody is registered yet.

    The same file for the same unit is the same import: one that was applied or runs is returned as it is, a preview is judged anew.
    Raises NotPermitted, BadRoster. Cost: a few queries per 5,000 rows.
    """
    permissions.check_can_import_roster(by, unit_path=unit.path)
    name = plain(PurePosixPath(file_name.replace("\\", "/")).name)[-200:].encode("utf-8", "replace").decode() or "roster"
    sha256 = hashlib.sha256(content).hexdigest()
    # Two windows with the same file must not make two previews.
    sql.rows("SELECT pg_advisory_xact_lock(hashtext('people.roster'), %(id)s::int)", {"id": unit.pk % 2**31})
    known = RosterImport.objects.filter(unit=unit, sha256=sha256).exclude(state=RosterState.UNDONE).first()
    if known is not None and known.state != RosterState.PREVIEWED:
        return known
    table = read(content, file_name=name, most_rows=most_rows)
    judge(table.rows, scope=Scope(unit=unit, actor=by, on=clock.day(at)))
    if known is not None:
        RosterRow.objects.filter(roster=known).delete()
        known.delete()
    roster = RosterImport.objects.create(
        unit=unit, unit_path=unit.path, file_name=name, sha256=sha256, sheet=table.sheet, columns=table.columns, notes=table.notes,
        created_by=by.person_id, created_at=at,
    )  # fmt: skip
    keeping.store(table.rows, roster)
    record_roster(RosterEvent.PREVIEWED, roster, by=by, at=at, measure=len(table.rows))
    return roster


@transaction.atomic
def undo_roster(*, roster: RosterImport, by: Actor, at: datetime) -> list[Person]:
    """Take back the people whom the import registered; return those who stay because something has happened with them since.

    Nobody stays who has no record, account use or row of another package behind her. Matched and transferred people are left
    as they are. Raises NotPermitted, Conflict when there is nothing to take back.
    """
    roster = locked(roster, by)
    check_not_running(roster)
    if roster.state != RosterState.APPLIED:
        raise Conflict(_("这份名册没有导入过人，不用撤回。") if roster.state == RosterState.PREVIEWED else _("这份名册已经撤回。"))
    brought = RosterRow.objects.filter(roster=roster, is_created=True, person_id__isnull=False)
    created = [int(person_id or 0) for person_id in brought.order_by("number", "pk").values_list("person_id", flat=True)]
    people = list(Person.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=created).order_by("pk"))
    staying = queries.touched_people([one.pk for one in people], since=roster.created_at)
    leaving = [one for one in people if one.pk not in staying]
    ids = [one.pk for one in leaving]
    for table in _TAKEN_BACK:
        sql.run(f"DELETE FROM {table} WHERE person_id = ANY(%(ids)s)", {"ids": ids})
    sql.run("DELETE FROM people_person WHERE id = ANY(%(ids)s)", {"ids": ids})
    RosterRow.objects.filter(roster=roster, person_id__in=ids).update(person_id=None, done_at=None, is_created=False)
    roster.state, roster.undone_at = RosterState.UNDONE, at
    roster.save(update_fields=["state", "undone_at"])
    record_all(
        [
            Entry(event=PersonEvent.WITHDRAWN, object_id=one.pk, object_label=one.name, person_id=one.pk, unit_path=one.unit_path)
            for one in leaving
        ],
        by=by,
        at=at,
    )
    record_roster(RosterEvent.UNDONE, roster, by=by, at=at, measure=len(ids), data={"staying": sorted(staying)[:1000]})
    return [one for one in people if one.pk in staying]


@transaction.atomic
def export_refused(*, roster: RosterImport, by: Actor, at: datetime) -> bytes:
    """Return the refused and held rows as .xlsx with their reasons, ready to be mended and imported again; recorded with the number.

    Whole identity numbers only for who brought the file; masked for others. Raises NotPermitted, Conflict when there are none.
    """
    roster = locked(roster, by)
    rows = list(queries.open_problems(roster).filter(done_at__isnull=True))
    if not rows:
        raise Conflict(_("这份名册没有退回或待定的行。"))
    content = sheets.refused(roster, rows, is_whole=by.is_system or (by.person_id is not None and by.person_id == roster.created_by))
    record_roster(RosterEvent.EXPORTED, roster, by=by, at=at, measure=len(rows))
    return content


def locked(roster: RosterImport, by: Actor) -> RosterImport:
    """Return the roster locked for the transaction, with its unit. Raises NotFound, NotPermitted."""
    permissions.check_can_see_roster(by, roster)
    permissions.check_can_import_roster(by, unit_path=roster.unit_path)
    return RosterImport.objects.select_for_update(of=("self",), no_key=True).select_related("unit").get(pk=roster.pk)


def check_not_running(roster: RosterImport) -> None:
    """Raise Conflict while the roster is imported in the background."""
    if roster.state == RosterState.RUNNING:
        raise Conflict(_("这份名册正在导入，请等它做完再改。"))


def record_roster(
    event: RosterEvent, roster: RosterImport, *, by: Actor, at: datetime, measure: int, data: dict[str, object] | None = None
) -> None:
    """Record what happened to a roster."""
    record(
        event,
        object_id=roster.pk,
        object_label=roster.file_name,
        unit_path=roster.unit_path,
        measure=measure,
        data=data or {},
        by=by,
        at=at,
    )
