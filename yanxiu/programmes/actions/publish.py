"""From a plan text to a running programme: create, draft, publish, close."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.sql import save_or_raise
from yanxiu.kit.text import half_width, plain
from yanxiu.orgs.models import Org
from yanxiu.programmes import permissions
from yanxiu.programmes.events import ProgrammeEvent
from yanxiu.programmes.models import Draft, Enrolment, EnrolmentState, PlanVersion, Programme, ProgrammeState, Window
from yanxiu.programmes.plan.complaints import Complaint
from yanxiu.programmes.plan.windows import Window as ResolvedWindow
from yanxiu.programmes.queries.plans import Reading, reading_of
from yanxiu.programmes.queries.windows import boundaries_of
from yanxiu.records.actions import record, slice_programme

LaunchDates = Mapping[str, list[str | None]]


class ProgrammeExists(Conflict):
    """The code is taken."""

    code: ClassVar[str] = "programme_exists"


class PlanRefused(Invalid):
    """The plan has errors; `complaints` carries all findings with line and key."""

    code: ClassVar[str] = "plan_refused"

    def __init__(self, complaints: tuple[Complaint, ...]) -> None:
        errors = [complaint for complaint in complaints if complaint.severity == "error"]
        first = errors[0]
        place = f"第 {first.line} 行 {first.key}".rstrip() if first.line else first.key
        hint = f"，{first.hint}" if first.hint else ""
        super().__init__(f"没有发布：方案还有 {len(errors)} 处要改。第一处在{place}：{first.message}{hint}。")
        self.complaints = complaints


@transaction.atomic
def create_programme(*, owner: Org, code: str, title: str, by: Actor, at: datetime) -> Programme:
    """Create an empty programme of a unit. Raises NotPermitted, Invalid (no code or title), ProgrammeExists."""
    permissions.check_can_publish(by, owner.path)
    code, title = half_width(code), plain(title)
    if not code or len(code) > 60:
        raise Invalid("方案编号要填，最多 60 个字符，例如 sd-2026。", field="code")
    if not title or len(title) > 120:
        raise Invalid("方案名称要填，最多 120 字。", field="title")
    programme = Programme(code=code, title=title, owner=owner, owner_path=owner.path, created_at=at)
    taken = ProgrammeExists(f"方案编号 {code} 已经用过，请换一个，例如在后面加上年份。", field="code")
    save_or_raise(programme, {"programmes_programme_code_key": taken})
    record(
        ProgrammeEvent.CREATED, object_id=programme.pk, object_label=title, by=by, at=at, programme_id=programme.pk, unit_path=owner.path
    )
    return programme


@transaction.atomic
def begin_programme(*, owner: Org, code: str, title: str, source: str, by: Actor, at: datetime) -> Programme:
    """Create a programme and keep its first draft, both or neither. Raises what `create_programme` and `save_draft` raise."""
    programme = create_programme(owner=owner, code=code, title=title, by=by, at=at)
    save_draft(programme=programme, source=source, parameters={}, launch_dates={}, by=by, at=at)
    return programme


@transaction.atomic
def save_draft(
    *, programme: Programme, source: str, parameters: Mapping[str, int], launch_dates: LaunchDates, by: Actor, at: datetime
) -> Draft:
    """Keep the plan text being written, right or wrong. Raises NotPermitted, Conflict (programme closed), Invalid (too large)."""
    permissions.check_can_publish(by, programme.owner_path)
    programme = _locked(programme)
    if len(source.encode("utf-8")) > 256 * 1024:
        raise Invalid("方案原文超过 256 KB，没有存。方案里只写规则，名册和附件请另存。", field="source")
    draft, _ = Draft.objects.update_or_create(
        programme=programme,
        defaults={
            "source": source,
            "parameters": dict(parameters),
            "launch_dates": dict(launch_dates),
            "saved_at": at,
            "saved_by": by.person_id,
        },
    )
    record(
        ProgrammeEvent.DRAFTED, object_id=programme.pk, object_label=programme.title, by=by, at=at, programme_id=programme.pk,
        unit_path=programme.owner_path,
    )  # fmt: skip
    return draft


@transaction.atomic
def publish(
    *,
    programme: Programme,
    source: str,
    parameters: Mapping[str, int],
    launch_dates: LaunchDates | None = None,
    reason: str = "",
    move_participants: bool = False,
    by: Actor,
    at: datetime,
) -> PlanVersion:
    """Publish a version: check the plan, store it for ever, resolve its windows, cut the slices, and let the programme run.

    From the second version on a reason is needed. `move_participants` pins all active participants to it; else they keep theirs.
    Raises NotPermitted, PlanRefused, Invalid (no reason), Conflict (closed, or the same as the current version).
    """
    permissions.check_can_publish(by, programme.owner_path)
    programme = _locked(programme)
    reading = reading_of(source, parameters, launch_dates or {})
    if not reading.is_sound or reading.plan is None:
        raise PlanRefused(reading.complaints)
    version = _store(programme, source, parameters, launch_dates or {}, reason, by, at)
    _store_windows(version, reading)
    carried = _carry_unit_dates(programme.current_id, version)
    programme.current, programme.state = version, ProgrammeState.RUNNING
    programme.plan_key = reading.plan.programme.id
    programme.save(update_fields=["current", "state", "plan_key"])
    Draft.objects.filter(programme=programme).delete()
    record(
        ProgrammeEvent.PUBLISHED, object_id=version.pk, object_label=f"{programme.title} 第 {version.number} 版", by=by, at=at,
        programme_id=programme.pk, unit_path=programme.owner_path,
        data={"number": version.number, "sha256": version.sha256, "reason": version.reason, "unit_dates_carried": carried},
    )  # fmt: skip
    if move_participants:
        _move(programme, version, by=by, at=at)
    slice_programme(programme_id=programme.pk, boundaries=boundaries_of(programme.pk), by=by, at=at)
    return version


@transaction.atomic
def publish_draft(
    *, programme: Programme, seen_at: datetime, reason: str = "", move_participants: bool = False, by: Actor, at: datetime
) -> PlanVersion:
    """Publish the draft as it was seen. Raises what `publish` raises, and Conflict when there is none or it was saved since."""
    permissions.check_can_publish(by, programme.owner_path)
    _locked(programme)
    draft = Draft.objects.filter(programme=programme).first()
    if draft is None:
        raise Conflict("没有草稿可发布。先把方案存为草稿。")
    if draft.saved_at != seen_at:
        raise Conflict("草稿在您打开以后又有人存过，没有发布。请刷新，看过再发布。")
    return publish(
        programme=programme, source=draft.source, parameters=draft.parameters, launch_dates=draft.launch_dates, reason=reason,
        move_participants=move_participants, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def move_participants(*, version: PlanVersion, by: Actor, at: datetime) -> int:
    """Pin all active participants of a running programme to its current version; return how many moved.

    Raises NotPermitted, Conflict (closed, or the version is not the current one).
    """
    permissions.check_can_publish(by, version.programme.owner_path)
    programme = _locked(version.programme)
    if programme.current_id != version.pk:
        raise Conflict(f"第 {version.number} 版不是现行版，没有改动。请在现行版上操作。")
    return _move(programme, version, by=by, at=at)


@transaction.atomic
def close(*, programme: Programme, by: Actor, at: datetime) -> Programme:
    """End a programme: spaces and courses stay open, nothing more is published or enrolled (W-57).

    Raises NotPermitted, Conflict (a draft, or closed already).
    """
    permissions.check_can_close(by, programme)
    programme = _locked(programme)
    if programme.state == ProgrammeState.DRAFT:
        raise Conflict("这个方案还没有发布，不用结束。")
    programme.state, programme.closed_at = ProgrammeState.CLOSED, at
    programme.save(update_fields=["state", "closed_at"])
    record(
        ProgrammeEvent.CLOSED, object_id=programme.pk, object_label=programme.title, by=by, at=at, programme_id=programme.pk,
        unit_path=programme.owner_path,
    )  # fmt: skip
    return programme


def _locked(programme: Programme) -> Programme:
    found = Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    if found.state == ProgrammeState.CLOSED:
        raise Conflict("这个方案已经结束，不能再改。要继续，请新建下一年度的方案。")
    return found


def _store(
    programme: Programme, source: str, parameters: Mapping[str, int], launch_dates: LaunchDates, reason: str, by: Actor, at: datetime
) -> PlanVersion:
    last = PlanVersion.objects.filter(programme=programme).order_by("-number", "-pk").first()
    reason = plain(reason)
    if last is not None and not reason:
        raise Invalid(f"这是第 {last.number + 1} 版，请写明为什么改，参训教师会看到。", field="reason")
    if len(reason) > 300:
        raise Invalid(f"理由最多 300 字，现在 {len(reason)} 字。", field="reason")
    digest = _digest(source, parameters, launch_dates)
    if last is not None and last.pk == programme.current_id and last.sha256 == digest:
        raise Conflict(f"和现行的第 {last.number} 版完全一样，没有发布。改了内容再发布。")
    version = PlanVersion(
        programme=programme, number=last.number + 1 if last else 1, source=source, parameters=dict(parameters),
        launch_dates=dict(launch_dates), sha256=digest, reason=reason, published_at=at, published_by=by.person_id,
    )  # fmt: skip
    save_or_raise(version, {"programmes_version_number_once": Conflict("同一时间有人也在发布，没有发布。请刷新后再试。")})
    return version


def _digest(source: str, parameters: Mapping[str, int], launch_dates: LaunchDates) -> str:
    whole = json.dumps({"source": source, "parameters": dict(parameters), "launch_dates": dict(launch_dates)}, sort_keys=True)
    return hashlib.sha256(whole.encode("utf-8")).hexdigest()


def _store_windows(version: PlanVersion, reading: Reading) -> None:
    narrowed = {phase.id for phase in reading.plan.phases if phase.unit_dates_within} if reading.plan else set()
    Window.objects.bulk_create(
        _official(version, number, window, may_narrow=window.id in narrowed) for number, window in enumerate(reading.windows)
    )


def _official(version: PlanVersion, number: int, window: ResolvedWindow, *, may_narrow: bool) -> Window:
    return Window(
        version=version, number=number, key=window.id, label=window.label, starts_at=window.starts_at, ends_at=window.ends_at,
        locks_at=window.lock, cutoff_at=window.cutoff, for_roles=list(window.for_roles), except_roles=list(window.not_for),
        opens=list(window.do), unit_may_narrow=may_narrow,
    )  # fmt: skip


def _carry_unit_dates(previous_id: int | None, version: PlanVersion) -> int:
    """Take units' own dates over to the new version where they still lie inside the official window."""
    if previous_id is None:
        return 0
    official = {row.key: row for row in Window.objects.filter(version=version, unit__isnull=True, unit_may_narrow=True)}
    kept = []
    for row in Window.objects.filter(version_id=previous_id, unit__isnull=False, key__in=official).order_by("pk"):
        frame = official[row.key]
        if row.starts_at is None or row.ends_at is None:
            continue
        if (frame.starts_at or row.starts_at) <= row.starts_at and row.ends_at <= (frame.ends_at or row.ends_at):
            row.pk, row.version, row.number, row.label = None, version, frame.number, frame.label
            kept.append(row)
    return len(Window.objects.bulk_create(kept))


def _move(programme: Programme, version: PlanVersion, *, by: Actor, at: datetime) -> int:
    moved = Enrolment.objects.filter(programme=programme, state=EnrolmentState.ACTIVE).exclude(version=version).update(version=version)
    record(
        ProgrammeEvent.MOVED, object_id=version.pk, object_label=f"{programme.title} 第 {version.number} 版", by=by, at=at,
        programme_id=programme.pk, unit_path=programme.owner_path, data={"participants": moved},
    )  # fmt: skip
    return moved
