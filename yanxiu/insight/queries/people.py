"""Participants one by one: who lags by which rule, and everybody for an export."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from yanxiu.insight.queries.place import Place
from yanxiu.insight.queries.statements import with_people
from yanxiu.kit import sql

# Each rule as SQL over a person of the list; the text is ours, never the user's.
RULES: dict[str, str] = {
    "all": "TRUE",
    "not_activated": "NOT is_active",
    "not_chosen": "NOT has_chosen",
    "not_begun": "NOT has_begun",
    "behind": "COALESCE(share_main, 1) < expected_main AND NOT has_passed",
    "late": "is_late AND NOT has_passed",
    "not_passed": "NOT has_passed",
}

_PEOPLE = """,
ruled AS (SELECT p.*, MAIN FROM person p),
counted AS (SELECT COUNTS FROM ruled)
SELECT counted.*, q.* FROM counted LEFT JOIN LATERAL (
    SELECT r.id AS enrolment_id, r.version_id, r.person_id, n.name, u.name AS unit, r.stage, r.subject, r.is_active, r.chosen_hours,
           r.has_begun, r.has_passed, r.is_late SHOWN
    FROM ruled r JOIN people_person n ON n.id = r.person_id JOIN orgs_org u ON u.id = r.unit_id
    WHERE RULE AND (%(words)s = '' OR n.name LIKE '%%' || %(words)s || '%%' OR n.initials LIKE lower(%(words)s) || '%%')
    ORDER BY ORDERED LIMIT %(limit)s OFFSET %(offset)s
) q ON TRUE
"""


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A participant, pinned to a version. By column of the place's measures: `shares` (0–1), `got` of `targets` (None: not concerned)."""

    enrolment_id: int
    version_id: int
    person_id: int
    name: str
    unit: str
    stage: str
    subject: str
    is_active: bool
    chosen_hours: Decimal
    has_begun: bool
    has_passed: bool
    is_late: bool
    shares: tuple[float | None, ...]
    got: tuple[Decimal | None, ...]
    targets: tuple[Decimal | None, ...]


@dataclass(frozen=True, kw_only=True)
class PeoplePage:
    """One page of a rule's people, with how many every rule finds."""

    rows: Sequence[PersonRow]
    counts: dict[str, int]
    has_more: bool


def people(
    place: Place, *, rule: str, at: datetime, words: str = "", stage: str = "", number: int = 1, size: int = 50, slowest_first: bool = True
) -> PeoplePage:
    """Return the people of a place whom a rule names, those with the least first, else by unit and name. Cost: one query."""
    if place.measures is None:
        return PeoplePage(rows=(), counts=dict.fromkeys(RULES, 0), has_more=False)
    head, facts = with_people(
        place.measures, versions=place.versions, path=place.unit.path, at=at, stage=stage, is_school=place.is_leaf
    )  # fmt: skip
    main = place.measures.main(at)
    position = place.measures.columns.index(main) if main else None
    width = len(place.measures.columns)
    text = _PEOPLE
    order = "r.share_main NULLS FIRST, r.unit_path, n.sort_key, r.id" if slowest_first else "r.unit_path, n.sort_key, r.id"
    pieces = {
        "MAIN": _main(position, is_open=main is not None and main.is_open(at)),
        "COUNTS": ", ".join(f"count(*) FILTER (WHERE {condition})::int AS n_{name}" for name, condition in RULES.items()),
        "SHOWN": "".join(f", r.share_{one}, r.got_{one}, r.target_{one}" for one in range(width)),
        "RULE": RULES[rule],
        "ORDERED": order,
    }
    for word, piece in pieces.items():
        text = text.replace(word, piece)
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    found = sql.rows(head + text, {**facts, "words": escaped, "limit": size + 1, "offset": (number - 1) * size})
    rows = [_person(row, width) for row in found if row["enrolment_id"] is not None]
    counts = {name: int(found[0][f"n_{name}"]) for name in RULES} if found else dict.fromkeys(RULES, 0)
    return PeoplePage(rows=rows[:size], counts=counts, has_more=len(rows) > size)


def everybody(place: Place, *, rule: str, at: datetime, stage: str = "") -> Sequence[PersonRow]:
    """Return all people of a rule, by unit and name, for an export or a reminder. Cost: one query."""
    return people(place, rule=rule, at=at, stage=stage, size=2_000_000, slowest_first=False).rows


def _main(position: int | None, *, is_open: bool) -> str:
    """The column that the headline is about: her share of it, and where her schedule stands while its window is open."""
    share = f"p.share_{position}" if position is not None else "NULL::numeric"
    expected = f"COALESCE(p.expected_{position}, 0)" if position is not None and is_open else "0"
    return f"{share} AS share_main, {expected} AS expected_main"


_FIELDS = (
    "enrolment_id",
    "version_id",
    "person_id",
    "name",
    "unit",
    "stage",
    "subject",
    "is_active",
    "chosen_hours",
    "has_begun",
    "has_passed",
    "is_late",
)


def _person(row: dict[str, Any], width: int) -> PersonRow:
    shares = [row[f"share_{one}"] for one in range(width)]
    return PersonRow(
        **{name: row[name] for name in _FIELDS},
        shares=tuple(None if share is None else float(share) for share in shares),
        got=tuple(row[f"got_{one}"] for one in range(width)),
        targets=tuple(row[f"target_{one}"] for one in range(width)),
    )
