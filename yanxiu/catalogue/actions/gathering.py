"""Several files for one course: put by as they come, so that nobody waits; `reading.read_course` looks at them in the background."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.catalogue import permissions
from yanxiu.catalogue.actions import holding, taking
from yanxiu.catalogue.models import CourseImport
from yanxiu.catalogue.transport import HeldFile, Plan, Refusal
from yanxiu.catalogue.transport.shape import read_plan, written
from yanxiu.files.actions import Ahead
from yanxiu.files.actions.uploading import Sent
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.orgs.models import Org

MOST_FILES = 200


def prepare_files(*, sent: Sequence[Sent | Ahead], owner: Org, by: Actor, at: datetime) -> CourseImport:
    """Put several files by for a draft of them; what they would make stands in the plan once they were read.

    No course is made; the files wait seven days. The same files for the same unit are the same import. Raises NotPermitted; Invalid
    when no file can be looked at, with the reasons. Cost: the time to write them, 3 queries a file.
    """
    permissions.check_can_draft(by, owner)
    coming: list[HeldFile] = []
    try:
        refused = _put_by(Plan(origin="files"), sent, coming, by=by, at=at)
        _check_some_came(coming, refused)
        plan = Plan(origin="files", coming=tuple(coming), total=len(coming), refused=refused, unusable=refused)
        source = _("%(name)s 等 %(n)s 个文件") % {"name": coming[0].name[:150], "n": len(coming)}
        return holding.keep(plan, coming, owner=owner, digest=holding.digest_of(coming), source=source, by=by, at=at)
    except BaseException:
        taking.let_go(coming, at=at)
        raise


def add_files(*, brought: CourseImport, sent: Sequence[Sent | Ahead], by: Actor, at: datetime) -> CourseImport:
    """Add files to an import that waits, to be read as those before; a new outline takes the place of the one before.

    Raises NotFound; Conflict when it waits no more or is being read; Invalid. Cost: as `prepare_files`.
    """
    permissions.check_can_import(by, brought)
    coming: list[HeldFile] = []
    try:
        with transaction.atomic():
            brought = holding.locked(brought)
            holding.check_waits(brought)
            plan = read_plan(brought.plan)
            _check_takes_files(plan)
            refused = _put_by(plan, sent, coming, by=by, at=at)
            changed = msgspec.structs.replace(
                plan,
                coming=tuple(coming),
                total=len(coming),
                refused=(*refused, *(one for one in plan.refused if one not in plan.unusable)),
                unusable=refused,
            )
            brought.plan = written(changed)
            brought.save(update_fields=["plan"])
            return brought
    except BaseException:
        taking.let_go(coming, at=at)
        raise


def _put_by(plan: Plan, sent: Sequence[Sent | Ahead], coming: list[HeldFile], *, by: Actor, at: datetime) -> tuple[Refusal, ...]:
    """Append what is to be looked at to `coming`; return what is unusable by its name or size, after what was before."""
    if len(plan.files) + len(sent) > MOST_FILES:
        raise Invalid(_("一次最多 %(most)s 个文件。请分成几门课。") % {"most": MOST_FILES}, field="uploads")
    names = {(one.name or "")[:150] for one in sent}
    refused = [one for one in plan.unusable if one.what not in names]
    for one in sent:
        try:
            coming.append(taking.put_by(one, by=by, at=at))
        except Invalid as error:
            refused.append(Refusal(what=(one.name or _("没有名字的文件"))[:150], why=error.message))
    return tuple(refused)


def _check_some_came(coming: Sequence[HeldFile], refused: Sequence[Refusal]) -> None:
    if not coming:
        raise Invalid(_("这些文件里没有能做成环节的：%(why)s") % {"why": _reasons(refused)}, field="uploads")


def _check_takes_files(plan: Plan) -> None:
    if plan.origin != "files":
        raise Conflict(_("课程文件是完整的一门，不能再添文件。建成草稿后在编写页添加环节。"))


def _reasons(refused: Sequence[Refusal]) -> str:
    return "；".join(f"“{one.what}”{one.why.rstrip('。')}" for one in refused[:5]) + "。" if refused else _("没有收到文件。")
