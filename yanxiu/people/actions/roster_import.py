"""The verbs that take the rows of a roster: at once, or begun by a person and carried through part by part in the background."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yanxiu.kit import clock, sql
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict
from yanxiu.people import arrivals, permissions
from yanxiu.people.actions.persons import affiliate
from yanxiu.people.actions.rosters import check_not_running, locked, record_roster
from yanxiu.people.events import PersonEvent, RosterEvent
from yanxiu.people.models import Person, RosterImport, RosterRow, RosterState, RowOutcome
from yanxiu.people.roster import keeping
from yanxiu.people.roster.judging import Scope, judge
from yanxiu.people.roster.rows import Row
from yanxiu.records.actions import record_from

PART = 4_000
_EVERYTHING = 2**31 - 1

# Rows about which something may have changed since they were judged; refusals for the text alone cannot.
_DOUBTFUL = """
WITH r AS MATERIALIZED (
    SELECT id, outcome, reason, decision, sort_key, unit_id, name, identity_index, person_id
    FROM people_rosterrow WHERE roster_id = %(roster)s AND done_at IS NULL
)
SELECT id FROM r WHERE outcome = 'held' OR (outcome = 'refused' AND reason IN ('unit', 'twice', 'stage', 'subject'))
    OR (decision <> '' AND outcome <> 'refused') OR (outcome = 'accepted' AND sort_key = '')
UNION SELECT r.id FROM r LEFT JOIN orgs_org o ON o.id = r.unit_id
    WHERE r.outcome = 'accepted' AND (o.id IS NULL OR o.closed_on IS NOT NULL OR NOT starts_with(o.path, %(within)s))
UNION SELECT r.id FROM r JOIN people_person p ON p.identity_index = r.identity_index WHERE r.outcome = 'accepted'
UNION SELECT r.id FROM r JOIN people_person p ON p.unit_id = r.unit_id AND p.name = r.name
    WHERE r.outcome = 'accepted' AND (p.identity_index IS NULL OR r.identity_index IS NULL)
UNION SELECT r.id FROM r LEFT JOIN people_person p
        ON p.id = r.person_id AND p.identity_index = r.identity_index AND p.name = r.name AND p.unit_id = r.unit_id
    WHERE r.outcome = 'matched' AND p.id IS NULL
"""
_PEERS = """
SELECT id FROM people_rosterrow
WHERE roster_id = %(roster)s AND done_at IS NULL AND identity_index = ANY(%(indexes)s)
UNION SELECT r.id FROM people_rosterrow r JOIN unnest(%(units)s::bigint[], %(names)s::text[]) AS w(unit_id, name) USING (unit_id, name)
WHERE r.roster_id = %(roster)s AND r.done_at IS NULL
"""
_KNOWN_SINCE = """
UPDATE people_rosterrow r SET outcome = 'held', reason = 'twice', words = %(words)s, field = 'identity'
FROM people_person p WHERE r.roster_id = %(roster)s AND r.done_at IS NULL AND r.outcome = 'accepted' AND p.identity_index = r.identity_index
"""
# Numbered after they stand in the order of the file, whatever way the join takes.
_ARRIVE = """
INSERT INTO people_arrival (id, name, sort_key, initials, identity_kind, identity_cipher, identity_index, identity_hint, mobile_cipher,
    mobile_index, mobile_hint, unit_id, unit_path, staff_number, teachings, row_id)
SELECT nextval(pg_get_serial_sequence('people_person', 'id')), r.name, r.sort_key, r.initials, r.identity_kind, r.identity_cipher,
    r.identity_index, r.identity_hint, r.mobile_cipher, r.mobile_index, r.mobile_hint, r.unit_id, r.path,
    left(COALESCE(r.values->>'staff_number', ''), 40), r.teachings, r.id
FROM (
    SELECT w.*, o.path FROM people_rosterrow w JOIN orgs_org o ON o.id = w.unit_id
    WHERE w.roster_id = %(roster)s AND w.done_at IS NULL AND w.outcome = 'accepted' ORDER BY w.number LIMIT %(most)s
) r
"""
_CREATED = """
UPDATE people_rosterrow r SET person_id = a.id, is_created = true, done_at = %(at)s, secret = NULL, identity_cipher = NULL,
    mobile_cipher = NULL, mobile_index = NULL
FROM people_arrival a WHERE r.id = a.row_id
"""
_MATCHED = """
UPDATE people_rosterrow SET done_at = %(at)s, secret = NULL WHERE roster_id = %(roster)s AND done_at IS NULL AND outcome = 'matched'
"""
_REGISTERED = "SELECT id::text AS object_id, name AS object_label, id AS person_id, unit_path FROM people_arrival ORDER BY id"


@dataclass(frozen=True, kw_only=True)
class _Taken:
    created: int
    matched: int


@transaction.atomic
def import_roster(*, roster: RosterImport, by: Actor, at: datetime) -> int:
    """Register the people of the accepted rows, use the accounts of the known; return how many rows were taken now.

    Rows that were taken before are left alone, so a second call adds only what was decided since. What may have changed after the
    preview is judged anew first and shows as held or known. All or nothing. Raises NotPermitted, Conflict when undone or running.
    """
    roster = _open(roster, by, at)
    _judge_doubtful(roster, by, at)
    _check_units(roster, by)
    _transfer(roster, by, at)
    taken = _take(roster, most=_EVERYTHING, by=by, at=at)
    _applied(roster, created=taken.created, matched=taken.matched, by=by, at=at)
    return taken.created + taken.matched


@transaction.atomic
def begin_import(*, roster: RosterImport, by: Actor, at: datetime) -> RosterImport:
    """Order the import of a large roster: judge what may have changed, transfer whom a human said to; the rest follows in parts.

    A second order while it runs changes nothing. Raises NotPermitted, Conflict when undone.
    """
    roster = locked(roster, by)
    if roster.state == RosterState.RUNNING:
        return roster
    roster = _open(roster, by, at)
    _judge_doubtful(roster, by, at)
    _check_units(roster, by)
    _transfer(roster, by, at)
    open_rows = RosterRow.objects.filter(roster=roster, done_at__isnull=True, outcome__in=[RowOutcome.ACCEPTED, RowOutcome.MATCHED]).count()
    roster.state, roster.asked_at, roster.asked_rows, roster.part_at = RosterState.RUNNING, at, open_rows, at
    roster.asked_by, roster.asked_label = by.person_id, by.label[:120]
    roster.save(update_fields=["state", "asked_at", "asked_rows", "part_at", "asked_by", "asked_label"])
    return roster


@transaction.atomic
def import_part(*, roster: RosterImport, by: Actor, at: datetime, most: int = PART) -> bool:
    """Take the next rows of an import that was ordered; return whether there may be more. By the system, for whom ordered it.

    A part is all or nothing and never taken twice: after a crash the import goes on with the next one. Raises NotPermitted.
    """
    permissions.check_is_system(by)
    roster = RosterImport.objects.select_for_update(of=("self",), no_key=True).select_related("unit").get(pk=roster.pk)
    if roster.state != RosterState.RUNNING:
        return False
    orderer = Actor(person_id=roster.asked_by, label=roster.asked_label) if roster.asked_by else SYSTEM
    sql.run(_KNOWN_SINCE, {"roster": roster.pk, "words": "这个证件号在导入的时候刚由别人登记了，请再导入一次"})
    taken = _take(roster, most=most, by=orderer, at=at)
    roster.part_at = at
    roster.save(update_fields=["part_at"])
    if taken.created + taken.matched:
        return True
    done = RosterRow.objects.filter(roster=roster, done_at__gte=roster.asked_at)
    created = done.filter(is_created=True).count()
    _applied(roster, created=created, matched=done.count() - created, by=orderer, at=at)
    return False


def _open(roster: RosterImport, by: Actor, at: datetime) -> RosterImport:  # noqa: ARG001
    roster = locked(roster, by)
    if roster.state == RosterState.UNDONE:
        raise Conflict(_("这份名册已经撤回。要重新导入，请再上传一次。"))
    check_not_running(roster)
    return roster


def _judge_doubtful(roster: RosterImport, by: Actor, at: datetime) -> None:
    arrivals.refresh_statistics("people_rosterrow", ["roster_id"], RosterRow.objects.filter(roster=roster, done_at__isnull=True).count())
    found = sql.rows(_DOUBTFUL, {"roster": roster.pk, "within": roster.unit_path})
    ids = {int(row["id"]) for row in found}
    if not ids:
        return
    scope = Scope(unit=roster.unit, actor=by, on=clock.day(at))
    kept = _rows_of(ids)
    rows = [keeping.restored(row) for row in kept]
    judge(rows, scope=scope)
    placed = [row for row in rows if row.unit is not None]
    keys = {
        "roster": roster.pk, "indexes": [row.index for row in rows if row.index], "units": [row.unit.pk for row in placed if row.unit],
        "names": [row.name for row in placed],
    }  # fmt: skip
    peers = {int(row["id"]) for row in sql.rows(_PEERS, keys)} - ids
    if peers:
        kept = _rows_of(ids | peers)
        rows = [keeping.restored(row) for row in kept]
        judge(rows, scope=scope)
    changed = [row for old, row in zip(kept, rows, strict=True) if _differs(old, row)]
    sql.run("DELETE FROM people_rosterrow WHERE id = ANY(%(ids)s)", {"ids": [row.pk for row in changed]})
    keeping.store(changed, roster)


def _differs(old: RosterRow, row: Row) -> bool:
    is_bare = row.outcome == RowOutcome.ACCEPTED and not old.sort_key
    return is_bare or (old.outcome, old.reason, old.words, old.person_id) != (row.outcome, row.reason, row.words, row.person_id)


def _rows_of(ids: set[int]) -> list[RosterRow]:
    return list(RosterRow.objects.filter(pk__in=ids).order_by("number", "pk"))


def _check_units(roster: RosterImport, by: Actor) -> None:
    asked = (
        "SELECT DISTINCT o.path FROM people_rosterrow r JOIN orgs_org o ON o.id = r.unit_id "
        "WHERE r.roster_id = %(roster)s AND r.done_at IS NULL AND r.outcome = 'accepted' ORDER BY 1"
    )
    for row in sql.rows(asked, {"roster": roster.pk}):
        permissions.check_can_register(by, unit_path=row["path"])


def _transfer(roster: RosterImport, by: Actor, at: datetime) -> None:
    decided = RosterRow.objects.filter(
        roster=roster, done_at__isnull=True, outcome=RowOutcome.MATCHED, decision="transfer", unit__isnull=False
    )
    for row in decided.select_related("unit").order_by("number", "pk"):
        person = Person.objects.get(pk=row.person_id or 0)
        if row.unit is not None and person.unit_id != row.unit_id:
            affiliate(person=person, to=row.unit, on=clock.day(at), by=by, at=at)


def _take(roster: RosterImport, *, most: int, by: Actor, at: datetime) -> _Taken:
    arrivals.prepare()
    if sql.run(_ARRIVE, {"roster": roster.pk, "most": most}):
        try:
            arrivals.settle(today=clock.day(at), at=at)
        except IntegrityError as error:
            if sql.constraint_of(error) != "people_person_identity_index_key":
                raise
            raise Conflict(_("导入的时候有人登记了名册里的人，什么也没有存。请再导入一次。")) from error
        record_from(event=PersonEvent.REGISTERED, rows=_REGISTERED, parameters={}, by=by, at=at)
    created = sql.run(_CREATED, {"at": at})
    return _Taken(created=created, matched=sql.run(_MATCHED, {"roster": roster.pk, "at": at}))


def _applied(roster: RosterImport, *, created: int, matched: int, by: Actor, at: datetime) -> None:
    if roster.state != RosterState.APPLIED:
        roster.state, roster.applied_at = RosterState.APPLIED, roster.applied_at or at
        roster.save(update_fields=["state", "applied_at"])
    if created + matched:
        facts: dict[str, object] = {"created": created, "matched": matched}
        record_roster(RosterEvent.IMPORTED, roster, by=by, at=at, measure=created + matched, data=facts)
