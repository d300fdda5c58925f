"""The ground of cases and guidance downward: a subject in three levels, another in two, a topic, hosts, members and an office."""

from dataclasses import dataclass
from datetime import timedelta

from django.test import Client

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.access.models import Appointment
from yanxiu.access.queries import LEARNER_HAT
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.orgs.models import Kind, Org
from yanxiu.people import sessions
from yanxiu.people.models import Account, Person
from yanxiu.programmes.models import Programme
from yanxiu.records.models import Tally
from yanxiu.workshops import actions
from yanxiu.workshops.models import CaseEntry, CaseRound, CaseTheme, Space, SpaceKind

AT = make.AT
PLAN = """\
programme: {id: climb, title: 主持人方案, level: province, owner: 山海省教育厅, year: 2026}
orgs:
  chain: [school, county, city, province]
  workshop_levels: {初中: [省, 市, 县], 高中: [省, 市]}
audience:
  - {id: all, stages: [初中, 高中]}
phases:
  - {id: p2, label: 研修, from: 2026-11-06, to: 2026-12-31, do: [learn]}
learn:
  - {id: electives, label: 选修课, kind: elective, window: p2, min_hours: 2, catalogue_min_hours: 6, topics: [班级管理]}
spaces:
  - {type: subject_workshop, tree: workshop_levels}
  - {type: topic_workshop, cap: 500}
duties:
  subject_host:
    - {id: sh_coverage, metric: guidance.coverage, min: 1.0, per: team, in: p2, for_level: 市, over: 县, except_stages: [高中]}
    - {id: sh_followed, metric: lesson.followed, kinds: [优课创建], min: 1, per: person, in: p2}
solicit:
  - {id: cases, label: 优秀案例征集, theme_by: [province_host, topic_host], submit: voluntary, along: workshop_levels, ratio_max: 0.05,
     rounding: floor, final_by: 省级工作坊主持人团队, show_on: [subject_page, topic_page]}
"""


@dataclass(frozen=True)
class Ground:
    province: Org
    city: Org
    county: Org
    school: Org
    programme: Programme
    top: Space
    middle: Space
    low: Space
    other_low: Space
    topic: Space

    def host(self, space: Space, *, name: str = "") -> Actor:
        return make.host(space, programmes.teacher(space.org, name=name))

    def authors(self, number: int) -> list[Person]:
        return [programmes.teacher(self.school) for _ in range(number)]

    def round(self, theme: CaseTheme, space: Space, *, is_final: bool | None = None) -> CaseRound:
        found = CaseRound.objects.select_related("theme", "space__org", "space__parent", "upper__space__org").filter(
            theme=theme, space=space
        )
        return found.get() if is_final is None else found.get(is_final=is_final)

    def count(self, metric: str, space: Space, **found: object) -> int:
        return sum(Tally.objects.filter(metric=metric, space_id=space.pk, **found).values_list("count", flat=True))


def build(source: str = PLAN) -> Ground:
    nation = programmes.org(name="中国")
    province = programmes.org(parent=nation, kind=Kind.PROVINCE, name="山海省")
    city = programmes.org(parent=province, kind=Kind.CITY, name="东岭市")
    county = programmes.org(parent=city, kind=Kind.COUNTY, name="青河县")
    other = programmes.org(parent=city, kind=Kind.COUNTY, name="白石县")
    school = programmes.org(parent=county, name="青河一中")
    running = programmes.running(province, source=source)
    facts = {"kind": SpaceKind.SUBJECT_WORKSHOP, "programme": running, "stage": "初中", "subject": "语文"}
    top = make.space(province, level="省", title="全省初中语文工作坊", **facts)
    middle = make.space(city, parent=top, level="市", title="东岭市初中语文工作坊", **facts)
    low = make.space(county, parent=middle, level="县", title="青河县初中语文工作坊", **facts)
    other_low = make.space(other, parent=middle, level="县", title="白石县初中语文工作坊", **facts)
    topic = make.space(province, programme=running, topic="班级管理", title="班级管理专题工作坊")
    return Ground(
        province=province, city=city, county=county, school=school, programme=running, top=top, middle=middle, low=low,
        other_low=other_low, topic=topic,
    )  # fmt: skip


def theme(ground: Ground, space: Space | None = None, **facts: object) -> CaseTheme:
    """A theme designed through the action, open since yesterday for ten days."""
    space = space or ground.top
    given = {
        "title": "课堂真问题的解决", "source": "写清问题、做法、证据和反思", "opens_at": AT - timedelta(days=1),
        "closes_at": AT + timedelta(days=10),
    } | facts  # fmt: skip
    return actions.design_theme(space=space, by=ground.host(space), at=AT, **given)


def close(one: CaseRound) -> CaseRound:
    return actions.close_round(round=one, by=SYSTEM, at=one.closes_at)


def close_all(made: CaseTheme, *, level: str) -> None:
    for one in CaseRound.objects.select_related("theme", "space__org").filter(theme=made, level=level).order_by("pk"):
        close(one)


def reload(entry: CaseEntry) -> CaseEntry:
    return CaseEntry.objects.select_related("round", "post").get(pk=entry.pk)


def browser(who: Actor) -> Client:
    """A browser in which somebody is signed in, under the host's hat if she has one."""
    facts = {"username": f"climb{who.person_id}", "state": "active", "security_stamp": "stamp", "activated_at": AT, "created_at": AT}
    account, _is_new = Account.objects.get_or_create(person_id=who.person_id, defaults=facts)
    client = Client()
    session = client.session
    sessions.begin(session, account_id=account.pk, stamp=account.security_stamp, at=clock.now())
    hat = Appointment.objects.filter(person=who.person_id).order_by("pk").values_list("pk", flat=True).first()
    session[sessions.HAT] = str(hat) if hat else LEARNER_HAT
    session.save()
    client.cookies["session"] = session.session_key
    return client
