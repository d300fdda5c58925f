"""Rings of reviewers who favour each other: pairs, and circles of three. Pure."""

from collections import defaultdict
from collections.abc import Iterable


def rings(favours: Iterable[tuple[int, int]]) -> list[frozenset[int]]:
    """Return pairs that favour each other, and circles of three that hold no such pair. `favours`: (who, whom)."""
    edges = set(favours)
    pairs = {frozenset(pair) for pair in edges if pair[::-1] in edges and pair[0] != pair[1]}
    known: dict[int, set[int]] = defaultdict(set)
    for who, whom in edges:
        known[who].add(whom)
    circles = {
        frozenset((one, two, three))
        for one, two in edges
        for three in known.get(two, ())
        if len({one, two, three}) == 3 and one in known.get(three, ())
    }
    return sorted([*pairs, *(ring for ring in circles if not any(pair <= ring for pair in pairs))], key=sorted)
