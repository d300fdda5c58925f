"""Makes the workshops, hosts, members and the school of the journeys of spaces; run as a program, prints what they need as JSON."""

import itertools
import json
import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 - after the set-up
from django.db import transaction  # noqa: E402

from tests.learning import factories as learning  # noqa: E402
from tests.people import factories as people  # noqa: E402
from tests.programmes import factories as programmes  # noqa: E402
from tests.workshops import case_factories, climbing, tools_factories  # noqa: E402
from tests.workshops import factories as make  # noqa: E402
from yanxiu.access import actions as access  # noqa: E402
from yanxiu.access.models import Appointment  # noqa: E402
from yanxiu.evaluation import actions as evaluation  # noqa: E402
from yanxiu.kit import clock  # noqa: E402
from yanxiu.kit.actor import SYSTEM  # noqa: E402
from yanxiu.orgs.models import Org  # noqa: E402
from yanxiu.people import sessions  # noqa: E402
from yanxiu.people.models import Person  # noqa: E402
from yanxiu.workshops import actions  # noqa: E402
from yanxiu.workshops.models import CaseRound, CaseTheme, Post, PostKind, Space, SpaceKind  # noqa: E402

FIRST_NUMBER = 60_000  # other worlds on the same site count from elsewhere
TREE = "  - {type: subject_workshop, tree: workshop_levels}\n"  # this world lays its tree by hand
COMMUNITIES = "  - {type: school_community, per: school}\n"
FIRST = "这一期说三件事：课堂上等三秒再提问，小组讨论前先自己写两分钟，把学生的原话记下来。"
PROBLEM = "学生只答是和不是"
CASES = ("《背影》一课的三次修改", "从满堂问到三级问题链", "让后排学生先开口")
STORY = "我把问题抛出去就马上叫人，学生来不及想。这周每次提问后默数三下，举手的从四个变成十一个。"


def main() -> dict[str, object]:
    for module in (programmes, make, learning, people, tools_factories, case_factories):
        module._numbers = itertools.count(FIRST_NUMBER)
    with transaction.atomic():
        ground = climbing.build(climbing.PLAN.replace(TREE, COMMUNITIES))
        Space.objects.filter(pk=ground.topic.pk).update(plan_key=f"topic_workshop:{ground.topic.topic}")  # the plan opens no second one
        evaluation.lay_down(version=ground.programme.current, by=SYSTEM, at=clock.now())
        return _workshop(ground) | _school(ground) | _province(ground)


def _workshop(ground: climbing.Ground) -> dict[str, object]:
    """A county's workshop with a briefing, an activity to come and a vote; somebody at the door, two inside, a host."""
    now, low = clock.now(), ground.low
    host_person = programmes.teacher(ground.county, name="王静")
    host = make.host(low, host_person)
    newcomer = make.participant(ground.programme, ground.school, name="李晓梅", stage="初中", subject="语文")
    inside = [
        make.participant(ground.programme, ground.school, name=name, stage="初中", subject="语文") for name in ("陈国栋", "阿依古丽·买买提")
    ]
    for one in inside:
        make.membership(low, one.person, at=now)
    briefing = make.post(low, host, kind=PostKind.BRIEFING, title="第一期：先等三秒", source=FIRST, at=now - timedelta(days=1))
    make.post(low, programmes.learner(inside[0].person), title="导入用了八分钟怎么办", source=STORY, at=now - timedelta(hours=2))
    activity = tools_factories.activity(
        low, host, title="同课异构：《背影》", starts_at=now + timedelta(days=2), mode="offline", place="青河一中录播教室", places=30
    )
    ballot = tools_factories.ballot(low, host, title="下一次先议哪个问题", opens_at=now, closes_at=now + timedelta(days=5))
    tools_factories.problem(low, programmes.learner(inside[1].person), title=PROBLEM)
    return {
        "workshop": low.pk, "workshop_title": low.title, "host": _hosting(low, host_person), "member": _key(newcomer.person),
        "member_name": "李晓梅", "colleague": "陈国栋", "inside": _key(inside[0].person), "briefing": briefing.pk, "activity": activity.pk,
        "ballot": ballot.pk, "problem_title": PROBLEM,
    }  # fmt: skip


def _school(ground: climbing.Ground) -> dict[str, object]:
    """The administrator of the school; its community, as the plan opens it and seats its teachers."""
    admin = programmes.teacher(ground.school, name="韩敏")
    actions.open_spaces(programme=ground.programme, by=SYSTEM, at=clock.now())
    actions.seat_by_roster(programme=ground.programme, by=SYSTEM, at=clock.now())
    community = Space.objects.get(org=ground.school, kind=SpaceKind.SCHOOL_COMMUNITY)
    return {
        "admin": _key(admin, role="school_admin", at=ground.school), "school": ground.school.name, "programme": ground.programme.pk,
        "community": community.pk, "community_title": community.title,
    }  # fmt: skip


def _province(ground: climbing.Ground) -> dict[str, object]:
    """A host of the province's workshop, a host of the city's; cases that came up to the last round."""
    top, middle = (programmes.teacher(one.org, name=name) for one, name in ((ground.top, "赵明德"), (ground.middle, "孙慧")))
    make.host(ground.middle, middle)
    return {
        "top": ground.top.pk, "province": _hosting(ground.top, top), "middle": ground.middle.pk, "city": _hosting(ground.middle, middle),
        "today": clock.day(clock.now()).isoformat(), "in_ten_days": (clock.day(clock.now()) + timedelta(days=10)).isoformat(),
        "low_title": ground.low.title, "other_title": ground.other_low.title, "top_title": ground.top.title, "last_round": _last(ground),
        "best_case": CASES[0],
    }  # fmt: skip


def _last(ground: climbing.Ground) -> int:
    """A theme whose days are over, closed up to the last round, three cases in it."""
    now = clock.now()
    theme = climbing.theme(ground, title="一节课的三次修改", opens_at=now - timedelta(days=30), closes_at=now + timedelta(days=1))
    entries = case_factories.case_entries(ground.round(theme, ground.top), ground.authors(len(CASES)), at=now - timedelta(days=20))
    for entry, title in zip(entries, CASES, strict=True):
        Post.objects.filter(pk=entry.post_id).update(title=title, source=STORY, body=f"<p>{STORY}</p>")
    CaseTheme.objects.filter(pk=theme.pk).update(closes_at=now - timedelta(days=15))
    CaseRound.objects.filter(theme=theme).update(closes_at=now - timedelta(hours=1))
    for space in (ground.low, ground.other_low, ground.middle, ground.top):
        climbing.close(ground.round(theme, space))
    return ground.round(theme, ground.top).pk


def _hosting(space: Space, person: Person) -> str:
    """Sign a host in under the hat of her workshop."""
    make.host(space, person)
    held = Appointment.objects.get(person=person, role="host", space_id=space.pk)
    return _key(person, hat=str(held.pk))


def _key(person: Person, *, role: str = "", at: Org | None = None, hat: str = "") -> str:
    """Sign a person in and return the cookie of the session."""
    account = learning.account(person)
    session = SessionStore()
    sessions.begin(session, account_id=account.pk, stamp=account.security_stamp, at=clock.now())
    if at is not None:
        hat = str(access.appoint(person=person, role=role, org=at, by=SYSTEM, at=clock.now()).pk)
    if hat:
        session[sessions.HAT] = hat
    session.save()
    return session.session_key


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()) + "\n")
