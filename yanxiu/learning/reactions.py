"""What learning does because of enrolments, results that assessment recorded, withdrawn cases, and decided inquiries."""

from yanxiu.catalogue.events import CaseEvent, CourseEvent
from yanxiu.catalogue.events import StudyEvent as Result
from yanxiu.catalogue.models import Course, CourseState
from yanxiu.integrity.events import InquiryEvent
from yanxiu.integrity.models import Decision
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.tasks import defer
from yanxiu.learning import actions, tasks
from yanxiu.learning.actions import signalling
from yanxiu.learning.events import PointEvent
from yanxiu.learning.models import CaseDraw
from yanxiu.programmes.events import ProgrammeEvent
from yanxiu.programmes.models import Enrolment, EnrolmentState, Programme, ProgrammeState
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to


@reacts_to(Result.TEST_PASSED, Result.HOMEWORK_ACCEPTED, Result.OBSERVATION_SUBMITTED)
def take_up(record: Record) -> None:
    """A result of assessment completes its step or case, and maybe the course."""
    actions.take_up(result=record, by=SYSTEM, at=record.at)


@reacts_to(CourseEvent.PUBLISHED)
def follow(record: Record) -> None:
    """A new version takes the old one's place in the lists of those who have not begun."""
    course = Course.objects.select_related("owner").filter(pk=int(record.object_id), state=CourseState.PUBLISHED).first()
    if course is not None and course.version > 1:
        actions.follow_version(course=course, by=SYSTEM, at=record.at)


@reacts_to(CaseEvent.WITHDRAWN)
def replace_withdrawn(record: Record) -> None:
    """Whoever had a withdrawn case before them is given another."""
    held = CaseDraw.objects.filter(case_id=int(record.object_id), voided_at__isnull=True, done_at__isnull=True)
    concerned = Programme.objects.filter(pk__in=held.values("enrolment__programme"), state=ProgrammeState.RUNNING).order_by("pk")
    for programme in concerned:
        actions.draw_cases(programme=programme, by=SYSTEM, at=record.at)


@reacts_to(ProgrammeEvent.ENROLLED)
def prepare(record: Record) -> None:
    """Whoever takes part finds the compulsory courses and the lesson cases in the own list."""
    enrolment = (
        Enrolment.objects.filter(programme_id=record.programme_id, person_id=record.person_id, state=EnrolmentState.ACTIVE)
        .select_related("programme")
        .first()
        if record.programme_id is not None and record.person_id is not None
        else None
    )
    if enrolment is not None:
        actions.push_compulsory(programme=enrolment.programme, only=enrolment, by=SYSTEM, at=record.at)
        actions.draw_cases(programme=enrolment.programme, only=enrolment, by=SYSTEM, at=record.at)


@reacts_to(InquiryEvent.DECIDED)
def withhold_hours(record: Record) -> None:
    """A decided inquiry named records that do not count: the only way by which hours are taken back for what signals showed."""
    signalling.withhold(decision=Decision.objects.get(inquiry_id=int(record.object_id)), by=SYSTEM, at=record.at)


@reacts_to(InquiryEvent.HEARD)
def give_hours_back(record: Record) -> None:
    """An appeal was heard: where it eased or lifted the decision, the records count again."""
    signalling.reinstate(decision=Decision.objects.get(inquiry_id=int(record.object_id)), by=SYSTEM, at=record.at)


@reacts_to(PointEvent.PACKAGE_ASKED)
def make_package(record: Record) -> None:
    """A course package was asked for: it is made in the background."""
    defer(tasks.make_package, lock=f"learning.make_package {record.object_id}", package_id=int(record.object_id))
