"""The verbs of rosters: preview a file, import it, take it back, hand out the refused rows."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath

from django.db import connection, transaction
from django.utils.translation import gettext as _

from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Org
from yanxiu.people import permissions, queries
from yanxiu.people.actions.persons import affiliate, register_people
from yanxiu.people.events import PersonEvent, RosterEvent
from yanxiu.people.models import Person, RosterImport, RosterRow, RosterState, RowOutcome
from yanxiu.people.roster import keeping, sheets
from yanxiu.people.roster.cells import MOST_ROWS
from yanxiu.people.roster.judging import Scope, judge
from yanxiu.people.roster.parse import read
from yanxiu.people.roster.rows import Row
from yanxiu.records.actions import Entry, record, record_all

_BATCH = 2_000
_TAKEN_BACK = ("people_account", "people_affiliation", "people_teaching")


@transaction.atomic
def preview_roster(*, content: bytes, file_name: str, unit: Org, by: Actor, at: datetime, most_rows: int = MOST_ROWS) -> RosterImport:
    """Read and judge a roster for a unit and everything below it; nobody is registered yet.

    The same file for the same unit is the same import: one that was applied is returned as it is, a preview is judged anew.
    Raises NotPermitted, BadRoster. Cost: some queries per 5,000 rows.
    """
    permissions.check_can_import_roster(by, unit_path=unit.path)
    name = plain(PurePosixPath(file_name.replace("\\", "/")).name)[-200:].encode("utf-8", "replace").decode() or "roster"
    sha256 = hashlib.sha256(content).hexdigest()
    # Two windows with the same file must not make two previews.
    sql.rows("SELECT pg_advisory_xact_lock(hashtext('people.roster'), %(id)s::int)", {"id": unit.pk % 2**31})
    known = RosterImport.objects.filter(unit=unit, sha256=sha256).exclude(state=RosterState.UNDONE).first()
    if known is not None and known.state == RosterState.APPLIED:
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
    _store(keeping.stored(row, roster) for row in table.rows)
    _record(RosterEvent.PREVIEWED, roster, by=by, at=at, measure=len(table.rows))
    return roster


@transaction.atomic
def import_roster(*, roster: RosterImport, by: Actor, at: datetime) -> int:
    """Register the people of the accepted rows, use the accounts of the known; return how many rows were taken now.

    Rows that were taken before are left alone, so a second call adds only what was decided since. Everything is judged anew
    first: what changed after the preview shows as held or known. All or nothing. Raises NotPermitted, Conflict when undone.
    """
    roster = _locked(roster, by)
    if roster.state == RosterState.UNDONE:
        raise Conflict(_("这份名册已经撤回。要重新导入，请再上传一次。"))
    kept = {row.number: row for row in RosterRow.objects.filter(roster=roster, done_at__isnull=True).order_by("number", "pk")}
    rows = [keeping.restored(row) for row in kept.values()]
    judge(rows, scope=Scope(unit=roster.unit, actor=by, on=clock.day(at)))
    _rejudged(rows, kept)
    fresh = [row for row in rows if row.outcome == RowOutcome.ACCEPTED]
    for row, person_id in zip(fresh, register_people(people=keeping.newcomers(fresh), by=by, at=at) if fresh else [], strict=True):
        row.person_id = person_id
    if len(fresh) > _BATCH:
        sql.run("DISCARD PLANS")  # foreign keys are checked at commit, else by plans made when the tables were small: a minute per 20,000
    matched = [row for row in rows if row.outcome == RowOutcome.MATCHED]
    for row in matched:
        if row.decision == "transfer" and row.unit is not None:
            _transfer(row.person_id or 0, row.unit, by, at)
    taken = fresh + matched
    _mark_done(roster, fresh, matched, at)
    if roster.state == RosterState.PREVIEWED:
        roster.state, roster.applied_at = RosterState.APPLIED, at
        roster.save(update_fields=["state", "applied_at"])
    if taken:
        _record(RosterEvent.IMPORTED, roster, by=by, at=at, measure=len(taken), data={"created": len(fresh), "matched": len(matched)})
    return len(taken)


@transaction.atomic
def undo_roster(*, roster: RosterImport, by: Actor, at: datetime) -> list[Person]:
    """Take back the people whom the import registered; return those who stay because something has happened with them since.

    Nobody stays who has no record, account use or row of another package behind her. Matched and transferred people are left
    as they are. Raises NotPermitted, Conflict when there is nothing to take back.
    """
    roster = _locked(roster, by)
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
    _record(RosterEvent.UNDONE, roster, by=by, at=at, measure=len(ids), data={"staying": sorted(staying)[:1000]})
    return [one for one in people if one.pk in staying]


@transaction.atomic
def export_refused(*, roster: RosterImport, by: Actor, at: datetime) -> bytes:
    """Return the refused and held rows as .xlsx with their reasons, ready to be mended and imported again; recorded with the number.

    Whole identity numbers only for who brought the file; masked for others. Raises NotPermitted, Conflict when there are none.
    """
    roster = _locked(roster, by)
    rows = list(queries.open_problems(roster).filter(done_at__isnull=True))
    if not rows:
        raise Conflict(_("这份名册没有退回或待定的行。"))
    content = sheets.refused(roster, rows, is_whole=by.is_system or (by.person_id is not None and by.person_id == roster.created_by))
    _record(RosterEvent.EXPORTED, roster, by=by, at=at, measure=len(rows))
    return content


def _store(rows: Iterable[RosterRow]) -> None:
    columns = ", ".join(f'"{name}"' for name in keeping.COLUMNS)
    statement = f"COPY people_rosterrow ({columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(keeping.column_values(row))


def _locked(roster: RosterImport, by: Actor) -> RosterImport:
    permissions.check_can_see_roster(by, roster)
    permissions.check_can_import_roster(by, unit_path=roster.unit_path)
    return RosterImport.objects.select_for_update(of=("self",), no_key=True).select_related("unit").get(pk=roster.pk)


def _rejudged(rows: list[Row], kept: dict[int, RosterRow]) -> None:
    changed = []
    for row in rows:
        old = kept[row.number]
        if (old.outcome, old.reason, old.words) != (row.outcome, row.reason, row.words):
            keeping.fill(old, row)
            changed.append(old)
    RosterRow.objects.bulk_update(changed, keeping.JUDGED, batch_size=500)


def _mark_done(roster: RosterImport, fresh: list[Row], matched: list[Row], at: datetime) -> None:
    taken = [(row.pk, row.person_id, True) for row in fresh] + [(row.pk, row.person_id, False) for row in matched]
    sql.run(
        "UPDATE people_rosterrow r SET person_id = t.person, is_created = t.created, done_at = %(at)s, secret = NULL "
        "FROM unnest(%(ids)s::bigint[], %(persons)s::bigint[], %(created)s::boolean[]) AS t(id, person, created) "
        "WHERE r.id = t.id AND r.roster_id = %(roster)s",
        {
            "at": at, "ids": [one[0] for one in taken], "persons": [one[1] for one in taken], "created": [one[2] for one in taken],
            "roster": roster.pk,
        },
    )  # fmt: skip


def _transfer(person_id: int, unit: Org, by: Actor, at: datetime) -> None:
    person = Person.objects.get(pk=person_id)
    if person.unit_id != unit.pk:
        affiliate(person=person, to=unit, on=clock.day(at), by=by, at=at)


def _record(
    event: RosterEvent, roster: RosterImport, *, by: Actor, at: datetime, measure: int, data: dict[str, object] | None = None
) -> None:
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
