"""The limit: MinHash of a text by rensa, and one bare look at its bands in a table, with nothing compared afterwards."""

import hashlib
import struct
from collections.abc import Sequence
from typing import Final

import rensa

from yanxiu.integrity.similarity import folding
from yanxiu.kit import sql

PERMUTATIONS, ROWS, PIECE, SEED = 128, 4, 4, 42
_MAKE = "CREATE TABLE bench_band (band bigint NOT NULL, text_id bigint NOT NULL)"
_ADD: Final = "INSERT INTO bench_band (band, text_id) SELECT * FROM unnest(%(bands)s::bigint[], %(texts)s::bigint[])"
_INDEX = "CREATE INDEX ON bench_band (band) INCLUDE (text_id)"
_LOOK = """
SELECT text_id FROM bench_band WHERE band = ANY(%(bands)s::bigint[]) GROUP BY text_id ORDER BY count(*) DESC, text_id DESC LIMIT 16
"""


def make(texts: Sequence[tuple[int, str]]) -> None:
    """Lay the bands of texts (id, words) into a bare table with its index."""
    sql.run(_MAKE)
    for begin in range(0, len(texts), 2_000):
        found = [(band, number) for number, text in texts[begin : begin + 2_000] for band in bands(text)]
        sql.run(_ADD, {"bands": [band for band, _ in found], "texts": [number for _, number in found]})
    sql.run(_INDEX)
    sql.run("ANALYZE bench_band")


def bands(text: str) -> list[int]:
    """Return the bands of a text's MinHash."""
    folded = folding.fold(text)
    sketch = rensa.RMinHash(PERMUTATIONS, SEED)
    sketch.update({folded[at : at + PIECE] for at in range(len(folded) - PIECE + 1)})
    digest = sketch.digest()
    return [_hash(at, digest[at : at + ROWS]) for at in range(0, PERMUTATIONS, ROWS)]


def look(text: str) -> list[int]:
    """Return the ids of texts that share a band, at most 16."""
    return [row["text_id"] for row in sql.rows(_LOOK, {"bands": bands(text)})]


def _hash(at: int, values: Sequence[int]) -> int:
    data = struct.pack("<5I", at, *values)
    return int(struct.unpack("<q", hashlib.blake2b(data, digest_size=8).digest())[0])
