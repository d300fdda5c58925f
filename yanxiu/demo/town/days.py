"""Study days and guidance: sessions with signs, spot checks and leave; questions that climbed, answers that came down."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from yanxiu.access import actions as access
from yanxiu.access.roles import ROLES
from yanxiu.demo.town.calendar import Season
from yanxiu.demo.town.ground import Ground, actor
from yanxiu.kit.actor import SYSTEM, Actor, Grant
from yanxiu.learning import rotating
from yanxiu.learning.actions import checking, convening, leaving, signing
from yanxiu.learning.models import Attendance, SpotCheckEntry, StudySession
from yanxiu.orgs.models import Org
from yanxiu.people import actions as people
from yanxiu.people.actions import NewPerson
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.programmes.queries.windows import window_of
from yanxiu.workshops.actions import guiding

SCHOOLS = 4  # whose study days are told in full
LECTURES = {
    "opening_days": (
        ("开班：这一年怎么研修", "报告厅", 0, 8, 30),
        ("有效观课的三问", "阶梯教室", 0, 14, 0),
        ("课例里的追问", "报告厅", 1, 8, 30),
    ),
    "together": (
        ("一节课例，三种看法", "阶梯教室", 0, 8, 30),
        ("分学科评课", "各备课组", 0, 14, 0),
        ("选修课学到了什么：各组汇报", "报告厅", 1, 8, 30),
    ),
}
QUESTIONS = (
    (
        "观课时该记老师还是记学生", "casework", "两头都记，结果都没记全。听说要先定观察点，观察点怎么定？", 1,
        "先定一个问题，只看一组学生。记他们做了什么、等了几秒，别记“投入”这样的词。",
    ),
    (
        "课例里的追问，我班学生接不住", "casework", "照着课例追问，学生一下就安静了，是问题太大，还是等的时间不够？", 2,
        "多半是台阶太高。把追问拆成两步，先让学生写三十秒，再说。",
    ),
    ("国家级课例的教学设计可以直接用吗", "national", "想用在下周的课上，要不要改，改哪里？", 0, ""),
    ("说课稿写到什么程度算够", "methods", "方法课讲了四个层次，我只能写到第二层。", 3, ""),
)  # fmt: skip
NOTE = (
    "这两周看了四十多份观课报告，最常见的是只写感受。\n\n"
    "- 先写**看得见、数得清**的：谁、做了什么、多久\n- 再写您怎么想\n- 最后写下一节课改一处"
)
_REMARK = "组里试过，说法不一，请上面看看。"


def gather(ground: Ground, programme: Programme, when: Season, chance: random.Random) -> None:
    """Fix the study days of the plan, let teachers sign in, check without notice, settle what is over."""
    schools = list(ground.schools.values())[:SCHOOLS]
    for school in schools:
        leader = ground.leader_of(school)
        access.appoint(person=leader, role="group_leader", org=school, by=SYSTEM, at=when.published)
        host = _under("group_leader", leader, school)
        for session in _fixed(programme, school, "opening_days", when.published):
            _attend(session, host, when, chance)
        _fixed(programme, school, "together", when.published)
    convening.settle_sessions(by=SYSTEM, at=when.now)


def guide(ground: Ground, enrolments: list[Enrolment], when: Season, chance: random.Random) -> None:
    """Appoint experts, and let some questions climb to them; the tutor hands one answer down to all."""
    tutor = _under("tutor", ground.cast["指导教师"], ground.county)
    above = (tutor, _expert("顾明远", ground.city, when.published), _expert("沈如松", ground.province, when.published))
    schools = {school.pk for school in list(ground.schools.values())[:SCHOOLS]}
    askers = chance.sample([one for one in enrolments if one.unit_id in schools], len(QUESTIONS))
    for number, (one, facts) in enumerate(zip(askers, QUESTIONS, strict=True)):
        leader = _under("group_leader", ground.leader_of(one.unit), one.unit)
        _ask(one, facts, (leader, *above), at=when.moment(0.5 + number / 10))
    guiding.hand_down(
        programme=enrolments[0].programme, path=ground.county.path, title="观课记录先写事实，再写想法", source=NOTE, by=tutor,
        at=when.moment(0.9),
    )  # fmt: skip


def _ask(one: Enrolment, facts: tuple[str, str, str, int, str], chain: tuple[Actor, ...], *, at: datetime) -> None:
    title, block, source, climbs, answer = facts
    question = guiding.ask_guidance(enrolment=one, block=block, title=title, source=source, by=actor(one.person), at=at)
    for hours in range(1, climbs + 1):
        by = chain[question.rung]
        question = guiding.pass_up(question=question, remark=_REMARK, by=by, at=at + timedelta(hours=hours))
    if answer:
        guiding.answer_guidance(question=question, source=answer, by=chain[question.rung], at=at + timedelta(hours=9))


def _fixed(programme: Programme, school: Org, window: str, at: datetime) -> list[StudySession]:
    span = window_of(programme.current_id or 0, window, school.path)
    if span is None or span.starts_at is None:
        return []
    return [
        convening.fix_session(
            programme=programme, unit=school, by=SYSTEM, at=at,
            facts=convening.SessionFacts(
                title=title, place=place, hours=Decimal(2), starts_at=span.starts_at + timedelta(days=day, hours=hour, minutes=minute),
                ends_at=span.starts_at + timedelta(days=day, hours=hour + 2, minutes=minute),
            ),
        )
        for title, place, day, hour, minute in LECTURES[window]
    ]  # fmt: skip


def _attend(session: StudySession, host: Actor, when: Season, chance: random.Random) -> None:
    """Most come in time, some late, one asks leave, two share a phone, one is not there when the hall is checked."""
    places = Attendance.objects.filter(session=session).select_related("session__unit", "enrolment__person").order_by("pk")
    for number, place in enumerate(places):
        draw = chance.random()
        person = actor(place.enrolment.person)
        if draw < 0.05:
            asked = leaving.ask_leave(attendance=place, reason="参加区里的教研活动", by=person, at=session.starts_at - timedelta(days=1))
            leaving.grant_leave(request=asked, opinion="", by=SYSTEM, at=session.starts_at - timedelta(hours=20))
            continue
        came = session.starts_at + timedelta(seconds=chance.randint(-900, 300) if draw < 0.88 else chance.randint(660, 2400))
        if draw > 0.96 or came > when.now:
            continue
        device = f"demo-{session.pk}-{3 if number == 4 else number}"
        arrival = rotating.Arrival(session_id=session.pk, step=rotating.step_of(came), at=came, device=device)
        signing.sign_in(attendance=place, arrival=arrival, by=person, at=came)
    check_at = session.starts_at + timedelta(minutes=70)
    if check_at < when.now:
        check = checking.draw_spot_check(session=session, size=5, seed=session.pk, by=host, at=check_at)
        entries = SpotCheckEntry.objects.filter(check_list=check).select_related(
            "check_list__session__unit", "attendance__enrolment__person"
        )
        for entry in entries.exclude(attendance__enrolment__person=host.person_id):
            checking.mark_spot_check(entry=entry, is_here=entry.number > 1, by=host, at=check_at + timedelta(minutes=5))


def _expert(name: str, unit: Org, at: datetime) -> Actor:
    (number,) = people.register_people(people=[NewPerson(name=name, unit=unit)], by=SYSTEM, at=at)
    person = Person.objects.get(pk=number)
    access.appoint(person=person, role="expert", org=unit, by=SYSTEM, at=at)
    return _under("expert", person, unit)


def _under(role: str, person: Person, unit: Org) -> Actor:
    grant = Grant(role=role, permissions=ROLES[role].permissions, path=unit.path)
    return Actor(person_id=person.pk, label=f"{person.name}（{ROLES[role].zh}）", grants=(grant,))
