"""Pages of appraisals: what is to be judged, who, by which rule, one sheet with what was counted, and the own results."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from yanxiu.assessment import sheets
from yanxiu.assessment.models import Rubric
from yanxiu.assessment.queries.rubrics import usable_rubrics
from yanxiu.evaluation.appraisals import KINDS, Asked, Scope, Subject, asked_in
from yanxiu.evaluation.models import Appraisal, AppraisalRule
from yanxiu.kit import sql
from yanxiu.kit.errors import NotFound
from yanxiu.kit.paging import Page, page_with
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme
from yanxiu.programmes.plan.metrics import METRICS
from yanxiu.programmes.plan.schema.judgement import DecisionAssessment
from yanxiu.programmes.queries import plan_of

MOST_PROGRAMMES, MOST_LINES = 20, 12
_PARAMETER = re.compile(r"%\((\w+)\)s")
SHOWS = {"all": "TRUE", "waiting": "judged_at IS NULL", "drafts": "draft_at IS NOT NULL", "done": "judged_at IS NOT NULL"}

_PEOPLE = """
SELECT x.person_id, 0::bigint AS unit_id, x.role, min(x.unit_path) AS path, p.name, p.sort_key, p.initials, o.name AS unit FROM (
    SELECT n.person_id, n.role, n.unit_path FROM programmes_enrolment n
    WHERE n.programme_id = %(programme)s AND n.state = 'active' AND n.role = ANY(%(roles)s)
    UNION ALL
    SELECT h.person_id, h.role, h.unit_path FROM evaluation_role h
    WHERE h.programme_id = %(programme)s AND h.until_at IS NULL AND h.role = ANY(%(roles)s)
) x JOIN people_person p ON p.id = x.person_id LEFT JOIN orgs_org o ON o.id = p.unit_id
WHERE x.unit_path LIKE ANY(%(paths)s) AND x.person_id <> %(me)s
GROUP BY x.person_id, x.role, p.name, p.sort_key, p.initials, o.name
"""
_UNITS = """
SELECT 0::bigint AS person_id, o.id AS unit_id, k.role, o.path, o.name, o.name AS sort_key, o.initials, COALESCE(u.name, '') AS unit
FROM orgs_org o JOIN unnest(%(kinds)s::text[], %(kind_roles)s::text[]) AS k(kind, role) ON k.kind = o.kind
LEFT JOIN orgs_org u ON u.id = o.parent_id
WHERE o.closed_on IS NULL AND o.path LIKE ANY(%(paths)s) AND EXISTS (
    SELECT 1 FROM programmes_enrolment n WHERE n.programme_id = %(programme)s AND n.state = 'active' AND n.unit_path LIKE o.path || '%%')
"""
_LISTED = """
SELECT s.*, j.score, j.grade, j.passed, j.judged_at, a.saved_at AS draft_at
FROM ({subjects}) s JOIN unnest(%(roles)s::text[], %(keys)s::text[]) AS r(role, key) ON r.role = s.role
LEFT JOIN evaluation_judgement j ON j.programme_id = %(programme)s AND j.key = r.key AND j.superseded_at IS NULL
 AND j.person_id = s.person_id AND j.unit_id = s.unit_id AND j.space_id = 0
LEFT JOIN evaluation_appraisal a ON a.programme_id = %(programme)s AND a.assessment = %(assessment)s AND a.role = s.role
 AND a.person_id = s.person_id AND a.unit_id = s.unit_id AND a.assessor_id = %(me)s AND a.submitted_at IS NULL
"""
_ROWS = """
SELECT * FROM ({listed}) l WHERE {show}
 AND (%(words)s = '' OR name LIKE %(words)s || '%%' OR initials LIKE lower(%(words)s) || '%%' OR unit LIKE '%%' || %(words)s || '%%')
ORDER BY judged_at IS NOT NULL, sort_key, person_id, unit_id, role OFFSET %(offset)s LIMIT %(limit)s
"""
_COUNTS = """
SELECT count(*) AS people, count(judged_at) AS judged, count(*) FILTER (WHERE passed) AS passed, count(draft_at) AS drafts
FROM ({listed}) l
"""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How far an assessment is in a scope: subjects, those judged, those passed, own drafts."""

    people: int
    judged: int
    passed: int
    drafts: int

    @property
    def waiting(self) -> int:
        return self.people - self.judged


@dataclass(frozen=True, kw_only=True)
class Row:
    """Somebody to be judged, with the finding in force (`judged_at` None = none yet) and the own draft."""

    person_id: int
    unit_id: int
    role: str
    path: str
    name: str
    unit: str
    score: Decimal | None
    grade: str | None
    passed: bool | None
    judged_at: datetime | None
    draft_at: datetime | None

    @property
    def subject_id(self) -> int:
        return self.person_id or self.unit_id


@dataclass(frozen=True, kw_only=True)
class Line:
    """An assessment in the overview, with its counts and the rule that holds for the unit of the hat (None = typed)."""

    asked: Asked
    counts: Counts
    rule: AppraisalRule | None


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A figure that the plan shows to those who assess: of the person, and of the workshops where the role is held (None = not asked)."""

    label: str
    person: int | None
    workshop: int | None


def asked_of(scope: Scope, programmes: QuerySet[Programme]) -> list[Asked]:
    """Return what is judged in the newest running programmes. Cost: one query, once the plans are read."""
    rows = programmes.filter(state="running", current__isnull=False).order_by("-pk")[:MOST_PROGRAMMES]
    found = [asked for one in rows for asked in asked_in(one, plan_of(one.current_id or 0))]
    return [one for one in found if scope.paths(one)]


def asked_by_id(scope: Scope, programmes: QuerySet[Programme], programme_id: int, assessment: str) -> Asked:
    """Return one assessment that is judged. Raises NotFound. Cost: one query."""
    for one in asked_of(scope, programmes.filter(pk=programme_id)):
        if one.id == assessment:
            return one
    raise NotFound("没有找到这项考核，或不由您当前的身份评定。")


def overview(scope: Scope, programmes: QuerySet[Programme]) -> list[Line]:
    """Return the assessments that are judged in the scope, with their counts. Cost: 3 queries, whatever their number."""
    found = asked_of(scope, programmes)[:MOST_LINES]
    if not found:
        return []
    rules = list(AppraisalRule.objects.filter(programme__in={one.programme.pk for one in found}).select_related("org", "rubric"))
    parts: list[str] = []
    parameters: dict[str, object] = {}
    for number, one in enumerate(found):
        part = _PARAMETER.sub(rf"%(\1_{number})s", _COUNTS.format(listed=_listed(one)))
        parts.append(f"SELECT {number} AS number, c.* FROM ({part}) c")
        parameters |= {f"{name}_{number}": value for name, value in _parameters(scope, one).items()}
    counts = {row.pop("number"): Counts(**row) for row in sql.rows(" UNION ALL ".join(parts), parameters, plan="fresh")}
    return [Line(asked=one, counts=counts[number], rule=_nearest(rules, one, _home(scope, one))) for number, one in enumerate(found)]


def counts_of(scope: Scope, asked: Asked) -> Counts:
    """Return how far the assessment is in the scope. Cost: one query."""
    statement = _COUNTS.format(listed=_listed(asked))
    return Counts(**sql.rows(statement, _parameters(scope, asked), plan="fresh")[0])


def listed(scope: Scope, asked: Asked, *, show: str = "all", words: str = "", number: int = 1, size: int = 20) -> Page[Row]:
    """Return those to be judged in the scope, the waiting first. Cost: one query."""
    statement = _ROWS.format(listed=_listed(asked), show=SHOWS.get(show, "TRUE"))
    more = {"words": words, "offset": (number - 1) * size, "limit": size + 1}
    rows = sql.rows(statement, {**_parameters(scope, asked), **more}, plan="fresh")
    found = [Row(**{name: row[name] for name in Row.__dataclass_fields__}) for row in rows]
    return page_with(found, number=number, size=size)


def subject_of(scope: Scope, asked: Asked, *, role: str, subject_id: int) -> tuple[Subject, Row]:
    """Return who is judged, if the scope reaches there. Raises NotFound. Cost: one query."""
    statement = f"SELECT * FROM ({_listed(asked)}) l WHERE role = %(role)s AND (person_id = %(subject)s OR unit_id = %(subject)s)"
    rows = sql.rows(statement, {**_parameters(scope, asked), "role": role, "subject": subject_id}, plan="fresh")
    if not rows:
        raise NotFound("没有找到要评定的人或单位。可能不在您当前身份的范围里，自己也不能评自己。")
    row = Row(**{name: rows[0][name] for name in Row.__dataclass_fields__})
    return Subject(person_id=row.person_id, unit_id=row.unit_id, role=row.role, name=row.name, path=row.path), row


def rule_for(asked: Asked, path: str) -> AppraisalRule | None:
    """Return the rule that holds at a unit path: the nearest upwards; None = a score is typed. Cost: one query."""
    rows = AppraisalRule.objects.filter(programme=asked.programme, assessment=asked.id).select_related("org", "rubric__owner")
    return _nearest(list(rows), asked, path)


def own_rule(asked: Asked, org: Org) -> AppraisalRule | None:
    """Return the rule that the unit itself has set. Cost: one query."""
    return AppraisalRule.objects.filter(programme=asked.programme, assessment=asked.id, org=org).select_related("org", "rubric").first()


def choosers(scope: Scope, asked: Asked) -> list[Org]:
    """Return the units for which the rule is chosen in the scope. Cost: one query."""
    paths = scope.paths(asked)
    return list(Org.objects.filter(path__in=paths).order_by("path", "pk")[:20])


def choices(asked: Asked, org: Org) -> list[Rubric]:
    """Return the rubrics by which the unit may judge the assessment: of its use, its own and those above. Cost: one query."""
    return usable_rubrics(org, asked.use)


def draft_of(scope: Scope, asked: Asked, subject: Subject) -> Appraisal | None:
    """Return the own draft. Cost: one query."""
    return Appraisal.objects.filter(
        programme=asked.programme, assessment=asked.id, role=subject.role, person_id=subject.person_id, unit_id=subject.unit_id,
        assessor_id=scope.me, submitted_at__isnull=True,
    ).select_related("rubric").first()  # fmt: skip


def history_of(asked: Asked, subject: Subject) -> list[Appraisal]:
    """Return the sheets that were submitted about somebody, newest first. Cost: one query."""
    rows = Appraisal.objects.filter(
        programme=asked.programme, assessment=asked.id, role=subject.role, person_id=subject.person_id, unit_id=subject.unit_id,
        submitted_at__isnull=False,
    )  # fmt: skip
    return list(rows.select_related("judgement", "rubric").order_by("-submitted_at", "-pk")[:20])


def chosen(appraisal: Appraisal) -> list[tuple[sheets.Dimension, sheets.Level, str]]:
    """Return the dimensions of a submitted sheet with the level given and what it rests on. No query."""
    if appraisal.rubric is None:
        return []
    dimensions = sheets.read(appraisal.rubric.dimensions)
    return [
        (one, one.levels[appraisal.levels[one.key]], appraisal.basis.get(one.key, "")) for one in dimensions if one.key in appraisal.levels
    ]


def place_of(appraisal: Appraisal) -> tuple[Asked, Subject] | None:
    """Return what a sheet is about; None when the plan asks for it no more. Cost: one query, two when a plan is read first."""
    asked = next(
        (one for one in asked_in(appraisal.programme, plan_of(appraisal.programme.current_id or 0)) if one.id == appraisal.assessment), None
    )
    if asked is None:
        return None
    if appraisal.unit_id:
        unit = Org.objects.get(pk=appraisal.unit_id)
        return asked, Subject(unit_id=unit.pk, role=appraisal.role, name=unit.name, path=unit.path)
    person = Person.objects.get(pk=appraisal.person_id)
    path = person.unit_path or appraisal.programme.owner_path
    return asked, Subject(person_id=person.pk, role=appraisal.role, name=person.name, path=path)


_TALLIES = """
SELECT t.metric, sum(t.count) FILTER (WHERE t.person_id = %(person)s) AS person,
       sum(t.count) FILTER (WHERE t.space_id IN (SELECT h.space_id FROM evaluation_role h WHERE h.programme_id = %(programme)s
           AND h.person_id = %(person)s AND h.role = %(role)s AND h.until_at IS NULL AND h.space_id > 0)) AS workshop
FROM records_tally t
WHERE t.programme_id = %(programme)s AND t.metric = ANY(%(metrics)s) GROUP BY 1
"""


def counters_of(asked: Asked, subject: Subject) -> list[Counted]:
    """Return the figures that the plan shows to those who assess a person (001 L29). Cost: one query, none when the plan asks for none."""
    stated = asked.item.counters if isinstance(asked.item, DecisionAssessment) else None
    if stated is None or not subject.person_id:
        return []
    metrics = list(dict.fromkeys((*stated.person, *stated.workshop)))
    parameters = {"programme": asked.programme.pk, "person": subject.person_id, "role": subject.role, "metrics": metrics}
    known: Mapping[str, dict[str, int | None]] = {row["metric"]: row for row in sql.rows(_TALLIES, parameters)}
    nothing = {"person": 0, "workshop": 0}
    return [
        Counted(
            label=METRICS[metric].label,
            person=int(known.get(metric, nothing)["person"] or 0) if metric in stated.person else None,
            workshop=int(known.get(metric, nothing)["workshop"] or 0) if metric in stated.workshop else None,
        )
        for metric in metrics
    ]


def own_appraisals(person_id: int) -> list[Appraisal]:
    """Return the sheets about a person whose finding is in force, newest first. Cost: one query."""
    rows = Appraisal.objects.filter(person_id=person_id, submitted_at__isnull=False, judgement__superseded_at__isnull=True)
    return list(rows.select_related("judgement", "rubric", "programme").order_by("-submitted_at", "-pk")[:50])


def _listed(asked: Asked) -> str:
    return _LISTED.format(subjects=_UNITS if asked.is_of_units else _PEOPLE)


def _parameters(scope: Scope, asked: Asked) -> dict[str, object]:
    paths = scope.paths(asked)
    roles = list(asked.item.of)
    kinds = [(kind, role) for role in roles for kind in KINDS.get(role, ())]
    return {
        "programme": asked.programme.pk, "assessment": asked.id, "roles": roles, "keys": [asked.key_of(role) for role in roles],
        "paths": [f"{path}%" for path in paths], "me": scope.me, "kinds": [str(kind) for kind, _role in kinds],
        "kind_roles": [role for _kind, role in kinds],
    }  # fmt: skip


def _home(scope: Scope, asked: Asked) -> str:
    return next(iter(scope.paths(asked)), "/")


def _nearest(rules: Sequence[AppraisalRule], asked: Asked, path: str) -> AppraisalRule | None:
    fitting = [
        one for one in rules
        if one.programme_id == asked.programme.pk and one.assessment == asked.id and path.startswith(one.org.path)
    ]  # fmt: skip
    return max(fitting, key=lambda one: len(one.org.path), default=None)
