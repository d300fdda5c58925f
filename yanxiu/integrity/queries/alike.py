"""Looking up which texts hold words of another: public texts first, then candidates by marks, then exact comparison."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from yanxiu.integrity import rules
from yanxiu.integrity.models import IndexedText
from yanxiu.integrity.similarity import comparing, folding, marking, spans
from yanxiu.integrity.similarity.comparing import Draft
from yanxiu.integrity.similarity.folding import Folded, covered
from yanxiu.integrity.similarity.spans import Span
from yanxiu.integrity.similarity.texts import Match, Relation, Report, Same, Text, Why
from yanxiu.kit import clock, sql

MOST_CANDIDATES = 10
MOST_OF_A_MARK = 80
"""Rows read of one mark, the newest first; the more texts share a piece, the less it tells."""
LEAST_MARKS = 2
MOST_ASKED = 500
"""Marks that are looked up, a sample of those of a very long text."""
LEAST_SHARE = 0.1
"""Below it nobody asks whether the wording belongs to the task."""
MOST_ANSWERS = 16
"""Other answers to a task that are read to learn which wording belongs to the task."""
MOST_PUBLIC = 8
LEAST_GAIN, LEAST_GAIN_SHARE = 40, 0.08
"""What a long text must hold that no larger match holds, in folded characters and as a share of the own words, to count: set phrases
that many texts have come to less."""

SAME_AGAIN_SHARE = 0.2
"""A text that holds so much counts even where a larger match holds the same words."""

_AROUND = """
SELECT (
    SELECT jsonb_agg(found.body) FROM (
        SELECT p.body FROM (
            SELECT k.text_id, count(*) AS shared FROM integrity_publicmark k WHERE k.mark = ANY(%(marks)s::bigint[])
            GROUP BY k.text_id ORDER BY shared DESC LIMIT 40
        ) c JOIN integrity_publictext p ON p.id = c.text_id AND p.removed_at IS NULL
        JOIN orgs_org o ON o.id = p.org_id AND starts_with(%(unit_path)s, o.path)
        ORDER BY c.shared DESC, p.id LIMIT %(most)s
    ) found
) AS public, (
    SELECT t.share FROM integrity_threshold t JOIN orgs_org o ON o.id = t.org_id
    WHERE t.kind = %(kind)s AND starts_with(%(unit_path)s, o.path) ORDER BY length(o.path) DESC LIMIT 1
) AS threshold, (
    SELECT jsonb_agg(jsonb_build_array(t.id, t.part, (
        SELECT jsonb_agg(l.text_id) FROM integrity_likeness l WHERE l.other_id = t.id
    )) ORDER BY t.id)
    FROM integrity_indexedtext t WHERE t.object_type = %(object_type)s AND t.object_id = %(object_id)s
) AS own
"""
_CANDIDATES = """
SELECT t.id, t.kind, t.object_type, t.object_id, t.part, t.person_id, t.programme_id, t.title, t.body, t.written_at FROM (
    SELECT found.text_id, sum(1.0::float8 / cardinality(m.ids)) AS weight FROM (
        SELECT asked.mark, ARRAY(
            SELECT text_id FROM integrity_mark WHERE mark = asked.mark ORDER BY text_id DESC LIMIT %(of_a_mark)s
        ) AS ids
        FROM unnest(%(marks)s::bigint[]) AS asked (mark) OFFSET 0
    ) m
    CROSS JOIN LATERAL unnest(m.ids) AS found (text_id)
    WHERE found.text_id <> ALL(%(without)s::bigint[])
    GROUP BY found.text_id HAVING count(*) >= %(least)s OR bool_or(m.mark = %(whole)s)
    ORDER BY weight DESC, found.text_id DESC LIMIT %(most)s
) c JOIN integrity_indexedtext t ON t.id = c.text_id
ORDER BY c.weight DESC, t.id DESC
"""
_ANSWERS = """
SELECT body FROM integrity_indexedtext WHERE task = %(task)s AND task <> '' AND person_id <> %(person_id)s ORDER BY id DESC LIMIT %(most)s
"""


class Kept(NamedTuple):
    """A text of an object that is in the index, and those that were found to hold words of it."""

    pk: int
    part: str
    copies: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A report with what keeping the text needs: its marks, and the rows that its object has already.

    The marks are those of everything but the task's wording: a public text may be removed again, a quotation copied without its source.
    """

    report: Report
    marks: tuple[int, ...]
    rows: tuple[Kept, ...]


def check_text(text: Text) -> Report:
    """Compare a draft with everything that was handed in, and keep nothing. The author sees it through `seen_by_author`.

    Other parts of the same object do not count, nor what was copied from it. Texts below `rules.LEAST_CHARACTERS` are compared with
    nothing. Cost: 2 queries, one more when something was found in an answer to a task; 15 ms against 100,000 texts.
    """
    return compared(text).report


def compared(text: Text, *, with_texts: Sequence[IndexedText] | None = None) -> Compared:
    """Return what `check_text` does, with what keeping the text needs; `with_texts` are compared instead of those that the index finds."""
    draft = comparing.draft(text.body, template=text.template)
    public, threshold, rows = _around(text, draft)
    kept = marking.marks(draft.folded.text, without=draft.stretches(Why.TEMPLATE))
    draft = comparing.with_known(draft, public, why=Why.PUBLIC)
    asked = marking.marks(draft.folded.text, without=draft.without)
    nothing = Report(
        kind=text.kind, body=text.body, characters=draft.own_characters, share=0.0, threshold=threshold,
        set_aside=comparing.set_aside(draft),
    )  # fmt: skip
    if draft.own_characters < rules.LEAST_CHARACTERS[text.kind]:
        return Compared(report=nothing, marks=(), rows=rows)
    # Whoever handed in the same object again is not measured by those who copied it.
    without = [number for one in rows for number in (one.pk, *one.copies)]
    others = candidates(asked, without=without) if with_texts is None else with_texts
    report = _report(text, draft, others, threshold) if others else nothing
    return Compared(report=report, marks=tuple(kept), rows=rows)


def _around(text: Text, draft: Draft) -> tuple[list[str], float, tuple[Kept, ...]]:
    """Return the public texts (folded) that share marks, the threshold, and what the object has in the index. Cost: one query."""
    asked = {
        "marks": _array(marking.dense(draft.folded.text)), "unit_path": text.unit_path, "most": MOST_PUBLIC, "kind": text.kind,
        "object_type": text.object_type, "object_id": text.object_id,
    }  # fmt: skip
    found = sql.rows(_AROUND, asked)[0]
    rows = tuple(Kept(pk, part, tuple(copies or ())) for pk, part, copies in json.loads(found["own"] or "[]"))
    threshold = rules.SHARES[text.kind] if found["threshold"] is None else float(found["threshold"])
    return [folding.fold(body) for body in json.loads(found["public"] or "[]")], threshold, rows


def candidates(marks: Sequence[int], *, without: Sequence[int] = ()) -> list[IndexedText]:
    """Return the texts that share marks, those of rare ones first; `without` are ids that do not count. Cost: one query."""
    asked = {
        "marks": _array([*marks[: MOST_ASKED - 1], marks[-1]]), "without": _array(without), "whole": marks[-1], "least": LEAST_MARKS,
        "most": MOST_CANDIDATES, "of_a_mark": MOST_OF_A_MARK,
    }  # fmt: skip
    return list(IndexedText.objects.raw(_CANDIDATES, asked))


def _array(numbers: Sequence[int]) -> str:
    """Return numbers as PostgreSQL reads an array: a quarter of a millisecond less than the driver takes for hundreds."""
    return "{" + ",".join(map(str, numbers)) + "}"


def side_by_side(text: IndexedText, other: IndexedText) -> tuple[Same, ...]:
    """Return the stretches that two texts have in common, what is set aside in `text` left out. No query; 2 ms per 1,000 characters."""
    folded, others = Folded.of(text.body), Folded.of(other.body)
    aside = [folded.folded(start, end) for start, end, _ in text.set_aside]
    found = spans.equal_spans(spans.pieces(folded.text, without=aside), others.text)
    return comparing.same_of(Draft(body=text.body, folded=folded, aside=()), others, found)


@lru_cache(maxsize=512)
def _folded(body: str) -> str:
    """Fold a text; the answers to one task come again and again before its deadline."""
    return folding.fold(body)


def _report(text: Text, draft: Draft, others: Sequence[IndexedText], threshold: float) -> Report:
    found, stretches = _counted(draft, others)
    is_worth_it = text.task and spans.total(stretches) >= LEAST_SHARE * draft.own_characters
    shared = comparing.common(draft, stretches, _answers(text)) if stretches and is_worth_it else []
    if shared:
        draft = Draft(body=draft.body, folded=draft.folded, aside=(*draft.aside, *((start, end, Why.COMMON) for start, end in shared)))
        found, stretches = _counted(draft, [one for one, _ in found])
    own = max(draft.own_characters, 1)
    return Report(
        kind=text.kind, body=text.body, characters=draft.own_characters, share=min(1.0, spans.total(stretches) / own), threshold=threshold,
        set_aside=comparing.set_aside(draft), matches=tuple(_match(text, draft, one, runs, own) for one, runs in found),
        same=tuple(draft.folded.source(start, end) for start, end in stretches),
    )  # fmt: skip


def _counted(draft: Draft, others: Sequence[IndexedText]) -> tuple[list[tuple[IndexedText, list[Span]]], list[tuple[int, int]]]:
    """Return the texts that count with their equal runs, the largest first, and the stretches of all together."""
    compared_ = comparing.compared_with(draft, [_folded(one.body) for one in others])
    found = sorted(zip(others, compared_, strict=True), key=lambda pair: (-spans.size(pair[1]), pair[0].pk))
    least = 1 if len(draft.folded.text) < spans.SHORT else max(LEAST_GAIN, int(LEAST_GAIN_SHARE * draft.own_characters))
    counted: list[tuple[IndexedText, list[Span]]] = []
    stretches: list[tuple[int, int]] = []
    for one, runs in found:
        with_these = covered([*stretches, *((run.start, run.end) for run in runs)])
        is_new = spans.total(with_these) - spans.total(stretches) >= least
        if is_new or spans.size(runs) >= max(least, draft.own_characters * SAME_AGAIN_SHARE):
            counted.append((one, runs))
            stretches = with_these
    return counted, stretches


def _match(text: Text, draft: Draft, other: IndexedText, runs: Sequence[Span], own: int) -> Match:
    characters = spans.size(runs)
    return Match(
        other=other, relation=_relation(text, other), share=min(1.0, characters / own), characters=characters,
        same=comparing.same_of(draft, Folded.of(other.body), runs),
    )  # fmt: skip


def _relation(text: Text, other: IndexedText) -> Relation:
    if other.person_id == text.person_id:
        return Relation.OWN
    if text.programme_id is not None and other.programme_id == text.programme_id:
        return Relation.FELLOW
    return Relation.EARLIER if clock.day(other.written_at).year < clock.day(text.written_at).year else Relation.ELSEWHERE


def _answers(text: Text) -> list[str]:
    asked = {"task": text.task, "person_id": text.person_id, "most": MOST_ANSWERS}
    return [_folded(row["body"]) for row in sql.rows(_ANSWERS, asked)]
