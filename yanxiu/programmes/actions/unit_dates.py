"""A unit's own study dates inside the official window (W-02)."""

from datetime import date, datetime

from django.db import transaction

from yanxiu.kit.actor import Actor
from yanxiu.kit.clock import day, end_of, start_of
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.orgs.models import Org
from yanxiu.programmes import permissions
from yanxiu.programmes.events import ProgrammeEvent
from yanxiu.programmes.models import Programme, ProgrammeState, Window
from yanxiu.programmes.queries.windows import moment_words
from yanxiu.records.actions import record


@transaction.atomic
def set_unit_dates(
    *, programme: Programme, unit: Org, key: str, starts_on: date | None, ends_on: date | None, by: Actor, at: datetime
) -> Window | None:
    """Set the days, both inclusive, in which a unit studies; both None goes back to the official ones and returns None.

    Raises NotPermitted, NotFound (programme out of scope), Conflict (not running, or the window is not for units to narrow),
    Invalid (order, outside the official window).
    """
    permissions.check_can_set_unit_dates(by, programme, unit.path)
    programme = Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    if programme.state != ProgrammeState.RUNNING:
        raise Conflict("方案不在进行中，不能自定研修起止时间。")
    if not unit.path.startswith(programme.owner_path):
        raise Conflict(f"{unit.name}不在这个方案的范围里，不能自定时间。")
    official = _official(programme, key)
    found = Window.objects.filter(version_id=programme.current_id, key=key, unit=unit)
    if starts_on is None and ends_on is None:
        found.delete()
        window = None
    else:
        starts_at, ends_at = _checked(official, starts_on, ends_on, at)
        window, _ = Window.objects.update_or_create(
            version_id=programme.current_id, key=key, unit=unit,
            defaults={
                "unit_path": unit.path, "label": official.label, "number": official.number, "starts_at": starts_at, "ends_at": ends_at,
            },
        )  # fmt: skip
    record(
        ProgrammeEvent.DATED, object_id=official.pk, object_label=f"{unit.name} {official.label}", by=by, at=at,
        programme_id=programme.pk, unit_path=unit.path, kind=key, data={"unit": unit.pk, "from": starts_on, "to": ends_on},
    )  # fmt: skip
    return window


def _official(programme: Programme, key: str) -> Window:
    window = Window.objects.filter(version_id=programme.current_id, key=key, unit__isnull=True).first()
    if window is None:
        raise Conflict("现行方案里没有这个时间窗口。请刷新后再选。")
    if not window.unit_may_narrow:
        raise Conflict(f"{window.label}按规定时间执行，不由单位自定。")
    return window


def _checked(official: Window, starts_on: date | None, ends_on: date | None, at: datetime) -> tuple[datetime, datetime]:
    if starts_on is None:
        raise Invalid("请填开始日期。", field="starts_on")
    if ends_on is None:
        raise Invalid("请填结束日期。", field="ends_on")
    if ends_on < starts_on:
        raise Invalid(f"结束 {ends_on} 早于开始 {starts_on}，请改其中一个。", field="ends_on")
    starts_at, ends_at = start_of(starts_on), end_of(ends_on)
    if official.starts_at is not None and starts_at < official.starts_at:
        raise Invalid(f"开始 {starts_on} 早于规定的 {day(official.starts_at)}，请改到当天或以后。", field="starts_on")
    if official.ends_at is not None and ends_at > official.ends_at:
        limit = moment_words(official.ends_at, at=at, is_end=True)
        raise Invalid(f"结束 {ends_on} 晚于规定的 {limit}，请改到当天或以前。", field="ends_on")
    return starts_at, ends_at
