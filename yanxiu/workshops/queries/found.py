"""Which posts fit what is asked for: words that stand everywhere are looked for from the newest post on, all others by their index.

PostgreSQL knows neither what it costs to read the words of a post nor how rare rare ones are: it is told which way to go.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from yanxiu.kit import search, sql
from yanxiu.workshops.models import Space

MOST_LOOKED_AT = 500  # so many of the newest that may be seen are read first
DENSE = 50  # more of those fit: the words stand everywhere, and what was found there is ranked; all are gathered of others
MOST_RANKED = 500  # so many of the newest that fit are ranked, and counted


@dataclass(frozen=True, kw_only=True)
class PostFilters:
    """What is asked for. `kind`: of the thread or part; `author`: letters of a name; `since`, `until`: moments of publication."""

    text: str = ""
    space_id: int | None = None
    kind: str = ""
    author: str = ""
    since: datetime | None = None
    until: datetime | None = None
    essence: bool = False


@dataclass(frozen=True, kw_only=True)
class Found:
    """The ids of a page in order, with one more where another page follows; how many fit; `is_more`: that many and more."""

    ids: Sequence[int]
    count: int
    is_more: bool = False


_INSIDE: Final = "w.space_id = ANY(%(spaces)s::bigint[])"
_SAYS: Final = "w.words @@ to_tsquery('simple', %(asked)s)"
_POST: Final = "workshops_post p LEFT JOIN workshops_post t ON t.id = p.parent_id"
_FITS: Final = """p.id = w.post_id AND p.space_id = w.space_id AND p.state = 'published'
    AND (t.id IS NULL OR t.state = 'published' AND t.kind <> 'case') AND (p.kind <> 'case' OR EXISTS (
        SELECT FROM workshops_caseentry e JOIN workshops_casetheme h ON h.id = e.theme_id
        WHERE e.post_id = p.id AND h.published_at IS NOT NULL
    ))"""
_NEWEST: Final = "ORDER BY w.published_at DESC, w.post_id DESC"
# The newest that stand in these spaces, which the planner finds well by itself; then those of them that fit.
_LOOK: Final = """
WITH seen AS MATERIALIZED (
    SELECT w.post_id, w.space_id, w.published_at, w.words FROM workshops_postwords w WHERE {inside} {newest} LIMIT %(most)s
)
SELECT (SELECT count(*) FROM seen) AS seen, COALESCE(array_agg(w.post_id {newest}), '{{}}') AS ids,
       COALESCE(array_agg(w.post_id) FILTER (WHERE w.words @@ to_tsquery('simple', %(title)s)), '{{}}') AS titled
FROM seen w WHERE CASE WHEN {says} THEN EXISTS (SELECT FROM {post} WHERE {fits} OFFSET 0) END
"""
# All that hold the words, by the index of words; from the newest on they are asked whether they fit, one by one (`OFFSET 0`: no join),
# until there are enough.
_GATHER: Final = """
WITH holding AS MATERIALIZED (
    SELECT w.post_id, w.space_id, w.published_at FROM workshops_postwords w WHERE {says} AND {inside}
)
SELECT w.post_id, (SELECT v.words @@ to_tsquery('simple', %(title)s) FROM workshops_postwords v WHERE v.post_id = w.post_id) AS in_title
FROM (SELECT w.* FROM holding w {newest} OFFSET 0) w
WHERE EXISTS (SELECT FROM {post} WHERE {fits} OFFSET 0) IS TRUE {newest} LIMIT %(most)s OFFSET %(first)s
"""
# One after the other from the newest on; the words of what may not be seen are not read.
_WALK: Final = """
SELECT w.post_id FROM workshops_postwords w
WHERE CASE WHEN {inside} THEN {says} AND EXISTS (SELECT FROM {post} WHERE {fits} OFFSET 0) END {newest} LIMIT %(most)s OFFSET %(first)s
"""
_WITHOUT_WORDS: Final = """
SELECT w.post_id FROM workshops_postwords w, {post} WHERE {fits} AND {inside} {newest} LIMIT %(most)s OFFSET %(first)s
"""


def found_posts(spaces: QuerySet[Space], filters: PostFilters, *, start: int, size: int) -> Found:
    """Return which public posts in these spaces fit: with all the words in the title before the others, then the newest first.

    Where more fit than are ranked, the newest of them are; those behind go on by newness. Cost: 2 or 3 queries.
    """
    asked = search.query(filters.text)
    if not asked and (filters.text.strip() or not (filters.author or filters.kind or filters.essence or filters.space_id)):
        return Found(ids=(), count=0)
    spaces = spaces.filter(pk=filters.space_id) if filters.space_id is not None else spaces
    facts = _facts(filters) | {"asked": asked, "spaces": _array(spaces.order_by().values_list("pk", flat=True))}
    with sql.planned("fresh"):  # for these words and spaces
        return _page(_words(filters), facts, start=start, size=size)


def _page(words: Mapping[str, str], facts: dict[str, object], *, start: int, size: int) -> Found:
    ids, titled, is_more, behind = _newest(words, facts)
    if is_more:
        ids = ids[: len(ids) // size * size]  # whole pages
    if is_more and start >= len(ids):
        return Found(ids=_ids(behind.format(**words), facts, most=size + 1, first=start), count=len(ids), is_more=True)
    ordered = sorted(ids, key=lambda one: one not in titled)
    return Found(ids=ordered[start : start + size + 1], count=len(ids), is_more=is_more)


def _newest(words: Mapping[str, str], facts: Mapping[str, object]) -> tuple[list[int], set[int], bool, str]:
    """Return the newest that fit, which have the words in their title, whether there are more, and the statement that finds those."""
    if not facts["asked"]:
        ids = _ids(_WITHOUT_WORDS.format(**words), facts, most=MOST_RANKED + 1)
        return ids[:MOST_RANKED], set(), len(ids) > MOST_RANKED, _WITHOUT_WORDS
    looked = sql.rows(_LOOK.format(**words), {**facts, "most": MOST_LOOKED_AT})[0]
    if looked["seen"] < MOST_LOOKED_AT or len(looked["ids"]) > DENSE:
        return looked["ids"], set(looked["titled"]), looked["seen"] >= MOST_LOOKED_AT, _WALK
    rows = sql.rows(_GATHER.format(**words), {**facts, "most": MOST_RANKED + 1, "first": 0})
    titled = {row["post_id"] for row in rows if row["in_title"]}
    return [row["post_id"] for row in rows[:MOST_RANKED]], titled, len(rows) > MOST_RANKED, _GATHER


def _ids(statement: str, facts: Mapping[str, object], *, most: int, first: int = 0) -> list[int]:
    return [row["post_id"] for row in sql.rows(statement, {**facts, "most": most, "first": first})]


def _array(ids: Iterable[int]) -> str:
    """Return ids as PostgreSQL writes an array: a list of thousands is slow to send."""
    return "{" + ",".join(map(str, ids)) + "}"


def _facts(filters: PostFilters) -> dict[str, object]:
    like = filters.author[:20].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    title = search.query(filters.text, weight="A")
    return {"title": title, "kind": filters.kind, "author": f"%{like}%", "since": filters.since, "until": filters.until}


def _words(filters: PostFilters) -> dict[str, str]:
    """Return the parts of the statements, narrowed by what is asked besides words."""
    inside, fits = [_INSIDE], [_FITS]
    if filters.since is not None:
        inside.append("w.published_at >= %(since)s")
    if filters.until is not None:
        inside.append("w.published_at < %(until)s")
    if filters.kind:
        fits.append("p.kind = %(kind)s")
    if filters.author:
        fits.append("p.author_id IN (SELECT id FROM people_person WHERE upper(name) LIKE upper(%(author)s))")
    if filters.essence:
        fits.append("p.essence_at IS NOT NULL")
    return {"inside": " AND ".join(inside), "fits": " AND ".join(fits), "says": _SAYS, "post": _POST, "newest": _NEWEST}
