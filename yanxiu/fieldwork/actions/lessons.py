"""The verbs of research lessons: register, confirm, return."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.fieldwork import permissions
from yanxiu.fieldwork.events import LessonEvent
from yanxiu.fieldwork.models import LessonKind, LessonState, ResearchLesson
from yanxiu.files import actions as files
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.integrity.actions import Thing, flag, screen
from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.components.wording import titled
from yanxiu.kit.errors import Conflict, DomainError, Invalid
from yanxiu.kit.text import plain
from yanxiu.programmes.models import Enrolment
from yanxiu.records.actions import record

LONGEST_AGO = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class LessonFacts:
    """What a teacher states about a lesson; stage and subject "" = those of the enrolment."""

    title: str
    given_on: date
    kind: LessonKind
    stage: str = ""
    subject: str = ""


@transaction.atomic
def register_research_lesson(
    *, enrolment: Enrolment, facts: LessonFacts, by: Actor, at: datetime, evidence: IO[bytes] | None = None, evidence_name: str = ""
) -> ResearchLesson:
    """Register a research lesson that the participant gave; it counts once the school has confirmed it.

    A returned lesson is registered again by the same day and title. Raises NotPermitted, Conflict (known already, over), Invalid with
    the field (title, a day to come or more than a year ago, a file that cannot be used).
    """
    permissions.check_can_register(by, enrolment)
    title = _title(facts.title)
    _check_day(facts.given_on, at=at)
    found = screen([title], fields=["title"], path=enrolment.unit_path, at=at)
    title = found.texts[0]
    stored = _kept(evidence, evidence_name, by=by, at=at)
    known = ResearchLesson.objects.select_for_update(of=("self",), no_key=True).filter(
        enrolment=enrolment, given_on=facts.given_on, title=title
    )
    lesson = known.first() or ResearchLesson(enrolment=enrolment, given_on=facts.given_on, title=title)
    if lesson.pk and lesson.state != LessonState.RETURNED:
        raise Conflict(
            _("%(on)s的%(title)s已经登记过，没有重复登记。") % {"on": facts.given_on.isoformat(), "title": titled(title)}, field="title"
        )
    lesson.unit_path, lesson.kind = enrolment.person.unit_path or enrolment.unit_path, facts.kind
    lesson.stage, lesson.subject = facts.stage or enrolment.stage, facts.subject or enrolment.subject
    lesson.evidence = stored or lesson.evidence
    lesson.state, lesson.registered_at, lesson.decided_at, lesson.decided_by, lesson.opinion = LessonState.REGISTERED, at, None, None, ""
    twice = Conflict(_("这节课刚刚登记过，没有重复登记。"), field="title")
    sql.save_or_raise(lesson, {"fieldwork_lesson_once": twice}, update_fields=_CHANGED if lesson.pk else None)
    thing = Thing(
        object_type="research_lesson", object_id=lesson.pk, title=title, snapshot=title, person_id=enrolment.person_id,
        unit_path=lesson.unit_path, programme_id=enrolment.programme_id,
    )  # fmt: skip
    flag(found, thing=thing, at=at)
    _record(LessonEvent.REGISTERED, lesson, by=by, at=at)
    return lesson


@transaction.atomic
def confirm_research_lesson(*, lesson: ResearchLesson, by: Actor, at: datetime) -> ResearchLesson:
    """Confirm that the lesson was given: it counts for the teacher as of the end of that day, so that the school year is right.

    Raises NotFound, NotPermitted (also for an own lesson), Conflict when it does not wait any more.
    """
    lesson = _waiting(lesson, by)
    lesson.state, lesson.decided_at, lesson.decided_by = LessonState.GIVEN, at, by.person_id
    lesson.save(update_fields=["state", "decided_at", "decided_by"])
    moment = min(at, clock.end_of(lesson.given_on) - timedelta(seconds=1))
    _record(LessonEvent.GIVEN, lesson, by=by, at=moment, confirmed_at=at.isoformat())
    return lesson


@transaction.atomic
def return_research_lesson(*, lesson: ResearchLesson, opinion: str, by: Actor, at: datetime) -> ResearchLesson:
    """Send a registration back with what is to be mended. Raises NotFound, NotPermitted, Invalid, Conflict."""
    lesson = _waiting(lesson, by)
    opinion = plain(opinion)
    if not 2 <= len(opinion) <= 300:
        raise Invalid(_("请写明要补什么、改什么，2—300 个字，老师会看到。"), field="opinion")
    lesson.state, lesson.decided_at, lesson.decided_by, lesson.opinion = LessonState.RETURNED, at, by.person_id, opinion
    lesson.save(update_fields=["state", "decided_at", "decided_by", "opinion"])
    _record(LessonEvent.RETURNED, lesson, by=by, at=at, opinion=opinion)
    return lesson


_CHANGED = ["unit_path", "kind", "stage", "subject", "evidence", "state", "registered_at", "decided_at", "decided_by", "opinion"]


def _waiting(lesson: ResearchLesson, by: Actor) -> ResearchLesson:
    permissions.check_can_confirm(by, lesson)
    found = ResearchLesson.objects.select_for_update(of=("self",), no_key=True).select_related("enrolment__person").get(pk=lesson.pk)
    if found.state != LessonState.REGISTERED:
        raise Conflict(_("%(title)s%(state)s，不再等确认。") % {"title": titled(found.title), "state": LessonState(found.state).label})
    return found


def _title(value: str) -> str:
    title = " ".join(plain(value).split())
    if not 2 <= len(title) <= 120:
        raise Invalid(_("课题 2—120 个字，现在 %(n)s 个。") % {"n": len(title)}, field="title")
    return title


def _check_day(on: date, *, at: datetime) -> None:
    today = clock.day(at)
    if on > today:
        raise Invalid(_("%(on)s还没有到，上完课再登记。") % {"on": on.isoformat()}, field="given_on")
    if on < today - LONGEST_AGO:
        raise Invalid(_("%(on)s已过去一年以上，不能再登记，请核对日期。") % {"on": on.isoformat()}, field="given_on")


def _kept(evidence: IO[bytes] | None, name: str, *, by: Actor, at: datetime) -> StoredFile | None:
    if evidence is None:
        return None
    try:
        return files.store(content=evidence, name=name, kind=Kind.ATTACHMENT, by=by, at=at)
    except DomainError as error:
        error.field = "evidence"
        raise


def _record(event: LessonEvent, lesson: ResearchLesson, *, by: Actor, at: datetime, **data: object) -> None:
    record(
        event, object_id=lesson.pk, object_label=lesson.title, person_id=lesson.enrolment.person_id, kind=lesson.kind,
        programme_id=lesson.enrolment.programme_id, unit_path=lesson.unit_path, by=by, at=at,
        data={"on": lesson.given_on.isoformat(), **data},
    )  # fmt: skip
