"""Settle a programme, reverse an entry, roll the heads up."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from yanxiu.credits import changes, ledger, permissions, settlement, statements
from yanxiu.credits.events import CreditEvent
from yanxiu.credits.models import Entry, Root, Settlement
from yanxiu.evaluation.models import Requirement
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.people.models import Person
from yanxiu.programmes.models import PlanVersion, Programme
from yanxiu.records.actions import record


@transaction.atomic
def start_settlement(*, programme: Programme, by: Actor, at: datetime) -> Settlement:
    """Open a run of settling, or return the open one: two buttons, one settlement (security F-26).

    Raises NotPermitted, Conflict while the plan's requirements are not laid down.
    """
    permissions.check_can_settle(by, programme)
    # Two offices pressing at once: the programme's row decides who opens the run.
    Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    running = Settlement.objects.filter(programme=programme, finished_at__isnull=True).first()
    if running is not None:
        return running
    _check_laid_down(programme)
    versions = _versions(programme)
    people = sum(settlement.participants(version) for version in versions)
    # The mark before anything is read: what is written meanwhile is new to the next run.
    run = Settlement.objects.create(
        from_xid=changes.oldest_open(), grounds=changes.grounds(versions), programme=programme, started_by=by.person_id, started_at=at,
        as_of=at, participants=people,
    )  # fmt: skip
    record(
        CreditEvent.SETTLEMENT_STARTED, object_id=programme.pk, object_label=programme.title, by=by, at=at, programme_id=programme.pk,
        unit_path=programme.owner_path, measure=people,
    )  # fmt: skip
    return run


def _check_laid_down(programme: Programme) -> None:
    """A new version cuts the programme's time anew; until its requirements are laid down, those of all versions would count wrongly."""
    if not Requirement.objects.filter(version__in=Programme.objects.filter(pk=programme.pk).values("current_id")).exists():
        raise Conflict("方案的要求还没有建立好，请稍等一分钟再结算。")


def settle(*, programme: Programme, by: Actor, at: datetime) -> Settlement:
    """Evaluate the participants and write the ledger, batch by batch; a killed run goes on where it stopped.

    Those for whom nothing moved since the last settlement are passed over (`changes`). Each batch is one transaction, entered once by
    source key, so running again adds nothing. Raises NotPermitted, Conflict while a version that was published meanwhile is not laid
    down: the run then goes on later. Cost: set-based, about 13 statements a batch of 20,000.
    """
    permissions.check_can_settle(by, programme)
    run = start_settlement(programme=programme, by=by, at=at)
    since = changes.last_settled(programme)
    for version in _versions(programme):
        for persons in _left(run, version, since):
            _settle_batch(run, version, persons, by=by, at=at)
    return _finish(run, by=by, at=at)


def _left(run: Settlement, version: PlanVersion, since: Settlement | None) -> Iterator[list[int]]:
    """Yield batches of those of a version whom the run has to judge and has not judged yet."""
    if version.pk < run.last_version_id:
        return
    after = run.last_person_id if version.pk == run.last_version_id else 0
    wanted = changes.concerned(run, version, since=since)
    if wanted is None:
        yield from settlement.batches(version, after=after)
        return
    wanted = [person for person in wanted if person > after]
    for start in range(0, len(wanted), settlement.BATCH):
        yield wanted[start : start + settlement.BATCH]


def _versions(programme: Programme) -> list[PlanVersion]:
    return list(PlanVersion.objects.filter(programme=programme).order_by("pk"))


@transaction.atomic
def _settle_batch(run: Settlement, version: PlanVersion, persons: list[int], *, by: Actor, at: datetime) -> None:
    _check_laid_down(run.programme)
    # The run's row is the lock: a second worker waits here and then finds nothing new.
    run.refresh_from_db(from_queryset=Settlement.objects.select_for_update(of=("self",), no_key=True))
    run.entries += settlement.settle_batch(version=version, persons=persons, as_of=run.as_of, by=by, at=at)
    run.settled += len(persons)
    run.last_version_id, run.last_person_id = version.pk, persons[-1]
    run.save(update_fields=["entries", "settled", "last_version_id", "last_person_id"])


_QUALIFIED = """
SELECT COUNT(*) AS n FROM (
    SELECT person_id FROM credits_entry WHERE programme_id = %(programme)s AND account = 'registered'
    GROUP BY person_id HAVING SUM(amount) > 0
) p
"""


@transaction.atomic
def _finish(run: Settlement, *, by: Actor, at: datetime) -> Settlement:
    run.refresh_from_db(from_queryset=Settlement.objects.select_for_update(of=("self",), no_key=True))
    if run.finished_at is not None:
        return run
    before = changes.last_settled(run.programme)
    if run.entries or before is None:
        run.qualified = sql.rows(_QUALIFIED, {"programme": run.programme_id})[0]["n"]
    else:
        run.qualified = before.qualified
    judged, run.settled = run.settled, max(run.settled, run.participants)
    run.finished_at = at
    run.save(update_fields=["qualified", "settled", "finished_at"])
    programme = Programme.objects.get(pk=run.programme_id)
    record(
        CreditEvent.SETTLED, object_id=programme.pk, object_label=programme.title, by=by, at=at, programme_id=programme.pk,
        unit_path=programme.owner_path, measure=run.entries,
        data={"settlement": run.pk, "settled": run.settled, "judged": judged, "entries": run.entries},
    )  # fmt: skip
    return run


@transaction.atomic
def reverse(*, entry: Entry, reason: str, by: Actor, at: datetime) -> Entry:
    """Take an entry back by a new one of the opposite amount; return it.

    Raises NotPermitted, Invalid without a reason, Conflict for an entry that is reversed already or is itself a reversal.
    """
    person = Person.objects.get(pk=entry.person_id)
    permissions.check_can_reverse(by, entry, person)
    if len(reason.strip()) < 2:
        raise Invalid("请写明冲销的原因，例如：重复登记，见某号文。", field="reason")
    if entry.reverses is not None:
        raise Conflict("这一笔本身就是冲销，不能再冲销。需要恢复时请重新认定。")
    select = (
        "SELECT person_id, programme_id, version_id, award, account, unit, credit_class, -amount, year, 'reverse:' || source_key, label, "
        "%(reason)s::text, evidence, id FROM credits_entry WHERE id = %(id)s"
    )
    if ledger.append((select, {"reason": reason.strip()[:300], "id": entry.pk}), by=by, at=at).entries != 1:
        raise Conflict("这一笔已经冲销过。")
    reversal = Entry.objects.get(reverses=entry.pk, source_key=f"reverse:{entry.source_key}")
    record(
        CreditEvent.REVERSED, object_id=entry.pk, object_label=entry.label, by=by, at=at, person_id=entry.person_id,
        programme_id=entry.programme_id, unit_path=person.unit_path, measure=reversal.amount, data={"reason": reason.strip()},
    )  # fmt: skip
    return reversal


@transaction.atomic
def roll(*, by: Actor, at: datetime) -> Root:
    """Roll all heads into one root hash (nightly). For the system only. Raises NotPermitted."""
    permissions.check_is_system(by)
    root = Root.objects.create(rolled_at=at, **sql.rows(statements.ROLL)[0])
    record(CreditEvent.ROLLED, object_id=root.pk, by=by, at=at, measure=root.entries, data={"hash": bytes(root.hash).hex()})
    return root
