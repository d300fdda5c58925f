"""Imports of courses: look at a course file, make what is planned once somebody says yes, or let go; and one course as one file."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from yanxiu.catalogue import permissions, transport
from yanxiu.catalogue.actions import holding, making, taking
from yanxiu.catalogue.actions.courses import CourseFacts
from yanxiu.catalogue.events import CourseEvent
from yanxiu.catalogue.models import Course, CourseImport, ImportState
from yanxiu.catalogue.transport import HeldFile, Plan
from yanxiu.catalogue.transport.shape import read_plan
from yanxiu.files import actions as files
from yanxiu.files import queries as stored
from yanxiu.files.actions import Ahead
from yanxiu.files.actions.uploading import Sent
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.orgs.models import Org
from yanxiu.records.actions import record

WAITS = timedelta(days=7)
AT_ONCE_BYTES = 64 * 1024 * 1024


def export_course(*, course: Course, by: Actor, at: datetime) -> Iterator[bytes]:
    """Return the course as the bytes of one file (`catalogue.transport`), with its answers; that it left is on record.

    Raises NotFound, NotPermitted; Conflict, naming the step, when a file is gone. Cost: 6 queries before the first byte.
    """
    permissions.check_can_correct(by, course)
    packed = transport.pack(course, at=at)
    facts = {"steps": len(packed.file.steps), "files": len(packed.members), "bytes": packed.size_bytes}
    with transaction.atomic():
        record(CourseEvent.EXPORTED, object_id=course.pk, object_label=course.title, unit_path=course.owner.path, by=by, at=at, data=facts)
    return transport.write(packed, at=at)


def prepare_course(*, sent: Sent | Ahead, owner: Org, by: Actor, at: datetime) -> CourseImport:
    """Look at a course file and plan the draft it would become; no course is made, and nothing of a refused file is kept.

    Its files are stored as if they were uploaded, and wait seven days. The same file for the same unit is the same import. A file of
    more than 64 MB is read in the background (`reading.read_course`), its plan is empty until then.
    Raises NotPermitted; BadCourseFile, Unusable (422) with what is wrong. Cost: the checks of every file, 5 queries a file.
    """
    permissions.check_can_draft(by, owner)
    bundle = files.receive(sent=sent, kind=Kind.BUNDLE, by=by, at=at)
    if bundle.size_bytes > AT_ONCE_BYTES:
        return _put_off(bundle, owner=owner, by=by, at=at)
    held: list[HeldFile] = []
    try:
        known = holding.known(owner, bundle.sha256, by=by)
        if known is not None:
            return known
        with transport.opened(stored.path(bundle), name=bundle.name) as found:
            found.check_bytes()
            plan = taking.planned(found, held, owner=owner, by=by, at=at)
        return holding.keep(plan, held, owner=owner, digest=bundle.sha256, source=bundle.name, by=by, at=at)
    except BaseException:
        taking.let_go(held, at=at)
        raise
    finally:
        files.delete(file=bundle, by=SYSTEM, at=at)


@transaction.atomic
def import_course(*, brought: CourseImport, facts: CourseFacts, by: Actor, at: datetime) -> Course:
    """Make the draft that was planned, for the unit it was planned for, with the rights of who says yes; all of it or nothing.

    A second yes gives the same course. Raises NotFound, NotPermitted; Conflict when it was given up; Invalid with the place.
    Cost: about 8 queries a step.
    """
    permissions.check_can_import(by, brought)
    permissions.check_can_draft(by, brought.owner)
    brought = holding.locked(brought)
    if brought.state == ImportState.DONE and brought.course is not None:
        return brought.course
    holding.check_waits(brought)
    plan = read_plan(brought.plan)
    course = making.made(plan, facts, owner=brought.owner, by=by, at=at)
    brought.state, brought.course, brought.ended_at = ImportState.DONE, course, at
    brought.save(update_fields=["state", "course", "ended_at"])
    data = {"from": plan.origin, "steps": len(plan.steps), "refused": len(plan.refused), "source": brought.source}
    record(CourseEvent.IMPORTED, object_id=course.pk, object_label=course.title, unit_path=course.owner.path, by=by, at=at, data=data)
    return course


@transaction.atomic
def give_up_import(*, brought: CourseImport, by: Actor, at: datetime) -> None:
    """Forget an import that waits; its files go at once. Twice is no error. Raises NotFound; Conflict when it is a course already."""
    permissions.check_can_import(by, brought)
    brought = holding.locked(brought)
    if brought.state == ImportState.GIVEN_UP:
        return
    if brought.state == ImportState.DONE:
        holding.check_waits(brought)
    holding.let_all_go(read_plan(brought.plan), at=at)
    brought.state, brought.ended_at = ImportState.GIVEN_UP, at
    brought.save(update_fields=["state", "ended_at"])


def end_imports(*, by: Actor, at: datetime) -> int:
    """Let go of imports that nobody confirmed within seven days, with their files; return how many. Part of the nightly tasks."""
    permissions.check_can_sweep(by)
    ended = 0
    for brought in CourseImport.objects.filter(state=ImportState.WAITING, created_at__lt=at - WAITS).order_by("pk"):
        with transaction.atomic():
            waiting = holding.locked(brought)
            if waiting.state == ImportState.WAITING:
                holding.let_all_go(read_plan(waiting.plan), at=at)
                waiting.state, waiting.ended_at = ImportState.GIVEN_UP, at
                waiting.save(update_fields=["state", "ended_at"])
                ended += 1
    return ended


def waits_until(brought: CourseImport) -> datetime:
    """Return when an import that nobody confirms is let go of."""
    return brought.created_at + WAITS


def is_over(brought: CourseImport, *, at: datetime) -> bool:
    """Tell whether nobody confirmed the import in time: its files are gone, or go tonight."""
    ended = brought.ended_at if brought.state == ImportState.GIVEN_UP else at if brought.state == ImportState.WAITING else None
    return ended is not None and waits_until(brought) < ended


def _put_off(bundle: StoredFile, *, owner: Org, by: Actor, at: datetime) -> CourseImport:
    """Keep a large course file to be read in the background; what was brought before is the same import."""
    with transaction.atomic():
        known = holding.known(owner, bundle.sha256, by=by)
        if known is None:
            files.set_aside(file=bundle, by=by, at=at)
            plan = Plan(origin="course", bundle=bundle.pk)
            return holding.keep(plan, [], owner=owner, digest=bundle.sha256, source=bundle.name, by=by, at=at)
    files.delete(file=bundle, by=SYSTEM, at=at)
    return known
