"""What follows when steps and cases are done: courses that become complete, and the records of both.

Written as a generator of statements that receives their rows, so that the actions (Django's connection) and the beat gateway (its
own asynchronous one) run the same text. Runs under the advisory lock of the persons (`statements.LOCK`): two last steps done at once
would else not see each other.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from yanxiu.learning import statements
from yanxiu.learning.events import StudyEvent
from yanxiu.records.actions import Entry

Query = tuple[str, Mapping[str, object]]
Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Done:
    """A step that a participant has just done, and by what (`models.How`)."""

    enrolment_id: int
    step_id: int
    how: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The records to write for one person (`name`), in order; `courses` are the CourseDone ids whose proof is the record at the index."""

    person_id: int
    name: str
    entries: tuple[Entry, ...]
    courses: tuple[tuple[int, int], ...] = ()


def steps(done: Sequence[Done], *, at: datetime) -> Generator[Query, Rows, list[Outcome]]:
    """Store the steps and the courses complete by them; return what to record. Steps done before, or not chosen, change nothing."""
    fresh = yield (
        statements.FINISH_STEPS,
        {
            "enrolments": [one.enrolment_id for one in done],
            "steps": [one.step_id for one in done],
            "hows": [one.how for one in done],
            "at": at,
        },
    )
    if not fresh:
        return []
    pairs = {"enrolments": [row["enrolment_id"] for row in fresh], "steps": [row["step_id"] for row in fresh]}
    facts = yield statements.STEP_FACTS, pairs
    courses = yield statements.FINISH_COURSES, {**pairs, "at": at}
    hows = {(row["enrolment_id"], row["step_id"]): row["how"] for row in fresh}
    return _outcomes(facts, courses, hows)


def cases(pairs: Iterable[tuple[int, int]], part: str, *, at: datetime) -> Generator[Query, Rows, list[Outcome]]:
    """Mark (enrolment, case) pairs as `watched` or `reported`, and done when nothing is missing; return what to record."""
    listed = sorted(pairs)
    rows = yield (
        statements.FINISH_CASES,
        {
            "enrolments": [enrolment for enrolment, _ in listed],
            "cases": [case for _, case in listed],
            "part": part,
            "at": at,
        },
    )
    found = []
    for row in sorted(rows, key=lambda row: (row["person_id"], row["case_id"])):
        entries = []
        if part == "watched":
            entries.append(_entry(StudyEvent.CASE_WATCHED, row, object_id=row["case_id"], label=row["title"]))
        if row["is_done"]:
            entries.append(
                _entry(StudyEvent.CASE_COMPLETED, row, object_id=row["case_id"], label=row["title"], hours=row["hours"], key=row["key"])
            )
        found.append(Outcome(person_id=row["person_id"], name=row["name"], entries=tuple(entries)))
    return found


def proofs(outcomes: Iterable[Outcome], ids: Sequence[int]) -> Mapping[str, list[int]]:
    """Return what `statements.KEEP_PROOF` takes, by the ids of the records of all entries in order; nothing when no course is done."""
    found: dict[str, list[int]] = {"ids": [], "records": []}
    first = 0
    for outcome in outcomes:
        found["ids"] += [key for key, _ in outcome.courses]
        found["records"] += [ids[first + index] for _, index in outcome.courses]
        first += len(outcome.entries)
    return found if found["ids"] else {}


def _outcomes(facts: Rows, courses: Rows, hows: Mapping[tuple[int, int], str]) -> list[Outcome]:
    found: list[Outcome] = []
    for enrolment_id in dict.fromkeys(row["enrolment_id"] for row in facts):
        mine = [row for row in facts if row["enrolment_id"] == enrolment_id]
        entries = [
            _entry(StudyEvent.STEP_COMPLETED, row, object_id=row["step_id"], label=row["title"],
                   data={"course": row["course_id"], "how": hows[(enrolment_id, row["step_id"])]})
            for row in mine
        ]  # fmt: skip
        proofs: list[tuple[int, int]] = []
        for course in (row for row in courses if row["enrolment_id"] == enrolment_id):
            fact = next(row for row in mine if row["course_id"] == course["course_id"])
            proofs.append((course["id"], len(entries)))
            key = f"course:{enrolment_id}:{course['course_id']}" + (f":{course['id']}" if course["is_again"] else "")
            entries.append(
                _entry(StudyEvent.COURSE_COMPLETED, fact, object_id=course["course_id"], label=fact["course_title"],
                       hours=course["hours"], key=key)
            )  # fmt: skip
        found.append(Outcome(person_id=mine[0]["person_id"], name=mine[0]["name"], entries=tuple(entries), courses=tuple(proofs)))
    return found


def _entry(
    event: StudyEvent,
    row: Mapping[str, Any],
    *,
    object_id: int,
    label: str,
    hours: Decimal | None = None,
    key: str | None = None,
    data: Mapping[str, object] | None = None,
) -> Entry:
    return Entry(
        event=event,
        object_id=object_id,
        object_label=label,
        person_id=row["person_id"],
        programme_id=row["programme_id"],
        unit_path=row["unit_path"],
        kind=row["block"],
        measure=hours,
        key=key,
        data={"enrolment": row["enrolment_id"], **(data or {})},
    )
