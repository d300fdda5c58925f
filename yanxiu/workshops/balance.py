"""Who goes where when members are dealt into groups or spread over sub-workshops: plain sums over ids, no database."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence


def dealt(members: Sequence[tuple[int, int]], number: int) -> list[list[int]]:
    """Deal members (id, unit) into groups whose sizes differ by one at most, every unit spread as evenly; ids in the order given."""
    by_unit: dict[int, list[int]] = defaultdict(list)
    for member, unit in members:
        by_unit[unit].append(member)
    groups: list[list[int]] = [[] for _ in range(number)]
    place = 0
    for unit in sorted(by_unit, key=lambda one: (-len(by_unit[one]), one)):
        for member in by_unit[unit]:
            groups[place % number].append(member)
            place += 1
    return groups


def balanced(members: Sequence[tuple[int, int, int]], rooms: Mapping[int, int | None]) -> dict[int, int]:
    """Spread members (id, county, room now) evenly over rooms, counties kept together where they fit; return the new room of each id.

    `rooms` gives the seats of a room, None without a bound; sizes differ by little and never pass the seats. Of those of a county who
    must part, who sits there already stays. Raises ValueError when all seats together are too few.
    """
    fair = -(-len(members) // len(rooms))
    sizes = {room: fair if seats is None else min(seats, fair) for room, seats in rooms.items()}
    spare = len(members) - sum(sizes.values())
    for room, seats in rooms.items():
        more = max(0, spare if seats is None else min(spare, seats - sizes[room]))
        sizes[room] += more
        spare -= more
    if spare > 0:
        raise ValueError("too few seats")
    by_county: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for member, county, room in members:
        by_county[county].append((member, room))
    target: dict[int, int] = {}
    for county in sorted(by_county, key=lambda one: (-len(by_county[one]), one)):
        _place(by_county[county], sizes, target)
    return target


def _place(people: Sequence[tuple[int, int]], sizes: dict[int, int], target: dict[int, int]) -> None:
    """Give the people of a county rooms: one that holds them all and most of them know, else as few as possible."""
    left = list(people)
    while left:
        known = Counter(room for _member, room in left)
        fitting = [room for room, free in sizes.items() if free >= len(left)]
        choice = fitting or [room for room, free in sizes.items() if free > 0]
        room = max(choice, key=lambda one: (known[one] if fitting else min(sizes[one], len(left)), known[one], -one))
        left.sort(key=lambda one: (one[1] != room, one[0]))
        seated, left = left[: sizes[room]], left[sizes[room] :]
        sizes[room] -= len(seated)
        target.update((member, room) for member, _room in seated)


def moves(members: Sequence[tuple[int, int, int]], target: Mapping[int, int]) -> list[tuple[int, int, int]]:
    """Return who changes rooms: (id, from, to)."""
    return [(member, room, target[member]) for member, _county, room in members if target[member] != room]
