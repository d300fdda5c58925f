"""The inside of imports: the same bytes are one import, one is locked while it changes, and its files go with it."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.catalogue.actions import taking
from yanxiu.catalogue.models import CourseImport, ImportState
from yanxiu.catalogue.transport import HeldFile, Plan
from yanxiu.catalogue.transport.shape import read_plan, written
from yanxiu.files import actions as files
from yanxiu.files.models import StoredFile
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict
from yanxiu.orgs.models import Org


def digest_of(held: Iterable[HeldFile]) -> str:
    """Return what tells files of the same names and bytes from any others."""
    return hashlib.sha256("".join(sorted(f"{one.name}\0{one.sha256}\n" for one in held)).encode()).hexdigest()


def known(owner: Org, digest: str, *, by: Actor) -> CourseImport | None:
    """Return the import of the same bytes that waits or became a course which is still there."""
    same = CourseImport.objects.filter(owner=owner, person_id=by.person_id, plan__digest=digest).select_related("owner", "course")
    found = same.exclude(state=ImportState.GIVEN_UP).order_by("-pk")
    return next((one for one in found if one.state == ImportState.WAITING or one.course is not None), None)


@transaction.atomic
def keep(plan: Plan, held: Iterable[HeldFile], *, owner: Org, digest: str, source: str, by: Actor, at: datetime) -> CourseImport:
    """Keep the plan as an import that waits, unless the same one stands already; then its files go."""
    # Two windows with the same file must not make two imports.
    sql.rows("SELECT pg_advisory_xact_lock(hashtext('catalogue.import'), %(id)s::int)", {"id": owner.pk % 2**31})
    found = known(owner, digest, by=by)
    if found is not None:
        kept = read_plan(found.plan)
        theirs = {one.file_id for one in (*kept.files, *kept.coming)}  # what came ahead of a form may have come for both
        taking.let_go([one for one in held if one.file_id not in theirs], at=at)
        return found
    plan = msgspec.structs.replace(plan, digest=digest)
    return CourseImport.objects.create(owner=owner, person_id=by.person_id, source=source[:200], plan=written(plan), created_at=at)


def locked(brought: CourseImport) -> CourseImport:
    """Return the import with its row locked, its unit and its course beside it."""
    rows = CourseImport.objects.select_for_update(of=("self",), no_key=True).select_related("owner", "course__owner")
    return rows.get(pk=brought.pk)


def check_waits(brought: CourseImport) -> None:
    """Raise Conflict, in words, unless the import waits and nothing of it is still looked at."""
    if brought.state == ImportState.GIVEN_UP:
        raise Conflict(_("这次导入已经放弃了。要导入，请把文件再传一次。"))
    if brought.state == ImportState.DONE:
        raise Conflict(_("这次导入已经建成课程了。要改，请在编写页改。"))
    if read_plan(brought.plan).is_being_read:
        raise Conflict(_("文件还在检查，查完再建。"))


def let_all_go(plan: Plan, *, at: datetime) -> None:
    """Delete all files of an import that does not come about."""
    taking.let_go([*plan.files, *plan.coming], at=at)
    for bundle in StoredFile.objects.filter(pk=plan.bundle, deleted_at__isnull=True):
        files.delete(file=bundle, by=SYSTEM, at=at)
