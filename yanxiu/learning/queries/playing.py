"""Reads for the player: what is played, what was seen of it, where its questions stand, what is said in it, one's notes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from yanxiu.files import queries as files
from yanxiu.files.queries import Line, Playable
from yanxiu.kit import moments, sql
from yanxiu.learning import bits
from yanxiu.learning.models import Item
from yanxiu.learning.queries import studying
from yanxiu.learning.queries.films import Reel, until
from yanxiu.programmes.models import Enrolment
from yanxiu.programmes.plan.schema.work import Play

_SEEN = """
SELECT COALESCE(p.watched::text, '') AS watched, COALESCE(p.seconds, 0) AS seconds, COALESCE(p.position, 0) AS position,
       ARRAY(SELECT a.number::int FROM learning_cueanswer a
             WHERE %(kind)s = %(step)s AND a.enrolment_id = %(enrolment)s AND a.step_id = %(item)s AND a.passed_at IS NOT NULL) AS passed,
       (SELECT COALESCE(jsonb_agg(jsonb_build_object('pk', n.id, 'second', n.second, 'text', n.text) ORDER BY n.second, n.id), '[]')
        FROM learning_note n WHERE n.enrolment_id = %(enrolment)s AND n.kind = %(kind)s AND n.item_id = %(item)s) AS notes
FROM (SELECT 1) one
LEFT JOIN learning_progress p
    ON p.person_id = %(person)s AND p.enrolment_id = %(enrolment)s AND p.kind = %(kind)s AND p.item_id = %(item)s
"""


@dataclass(frozen=True, kw_only=True)
class NoteLine:
    """A note at a second of the film."""

    pk: int
    second: int
    text: str

    @property
    def moment(self) -> str:
        """Where it stands: 05:12."""
        return moments.clock(self.second)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a participant left on a film."""

    film: studying.Seen
    passed: set[int]
    notes: Sequence[NoteLine]


@dataclass(frozen=True, kw_only=True)
class Film:
    """A film for the player: `sources`, what was seen (`ranges` in seconds), what is `lacking`, the plan's rules, the questions' places.

    `holds_at`: from this second on nothing counts before a question is answered (0 = nothing holds).
    """

    sources: Playable
    is_sound: bool
    length: int
    seconds: int
    position: int
    ranges: str
    lacking: int
    play: Play
    marks: Sequence[tuple[int, int]]
    cues: str
    holds_at: int

    @property
    def speeds(self) -> list[str]:
        """The speeds of the menu, up to the plan's cap."""
        return [speed for speed in ("0.75", "1", "1.25", "1.5", "1.75", "2") if Decimal(speed) <= self.play.max_rate]

    @property
    def mark_width(self) -> str:
        """How wide a mark on the track is, in seconds: the same on short and long films."""
        return f"{self.length / 150:.2f}"

    @property
    def clock(self) -> str:
        """Where it stands: 05:12 / 14:30."""
        return f"{moments.clock(self.position)} / {moments.clock(self.length)}"

    @property
    def start_url(self) -> str:
        """What plays without scripts or a stream."""
        return self.sources.progressive or self.sources.hls or self.sources.audio


def seen_of(enrolment: Enrolment, kind: Item, item_id: int) -> Seen:
    """Return all that a participant left on a film: seconds seen, questions answered, notes. Cost: one query."""
    place = {"person": enrolment.person_id, "enrolment": enrolment.pk, "kind": kind, "item": item_id, "step": Item.STEP}
    row = sql.rows(_SEEN, place)[0]
    return Seen(
        film=studying.Seen(ranges=bits.ranges_of(row["watched"]), seconds=row["seconds"], position=row["position"]),
        passed=set(row["passed"]),
        notes=[NoteLine(**one) for one in json.loads(row["notes"])],
    )


def film_of(reel: Reel, seen: Seen, *, play: Play, is_sound: bool, person_id: int, at: datetime) -> Film | None:
    """Return the film as the participant meets it; None while there is nothing to play. Cost: one query."""
    if reel.media is None:
        return None
    cues = [
        {"second": cue.second, "required": cue.required, "passed": number in seen.passed} for number, cue in enumerate(reel.cues, start=1)
    ]
    return Film(
        sources=files.playable(reel.media, person_id=person_id, at=at, captions=reel.captions, poster=reel.poster),
        is_sound=is_sound,
        length=reel.seconds,
        seconds=seen.film.seconds,
        position=seen.film.position,
        ranges=seen.film.text,
        lacking=studying.seconds_lacking(reel.seconds, seen.film.seconds),
        play=play,
        marks=[(number, cue.second) for number, cue in enumerate(reel.cues, start=1)],
        cues=json.dumps(cues),
        holds_at=until(reel.cues, seen.passed),
    )


def lines_of(reel: Reel, words: str = "") -> list[Line]:
    """Return what is said in a film, or the lines that hold the words. Cost: one query, none without captions."""
    if reel.captions is None:
        return []
    lines = files.lines(reel.captions)
    return files.found(lines, words) if words else lines
