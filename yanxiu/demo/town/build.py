"""Make the whole town, step by step, and write down who may sign in."""

import random
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.db import transaction

from yanxiu.credits import actions as ledger
from yanxiu.credits.models import AccountKind, Entry
from yanxiu.demo.town import communities, days, doubts, exams, library, practice, questions, rubrics, scores, shelves, study, talk, together
from yanxiu.demo.town import ground as grounds
from yanxiu.demo.town import season as seasons
from yanxiu.demo.town.calendar import Season, season
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.kit.errors import Conflict
from yanxiu.people import actions as people
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme

Say = Callable[[str], None]
SEED = 20261120
UNCERTIFIED = 4
SIGN_INS = (
    "参训教师",
    "已达标的教师",
    "还没选课的教师",
    "工作坊主持人",
    "指导教师",
    "评课专家",
    "学校管理员",
    "县级管理员",
    "市项目办",
    "省项目办",
    "方案设计",
    "运维",
    "审计",
)


class NotEmpty(Conflict):
    """The database holds people who are not of a demo."""

    code = "not_empty"


def build(data: Path, *, say: Say, workers: int = 2) -> Path:
    """Make the demo town with so many processes and return the file with its sign-ins. Raises NotEmpty when people are there already."""
    if Person.objects.exists():
        raise NotEmpty("数据库里已经有人员，演示县只能建在空的数据库里。")
    when, chance = season(now()), random.Random(SEED)  # noqa: S311 - repeatable demo data
    made = shelves.films(data / "films", say=say)
    with transaction.atomic():
        ground = grounds.lay(at=when.published)
        grounds.appoint(ground, at=when.published)
    say("单位和 200 位教师已登记")
    _pick_cast(ground)
    courses = shelves.stock(ground, made, at=when.published, lately=when.moment(0.93), say=say)
    with transaction.atomic():
        programme = seasons.publish(ground, courses, when)
        rubrics.for_observing(ground, at=when.published)
        enrolments = seasons.choose(ground, programme, when, chance)
    say("方案已发布，教师已选课")
    study.study(ground, enrolments, when, chance, workers=workers)
    say("学习记录已写入")
    with transaction.atomic():
        spaces = talk.gather(ground, programme, when, chance)
        talk.talk(spaces, when, chance)
        together.gather(spaces, when, chance)
        communities.gather(programme, enrolments, when, random.Random(SEED))  # noqa: S311 - repeatable demo data
        library.stock(ground, spaces, when, chance)
        talk.teach(enrolments, when, chance)
        practice.practise(ground, programme, when)
        doubts.doubt(ground, programme, when)
        days.gather(ground, programme, when, chance)
        days.guide(ground, enrolments, when, chance)
    say("研讨、研究课、集中学习、答疑和核查已写入")
    with transaction.atomic():
        questions.fill(ground, when)
        exams.hold(ground, programme, enrolments, when)
        scores.give(ground, programme, enrolments, when)
    exams.leave_for_a_while(when)
    say("题库、试卷、考试和成绩已写入")
    ledger.settle(programme=programme, by=SYSTEM, at=when.now)
    ledger.roll(by=SYSTEM, at=when.now)
    _certify(ground, programme, when)
    say("学时已结算，证书已发")
    return _accounts(ground, data)


def _pick_cast(ground: grounds.Ground) -> None:
    """The teacher of the guide studies in a junior school, and a colleague who has finished.

    Another there has not chosen, though she may; one more has not been here yet.
    """
    junior = ground.teachers_of(list(ground.schools.values())[3])
    ground.cast["已达标的教师"] = junior[2]
    ground.cast["参训教师"], ground.cast["还没选课的教师"], ground.cast["还没激活的教师"] = junior[1], junior[9], junior[20]


def _certify(ground: grounds.Ground, programme: Programme, when: Season) -> None:
    """Give certificates to most who have registered hours; a few wait for the office's button."""
    found = Entry.objects.filter(programme_id=programme.pk, account=AccountKind.REGISTERED, amount__gt=0).values("person_id")
    qualified = list(Person.objects.filter(pk__in=found).order_by("pk"))
    finished = ground.cast["已达标的教师"]
    people = [finished, *(one for one in qualified[UNCERTIFIED:] if one.pk != finished.pk)]
    ledger.issue_all(programme=programme, people=people, by=SYSTEM, at=when.now)


def _accounts(ground: grounds.Ground, data: Path) -> Path:
    password = f"Qinghe-{secrets.randbelow(9000) + 1000}-{secrets.token_hex(2)}"
    signing_in = [ground.cast[title] for title in SIGN_INS]
    before = now() - timedelta(minutes=2 * len(signing_in))  # one a minute, and none to come
    grounds.activate(signing_in, at=before, password=password)
    waiting = ground.cast["还没激活的教师"]
    (slip,) = people.issue_codes(person_ids=[waiting.pk], by=SYSTEM, at=now())
    lines = [f"演示县的登录名（密码都是 {password}）：", ""]
    lines += [f"  {title:<8}\t{grounds.username(person):<18}\t{person.name}" for title, person in zip(SIGN_INS, signing_in, strict=True)]
    lines += ["", f"  还没激活：{waiting.name}，账号 {slip.username}，激活码 {slip.code}（从“首次登录”进）"]
    file = data / "demo-accounts.txt"
    file.touch(mode=0o600)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file
