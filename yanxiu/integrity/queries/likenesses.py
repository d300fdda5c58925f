"""Texts alike, for those who judge: the list, two texts beside each other, and what stands with an object."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from yanxiu.integrity import rules
from yanxiu.integrity.models import IndexedText, Likeness, PublicText, TextKind, Threshold
from yanxiu.integrity.queries.alike import side_by_side
from yanxiu.integrity.similarity import Piece, Stretch, Why, cut, only
from yanxiu.kit import clock, sql
from yanxiu.orgs.models import Org

SORTS = {"share": ("-share", "-written_at", "-pk"), "newest": ("-written_at", "-pk")}


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of two texts. `text` is None for those who may not read it whole; `url` leads to where it came from."""

    text: IndexedText | None
    words: str
    pieces: tuple[Piece, ...]
    url: str


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two texts beside each other, the other likenesses of the first (id of the text, share), and how many passages are alike."""

    likeness: Likeness | None
    share: Decimal
    one: Side
    other: Side
    passages: int
    more: tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True, kw_only=True)
class Alike:
    """The largest likeness of an object's texts: for a marker's list and page."""

    text_id: int
    other_id: int
    share: Decimal
    is_noticed: bool


def noticed(visible: QuerySet[IndexedText], *, kind: str = "", name: str = "", sort: str = "newest") -> QuerySet[IndexedText]:
    """Return the noticed texts of a scope with `other_id`, the one each is most like."""
    largest = Likeness.objects.filter(text=OuterRef("pk")).order_by("-share", "pk").values("other")[:1]
    found = visible.filter(is_noticed=True).annotate(other_id=Subquery(largest)).filter(other_id__isnull=False)
    if kind:
        found = found.filter(kind=kind)
    if name:
        found = found.filter(person__name__icontains=name)
    return found.select_related("person__unit").defer("body", "marks", "set_aside").order_by(*SORTS.get(sort, SORTS["newest"]))


def pair(one: IndexedText, other: IndexedText, *, may_read: bool, address: Callable[[IndexedText], str]) -> Pair:
    """Put two texts beside each other; of an `other` that may not be read whole only what is the same is given. Cost: one query."""
    rows = list(Likeness.objects.filter(text=one).order_by("-share", "pk"))
    likeness = next((row for row in rows if row.other_id == other.pk), None)
    same = side_by_side(one, other)
    aside = [Stretch(start=start, end=end, why=Why(why)) for start, end, why in one.set_aside]
    here = [(row.start, row.end, row.number) for row in same]
    there = [(row.other_start, row.other_end, row.number) for row in same]
    characters = sum(end - start for start, end, _number in here)
    return Pair(
        likeness=likeness,
        share=likeness.share if likeness else Decimal(min(characters / max(1, len(one.body)), 1)),
        one=Side(text=one, words=_words(one), pieces=cut(one.body, here, aside), url=address(one)),
        other=Side(
            text=other if may_read else None, words=_words(other) if may_read else whose(one, other),
            pieces=cut(other.body, there) if may_read else only(other.body, there), url=address(other) if may_read else "",
        ),
        passages=max((row.number for row in same), default=0),
        more=tuple((row.other_id, row.share) for row in rows if row.other_id != other.pk),
    )  # fmt: skip


_ALIKE = """
SELECT DISTINCT ON (t.object_id) t.object_id, l.text_id, l.other_id, l.share, t.is_noticed
FROM integrity_likeness l JOIN integrity_indexedtext t ON t.id = l.text_id
WHERE t.object_type = %(type)s AND t.object_id = ANY(%(ids)s::bigint[])
ORDER BY t.object_id, l.share DESC, l.id
"""


def alike_objects(object_type: str, object_ids: Iterable[int]) -> dict[int, Alike]:
    """Return the largest likeness of each of these objects that has one, by id: set-based, for lists and pages. Cost: one query."""
    rows = sql.rows(_ALIKE, {"type": object_type, "ids": list(object_ids)})
    return {row.pop("object_id"): Alike(**row) for row in rows}


def known_other(one: IndexedText) -> QuerySet[IndexedText]:
    """Return the texts that a text was found to be like."""
    return IndexedText.objects.filter(pk__in=Likeness.objects.filter(text=one).values("other")).select_related("person__unit")


def shares_of(org: Org) -> dict[str, Decimal]:
    """Return from which share on texts are noticed in a unit, by kind: its own, the next one's above, ours. Cost: one query."""
    ids = [int(part) for part in org.path.strip("/").split("/")]
    found = Threshold.objects.filter(org__in=ids).order_by(Length("org__path"), "kind").values_list("kind", "share")
    return {kind: Decimal(str(share)) for kind, share in rules.SHARES.items()} | dict(found)


def public_texts(visible: QuerySet[PublicText], *, words: str = "") -> QuerySet[PublicText]:
    """Return the public texts of a scope by title, those of higher units first."""
    found = visible.filter(title__icontains=words) if words else visible
    return found.select_related("org").defer("marks").order_by("org__path", "title", "pk")


def whose(one: IndexedText, other: IndexedText) -> str:
    """Return what may be said of a text that the reader may not read: nobody's name."""
    kind = TextKind(other.kind).label
    if other.programme_id is not None and other.programme_id == one.programme_id:
        return _("同一方案里的一份%(kind)s") % {"kind": kind}
    if clock.day(other.written_at).year < clock.day(one.written_at).year:
        return _("往年的一份%(kind)s") % {"kind": kind}
    return _("别处的一份%(kind)s") % {"kind": kind}


def _words(text: IndexedText) -> str:
    return text.title or str(TextKind(text.kind).label)
