"""Search in Chinese text with plain PostgreSQL: all its words go into a `tsvector`, a question is cut into few, joined by AND.

Nothing is missed that contains the words asked for, names outside the dictionary included (both sides cut them into single
characters). `DICTIONARY` goes into the row, so that a newer cutting finds the rows that are to be made anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version

from yanxiu.kit.text import half_width

DICTIONARY = f"rjieba {version('rjieba')}"
MOST_POSITION = 16_383  # what a tsvector can hold
MOST_PER_WORD = 255
MOST_ASKED = 12
LONGEST_QUESTION = 60


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A part of a text as it is shown among results; `is_hit`: it is what was asked for."""

    text: str
    is_hit: bool


def tokens(text: str) -> list[str]:
    """Return all words of the dictionary that stand in the text, overlapping ones too, in order; signs are left out."""
    import rjieba  # 5 MB of dictionary: only for the process that searches or indexes

    return [word for word in rjieba.cut_all(half_width(text).lower()) if _is_word(word)]


def asked(text: str) -> list[str]:
    """Return the words of a question, each once, at most MOST_ASKED."""
    import rjieba  # 5 MB of dictionary: only for the process that searches or indexes

    words = rjieba.cut(half_width(text)[:LONGEST_QUESTION].lower(), hmm=False)
    return list(dict.fromkeys(word for word in words if _is_word(word)))[:MOST_ASKED]


def query(text: str, *, weight: str = "") -> str:
    """Return what `to_tsquery('simple', …)` understands: all words, a Latin one also as the beginning of a longer; "" = nothing to ask.

    With a `weight`, only words that stand in a text of that weight.
    """
    signs = [(word, f"{'*' if word.isascii() else ''}{weight}") for word in asked(text)]
    return " & ".join(f"{_quoted(word)}:{sign}" if sign else _quoted(word) for word, sign in signs)


def vector(parts: Iterable[tuple[str, str]]) -> str:
    """Return the `tsvector` of texts with their weights (A, B, C, D), written as PostgreSQL reads it."""
    found: dict[str, list[str]] = {}
    position = 0
    for text, weight in parts:
        for word in tokens(text):
            position = min(position + 1, MOST_POSITION)
            places = found.setdefault(word[:200], [])
            if len(places) < MOST_PER_WORD:
                places.append(f"{position}{weight}")
        position = min(position + 10, MOST_POSITION)  # words of different texts are no neighbours
    return " ".join(f"{_quoted(word)}:{','.join(places)}" for word, places in found.items())


def marked(text: str, question: str, *, around: int = 0) -> list[Piece]:
    """Return the text with what was asked for set apart; with `around`, only that many characters on both sides of the first hit."""
    spans = _spans(text, asked(question))
    start, end = 0, len(text)
    if around:
        first = spans[0][0] if spans else 0
        start, end = max(0, first - around), min(len(text), first + around * 2)
    pieces = [Piece(text="…", is_hit=False)] if start else []
    place = start
    for begin, stop in spans:
        if begin >= place and stop <= end:
            pieces += [Piece(text=text[place:begin], is_hit=False), Piece(text=text[begin:stop], is_hit=True)]
            place = stop
    pieces.append(Piece(text=text[place:end] + ("…" if end < len(text) else ""), is_hit=False))
    return [piece for piece in pieces if piece.text]


def _spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    low = text.lower()
    if len(low) != len(text):
        return []
    hits: list[tuple[int, int]] = []
    for word in words:
        at = low.find(word)
        while at >= 0 and len(hits) < 200:
            hits.append((at, at + len(word)))
            at = low.find(word, at + 1)
    joined: list[tuple[int, int]] = []
    for begin, stop in sorted(hits):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((begin, stop))
    return joined


@lru_cache(maxsize=65_536)
def _is_word(word: str) -> bool:
    return any(sign.isalnum() for sign in word)


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
