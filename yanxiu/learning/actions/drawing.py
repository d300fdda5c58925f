"""Lesson cases are handed out: random but repeatable, balanced, never one's own, once (W-22)."""

import heapq
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction

from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.learning import permissions, statements
from yanxiu.learning.events import ChoiceEvent
from yanxiu.learning.queries import curriculum
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.programmes.plan.schema.work import Block
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.records.actions import record

_VOID = """
UPDATE learning_casedraw d SET voided_at = %(at)s
FROM catalogue_lessoncase c, programmes_enrolment e
WHERE c.id = d.case_id AND c.withdrawn_at IS NOT NULL AND e.id = d.enrolment_id AND e.programme_id = %(programme)s
  AND d.voided_at IS NULL AND d.done_at IS NULL
"""

_NEEDING = """
SELECT e.id, e.person_id, e.stage, e.subject, COALESCE(h.cases, '{}') AS held, COALESCE(h.numbers, '{}') AS numbers
FROM programmes_enrolment e
CROSS JOIN LATERAL (
    SELECT array_agg(d.case_id) AS cases,
           array_agg(d.number) FILTER (WHERE d.voided_at IS NULL AND d.block = %(block)s) AS numbers
    FROM learning_casedraw d WHERE d.enrolment_id = e.id
) h
WHERE e.programme_id = %(programme)s AND e.version_id = %(version)s AND e.state = 'active'
  AND (%(only)s::bigint IS NULL OR e.id = %(only)s::bigint)
  AND COALESCE(cardinality(h.numbers), 0) < %(count)s
  AND (cardinality(%(roles)s::text[]) = 0 OR e.role = ANY(%(roles)s::text[]))
  AND (cardinality(%(stages)s::text[]) = 0 OR e.stage = ANY(%(stages)s::text[]))
ORDER BY e.stage, e.subject, e.id
"""

_STOCK = """
SELECT c.id, c.author_id, c.stage, c.subject,
       (SELECT count(*)::int FROM learning_casedraw d WHERE d.case_id = c.id AND d.voided_at IS NULL) AS load
FROM catalogue_lessoncase c
WHERE c.level = %(level)s AND c.published_at IS NOT NULL AND c.withdrawn_at IS NULL
ORDER BY c.stage, c.subject, c.id
"""

_GIVE = """
INSERT INTO learning_casedraw (enrolment_id, case_id, block, number, hours, needs_report, drawn_at)
SELECT enrolment_id, case_id, %(block)s, number, %(hours)s, %(needs_report)s, %(at)s
FROM unnest(%(enrolments)s::bigint[], %(cases)s::bigint[], %(places)s::int[]) AS g(enrolment_id, case_id, number)
"""


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """A stage and subject with too few cases: so many `people` lack up to `missing` cases of the block."""

    block: str
    stage: str
    subject: str
    people: int
    missing: int


@dataclass(frozen=True, kw_only=True)
class Draw:
    """How many cases were given out now, how many were taken back because the case was withdrawn, and where cases are lacking."""

    given: int
    voided: int
    shortages: tuple[Shortage, ...]


@dataclass(kw_only=True, slots=True)
class Card:
    """A case that may be given out; `load` is how many have it."""

    case_id: int
    author_id: int | None
    load: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Hand:
    """A participant who lacks the cases of the block with these `numbers`, and what was held so far in any block."""

    enrolment_id: int
    person_id: int
    held: frozenset[int]
    numbers: tuple[int, ...]


def deal(hands: Sequence[Hand], cards: Sequence[Card], *, seed: str) -> list[tuple[int, int, int]]:
    """Return (enrolment, case, number): in random order everybody is given the cases that the fewest have, ties at random.

    So the numbers of observers differ by one at most, but for own and formerly held cases, which are stepped over. The same seed and
    the same hands give the same result. Raises the `load` of the cards.
    """
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    dealt: list[tuple[int, int, int]] = []
    for hand in chance.sample(hands, len(hands)):
        allowed = [card for card in cards if card.author_id != hand.person_id and card.case_id not in hand.held]
        ranked = heapq.nsmallest(len(hand.numbers), [(card.load, chance.random(), place) for place, card in enumerate(allowed)])
        for number, (_, _, place) in zip(hand.numbers, ranked, strict=False):
            allowed[place].load += 1
            dealt.append((hand.enrolment_id, allowed[place].case_id, number))
    return dealt


@transaction.atomic
def draw_cases(*, programme: Programme, by: Actor, at: datetime, only: Enrolment | None = None) -> Draw:
    """Give every participant (or `only` one) the plan's number of lesson cases of the own stage and subject.

    What was given stays; only withdrawn cases that are not done are replaced. Raises NotPermitted. Cost: three statements per block of
    cases and plan version, whatever the number of participants.
    """
    permissions.check_can_draw(by, programme)
    sql.rows(statements.LOCK, {"lock": statements.LOCK_CLASS + 2, "people": [programme.pk % 2**31]})
    voided = sql.run(_VOID, {"programme": programme.pk, "at": at})
    given = 0
    shortages: list[Shortage] = []
    pinned = Enrolment.objects.filter(programme=programme).order_by("version_id").values_list("version_id", flat=True).distinct()
    for version_id in pinned:
        for block in curriculum.case_blocks(plan_of(version_id)):
            now_given, lacking = _give(block.id, _parameters(programme, version_id, block, only=only, at=at))
            given += now_given
            shortages += lacking
    if given or voided:
        record(
            ChoiceEvent.CASES_DRAWN, object_id=programme.pk, object_label=programme.title, programme_id=programme.pk,
            unit_path=programme.owner_path, by=by, at=at,
            person_id=only.person_id if only else None, data={"given": given, "voided": voided},
        )  # fmt: skip
    return Draw(given=given, voided=voided, shortages=tuple(shortages))


def _give(block: str, parameters: dict[str, object]) -> tuple[int, list[Shortage]]:
    stock: dict[tuple[str, str], list[Card]] = {}
    for row in sql.rows(_STOCK, parameters):
        stock.setdefault((row["stage"], row["subject"]), []).append(Card(case_id=row["id"], author_id=row["author_id"], load=row["load"]))
    numbers = frozenset(range(1, int(str(parameters["count"])) + 1))
    dealt: list[tuple[int, int, int]] = []
    shortages: list[Shortage] = []
    for (stage, subject), rows in groupby(sql.rows(_NEEDING, parameters), key=lambda row: (row["stage"], row["subject"])):
        hands = [
            Hand(
                enrolment_id=row["id"], person_id=row["person_id"], held=frozenset(row["held"]),
                numbers=tuple(sorted(numbers - set(row["numbers"]))),
            )
            for row in rows
        ]  # fmt: skip
        given = deal(
            hands, stock.get((stage, subject), []), seed=f"{parameters['seed']}:{stage}:{subject}:{hands[0].enrolment_id}:{len(hands)}"
        )
        dealt += given
        had = Counter(enrolment_id for enrolment_id, _, _ in given)
        lacking = [len(hand.numbers) - had[hand.enrolment_id] for hand in hands if had[hand.enrolment_id] < len(hand.numbers)]
        if lacking:
            shortages.append(Shortage(block=block, stage=stage, subject=subject, people=len(lacking), missing=max(lacking)))
    columns = {"enrolments": [one[0] for one in dealt], "cases": [one[1] for one in dealt], "places": [one[2] for one in dealt]}
    return (sql.run(_GIVE, {**parameters, **columns}) if dealt else 0), shortages


def _parameters(programme: Programme, version_id: int, block: Block, *, only: Enrolment | None, at: datetime) -> dict[str, object]:
    items = block.items
    return {
        "programme": programme.pk,
        "version": version_id,
        "block": block.id,
        "count": (items.count if items else None) or 1,
        "level": (items.level if items else None) or "",
        "hours": curriculum.case_hours(block),
        "needs_report": curriculum.needs_report(block),
        "roles": list(block.for_),
        "stages": curriculum.stages_of(block),
        "seed": f"{programme.pk}:{block.id}",
        "only": only.pk if only else None,
        "at": at,
    }
