"""The spring phase, in which lessons are created: research lessons given and confirmed, one followed by each host to its summary."""

from datetime import timedelta

from yanxiu.demo.teams.ground import SPRING_ENDS
from yanxiu.demo.teams.scene import Scene
from yanxiu.fieldwork import actions as fieldwork
from yanxiu.fieldwork.actions import LessonFacts
from yanxiu.fieldwork.models import LessonKind
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import day
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.workshops.actions import following


def follow(scene: Scene, *, short: int) -> None:
    """Let each host follow one lesson of a member to its summary; the last `short` hosts stop before it."""
    teachers = Person.objects.in_bulk([member.person_id for member in scene.members[: len(scene.hosts)]])
    ending = len(scene.hosts) - short
    for number, (host, member) in enumerate(zip(scene.hosts, scene.members, strict=False)):
        at = scene.at(10 + number)
        followed = following.start_follow(
            space=scene.space, teacher=teachers[member.person_id or 0], lesson=f"优课 {number + 1}", plan="先备一稿，两周内试讲一次，再改",
            by=host, at=at,
        )  # fmt: skip
        for step in ("design", "trial", "polish"):
            at += timedelta(days=5)
            following.note_step(follow=followed, stage=step, on=day(at), words="看了教学设计和试讲，提了三条建议", by=host, at=at)
        if number < ending:
            following.share_summary(follow=followed, title=f"优课 {number + 1} 跟进总结", source=scene.text(), by=host, at=SPRING_ENDS)


def give_lessons(scene: Scene, programme: Programme) -> None:
    """Let each host and some members give a research lesson, which is confirmed."""
    people = [one.person_id for one in [*scene.hosts, *scene.some(0.1)]]
    at = scene.at(34)
    for enrolment in Enrolment.objects.filter(programme=programme, person__in=people).select_related("person", "programme").order_by("pk"):
        actor = next(one for one in [*scene.hosts, *scene.members] if one.person_id == enrolment.person_id)
        facts = LessonFacts(title=f"{enrolment.stage}{enrolment.subject}研究课", kind=LessonKind.SCHOOL, given_on=day(at))
        lesson = fieldwork.register_research_lesson(enrolment=enrolment, facts=facts, by=actor, at=at)
        fieldwork.confirm_research_lesson(lesson=lesson, by=SYSTEM, at=at + timedelta(days=1))
