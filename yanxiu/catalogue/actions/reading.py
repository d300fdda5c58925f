"""Large course files are read in the background: every member checked and stored, then the plan stands on the page that waits for it."""

from datetime import datetime

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.catalogue import permissions, transport
from yanxiu.catalogue.actions import taking
from yanxiu.catalogue.models import CourseImport, ImportState
from yanxiu.catalogue.transport import HeldFile, Plan
from yanxiu.catalogue.transport.shape import read_plan, written
from yanxiu.files import actions as files
from yanxiu.files import queries as stored
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Invalid


def read_course(*, brought: CourseImport, by: Actor, at: datetime) -> bool:
    """Read the course file of an import that waits for it; return whether there was one. For the system; safe to repeat.

    The members are stored as whose import it is. What cannot be used ends the import with the reason, its files go. Cost: the checks of
    every member, 6 queries each.
    """
    permissions.check_can_sweep(by)
    plan = read_plan(brought.plan)
    bundle = StoredFile.objects.filter(pk=plan.bundle, deleted_at__isnull=True).first()
    if brought.state != ImportState.WAITING or not plan.bundle:
        return False
    held: list[HeldFile] = []
    try:
        made = _planned(brought, plan, bundle, held, at=at)
    except Invalid as error:
        taking.let_go(held, at=at)
        made = msgspec.structs.replace(plan, bundle=0, broken=error.message[:1_000])
    except BaseException:
        taking.let_go(held, at=at)
        raise
    if not _kept(brought, made, at=at):
        taking.let_go(held, at=at)
    if bundle is not None:
        files.delete(file=bundle, by=SYSTEM, at=at)
    return True


def _planned(brought: CourseImport, plan: Plan, bundle: StoredFile | None, held: list[HeldFile], *, at: datetime) -> Plan:
    if bundle is None:
        raise Invalid(_("课程文件已经不在了。请再传一次。"))
    owner = Actor(person_id=brought.person_id, label="")
    with transport.opened(stored.path(bundle), name=bundle.name) as found:
        total = len(found.file.files)
        found.check_bytes()

        def told(count: int) -> None:
            now = msgspec.structs.replace(plan, read=count, total=total)
            CourseImport.objects.filter(pk=brought.pk, state=ImportState.WAITING).update(plan=written(now))

        told(0)
        made = taking.planned(found, held, by=owner, at=at, told=told)
    return msgspec.structs.replace(made, digest=plan.digest)


@transaction.atomic
def _kept(brought: CourseImport, made: Plan, *, at: datetime) -> bool:
    """Write the plan unless the import was given up meanwhile; one that came to nothing ends."""
    row = CourseImport.objects.select_for_update(of=("self",), no_key=True).get(pk=brought.pk)
    if row.state != ImportState.WAITING:
        return False
    row.plan = written(made)
    if made.broken:
        row.state, row.ended_at = ImportState.GIVEN_UP, at
    row.save(update_fields=["plan", "state", "ended_at"])
    return True
