"""Which programme and which unit a page is about, inside the actor's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from yanxiu.access.permissions import Permission
from yanxiu.evaluation.models import Requirement
from yanxiu.insight.columns import Measures, measures, together
from yanxiu.kit.actor import Actor
from yanxiu.kit.compiled import Compiled
from yanxiu.kit.errors import NotFound
from yanxiu.orgs.models import Kind, Org
from yanxiu.programmes.models import Programme, ProgrammeState
from yanxiu.programmes.permissions import visible_programmes
from yanxiu.programmes.queries import plan_of

_ABOVE = """
SELECT a.* FROM orgs_org u
JOIN orgs_org a ON a.id = ANY(string_to_array(trim(BOTH '/' FROM u.path), '/')::bigint[])
WHERE u.id = %s ORDER BY length(a.path)
"""
_OF_PROGRAMME = Compiled(
    lambda programme: Requirement.objects.filter(version__programme=programme).order_by("version", "number", "pk"), programme=int
)
LEAVES = {Kind.SCHOOL, Kind.INSTITUTION, Kind.POINT}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A programme (None: there is none to look at) seen from a unit; `above` leads from the top of the scope down to the unit.

    `requirements` are those of the current version, `measures` those of all `versions` that people may be pinned to.
    """

    programme: Programme | None
    programmes: Sequence[Programme]
    unit: Org
    above: Sequence[Org]
    versions: Sequence[int]
    requirements: Sequence[Requirement]
    measures: Measures | None

    @property
    def is_leaf(self) -> bool:
        """Tell whether the unit's people are listed, not its units."""
        return self.unit.kind in LEAVES


def place_of(actor: Actor, *, unit_id: int | None, programme_id: int | None, at: datetime) -> Place:
    """Return where a board stands: the unit asked for, else the highest of the scope; the programme asked for, else the newest running.

    Raises NotFound for what lies outside `insight.view`. Cost: 3 queries.
    """
    paths = actor.paths(Permission.INSIGHT_VIEW)
    top = paths[0].strip("/").split("/")[-1] if paths else ""
    wanted = unit_id if unit_id is not None else int(top) if top.isdecimal() else None
    above = list(Org.objects.raw(_ABOVE, [wanted])) if wanted is not None else list(Org.objects.filter(parent__isnull=True))
    unit = above[-1] if above else None
    if unit is None or not actor.may(Permission.INSIGHT_VIEW, path=unit.path):
        raise NotFound("没有找到这个单位。可能已撤销，或不在您当前身份的范围里。")
    seen = [one for one in above if actor.may(Permission.INSIGHT_VIEW, path=one.path)]
    programmes = _programmes(actor, unit)
    programme = next((one for one in programmes if one.pk == programme_id), None)
    if programme_id is not None and programme is None:
        raise NotFound("没有找到这个方案，或不在您当前身份的范围里。")
    programme = programme or next(iter(programmes), None)
    versions, current, measured = judged_by(programme, at=at)
    return Place(
        programme=programme,
        programmes=programmes,
        unit=unit,
        above=seen,
        versions=versions,
        requirements=current,
        measures=measured,
    )


def judged_by(programme: Programme | None, *, at: datetime) -> tuple[list[int], list[Requirement], Measures | None]:
    """Return the versions that people of a programme may be pinned to, the requirements of the current one, and what is measured.

    Cost: one query.
    """
    rows = _requirements(programme)
    current = [row for row in rows if programme is not None and row.version_id == programme.current_id]
    measured = _measures(programme.current_id, rows, at=at) if programme and programme.current_id and current else None
    return sorted({row.version_id for row in rows}), current, measured


def _measures(current: int, rows: Sequence[Requirement], *, at: datetime) -> Measures:
    by_version: dict[int, list[Requirement]] = {}
    for row in rows:
        by_version.setdefault(row.version_id, []).append(row)
    own = {version: measures(plan_of(version), held, at=at) for version, held in by_version.items()}
    return together(own, current=current)


def _programmes(actor: Actor, unit: Org) -> list[Programme]:
    found = visible_programmes(actor).exclude(state=ProgrammeState.DRAFT).exclude(current=None).order_by("-created_at", "-pk")
    near = [one for one in found[:100] if one.owner_path.startswith(unit.path) or unit.path.startswith(one.owner_path)]
    return sorted(near, key=lambda one: one.state != ProgrammeState.RUNNING)


def _requirements(programme: Programme | None) -> list[Requirement]:
    return [] if programme is None else _OF_PROGRAMME(programme=programme.pk)
