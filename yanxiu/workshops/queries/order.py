"""Keeping order: what waits in the spaces one keeps, what was done, and one person's own."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

from django.db.models import CharField, Count, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils.html import strip_tags

from yanxiu.integrity import reported
from yanxiu.integrity.models import CaseState, Measure, MeasureAppeal, Report, ReportCase, ReportReason, WordHit
from yanxiu.kit.paging import Page, page_of, page_with
from yanxiu.workshops.likeness import POST
from yanxiu.workshops.models import Post, PostState, Space, SpaceKind, SpaceRules

EXCERPT = 160
SHOWS = ("held", "reports", "hits", "appeals")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Something that waits: `key` names it in the form, `why` says what for; `words` are the plain words of the post."""

    key: int
    post: Post | None
    title: str
    author: str
    unit: str
    place: str
    why: tuple[str, ...]
    words: str
    since: datetime
    case: ReportCase | None = None
    page: str = ""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much waits, and since when the oldest."""

    held: int
    reports: int
    hits: int
    appeals: int
    oldest: datetime | None

    @property
    def total(self) -> int:
        return self.held + self.reports + self.hits + self.appeals


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What somebody keeps, as the permissions say: `spaces`, of them or (None) of all; what she may see waiting; who she is."""

    spaces: QuerySet[Space]
    cases: QuerySet[ReportCase]
    hits: QuerySet[WordHit]
    appeals: QuerySet[MeasureAppeal]
    person_id: int | None
    is_one: bool


def below(found: QuerySet[Space], space: Space) -> QuerySet[Space]:
    """Narrow spaces to one and its sub-workshops."""
    return found.filter(Q(pk=space.pk) | Q(parent=space, kind=SpaceKind.SUB_WORKSHOP))


def waiting_counts(scope: Scope) -> Counts:
    """Count what waits. Cost: one query."""
    rows = _summed(_held(scope), "held", "created_at").union(
        _summed(_cases(scope), "reports", "opened_at"), _summed(_hits(scope), "hits", "found_at", of="object_id"),
        _summed(_appeals(scope), "appeals", "appealed_at"), all=True,
    )  # fmt: skip
    found = {what: (n, oldest) for what, n, oldest in rows}
    count = {show: found.get(show, (0, None))[0] for show in SHOWS}
    return Counts(**count, oldest=min((oldest for _n, oldest in found.values() if oldest), default=None))


def _summed(found: QuerySet[Any], what: str, moment: str, *, of: str = "pk") -> Any:
    said = found.order_by().annotate(what=Value(what, CharField())).values("what")
    return said.annotate(n=Count(of, distinct=True), oldest=Min(moment)).values_list("what", "n", "oldest")


def waiting(scope: Scope, *, show: str, number: int) -> Page[Waiting]:
    """Return a page of what waits, the oldest first. Cost: 1 to 3 queries."""
    if show == "reports":
        return _reports_page(scope, number=number)
    if show == "hits":
        return _hits_page(scope, number=number)
    page = page_of(_posts(_held(scope)).order_by("created_at", "pk"), number=number)
    return _page(page, [_of_post(one, key=one.pk, why=(one.held_for,), since=one.created_at) for one in page.rows])


def waiting_appeals(scope: Scope, *, number: int) -> Page[MeasureAppeal]:
    """Return a page of the appeals that the actor may rule on, the oldest first. Cost: one query."""
    rows = _appeals(scope).select_related("measure__person__unit", "measure__appeal_seat")
    return page_of(rows.order_by("appealed_at", "pk"), number=number)


def measures_of(spaces: QuerySet[Space], *, kind: str = "", name: str = "") -> QuerySet[Measure]:
    """Return the measures taken in spaces, the latest first."""
    found = Measure.objects.filter(space_id__in=spaces.values("pk")).select_related("person__unit")
    if kind:
        found = found.filter(kind=kind)
    if name:
        found = found.filter(person__name__icontains=name)
    ruled = MeasureAppeal.objects.filter(measure=OuterRef("pk"))
    found = found.annotate(appealed_at=Subquery(ruled.values("appealed_at")[:1]), ruling=Subquery(ruled.values("ruling")[:1]))
    return found.order_by("-taken_at", "-pk")


def own_measures(person_id: int) -> QuerySet[Measure]:
    """Return the measures against a person, the latest first."""
    ruled = MeasureAppeal.objects.filter(measure=OuterRef("pk"))
    found = Measure.objects.filter(person_id=person_id).select_related("appeal_seat")
    found = found.annotate(appealed_at=Subquery(ruled.values("appealed_at")[:1]), ruling=Subquery(ruled.values("ruling")[:1]))
    return found.order_by("-taken_at", "-pk")


def rules_of(space: Space) -> SpaceRules | None:
    """Return the rules by which posts wait in a space, None for none. Cost: one query."""
    return SpaceRules.objects.filter(space=space.counted_id).first()


def plain_words(post: Post, *, most: int = EXCERPT) -> str:
    """Return the beginning of a post as plain words, to be shown escaped."""
    words = " ".join(unescape(strip_tags(post.body)).split())
    return f"{words[:most]}…" if len(words) > most else words


def heading(post: Post) -> str:
    """Return the title of a post, of its thread for a reply."""
    return post.title or (post.parent.title if post.parent is not None else "")


def _held(scope: Scope) -> QuerySet[Post]:
    return Post.objects.filter(space__in=scope.spaces.values("pk"), state=PostState.HELD).exclude(author_id=scope.person_id)


def _cases(scope: Scope) -> QuerySet[ReportCase]:
    found = scope.cases.filter(state=CaseState.OPEN)
    return found.filter(space_id__in=scope.spaces.values("pk")) if scope.is_one else found


def _hits(scope: Scope) -> QuerySet[WordHit]:
    found = scope.hits.filter(seen_at__isnull=True, object_type=POST)
    other = Post.objects.filter(pk=OuterRef("object_id")).exclude(state=PostState.PUBLISHED)
    found = found.filter(~Exists(other))
    return found.filter(space_id__in=scope.spaces.values("pk")) if scope.is_one else found


def _appeals(scope: Scope) -> QuerySet[MeasureAppeal]:
    found = scope.appeals.filter(ruled_at__isnull=True)
    return found.filter(measure__space_id__in=scope.spaces.values("pk")) if scope.is_one else found


def _reports_page(scope: Scope, *, number: int) -> Page[Waiting]:
    page = page_of(_cases(scope).select_related("person__unit").order_by("-report_count", "opened_at", "pk"), number=number)
    posts = _by_id(one.object_id for one in page.rows if one.object_type == POST)
    said: defaultdict[int, list[str]] = defaultdict(list)
    for one in Report.objects.filter(case__in=[row.pk for row in page.rows]).order_by("pk"):
        said[one.case_id].append(f"{ReportReason(one.reason).label}{'：' + one.words if one.words else ''}")
    flagged: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    beside = [row.object_id for row in page.rows if row.object_type != POST]
    for hit in WordHit.objects.filter(object_id__in=beside).exclude(object_type=POST).order_by("pk") if beside else []:
        flagged[(hit.object_type, hit.object_id)].append(f"{hit.found}（{hit.pack_title}）")
    rows = []
    for case in page.rows:
        post = posts.get(case.object_id) if case.object_type == POST else None
        why = tuple(dict.fromkeys([*said[case.pk], *flagged[(case.object_type, case.object_id)]]))
        rows.append(
            Waiting(
                key=case.pk, post=post, title=case.title, author=case.person.name if case.person else "", why=why, since=case.opened_at,
                unit=case.person.unit.name if case.person and case.person.unit else "", place=post.space.title if post else "",
                words=plain_words(post) if post else case.snapshot[:EXCERPT], case=None if post else case,
                page="" if post else _page_of(case),
            )
        )  # fmt: skip
    return _page(page, rows)


def _page_of(case: ReportCase) -> str:
    kind = reported.kind_of(case.object_type)
    return reverse(kind.page, args=[case.object_id]) if kind is not None and kind.page else ""


def _hits_page(scope: Scope, *, number: int) -> Page[Waiting]:
    groups: QuerySet[Any, Any] = (
        _hits(scope).values("object_id").annotate(since=Min("found_at"), key=Max("pk")).order_by("since", "object_id")
    )
    page = page_with(list(groups[(number - 1) * 20 : number * 20 + 1]), number=number)
    ids = [row["object_id"] for row in page.rows]
    posts, found = _by_id(ids), defaultdict(list)
    for hit in _hits(scope).filter(object_id__in=ids).order_by("pk"):
        found[hit.object_id].append(f"{hit.found}（{hit.pack_title}）")
    rows = [
        _of_post(posts[row["object_id"]], key=row["key"], why=tuple(dict.fromkeys(found[row["object_id"]])), since=row["since"])
        for row in page.rows
        if row["object_id"] in posts
    ]
    return _page(page, rows)


def _of_post(post: Post, *, key: int, why: tuple[str, ...], since: datetime) -> Waiting:
    unit = post.author.unit
    return Waiting(
        key=key, post=post, title=heading(post), author=post.author.name,
        unit=unit.name if unit else "", place=post.space.title, why=why, words=plain_words(post), since=since,
    )  # fmt: skip


def _posts(found: QuerySet[Post]) -> QuerySet[Post]:
    return found.select_related("author__unit", "space__org", "space__parent", "parent")


def _by_id(ids: Iterable[int]) -> dict[int, Post]:
    return {one.pk: one for one in _posts(Post.objects.filter(pk__in=list(ids)))}


def _page(page: Page[Any], rows: Sequence[Waiting]) -> Page[Waiting]:
    return Page(rows=rows, number=page.number, has_more=page.has_more)
