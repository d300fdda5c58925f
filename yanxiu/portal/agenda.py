"""What a participant should do now, what is late and what comes next: composed from facts, without a query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby

from django.utils.translation import gettext as _

from yanxiu.catalogue.models import StepKind
from yanxiu.evaluation.standing import Standing
from yanxiu.kit.components.wording import day, length, number
from yanxiu.learning.queries import curriculum
from yanxiu.portal.hours import Hours, Part, hours_of
from yanxiu.portal.menus import address
from yanxiu.portal.queries.today import Facts
from yanxiu.portal.queries.work import Work
from yanxiu.portal.words import daily_minutes, quoted
from yanxiu.programmes.models import Enrolment
from yanxiu.programmes.plan.vocabulary import BLOCK_KINDS
from yanxiu.programmes.queries import plan_of
from yanxiu.programmes.queries.windows import Span

SOON = timedelta(days=7)
PER_GROUP = 4
LONG_TITLE = 14  # characters; a longer title stands in the card, not in the headline


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something to do: `verb` on the button, `short` for the headline. `due` is an exclusive end; `opens_at` when it cannot be done yet."""

    title: str
    url: str
    verb: str
    short: str = ""
    note: str = ""
    above: str = ""
    text: str = ""
    icon: str = "book"
    tone: str = "plain"
    due: datetime | None = None
    opens_at: datetime | None = None
    group: str = ""
    cover: str = ""
    value: int | None = None
    target: int | None = None
    is_begun: bool = False
    rank: tuple[int, float] = (0, 0.0)
    is_extra: bool = False


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """The home of a participant. `pace` are minutes a day until `part_ends_at`, for the part that ends first."""

    now: Task | None
    late: Sequence[Task]
    groups: Sequence[tuple[str, Sequence[Task]]]
    more: int
    hours: Hours | None
    pace: int | None = None
    urgent: Part | None = None
    waiting_for_marks: int = 0
    next_opening: Task | None = None
    enrolments: Sequence[Enrolment] = field(default_factory=tuple)


def compose(facts: Facts, *, at: datetime) -> Agenda:
    """Put the facts in order: the one thing now, what is late, what comes next by deadline."""
    if not facts.enrolments:
        return Agenda(now=None, late=(), groups=(), more=0, hours=None)
    tasks = [
        *_explanations(facts),
        *_exams(facts, at=at),
        *(task for enrolment in facts.enrolments for task in _tasks(enrolment, facts, at=at)),
    ]
    open_now = sorted((task for task in tasks if task.opens_at is None), key=_order)
    wanted = [task for task in open_now if not task.is_extra]
    first = next(iter(wanted or open_now), None)
    rest = [task for task in open_now if task is not first]
    groups = [(label, list(found)) for label, found in groupby(rest, key=lambda task: _group(task, at))]
    shown = [(label, found[:PER_GROUP]) for label, found in groups]
    primary = facts.enrolments[0]
    hours = hours_of(plan_of(primary.version_id), facts.of(primary), at=at)
    ahead = [part for part in hours.parts if not part.is_met and part.ends_at and part.ends_at > at]
    urgent = min(ahead, key=lambda part: str(part.ends_at), default=None)
    return Agenda(
        now=first,
        late=[task for enrolment in facts.enrolments for task in _late(enrolment, facts, at=at)],
        groups=shown,
        more=sum(len(found) for _, found in groups) - sum(len(found) for _, found in shown),
        hours=hours,
        urgent=urgent,
        pace=daily_minutes(urgent.missing, until=urgent.ends_at, at=at) if urgent and urgent.ends_at else None,
        waiting_for_marks=sum(work.handed_in for work in facts.work),
        next_opening=min((task for task in tasks if task.opens_at), key=lambda task: str(task.opens_at), default=None),
        enrolments=facts.enrolments,
    )


def _order(task: Task) -> tuple[bool, float, tuple[int, float], str]:
    due = task.due.timestamp() if task.due else float("inf")
    return (task.is_extra, due, task.rank, task.title)


def _group(task: Task, at: datetime) -> str:
    if task.due is None:
        return _("没有截止日期")
    if task.due - at <= SOON:
        return _("7 天内")
    end = day(task.due - timedelta(microseconds=1))
    return _("%(day)s前（%(group)s）") % {"day": end, "group": task.group} if task.group else _("%(day)s前") % {"day": end}


def _tasks(enrolment: Enrolment, facts: Facts, *, at: datetime) -> Iterable[Task]:
    rows = {row.kinds[0]: row for row in facts.of(enrolment) if len(row.kinds) == 1 and row.role == "learner"}
    plan = plan_of(enrolment.version_id)
    groups = {block.id: BLOCK_KINDS.get(block.kind, block.kind) for block in plan.learn}
    mine = [work for work in facts.work if work.enrolment_id == enrolment.pk]
    yield from _choosing(enrolment, mine, facts, at=at)
    for work in mine:
        row = rows.get(work.block)
        if work.is_done or work.handed_in or (row is not None and row.status == "late"):
            continue
        yield _of_work(work, row, groups.get(work.block, ""), at=at)
    for row in facts.of(enrolment):
        if row.kind == "count" and row.assessed and row.per == "person" and row.status == "short" and row.role == "learner":
            yield _practice(enrolment, row)


def _explanations(facts: Facts) -> Iterable[Task]:
    for one in facts.asked:
        note = _("请说明不等于认定有问题，说明以前学时不变")
        yield Task(
            title=_("有一件情况请您说明"), url=address("integrity:explanation", one.pk), verb=_("写说明"), short=_("说明一件情况"),
            icon="comment", note=note, above=one.seat.name, tone="soon", due=one.due_at, rank=(-2, 0.0),
        )  # fmt: skip


def _exams(facts: Facts, *, at: datetime) -> Iterable[Task]:
    titles = {one.pk: one.programme.title for one in facts.enrolments}
    for one in facts.exams:
        bare = Task(
            title=one.title, url=address("assessment:my_exam", one.exam_id), verb=_("去考试"), icon="quiz", tone="soon", due=one.until,
            short=_("参加%(title)s") % {"title": quoted(one.title)}, note=_("%(minutes)d 分钟，到点自动交卷") % {"minutes": one.minutes},
            above=titles[one.enrolment_id], rank=(-3, 0.0),
        )  # fmt: skip
        if one.opens_at > at:
            yield replace(bare, verb=_("看安排"), note=_("%(day)s开考") % {"day": day(one.opens_at)}, due=one.opens_at, is_extra=True)
        elif one.sitting:
            yield replace(bare, verb=_("接着考"), url=address("assessment:sitting", one.sitting), is_begun=True)
        else:
            yield bare


def _practice(enrolment: Enrolment, row: Standing) -> Task:
    return Task(
        title=row.label, url=address("fieldwork:lessons") or address("portal:standing_of", enrolment.pk), verb=_("去看"), note=row.why,
        short=_("完成%(title)s") % {"title": row.label}, icon="flag", tone="flat", due=row.ends_at, rank=(3, 0.0), group="",
    )  # fmt: skip


def _lacking(enrolment: Enrolment, mine: Sequence[Work]) -> Decimal:
    """The hours that are still to be chosen, of those the plan asks for."""
    plan = plan_of(enrolment.version_id)
    blocks = {block.id for block in curriculum.chosen_blocks(plan)}
    return curriculum.least_hours(plan) - sum((work.hours for work in mine if work.block in blocks), Decimal(0))


def _choosing(enrolment: Enrolment, mine: Sequence[Work], facts: Facts, *, at: datetime) -> Iterable[Task]:
    plan, lacking = plan_of(enrolment.version_id), _lacking(enrolment, mine)
    if lacking <= 0:
        return
    if _speaks_first(enrolment, facts, at=at):
        yield _needs(enrolment, facts)
        return
    span = _choosing_span(enrolment, facts)
    if span is not None and (span.state(at) == "closed" or span.is_locked(at)):
        return
    by_school = any(block.assign == "self_in_school_topics" for block in plan.learn)
    is_decided = not by_school or bool(enrolment.topics_decided)  # type: ignore[attr-defined]  # annotated by queries.today
    opens = span.starts_at if span and span.state(at) == "before" else None
    yield _choice(enrolment, lacking, span, opens=opens, is_decided=is_decided)


def _speaks_first(enrolment: Enrolment, facts: Facts, *, at: datetime) -> bool:
    """Tell whether the needs survey is what to do now: before the own choice, or before the school's while it may still decide (W-14)."""
    if enrolment.pk not in facts.unsaid:
        return False
    before_own = curriculum.comes_after_needs(curriculum.course_choice(plan_of(enrolment.version_id)))
    if not before_own and enrolment.topics_decided:  # type: ignore[attr-defined]  # annotated by queries.today
        return False
    span = _choosing_span(enrolment, facts, "choose_courses" if before_own else "choose_topics")
    return span is None or not (span.is_locked(at) or span.state(at) == "closed")


def _needs(enrolment: Enrolment, facts: Facts) -> Task:
    span = _choosing_span(enrolment, facts, "choose_topics")
    survey = facts.surveys.get(enrolment.programme_id)
    here = address("learning:choose", enrolment.pk)
    return Task(
        title=_("选专题和选课以前，先填需求调查"), url=address("workshops:thread", survey) if survey else f"{here}#wishes",
        verb=_("填需求"), short=_("填需求调查"), note=_("想学什么，学校定专题时看；填一次就够"), above=enrolment.programme.title,
        icon="choose", tone="soon", due=(span.locks_at or span.ends_at) if span else None, rank=(-2, 0.0), group=_("选修"),
    )  # fmt: skip


def _choosing_span(enrolment: Enrolment, facts: Facts, opens: str = "choose_courses") -> Span | None:
    is_first = enrolment is facts.enrolments[0]
    return next((one for one in facts.spans if opens in one.opens), None) if is_first else None


def _choice(enrolment: Enrolment, lacking: Decimal, span: Span | None, *, opens: datetime | None, is_decided: bool) -> Task:
    end = (span.locks_at or span.ends_at) if span else None
    note = _("在学校选定的专题里选，到时自动锁定") if is_decided else _("学校还没有定专题，可以先填想学的专题")
    return Task(
        title=_("选修课还差 %(hours)s 学时没选") % {"hours": number(lacking)}, url=address("learning:choose", enrolment.pk),
        verb=_("去选课") if is_decided else _("填需求"), short=_("选课"), note=note, above=enrolment.programme.title, icon="choose",
        tone="soon", due=end, opens_at=opens, rank=(-1, 0.0), group=_("选修"),
    )  # fmt: skip


def _late(enrolment: Enrolment, facts: Facts, *, at: datetime) -> Iterable[Task]:
    span, lacking = _choosing_span(enrolment, facts), _lacking(enrolment, [one for one in facts.work if one.enrolment_id == enrolment.pk])
    if span is not None and lacking > 0 and (span.state(at) == "closed" or span.is_locked(at)):
        yield Task(
            title=_("选修课还差 %(hours)s 学时没选") % {"hours": number(lacking)}, url=address("learning:choose", enrolment.pk),
            verb=_("看怎么办"), note=_("选课已锁定"), icon="alert", tone="late", due=span.locks_at or span.ends_at,
        )  # fmt: skip
    for row in facts.of(enrolment):
        if row.status == "late" and row.assessed and not row.soft and row.role == "learner" and len(row.kinds) <= 1:
            yield Task(
                title=row.label, url=f"{address('portal:standing_of', enrolment.pk)}#{row.key}", verb=_("看怎么办"), note=row.why,
                icon="alert", tone="late", due=row.ends_at,
            )  # fmt: skip


def _of_work(work: Work, row: Standing | None, group: str, *, at: datetime) -> Task:
    opens = row.starts_at if row is not None and row.starts_at is not None and row.starts_at > at else None
    order = 0 if work.returned or work.lacks_report else 1 if work.is_begun else 2
    bare = Task(
        title=work.title, url="", verb="", due=row.ends_at if row else None, opens_at=opens, group=group,
        rank=(order, -(work.begun_at.timestamp() if work.begun_at else 0.0)), is_extra=row is not None and row.is_settled,
        above="，".join(filter(None, [group, work.above])), cover=work.title, value=work.done, target=work.total,
    )  # fmt: skip
    return _case(work, bare) if work.what == "case" else _course(work, bare)


def _case(work: Work, bare: Task) -> Task:
    url = address("learning:case", work.enrolment_id, work.item_id)
    gain = _("完成后计 %(hours)s 学时") % {"hours": number(work.hours)}
    words = {"number": work.number, "title": quoted(work.title)}
    is_long = len(work.title) > LONG_TITLE
    bare = replace(bare, title=_("课例 %(number)d%(title)s") % words, url=url)
    if work.lacks_report:
        return replace(
            bare, url=address("assessment:observe", work.enrolment_id, work.item_id) or url, verb=_("写报告"), icon="write",
            short=(_("写课例 %(number)d 的观课报告") if is_long else _("写%(title)s的观课报告")) % words,
            note=_("视频已看完，只差观课报告，%(gain)s") % {"gain": gain},
        )  # fmt: skip
    seen = _("看了 %(share)d%%") % {"share": work.seen * 100 // work.seconds} if work.seen and work.seconds else ""
    film = _("视频 %(length)s") % {"length": length(work.seconds)} if work.seconds else ""
    report = _("观课报告") if work.needs_report and work.reported_at is None else ""
    return replace(
        bare, verb=_("继续看") if work.is_begun else _("开始"), icon="eye", note="，".join(filter(None, [film, seen, report, gain])),
        short=(_("看课例 %(number)d") if is_long else _("看课例%(title)s")) % words,
    )  # fmt: skip


def _course(work: Work, bare: Task) -> Task:
    page, number_of = ("learning:step", work.step_id) if work.step_id else ("learning:course", work.item_id)
    parts = [_("%(total)d 个环节完成 %(done)d 个") % {"total": work.total, "done": work.done}]
    if work.minutes_left and work.step_kind == StepKind.VIDEO:
        parts.append(_("这一节还有约 %(minutes)d 分钟") % {"minutes": work.minutes_left})
    parts.append(_("学完计 %(hours)s 学时") % {"hours": number(work.hours)})
    if work.returned:
        parts.insert(0, _("作业退回了，改好再交"))
    words = {"number": work.step_number, "title": work.step_title}
    return replace(
        bare, url=address(page, work.enrolment_id, number_of), verb=_verb(work), short=_short(work),
        text=_("第 %(number)d 节 %(title)s") % words if work.is_begun and work.step_number else "", note="，".join(parts), icon="play",
    )  # fmt: skip


def _short(work: Work) -> str:
    if len(work.title) <= LONG_TITLE:
        return _("学%(title)s") % {"title": quoted(work.title)}
    return _("接着学上次的课") if work.is_begun else _("学一门新课")


def _verb(work: Work) -> str:
    if work.returned:
        return _("改作业")
    if not work.is_begun:
        return _("开始学习")
    verbs = {StepKind.TEST.value: _("去做小测"), StepKind.HOMEWORK.value: _("交作业"), StepKind.QUESTION.value: _("去答题")}
    return verbs.get(work.step_kind, _("继续学习"))


def headline(agenda: Agenda, name: str) -> str:
    """Return the sentence on top: what is true and what to do."""
    words = {"name": name, "what": agenda.now.short or agenda.now.title if agenda.now else ""}
    if agenda.hours is None:
        return _("%(name)s，还没有参训的项目") % words
    if agenda.now is not None and not agenda.now.is_extra:
        return _("%(name)s，今天先%(what)s") % words
    if all(part.is_met for part in (*agenda.hours.parts, *agenda.hours.practice)):
        return _("%(name)s，要求的学时都满足了") % words
    if agenda.next_opening is not None and agenda.next_opening.opens_at is not None:
        return _("%(name)s，今天没有要做的，%(day)s起开始学习") % {**words, "day": day(agenda.next_opening.opens_at)}
    if agenda.waiting_for_marks:
        return _("%(name)s，作业都交了，等批阅") % words
    return _("%(name)s，今天没有要做的") % words
