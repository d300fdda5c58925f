"""A day's study, judged against the limits and put into sentences that name a circumstance and never a fault."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from yanxiu.integrity.actions import Noticed
from yanxiu.integrity.models import SignalKind, Strength
from yanxiu.kit import clock, sql
from yanxiu.kit.components.wording import length
from yanxiu.learning import rules
from yanxiu.learning.signals import limits, statements

Row = Mapping[str, Any]
Judged = tuple[Strength, tuple[str, ...]]


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _shared_device(row: Row) -> Judged:
    at = limits.SHARED_DEVICE
    lines = [f"同一台设备当天有 {row['people']} 位教师登录学习，这个账号用了 {row['runs']} 段，来回切换 {row['returns']} 次"]
    if row["quick"]:
        lines.append(f"{row['switches']} 次换人中，{row['quick']} 次间隔不到 {at.quick_seconds // 60} 分钟")
    if row["overlap"]:
        lines.append(f"与别的账号在同一设备、同一地址上同时播放，合计 {length(row['overlap'])}")
    if row["people"] > at.most_people:
        return Strength.REMARK, (*lines, "人数多，很可能是机房统一还原的系统，一个设备码对应很多台机器")
    lines.append("机房统一还原的系统也会这样，可以先问学校")
    if row["overlap"] >= at.strong_overlap_seconds:
        return Strength.STRONG, tuple(lines)
    is_quick = _share(row["quick"], row["switches"]) >= at.quick_share
    is_notable = row["runs"] >= at.notable_runs and row["returns"] >= at.notable_returns and is_quick
    return (Strength.NOTABLE if is_notable else Strength.REMARK), tuple(lines)


def _steady_rhythm(row: Row) -> Judged:
    at = limits.STEADY_RHYTHM
    lines, strength = [], Strength.REMARK
    if row["hours"] >= at.remark_hours and row["variation"] <= at.remark_variation:
        lines.append(
            f"当天连续播放合计 {row['hours']:.1f} 小时，{row['beats']} 次上报的间隔相差不到 {max(row['variation'] * 100, 0.1):.1f}%"
        )
        if row["hours"] >= at.notable_hours and row["variation"] <= at.notable_variation:
            strength = Strength.NOTABLE
    if row["answers_alike"]:
        lines.append(f"“还在看吗”应答 {row['answers']} 次，每次都正好等了 {row['waited']} 秒")
        strength = Strength.NOTABLE
    return strength, tuple(lines)


def _far_networks(row: Row) -> Judged:
    is_notable = row["switches"] >= limits.FAR_NETWORKS.notable_switches
    lines = (
        f"两分钟以内换了设备又换了网络，当天 {row['switches']} 次，共 {row['networks']} 个网络",
        "只看得出是不同的网络，看不出在哪里；手机流量和学校网络交替使用也会这样",
    )
    return (Strength.NOTABLE if is_notable else Strength.REMARK), lines


def _hidden_page(row: Row) -> Judged:
    at = limits.HIDDEN_PAGE
    lines = [f"播放时页面在后台 {length(row['seconds'])}，占 {int(row['share'] * 100)}%", "只听不看、在另一个窗口记笔记也会这样"]
    is_long = row["seconds"] >= at.notable_hours * 3600 and row["share"] >= at.notable_share
    is_missed = row["missed"] >= at.notable_missed and _share(row["missed"], row["asked"]) >= at.notable_missed_share
    if row["asked"]:
        lines.append(f"其间问“还在看吗” {row['asked']} 次，{row['missed']} 次没有应答")
    return (Strength.NOTABLE if is_long and is_missed else Strength.REMARK), tuple(lines)


def _missed_prompts(row: Row) -> Judged:
    at = limits.MISSED_PROMPTS
    is_notable = row["missed"] >= at.notable_missed and _share(row["missed"], row["asked"]) >= at.notable_share
    line = f"问“还在看吗” {row['asked']} 次，{row['missed']} 次没有应答"
    return (Strength.NOTABLE if is_notable else Strength.REMARK), (line, "没有应答的地方已经停播，没有多计时间")


def _least_time(row: Row) -> Judged:
    at = limits.LEAST_TIME
    is_notable = row["least"] >= at.notable_films and _share(row["least"], row["films"]) >= at.notable_share
    lines = (
        f"当天看完 {row['films']} 段视频，{row['least']} 段在达到最低时长后 {at.within_seconds} 秒以内离开",
        "时长都真实够了；片尾不看也会这样",
    )
    return (Strength.NOTABLE if is_notable else Strength.REMARK), lines


_KINDS: tuple[tuple[SignalKind, str, Any, Callable[[Row], Judged]], ...] = (
    (SignalKind.SHARED_DEVICE, statements.SHARED_DEVICE, limits.SHARED_DEVICE, _shared_device),
    (SignalKind.STEADY_RHYTHM, statements.STEADY_RHYTHM, limits.STEADY_RHYTHM, _steady_rhythm),
    (SignalKind.FAR_NETWORKS, statements.FAR_NETWORKS, limits.FAR_NETWORKS, _far_networks),
    (SignalKind.HIDDEN_PAGE, statements.HIDDEN_PAGE, limits.HIDDEN_PAGE, _hidden_page),
    (SignalKind.MISSED_PROMPTS, statements.MISSED_PROMPTS, limits.MISSED_PROMPTS, _missed_prompts),
    (SignalKind.LEAST_TIME, statements.LEAST_TIME, limits.LEAST_TIME, _least_time),
)


def noticed_on(day: date) -> list[Noticed]:
    """Return what is noticed of a Shanghai day, with figures and stretches. Cost: 7 queries, whatever the number of people."""
    span: dict[str, object] = {"from": clock.start_of(day), "to": clock.end_of(day), "needed": rules.SHARE}
    found = [
        (kind, row, judge(row)) for kind, text, given, judge in _KINDS for row in sql.rows(text, {**span, **asdict(given)})
    ]  # fmt: skip
    if not found:
        return []
    people = sorted({row["person_id"] for _, row, _ in found})
    devices = sorted({row["device"] for kind, row, _ in found if kind == SignalKind.SHARED_DEVICE})
    stretches = sql.rows(statements.STRETCHES, {**span, "people": people, "devices": devices})
    return [_whole(kind, row, judged, stretches, day) for kind, row, judged in found]


def _whole(kind: SignalKind, row: Row, judged: Judged, stretches: Sequence[Row], day: date) -> Noticed:
    person = row["person_id"]
    own = [one for one in stretches if one["person_id"] == person]
    shown = [one for one in stretches if one["device"] == row["device"]] if kind == SignalKind.SHARED_DEVICE else own
    programmes = Counter((one["programme_id"], one["title"]) for one in own)
    programme_id, title = programmes.most_common(1)[0][0] if programmes else (None, "")
    return Noticed(
        person_id=person, kind=kind, strength=judged[0], on_day=day, lines=judged[1],
        strips=tuple(_strip(one, kind, person) for one in shown),
        figures={name: float(value) for name, value in row.items() if name not in ("person_id", "device")},
        programme_id=programme_id, programme_title=title,
    )  # fmt: skip


def _strip(one: Row, kind: SignalKind, person: int) -> dict[str, object]:
    is_own = one["person_id"] == person
    row = "同一设备" if not is_own else one["net"] or "本人" if kind == SignalKind.FAR_NETWORKS else "本人"
    return {
        "row": row, "from": one["started_at"].isoformat(), "to": one["last_at"].isoformat(), "person": None if is_own else one["person_id"],
    }  # fmt: skip
