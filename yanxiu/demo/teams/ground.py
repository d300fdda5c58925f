"""The region of the season: a province, a city, two counties, a school each; teams with their workshops in a tree; members with seats."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from yanxiu.access.roles import ROLES
from yanxiu.demo import population
from yanxiu.evaluation import actions as evaluation
from yanxiu.kit.actor import SYSTEM, Actor, Grant
from yanxiu.orgs import actions as orgs
from yanxiu.orgs.models import Kind, Org, Stage
from yanxiu.people import actions as people
from yanxiu.people.actions import NewPerson
from yanxiu.people.models import Person
from yanxiu.programmes import actions as programmes
from yanxiu.programmes.models import Programme
from yanxiu.workshops import actions as workshops
from yanxiu.workshops.models import Level, Membership, Space, SpaceKind

PLAN = Path(__file__).resolve().parents[3] / "plans" / "001.yaml"
OPENED = datetime(2020, 11, 1, 1, 0, tzinfo=UTC)
BEGINS = datetime(2020, 11, 6, 1, 0, tzinfo=UTC)
ENDS = datetime(2020, 12, 31, 15, 0, tzinfo=UTC)
SPRING_ENDS = datetime(2021, 3, 20, 1, 0, tzinfo=UTC)
SUBJECTS = ((Stage.PRIMARY, "语文"), (Stage.JUNIOR, "数学"), (Stage.JUNIOR, "英语"), (Stage.PRIMARY, "数学"))
HOSTS = {Level.PROVINCE: 3, Level.CITY: 2, Level.COUNTY: 2}
HOSTS_OF_TOPIC, TOPIC_SHARE = 2, 4  # of each workshop so many members are in the topic's as well
SHARES = {Level.PROVINCE: 5, Level.CITY: 5, Level.COUNTY: 10}  # of twenty members; those of a county are halved between two
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = ("晓棠", "书航", "明远", "雅琴", "立平", "晓芸", "思齐", "若溪", "文博", "静姝", "子衡", "念慈", "亦凡", "清源", "允之", "知夏")


@dataclass(kw_only=True)
class Workshop:
    """A workshop of a team with its hosts and members, each as the one who acts."""

    space: Space
    hosts: list[Actor]
    members: list[Actor]
    below: list["Workshop"] = field(default_factory=list)


@dataclass(kw_only=True)
class Team:
    """The workshops of one subject, from the province down."""

    stage: Stage
    subject: str
    workshops: list[Workshop]

    @property
    def label(self) -> str:
        return f"{self.stage}{self.subject}"


@dataclass(kw_only=True)
class Offices:
    """Who administers schools and counties, by the unit's id."""

    schools: dict[int, Actor]
    counties: dict[int, Actor]


@dataclass(kw_only=True)
class Region:
    """Where the season is played; `topic` is a workshop whose hosts have the duties of topics."""

    programme: Programme
    province: Org
    city: Org
    counties: list[Org]
    offices: Offices
    teams: list[Team]
    topic: Workshop | None = None

    @property
    def workshops(self) -> list[Workshop]:
        return [one for team in self.teams for one in team.workshops] + ([self.topic] if self.topic else [])


def lay(*, teams: int, members: int, chance: random.Random) -> Region:
    """Lay units, people, the published plan and the workshops of so many teams with so many members each."""
    orgs.load_regions(by=SYSTEM, at=OPENED)
    city = Org.objects.get(code=population.CITY_CODE)
    province = Org.objects.get(pk=city.parent_id or 0)
    counties = [
        orgs.register(name=name, kind=Kind.COUNTY, parent=city, code=f"37099{number}", by=SYSTEM, at=OPENED)
        for number, name in enumerate(("桃源县", "石桥县"), start=7)
    ]
    schools = [
        orgs.register(
            name=f"{county.name}实验学校", kind=Kind.SCHOOL, parent=county, code=f"{county.code}001", stages=[Stage.PRIMARY, Stage.JUNIOR],
            by=SYSTEM, at=OPENED,
        )
        for county in counties
    ]  # fmt: skip
    programme = programmes.create_programme(owner=province, code="season-001", title="2020 年教师专业发展研修", by=SYSTEM, at=OPENED)
    version = programmes.publish(programme=programme, source=PLAN.read_text(encoding="utf-8"), parameters={}, by=SYSTEM, at=OPENED)
    evaluation.lay_down(version=version, by=SYSTEM, at=OPENED)
    programme.refresh_from_db()
    numbers = count(1)
    offices = Offices(
        schools={one.pk: _office(one, "school_admin", numbers, chance) for one in schools},
        counties={one.pk: _office(one, "county_admin", numbers, chance) for one in counties},
    )
    region = Region(programme=programme, province=province, city=city, counties=counties, offices=offices, teams=[])
    for stage, subject in SUBJECTS[:teams]:
        region.teams.append(_team(region, schools, stage, subject, members, numbers, chance))
    region.topic = _topic(region, schools[0], numbers, chance)
    return region


def _topic(region: Region, school: Org, numbers: "count[int]", chance: random.Random) -> Workshop:
    """Open a topic workshop with two hosts, into which members of all teams are let."""
    space = workshops.open_space(
        kind=SpaceKind.TOPIC_WORKSHOP, title="班级管理专题工作坊", org=region.province, programme=region.programme, topic="班级管理",
        cap=500, splits=True, by=SYSTEM, at=OPENED,
    )  # fmt: skip
    one = Workshop(space=space, hosts=[], members=[])
    hosts = _people(school, Stage.PRIMARY, "语文", HOSTS_OF_TOPIC, numbers, chance)
    programmes.enrol_units(programme=region.programme, units=[school], by=SYSTEM, at=OPENED)
    one.hosts = [_host(region, space, person, role="topic_host") for person in hosts]
    some = [member.person_id or 0 for team in region.teams for workshop in team.workshops for member in workshop.members[:TOPIC_SHARE]]
    one.members = _seat(one, list(Person.objects.filter(pk__in=some).order_by("pk")))
    return one


def _office(unit: Org, role: str, numbers: "count[int]", chance: random.Random) -> Actor:
    person = _people(unit, Stage.PRIMARY, "语文", 1, numbers, chance)[0]
    return Actor(person_id=person.pk, label=person.name, grants=(Grant(role=role, permissions=ROLES[role].permissions, path=unit.path),))


def _team(
    region: Region, schools: Sequence[Org], stage: Stage, subject: str, members: int, numbers: "count[int]", chance: random.Random
) -> Team:
    top = _workshop(region, region.province, Level.PROVINCE, stage, subject, None)
    city = _workshop(region, region.city, Level.CITY, stage, subject, top)
    below = [_workshop(region, county, Level.COUNTY, stage, subject, city) for county in region.counties]
    top.below, city.below = [city], below
    team = Team(stage=stage, subject=subject, workshops=[top, city, *below])
    whole = sum(SHARES.values())
    for number, one in enumerate(team.workshops):
        level = Level(one.space.level)
        halves = len(below) if level == Level.COUNTY else 1
        wanted = max(4, members * SHARES[level] // whole // halves)
        school, other = schools[number % len(schools)], schools[(number + 1) % len(schools)]  # nobody judges cases of the own school
        hosts = _people(other, stage, subject, HOSTS[level], numbers, chance)
        others = _people(school, stage, subject, wanted, numbers, chance)
        programmes.enrol_units(programme=region.programme, units=[school, other], by=SYSTEM, at=OPENED)
        one.hosts = [_host(region, one.space, person) for person in hosts]
        one.members = _seat(one, others)
    evaluation.set_coverage(
        programme=region.programme, over=Level.COUNTY, space_id=city.space.pk, members=tuple(str(one.space.pk) for one in below),
        by=SYSTEM, at=OPENED,
    )  # fmt: skip
    return team


def _workshop(region: Region, org: Org, level: Level, stage: Stage, subject: str, parent: Workshop | None) -> Workshop:
    space = workshops.open_space(
        kind=SpaceKind.SUBJECT_WORKSHOP, title=f"{org.name}{stage}{subject}工作坊", org=org, programme=region.programme,
        parent=parent.space if parent else None, level=level, stage=stage, subject=subject, by=SYSTEM, at=OPENED,
    )  # fmt: skip
    workshops.describe(
        space=space, intro=f"一起研究{subject}课堂。", rules="一、发言围绕研修主题。\n\n二、引用写明出处。", by=SYSTEM, at=OPENED
    )
    return Workshop(space=space, hosts=[], members=[])


def _people(school: Org, stage: Stage, subject: str, wanted: int, numbers: "count[int]", chance: random.Random) -> list[Person]:
    newcomers = []
    for _one in range(wanted):
        number = next(numbers)
        name = _SURNAMES[number % len(_SURNAMES)] + chance.choice(_GIVEN)
        newcomers.append(NewPerson(name=name, unit=school, staff_number=f"S{number:05}", teachings=((stage, subject),)))
    return list(Person.objects.filter(pk__in=people.register_people(people=newcomers, by=SYSTEM, at=OPENED)).order_by("pk"))


def _host(region: Region, space: Space, person: Person, *, role: str = "subject_host") -> Actor:
    workshops.appoint_host(space=space, person=person, by=SYSTEM, at=OPENED)
    evaluation.give_role(
        programme=region.programme, person=person, role=role, space_id=space.pk, stage=space.stage, level=space.level,
        unit_path=person.unit_path, by=SYSTEM, at=OPENED,
    )  # fmt: skip
    grant = Grant(
        role="host", permissions=ROLES["host"].permissions, path=space.org.path, programme_id=space.programme_id, space_id=space.pk
    )
    return Actor(person_id=person.pk, label=f"{person.name}（工作坊主持人）", grants=(grant,))


def _seat(one: Workshop, persons: Sequence[Person]) -> list[Actor]:
    """Let people ask and be authenticated by a host, all at once."""
    members = [Actor(person_id=person.pk, label=person.name) for person in persons]
    for number, member in enumerate(members):
        workshops.request_join(workshop=one.space, by=member, at=BEGINS + timedelta(seconds=number))
    asked = Membership.objects.filter(workshop=one.space, state="requested").order_by("pk").values_list("pk", flat=True)
    workshops.approve_join(workshop=one.space, membership_ids=list(asked), by=one.hosts[0], at=BEGINS + timedelta(hours=2))
    one.space = Space.objects.select_related("org", "parent", "programme").get(pk=one.space.pk)
    return members
