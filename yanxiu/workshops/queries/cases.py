"""Reads of cases: the column of a workshop, a round with its figures, what a judge has before her, the shelf."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db.models import Avg, Count, Exists, F, FloatField, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yanxiu.kit import sql
from yanxiu.people.models import Person
from yanxiu.workshops.models import (
    CaseConflict,
    CaseEntry,
    CaseException,
    CasePresence,
    CaseRound,
    CaseSelection,
    CaseState,
    CaseTheme,
    CaseVote,
    PostState,
    Space,
)

ROUND_SORTS: Mapping[str, tuple[str | F, ...]] = {
    "place": ("is_final", "space__path"),
    "base": ("-base", "space__path"),
    "left": ("-room", "space__path"),
    "recommended": ("-recommended", "space__path"),
}
ENTRY_SORTS = {"score": "average", "votes": "votes", "came": "arrived_at"}
SHELF_SORTS = {"new": "-entry__theme__published_at", "title": "entry__post__title"}
SIZE = 100
"""Cases on a page of a round: so that the best of a level, a twentieth, stand together and are sent up at once."""

# What each judge of a round has to judge and has judged: all but the own, those of the own school, and those of people named.
_JUDGES = """
SELECT p.id AS person_id, p.name, count(e.id) FILTER (WHERE NOT e.kept_out) AS wanted,
       count(v.id) FILTER (WHERE NOT e.kept_out) AS given, count(e.id) FILTER (WHERE e.kept_out) AS kept_out
FROM people_person p
LEFT JOIN LATERAL (
    SELECT e.id, (e.author_id = p.id OR (p.unit_id IS NOT NULL AND e.unit_id = p.unit_id) OR EXISTS (
        SELECT 1 FROM workshops_caseconflict c WHERE c.theme_id = e.theme_id AND c.judge_id = p.id AND c.person_id = e.author_id
    )) AS kept_out
    FROM workshops_casepresence s JOIN workshops_caseentry e ON e.id = s.entry_id JOIN workshops_post w ON w.id = e.post_id
    WHERE s.round_id = %(round)s AND w.state = 'published' AND w.why_not = ''
) e ON TRUE
LEFT JOIN workshops_casevote v ON v.round_id = %(round)s AND v.entry_id = e.id AND v.judge_id = p.id
WHERE p.id IN (
    SELECT a.person_id FROM access_appointment a
    WHERE %(hosts)s AND a.role = 'host' AND a.space_id = %(space)s AND a.revoked_at IS NULL AND a.from_on <= %(on)s
      AND (a.until_on IS NULL OR a.until_on >= %(on)s)
    UNION SELECT g.judge_id FROM workshops_casevote g WHERE g.round_id = %(round)s
)
GROUP BY p.id, p.name, p.sort_key ORDER BY p.sort_key, p.id
"""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A theme as a workshop sees it: its own round, how many cases stand there, how many of the person's own."""

    theme: CaseTheme
    round: CaseRound
    present: int
    own: int

    def is_open(self, at: datetime) -> bool:
        return self.theme.opens_at <= at < self.theme.closes_at and not self.round.is_closed


@dataclass(frozen=True, kw_only=True)
class Judge:
    """How far a judge is: `given` of `wanted`, and from how many she keeps out."""

    person_id: int
    name: str
    wanted: int
    given: int
    kept_out: int


@dataclass(frozen=True, kw_only=True)
class Pile:
    """What a judge has before her, in an order of her own: the next without points first if there is one."""

    entries: Sequence[CaseEntry]
    scores: Mapping[int, CaseVote]
    kept_out: int

    @property
    def given(self) -> int:
        return sum(entry.pk in self.scores for entry in self.entries)

    def following(self, entry: CaseEntry) -> CaseEntry | None:
        """The next one without points after this one, else the first without."""
        ids = [one.pk for one in self.entries]
        place = ids.index(entry.pk) if entry.pk in ids else -1
        later = [*self.entries[place + 1 :], *self.entries[: max(place, 0)]]
        return next((one for one in later if one.pk not in self.scores), None)


def with_facts(found: QuerySet[CaseRound]) -> QuerySet[CaseRound]:
    """Load what checks and pages of a round need."""
    return found.select_related("theme__space__org", "theme__programme", "space__org", "space__parent", "upper__space__org")


def asked_in(space: Space, *, person_id: int) -> list[Asked]:
    """Return the themes that a workshop has a round of, the youngest first, at most 60. Cost: one query."""
    own = CaseEntry.objects.filter(theme=OuterRef("theme"), author_id=person_id).exclude(state=CaseState.WITHDRAWN)
    rounds = (
        CaseRound.objects.filter(space=space.counted_id)
        .filter(Q(is_final=False) | ~Q(level=""))
        .select_related("theme__space")
        .annotate(present=_count(present_in(OuterRef("pk"))), own=_count(own, by="theme"))
        .order_by("-theme__closes_at", "-pk")[:60]
    )
    return [Asked(theme=one.theme, round=one, present=one.present, own=one.own) for one in rounds]


def own_cases(person_id: int, space: Space) -> list[CaseEntry]:
    """Return the person's cases entered in the workshop, the newest first, at most 30. Cost: one query."""
    rows = CaseEntry.objects.filter(author_id=person_id, entered__space=space.counted_id)
    return list(rows.select_related("post", "theme", "round__space", "entered").order_by("-submitted_at", "-pk")[:30])


def rounds_of(found: QuerySet[CaseRound], theme: CaseTheme, *, text: str = "", sort: str = "place") -> QuerySet[CaseRound]:
    """Narrow rounds to those of a theme, with `present` now and `room` left; by a word of the workshop's name."""
    found = with_facts(found.filter(theme=theme)).annotate(
        present=_count(present_in(OuterRef("pk"))), room=F("places") + F("granted") - F("recommended")
    )
    if text:
        found = found.filter(Q(space__title__icontains=text[:40]) | Q(space__org__name__icontains=text[:40]))
    return found.order_by(*ROUND_SORTS.get(sort, ROUND_SORTS["place"]), "pk")


def present_in(one: Any) -> QuerySet[CasePresence]:
    """Return the cases of a round that count now: public, and no copies of earlier ones."""
    return CasePresence.objects.filter(round=one, entry__post__state=PostState.PUBLISHED, entry__post__why_not="")


def present(one: CaseRound, *, sort: str = "score", text: str = "") -> QuerySet[CasePresence]:
    """Return the cases of a round with `average` and `votes` of its judges and whether `selected`, the best first; without authors."""
    votes = CaseVote.objects.filter(round=one, entry=OuterRef("entry")).order_by().values("entry")
    found = present_in(one.pk).select_related("entry__post", "entry__round__space")
    if text:
        found = found.filter(Q(entry__post__title__icontains=text[:40]))
    found = found.annotate(
        average=Subquery(votes.annotate(mean=Avg("score")).values("mean"), output_field=FloatField()),
        votes=Coalesce(Subquery(votes.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
        selected=Exists(CaseSelection.objects.filter(entry=OuterRef("entry"))),
    )
    return found.order_by(F(ENTRY_SORTS.get(sort, "average")).desc(nulls_last=True), "entry")


def judges(one: CaseRound, *, on: date) -> list[Judge]:
    """Return how far each of those who choose is, by name: the hosts, and whoever gave points. In the selection of a topic the latter only.

    Cost: one query.
    """
    hosts = not one.is_final or bool(one.level)
    return [Judge(**row) for row in sql.rows(_JUDGES, {"round": one.pk, "space": one.space_id, "on": on, "hosts": hosts})]


def exceptions(one: CaseRound) -> list[CaseException]:
    """Return the places added to a round, the first first. Cost: one query."""
    return list(CaseException.objects.filter(round=one).order_by("granted_at", "pk"))


def conflicts(theme_id: int) -> list[CaseConflict]:
    """Return who keeps out of whose cases, the latest first. Cost: one query."""
    return list(CaseConflict.objects.filter(theme=theme_id).select_related("judge__unit", "person__unit").order_by("-declared_at", "-pk"))


def pile(one: CaseRound, judge: Person, *, near: Q) -> Pile:
    """Return the cases of a round for a judge, shuffled for her alone and always the same way, with her points; not those `near` to her.

    Cost: 3 queries.
    """
    rows = CaseEntry.objects.filter(pk__in=present_in(one.pk).values("entry"))
    found = rows.exclude(near).select_related("post").defer("post__source", "post__body").order_by("pk")
    entries = sorted(found, key=lambda entry: sha256(f"{one.pk}:{judge.pk}:{entry.pk}".encode()).digest())
    scores = {vote.entry_id: vote for vote in CaseVote.objects.filter(round=one, judge=judge).order_by("pk")}
    return Pile(entries=entries, scores=scores, kept_out=rows.filter(near).count())


def selections(one: CaseRound) -> list[CaseSelection]:
    """Return what was selected in a last round, in the order of selecting. Cost: one query."""
    rows = CaseSelection.objects.filter(round=one).select_related("entry__post", "entry__author", "entry__unit")
    return list(rows.order_by("selected_at", "pk"))


def shelf(*, text: str = "", stage: str = "", subject: str = "", topic: str = "", sort: str = "new") -> QuerySet[CaseSelection]:
    """Return the published excellent cases with author and school, the latest first; narrowed by subject, stage, topic and words."""
    found = CaseSelection.objects.filter(entry__theme__published_at__isnull=False, entry__post__state=PostState.PUBLISHED)
    for field, value in (("stage", stage), ("subject", subject), ("topic", topic)):
        if value:
            found = found.filter(**{f"entry__theme__space__{field}": value})
    if text:
        words = text[:40]
        found = found.filter(
            Q(entry__post__title__icontains=words) | Q(entry__author__name=words) | Q(entry__unit__name__icontains=words)
            | Q(entry__theme__title__icontains=words)
        )  # fmt: skip
    rows = found.select_related("entry__post", "entry__author", "entry__unit", "entry__theme__space")
    return rows.order_by(SHELF_SORTS.get(sort, SHELF_SORTS["new"]), "-pk")


def shelf_words(name: str) -> list[str]:
    """Return the stages, subjects or topics (`name`) that have published cases. Cost: one query."""
    field = f"entry__theme__space__{name}"
    found = CaseSelection.objects.filter(entry__theme__published_at__isnull=False).exclude(**{field: ""})
    return list(found.order_by(field).values_list(field, flat=True).distinct())


def _count(found: QuerySet[CasePresence] | QuerySet[CaseEntry], *, by: str = "round") -> Coalesce:
    counted = found.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
