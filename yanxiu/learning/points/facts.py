"""What was studied, as it travels: bit strings, stretches of server time, done steps, and what course packages reported."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

import msgspec
from django.db.models import Q

from yanxiu.kit import sql
from yanxiu.learning import bits
from yanxiu.learning.models import CaseDraw, How, PackageRun, PackageStudy, StepDone


class Watched(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The seconds of a film that a participant has seen; `mask` as PostgreSQL packs bits, second 0 first, `length` bits."""

    person: int
    enrolment: int
    kind: int
    item: int
    length: int
    mask: bytes
    position: int


class Stretch(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A lease that has ended: moments in Unix seconds of the point's server, `credited` seconds, `rate` in per cent."""

    person: int
    nonce: int
    enrolment: int
    kind: int
    item: int
    rate: int
    credited: int
    started: float
    ended: float


class Finished(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A step that was done, by what (`models.How`), and when (Unix seconds)."""

    enrolment: int
    step: int
    how: str
    at: float


class Case(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What was done of a lesson case, and when (Unix seconds, 0 = not): watched, reported. Travels only from the centre."""

    enrolment: int
    case: int
    watched: float
    reported: float


class Run(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What one unit of a course package reported in an attempt: its values, its seconds, and when it was saved (Unix seconds)."""

    sco: str
    attempt: int
    data: dict[str, str]
    seconds: int
    saved: float


class Studied(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A participant's study of a package step: the attempt that counts, the place in it, the seconds it was open by the server."""

    person: int
    enrolment: int
    step: int
    attempt: int
    position: str
    sequencing: str
    seconds: int
    opened: float
    runs: tuple[Run, ...] = ()


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that travels."""

    watched: tuple[Watched, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    finished: tuple[Finished, ...] = ()
    cases: tuple[Case, ...] = ()
    packages: tuple[Studied, ...] = ()


_WATCHED = """
SELECT person_id AS person, enrolment_id AS enrolment, kind, item_id AS item, length(watched) AS length, watched::text AS text, position
FROM learning_progress WHERE enrolment_id = ANY(%(enrolments)s) AND seconds > 0 ORDER BY person_id, enrolment_id, kind, item_id
"""
_STRETCHES = """
SELECT person_id AS person, nonce, enrolment_id AS enrolment, kind, item_id AS item, rate, credited,
       extract(epoch FROM started_at)::float8 AS started, extract(epoch FROM ended_at)::float8 AS ended
FROM learning_lease WHERE enrolment_id = ANY(%(enrolments)s) AND ended_at > started_at AND credited > 0 ORDER BY person_id, number
"""


def gather(enrolment_ids: Iterable[int], *, with_stretches: bool) -> Facts:
    """Return everything studied by these participants: a point's with stretches, the centre's with cases. Cost: 5 queries.

    An open lease goes with the next bundle.
    """
    ids = {"enrolments": list(enrolment_ids)}
    done = StepDone.objects.filter(enrolment_id__in=ids["enrolments"]).exclude(how=How.WATCHED).order_by("pk")
    return Facts(
        watched=tuple(_watched(row) for row in sql.rows(_WATCHED, ids)),
        stretches=tuple(Stretch(**row) for row in sql.rows(_STRETCHES, ids)) if with_stretches else (),
        finished=tuple(
            Finished(enrolment=enrolment, step=step, how=how, at=moment.timestamp())
            for enrolment, step, how, moment in done.values_list("enrolment_id", "step_id", "how", "done_at")
        ),
        cases=() if with_stretches else tuple(_cases(ids["enrolments"])),
        packages=tuple(_packages(ids["enrolments"])),
    )


def moment(seconds: float) -> datetime:
    """Return the moment of Unix seconds, UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def mask_of(watched: Watched) -> bits.Mask:
    """Return the bits as a mask. Raises ValueError when there are not as many bytes as the length needs."""
    size = (watched.length + 7) // 8
    if len(watched.mask) != size:
        raise ValueError(watched.item)
    return bits.Mask(int.from_bytes(watched.mask, "big") >> (size * 8 - watched.length), watched.length)


def people_of(facts: Facts) -> Sequence[int]:
    """Return the persons that facts speak of, ascending."""
    return sorted({one.person for some in (facts.watched, facts.stretches, facts.packages) for one in some})


def _packages(enrolments: list[int]) -> Iterator[Studied]:
    runs: dict[int, list[Run]] = defaultdict(list)
    for run in PackageRun.objects.filter(study__enrolment__in=enrolments).order_by("pk"):
        saved = run.saved_at.timestamp()
        runs[run.study_id].append(Run(sco=run.sco, attempt=run.attempt, data=run.data, seconds=run.total_seconds, saved=saved))
    for study in PackageStudy.objects.filter(enrolment__in=enrolments).select_related("enrolment").order_by("pk"):
        yield Studied(
            person=study.enrolment.person_id, enrolment=study.enrolment_id, step=study.step_id, attempt=study.attempt,
            position=study.position, sequencing=study.sequencing, seconds=study.seconds + study.lease_seconds,
            opened=study.opened_at.timestamp(), runs=tuple(runs[study.pk]),
        )  # fmt: skip


def _cases(enrolments: list[int]) -> Iterator[Case]:
    begun = CaseDraw.objects.filter(Q(watched_at__isnull=False) | Q(reported_at__isnull=False), enrolment__in=enrolments, voided_at=None)
    for enrolment, case, watched, reported in begun.order_by("pk").values_list("enrolment_id", "case_id", "watched_at", "reported_at"):
        yield Case(
            enrolment=enrolment,
            case=case,
            watched=watched.timestamp() if watched else 0,
            reported=reported.timestamp() if reported else 0,
        )


def _watched(row: dict[str, object]) -> Watched:
    text = str(row.pop("text"))
    size = (len(text) + 7) // 8
    mask = (int(text, 2) << (size * 8 - len(text))).to_bytes(size, "big")
    return Watched(**row, mask=mask)  # type: ignore[arg-type]  # a row of the statement above
