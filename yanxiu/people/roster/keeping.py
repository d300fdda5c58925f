"""Between rows as they are judged and rows as they are stored; numbers of persons are kept encrypted."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from yanxiu.kit import pinyin
from yanxiu.people import arrivals, identity, mobile, vault
from yanxiu.people.models import RosterImport, RosterRow, RowOutcome
from yanxiu.people.roster.rows import Row

_PURPOSE = "roster"
_SECRET = ("identity", "mobile")
_NUMERIC = "numeric"
_WORDS = 300
_json = msgspec.json.Encoder().encode
_NOBODY: tuple[object, ...] = ("", "", "", None, None, None, "", [])

JUDGED = (
    "values", "name", "secret", "identity_index", "identity_hint", "outcome", "reason", "words", "field", "candidates", "decision",
    "unit_id", "chosen_unit_id", "person_id", "sort_key", "initials", "identity_kind", "identity_cipher", "mobile_cipher", "mobile_index",
    "mobile_hint", "teachings",
)  # fmt: skip
_VALUES, _CANDIDATES, _TEACHINGS = (JUDGED.index(name) for name in ("values", "candidates", "teachings"))


def store(rows: Iterable[Row], roster: RosterImport) -> None:
    """Write judged rows, those that were stored before with their id. Cost: one statement."""
    numbered = [row for row in rows if row.pk is not None]
    for given, with_id in ((numbered, True), ([row for row in rows if row.pk is None], False)):
        if given:
            columns = ("id",) * with_id + ("roster_id", "number", *JUDGED, "is_created")
            arrivals.copy("people_rosterrow", columns, _lines(given, roster.pk, with_id=with_id))


def fill(kept: RosterRow, row: Row) -> None:
    """Bring a stored row up to what was decided."""
    for name, value in zip(JUDGED, judged(row), strict=True):
        setattr(kept, name, value)


def judged(row: Row) -> Sequence[object]:
    """Return what a row keeps in JUDGED. The numbers of an accepted row are kept as the person will have them, others as typed."""
    is_ready = row.outcome == RowOutcome.ACCEPTED
    values = {name: text for name, text in row.values.items() if name not in _SECRET}
    if row.numeric:
        values[_NUMERIC] = " ".join(sorted(row.numeric))
    return (
        values, (row.name or row.value("name"))[:200], None if is_ready else _secret(row), row.index, row.hint, row.outcome, row.reason,
        row.words[:_WORDS], row.cell, row.candidates, row.decision, row.unit.pk if row.unit else None, row.chosen_unit_id, row.person_id,
        *(_person(row) if is_ready else _NOBODY),
    )  # fmt: skip


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
    """Return identity and mobile number of a stored row: as they were typed, those of an accepted row in canonical form."""
    if kept.secret is not None:
        return dict(zip(_SECRET, json.loads(vault.unseal(bytes(kept.secret), purpose=_PURPOSE)), strict=True))
    number = identity.unsealed(bytes(kept.identity_cipher)) if kept.identity_cipher else ""
    phone = mobile.unsealed(bytes(kept.mobile_cipher)) if kept.mobile_cipher else ""
    return {"identity": number, "mobile": phone} if number or phone else {}


def _lines(rows: Iterable[Row], roster_id: int, *, with_id: bool) -> Iterator[list[object]]:
    for row in rows:
        facts = [*judged(row)]
        for place in (_VALUES, _CANDIDATES, _TEACHINGS):
            facts[place] = _json(facts[place]).decode() if facts[place] else "[]"
        yield [*((row.pk,) if with_id else ()), roster_id, row.number, *facts, "f"]


def _secret(row: Row) -> bytes | None:
    hidden = [row.value(name) for name in _SECRET]
    return vault.seal(json.dumps(hidden, ensure_ascii=False), purpose=_PURPOSE) if any(hidden) else None


def _person(row: Row) -> tuple[object, ...]:
    parts, phone = pinyin.name_syllables(row.name), row.mobile
    return (
        " ".join(parts)[:240], pinyin.initials(parts)[:60], row.kind.value, identity.seal(row.identity) if row.identity else None,
        *((mobile.seal(phone), mobile.blind_index(phone), mobile.mask(phone)) if phone else (None, None, "")),
        [list(pair) for pair in row.teachings],
    )  # fmt: skip
