"""Course packages: taking one in, putting it into a course, sweeping what a crash left."""

import shutil
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.catalogue import content, permissions
from yanxiu.catalogue.actions.steps import add_step, replace_step
from yanxiu.catalogue.events import PackageEvent
from yanxiu.catalogue.models import Course, Module, Package, Step
from yanxiu.catalogue.packages import reading
from yanxiu.catalogue.packages.reading import Read
from yanxiu.files import actions as files
from yanxiu.files import packages as folders
from yanxiu.files import queries as stored
from yanxiu.files.actions.uploading import Ahead, Sent, receive
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import DomainError, Invalid
from yanxiu.records.actions import record

ORPHAN_AGE = timedelta(days=1)


def import_package(*, course: Course, sent: Sent | Ahead, by: Actor, at: datetime) -> Package:
    """Take a package in for the unit of a course: check, unpack and understand it. Nothing of a refused one is left.

    Raises NotPermitted; Invalid (422) with what is wrong, where, and how to mend it; Conflict when the disk is nearly full.
    Cost: a child process, at most two minutes, and 6 queries.
    """
    permissions.check_can_correct(by, course)
    try:
        file = receive(sent=sent, kind=Kind.PACKAGE, by=by, at=at)
    except Invalid as error:
        raise Invalid(_named(sent.name or "", error.message), field="package") from error
    try:
        with reading.read(stored.path(file), stored.folder(), title=file.name.rpartition(".")[0]) as found:
            return _keep(course, file, found, by=by, at=at)
    except BaseException as error:
        files.delete(file=file, by=SYSTEM, at=at)
        if isinstance(error, DomainError):
            raise Invalid(_named(file.name, error.message), field="package") from error
        raise


@transaction.atomic
def place_package(
    *, course: Course, package: Package, title: str, rule: content.Package, step: Step | None = None, module: Module | None = None,
    by: Actor, at: datetime,
) -> Step:  # fmt: skip
    """Put a package into a draft as a step of its own, or into `step` instead of what was there.

    Raises NotPermitted, NotFound, Locked; Invalid with the field. Cost: 8 queries.
    """
    permissions.check_can_correct(by, course)
    permissions.check_can_see_package(by, package)
    if package.edition == "web" and rule.counts != "opened":
        raise Invalid(_("网页课件不会报告学完或成绩，只能按打开的时长算。请选“打开够时长”。"), field="counts")
    if step is not None:
        return replace_step(step=step, title=title, content=rule, by=by, at=at)
    return add_step(course=course, title=title, content=rule, module=module, by=by, at=at)


def sweep_packages(*, by: Actor, at: datetime) -> int:
    """Remove folders older than a day that no package owns (a crash between the two); return how many. Part of the nightly tasks."""
    permissions.check_can_sweep(by)
    folder, before = stored.folder(), (at - ORPHAN_AGE).timestamp()
    old = [name for name, changed in folders.stored(folder) if changed < before]
    owned = set(Package.objects.filter(storage_name__in=old).values_list("storage_name", flat=True))
    orphans = [name for name in old if name not in owned]
    for name in orphans:
        folders.remove(folder, name)
    left = [place for place, changed in folders.left_behind(folder) if changed < before]
    for place in left:
        shutil.rmtree(place, ignore_errors=True)
    return len(orphans) + len(left)


def _named(name: str, message: str) -> str:
    """Say which file is meant, where the sentence does not."""
    return message if name in message else f"“{name}”：{message}"


def _keep(course: Course, file: StoredFile, found: Read, *, by: Actor, at: datetime) -> Package:
    """Move the files into place, then write the row; without a row the files go again."""
    storage_name = reading.keep(found, stored.folder())
    try:
        return _keep_row(course, file, found, storage_name, by=by, at=at)
    except BaseException:
        folders.remove(stored.folder(), storage_name)
        raise


@transaction.atomic
def _keep_row(course: Course, file: StoredFile, found: Read, storage_name: str, *, by: Actor, at: datetime) -> Package:
    package = Package.objects.create(
        file=file,
        owner=course.owner,
        title=found.manifest.title,
        edition=found.manifest.edition,
        manifest=reading.written(found.manifest),
        storage_name=storage_name,
        file_count=len(found.listing.parts),
        size_bytes=found.size_bytes,
        encoding=found.listing.encoding,
        uploaded_by=by.person_id,
        uploaded_at=at,
    )
    facts = {"course": course.pk, "edition": package.edition, "files": package.file_count, "bytes": package.size_bytes}
    record(PackageEvent.IMPORTED, object_id=package.pk, object_label=package.title, unit_path=course.owner.path, by=by, at=at, data=facts)
    return package
