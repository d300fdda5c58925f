"""Rubrics: the shelf, one of them, the editor's draft, and those that authors of homework may choose."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.assessment import sheets
from yanxiu.assessment.models import Rubric, RubricDraft, RubricUse
from yanxiu.catalogue import content
from yanxiu.catalogue.rubrics import Offered
from yanxiu.kit.paging import Page, page_of
from yanxiu.orgs.models import Org

MOST_OFFERED = 100


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A published rubric as a list or page shows it."""

    rubric: Rubric
    dimensions: sheets.Dimensions

    @property
    def full(self) -> str:
        """The sum of the best levels."""
        return f"{sheets.full(self.dimensions).normalize():f}"


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """What is in use, what is being written, and what was discarded last: `count` in use."""

    count: int
    page: Page[Sheet]
    drafts: Sequence[RubricDraft]
    discarded: Sequence[RubricDraft] = ()


@dataclass(frozen=True, kw_only=True)
class RubricPage:
    """A rubric with its earlier editions, newest first. `is_latest`: no newer one is out; `draft`: the next one is being written."""

    sheet: Sheet
    editions: Sequence[Rubric]
    is_latest: bool
    draft: RubricDraft | None


def current(rubrics: QuerySet[Rubric]) -> QuerySet[Rubric]:
    """Return those that no newer edition follows."""
    return rubrics.exclude(Exists(Rubric.objects.filter(follows=OuterRef("pk"))))


def shelf(rubrics: QuerySet[Rubric], drafts: QuerySet[RubricDraft], *, use: str, words: str, number: int) -> Shelf:
    """Return current rubrics, newest first, and drafts, last written first. Cost: 4 queries."""
    found = current(rubrics).select_related("owner")
    if use in RubricUse.values:
        found = found.filter(use=use)
    if words:
        found = found.filter(title__icontains=words[:60])
    count = found.filter(withdrawn_at__isnull=True).count()
    page = page_of(found.order_by("withdrawn_at", "-published_at", "-pk"), number=number)
    rows = [sheet_of(one) for one in page.rows]
    kept = list(drafts.filter(discarded_at__isnull=True).select_related("owner", "follows").order_by("-saved_at", "-pk")[:20])
    discarded = list(drafts.filter(discarded_at__isnull=False).order_by("-discarded_at", "-pk")[:5])
    return Shelf(count=count, page=Page(rows=rows, number=page.number, has_more=page.has_more), drafts=kept, discarded=discarded)


def sheet_of(rubric: Rubric) -> Sheet:
    """Return a rubric with its dimensions read. No query."""
    return Sheet(rubric=rubric, dimensions=sheets.read(rubric.dimensions))


def rubric_page(rubric: Rubric) -> RubricPage:
    """Return a rubric with those it follows. Cost: 3 queries."""
    earlier = list(Rubric.objects.filter(owner_id=rubric.owner_id, use=rubric.use, number__lt=rubric.number).order_by("-number")[:200])
    known = {one.pk: one for one in earlier}
    editions, at = [], rubric.follows_id
    while at is not None and at in known:
        editions.append(known[at])
        at = known[at].follows_id
    newer = Rubric.objects.filter(follows=rubric).exists()
    draft = RubricDraft.objects.filter(follows=rubric, discarded_at__isnull=True).first()
    return RubricPage(sheet=sheet_of(rubric), editions=editions, is_latest=not newer, draft=draft)


def homework_rubric(asked: content.Homework) -> Rubric | None:
    """Return the rubric by which the homework is marked; None for a plain score, and where this installation has no such rubric."""
    if asked.rubric_id is None:
        return None
    found = Rubric.objects.filter(pk=asked.rubric_id, use=RubricUse.HOMEWORK).first()
    return found if found is not None and sheets.full(sheets.read(found.dimensions)) == asked.points else None


def for_homework(owner: Org, keep: Sequence[int]) -> list[Offered]:
    """Return the rubrics for homework of the owner and the units above, and those of the ids in `keep`. Cost: one query."""
    usable = _usable(owner, RubricUse.HOMEWORK)
    rows = Rubric.objects.filter(Q(pk__in=usable.values("pk")) | Q(pk__in=keep, use=RubricUse.HOMEWORK)).select_related("owner")
    return [_offered(one) for one in rows.order_by("-published_at", "-pk")[: MOST_OFFERED + len(keep)]]


def usable_rubrics(owner: Org, use: str) -> list[Rubric]:
    """Return the current rubrics of a use that a unit may choose: its own and those of the units above, newest first. Cost: one query."""
    return list(_usable(owner, use).select_related("owner").order_by("-published_at", "-pk")[:MOST_OFFERED])


def _usable(owner: Org, use: str) -> QuerySet[Rubric]:
    above = [owner.path[: place + 1] for place, letter in enumerate(owner.path) if letter == "/"]
    return current(Rubric.objects.filter(use=use, owner__path__in=above, withdrawn_at__isnull=True))


def _offered(rubric: Rubric) -> Offered:
    dimensions = sheets.read(rubric.dimensions)
    points = int(sheets.full(dimensions))
    words = {"title": rubric.title, "edition": rubric.edition, "points": points, "owner": rubric.owner.name}
    label = _("%(title)s 第 %(edition)s 版，满分 %(points)s（%(owner)s）") % words
    return Offered(rubric_id=rubric.pk, label=label, points=points, title=rubric.title, sign=sheets.sign_of(dimensions))
