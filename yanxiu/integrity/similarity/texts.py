"""What is handed in to be compared, and what comparing found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from yanxiu.integrity.models import IndexedText, TextKind
from yanxiu.kit.components import wording


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text as its domain hands it in.

    `object_type` and `object_id` name what it belongs to, as in records; `part` tells several texts of one object apart. `task` groups
    the answers to one question (`"step:12"`). `template` is the wording that everybody was given: it counts for nobody. `title` says
    what the text is, for lists (`《课堂提问》作业`).
    """

    kind: TextKind
    object_type: str
    object_id: int
    body: str
    person_id: int
    unit_path: str
    written_at: datetime
    part: str = ""
    programme_id: int | None = None
    programme_title: str = ""
    task: str = ""
    title: str = ""
    template: tuple[str, ...] = ()


class Why(StrEnum):
    """Why words are set aside."""

    TEMPLATE = "template"
    PUBLIC = "public"
    QUOTED = "quoted"
    COMMON = "common"


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A stretch of a text as it was written: `start` to `end` (exclusive), and why it is set aside."""

    start: int
    end: int
    why: Why


@dataclass(frozen=True, kw_only=True)
class Same:
    """A stretch of the text and the stretch of the other that says the same; places in the texts as they were written.

    Stretches of one passage have the same `number`, from 1.
    """

    start: int
    end: int
    other_start: int
    other_end: int
    number: int = 1


class Relation(StrEnum):
    """Whose the other text is, as far as the author may know."""

    OWN = "own"
    FELLOW = "fellow"
    EARLIER = "earlier"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, kw_only=True)
class Match:
    """Another text that holds `share` of the text's own words (`characters` folded ones). `other` is for those who may see it."""

    other: IndexedText
    relation: Relation
    share: float
    characters: int
    same: tuple[Same, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """What comparing found. `share` is that of all matches together, `characters` the own words (folded, without what is set aside).

    `matches` come with the largest share first. Never shown to an author: `seen_by_author` is.
    """

    kind: TextKind
    body: str
    characters: int
    share: float
    threshold: float
    set_aside: tuple[Stretch, ...] = ()
    matches: tuple[Match, ...] = ()
    same: tuple[tuple[int, int], ...] = ()

    @property
    def is_noticed(self) -> bool:
        """Whether people should look: from the unit's threshold on."""
        return bool(self.matches) and self.share >= self.threshold


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A piece of a text for the page. `number` is that of an equal passage, from 1 (0 = none); `why` says why words are set aside.

    `is_first` marks the first piece of a passage, which carries its number.
    """

    text: str
    number: int = 0
    why: str = ""
    is_first: bool = False

    @property
    def tint(self) -> int:
        """One of four colours, by turns."""
        return self.number % 4

    @property
    def why_words(self) -> str:
        """Why the words are set aside, in words."""
        return {
            Why.TEMPLATE: _("题目或格式的文字"),
            Why.PUBLIC: _("公共文本"),
            Why.QUOTED: _("注明出处的引用"),
            Why.COMMON: _("许多人都有的格式"),
        }[Why(self.why)]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What an author learns of the own draft: her own words only, and from what kind of place they are known; nobody's name or text."""

    percent: str
    is_noticed: bool
    sources: tuple[tuple[Relation, int], ...]
    pieces: tuple[Piece, ...] = field(default=())

    @property
    def source_words(self) -> str:
        """From what kinds of places the words are known, for a sentence."""
        words = {
            Relation.OWN: _("您自己以前写的"),
            Relation.FELLOW: _("同一方案里别人写的"),
            Relation.EARLIER: _("往年有人写的"),
            Relation.ELSEWHERE: _("别处有人写的"),
        }
        return _("、").join(words[relation] for relation, _count in self.sources)


def seen_by_author(report: Report) -> Seen:
    """Return the part of a report that its author may see."""
    counts = {one: sum(match.relation == one for match in report.matches) for one in Relation}
    same = [(start, end, number) for number, (start, end) in enumerate(report.same, start=1)]
    return Seen(
        percent=wording.percent(report.share),
        is_noticed=report.is_noticed,
        sources=tuple((one, count) for one, count in counts.items() if count),
        pieces=cut(report.body, same, report.set_aside) if same else (),
    )


def cut(body: str, same: Sequence[tuple[int, int, int]], set_aside: Sequence[Stretch] = ()) -> tuple[Piece, ...]:
    """Cut a text at its stretches: those of `same` (start, end, number), those set aside with the reason, the rest plain."""
    taken = sorted((start, end) for start, end, _ in same)
    found = [(start, end, number, "") for start, end, number in same]
    for one in set_aside:
        found += [(start, end, 0, str(one.why)) for start, end in _outside(one.start, one.end, taken)]
    pieces: list[Piece] = []
    at, known = 0, set()
    for start, end, number, why in sorted(found):
        begin = max(start, at)
        if end <= begin:
            continue
        if begin > at:
            pieces.append(Piece(text=body[at:begin]))
        pieces.append(Piece(text=body[begin:end], number=number, why=why, is_first=number not in known))
        known.add(number)
        at = end
    return (*pieces, Piece(text=body[at:])) if at < len(body) else tuple(pieces)


def only(body: str, same: Sequence[tuple[int, int, int]]) -> tuple[Piece, ...]:
    """Return the stretches of `same` alone, with dots where words are left out: for those who may not read the whole."""
    pieces: list[Piece] = []
    at, known = 0, set()
    for start, end, number in sorted(same):
        if start > at:
            pieces.append(Piece(text="……"))
        pieces.append(Piece(text=body[start:end], number=number, is_first=number not in known))
        known.add(number)
        at = end
    return (*pieces, Piece(text="……")) if at < len(body) else tuple(pieces)


def _outside(start: int, end: int, taken: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found = []
    for begin, stop in taken:
        if stop <= start or begin >= end:
            continue
        if begin > start:
            found.append((start, begin))
        start = max(start, stop)
    return [*found, (start, end)] if start < end else found
