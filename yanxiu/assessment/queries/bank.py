"""The bank as a list: questions found by words and narrowed by facets, how they did, which are alike, which are used."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.core.exceptions import EmptyResultSet
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import OrderBy, RawSQL

from yanxiu.assessment import rendering
from yanxiu.assessment.models import BankQuestion, KnowledgePoint, QuestionState, QuestionStatistic, QuestionVersion
from yanxiu.catalogue import content
from yanxiu.kit import search, sql
from yanxiu.kit.paging import Page, page_with

SORTS = ("best", "newest", "difficulty", "hardest", "weakest")
NO_POINT = "none"
FACETS = ("type", "stage", "subject", "point", "difficulty", "state")
_ALL_FACETS = """
SELECT CASE GROUPING(type, stage, subject, point, difficulty, state)
         WHEN 31 THEN 'type' WHEN 47 THEN 'stage' WHEN 55 THEN 'subject' WHEN 59 THEN 'point' WHEN 61 THEN 'difficulty'
         WHEN 62 THEN 'state' ELSE 'all' END AS facet,
       COALESCE(type, stage, subject, point::text, difficulty::text, state) AS value, count(*) AS n
  FROM ({found}) AS found (type, stage, subject, point, difficulty, state)
 GROUP BY GROUPING SETS ((type), (stage), (subject), (point), (difficulty), (state), ())
"""
_ONE_FACET = """
SELECT '{name}', {name}::text, count(*)
  FROM ({found}) AS found (type, stage, subject, point, difficulty, state) GROUP BY {name}
"""
_USED = """
SELECT DISTINCT version.question_id AS id
  FROM assessment_paper paper
 CROSS JOIN LATERAL jsonb_array_elements(paper.sections) section
 CROSS JOIN LATERAL jsonb_array_elements(section -> 'fixed') fixed
  JOIN assessment_questionversion version ON version.id = (fixed ->> 'version')::bigint
 UNION
SELECT version.question_id FROM assessment_questionstatistic statistic JOIN assessment_questionversion version ON version.id = version_id
"""


@dataclass(frozen=True, kw_only=True)
class BankFilters:
    """What narrows the bank; "" = not asked. `point` is an id (with all below it) or "none", `used` yes or no."""

    text: str = ""
    type: str = ""
    stage: str = ""
    subject: str = ""
    point: str = ""
    difficulty: str = ""
    state: str = ""
    used: str = ""
    sort: str = ""


@dataclass(frozen=True, kw_only=True)
class PointTree:
    """The knowledge points that the actor sees, each under its parent."""

    points: Sequence[KnowledgePoint]

    @cached_property
    def children(self) -> Mapping[int | None, list[KnowledgePoint]]:
        """Points by their parent, in the order of names."""
        found: dict[int | None, list[KnowledgePoint]] = {}
        for point in self.points:
            found.setdefault(point.parent_id, []).append(point)
        return found

    @cached_property
    def by_id(self) -> Mapping[int, KnowledgePoint]:
        """Points by id."""
        return {point.pk: point for point in self.points}

    def below(self, point_id: int) -> list[int]:
        """Return the ids of a point and of all below it."""
        return [point_id, *(found for child in self.children.get(point_id, ()) for found in self.below(child.pk))]

    def walk(self, parent: int | None = None, depth: int = 0) -> Iterable[tuple[int, KnowledgePoint]]:
        """Yield depth and point, each parent before its children."""
        for point in self.children.get(parent, ()):
            yield depth, point
            yield from self.walk(point.pk, depth + 1)

    def path(self, point_id: int | None) -> str:
        """Return the names from the top to a point: 课堂观察 › 记录."""
        names: list[str] = []
        while point_id is not None and point_id in self.by_id:
            names.insert(0, self.by_id[point_id].name)
            point_id = self.by_id[point_id].parent_id
        return " › ".join(names)


@dataclass(frozen=True, kw_only=True)
class BankRow:
    """A question of the list: `stem` in words alone, its newest version, and how the approved one did."""

    question: BankQuestion
    version: QuestionVersion
    stem: str
    statistic: QuestionStatistic | None
    twins: int
    pieces: Sequence[search.Piece]


@dataclass(frozen=True, kw_only=True)
class BankFacets:
    """How many questions each value of a facet leaves, the other facets as they are."""

    total: int
    of: Mapping[str, Counter[str]]


def point_tree(points: QuerySet[KnowledgePoint]) -> PointTree:
    """Return the tree of the points that are visible. Cost: one query."""
    return PointTree(points=list(points.select_related("owner").order_by("owner__path", "stage", "subject", "name", "pk")))


def narrowed(questions: QuerySet[BankQuestion], filters: BankFilters, tree: PointTree, *, without: str = "") -> QuerySet[BankQuestion]:
    """Return the questions that fit all filters but the facet `without`. No query."""
    left = replace(filters, **{without: ""}) if without else filters
    found = _with_words(questions, left.text)
    for name in ("type", "stage", "subject", "difficulty", "state"):
        if value := getattr(left, name):
            found = found.filter(**{name: value})
    if left.point == NO_POINT:
        found = found.filter(point__isnull=True)
    elif left.point:
        found = found.filter(point__in=tree.below(int(left.point)))
    if left.used:
        used = Q(pk__in=RawSQL(_USED, ()))  # noqa: S611 - no word of it comes from anybody
        found = found.filter(used if left.used == "yes" else ~used)
    return found


def bank_page(
    questions: QuerySet[BankQuestion], filters: BankFilters, tree: PointTree, *, number: int, size: int = 20, has_twins: bool = True
) -> Page[BankRow]:
    """Return a page of the bank. Cost: 4 queries, 3 without looking for twins."""
    found = _sorted(narrowed(questions, filters, tree), filters)
    start = (number - 1) * size
    ids = found.values("pk")[start : start + size + 1]  # only then what is shown of each: what stands beside 20,000 is not joined
    shown = _sorted(BankQuestion.objects.filter(pk__in=ids), filters).select_related("owner", "point").defer("words")
    page = page_with(list(shown), number=number, size=size)
    return Page(rows=rows_of(page.rows, asked=filters.text, has_twins=has_twins), number=page.number, has_more=page.has_more)


def _sorted(found: QuerySet[BankQuestion], filters: BankFilters) -> QuerySet[BankQuestion]:
    has_words = bool(filters.text and search.query(filters.text))
    if filters.sort in ("hardest", "weakest"):
        by_use = QuestionStatistic.objects.filter(version=OuterRef("approved"))
        found = found.annotate(did=Subquery(by_use.values("mean_share" if filters.sort == "hardest" else "discrimination")[:1]))
    if has_words:
        found = found.annotate(rank=SearchRank(F("words"), _asked(filters.text)))
    weak = F("did").asc(nulls_last=True)
    orders: dict[str, str | OrderBy] = {"newest": "-pk", "difficulty": "-difficulty", "hardest": weak, "weakest": weak}
    return found.order_by(orders.get(filters.sort, "-rank" if has_words else "-pk"), "-pk")


def rows_of(questions: Sequence[BankQuestion], *, asked: str = "", has_twins: bool = True) -> list[BankRow]:
    """Return questions as the list shows them. Cost: 3 queries, 2 without looking for twins."""
    newest = newest_versions(questions)
    done = {row.version_id: row for row in QuestionStatistic.objects.filter(version__in=[one.approved_id for one in questions])}
    twins = twins_of(version.digest for version in newest.values()) if has_twins else {}
    rows = []
    for question in questions:
        version = newest[question.pk]
        stem = rendering.plain(content.read_question(version.content).stem, most=90)
        alike = len(twins.get(version.digest, set()) - {question.pk})
        statistic = done.get(question.approved_id or 0)
        pieces = search.marked(stem, asked)
        rows.append(BankRow(question=question, version=version, stem=stem, statistic=statistic, twins=alike, pieces=pieces))
    return rows


def stems_of(questions: Sequence[BankQuestion]) -> list[tuple[BankQuestion, str]]:
    """Return questions with the beginning of their newest stem, in words alone. Cost: one query."""
    newest = newest_versions(questions)
    return [(one, rendering.plain(content.read_question(newest[one.pk].content).stem, most=60)) for one in questions]


def newest_versions(questions: Sequence[BankQuestion]) -> dict[int, QuestionVersion]:
    """Return the newest version of each question, by its id. Cost: one query."""
    found = QuestionVersion.objects.filter(question__in=[question.pk for question in questions])
    return {version.question_id: version for version in found.order_by("question", "-number").distinct("question")}


def twins_of(digests: Iterable[str]) -> dict[str, set[int]]:
    """Return for each digest the ids of the questions in use that ask the same. Cost: one query."""
    found = QuestionVersion.objects.filter(digest__in=set(digests)).exclude(question__state=QuestionState.RETIRED)
    twins: dict[str, set[int]] = {}
    for digest, question_id in found.order_by("pk").values_list("digest", "question_id"):
        twins.setdefault(digest, set()).add(question_id)
    return twins


def bank_facets(questions: QuerySet[BankQuestion], filters: BankFilters, tree: PointTree) -> BankFacets:
    """Count what each value would leave: of a facet that is chosen, among what the others leave. Cost: one query, all in the database."""
    chosen = [name for name in FACETS if getattr(filters, name)]
    asked = [(narrowed(questions, filters, tree), _ALL_FACETS)]
    asked += [(narrowed(questions, filters, tree, without=name), _ONE_FACET.replace("{name}", name)) for name in chosen]
    try:
        parts = [(statement, *found.order_by().values_list(*FACETS).query.sql_with_params()) for found, statement in asked]
    except EmptyResultSet:  # nothing can fit: no word that could be looked for
        return BankFacets(total=0, of={name: Counter() for name in FACETS})
    statement = " UNION ALL ".join(outer.replace("{found}", inner) for outer, inner, _values in parts)
    of: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    total = 0
    for row in sql.rows(statement, [value for *_, values in parts for value in values]):
        if row["facet"] == "all":
            total = row["n"]
        else:
            value = NO_POINT if row["value"] is None else row["value"]
            of[row["facet"]][value] = max(row["n"], of[row["facet"]][value])  # a chosen facet comes twice, once as it narrows itself
    return BankFacets(total=total, of=of)


def _with_words(questions: QuerySet[BankQuestion], text: str) -> QuerySet[BankQuestion]:
    if not text:
        return questions
    by_number = Q(pk=int(text)) if text.isascii() and text.isdecimal() and len(text) < 12 else Q(pk__in=[])
    return questions.filter(Q(words=_asked(text)) | by_number) if search.query(text) else questions.none()


def _asked(text: str) -> SearchQuery:
    return SearchQuery(search.query(text), search_type="raw", config="simple")
