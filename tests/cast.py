"""The cast that every test and reader knows: who they are, where they work, which hat they wear.

李雷 teaches mathematics at 演示县实验中学; 韩梅梅 is its administrator; 王老师 hosts a workshop (space 900001); 教务 is the county
administrator; 外人 teaches in another county; 省办 is the provincial office; 方案 designs; 运维 operates; 审计 audits.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.test import Client

from tests.orgs import factories as orgs
from tests.people import factories as people
from yanxiu.access import actions as access
from yanxiu.access.queries import LEARNER_HAT, bearer
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.orgs.models import Kind, Org, Stage
from yanxiu.people import passwords, sessions
from yanxiu.people.actions import NewPerson, register_people
from yanxiu.people.models import Account, AccountState, Person

PASSWORD = people.PASSWORD
SPACE = 900_001
MATHS = (("初中", "数学"),)


@dataclass(kw_only=True)
class Cast:
    """Units and members of the cast. Names are as above."""

    nation: Org
    province: Org
    city: Org
    county: Org
    school: Org
    other_county: Org
    other_school: Org
    accounts: dict[str, Account]
    password: str = PASSWORD
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.names = tuple(self.accounts)

    def account(self, name: str) -> Account:
        """The account of a member, with its person."""
        return self.accounts[name]

    def person(self, name: str) -> Person:
        """The person of a member."""
        return self.accounts[name].person

    def actor(self, name: str, *, hat: str | None = None) -> Actor:
        """The member under the usual hat; `hat` "learner" takes it off."""
        found = bearer(self.accounts[name].pk, on=clock.day(clock.now()))
        assert found is not None
        return found.actor(hat or self._usual(found))

    def client_of(self, name: str, *, hat: str | None = None) -> Client:
        """A browser in which the member is signed in, under the usual hat."""
        account = self.accounts[name]
        client = Client()
        session = client.session
        sessions.begin(session, account_id=account.pk, stamp=account.security_stamp, at=clock.now())
        found = bearer(account.pk, on=clock.day(clock.now()))
        assert found is not None
        chosen = hat or self._usual(found)
        if chosen:
            session[sessions.HAT] = chosen
        session.save()
        client.cookies["session"] = session.session_key
        return client

    def hats(self, name: str):
        """The appointments in force of a member, highest first."""
        found = bearer(self.accounts[name].pk, on=clock.day(clock.now()))
        assert found is not None
        return found.held

    @staticmethod
    def _usual(found):
        return str(found.held[0].id) if found.held else LEARNER_HAT


def assemble(*, at: datetime) -> Cast:
    """Bring the cast together, through the same actions as the product; only the passwords are set at once."""
    nation, province, city, county, school = orgs.county_tree()
    Org.objects.filter(pk=school.pk).update(stages=[Stage.JUNIOR, Stage.SENIOR])
    school.refresh_from_db()
    other_county = orgs.org(parent=city, kind=Kind.COUNTY, name="邻县")
    other_school = orgs.org(parent=other_county, name="邻县第一中学")
    homes = {
        "李雷": (school, MATHS), "韩梅梅": (school, (("初中", "语文"),)), "王老师": (school, MATHS), "教务": (county, ()),
        "外人": (other_school, MATHS), "省办": (province, ()), "方案": (county, ()), "运维": (province, ()), "审计": (province, ()),
    }  # fmt: skip
    newcomers = [
        NewPerson(name=name, unit=unit, identity=people.identity_number(), teachings=teachings, staff_number=f"T{number:03d}")
        for number, (name, (unit, teachings)) in enumerate(homes.items(), start=1)
    ]
    ids = register_people(people=newcomers, by=SYSTEM, at=at)
    Account.objects.filter(person__in=ids).update(
        state=AccountState.ACTIVE, password=passwords.hashed(PASSWORD), activated_at=at, security_stamp="cast"
    )
    accounts = {one.person.name: one for one in Account.objects.filter(person__in=ids).select_related("person__unit").order_by("pk")}
    appoint = [
        ("韩梅梅", "school_admin", school, None), ("王老师", "host", county, SPACE), ("教务", "county_admin", county, None),
        ("省办", "province_admin", province, None), ("方案", "designer", county, None), ("运维", "operator", province, None),
        ("审计", "auditor", province, None),
    ]  # fmt: skip
    for name, role, org, space_id in appoint:
        access.appoint(person=accounts[name].person, role=role, org=org, space_id=space_id, from_on=date(2020, 1, 1), by=SYSTEM, at=at)
    for account in accounts.values():
        account.refresh_from_db(fields=["guard_path"])
    return Cast(
        nation=nation, province=province, city=city, county=county, school=school, other_county=other_county,
        other_school=other_school, accounts=accounts,
    )  # fmt: skip
