"""Looking up which texts hold words of another: public texts first, then candidates by marks, then exact comparison."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from yanxiu.integrity import rules
from yanxiu.integrity.models import IndexedText, Likeness
from yanxiu.integrity.similarity import comparing, folding, marking, spans
from yanxiu.integrity.similarity.comparing import Draft
from yanxiu.integrity.similarity.folding import Folded, covered
from yanxiu.integrity.similarity.spans import Span
from yanxiu.integrity.similarity.texts import Match, Relation, Report, Same, Text, Why
from yanxiu.kit import clock, sql

MOST_CANDIDATES = 16
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

_READ = ("kind", "object_type", "object_id", "part", "person", "programme_id", "title", "body", "written_at")

_PUBLIC = """
SELECT p.body FROM (
    SELECT k.text_id, count(*) AS shared FROM integrity_publicmark k WHERE k.mark = ANY(%(marks)s::bigint[])
    GROUP BY k.text_id ORDER BY shared DESC LIMIT 40
) c JOIN integrity_publictext p ON p.id = c.text_id AND p.removed_at IS NULL
JOIN orgs_org o ON o.id = p.org_id AND starts_with(%(unit_path)s, o.path)
ORDER BY c.shared DESC, p.id LIMIT %(most)s
"""
_CANDIDATES = """
SELECT found.text_id FROM unnest(%(marks)s::bigint[]) AS asked (mark)
CROSS JOIN LATERAL (
    SELECT array_agg(k.text_id) AS ids, 1.0::float8 / count(*) AS weight FROM (
        SELECT text_id FROM integrity_mark WHERE mark = asked.mark ORDER BY text_id DESC LIMIT %(of_a_mark)s
    ) k
    HAVING count(*) > 0
) m
CROSS JOIN LATERAL unnest(m.ids) AS found (text_id)
WHERE found.text_id <> ALL(%(without)s::bigint[])
GROUP BY found.text_id HAVING count(*) >= %(least)s OR bool_or(asked.mark = %(whole)s)
ORDER BY sum(m.weight) DESC, found.text_id DESC LIMIT %(most)s
"""
_THRESHOLD = """
SELECT t.share FROM integrity_threshold t JOIN orgs_org o ON o.id = t.org_id
WHERE t.kind = %(kind)s AND starts_with(%(unit_path)s, o.path) ORDER BY length(o.path) DESC LIMIT 1
"""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A report with what keeping the text needs: its marks, and the rows that its object has already.

    The marks are those of everything but the task's wording: a public text may be removed again, a quotation copied without its source.
    """

    report: Report
    marks: tuple[int, ...]
    rows: tuple[IndexedText, ...]


def check_text(text: Text) -> Report:
    """Compare a draft with everything that was handed in, and keep nothing. The author sees it through `seen_by_author`.

    Other parts of the same object do not count, nor what was copied from it. Texts below `rules.LEAST_CHARACTERS` are compared with
    nothing. Cost: 5 queries, one more when something was found in an answer to a task; 20 ms against 100,000 texts.
    """
    return compared(text).report


def compared(text: Text, *, with_texts: Sequence[IndexedText] | None = None) -> Compared:
    """Return what `check_text` does, with what keeping the text needs; `with_texts` are compared instead of those that the index finds."""
    rows = tuple(IndexedText.objects.filter(object_type=text.object_type, object_id=text.object_id).order_by("pk"))
    draft = comparing.draft(text.body, template=text.template)
    kept = marking.marks(draft.folded.text, without=draft.stretches(Why.TEMPLATE))
    draft = comparing.with_known(draft, _public(draft, text.unit_path), why=Why.PUBLIC)
    asked = marking.marks(draft.folded.text, without=draft.without)
    threshold = threshold_of(text.kind, text.unit_path)
    nothing = Report(
        kind=text.kind, body=text.body, characters=draft.own_characters, share=0.0, threshold=threshold,
        set_aside=comparing.set_aside(draft),
    )  # fmt: skip
    if draft.own_characters < rules.LEAST_CHARACTERS[text.kind]:
        return Compared(report=nothing, marks=(), rows=rows)
    others = candidates(asked, without=[*(one.pk for one in rows), *_found_like(rows)]) if with_texts is None else with_texts
    report = _report(text, draft, others, threshold) if others else nothing
    return Compared(report=report, marks=tuple(kept), rows=rows)


def _found_like(rows: Sequence[IndexedText]) -> list[int]:
    """Texts that were found to hold words of these: whoever handed in the same object again is not measured by those who copied it."""
    return list(Likeness.objects.filter(other__in=[one.pk for one in rows]).values_list("text", flat=True)) if rows else []


def candidates(marks: Sequence[int], *, without: Sequence[int] = ()) -> list[IndexedText]:
    """Return the texts that share marks, those of rare ones first; `without` are ids that do not count. Cost: 2 queries."""
    asked = {
        "marks": [*marks[: MOST_ASKED - 1], marks[-1]], "without": list(without), "whole": marks[-1], "least": LEAST_MARKS,
        "most": MOST_CANDIDATES, "of_a_mark": MOST_OF_A_MARK,
    }  # fmt: skip
    ids = [row["text_id"] for row in sql.rows(_CANDIDATES, asked, plan="kept")]
    found = IndexedText.objects.only(*_READ).in_bulk(ids) if ids else {}
    return [found[one] for one in ids if one in found]


def threshold_of(kind: str, unit_path: str) -> float:
    """Return from which share on texts of a kind are noticed in a unit. Cost: one query."""
    found = sql.rows(_THRESHOLD, {"kind": kind, "unit_path": unit_path})
    return float(found[0]["share"]) if found else rules.SHARES[kind]


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


def _public(draft: Draft, unit_path: str) -> list[str]:
    rows = sql.rows(_PUBLIC, {"marks": marking.dense(draft.folded.text), "unit_path": unit_path, "most": MOST_PUBLIC})
    return [folding.fold(row["body"]) for row in rows]


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
    others = IndexedText.objects.filter(task=text.task).exclude(person_id=text.person_id).order_by("-pk")
    return [_folded(body) for body in others.values_list("body", flat=True)[:MOST_ANSWERS]]
