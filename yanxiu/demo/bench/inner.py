"""What runs inside a throw-away installation: a process of its own that prints JSON. `python -m yanxiu.demo.bench.inner NAME WORD…`."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from yanxiu.demo.bench import (
    answers,
    completion,
    draw,
    exports,
    finding,
    growth,
    login,
    marks,
    roster,
    rosters,
    season,
    seats,
    settle,
    shelves,
    spaces,
)
from yanxiu.demo.bench.exam import count, hall
from yanxiu.demo.bench.similarity import measuring as similarity
from yanxiu.kit import sql


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)  # noqa: T201 - read by the process that waits


KNOWN: dict[str, Callable[..., object]] = {
    "answers-tickets": lambda people, questions: hall.sat(int(people), int(questions)),
    "answers-writer": lambda tickets, seconds, group: answers.written(tickets, float(seconds), int(group)),
    "completion": lambda people, rounds: completion.completed(int(people), int(rounds)),
    "draw": lambda people, rounds: draw.drawn(int(people), int(rounds)),
    "exam-count": count.counted,
    "exam-hall": lambda people, questions, minutes: hall.seated(int(people), int(questions), int(minutes)),
    "exam-offline": lambda people: count.offline(int(people)),
    "exports": lambda rounds: exports.written(int(rounds)),
    "growth-costs": lambda times: growth.costs(int(times)),
    "growth-lay": lambda people: growth.lay(int(people)),
    "login-hashes": lambda seconds: login.hashes(float(seconds)),
    "login-people": lambda people: login.people(int(people)),
    "marks": lambda people, times: marks.shown(int(people), int(times)),
    "roster": roster.imported,
    "roster-files": lambda folder, few, many, rounds: rosters.prepare(Path(folder), [int(few), int(many)], int(rounds)),
    "library": lambda resources, rounds: shelves.listed(int(resources), int(rounds)),
    "search": lambda posts, rounds: finding.searched(int(posts), int(rounds)),
    "season": lambda people, seed: season.played(int(people), int(seed)),
    "similarity": lambda texts, rounds: similarity.compared(int(texts), int(rounds)),
    "vacuum": lambda: sql.run("VACUUM ANALYZE"),
    "seats": lambda runs, seed: seats.played(int(runs), int(seed), say=_say),
    "spaces-costs": lambda times: spaces.costs(int(times)),
    "spaces-lay": lambda times: spaces.lay(int(times)),
    "spaces-world": lambda connections: spaces.world(int(connections)),
    "settle": lambda people, rounds: settle.settled(int(people), int(rounds)),
}


if __name__ == "__main__":
    print(json.dumps(KNOWN[sys.argv[1]](*sys.argv[2:]), ensure_ascii=False))  # noqa: T201 - read by the process that asked
