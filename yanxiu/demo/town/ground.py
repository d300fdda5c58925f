"""The county's ground: regions, schools, people, accounts, appointments."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from yanxiu.access import actions as access
from yanxiu.access.queries import bearer
from yanxiu.demo import population
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.clock import day
from yanxiu.orgs import actions as orgs
from yanxiu.orgs.models import Kind, Org, Stage
from yanxiu.people import actions as people
from yanxiu.people.actions import NewPerson
from yanxiu.people.models import Account, Person

INSTITUTION = "青禾县教师进修学校"


@dataclass(kw_only=True)
class Ground:
    """Units and people of the demo. `teachers` in the order of the population; `cast` are those whose sign-ins are printed."""

    nation: Org
    province: Org
    city: Org
    county: Org
    college: Org
    schools: dict[str, Org]
    teachers: list[Person]
    cast: dict[str, Person] = field(default_factory=dict)

    def teachers_of(self, school: Org) -> list[Person]:
        """Return the teachers of a school, in order."""
        return [person for person in self.teachers if person.unit_id == school.pk]

    def leader_of(self, school: Org) -> Person:
        """Return who leads the research group of a school: none of the cast, who meet one role each."""
        return self.teachers_of(school)[10]


def actor(person: Person) -> Actor:
    """Return a person as the one who acts for herself."""
    return Actor(person_id=person.pk, label=person.name)


def hat(person: Person, *, at: datetime) -> Actor:
    """Return a person under the first hat that she holds on the day of a moment. Raises RuntimeError without one."""
    found = bearer(Account.objects.values_list("pk", flat=True).get(person=person), on=day(at))
    if found is None or not found.held:
        raise RuntimeError(f"{person.name} holds no office of the demo")
    return found.actor(str(found.held[0].id))


def lay(*, at: datetime) -> Ground:
    """Make units and teachers."""
    orgs.load_regions(by=SYSTEM, at=at)
    city = Org.objects.get(code=population.CITY_CODE)
    county = orgs.register(name=population.COUNTY_NAME, kind=Kind.COUNTY, parent=city, code=population.COUNTY_CODE, by=SYSTEM, at=at)
    college = orgs.register(name=INSTITUTION, kind=Kind.INSTITUTION, parent=county, code=f"{population.COUNTY_CODE}900", by=SYSTEM, at=at)
    schools = {
        one.code: orgs.register(
            name=one.name, kind=Kind.SCHOOL, parent=county, code=one.code, stages=[Stage(stage) for stage in one.stages],
            is_private=one.is_private, by=SYSTEM, at=at,
        )
        for one in population.SCHOOLS
    }  # fmt: skip
    newcomers = [
        NewPerson(
            name=one.name, unit=schools[one.school], identity=one.identity, staff_number=one.staff_number,
            teachings=tuple((stage, one.subject) for stage in one.stages),
        )
        for one in population.teachers()
    ]  # fmt: skip
    ids = people.register_people(people=newcomers, by=SYSTEM, at=at)
    found = Person.objects.in_bulk(ids)
    return Ground(
        nation=Org.objects.get(kind=Kind.NATION),
        province=Org.objects.get(pk=city.parent_id or 0),
        city=city,
        county=county,
        college=college,
        schools=schools, teachers=[found[number] for number in ids],
    )  # fmt: skip


def appoint(ground: Ground, *, at: datetime) -> None:
    """Fill the offices: county, city, province, designer, operator, auditor, and an administrator in each school."""
    staff = (
        ("县级管理员", "郑国平", ground.county, "county_admin"),
        ("市项目办", "林书航", ground.city, "city_admin"),
        ("省项目办", "方敏之", ground.province, "province_admin"),
        ("方案设计", "苏晓棠", ground.county, "designer"),
        ("运维", "高远", ground.county, "operator"),
        ("审计", "闻静", ground.county, "auditor"),
        ("指导教师", "秦月明", ground.county, "tutor"),
        ("评课专家", "乔若溪", ground.county, "expert"),
        ("阅卷组长", "戴思远", ground.county, "expert"),
    )
    newcomers = [NewPerson(name=name, unit=ground.college if unit == ground.county else unit) for _, name, unit, _ in staff]
    found = Person.objects.in_bulk(people.register_people(people=newcomers, by=SYSTEM, at=at))
    for (title, _, unit, role), person in zip(staff, found.values(), strict=True):
        access.appoint(person=person, role=role, org=unit, by=SYSTEM, at=at)
        ground.cast[title] = person
    for number, school in enumerate(ground.schools.values()):
        head = ground.teachers_of(school)[0]
        access.appoint(person=head, role="school_admin", org=school, by=SYSTEM, at=at)
        if number == 0:
            ground.cast["学校管理员"] = head


def activate(persons: Sequence[Person], *, at: datetime, password: str = "") -> None:
    """Give people their accounts as they get them: a code on a slip, the activation page, their own password ("" = a random one).

    Who has an account already gets a new password the same way.
    """
    issued = {one.person_id: one for one in people.issue_codes(person_ids=[person.pk for person in persons], by=SYSTEM, at=at)}
    for number, person in enumerate(persons):
        slip = issued[person.pk]
        by, moment = Actor(person_id=None, label="激活页"), at + timedelta(minutes=number)
        # One network each: the doors' throttle is for strangers, not for a county on its first day.
        proof = people.prove_code(typed=slip.username, name=person.name, code=slip.code, network=f"demo-{person.pk}", by=by, at=moment)
        people.activate(proof=proof, password=password or f"Qh-{secrets.token_urlsafe(9)}-7", by=by, at=moment)


def username(person: Person) -> str:
    """Return a person's sign-in name."""
    return str(Account.objects.values_list("username", flat=True).get(person=person))
