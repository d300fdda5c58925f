"""Who reviews which piece (互评): the piece with the fewest reviews that the reviewer may have. Pure; it always ends.

Each reviewer is given at most one piece at a time, so that those who hand in late find reviewers too.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A handed-in homework: its author, the author's school, and how many reviews it has or waits for.

    `is_settled`: its marks are given already, so a review changes nothing any more and is asked for last.
    """

    key: int
    author: int
    school: int
    load: int
    is_settled: bool = False


@dataclass(frozen=True, kw_only=True)
class Reviewer:
    """An author who owes a review: the school, the pieces had before, and whether she may be given a piece that has enough already."""

    key: int
    school: int
    had: frozenset[int] = frozenset()
    is_patient: bool = True


@dataclass(frozen=True, kw_only=True)
class Allotment:
    """A piece for a reviewer; `is_fallback`: of her own school, because there was no other."""

    reviewer: int
    piece: int
    is_fallback: bool


def allot(reviewers: Sequence[Reviewer], pieces: Sequence[Piece], *, most: int, other_school: bool) -> list[Allotment]:
    """Return one piece for each reviewer for whom there is one, the pieces with the fewest reviews first.

    Nobody gets the own piece or one had before. A piece with `most` reviews is given only to whom is no longer patient. With
    `other_school` a piece of the own school is given only where no other is left. Cost: about reviewers × the pieces passed over.
    """
    loads: dict[int, int] = {piece.key: piece.load for piece in pieces}
    by_load: dict[tuple[bool, int], dict[int, Piece]] = defaultdict(dict)
    for piece in sorted(pieces, key=lambda one: one.key):
        by_load[piece.is_settled, piece.load][piece.key] = piece
    known = {piece.key: piece for piece in pieces}
    given: dict[int, Allotment] = {}
    for reviewer in _hardest_first(reviewers, pieces, other_school=other_school):
        for strict in (True, False) if other_school else (False,):
            found = _fewest(by_load, reviewer, most=most, strict=strict)
            if found is None:
                continue
            given[reviewer.key] = Allotment(reviewer=reviewer.key, piece=found.key, is_fallback=other_school and not strict)
            _move(by_load, found, loads)
            break
    _level(given, {one.key: one for one in reviewers}, known, loads, other_school=other_school)
    return [given[reviewer.key] for reviewer in reviewers if reviewer.key in given]


def _hardest_first(reviewers: Sequence[Reviewer], pieces: Sequence[Piece], *, other_school: bool) -> list[Reviewer]:
    """Who has the fewest pieces to choose from chooses first: those of the largest schools, and who had most."""
    sizes: dict[int, int] = defaultdict(int)
    for piece in pieces:
        sizes[piece.school] += 1
    return sorted(reviewers, key=lambda one: (-(sizes[one.school] if other_school else 0), -len(one.had), one.key))


def _fewest(by_load: Mapping[tuple[bool, int], Mapping[int, Piece]], reviewer: Reviewer, *, most: int, strict: bool) -> Piece | None:
    for (_settled, load), group in sorted(by_load.items()):
        if load >= most and reviewer.is_patient:
            continue
        for piece in group.values():
            if _may_have(reviewer, piece, strict=strict):
                return piece
    return None


def _may_have(reviewer: Reviewer, piece: Piece, *, strict: bool) -> bool:
    return piece.author != reviewer.key and piece.key not in reviewer.had and not (strict and piece.school == reviewer.school)


def _move(by_load: dict[tuple[bool, int], dict[int, Piece]], piece: Piece, loads: dict[int, int]) -> None:
    load = loads[piece.key]
    del by_load[piece.is_settled, load][piece.key]
    by_load[piece.is_settled, load + 1][piece.key] = piece
    loads[piece.key] = load + 1


def _level(
    given: dict[int, Allotment],
    reviewers: Mapping[int, Reviewer],
    pieces: Mapping[int, Piece],
    loads: dict[int, int],
    *,
    other_school: bool,
) -> None:
    """Even the loads of what was given just now: hand a review on along a chain from a piece with more to one with two fewer."""
    open_keys = {key for key, piece in pieces.items() if not piece.is_settled}
    most = max((loads[one.piece] for one in given.values()), default=0)
    while open_keys:
        low = min(open_keys, key=lambda key: (loads[key], key))
        if loads[low] + 2 > most:
            return
        chain = _chain_to(low, given, reviewers, pieces, loads, other_school=other_school)
        if not chain:
            open_keys.discard(low)  # nobody can take it over; and each chain brings the loads closer, so this ends
            continue
        for reviewer, to in chain:
            loads[given[reviewer].piece] -= 1
            loads[to] += 1
            same = other_school and pieces[to].school == reviewers[reviewer].school
            given[reviewer] = Allotment(reviewer=reviewer, piece=to, is_fallback=same)


def _chain_to(
    low: int, given: Mapping[int, Allotment], reviewers: Mapping[int, Reviewer], pieces: Mapping[int, Piece], loads: Mapping[int, int],
    *, other_school: bool,
) -> list[tuple[int, int]]:  # fmt: skip
    """Return `(reviewer, new piece)` moves that end with one review more for `low` and one less for a piece with two more; [] = none."""
    held: dict[int, list[int]] = defaultdict(list)
    for reviewer, one in given.items():
        held[one.piece].append(reviewer)
    came: dict[int, tuple[int, int]] = {}
    seen: set[int] = {low}
    queue: list[int] = [low]
    while queue:
        to = queue.pop(0)
        for source, reviewer in _sources(to, held, given, reviewers, pieces, seen, other_school=other_school):
            came[source] = (reviewer, to)
            if loads[source] >= loads[low] + 2:
                return _path(source, low, came)
            queue.append(source)
    return []


def _sources(
    to: int, held: Mapping[int, Collection[int]], given: Mapping[int, Allotment], reviewers: Mapping[int, Reviewer],
    pieces: Mapping[int, Piece], seen: set[int], *, other_school: bool,
) -> list[tuple[int, int]]:  # fmt: skip
    """Return `(piece, reviewer)`: pieces not seen yet, one of whose reviewers could have `to` instead, not worse than now."""
    found = []
    for source, holders in held.items():
        if source in seen:
            continue
        for key in holders:
            strict = other_school and not given[key].is_fallback
            if _may_have(reviewers[key], pieces[to], strict=strict):
                seen.add(source)
                found.append((source, key))
                break
    return found


def _path(source: int, low: int, came: Mapping[int, tuple[int, int]]) -> list[tuple[int, int]]:
    moves = []
    at = source
    while at != low:
        reviewer, to = came[at]
        moves.append((reviewer, to))
        at = to
    return moves
