"""Learners for the beats: `python -m yanxiu.demo.bench.learners PEOPLE ROWS FILE`, run in a throw-away installation only.

Everybody is signed in, enrolled, and holds an open lease on a film of 15 minutes since a day, so that the budget of server time is
never what limits. Writes the requests of the load to FILE: one head per person and a tail for each stretch of the film.
"""

import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

import django
from django.apps import apps

if not apps.ready:  # this module is a process of its own
    django.setup()

from django.conf import settings
from django.contrib.sessions.models import Session

from yanxiu.kit import sql
from yanxiu.kit.clock import now
from yanxiu.learning import tickets
from yanxiu.orgs.models import Kind, Org
from yanxiu.people.models import Account, AccountState, Person
from yanxiu.programmes.models import Enrolment, PlanVersion, Programme, ProgrammeState

FILM_SECONDS: Final = 900
STRETCH_SECONDS: Final = 10
STRETCHES: Final = 80  # below the 90 % that would complete the film
_ENOUGH_SPACE: Final = 60
STAMP: Final = "bench-stamp-0001"


def main(people: int, rows: int, file: Path) -> None:
    """Make the people and `rows` rows of progress in all, and write the requests. Refuses a database that holds other people.

    People and rows that an earlier run left are used again, their films unseen; missing rows are added.
    """
    first = _store(people) if not Person.objects.exists() else _found(people)
    _progress(people, rows, first_person=first[0], first_enrolment=first[1])
    file.write_text(json.dumps({"heads": _heads(people, *first), "tails": _tails()}), encoding="utf-8")


def _found(people: int) -> tuple[int, int]:
    """Return the first ids of what an earlier run stored. Exits when these are other people, or another number of them."""
    enrolments = Enrolment.objects.filter(programme__code="bench")
    if enrolments.count() != people or Person.objects.count() != people:
        raise SystemExit("数据库里有别的人，测量只能在空的数据库里造数据；要接着用，--people 要和上次一样。")
    first = enrolments.order_by("pk")[0]
    Session.objects.update(expire_date=now() + timedelta(hours=8))
    return first.person_id, first.pk


def _store(people: int) -> tuple[int, int]:
    """Store unit, programme, persons, accounts, enrolments and sessions; return the first ids of person and enrolment."""

    at = now()
    unit = Org.objects.create(name="测量", kind=Kind.NATION, path="/1/")
    programme = Programme.objects.create(code="bench", title="测量", owner=unit, owner_path=unit.path, created_at=at)
    version = PlanVersion.objects.create(programme=programme, number=1, source="", sha256="-", published_at=at)
    Programme.objects.filter(pk=programme.pk).update(current=version, state=ProgrammeState.RUNNING)
    persons = Person.objects.bulk_create(
        [
            Person(name=f"教师{n}", sort_key=f"js{n:07d}", initials="js", unit=unit, unit_path=unit.path, created_at=at)
            for n in range(people)
        ],
        batch_size=1000,
    )
    Account.objects.bulk_create(
        [
            Account(
                person=person, username=f"bench{n}", state=AccountState.ACTIVE, security_stamp=STAMP, activated_at=at,
                created_at=at,
            )
            for n, person in enumerate(persons)
        ],
        batch_size=1000,
    )  # fmt: skip
    enrolments = Enrolment.objects.bulk_create(
        [
            Enrolment(
                programme=programme,
                version=version,
                person=person,
                unit=unit,
                unit_path=unit.path,
                stage="初中",
                subject="语文",
                enrolled_at=at,
            )
            for person in persons
        ],
        batch_size=1000,
    )
    Session.objects.bulk_create(
        [Session(session_key=f"bench{n}", session_data="", expire_date=at + timedelta(hours=8)) for n in range(people)], batch_size=1000
    )
    return persons[0].pk, enrolments[0].pk


# A person's films lie together, in the order of the key: ten million rows are made in about a minute.
_PROGRESS = """
INSERT INTO learning_progress (person_id, enrolment_id, kind, item_id, watched, seconds, position, updated_at)
SELECT p.person_id, p.person_id + %(apart)s, 1, n.item, blank.bits, 0, 0, now()
FROM generate_series(%(person)s::bigint, %(person)s + %(people)s - 1) p(person_id)
CROSS JOIN generate_series(1, %(films)s) n(item)
CROSS JOIN (SELECT repeat('0', %(film)s)::varbit AS bits) blank
ON CONFLICT (person_id, enrolment_id, kind, item_id) DO NOTHING
"""
_UNSEEN = """
UPDATE learning_progress SET watched = repeat('0', %(film)s)::varbit, seconds = 0, position = 0
WHERE kind = 1 AND item_id = 1 AND seconds > 0
"""
_LEASES = """
INSERT INTO learning_lease (person_id, number, nonce, enrolment_id, kind, item_id, rate, credited, started_at)
SELECT %(person)s + n, 1, 7, %(enrolment)s + n, 1, 1, 150, 0, now() - interval '1 day' FROM generate_series(0, %(people)s - 1) n
ON CONFLICT (person_id, number) DO UPDATE SET credited = 0, started_at = excluded.started_at
"""


def _progress(people: int, rows: int, *, first_person: int, first_enrolment: int) -> None:
    """Everybody's film of the beats is item 1; the rest of the rows are other films of the same people."""

    facts = {
        "person": first_person, "enrolment": first_enrolment, "apart": first_enrolment - first_person, "people": people,
        "film": FILM_SECONDS, "films": -(-rows // people),
    }  # fmt: skip
    sql.run(_PROGRESS, facts)
    sql.run(_UNSEEN, facts)
    sql.run(_LEASES, facts)
    for table in ("learning_progress", "learning_lease", "people_account", "people_person", "django_session", "programmes_enrolment"):
        sql.run(f"ANALYZE {table}")


def _heads(people: int, first_person: int, first_enrolment: int) -> list[str]:

    issued = int(time.time())
    heads = []
    for n in range(people):
        token = tickets.sign(
            tickets.Ticket(
                version=tickets.VERSION, person=first_person + n, enrolment=first_enrolment + n, kind=1, item=1, seconds=FILM_SECONDS,
                number=1, nonce=7, rate=150, issued=issued, expires=issued + 86_400, closes=0, stamp=STAMP,
            )
        )  # fmt: skip
        begun = f'{{"ticket":"{token}",'
        heads.append(
            f"POST /beats HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(begun) + _ENOUGH_SPACE}\r\n"
            f"Cookie: {settings.SESSION_COOKIE_NAME}=bench{n}\r\n\r\n{begun}"
        )
    return heads


def _tails() -> list[str]:
    """Return the ends of the bodies, all of one length."""
    return [
        f'"ranges":[[{start},{start + STRETCH_SECONDS}]],"position":{start + STRETCH_SECONDS}}}'.ljust(_ENOUGH_SPACE)
        for start in range(0, STRETCHES * STRETCH_SECONDS, STRETCH_SECONDS)
    ]


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
