"""What is left after an exam under fire, compared with each candidate's journal; and answers that were written long without a line."""

import asyncio
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from yanxiu.assessment import papers
from yanxiu.assessment.drawing import contents_of
from yanxiu.assessment.gateway import Door
from yanxiu.assessment.giving import given_as_shown
from yanxiu.assessment.models import Exam, Sitting, SittingAnswer, SittingDevice
from yanxiu.demo.bench.exam import hall
from yanxiu.kit import sql
from yanxiu.programmes.models import Enrolment

_TWICE = "SELECT count(*) AS n FROM (SELECT FROM assessment_sitting GROUP BY exam_id, enrolment_id HAVING count(*) > 1) t"
_BEGAN = "SELECT count(*) AS n FROM records_record WHERE verb = 'began' AND object_type = 'sitting'"
_AFTER = """
SELECT count(*) AS n FROM assessment_sittinganswer a JOIN assessment_sitting t ON t.id = a.sitting_id
WHERE a.written_at >= t.ends_at OR a.saved_at >= t.ends_at + interval '60 minutes'
"""


def counted(file: str) -> dict[str, Any]:
    """Return broken promises, and facts beside them, for the journals of a run."""
    journals = json.loads(Path(file).read_text(encoding="utf-8"))["journals"]
    held = _held()
    lost = late = expected = 0
    for journal in journals:
        wanted, refused = _wanted(journal)
        mine = held.get(journal["sitting"], {})
        expected += len(wanted)
        lost += sum(mine.get(number) != value for number, value in wanted.items())
        late += sum(mine.get(number) == value for number, value in refused)
    return {
        "promises": {
            "answers_lost": lost,
            "late_accepted": late + sql.rows(_AFTER)[0]["n"],
            "duplicate_sittings": sql.rows(_TWICE)[0]["n"] + abs(sql.rows(_BEGAN)[0]["n"] - len(journals)),
        },
        "answers_expected": expected,
        "writes": sum(len(journal["writes"]) for journal in journals),
        "delivered_after_the_end": SittingAnswer.objects.extra(
            tables=["assessment_sitting"], where=["assessment_sitting.id = sitting_id", "saved_at >= assessment_sitting.ends_at"]
        ).count(),
        "late_refused": sum(Sitting.objects.values_list("late_refused", flat=True)),
        "takeovers": SittingDevice.objects.filter(lease__gt=1).count(),
    }


def _wanted(journal: Mapping[str, Any]) -> tuple[dict[int, str], list[tuple[int, str]]]:
    """Return what must be there (of each question what was written last before the end), and what must not."""
    wanted: dict[int, str] = {}
    refused: list[tuple[int, str]] = []
    for number, value, at, _device in journal["writes"]:
        if value.startswith("late "):
            refused.append((number, value.removeprefix("late ")))
        elif at < journal["end"]:
            wanted[number] = value
    return wanted, refused


def _held() -> dict[int, dict[int, str]]:
    """Return of each sitting what was given, as the candidate saw it."""
    sheets = {pk: papers.read_sheet(raw) for pk, raw in Sitting.objects.values_list("pk", "sheet")}
    contents = contents_of({asked.version for sheet in sheets.values() for asked in sheet})
    held: dict[int, dict[int, str]] = {}
    for sitting, number, given in SittingAnswer.objects.values_list("sitting_id", "number", "given"):
        asked = sheets[sitting][number - 1]
        shown = given_as_shown(contents[asked.version], asked.order, given)
        held.setdefault(sitting, {})[number] = str(shown[0]) if isinstance(shown, list) and shown else ""
    return held


def offline(people: int) -> dict[str, int]:
    """Deliver what candidates wrote up to 20 minutes without a line, across their end: the exam's own times are shifted, not the clock.

    Of each 20 answers, one for each minute of a ticket that was given 18 minutes before the end, 18 must be kept and 2 refused.
    """
    exam = Exam.objects.get()
    now = datetime.now(UTC)
    enrolments = list(Enrolment.objects.order_by("-pk").select_related("programme")[:people])
    SittingAnswer.objects.filter(sitting__enrolment__in=enrolments).delete()
    sittings = list(Sitting.objects.filter(exam=exam, enrolment__in=enrolments).select_related("enrolment"))
    ends = now.replace(microsecond=0) - timedelta(minutes=3)  # the last answer lies one millisecond before it
    Sitting.objects.filter(pk__in=[one.pk for one in sittings]).update(
        started_at=ends - timedelta(minutes=40), ends_at=ends, handed_in_at=None
    )
    issued = round(ends.timestamp() * 1000) - 18 * 60_000
    bodies: list[dict[str, object]] = []
    for one in sittings:
        answers = [{"number": 2 * n, "fields": [[f"q{2 * n}.1", str(n)]], "elapsed": n * 60_000 - 1} for n in range(1, 21)]
        bodies.append({"ticket": hall.ticket(one, issued=issued), "answers": answers})
    asyncio.run(_deliver(bodies))
    kept = {sitting.pk: 0 for sitting in sittings}
    late = 0
    for sitting, number in SittingAnswer.objects.filter(sitting__in=sittings).values_list("sitting_id", "number"):
        kept[sitting] += number <= 36
        late += number > 36
    return {"candidates": len(sittings), "minutes": 20, "lost": sum(18 - count for count in kept.values()), "late_accepted": late}


async def _deliver(bodies: list[dict[str, object]]) -> None:
    door = Door()

    async def one(body: dict[str, object]) -> None:
        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}

        async def send(_message: object) -> None:
            return None

        await door({"type": "http", "method": "POST", "path": "/answers", "headers": []}, receive, send)

    began = time.monotonic()
    await asyncio.gather(*(one(body) for body in bodies))
    await door.close()
    assert time.monotonic() - began < 600  # noqa: S101 - a door that hangs is no measurement
