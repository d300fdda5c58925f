"""What a board shows, composed from its figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from yanxiu.insight.columns import Column, expected_hours
from yanxiu.insight.queries import words
from yanxiu.insight.queries.board import BUCKETS, Board, UnitRow
from yanxiu.insight.queries.board import board as figures
from yanxiu.insight.queries.people import PersonRow
from yanxiu.insight.queries.place import Place
from yanxiu.kit import clock
from yanxiu.kit.components import Crumb, Figure, FunnelStep, HeatCell, HeatRow, Series
from yanxiu.kit.components.wording import day_short, number

_SHOWN = 60


@dataclass(frozen=True, kw_only=True)
class ToDo:
    """Something an office should see to: `verb` on the button, `due` an exclusive end."""

    title: str
    note: str
    url: str
    verb: str
    icon: str
    tone: str = "plain"
    due: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class BoardPage:
    """A board ready for the page."""

    board: Board
    headline: str
    lead: str
    crumbs: Sequence[Crumb]
    to_dos: Sequence[ToDo]
    figures: Sequence[Figure]
    funnel: Sequence[FunnelStep]
    heat: Sequence[HeatRow]
    heat_columns: Sequence[str]
    late_words: str
    spread: Sequence[Series]
    spread_labels: Sequence[str]
    spread_words: str
    remind_url: str

    @property
    def place(self) -> Place:
        return self.board.place


def link(page: str, place: Place, /, **more: object) -> str:
    """Return the address of a page of insight about the place, with more parameters."""
    facts = {"unit": place.unit.pk, "programme": place.programme.pk if place.programme else None, **more}
    return f"{reverse(f'insight:{page}')}?{urlencode({key: value for key, value in facts.items() if value})}"


def _of_units(page: str, place: Place, /, **more: object) -> Callable[[int], str]:
    """Return what gives a page's address for each unit: an address is written once, a board has hundreds of units."""
    before, after = link(page, place, **more, unit="UNIT").split("UNIT")
    return lambda unit: f"{before}{unit}{after}"


def board_page(place: Place, *, at: datetime, stage: str = "") -> BoardPage:
    """Return the board of a place in sentences, a funnel, a heat table and a distribution. Cost: 2 queries."""
    return _compose(figures(place, at=at, stage=stage), at=at)


def _compose(board: Board, *, at: datetime) -> BoardPage:
    place = board.place
    measures = place.measures
    late = next((column for column in board.columns if column.expected is not None and column.is_open(at)), None)
    labels, series, sentence = _spread(board)
    to_dos = _to_dos(board, at=at)
    return BoardPage(
        board=board,
        headline=words.headline(board, at=at),
        lead=words.lead(board, at=at),
        crumbs=[Crumb(label=unit.name, url=link("board", place, unit=unit.pk)) for unit in place.above[:-1]],
        to_dos=to_dos,
        figures=_figures(board),
        funnel=_funnel(board, at=at),
        heat=_units(board, at=at) if not place.is_leaf else (),
        heat_columns=heat_columns(place),
        late_words=_("比日程慢 25 个百分点以上") if late else "",
        spread=series,
        spread_labels=labels,
        spread_words=sentence,
        remind_url=to_dos[0].url if to_dos and measures else "",
    )


def heat_columns(place: Place) -> list[str]:
    """Return the names of the heat table's columns."""
    if place.measures is None:
        return []
    return [*([_("选课")] if place.measures.chooses else []), *(column.label for column in place.measures.columns), _("达标")]


def _figures(board: Board) -> list[Figure]:
    together, place = board.all, board.place
    if not together.people:
        return []
    found = [Figure(label=_("参训教师"), value=together.people, unit=_("人"), url=link("laggards", place, rule="all"))]
    if together.active < together.people:
        found.append(
            Figure(label=_("账号没激活"), value=together.people - together.active, unit=_("人"), tone="warn",
                   url=link("laggards", place, rule="not_activated"))
        )  # fmt: skip
    share = together.passed / together.people
    rate = Figure(label=_("达标率"), value=f"{int(share * 100)}%", note=_("达标 %(count)s 人") % {"count": number(together.passed)},
                  url=link("laggards", place, rule="not_passed"))  # fmt: skip
    return [*found, rate]


def _funnel(board: Board, *, at: datetime) -> list[FunnelStep]:
    together, place, measures = board.all, board.place, board.place.measures
    if measures is None or not together.people:
        return []

    def step(label: str, count: int, word: str, rule: str, *, met: bool = False) -> FunnelStep:
        left = together.people - count
        gap, url = (f"{word} {number(left)}", link("laggards", place, rule=rule)) if left else ("", "")
        return FunnelStep(label=label, count=count, gap=gap, gap_url=url, met=met)

    steps = [FunnelStep(label=_("参训"), count=together.people), step(_("已激活"), together.active, _("未激活"), "not_activated")]
    if measures.chooses:
        steps.append(step(_("已选课"), together.chosen, _("未选课"), "not_chosen"))
    steps.append(step(_("已开始学"), together.begun, _("未开始"), "not_begun"))
    main = measures.main(at)
    if main is not None:
        done = together.done[board.columns.index(main)]
        steps.append(FunnelStep(label=_("%(label)s达标") % {"label": main.label}, count=done))
    return [*steps, step(_("全部达标"), together.passed, _("未达标"), "not_passed", met=True)]


def _units(board: Board, *, at: datetime) -> list[HeatRow]:
    place = board.place
    main = place.measures.main(at) if place.measures else None
    position = board.columns.index(main) if main else None
    board_of, laggards_of = _of_units("board", place), _of_units("laggards", place, rule="not_passed")
    rows = sorted(board.rows, key=lambda row: (row.share(position) or 0.0) if position is not None else 0.0)
    return [
        HeatRow(
            label=row.name or _("%(unit)s本级") % {"unit": place.unit.name},
            url=board_of(row.child) if row.child else "",
            size=row.people,
            cells=_cells(board, row, at=at),
            open_count=row.people - row.passed,
            open_url=laggards_of(row.child or place.unit.pk),
        )
        for row in rows
    ]


def _cells(board: Board, row: UnitRow, *, at: datetime) -> list[HeatCell]:
    place = board.place
    cells = [HeatCell(share=row.chosen / row.people if row.people else None)] if place.measures and place.measures.chooses else []
    for position, column in enumerate(board.columns):
        share = row.share(position)
        cells.append(HeatCell(share=share, behind=column.is_behind(share, at, expected=row.expected(position))))
    return [*cells, HeatCell(share=row.passed / row.people if row.people else None)]


def teachers(place: Place, rows: Sequence[PersonRow], *, at: datetime, standing: str) -> list[HeatRow]:
    """Return the people of a school as rows of the heat table. `standing` is the address of a person's page, with 0 for the id."""
    measures = place.measures
    if measures is None:
        return []
    found = []
    for row in rows:
        least = measures.of(row.version_id).least
        chosen = float(min(row.chosen_hours / least, Decimal(1))) if least else None
        cells = [HeatCell(share=chosen)] if measures.chooses else []
        cells += [
            HeatCell(share=share, behind=column.of(row.version_id).is_behind(share, at))
            for column, share in zip(measures.columns, row.shares, strict=True)
        ]
        url = standing.replace("/0/", f"/{row.enrolment_id}/") if standing else ""
        found.append(HeatRow(label=row.name, url=url, cells=[*cells, HeatCell(share=1.0 if row.has_passed else 0.0)]))
    return found


def _spread(board: Board) -> tuple[list[str], list[Series], str]:
    """How many people stand at which share of all hours; those who reached everything come last."""
    total = board.place.measures.total if board.place.measures else None
    if total is None or not board.all.people or board.place.is_leaf:
        return [], [], ""
    width = total.target / BUCKETS
    edges = [(number(round(width * one, 1)), number(round(width * (one + 1), 1))) for one in range(BUCKETS)]
    labels = ["0", _("%(high)s 以内") % {"high": edges[0][1]}, *(f"{low}–{high}" for low, high in edges[1:]), _("达标")]
    nothing = board.all.people - board.all.passed - sum(board.all.spread)
    values = [nothing, *board.all.spread, board.all.passed]
    tones = ("warn", *["plain"] * BUCKETS, "ok")
    most = max(range(len(values)), key=lambda one: values[one])
    facts = {"label": labels[most], "count": number(values[most]), "passed": number(board.all.passed)}
    sentence = _("学时分布：%(label)s 的最多，%(count)s 人；达标 %(passed)s 人") % facts
    return labels, [Series(label=_("人数"), values=values, role="spread", tones=tones)], sentence


def _to_dos(board: Board, *, at: datetime) -> list[ToDo]:
    place, measures, together = board.place, board.place.measures, board.all
    if measures is None or not together.people:
        return []
    found = [_behind(board, column, at=at) for column in board.columns if column.is_open(at) and column.expected is not None]
    if measures.chooses and together.chosen < together.people:
        count = together.people - together.chosen
        note = _("选课锁定以后，要由学校向县里申请延期才能补选")
        found.append(ToDo(title=_("%(count)s 人还没选课") % {"count": number(count)}, note=note, icon="choose", tone="soon",
                          url=link("laggards", place, rule="not_chosen"), verb=_("看名单")))  # fmt: skip
    if together.active < together.people:
        count = together.people - together.active
        found.append(ToDo(title=_("%(count)s 人的账号没激活") % {"count": number(count)}, note=_("由学校打印激活条发给本人"), icon="key",
                          url=link("laggards", place, rule="not_activated"), verb=_("看名单")))  # fmt: skip
    return [one for one in found if one is not None]


def _behind(board: Board, column: Column, *, at: datetime) -> ToDo | None:
    position = board.columns.index(column)
    rows = [row for row in board.rows if column.is_behind(row.share(position), at, expected=row.expected(position))]
    if not rows:
        return None
    names = "、".join(row.name for row in rows[:4] if row.name)
    left = sum(row.counts[position] - row.done[position] for row in rows)
    facts = {"units": len(rows), "label": column.label, "names": names, "count": number(left)}
    here = board.place.is_leaf
    return ToDo(
        title=(_("%(label)s比日程慢得多") if here else _("%(units)d 个单位%(label)s慢得多")) % facts, icon="flag", tone="late",
        note=(_("%(count)s 人没完成") if here else _("%(names)s，共 %(count)s 人没完成")) % facts,
        url=link("laggards", board.place, rule="behind"), verb=_("催办"), due=column.ends_at,
    )  # fmt: skip


def trend(board: Board, grown: Sequence[tuple[date, Decimal]], *, at: datetime) -> tuple[list[str], list[Series], str]:
    """Return mean hours by day against the schedule: labels, lines and the sentence; empty before the first window."""
    rows = [
        row for row in board.place.requirements if row.kind in {"hours", "items"} and len(row.kinds) == 1 and row.subject_role == "learner"
    ]
    dated = [row for row in rows if row.starts_at and row.ends_at]
    starts = min((row.starts_at for row in dated if row.starts_at), default=None)
    ends = max((row.ends_at for row in dated if row.ends_at), default=None)
    if starts is None or ends is None or at < starts or not board.all.people:
        return [], [], ""
    first, last, today = clock.day(starts), clock.day(ends - timedelta(microseconds=1)), clock.day(at)
    step = max(1, -(-((last - first).days + 1) // _SHOWN))
    days = [first + timedelta(days=offset) for offset in range(0, (last - first).days + step, step)]
    real = [_mean(grown, on, board.all.people) if on <= today + timedelta(days=step - 1) else None for on in days]
    plan = [round(expected_hours(dated, at=clock.end_of(on)), 1) for on in days]
    now = next((value for value in reversed(real) if value is not None), Decimal(0))
    facts = {"now": number(now), "plan": number(round(expected_hours(dated, at=at), 1))}
    series = [
        Series(label=_("人均学时"), values=real, end=_("实际 %(now)s") % facts),
        Series(label=_("按日程"), values=plan, role="plan", end=_("日程")),
    ]
    return [day_short(on) for on in days], series, _("人均 %(now)s 学时，按日程应到 %(plan)s") % facts


def _mean(grown: Sequence[tuple[date, Decimal]], on: date, people: int) -> Decimal:
    return round(sum((hours for at, hours in grown if at <= on), Decimal(0)) / people, 1)
