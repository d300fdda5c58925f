"""What members do together in the demo's topic workshops, read from `content/together.yaml`."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from yanxiu.demo.catalogue import CONTENT, Entry, read


class Gathering(Entry, frozen=True, kw_only=True):
    """An activity: `starts` so many days from now (negative: it is over and has a `result`), `sign` people sign up."""

    topic: str
    mode: Literal["online", "offline"]
    title: str
    body: str
    place: str
    starts: float
    hours: int
    sign: int
    places: int | None = None
    result: str = ""


class Item(Entry, frozen=True, kw_only=True):
    """A question of a ballot."""

    kind: Literal["one", "many", "scale", "text"]
    title: str
    options: tuple[str, ...] = ()
    most: int = 1
    optional: bool = False


class Poll(Entry, frozen=True, kw_only=True):
    """A ballot that is open for so many `days` more; so many people have answered, in text questions with one of `words`."""

    topic: str
    kind: Literal["poll", "vote", "questionnaire"]
    title: str
    body: str
    days: int
    replies: int
    questions: tuple[Item, ...]
    anonymous: bool = False
    words: tuple[str, ...] = ()


class Puzzle(Entry, frozen=True, kw_only=True):
    """A practice problem, how far it has come, what is said about it, and its solution when it is solved."""

    topic: str
    stage: Literal["collected", "voting", "discussing", "solved"]
    title: str
    body: str
    replies: tuple[str, ...]
    solution: str = ""
    text: str = ""


class Words(Entry, frozen=True, kw_only=True):
    """Something with a title."""

    title: str
    body: str


class Log(Words, frozen=True, kw_only=True):
    topic: str


class Document(Words, frozen=True, kw_only=True):
    topic: str
    kind: str


class Praised(Entry, frozen=True, kw_only=True):
    topic: str
    reason: str


class Theme(Words, frozen=True, kw_only=True):
    """A theme that cases are asked for during so many `days` more, and what has been entered."""

    topic: str
    days: int
    cases: tuple[Words, ...]


class Reported(Entry, frozen=True, kw_only=True):
    """A reply that breaks the rules, and how another member reports it."""

    topic: str
    text: str
    reason: str
    words: str


class Made(Entry, frozen=True, kw_only=True):
    """A resource of a teacher, how far it came (`asked`: its school reviews it; `waiting`: the county), and whether it is shared."""

    kind: str
    ends: Literal["asked", "school", "waiting", "county", "featured"]
    title: str
    topic: str
    intro: str
    body: str
    tags: tuple[str, ...] = ()
    share: bool = False


class Together(Entry, frozen=True, kw_only=True):
    """What members do together in the topic workshops; every `topic` is one of the electives' topics."""

    activities: tuple[Gathering, ...]
    ballots: tuple[Poll, ...]
    problems: tuple[Puzzle, ...]
    logs: tuple[Log, ...]
    praise: tuple[Praised, ...]
    themes: tuple[Theme, ...]
    essence: tuple[str, ...]
    reports: tuple[Reported, ...]
    documents: tuple[Document, ...]
    resources: tuple[Made, ...]


@lru_cache(maxsize=1)
def together() -> Together:
    """Activities, ballots, problems, journals and cases of the topic workshops. Raises BadContentError."""
    return read(CONTENT / "together.yaml", Together)
