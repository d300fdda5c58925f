"""The figures of honest study, in one place; a page that states one of them reads it here."""

from datetime import timedelta

RATE = 150
"""Permitted speed in per cent: the player goes no faster, and the bound lets no more through."""

SHARE = 95
"""Per cent of a film's seconds that must have been seen; the rest forgives a player's rounding at cuts and ends."""

BEAT_SECONDS = 10
"""How often the player reports."""

TICKET_LASTS = timedelta(hours=24)
"""Beats kept while a line was down count within a day; later the film is opened anew (what was saved stays)."""

LEASES_KEPT = timedelta(days=3)
"""Leases are swept when their tickets are long void."""

CHARACTERS_PER_SECOND = 10
LEAST_READING_SECONDS = 20
"""Nobody reads faster than this: a text counts as read after its characters divided by ten, at least twenty, seconds."""


LEAST_ANSWER_SECONDS = 2
MOST_ANSWER_SECONDS = 20
"""A question inside a film is on the screen so long at least before an answer is taken: nobody reads and decides faster."""

PRESENCE_WAIT_SECONDS = 60
"""还在看吗 waits so long for an answer; then play stops and goes back by one report at most."""

POSTS_A_DAY = 30
"""So many contributions to course discussions a person may make in a day; what a step asks for is far less."""


def answer_seconds(count: int) -> int:
    """Return how long a question of so many characters must be on the screen before it can be answered."""
    return min(MOST_ANSWER_SECONDS, max(LEAST_ANSWER_SECONDS, count // CHARACTERS_PER_SECOND))


def seconds_needed(length: int) -> int:
    """Return how many different seconds of a film of `length` seconds must be seen, rounded up."""
    return -(-length * SHARE // 100)


def reading_seconds(characters: int) -> int:
    """Return how long a text of so many characters must have been open at least."""
    return max(LEAST_READING_SECONDS, characters // CHARACTERS_PER_SECOND)
