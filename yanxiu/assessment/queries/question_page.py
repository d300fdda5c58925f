"""One question: its versions and what changed between them, its reviews, how it did, where it stands, and its twins."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet, Window

from yanxiu.assessment import rendering
from yanxiu.assessment.asking import SIGNS, AskedView, asked_alone, asked_view
from yanxiu.assessment.models import BankQuestion, QuestionReview, QuestionState, QuestionStatistic, QuestionVersion
from yanxiu.catalogue import content
from yanxiu.catalogue.content import AnyQuestion
from yanxiu.kit import sql
from yanxiu.people.models import Person

_PAPERS = """
SELECT DISTINCT paper.id, paper.title, paper.published_at IS NOT NULL AS is_published
  FROM assessment_paper paper
 CROSS JOIN LATERAL jsonb_array_elements(paper.sections) section
 CROSS JOIN LATERAL jsonb_array_elements(section -> 'fixed') fixed
 WHERE (fixed ->> 'version')::bigint = ANY(%(versions)s)
 ORDER BY paper.id DESC LIMIT 20
"""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of what a version says: kept, added or removed against the one before."""

    mark: str
    text: str


@dataclass(frozen=True, kw_only=True)
class VersionView:
    """A version with its writer's name, its review, and the lines that changed against the one before."""

    version: QuestionVersion
    writer: str
    review: QuestionReview | None
    changes: Sequence[Line]


@dataclass(frozen=True, kw_only=True)
class UsingPaper:
    """A paper that names the question."""

    id: int
    title: str
    is_published: bool


@dataclass(frozen=True, kw_only=True)
class QuestionPage:
    """What stands on the page of a question. `shown` is the newest version with its answer; `statistic` of the approved one."""

    question: BankQuestion
    versions: Sequence[VersionView]
    shown: AskedView
    statistic: QuestionStatistic | None
    papers: Sequence[UsingPaper]
    twins: Sequence[BankQuestion]

    @property
    def newest(self) -> QuestionVersion:
        """The version that was written last."""
        return self.versions[0].version


def question_page(
    question: BankQuestion, *, shown: AskedView, versions: Sequence[QuestionVersion], twins: QuerySet[BankQuestion], is_review: bool = False
) -> QuestionPage:
    """Return the page; `versions` newest first, `twins` all questions that the actor sees. Cost: 5 queries.

    A reviewer's (3 queries) has neither figures nor papers: what is read has not been used.
    """
    reviews: dict[int, QuestionReview] = {}
    for review in QuestionReview.objects.filter(version__in=versions).order_by("pk"):
        reviews[review.version_id] = review
    names = dict(Person.objects.filter(pk__in={version.written_by for version in versions if version.written_by}).values_list("pk", "name"))
    alike = QuestionVersion.objects.filter(digest=versions[0].digest).exclude(question=question).values("question")
    return QuestionPage(
        question=question,
        versions=_with_changes(versions, names, reviews),
        shown=shown,
        statistic=None if is_review or not question.approved_id else QuestionStatistic.objects.filter(version=question.approved_id).first(),
        papers=[] if is_review else [UsingPaper(**row) for row in sql.rows(_PAPERS, {"versions": [version.pk for version in versions]})],
        twins=list(twins.filter(pk__in=alike).order_by("pk")[:5]),
    )


def shown_with_answer(question: AnyQuestion, links: rendering.Links) -> AskedView:
    """Return a question as its author reads it: with the right answer and what markers see."""
    return asked_view(question, asked_alone(question), links=links, is_open=False, reveals="answers")


def lines_of(question: AnyQuestion) -> list[str]:
    """Return what a question says and what is right in it, a line for each piece, for comparing versions."""
    raw = content.write(question)
    lines: list[str] = []

    def walk(value: object, name: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, key)
        elif isinstance(value, list | tuple) and any(isinstance(inner, dict | list) for inner in value):
            for inner in value:
                walk(inner, name)
        elif value not in ("", None, []) and name != "type":
            held = value if isinstance(value, list | tuple) else [value]
            text = "｜".join(SIGNS[one] if name in _PLACES and isinstance(one, int) else str(one) for one in held)
            lines.extend(f"{_NAMES.get(name, name)}：{part}" for part in text.split("\n"))

    walk(raw, "")
    return lines


_PLACES = {"answers", "answer", "pairs"}
_NAMES = {
    "stem": "题干", "options": "选项", "answers": "答案", "answer": "答案", "explanation": "解析", "accepts": "可接受的答案",
    "tolerance": "误差", "left": "左边", "right": "右边", "pairs": "连线", "parts": "次序", "reference": "参考答案", "points": "采分点",
    "min_characters": "最少字数", "most_characters": "最多字数", "share": "分值", "kind": "题型", "is_case_sensitive": "区分大小写",
    "in_any_order": "次序不限",
}  # fmt: skip


def _with_changes(versions: Sequence[QuestionVersion], names: dict[int, str], reviews: dict[int, QuestionReview]) -> list[VersionView]:
    said = {version.pk: lines_of(content.read_question(version.content)) for version in versions}
    views = []
    for version, before in zip(versions, [*versions[1:], None], strict=True):
        changes = _changes(said[before.pk], said[version.pk]) if before else []
        views.append(
            VersionView(version=version, writer=names.get(version.written_by or 0, ""), review=reviews.get(version.pk), changes=changes)
        )
    return views


def _changes(before: list[str], after: list[str]) -> list[Line]:
    found = difflib.ndiff(before, after)
    return [Line(mark="added" if line[0] == "+" else "removed", text=line[2:]) for line in found if line[0] in "+-"]


def waiting_for_review(questions: QuerySet[BankQuestion], *, person_id: int | None) -> QuerySet[BankQuestion]:
    """Return the questions that wait for the actor's reading, oldest first, with `waiting`, how many there are.

    None whose newest version is the actor's own.
    """
    newer = QuestionVersion.objects.filter(question=OuterRef("question"), number__gt=OuterRef("number"))
    own = QuestionVersion.objects.filter(~Exists(newer), written_by=person_id).values("question")
    waiting = questions.filter(state=QuestionState.REVIEW).select_related("owner", "point").order_by("pk")
    left = waiting.exclude(pk__in=own) if person_id is not None else waiting
    return left.annotate(waiting=Window(Count("pk")))
