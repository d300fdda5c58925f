"""Between rows as they are judged and rows as they are stored; numbers of persons are kept encrypted."""

import json
from collections.abc import Iterable, Mapping

from yanxiu.people import vault
from yanxiu.people.models import RosterImport, RosterRow, RowOutcome
from yanxiu.people.newcomers import NewPerson
from yanxiu.people.roster.rows import Row

_PURPOSE = "roster"
_SECRET = ("identity", "mobile")
_NUMERIC = "numeric"
_WORDS = 300
JUDGED = ("name", "identity_index", "identity_hint", "outcome", "reason", "words", "field", "candidates", "unit", "person_id", "decision",
          "chosen_unit", "values", "secret")  # fmt: skip

COLUMNS = ("roster_id", "number", "values", "name", "secret", "identity_index", "identity_hint", "outcome", "reason", "words", "field",
           "candidates", "decision", "unit_id", "chosen_unit_id", "person_id", "is_created", "done_at")  # fmt: skip
_AS_JSON = {"values", "candidates"}


def column_values(row: RosterRow) -> list[object]:
    """Return what a row keeps in COLUMNS, as COPY takes it."""
    return [json.dumps(getattr(row, name), ensure_ascii=False) if name in _AS_JSON else getattr(row, name) for name in COLUMNS]


def stored(row: Row, roster: RosterImport) -> RosterRow:
    """Return the row as it is stored."""
    kept = RosterRow(roster=roster, number=row.number, pk=row.pk)
    fill(kept, row)
    return kept


def fill(kept: RosterRow, row: Row) -> None:
    """Bring a stored row up to what was decided."""
    hidden = [row.value(name) for name in _SECRET]
    kept.values = {name: text for name, text in row.values.items() if name not in _SECRET}
    if row.numeric:
        kept.values[_NUMERIC] = " ".join(sorted(row.numeric))
    kept.secret = vault.seal(json.dumps(hidden, ensure_ascii=False), purpose=_PURPOSE) if any(hidden) else None
    kept.name = (row.name or row.value("name"))[:200]
    kept.identity_index, kept.identity_hint = row.index, row.hint
    kept.outcome, kept.reason, kept.words, kept.field = row.outcome, row.reason, row.words[:_WORDS], row.cell
    kept.candidates, kept.decision = row.candidates, row.decision
    kept.unit, kept.chosen_unit_id, kept.person_id = row.unit, row.chosen_unit_id, row.person_id


def restored(kept: RosterRow) -> Row:
    """Return a stored row as it can be judged again."""
    values: dict[str, str] = dict(kept.values)
    numeric = frozenset(values.pop(_NUMERIC, "").split())
    values |= {name: text for name, text in secrets_of(kept).items() if text}
    return Row(
        number=kept.number, values=values, numeric=numeric, decision=kept.decision, person_id=kept.person_id,
        chosen_unit_id=kept.chosen_unit_id, pk=kept.pk,
    )  # fmt: skip


def secrets_of(kept: RosterRow) -> Mapping[str, str]:
    """Return identity and mobile number of a stored row as they were typed."""
    if kept.secret is None:
        return {}
    return dict(zip(_SECRET, json.loads(vault.unseal(bytes(kept.secret), purpose=_PURPOSE)), strict=True))


def newcomers(rows: Iterable[Row]) -> list[NewPerson]:
    """Return the accepted rows as persons to be registered."""
    return [
        NewPerson(
            name=row.name, unit=row.unit, identity=row.value("identity"), identity_kind=row.kind, mobile=row.value("mobile"),
            staff_number=row.value("staff_number"), teachings=row.teachings,
        )
        for row in rows
        if row.unit is not None and row.outcome == RowOutcome.ACCEPTED
    ]  # fmt: skip
