"""The living half: topic workshops with hosts, members who asked and were let in, briefings, discussions, questions, lessons."""

import random
from datetime import datetime, timedelta

from yanxiu.access.models import Appointment
from yanxiu.access.queries import bearer
from yanxiu.demo import catalogue as texts
from yanxiu.demo.town.calendar import Season
from yanxiu.demo.town.ground import Ground, actor
from yanxiu.fieldwork import actions as fieldwork
from yanxiu.fieldwork.actions import LessonFacts
from yanxiu.fieldwork.models import LessonKind
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.clock import day
from yanxiu.learning.models import Selection
from yanxiu.people.models import Account, Person
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.workshops import actions as workshops
from yanxiu.workshops.models import Membership, PostKind, Space, SpaceKind

RULES = (
    "一、发言围绕研修主题，不发与研修无关的内容。\n\n二、讨论学生时隐去姓名、班级和照片。\n\n"
    "三、引用他人的设计和文字请写明出处。\n\n四、主持人会及时查看发言，不合规则的会先联系本人再处理。"
)
WAITING = 9  # requests that stay open, so that the host's queue is not empty


def gather(ground: Ground, programme: Programme, when: Season, chance: random.Random) -> dict[str, Space]:
    """Open the workshops, appoint hosts, let members in; return the workshops by topic."""
    workshops.open_spaces(programme=programme, by=SYSTEM, at=when.published)
    found = Space.objects.filter(programme=programme, kind=SpaceKind.TOPIC_WORKSHOP).select_related("org", "programme").order_by("pk")
    spaces = {space.topic: space for space in found}
    candidates = chance.sample([person for school in ground.schools.values() for person in ground.teachers_of(school)[3:9]], k=len(spaces))
    for (topic, space), host in zip(spaces.items(), candidates, strict=True):
        intro = f"和全县选了“{topic}”的老师一起学、一起试、一起改。每两周一期简报，问题当周回答。"
        workshops.describe(space=space, intro=intro, rules=RULES, by=SYSTEM, at=when.published)
        workshops.appoint_host(space=space, person=host, by=SYSTEM, at=when.published)
        ground.cast.setdefault("工作坊主持人", host)
        _let_in(space, host, when, chance)
    workshops.seat_by_roster(programme=programme, by=SYSTEM, at=when.opens)
    return spaces


def host_actor(person: Person, space: Space, when: Season) -> Actor:
    """Return a host under the hat of his workshop."""
    found = bearer(Account.objects.get(person=person).pk, on=day(when.now))
    hat = next(one for one in found.held if one.space_id == space.pk) if found else None
    if found is None or hat is None:
        raise RuntimeError(f"{person.name} does not host {space.title}")
    return found.actor(str(hat.id))


def _let_in(space: Space, host: Person, when: Season, chance: random.Random) -> None:
    takers = (
        Selection.objects.filter(dropped_at=None, offering__topic=space.topic, enrolment__programme=space.programme)
        .exclude(enrolment__person=host)
        .values_list("enrolment__person", flat=True)
        .distinct()
    )
    people = list(Person.objects.filter(pk__in=takers).order_by("pk"))
    chance.shuffle(people)
    late = len(people) - WAITING
    for number, person in enumerate(people):
        # Most ask on the first day; the last ones since yesterday, and the host has not been here yet.
        at = when.opens + timedelta(minutes=7 * number) if number < late else when.now - timedelta(hours=2 * (len(people) - number))
        workshops.request_join(
            workshop=space, by=actor(person), at=at, message=chance.choice(("", "", "选了这个专题，想多交流", "请多指教"))
        )
    asked = list(Membership.objects.filter(workshop=space, state="requested").order_by("pk").values_list("pk", flat=True))
    workshops.approve_join(
        workshop=space, membership_ids=asked[:-WAITING] or asked, by=host_actor(host, space, when), at=when.opens + timedelta(days=1)
    )


def talk(spaces: dict[str, Space], when: Season, chance: random.Random) -> None:
    """Publish briefings, open discussions with replies, ask and answer, check in, read."""
    said = texts.talk()
    for topic, space in spaces.items():
        members = [one.person for one in Membership.objects.filter(workshop=space, state="member").select_related("person").order_by("pk")]
        host = host_of(space, when)
        if not members:
            continue
        for number, one in enumerate(briefing for briefing in said.briefings if briefing.topic == topic):
            _briefing(space, host, one, members, when.moment(0.2 + 0.35 * number), chance)
        _discussion(space, [post.text for post in said.posts if post.topic == topic], members, when, chance)
        for number, asked in enumerate(one for one in said.questions if one.topic == topic):
            at = when.moment((0.25, 0.5, 0.96)[min(number, 2)])
            question = workshops.ask(space=space, title=asked.question[:80], source=asked.question, by=actor(chance.choice(members)), at=at)
            if number < 2:  # the last question still waits for its host
                workshops.answer(question=question, source=asked.answer, by=host, at=at + timedelta(hours=chance.randint(2, 30)))
        for person in chance.sample(members, k=len(members) // 2):
            workshops.check_in(space=space, by=actor(person), at=when.moment(0.9 + chance.random() * 0.09))


def host_of(space: Space, when: Season) -> Actor:
    """Return the host appointed last, under that hat."""
    appointment = Appointment.objects.filter(space_id=space.pk, role="host").select_related("person").latest("pk")
    return host_actor(appointment.person, space, when)


def _briefing(space: Space, host: Actor, one: texts.Briefing, members: list[Person], at: datetime, chance: random.Random) -> None:
    draft = workshops.save_draft(
        space=space,
        kind=PostKind.BRIEFING,
        title=one.title,
        source=one.body,
        series=workshops.SERIES[0],
        by=host,
        at=at - timedelta(hours=2),
    )
    post = workshops.publish(post=draft, by=host, at=at)
    for number, person in enumerate(chance.sample(members, k=round(len(members) * 0.6))):
        workshops.mark_read(post=post, by=actor(person), at=at + timedelta(minutes=11 * (number + 1)))


def _discussion(space: Space, posts: list[str], members: list[Person], when: Season, chance: random.Random) -> None:
    if not posts:
        return
    opened = when.moment(0.15)
    thread = workshops.open_discussion(
        space=space, title=f"{space.topic}：这周我试了什么", source=posts[0], by=actor(chance.choice(members)), at=opened
    )
    for number, text in enumerate(posts[1:], start=1):
        workshops.reply(thread=thread, source=text, by=actor(chance.choice(members)), at=opened + timedelta(hours=9 * number))


def teach(enrolments: list[Enrolment], when: Season, chance: random.Random) -> None:
    """Register research lessons; most are confirmed by the school, some still wait."""
    for enrolment in chance.sample(enrolments, k=len(enrolments) // 3):
        at = when.moment(0.3 + chance.random() * 0.6)
        form = chance.choice(("单元起始课", "复习课", "实验探究课", "讲评课", "整本书阅读课"))
        title = f"{enrolment.stage}{enrolment.subject}{form}"
        facts = LessonFacts(title=title, kind=LessonKind.SCHOOL, given_on=day(at))
        lesson = fieldwork.register_research_lesson(enrolment=enrolment, facts=facts, by=actor(enrolment.person), at=at)
        if chance.random() < 0.75 or at < when.now - timedelta(days=6):
            fieldwork.confirm_research_lesson(lesson=lesson, by=SYSTEM, at=at + timedelta(days=1))
