"""The sentences of boards: what is true, and what to do about it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from yanxiu.insight.columns import Column
from yanxiu.insight.queries.board import Board, UnitRow
from yanxiu.insight.queries.people import PersonRow
from yanxiu.insight.queries.place import Place
from yanxiu.kit import clock
from yanxiu.kit.components.wording import day, last_day, number, until

_NEAR = 0.03  # closer to the schedule than this says nothing


def headline(board: Board, *, at: datetime) -> str:
    """Return the finding: what the newest deadline is about, against the schedule."""
    together, measures = board.all, board.place.measures
    if board.place.programme is None:
        return _("还没有在办的研修方案")
    if not together.people or measures is None:
        return _("还没有人参训")
    main = measures.main(at)
    unchosen = together.people - together.chosen if measures.chooses else 0
    if main is None or (main.starts_at and at < main.starts_at):
        words = {"share": _percent(together.chosen / together.people), "count": number(unchosen)}
        return _("选课 %(share)s，还有 %(count)s 人没选") % words if unchosen else _("选课都选好了，等开始学习")
    position = board.columns.index(main)
    share, schedule = together.share(position) or 0.0, together.expected(position) or main.expected
    if schedule is None or not main.is_open(at):
        words = {"share": _percent(together.passed / together.people), "count": number(together.people - together.passed)}
        return _("达标 %(share)s，还有 %(count)s 人未达标") % words if together.passed < together.people else _("全部达标")
    gap = share - schedule
    words = {"label": main.label, "share": _percent(share), "points": number(abs(round(gap * 100)))}
    if gap < -_NEAR:
        return _("%(label)s完成 %(share)s，比日程慢 %(points)s 个百分点") % words
    return (
        _("%(label)s完成 %(share)s，比日程快 %(points)s 个百分点") % words
        if gap > _NEAR
        else _("%(label)s完成 %(share)s，与日程相当") % words
    )


def lead(board: Board, *, at: datetime) -> str:
    """Return until when, how many are not done, and where most of them are."""
    measures = board.place.measures
    main = measures.main(at) if measures else None
    if main is None or not board.all.people or main.ends_at is None:
        return ""
    position = board.columns.index(main)
    left = board.all.counts[position] - board.all.done[position]
    words = {"label": main.label, "days": days_left(main.ends_at, at=at), "count": number(left), "end": day(last_day(main.ends_at))}
    if at >= main.ends_at:
        return _("%(label)s %(end)s 已截止，未达标 %(count)s 人。") % words
    if main.starts_at and at < main.starts_at:
        return ""
    return _("%(label)s还有 %(days)d 天截止，未完成 %(count)s 人。") % words + _concentration(board.rows, position)


def _concentration(rows: Sequence[UnitRow], position: int) -> str:
    """Where half of those who are not done work, if that is few units of many."""
    left = sorted((row.counts[position] - row.done[position] for row in rows), reverse=True)
    total, reached, units = sum(left), 0, 0
    while reached * 2 < total:
        reached += left[units]
        units += 1
    return _("一半在 %(units)d 个单位，先催这几个。") % {"units": units} if total and len(rows) >= 4 and units * 3 <= len(rows) else ""


def days_left(end: datetime, *, at: datetime) -> int:
    """Return how many Shanghai days are left until the last day of a window, 0 on the day itself."""
    return max(0, (last_day(end) - clock.day(at)).days)


def rules(place: Place, *, at: datetime) -> dict[str, str]:
    """Return the rules by which people are listed, with the words of this programme."""
    main = place.measures.main(at) if place.measures else None
    label = main.label if main else _("学习")
    found = {
        "behind": _("%(label)s慢于日程") % {"label": label},
        "not_chosen": _("还没选课"),
        "not_begun": _("还没开始学"),
        "not_activated": _("账号没激活"),
        "late": _("有逾期"),
        "not_passed": _("还没达标"),
        "all": _("全部"),
    }
    if place.measures is not None and not place.measures.chooses:
        del found["not_chosen"]
    return found


def reminder_title(place: Place, rule: str, *, at: datetime) -> str:
    """Return the title of a reminder of a rule."""
    programme = place.programme.title if place.programme else ""
    words = {"not_chosen": _("请尽快选课"), "not_begun": _("请开始学习"), "late": _("有要求已逾期")}
    main = place.measures.main(at) if place.measures else None
    if rule in words:
        return f"{words[rule]}（{programme}）"
    if main is not None and main.ends_at is not None and at < main.ends_at:
        return _("%(label)s %(until)s 截止（%(programme)s）") % {"label": main.label, "until": until(main.ends_at), "programme": programme}
    return _("请看还差哪些学时（%(programme)s）") % {"programme": programme}


def reminder(place: Place, rule: str, row: PersonRow, *, at: datetime) -> str:
    """Return the sentence for one person: what is missing, until when."""
    measures = place.measures
    if measures is None:
        return ""
    if rule == "not_chosen":
        words = {"chosen": number(row.chosen_hours), "least": number(measures.of(row.version_id).least)}
        return _("已选 %(chosen)s 学时，至少要选 %(least)s 学时") % words
    had = zip(measures.columns, row.shares, row.got, row.targets, strict=True)
    lacking = [(column, (target or Decimal(0)) - (got or Decimal(0))) for column, share, got, target in had if _lacks(share)]
    main = measures.main(at)
    if rule == "behind":  # what is behind today is said alone
        lacking = [(column, missing) for column, missing in lacking if column is main] or lacking
    said = [_missing(column.of(row.version_id), missing, at=at) for column, missing in lacking]
    return "；".join(part for part in said if part) or _("还没有达标，请看我的学时")


def _lacks(share: float | None) -> bool:
    return share is not None and share < 1


def _missing(column: Column, missing: Decimal, *, at: datetime) -> str:
    if column.starts_at is not None and at < column.starts_at:
        return ""
    words = {
        "label": column.label, "missing": number(missing), "unit": column.unit, "until": until(column.ends_at),
    }  # fmt: skip
    if column.ends_at is None:
        return _("%(label)s还差 %(missing)s %(unit)s") % words
    if at >= column.ends_at:
        return _("%(label)s差 %(missing)s %(unit)s，%(until)s 已截止") % words
    return _("%(label)s还差 %(missing)s %(unit)s，%(until)s 截止") % words


def _percent(share: float) -> str:
    return f"{int(share * 100)}%"
