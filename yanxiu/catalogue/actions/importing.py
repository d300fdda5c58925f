"""Courses from files: look at what came, plan a course, and make it once somebody says yes; and one course as one file."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.catalogue import permissions, transport
from yanxiu.catalogue.actions import making, taking
from yanxiu.catalogue.actions.courses import CourseFacts
from yanxiu.catalogue.events import CourseEvent
from yanxiu.catalogue.models import Course, CourseImport, ImportState
from yanxiu.catalogue.transport import Facts, HeldFile, Plan, Refusal
from yanxiu.catalogue.transport.shape import read_plan, written
from yanxiu.files import actions as files
from yanxiu.files import queries as stored
from yanxiu.files.actions import Ahead
from yanxiu.files.actions.uploading import Sent
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.orgs.models import Org
from yanxiu.records.actions import record

MOST_FILES = 200
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
        known = _known(owner, bundle.sha256, by=by)
        if known is not None:
            return known
        with transport.opened(stored.path(bundle), name=bundle.name) as found:
            found.check_bytes()
            plan = taking.planned(found, held, by=by, at=at)
        return _keep(plan, held, owner=owner, digest=bundle.sha256, source=bundle.name, by=by, at=at)
    except BaseException:
        _let_go(held, at=at)
        raise
    finally:
        files.delete(file=bundle, by=SYSTEM, at=at)


def prepare_files(*, sent: Sequence[Sent | Ahead], owner: Org, by: Actor, at: datetime) -> CourseImport:
    """Look at several files and plan a draft of them: order and kind of every step, and why a file does not come.

    No course is made; the files wait seven days. The same files for the same unit are the same import. Raises NotPermitted; Invalid
    when no file can be used, with the reasons. Cost: the checks of every file, 5 queries a file.
    """
    permissions.check_can_draft(by, owner)
    held: list[HeldFile] = []
    try:
        plan = _with_files(Plan(origin="files"), sent, held, by=by, at=at)
        _check_has_steps(plan)
        digest = _digest(plan)
        known = _known(owner, digest, by=by)
        if known is not None:
            _let_go(held, at=at)
            return known
        source = _("%(name)s 等 %(n)s 个文件") % {"name": plan.files[0].name[:150], "n": len(plan.files)} if plan.files else _("课程提纲")
        return _keep(plan, held, owner=owner, digest=digest, source=source, by=by, at=at)
    except BaseException:
        _let_go(held, at=at)
        raise


def add_files(*, brought: CourseImport, sent: Sequence[Sent | Ahead], by: Actor, at: datetime) -> CourseImport:
    """Add files to an import that waits, and plan it anew; a new outline takes the place of the one before.

    Raises NotFound; Conflict when it waits no more; Invalid. Cost: as `prepare_files`.
    """
    permissions.check_can_import(by, brought)
    held: list[HeldFile] = []
    try:
        with transaction.atomic():
            brought = _waiting(brought)
            plan = read_plan(brought.plan)
            _check_takes_files(plan)
            brought.plan = written(_with_files(plan, sent, held, by=by, at=at))
            brought.save(update_fields=["plan"])
            return brought
    except BaseException:
        _let_go(held, at=at)
        raise


@transaction.atomic
def import_course(*, brought: CourseImport, facts: CourseFacts, by: Actor, at: datetime) -> Course:
    """Make the draft that was planned, for the unit it was planned for, with the rights of who says yes; all of it or nothing.

    A second yes gives the same course. Raises NotFound, NotPermitted; Conflict when it was given up; Invalid with the place.
    Cost: about 8 queries a step.
    """
    permissions.check_can_import(by, brought)
    permissions.check_can_draft(by, brought.owner)
    brought = _locked(brought)
    if brought.state == ImportState.DONE and brought.course is not None:
        return brought.course
    _check_waits(brought)
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
    brought = _locked(brought)
    if brought.state == ImportState.GIVEN_UP:
        return
    if brought.state == ImportState.DONE:
        _check_waits(brought)
    _let_all_go(read_plan(brought.plan), at=at)
    brought.state, brought.ended_at = ImportState.GIVEN_UP, at
    brought.save(update_fields=["state", "ended_at"])


def end_imports(*, by: Actor, at: datetime) -> int:
    """Let go of imports that nobody confirmed within seven days, with their files; return how many. Part of the nightly tasks."""
    permissions.check_can_sweep(by)
    ended = 0
    for brought in CourseImport.objects.filter(state=ImportState.WAITING, created_at__lt=at - WAITS).order_by("pk"):
        with transaction.atomic():
            waiting = _locked(brought)
            if waiting.state == ImportState.WAITING:
                _let_all_go(read_plan(waiting.plan), at=at)
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


def _let_all_go(plan: Plan, *, at: datetime) -> None:
    taking.let_go(plan.files, at=at)
    for bundle in StoredFile.objects.filter(pk=plan.bundle, deleted_at__isnull=True):
        files.delete(file=bundle, by=SYSTEM, at=at)


def _put_off(bundle: StoredFile, *, owner: Org, by: Actor, at: datetime) -> CourseImport:
    """Keep a large course file to be read in the background; what was brought before is the same import."""
    with transaction.atomic():
        known = _known(owner, bundle.sha256, by=by)
        if known is None:
            files.set_aside(file=bundle, by=by, at=at)
            plan = Plan(origin="course", bundle=bundle.pk)
            return _keep(plan, [], owner=owner, digest=bundle.sha256, source=bundle.name, by=by, at=at)
    files.delete(file=bundle, by=SYSTEM, at=at)
    return known


def _with_files(plan: Plan, sent: Sequence[Sent | Ahead], held: list[HeldFile], *, by: Actor, at: datetime) -> Plan:
    if len(plan.files) + len(sent) > MOST_FILES:
        raise Invalid(_("一次最多 %(most)s 个文件。请分成几门课。") % {"most": MOST_FILES}, field="uploads")
    came = taking.taken(sent, plan.files, held, by=by, at=at)
    all_files = (*plan.files, *held)
    rows = tuple(came.rows) if came.rows is not None else plan.rows
    made = transport.arrange(all_files, rows)
    names = {(one.name or "")[:150] for one in sent}
    unusable = (*(one for one in plan.unusable if one.what not in names), *came.refused)
    return msgspec.structs.replace(
        plan,
        facts=Facts(title=came.title or plan.facts.title),
        modules=tuple(made.modules),
        steps=tuple(made.steps),
        files=all_files,
        refused=(*unusable, *made.refused),
        unusable=unusable,
        notes=tuple(made.notes),
        rows=rows,
    )


def _known(owner: Org, digest: str, *, by: Actor) -> CourseImport | None:
    """Return the import of the same bytes that waits or became a course which is still there."""
    same = CourseImport.objects.filter(owner=owner, person_id=by.person_id, plan__digest=digest).select_related("owner", "course")
    found = same.exclude(state=ImportState.GIVEN_UP).order_by("-pk")
    return next((one for one in found if one.state == ImportState.WAITING or one.course is not None), None)


@transaction.atomic
def _keep(plan: Plan, held: Iterable[HeldFile], *, owner: Org, digest: str, source: str, by: Actor, at: datetime) -> CourseImport:
    # Two windows with the same file must not make two imports.
    sql.rows("SELECT pg_advisory_xact_lock(hashtext('catalogue.import'), %(id)s::int)", {"id": owner.pk % 2**31})
    known = _known(owner, digest, by=by)
    if known is not None:
        _let_go(held, at=at)
        return known
    plan = msgspec.structs.replace(plan, digest=digest)
    return CourseImport.objects.create(owner=owner, person_id=by.person_id, source=source[:200], plan=written(plan), created_at=at)


def _locked(brought: CourseImport) -> CourseImport:
    rows = CourseImport.objects.select_for_update(of=("self",), no_key=True).select_related("owner", "course__owner")
    return rows.get(pk=brought.pk)


def _waiting(brought: CourseImport) -> CourseImport:
    brought = _locked(brought)
    _check_waits(brought)
    return brought


def _check_waits(brought: CourseImport) -> None:
    if brought.state == ImportState.GIVEN_UP:
        raise Conflict(_("这次导入已经放弃了。要导入，请把文件再传一次。"))
    if brought.state == ImportState.DONE:
        raise Conflict(_("这次导入已经建成课程了。要改，请在编写页改。"))
    if read_plan(brought.plan).bundle:
        raise Conflict(_("课程文件还在检查，查完再建。"))


def _check_has_steps(plan: Plan) -> None:
    if not plan.steps:
        raise Invalid(_("这些文件里没有能做成环节的：%(why)s") % {"why": _reasons(plan.refused)}, field="uploads")


def _check_takes_files(plan: Plan) -> None:
    if plan.origin != "files":
        raise Conflict(_("课程文件是完整的一门，不能再添文件。建成草稿后在编写页添加环节。"))


def _digest(plan: Plan) -> str:
    lines = sorted(f"{one.name}\0{one.sha256}\n" for one in plan.files)
    return hashlib.sha256("".join([*lines, str(plan.rows)]).encode()).hexdigest()


def _let_go(held: Iterable[HeldFile], *, at: datetime) -> None:
    taking.let_go(held, at=at)


def _reasons(refused: Sequence[Refusal]) -> str:
    return "；".join(f"“{one.what}”{one.why.rstrip('。')}" for one in refused[:5]) + "。" if refused else _("没有收到文件。")
