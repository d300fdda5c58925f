"""What is left after the faults: `python -m yanxiu.demo.bench.readback JOURNAL TRIED`, in the installation that was hurt.

Compares what the database holds with what the client was promised and prints how often each promise (security §3.0) was broken.
"""

import json
import sys
from pathlib import Path
from typing import Any

import django
from django.apps import apps

if not apps.ready:  # this module is a process of its own
    django.setup()

from yanxiu.demo.bench.learners import FILM_SECONDS, STRETCH_SECONDS
from yanxiu.kit import sql
from yanxiu.records.queries import differences

_FILMS = "SELECT watched::text AS watched FROM learning_progress WHERE kind = 1 AND item_id = 1 ORDER BY person_id"
_UNEQUAL = """
SELECT count(*) AS n FROM learning_lease l JOIN learning_progress p USING (person_id, enrolment_id, kind, item_id)
WHERE p.seconds <> bit_count(p.watched) OR l.credited <> bit_count(p.watched)
"""
_ORPHANS = """
SELECT (SELECT count(*) FROM learning_progress p WHERE NOT EXISTS (SELECT FROM programmes_enrolment e WHERE e.id = p.enrolment_id))
     + (SELECT count(*) FROM learning_lease l WHERE NOT EXISTS (SELECT FROM people_person p WHERE p.id = l.person_id)) AS n
"""
_BEYOND = """
SELECT count(*) AS n FROM learning_lease
WHERE credited > extract(epoch FROM COALESCE(ended_at, clock_timestamp()) - started_at) * rate / 100
"""


def main(journal: Path, tried: Path) -> None:
    """Print the counts of broken promises as JSON."""
    sys.stdout.write(json.dumps(broken([row["watched"] for row in sql.rows(_FILMS)], _pairs(journal), _pairs(tried))))


def broken(films: list[str], promised: set[tuple[int, int]], tried: set[tuple[int, int]]) -> dict[str, int]:
    """Return how often each of R1…R6 does not hold; `films` are the bit strings by person, pairs are (person, stretch)."""
    whole = {(person, stretch) for person, film in enumerate(films) for stretch, part in _stretches(film) if "0" not in part}
    touched = {(person, stretch) for person, film in enumerate(films) for stretch, part in _stretches(film) if "1" in part}
    return {
        "R1_acknowledged_but_missing": len(promised - whole),
        "R2_partly_there": len(touched - whole),
        "R3_there_without_being_sent": len(touched - tried),
        "R4_sums_that_differ": _number(_UNEQUAL) + len(differences()),
        "R5_orphans": _number(_ORPHANS),
        "R6_credited_beyond_server_time": _number(_BEYOND),
    }


def _stretches(film: str) -> list[tuple[int, str]]:
    return [(start // STRETCH_SECONDS, film[start : start + STRETCH_SECONDS]) for start in range(0, FILM_SECONDS, STRETCH_SECONDS)]


def _number(query: str) -> int:
    rows: list[dict[str, Any]] = sql.rows(query)
    return int(rows[0]["n"])


def _pairs(file: Path) -> set[tuple[int, int]]:
    lines = (line.split() for line in file.read_text(encoding="ascii").splitlines())
    return {(int(person), int(stretch)) for person, stretch in lines}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
