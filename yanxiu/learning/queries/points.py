"""Reads for the pages of teaching points, at the centre and at the point."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from yanxiu.kit import codes, sql
from yanxiu.learning.models import PackageState, PointPackage, PointSeat, PointSync
from yanxiu.learning.points import keys
from yanxiu.orgs.models import Org
from yanxiu.people.models import Account
from yanxiu.programmes.models import Enrolment, Programme

_POINTS = """
SELECT o.id, o.name, o.path, count(e.id) AS people,
       p.id AS package_id, p.number, p.state, p.reason, p.size_bytes, p.ready_at, p.people AS packed,
       s.received_at, s.seconds, s.done
FROM orgs_org o
LEFT JOIN programmes_enrolment e ON e.point_id = o.id AND e.programme_id = %(programme)s AND e.state = 'active'
LEFT JOIN LATERAL (SELECT * FROM learning_pointpackage p WHERE p.point_id = o.id AND p.programme_id = %(programme)s
                   ORDER BY p.number DESC LIMIT 1) p ON true
LEFT JOIN LATERAL (SELECT y.received_at, y.seconds, y.done FROM learning_pointsync y JOIN learning_pointpackage q ON q.id = y.package_id
                   WHERE q.point_id = o.id AND q.programme_id = %(programme)s ORDER BY y.received_at DESC LIMIT 1) s ON true
WHERE o.id = ANY(%(points)s)
GROUP BY o.id, p.id, p.number, p.state, p.reason, p.size_bytes, p.ready_at, p.people, s.received_at, s.seconds, s.done
ORDER BY o.path, o.id
"""

_WAITING = """
WITH here AS (SELECT id, person_id FROM programmes_enrolment WHERE point_id = %(point)s AND programme_id = %(programme)s)
SELECT count(DISTINCT x.person_id) AS people, COALESCE(sum(x.seconds), 0)::bigint AS seconds,
       count(*) FILTER (WHERE x.is_done) AS steps, count(*) FILTER (WHERE x.is_open) AS open
FROM (
    SELECT h.person_id, l.credited AS seconds, FALSE AS is_done, l.ended_at IS NULL AS is_open
    FROM learning_lease l JOIN here h ON h.id = l.enrolment_id WHERE l.ended_at IS NULL OR l.ended_at > %(since)s
    UNION ALL
    SELECT h.person_id, 0, TRUE, FALSE FROM learning_stepdone d JOIN here h ON h.id = d.enrolment_id WHERE d.done_at > %(since)s
    UNION ALL
    SELECT h.person_id, 0, FALSE, FALSE FROM learning_packagerun r JOIN learning_packagestudy s ON s.id = r.study_id
    JOIN here h ON h.id = s.enrolment_id WHERE r.saved_at > %(since)s
) x
"""


@dataclass(frozen=True, kw_only=True)
class Point:
    """A teaching point as the centre sees it: who studies there, its last package, and what it sent last."""

    id: int
    name: str
    path: str
    people: int
    package_id: int | None
    number: int | None
    state: str | None
    reason: str | None
    size_bytes: int | None
    ready_at: datetime | None
    packed: int | None
    received_at: datetime | None
    seconds: int | None
    done: int | None

    @property
    def is_ready(self) -> bool:
        return self.state == PackageState.READY

    @property
    def is_making(self) -> bool:
        return self.state == PackageState.MAKING

    @property
    def lacks(self) -> int:
        """How many came to the point after its last package."""
        return max(self.people - (self.packed or 0), 0) if self.is_ready else 0

    @property
    def grown(self) -> str:
        """How much film the last sync brought, in words."""
        return grown(self.seconds or 0)


@dataclass(frozen=True, kw_only=True)
class School:
    """A school of the programme, by where its participants study."""

    id: int
    name: str
    people: int
    point: str


@dataclass(frozen=True, kw_only=True)
class Slip:
    """What a participant needs to come in at the point for the first time."""

    name: str
    unit: str
    username: str
    code: str


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What was studied at this point and has not been confirmed by the centre: by whom, for how long, and how many steps are done."""

    people: int
    seconds: int
    steps: int
    open: int

    @property
    def words(self) -> str:
        """Return the time in words; nothing when only packages, texts or questions were studied."""
        return grown(self.seconds) if self.seconds else ""


def points(programme: Programme, *, within: QuerySet[Org]) -> list[Point]:
    """Return the points in reach with package and sync of the programme. Cost: 2 queries."""
    ids = list(within.filter(path__startswith=programme.owner_path).values_list("pk", flat=True))
    return [Point(**row) for row in sql.rows(_POINTS, {"programme": programme.pk, "points": ids})]


def schools(programme: Programme) -> list[School]:
    """Return the units of the participants with the point where (all of) them study. Cost: 1 query."""
    found = sql.rows(
        "SELECT o.id, o.name, count(*) AS people, CASE WHEN count(DISTINCT COALESCE(e.point_id, 0)) > 1 THEN '分在几处' "
        "ELSE COALESCE(max(p.name), '') END AS point FROM programmes_enrolment e JOIN orgs_org o ON o.id = e.unit_id "
        "LEFT JOIN orgs_org p ON p.id = e.point_id WHERE e.programme_id = %(programme)s AND e.state = 'active' "
        "GROUP BY o.id ORDER BY o.path, o.id",
        {"programme": programme.pk},
    )
    return [School(**row) for row in found]


def grown(seconds: int) -> str:
    """Return seconds of film in words: 45 秒, 24 分钟, 3.5 小时."""
    if seconds < 120:
        return f"{seconds} 秒"
    return f"{seconds // 60} 分钟" if seconds < 7_200 else f"{seconds / 3600:.1f} 小时"


def syncs(package: PointPackage) -> Sequence[tuple[PointSync, str]]:
    """Return the last twenty syncs of a package's point, newest first, each with what it brought in words. Cost: 1 query."""
    theirs = PointSync.objects.filter(package__programme=package.programme_id, package__point=package.point_id)
    return [(one, grown(one.seconds)) for one in theirs.order_by("-received_at", "-pk")[:20]]


def slips(package: PointPackage) -> list[Slip]:
    """Return the door codes of a package's people, by unit and name. Cost: 1 query."""
    theirs = Enrolment.objects.filter(programme=package.programme_id, point=package.point_id, state="active").values("person")
    found = Account.objects.filter(person__in=theirs).select_related("person__unit").order_by("person__unit_path", "person__sort_key", "pk")
    return [
        Slip(
            name=one.person.name,
            unit=one.person.unit.name if one.person.unit else "",
            username=one.username,
            code=codes.grouped(keys.door_code(package.pk, one.pk)),
        )
        for one in found
    ]


def waiting(seat: PointSeat) -> Waiting:
    """Return what the next sync will bring. Cost: 1 query."""
    row = sql.rows(_WAITING, {"since": seat.synced_at or seat.package_made_at, "point": seat.point_id, "programme": seat.programme_id})[0]
    return Waiting(**row)
