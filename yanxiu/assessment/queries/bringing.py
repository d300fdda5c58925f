"""What the preview of a question file shows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from yanxiu.assessment import rendering
from yanxiu.assessment.asking import AskedView
from yanxiu.assessment.bringing import Plan
from yanxiu.assessment.exchange.shape import Refused, Understood
from yanxiu.assessment.models import KnowledgePoint, QuestionImport, QuestionImportState, QuestionVersion
from yanxiu.assessment.queries.question_page import shown_with_answer
from yanxiu.catalogue.content import QUESTION_TYPES, digest_of, type_of
from yanxiu.kit.paging import Page, page_with

PAGE = 20
REFUSED_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Row:
    """A question of the preview: `twin` is a question of the bank that asks the same, 0 for none; `again` when the file asks it twice."""

    number: int
    understood: Understood
    shown: AskedView
    is_wanted: bool
    twin: int
    again: bool
    is_new_point: bool


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The preview: counts by kind, a page of questions, the first of what was refused, names of points that will be new."""

    kinds: list[tuple[str, int]]
    page: Page[Row]
    refused: Sequence[Refused]
    new_points: Sequence[str]
    wanted: int
    total: int


def preview(brought: QuestionImport, plan: Plan, *, number: int, person_id: int | None, at: datetime) -> Preview:
    """Return what the page shows. Cost: 2 to 3 queries."""
    understood = plan.reading.understood
    counted = Counter(type_of(one.question) for one in understood)
    names = {one.point.strip() for one in understood if one.point.strip()}
    found = KnowledgePoint.objects.filter(owner=brought.owner_id, name__in=names).values_list("name", flat=True) if names else ()
    missing = names - set(found)
    start = (number - 1) * PAGE
    rows = _rows(brought, plan, start, missing, person_id=person_id, at=at)
    return Preview(
        kinds=[(zh, counted[key]) for key, zh in QUESTION_TYPES.items() if counted[key]],
        page=page_with(rows, number=number, size=PAGE),
        refused=plan.reading.refused[:REFUSED_SHOWN],
        new_points=sorted(missing),
        wanted=len(plan.wanted),
        total=len(understood),
    )


def recent_imports(imports: QuerySet[QuestionImport]) -> list[QuestionImport]:
    """Return the newest imports, those given up left out. Cost: one query."""
    return list(imports.exclude(state=QuestionImportState.GIVEN_UP).order_by("-created_at", "-pk")[:6])


def _rows(brought: QuestionImport, plan: Plan, start: int, missing: set[str], *, person_id: int | None, at: datetime) -> list[Row]:
    shown = plan.reading.understood[start : start + PAGE + 1]
    links = rendering.links_of([one.question for one in shown], person_id=person_id, at=at)
    digests = [digest_of(one.question) for one in shown]
    there = QuestionVersion.objects.filter(digest__in=set(digests), question__owner=brought.owner_id).exclude(question__in=brought.made)
    twins = dict(there.values_list("digest", "question_id")) if digests else {}
    before = {digest_of(one.question) for one in plan.reading.understood[:start]}
    left = set(plan.left)
    rows = []
    for number, (one, digest) in enumerate(zip(shown, digests, strict=True), start=start + 1):
        rows.append(
            Row(
                number=number, understood=one, shown=replace(shown_with_answer(one.question, links), number=number),
                is_wanted=number not in left,
                twin=twins.get(digest, 0), again=digest in before, is_new_point=one.point.strip() in missing,
            )
        )  # fmt: skip
        before.add(digest)
    return rows
