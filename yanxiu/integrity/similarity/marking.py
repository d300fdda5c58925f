"""Marks: a sample of the hashed pieces of a text, the same piece sampled in every text; what the index looks up.

Whoever copies a passage copies its marks, whatever stands around it. A mark that all texts share is found as one that many share.
"""

import hashlib
import struct
import zlib
from collections.abc import Sequence
from functools import lru_cache

SHORT, LONG = 100, 60
"""Texts below `SHORT` folded characters are marked by pieces of four, those of `LONG` and above by pieces of eight; both between."""
_LONG_PIECE, _SHORT_PIECE = 8, 4
_WIDEST = {_LONG_PIECE: 4, _SHORT_PIECE: 2}
_WIDTH = 4  # bytes of a character in UTF-32


def marks(folded: str, *, without: Sequence[tuple[int, int]] = ()) -> list[int]:
    """Return the marks of a folded text as PostgreSQL's bigint, in order; pieces that touch a stretch of `without` give none.

    About one piece of ten; one of four below 400 characters; one of two of a short text. The last mark is that of the whole text.
    Cost: 0.2 ms per 1,000 characters, less the second time.
    """
    found: set[int] = set()
    if len(folded) >= LONG:
        found |= _sampled(folded, _LONG_PIECE, 10 if len(folded) >= 400 else 4, without)
    if len(folded) < SHORT:
        found |= _sampled(folded, _SHORT_PIECE, 2, without)
    return [*sorted(found), whole(folded)]


def whole(folded: str) -> int:
    """Return the mark of a text as a whole: two texts have the same if they are the same."""
    return _hash(folded.encode("utf-32-le"), salt=b"whole")


def _sampled(folded: str, length: int, one_of: int, without: Sequence[tuple[int, int]]) -> set[int]:
    keep, salt = 2**32 // one_of, b"piece%d" % length
    chosen = [(at, piece) for at, drawn, piece in _drawn(folded, length) if drawn < keep]
    if without:
        chosen = [(at, piece) for at, piece in chosen if not any(start < at + length and at < end for start, end in without)]
    return {_hash(piece, salt=salt) for _, piece in chosen}


@lru_cache(maxsize=4)
def _drawn(folded: str, length: int) -> list[tuple[int, int, bytes]]:
    """Return place, number drawn and bytes of the pieces that the widest sample keeps; a text under comparison is asked for three times."""
    data, size = folded.encode("utf-32-le"), length * _WIDTH
    crc, keep = zlib.crc32, 2**32 // _WIDEST[length]
    pieces = [data[at : at + size] for at in range(0, len(data) - size + 1, _WIDTH)]
    return [(at, drawn, piece) for at, piece in enumerate(pieces) if (drawn := crc(piece)) < keep]


@lru_cache(maxsize=1_024)
def _hash(data: bytes, *, salt: bytes) -> int:
    return int(struct.unpack("<q", hashlib.blake2b(data, digest_size=8, person=salt).digest())[0])


def dense(folded: str) -> list[int]:
    """Return more marks than `marks`: those by which a public text is looked for, so that one cited sentence finds it."""
    found = _sampled(folded, _LONG_PIECE, 4, ()) if len(folded) >= LONG else set()
    return sorted(found | (_sampled(folded, _SHORT_PIECE, 2, ()) if len(folded) < SHORT else set()))


def public(folded: str) -> list[int]:
    """Return every mark by which any text that holds a part of this one may look for it."""
    return sorted(_sampled(folded, _LONG_PIECE, 4, ()) | _sampled(folded, _SHORT_PIECE, 2, ()))
