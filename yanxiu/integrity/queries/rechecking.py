"""What is to be compared anew, because words were made public after it was compared."""

from collections.abc import Sequence

from yanxiu.integrity.models import IndexedText, Likeness, PublicText, TextKind
from yanxiu.integrity.queries.alike import compared
from yanxiu.integrity.similarity import Report, Text, Why, folding, marking
from yanxiu.kit import sql

MOST_AT_ONCE = 300
_CHECKED_BEFORE = """
SELECT t.id FROM integrity_publictext p
JOIN orgs_org o ON o.id = p.org_id
JOIN integrity_indexedtext t ON starts_with(t.unit_path, o.path) AND t.share > 0
 AND t.checked_at < COALESCE(p.holds_since, p.added_at)
WHERE p.id = %(text)s ORDER BY t.id LIMIT %(most)s
"""


def unrechecked() -> list[PublicText]:
    """Return the public texts in force after which was not compared anew yet, the oldest first. Cost: one query."""
    rows = PublicText.objects.filter(removed_at__isnull=True, rechecked_at__isnull=True)
    return list(rows.select_related("org").defer("body").order_by("pk")[:50])


def checked_before(public: PublicText, *, most: int = MOST_AT_ONCE) -> list[IndexedText]:
    """Return texts with equal passages that were compared before a public text held. Cost: 2 queries."""
    ids = [row["id"] for row in sql.rows(_CHECKED_BEFORE, {"text": public.pk, "most": most})]
    found = IndexedText.objects.in_bulk(ids)
    return [found[one] for one in ids if one in found]


def may_hold(row: IndexedText, public: PublicText) -> bool:
    """Tell whether a text may hold words of a public text, as comparing looks for it. No query; 0.5 ms."""
    return not set(public.marks).isdisjoint(marking.dense(folding.fold(row.body)))


def compared_again(row: IndexedText, others: Sequence[IndexedText]) -> Report:
    """Compare a text with those it was found to be like, without the words that are public now. Cost: 4 queries."""
    template = tuple(row.body[start:end] for start, end, why in row.set_aside if why == Why.TEMPLATE)
    text = Text(
        kind=TextKind(row.kind), object_type=row.object_type, object_id=row.object_id, part=row.part, body=row.body,
        person_id=row.person_id, unit_path=row.unit_path, written_at=row.written_at, programme_id=row.programme_id,
        programme_title=row.programme_title, task=row.task, title=row.title, template=template,
    )  # fmt: skip
    return compared(text, with_texts=others).report


def likenesses_of(rows: Sequence[IndexedText]) -> dict[int, list[IndexedText]]:
    """Return the texts that each of these was found to be like. Cost: one query."""
    found: dict[int, list[IndexedText]] = {}
    for one in Likeness.objects.filter(text__in=[row.pk for row in rows]).select_related("other").order_by("text", "-share", "pk"):
        found.setdefault(one.text_id, []).append(one.other)
    return found
