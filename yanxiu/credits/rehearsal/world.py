"""The world of a rehearsal: units, people, the published plan and its participants, as rows of shadow tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max

from yanxiu.credits.rehearsal.facts import PersonFact
from yanxiu.evaluation import actions as evaluation
from yanxiu.evaluation.models import Role
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM
from yanxiu.orgs.models import Kind, Org, Stage
from yanxiu.people.models import Person
from yanxiu.programmes import actions as programmes
from yanxiu.programmes.models import Enrolment, PlanVersion, Programme
from yanxiu.programmes.plan.schema import Plan
from yanxiu.records import actions as records

LEARNER = "learner"


@dataclass(kw_only=True)
class World:
    """What the names of the facts mean: ids of persons and spaces."""

    plan: Plan
    programme: Programme
    version: PlanVersion
    persons: dict[str, PersonFact] = field(default_factory=dict)
    person_ids: dict[str, int] = field(default_factory=dict)
    space_ids: dict[str, int] = field(default_factory=dict)

    def space_id(self, name: str) -> int:
        """Return the id that stands for a space's name; 0 for none."""
        return self.space_ids.setdefault(name, len(self.space_ids) + 1) if name else 0


def build(*, plan: Plan, source: str, parameters: Mapping[str, int], people: Iterable[PersonFact], at: datetime) -> World:
    """Publish the plan through its own actions and put the people under it. Raises PlanRefused with the plan's complaints."""
    # Typed plans are cached by version id: a shadow id must never be that of a stored version.
    top = sql.rows("SELECT COALESCE(MAX(id), 0) AS top FROM public.programmes_planversion")[0]["top"]
    used = PlanVersion.objects.aggregate(top=Max("pk"))["top"] or 0
    _start_ids_at("programmes_planversion", _fresh_number(max(int(top), int(used))))
    records.store_metrics(by=SYSTEM, at=at)
    root = Org.objects.create(name="中国", kind=Kind.NATION, path="/1/")
    programme = programmes.create_programme(owner=root, code=plan.programme.id[:60], title=plan.programme.title, by=SYSTEM, at=at)
    version = programmes.publish(programme=programme, source=source, parameters=parameters, by=SYSTEM, at=at)
    evaluation.lay_down(version=version, by=SYSTEM, at=at)
    programme.refresh_from_db()
    world = World(plan=plan, programme=programme, version=version)
    units: dict[str, Org] = {}
    for fact in people:
        _place(world, fact, root=root, units=units, at=at)
    return world


_numbers = iter(range(1, 10**9))


def _fresh_number(top: int) -> int:
    """A number far above every stored id, different at each call of this process."""
    return top + 10**12 + next(_numbers) * 1000


def _start_ids_at(table: str, number: int) -> None:
    sql.run(f'ALTER TABLE pg_temp."{table}" ALTER COLUMN id RESTART WITH {int(number)}')


def _place(world: World, fact: PersonFact, *, root: Org, units: dict[str, Org], at: datetime) -> None:
    unit = _unit(fact.unit, root=root, units=units)
    person = Person.objects.create(name=fact.name, sort_key=fact.name, initials="", unit=unit, unit_path=unit.path, created_at=at)
    world.persons[fact.person], world.person_ids[fact.person] = fact, person.pk
    for role in fact.roles:
        if role == LEARNER:
            Enrolment.objects.create(
                programme=world.programme, version=world.version, person=person, unit=unit, unit_path=unit.path, stage=fact.stage,
                subject=fact.subject, in_plan={"in": True, "out": False}.get(fact.plan or ""), enrolled_at=at,
            )  # fmt: skip
        else:
            Role.objects.create(
                programme=world.programme, version=world.version, person_id=person.pk, role=role, space_id=world.space_id(fact.space),
                stage=fact.stage, level=fact.level, unit_path=unit.path, from_at=at,
            )  # fmt: skip


_KINDS = (Kind.CITY, Kind.COUNTY, Kind.SCHOOL)


def _unit(path: str, *, root: Org, units: dict[str, Org]) -> Org:
    names = [name for name in path.split("/") if name]
    parent = root
    for depth in range(len(names)):
        key = "/".join(names[: depth + 1])
        if key not in units:
            kind = Kind.SCHOOL if depth == len(names) - 1 else _KINDS[min(depth, 1)]
            unit = Org(name=names[depth], kind=kind, parent=parent, path=f"{parent.path}?{key}", stages=list(Stage.values))
            unit.save()
            unit.path = f"{parent.path}{unit.pk}/"
            unit.save(update_fields=["path"])
            units[key] = unit
        parent = units[key]
    return parent
