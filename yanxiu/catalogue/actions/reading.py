"""Large course files and loose files are read in the background: each checked and stored, then the plan stands on the page that waits."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.catalogue import permissions, transport
from yanxiu.catalogue.actions import taking
from yanxiu.catalogue.models import CourseImport, ImportState
from yanxiu.catalogue.transport import HeldFile, Plan
from yanxiu.catalogue.transport.shape import Facts, read_plan, written
from yanxiu.files import queries as stored
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Invalid


def read_course(*, brought: CourseImport, by: Actor, at: datetime) -> bool:
    """Read the files of an import that waits for it; return whether there were any. For the system; safe to repeat.

    What is used is stored as whose import it is. When nothing can be used the import ends with the reason and its files go. Cost: the
    checks of every file, 6 queries each.
    """
    permissions.check_can_sweep(by)
    plan = read_plan(brought.plan)
    if brought.state != ImportState.WAITING or not plan.is_being_read:
        return False
    held: list[HeldFile] = []
    try:
        made = _planned(brought, plan, held, at=at) if plan.bundle else _arranged(brought, plan, held, at=at)
    except Invalid as error:
        made = msgspec.structs.replace(plan, bundle=0, coming=(), broken=error.message[:1_000])
    except BaseException:
        taking.let_go(held, at=at)
        raise
    is_kept = _kept(brought, made, at=at)
    if not is_kept or made.broken:
        taking.let_go(held, at=at)
    used = {one.file_id for one in (*plan.files, *held)}
    done = [one for one in plan.coming if one.file_id not in used]
    taking.let_go([*done, HeldFile(file_id=plan.bundle, name="", kind="")], at=at)
    return True


def _planned(brought: CourseImport, plan: Plan, held: list[HeldFile], *, at: datetime) -> Plan:
    """Read a course file. Raises Invalid when it cannot be used."""
    bundle = StoredFile.objects.filter(pk=plan.bundle, deleted_at__isnull=True).first()
    if bundle is None:
        raise Invalid(_("课程文件已经不在了。请再传一次。"))
    with transport.opened(stored.path(bundle), name=bundle.name) as found:
        told = _teller(brought, plan, len(found.file.files))
        found.check_bytes()
        made = taking.planned(found, held, owner=brought.owner, by=_owner(brought), at=at, told=told)
    return msgspec.structs.replace(made, digest=plan.digest)


def _arranged(brought: CourseImport, plan: Plan, held: list[HeldFile], *, at: datetime) -> Plan:
    """Read loose files, and plan the steps of all that are held anew."""
    came = taking.taken(plan.coming, plan.files, held, by=_owner(brought), at=at, told=_teller(brought, plan, len(plan.coming)))
    all_files = (*plan.files, *held)
    rows = tuple(came.rows) if came.rows is not None else plan.rows
    made = transport.arrange(all_files, rows)
    unusable = (*plan.unusable, *came.refused)
    has_steps = bool(made.steps or plan.steps)
    return msgspec.structs.replace(
        plan,
        facts=Facts(title=came.title or plan.facts.title),
        modules=tuple(made.modules),
        steps=tuple(made.steps),
        files=all_files if has_steps else (),
        coming=(),
        read=0,
        total=0,
        refused=(*unusable, *made.refused),
        unusable=unusable,
        notes=tuple(made.notes),
        rows=rows,
        broken="" if has_steps else _("每一个的原因写在下面。改好以后，重新选文件。"),
    )


def _owner(brought: CourseImport) -> Actor:
    return Actor(person_id=brought.person_id, label="")


def _teller(brought: CourseImport, plan: Plan, total: int) -> Callable[[int], None]:
    """Return what writes into the plan how many of `total` files were looked at; it says 0 at once."""

    def told(count: int) -> None:
        now = msgspec.structs.replace(plan, read=count, total=total)
        CourseImport.objects.filter(pk=brought.pk, state=ImportState.WAITING).update(plan=written(now))

    told(0)
    return told


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
