"""The programme: published, offered, joined; schools choose topics, teachers choose courses, cases are drawn."""

import random
from datetime import datetime, timedelta
from pathlib import Path

from yanxiu.catalogue.models import Course
from yanxiu.demo import catalogue as texts
from yanxiu.demo import modular
from yanxiu.demo.town.calendar import Season
from yanxiu.demo.town.ground import Ground, actor
from yanxiu.evaluation import actions as evaluation
from yanxiu.kit.actor import SYSTEM
from yanxiu.learning import actions as learning
from yanxiu.programmes import actions as programmes
from yanxiu.programmes.models import Enrolment, Offering, Programme

PLAN = Path(__file__).resolve().parent.parent / "content" / "plan.yaml"
TOPICS = tuple(dict.fromkeys(one.topic for one in texts.courses() if one.topic))
NEVER_BEGIN = 11  # of so many teachers of a school one chooses nothing, and one stops after the first course
KEEN = 4  # of so many teachers one chooses the course of modules besides
MODULAR = modular.courses()[0].topic
_TITLES = tuple(one.title for one in modular.courses())
UNDECIDED = 1  # the last school has not chosen its topics: the office's list of laggards is not empty


def publish(ground: Ground, courses: dict[str, Course], when: Season) -> Programme:
    """Publish the plan, put the courses on its shelves, and enrol every teacher of the county."""
    programme = programmes.create_programme(
        owner=ground.county,
        code=f"qinghe-{when.parameters['Y']}",
        title=f"青禾县 {when.parameters['Y']} 年教师网络研修",
        by=SYSTEM,
        at=when.published,
    )
    version = programmes.publish(programme=programme, source=_plan(), parameters=when.parameters, by=SYSTEM, at=when.published)
    evaluation.lay_down(version=version, by=SYSTEM, at=when.published)
    programme.refresh_from_db()
    for text in texts.courses():
        programmes.offer_course(
            programme=programme, block=text.block, topic=text.topic or "", course=courses[text.id], by=SYSTEM, at=when.published
        )
    for one in modular.courses():
        if one.state == "published":
            programmes.offer_course(
                programme=programme, block="electives", topic=one.topic, course=courses[one.id], by=SYSTEM, at=when.published
            )
    programmes.enrol_units(programme=programme, units=[ground.county], by=SYSTEM, at=when.published + timedelta(days=1))
    learning.push_compulsory(programme=programme, by=SYSTEM, at=when.published + timedelta(days=1))
    learning.draw_cases(programme=programme, by=SYSTEM, at=when.published + timedelta(days=1))
    return programme


def _plan() -> str:
    """The plan as the county would have it before its eyes: without what is said to programmers."""
    return "".join(line for line in PLAN.read_text(encoding="utf-8").splitlines(keepends=True) if not line.lstrip().startswith("#"))


def choose(ground: Ground, programme: Programme, when: Season, chance: random.Random) -> list[Enrolment]:
    """Let schools decide on topics after a survey, and teachers choose courses inside them; return the enrolments in order."""
    enrolments = {
        one.person_id: one for one in Enrolment.objects.filter(programme=programme).select_related("person", "programme").order_by("pk")
    }
    schools = list(ground.schools.values())
    for school in schools[:-UNDECIDED]:
        mine = [enrolments[person.pk] for person in ground.teachers_of(school) if person.pk in enrolments]
        for one in mine[:12]:
            wishes = chance.sample(TOPICS, k=chance.randint(1, 3))
            learning.wish_topics(enrolment=one, topics=wishes, by=actor(one.person), at=when.topics - timedelta(hours=20))
        topics = chance.sample(TOPICS, k=chance.choice((3, 3, 4)))
        if ground.cast["参训教师"].unit_id == school.pk and MODULAR not in topics:
            topics[0] = MODULAR
        learning.choose_topics(programme=programme, school=school, topics=topics, by=SYSTEM, at=when.topics)
        shelf = Offering.objects.filter(programme=programme, topic__in=topics).select_related("course").order_by("pk")
        usual, extra = list(shelf.exclude(course__title__in=_TITLES)), list(shelf.filter(course__title__in=_TITLES))
        for number, one in enumerate(mine):
            if number % NEVER_BEGIN == NEVER_BEGIN - 2:
                continue
            at = when.courses + timedelta(minutes=number)
            _choose_courses(one, usual, chance, at=at, hesitant=number % NEVER_BEGIN == NEVER_BEGIN - 1)
            if number % KEEN == 1:
                _choose_courses(one, extra, chance, at=at, hesitant=False)
    return list(enrolments.values())


def _choose_courses(one: Enrolment, offered: list[Offering], chance: random.Random, *, at: datetime, hesitant: bool) -> None:
    """Choose until 14 hours are reached; one in eleven stops after the first course (one more never comes here)."""
    hours, wanted = 0, (4 if hesitant else 14)
    for offering in chance.sample(offered, k=len(offered)):
        if hours >= wanted:
            return
        learning.choose_course(enrolment=one, offering=offering, by=actor(one.person), at=at)
        hours += int(offering.hours)
