"""Which of some short texts are about the same: by pairs of neighbouring letters that they share. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

SHARE = 0.3
"""From which share of common pairs two problems are shown as alike."""
MOST = 150


@dataclass(frozen=True, kw_only=True)
class Near:
    """The other text that is nearest; `share` from 0 to 1."""

    other: int
    share: float
    title: str = ""


def nearest(texts: Mapping[int, str]) -> dict[int, Near]:
    """Return for each text the one nearest to it, from `SHARE` on; of more than `MOST` texts the first ones."""
    pairs = {key: _pairs(text) for key, text in list(texts.items())[:MOST]}
    found: dict[int, Near] = {}
    keys = list(pairs)
    for at, one in enumerate(keys):
        for other in keys[at + 1 :]:
            share = _share(pairs[one], pairs[other])
            if share < SHARE:
                continue
            for key, near in ((one, other), (other, one)):
                if key not in found or share > found[key].share:
                    found[key] = Near(other=near, share=share)
    return found


def _pairs(text: str) -> frozenset[str]:
    letters = "".join(letter for letter in text.lower() if letter.isalnum())
    return frozenset(letters[at : at + 2] for at in range(len(letters) - 1))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller >= 4 else 0.0
