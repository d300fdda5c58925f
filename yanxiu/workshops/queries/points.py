"""Points (积分): balances computed from tallies, and from records by day where a rule bounds the day. Nothing is stored (W-64)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, DateTimeField, IntegerField, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from yanxiu.kit import sql
from yanxiu.kit.paging import Page, page_of, page_with
from yanxiu.programmes.models import Programme
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.records.models import Record
from yanxiu.workshops.models import PointRule, Space
from yanxiu.workshops.worth import METRICS

SORTS = {"most": "points DESC, sort_key, person_id", "name": "sort_key, person_id", "unit": "unit, sort_key, person_id"}

# The rule in force of each metric: the workshop's own before the programme's.
_RULES = """
rule AS (
    SELECT DISTINCT ON (metric) metric, points, a_day, at_most FROM workshops_pointrule
    WHERE space_id = %(space)s OR programme_id = %(programme)s ORDER BY metric, space_id NULLS LAST
)
"""
# Of each person and metric: how many, their worth (`gross`), what is left of it within the days (`within_days`) and altogether (`points`).
_LINES = (
    _RULES
    + """, daily AS (
    SELECT CASE WHEN m.for_actor THEN r.actor_id ELSE r.person_id END AS person_id, m.metric, count(*) AS n,
           LEAST(count(*) * min(u.points), min(u.a_day)) AS points
    FROM rule u JOIN records_metricsource m ON m.metric = u.metric
    JOIN records_record r ON r.space_id = %(space)s AND r.verb = m.verb AND r.object_type = m.object_type AND r.voids IS NULL
    WHERE u.a_day IS NOT NULL AND NOT EXISTS (SELECT 1 FROM records_record v WHERE v.voids = r.id)
      AND (%(persons)s::bigint[] IS NULL OR CASE WHEN m.for_actor THEN r.actor_id ELSE r.person_id END = ANY(%(persons)s::bigint[]))
    GROUP BY 1, 2, (r.at AT TIME ZONE 'Asia/Shanghai')::date
), summed AS (
    SELECT person_id, metric, sum(n)::bigint AS n, sum(points) AS within_days FROM daily GROUP BY 1, 2
    UNION ALL
    SELECT t.person_id, t.metric, sum(t.count)::bigint, sum(t.count) * min(u.points)
    FROM records_tally t JOIN rule u ON u.metric = t.metric AND u.a_day IS NULL
    WHERE t.space_id = %(space)s AND t.programme_id = %(programme)s
      AND (%(persons)s::bigint[] IS NULL OR t.person_id = ANY(%(persons)s::bigint[]))
    GROUP BY 1, 2 HAVING sum(t.count) > 0
), line AS (
    SELECT s.person_id, s.metric, s.n, u.points AS each, u.a_day, u.at_most, s.n * u.points AS gross, s.within_days,
           LEAST(s.within_days, u.at_most) AS points
    FROM summed s JOIN rule u ON u.metric = s.metric
)
"""
)
_OWN = f"WITH {_LINES} SELECT * FROM line WHERE person_id = %(person)s"
_TABLE = f"""
WITH {_LINES}, total AS (SELECT person_id, sum(points) AS points, sum(n) AS n FROM line GROUP BY 1)
SELECT m.person_id, p.name, p.sort_key, COALESCE(o.name, '') AS unit, COALESCE(t.points, 0) AS points, COALESCE(t.n, 0)::bigint AS n,
       rank() OVER (ORDER BY COALESCE(t.points, 0) DESC) AS place
FROM workshops_membership m JOIN people_person p ON p.id = m.person_id LEFT JOIN orgs_org o ON o.id = p.unit_id
LEFT JOIN total t ON t.person_id = m.person_id
WHERE m.workshop_id = %(space)s AND m.state = 'member'
"""


@dataclass(frozen=True, kw_only=True)
class PointLine:
    """Why a person has points of one metric: `count` × `each` = `gross`, cut to `within_days` by the days and to `points` altogether."""

    metric: str
    label: str
    count: int
    each: Decimal
    a_day: Decimal | None
    at_most: Decimal | None
    gross: Decimal
    within_days: Decimal
    points: Decimal

    @property
    def is_cut(self) -> bool:
        return self.points < self.gross


@dataclass(frozen=True, kw_only=True)
class PointRow:
    """A member's points and place in the workshop; `count` records are behind them."""

    person_id: int
    name: str
    unit: str
    points: Decimal
    count: int
    place: int


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """What the plan gives for points: `rate` hours a point; 0 = nothing (D-21)."""

    rate: Decimal

    def hours(self, points: Decimal) -> Decimal:
        """Return what the points would give."""
        return points * self.rate


def rules_of(workshop: Space) -> list[PointRule]:
    """Return the rules in force in a workshop, the own before the programme's, in the order of the metrics. Cost: one query."""
    found = PointRule.objects.filter(space=workshop.counted_id) | PointRule.objects.filter(programme=workshop.programme_id)
    best: dict[str, PointRule] = {}
    for rule in found.order_by("pk"):
        if rule.metric not in best or rule.space_id is not None:
            best[rule.metric] = rule
    order = list(METRICS)
    return sorted((rule for rule in best.values() if rule.metric in METRICS), key=lambda rule: order.index(rule.metric))


def own_points(workshop: Space, person_id: int) -> list[PointLine]:
    """Return a person's points in a workshop line by line, in the order of the metrics. Cost: one query."""
    rows = sql.rows(_OWN, {**_facts(workshop), "persons": [person_id], "person": person_id}, plan="fresh")
    order = list(METRICS)
    lines = [
        PointLine(
            metric=row["metric"], label=METRICS[row["metric"]], count=row["n"], each=row["each"], a_day=row["a_day"],
            at_most=row["at_most"],
            gross=row["gross"], within_days=row["within_days"], points=row["points"],
        )
        for row in rows if row["metric"] in METRICS
    ]  # fmt: skip
    return sorted(lines, key=lambda line: order.index(line.metric))


def point_table(workshop: Space, *, words: str = "", sort: str = "most", number: int = 1, size: int = 20) -> Page[PointRow]:
    """Return the members of a workshop by points; members without any stand last. Cost: one query."""
    statement = f"SELECT * FROM ({_TABLE}) l WHERE %(words)s = '' OR name LIKE %(words)s || '%%' OR unit LIKE '%%' || %(words)s || '%%' "
    statement += f"ORDER BY {SORTS.get(sort, SORTS['most'])} OFFSET %(offset)s LIMIT %(limit)s"
    facts = {**_facts(workshop), "persons": None, "words": words, "offset": (number - 1) * size, "limit": size + 1}
    return page_with([_point_row(row) for row in sql.rows(statement, facts, plan="fresh")], number=number, size=size)


def exchange_of(programme: Programme | None) -> Exchange | None:
    """Return what the plan gives for points; None where it says nothing of them. Cost: one query, none when the plan is known."""
    if programme is None or programme.current_id is None:
        return None
    credit = plan_of(programme.current_id).credit
    return Exchange(rate=Decimal(credit.points.exchange)) if credit is not None and credit.points is not None else None


def _point_row(row: dict[str, object]) -> PointRow:
    facts = {name: row[name] for name in ("person_id", "name", "unit", "points", "place")}
    return PointRow(**facts, count=row["n"])  # type: ignore[arg-type]  # as the statement names them


def _facts(workshop: Space) -> dict[str, object]:
    return {"space": workshop.counted_id, "programme": workshop.programme_id or 0}


def set_at(workshop: Space) -> datetime | None:
    """Return when the rules of the workshop itself were set last; None = it has none of its own. Cost: one query."""
    return PointRule.objects.filter(space=workshop.counted_id).order_by("-set_at", "-pk").values_list("set_at", flat=True).first()


@dataclass(frozen=True, kw_only=True)
class RuleChange:
    """When the rules of a programme were set, by whom, and what became of each: (metric, before, after), "" = no rule."""

    at: datetime
    who: str
    changes: Sequence[tuple[str, str, str]]


def programme_rules(programme: Programme) -> list[PointRule]:
    """Return the rules that hold in a whole programme, in the order of the metrics. Cost: one query."""
    order = list(METRICS)
    found = PointRule.objects.filter(programme=programme, metric__in=order)
    return sorted(found, key=lambda rule: order.index(rule.metric))


def rule_history(programme: Programme, *, most: int = 20) -> list[RuleChange]:
    """Return the last times the rules of a programme were set, the newest first, each with what it changed. Cost: one query."""
    found = Record.objects.filter(object_type="point_rules", object_id=str(programme.pk), verb="set", kind="programme")
    rows = list(found.order_by("-at", "-pk")[: most + 1])
    told = [{key: _words(parts) for key, parts in row.data.get("rules", {}).items()} for row in rows] + [{}]
    return [
        RuleChange(at=row.at, who=row.actor_label, changes=_changed(told[number + 1], told[number]))
        for number, row in enumerate(rows[:most])
    ]


def exceptions(programme: Programme, *, number: int = 1) -> Page[Space]:
    """Return a page of the workshops of a programme that have rules of their own, with `own_rules` (how many) and `last_set_at`; by title.

    Cost: one query.
    """
    own = PointRule.objects.filter(space=OuterRef("pk")).order_by().values("space")
    found = Space.objects.filter(programme=programme).annotate(
        own_rules=Coalesce(Subquery(own.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
        last_set_at=Subquery(own.annotate(last=Max("set_at")).values("last"), output_field=DateTimeField()),
    )
    return page_of(found.filter(own_rules__gt=0).select_related("org").order_by("title", "pk"), number=number)


def _words(parts: Sequence[str]) -> str:
    points, a_day, at_most = (*parts, "", "", "")[:3]
    bounds = [words for words in (a_day and _("每天最多 %(n)s") % {"n": a_day}, at_most and _("合计最多 %(n)s") % {"n": at_most}) if words]
    return "，".join([_("%(n)s 分") % {"n": points}, *bounds])


def _changed(before: dict[str, str], after: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(label, before.get(key, ""), after.get(key, "")) for key, label in METRICS.items() if before.get(key, "") != after.get(key, "")]
