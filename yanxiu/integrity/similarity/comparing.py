"""Comparing one folded text with others: what is set aside, what is equal, how large a share that is. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from yanxiu.integrity.similarity import folding, quotes, spans
from yanxiu.integrity.similarity.folding import Folded, covered
from yanxiu.integrity.similarity.spans import Span
from yanxiu.integrity.similarity.texts import Same, Stretch, Why

COMMON_PIECE = 10
"""Folded characters of a piece that is looked for in the other answers to a task."""
LOOK_EVERY = 3
"""Of wording that many have, every third piece is looked for, then those around it: two characters more are found for certain."""
COMMON_SHARE, LEAST_COMMON = 1 / 3, 6
"""A piece that this share of the answers to a task has, and so many at least, belongs to the task and not to anybody."""


MOST_COMMON = 0.25
"""More of a text than this is no wording of the task, but what many copied from one: then nothing is set aside."""
SET_PHRASE, MOST_OF_A_PHRASE = 40, 3
"""A passage shorter than so many folded characters that so many of the texts found have is a phrase, and nobody's."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A text under examination: folded, and the folded stretches that are set aside."""

    body: str
    folded: Folded
    aside: tuple[tuple[int, int, Why], ...]

    @property
    def without(self) -> list[tuple[int, int]]:
        """The folded stretches that are set aside, in order."""
        return covered((start, end) for start, end, _ in self.aside)

    def stretches(self, why: Why) -> list[tuple[int, int]]:
        """The folded stretches that are set aside for one reason, in order."""
        return covered((start, end) for start, end, reason in self.aside if reason == why)

    @property
    def own_characters(self) -> int:
        """How many folded characters are left."""
        return len(self.folded.text) - spans.total(self.without)


def draft(body: str, *, template: Sequence[str] = ()) -> Draft:
    """Begin with a text: quotations with a source and the wording of its task are set aside."""
    folded = Folded.of(body)
    aside = [(*folded.folded(start, end), Why.QUOTED) for start, end in quotes.quotations(body)]
    return with_known(Draft(body=body, folded=folded, aside=tuple(aside)), map(folding.fold, template), why=Why.TEMPLATE)


def with_known(one: Draft, known: Iterable[str], *, why: Why) -> Draft:
    """Set aside what stands in one of the known texts (folded) as well."""
    texts = [text for text in known if text]
    if not texts:
        return one
    prepared = spans.pieces(one.folded.text, without=one.without, seed=spans.SEED, least=COMMON_PIECE)
    found = covered((span.start, span.end) for text in texts for span in spans.equal_spans(prepared, text))
    return Draft(body=one.body, folded=one.folded, aside=(*one.aside, *((start, end, why) for start, end in found)))


def compared_with(one: Draft, others: Sequence[str]) -> list[list[Span]]:
    """Return for each of the other texts (folded) the equal runs that count: a short passage that several of them have is a set phrase."""
    prepared = spans.pieces(one.folded.text, without=one.without)
    found = []
    for other in others:
        passages = [
            passage for passage in spans.passages(prepared, other) if spans.size(passage) >= SET_PHRASE or not _is_set(one, passage, others)
        ]
        found.append(spans.that_count(passages, least=prepared.least))
    return found


def _is_set(one: Draft, passage: Sequence[Span], others: Sequence[str]) -> bool:
    if len(one.folded.text) < spans.SHORT:
        return False
    longest = max(passage, key=lambda span: span.length)
    words = one.folded.text[longest.start : longest.end]
    return sum(words in other for other in others) >= MOST_OF_A_PHRASE


def common(one: Draft, stretches: Sequence[tuple[int, int]], others: Sequence[str]) -> list[tuple[int, int]]:
    """Return the parts of folded stretches that many of the other answers (folded) to the same task have. Cost: 1 ms for 16 answers."""
    least = max(LEAST_COMMON, int(len(others) * COMMON_SHARE))
    if len(others) < least:
        return []
    text, size = one.folded.text, COMMON_PIECE
    known: dict[int, bool] = {}

    def is_shared(at: int) -> bool:
        found = known.get(at)
        if found is None:
            found = known[at] = _has(text[at : at + size], others, least)
        return found

    found: list[tuple[int, int]] = []
    for start, end in stretches:
        last = end - size
        for look in range(start, last + 1, LOOK_EVERY):
            if is_shared(look):
                near = range(max(start, look - LOOK_EVERY + 1), min(last, look + LOOK_EVERY - 1) + 1)
                found += [(at, at + size) for at in near if is_shared(at)]
    found = covered(found)
    return found if spans.total(found) <= MOST_COMMON * one.own_characters else []


def _has(piece: str, others: Sequence[str], least: int) -> bool:
    """Tell whether so many of the others hold the piece."""
    missing = len(others) - least
    for other in others:
        if piece in other:
            least -= 1
        else:
            missing -= 1
        if least <= 0 or missing < 0:
            return least <= 0
    return False


def same_of(one: Draft, other: Folded, found: Iterable[Span]) -> tuple[Same, ...]:
    """Return equal runs as stretches of both texts as they were written."""
    stretches = []
    for number, passage in enumerate(spans.gathered(found), start=1):
        for span in passage:
            start, end = one.folded.source(span.start, span.end)
            other_start, other_end = other.source(span.other, span.other_end)
            stretches.append(Same(start=start, end=end, other_start=other_start, other_end=other_end, number=number))
    return tuple(stretches)


def set_aside(one: Draft) -> tuple[Stretch, ...]:
    """Return what is set aside as stretches of the text as it was written; no stretch twice, the first reason stays."""
    found: list[Stretch] = []
    at = 0
    for start, end, why in sorted(one.aside, key=lambda part: (part[0], -part[1])):
        start = max(start, at)
        if end <= start:
            continue
        begin, stop = one.folded.source(start, end)
        found.append(Stretch(start=begin, end=stop, why=why))
        at = end
    return tuple(found)
