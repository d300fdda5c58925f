"""我的学时 as the page shows it: requirements by kind of block, each explained by what counts and what is missing. No query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from yanxiu.evaluation.standing import Standing
from yanxiu.kit import clock
from yanxiu.kit.components import Series
from yanxiu.kit.components.wording import day, day_short, number, until
from yanxiu.portal.hours import Hours, Part, elapsed, hours_of
from yanxiu.portal.menus import address
from yanxiu.portal.queries.standing import Decision, Evidence, Facts
from yanxiu.portal.queries.work import Work
from yanxiu.programmes.queries import plan_of

_MARKS = {"met": "met", "waived": "waived", "late": "late", "not_due": "todo", "short": "open"}
_LONGEST = 60


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One thing behind a requirement: what it brings (`gain`), or what is missing and where to mend it."""

    title: str
    note: str
    gain: str
    icon: str
    tone: str
    url: str = ""
    verb: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A requirement as it stands. `mend` leads to what closes the gap; `decision` is what a person decided."""

    row: Standing
    mark: str
    words: str
    note: str
    tone: str
    expected: Decimal | None
    pieces: Sequence[Piece]
    question: str
    answer: str
    basis: str
    done_on: datetime | None
    decision: Decision | None
    mend_url: str
    mend_verb: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """Requirements of one kind of block, with their sum; `part` None for the rest."""

    label: str
    part: Part | None
    lines: Sequence[Line]


@dataclass(frozen=True, kw_only=True)
class Account:
    """The page: the hours, the groups, and how the hours grew. `awaits`: the rows of a plan published a moment ago are not laid yet."""

    facts: Facts
    hours: Hours
    groups: Sequence[Group]
    pace_days: Sequence[str]
    pace: Sequence[Series]
    pace_words: str
    awaits: bool


def compose(facts: Facts, *, at: datetime, is_own: bool) -> Account:
    """Explain a participation. `is_own`: links that mend are for the participant only."""
    plan = plan_of(facts.enrolment.version_id)
    hours = hours_of(plan, facts.rows, at=at)
    wide = [row for row in facts.rows if row.kind in {"hours", "items"} and len(row.kinds) > 1]
    shown = {row.key for part in (*hours.parts, *hours.practice) for row in part.rows} | {row.key for row in wide}
    rest = [row for row in facts.rows if row.key not in shown]
    groups = [
        Group(label=part.label, part=part, lines=[_line(facts, row, tone=str(tone), at=at, is_own=is_own) for row in part.rows])
        for tone, part in enumerate(hours.parts, start=1)
    ]
    practice = [_line(facts, row, tone="3", at=at, is_own=is_own) for part in hours.practice for row in part.rows]
    others = [_line(facts, row, tone="auto", at=at, is_own=is_own) for row in rest]
    groups += [Group(label=_("实践"), part=None, lines=practice)] if practice else []
    groups += [Group(label=_("认定和其他"), part=None, lines=others)] if others else []
    days, series, words = _pace(facts, hours, at=at)
    return Account(
        facts=facts, hours=hours, groups=groups, pace_days=days, pace=series, pace_words=words,
        awaits=not facts.rows and bool(plan.learn),
    )  # fmt: skip


def headline(account: Account) -> str:
    """Return the title: 20 学时，还差 16."""
    hours = account.hours
    if account.awaits:
        return _("方案刚发布，学时要求正在列出，稍后再看")
    words = {"value": number(hours.value), "unit": hours.unit, "missing": number(hours.missing)}
    if not hours.target:
        return _("这个项目没有学时要求")
    return _("%(value)s %(unit)s，还差 %(missing)s") % words if hours.missing else _("%(value)s %(unit)s，总数已够") % words


def lead(hours: Hours, *, at: datetime) -> str:
    """Return what is missing by part, and until when."""
    said = []
    for part in (*hours.parts, *hours.practice):
        words = {"label": part.label, "missing": number(part.missing), "unit": part.unit, "until": until(part.ends_at)}
        if part.is_met:
            continue
        if part.ends_at is None:
            said.append(_("%(label)s差 %(missing)s %(unit)s") % words)
        elif part.ends_at <= at:
            said.append(_("%(label)s差 %(missing)s %(unit)s，%(until)s 已截止") % words)
        else:
            said.append(_("%(label)s差 %(missing)s %(unit)s，%(until)s 截止") % words)
    return "；".join(said) + "。" if said else _("各部分要求都已满足。")


def _line(facts: Facts, row: Standing, *, tone: str, at: datetime, is_own: bool) -> Line:
    behind = facts.behind(row)
    work = [one for one in facts.work if one.block in row.kinds] if row.kind in {"hours", "items"} else []
    mend_url, mend_verb = _mend(facts, row, work) if is_own and not row.is_settled and row.status != "late" else ("", "")
    done = {(one.object_type, one.object_id) for one in behind}
    pieces = [_counted(one, row) for one in behind]
    left = [one for one in work if not one.is_done and (_type(one), str(one.item_id)) not in done]
    pieces += [_open(one, is_own=is_own and row.status != "late") for one in left]
    words = {"value": number(row.value), "target": number(row.target), "unit": row.unit}
    question = _("为什么是 %(value)s %(unit)s") if row.is_settled else _("为什么是 %(value)s，不是 %(target)s")
    is_counted = row.kind in {"hours", "items"} and row.starts_at is not None
    return Line(
        row=row, mark=_mark(row), words=_words(row), note=row.note or _rule(row), tone=tone,
        expected=row.target * elapsed(row.starts_at, row.ends_at, at=at) if is_counted else None, pieces=pieces, question=question % words,
        answer=_answer(facts, row, behind, work), basis=_basis(facts, row), done_on=behind[-1].at if row.met and behind else None,
        decision=facts.decisions.get(row.key), mend_url=mend_url, mend_verb=mend_verb,
    )  # fmt: skip


def _type(work: Work) -> str:
    return "course" if work.what == "course" else "lesson_case"


def _mark(row: Standing) -> str:
    if not row.assessed and not row.is_settled:
        return "todo"
    if not row.target and row.kind in {"count", "coverage", "hours"}:
        return "todo"  # counted only: nothing is asked, so nothing is met
    if row.status == "short" and row.value == 0:
        return "todo"
    return _MARKS.get(row.status, "open")


def _words(row: Standing) -> str:
    missing = {"missing": number(row.short)}
    if row.status == "waived":
        return _("免做")
    if not row.target and row.kind in {"count", "coverage", "hours"}:
        return _("只记数")
    if row.status == "met":
        return _("已满足")
    if row.kind in {"score", "decision"}:
        return _("待认定")
    if row.status == "late":
        return _("差 %(missing)s") % missing
    return _("还没开始") if row.status == "not_due" else _("还差 %(missing)s") % missing


def _rule(row: Standing) -> str:
    if row.kind == "items" and row.each:
        facts = {"count": number(row.target / row.each), "each": number(row.each)}
        return _("%(count)s 项，每项 %(each)s 学时") % facts
    return _("不列入考核") if not row.assessed else ""


def _counted(one: Evidence, row: Standing) -> Piece:
    amount = row.each if row.kind == "items" and row.each else one.measure if row.kind == "hours" else Decimal(1)
    gain = f"+{number(amount)}" if amount else ""
    return Piece(title=one.object_label or one.object_id, note=_("%(day)s 完成") % {"day": day(one.at)}, gain=gain, icon="check", tone="ok")


def _open(one: Work, *, is_own: bool) -> Piece:
    link = address("learning:case" if one.what == "case" else "learning:course", one.enrolment_id, one.item_id)
    if one.lacks_report:
        link = address("assessment:observe", one.enrolment_id, one.item_id) or link
    note, verb, icon, tone = _state(one)
    return Piece(title=one.title, note=note, gain="0", icon=icon, tone=tone, url=link if is_own else "", verb=verb if is_own else "")


def _state(one: Work) -> tuple[str, str, str, str]:
    if one.handed_in:
        return _("作业已交，等批阅"), _("去看"), "clock", "soon"
    if one.lacks_report:
        return _("观课报告未交"), _("去写"), "clock", "soon"
    if not one.is_begun:
        return _("未开始"), _("去看") if one.what == "case" else _("去学"), "more", "flat"
    if one.what == "case":
        return _("看了 %(share)d%%") % {"share": one.seen * 100 // max(one.seconds, 1)}, _("接着看"), "clock", "soon"
    return _("%(total)d 个环节完成 %(done)d 个") % {"total": one.total, "done": one.done}, _("接着学"), "clock", "soon"


def _answer(facts: Facts, row: Standing, behind: Sequence[Evidence], work: Sequence[Work]) -> str:
    decision = facts.decisions.get(row.key)
    if decision is not None:
        words = {"day": day(decision.at), "grade": decision.grade, "reason": decision.reason}
        return _("%(day)s 批准免做：%(reason)s。") % words if decision.what == "waived" else _("%(day)s 认定%(grade)s。%(reason)s") % words
    left = [one for one in work if not one.is_done]
    said = [row.why + "。"]
    if row.kind in {"hours", "items"}:
        counts = {"count": len(behind), "left": len(left)}
        said.append(_("计入的有 %(count)d 项，见上面打勾的。") % counts if behind else _("还没有一项计入。"))
        said.append(_("每项整体计：视频、测试、作业等要求的部分都完成才计，缺一样计 0。") if left else "")
    if row.status == "late":
        said.append(_("截止以后完成的不计入。要补学，请学校管理员向发布单位申请延期。"))
    return "".join(said)


def _basis(facts: Facts, row: Standing) -> str:
    words = {"title": facts.enrolment.programme.title, "number": facts.enrolment.version.number, "label": row.label, "clause": row.clause}
    said = _("%(title)s第 %(number)d 版，“%(label)s”") % words
    return said + (_("（%(clause)s）") % words if row.clause else "")


def _mend(facts: Facts, row: Standing, work: Sequence[Work]) -> tuple[str, str]:
    """The link that closes the gap fastest: what is begun, else what is new, else choosing more."""
    if row.kind == "count":
        return address("fieldwork:lessons"), _("去登记")
    if row.kind not in {"hours", "items"}:
        return "", ""
    left = sorted((one for one in work if not one.is_done and not one.handed_in), key=lambda one: (not one.lacks_report, not one.is_begun))
    if left:
        piece = _open(left[0], is_own=True)
        return piece.url, piece.verb
    return address("learning:choose", facts.enrolment.pk), _("去选课")


def _pace(facts: Facts, hours: Hours, *, at: datetime) -> tuple[list[str], list[Series], str]:
    """How the hours grew day by day, against a straight line; nothing before the first window or without hours."""
    dated = [row for row in facts.rows if row.kind in {"hours", "items"} and row.starts_at and row.ends_at and len(row.kinds) == 1]
    starts = min((row.starts_at for row in dated if row.starts_at), default=None)
    ends = max((row.ends_at for row in dated if row.ends_at), default=None)
    if starts is None or ends is None or at < starts or not hours.target:
        return [], [], ""
    first, last, today = clock.day(starts), clock.day(ends - timedelta(microseconds=1)), clock.day(at)
    step = max(1, -(-((last - first).days + 1) // _LONGEST))
    days = [first + timedelta(days=offset) for offset in range(0, (last - first).days + step, step)]
    gained = [(clock.day(one.at), one.measure or Decimal(0)) for one in facts.evidence if one.metric == "hours.earned"]
    mine = [_until(gained, on) if on <= today + timedelta(days=step - 1) else None for on in days]
    plan = [sum((row.target * elapsed(row.starts_at, row.ends_at, at=clock.end_of(on)) for row in dated), Decimal(0)) for on in days]
    reached = [value for value in mine if value is not None]
    now = number(reached[-1]) if reached else "0"
    series = [
        Series(label=_("已得学时"), values=mine, steps=True, end=now),
        Series(label=_("按日程"), values=[round(value, 1) for value in plan], role="plan", end=_("日程")),
    ]
    return [day_short(on) for on in days], series, _("累计学时：%(first)s 起，今天 %(now)s") % {"first": day_short(first), "now": now}


def _until(gained: Sequence[tuple[date, Decimal]], on: date) -> Decimal:
    return sum((hours for at, hours in gained if at <= on), Decimal(0))
