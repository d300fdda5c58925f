"""Reads of the chain of guidance: who stands in it, what waits, what was answered, what was handed down, counts per level."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import BooleanField, Count, Exists, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from yanxiu.access.models import Appointment
from yanxiu.access.queries import in_force
from yanxiu.access.roles import ROLES
from yanxiu.kit.actor import Actor, Grant
from yanxiu.orgs.models import Kind, Org
from yanxiu.programmes.models import Enrolment
from yanxiu.programmes.plan.schema import Plan
from yanxiu.records.models import Record
from yanxiu.workshops.events import GuidanceEvent
from yanxiu.workshops.models import GuidanceAnswer, GuidanceNote, GuidancePass, GuidanceQuestion, GuidanceReceipt, GuidanceState

ANSWER_DAYS = 2
SLOW = timedelta(days=ANSWER_DAYS)
_COUNTY = (Kind.COUNTY.value, Kind.ZONE.value)


@dataclass(frozen=True, kw_only=True)
class Rung:
    """A level of a chain: `number` from the nearest (0) up; filled by holders of `role` at units of `kinds` (empty: any).

    Who stands there is reminded of a question that has waited there for `days`.
    """

    number: int
    level: str
    role: str
    kinds: tuple[str, ...]
    days: int = ANSWER_DAYS


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A rung with the people who stand on it for one participant."""

    rung: Rung
    people: Sequence[Appointment]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A block one may ask about: over the chain, or in the workshop."""

    id: str
    label: str
    by_chain: bool


def rungs(plan: Plan, block: str) -> tuple[Rung, ...]:
    """Return the chain of a block from the nearest level up; empty when the block is guided in a workshop or not at all. Pure."""
    found = next((one for one in plan.guide if block in one.blocks and one.channel == "chain"), None)
    names = tuple(reversed(found.chain)) if found else ()
    given = tuple(reversed(found.answer_days)) if found and found.answer_days else (ANSWER_DAYS,)
    days = given if len(given) == len(names) else (given[0],) * len(names)
    return tuple(
        Rung(number=number, level=name, days=days[number], **_filled_by(name))  # type: ignore[arg-type]  # role and kinds
        for number, name in enumerate(names)
    )


def _filled_by(name: str) -> dict[str, object]:
    """Return role and kinds of unit behind the plan's word for a level (R-17…R-20)."""
    if "组长" in name:
        return {"role": "group_leader", "kinds": ()}
    if "教师" in name and "机构" not in name:
        return {"role": "tutor", "kinds": ()}
    places = {"省": (Kind.NATION.value, Kind.PROVINCE.value), "市": (Kind.CITY.value,), "县": _COUNTY, "区": _COUNTY}
    return {"role": "expert", "kinds": next((kinds for mark, kinds in places.items() if name.startswith(mark)), ())}


def asked_about(plan: Plan) -> list[Asked]:
    """Return the blocks that the plan gives guidance for, in its order. Pure."""
    labels = {block.id: block.label for block in plan.learn}
    found = {name: one.channel == "chain" for one in plan.guide for name in one.blocks}
    return [Asked(id=name, label=labels[name], by_chain=found[name]) for name in labels if name in found]


def chain_of(enrolment: Enrolment, found: Sequence[Rung], *, on: date) -> list[Filled]:
    """Return who stands on each rung for a participant, by appointments in force at or above the unit. Cost: one query."""
    parts = [part for part in enrolment.unit_path.split("/") if part]
    paths = ["/" + "/".join(parts[:end]) + "/" for end in range(1, len(parts) + 1)]
    rows = in_force(Appointment.objects.filter(role__in={rung.role for rung in found}, org__path__in=paths), on=on)
    rows = rows.filter(Q(programme_id__isnull=True) | Q(programme_id=enrolment.programme_id)).exclude(person_id=enrolment.person_id)
    people = [
        one
        for one in rows.select_related("person", "org").order_by("-org__path", "pk")
        if not ROLES[one.role].needs_affiliation or one.person.unit_path.startswith(one.org.path)
    ]
    return [
        Filled(rung=rung, people=[one for one in people if one.role == rung.role and (not rung.kinds or one.org.kind in rung.kinds)])
        for rung in found
    ]


def turns(actor: Actor) -> Q:
    """Return the condition for questions that wait for the hat worn: its role, its place, its kind of unit. Cost: at most one query."""
    grants = [grant for grant in actor.grants if "workshops.guide" in grant.permissions]
    kinds = dict(Org.objects.filter(path__in=[grant.path for grant in grants]).values_list("path", "kind")) if grants else {}
    found = Q(pk__in=[])
    for grant in grants:
        found |= _reach(grant) & Q(role=grant.role) & (Q(kinds=[]) | Q(kinds__contains=[kinds.get(grant.path, "")]))
    return found


def _reach(grant: Grant) -> Q:
    reach = Q(unit_path__startswith=grant.path)
    return reach & Q(programme_id=grant.programme_id) if grant.programme_id is not None else reach


def queue(found: QuerySet[GuidanceQuestion]) -> QuerySet[GuidanceQuestion]:
    """Order open questions by how long they wait, the longest first, with asker and programme."""
    return found.filter(state=GuidanceState.OPEN).select_related("enrolment__person__unit", "programme").order_by("waiting_since", "pk")


def oldest(found: QuerySet[GuidanceQuestion]) -> tuple[int, datetime | None]:
    """Return how many questions wait, and since when the oldest does. Cost: one query."""
    row = found.filter(state=GuidanceState.OPEN).aggregate(n=Count("pk"), since=Min("waiting_since"))
    return row["n"], row["since"]


def answered(programmes: Iterable[int], *, text: str) -> QuerySet[GuidanceQuestion]:
    """Return answered questions of programmes that hold the text, the newest first: what others asked, without who asked."""
    found = GuidanceQuestion.objects.filter(programme__in=list(programmes), state=GuidanceState.ANSWERED)
    text = " ".join(text.split())[:40]
    if text:
        below = GuidanceAnswer.objects.filter(question=OuterRef("pk"), source__icontains=text)
        found = found.filter(Q(title__icontains=text) | Q(source__icontains=text) | Q(Exists(below)))
    return found.order_by("-answered_at", "-pk")


def thread(question: GuidanceQuestion) -> tuple[list[GuidanceAnswer], list[GuidancePass]]:
    """Return the answers (the accepted one first) and the ways up. Cost: 2 queries."""
    answers = GuidanceAnswer.objects.filter(question=question).select_related("author__unit").order_by("accepted_at", "answered_at", "pk")
    return list(answers), list(GuidancePass.objects.filter(question=question).order_by("passed_at", "pk"))


def notes_for(enrolments: Sequence[Enrolment], *, person_id: int) -> QuerySet[GuidanceNote]:
    """Return the guidance handed down to participations, the newest first, with `is_read`."""
    found = Q(pk__in=[])
    for one in enrolments:
        parts = [part for part in one.unit_path.split("/") if part]
        paths = ["/" + "/".join(parts[:end]) + "/" for end in range(1, len(parts) + 1)]
        found |= Q(programme_id=one.programme_id, scope_path__in=paths)
    read = Exists(GuidanceReceipt.objects.filter(note=OuterRef("pk"), person_id=person_id)) if person_id else Value(False, BooleanField())
    return GuidanceNote.objects.filter(found).annotate(is_read=read).order_by("-published_at", "-pk")


def own_notes(person_id: int) -> QuerySet[GuidanceNote]:
    """Return the notes a guide handed down, the newest first, with `readers`."""
    read = GuidanceReceipt.objects.filter(note=OuterRef("pk")).order_by().values("note").annotate(n=Count("pk")).values("n")
    return (
        GuidanceNote.objects.filter(author=person_id)
        .annotate(readers=Coalesce(Subquery(read, output_field=IntegerField()), 0))
        .order_by("-published_at", "-pk")
    )


@dataclass(frozen=True, kw_only=True)
class LevelCount:
    """What a level did: answered, passed up, handed down, was reminded, has waiting now and since when."""

    level: str
    answered: int
    passed_up: int
    notes: int
    reminded: int
    waiting: int
    since: datetime | None


def level_counts(paths: Sequence[str]) -> list[LevelCount]:
    """Return the counts of every level below the paths, those with the oldest wait first. Cost: 2 queries."""
    below, records = Q(pk__in=[]), Q(pk__in=[])
    for path in paths:
        below |= Q(unit_path__startswith=path)
        records |= Q(unit_path__startswith=path)
    named = {"answered": GuidanceEvent.ANSWERED, "passed_up": GuidanceEvent.PASSED_UP, "notes": GuidanceEvent.NOTE_PUBLISHED}
    verbs = {event.verb: name for name, event in {**named, "reminded": GuidanceEvent.REMINDED}.items()}
    done: dict[str, dict[str, int]] = {}
    rows = Record.objects.filter(records, object_type__in=["guidance_question", "guidance_note"], verb__in=list(verbs))
    for level, verb, count in rows.order_by().values_list("kind", "verb").annotate(n=Count("pk")):
        done.setdefault(level, {})[verbs[verb]] = count
    waiting = {
        level: (count, since)
        for level, count, since in GuidanceQuestion.objects.filter(below, state=GuidanceState.OPEN)
        .order_by()
        .values_list("level")
        .annotate(n=Count("pk"), since=Min("waiting_since"))
    }
    counted = [_counted(level, done.get(level, {}), waiting.get(level, (0, None))) for level in {*done, *waiting} if level]
    return sorted(counted, key=lambda one: (one.since is None, one.since.timestamp() if one.since else 0.0, one.level))


def _counted(level: str, done: Mapping[str, int], waiting: tuple[int, datetime | None]) -> LevelCount:
    counts = {name: done.get(name, 0) for name in ("answered", "passed_up", "notes", "reminded")}
    return LevelCount(level=level, **counts, waiting=waiting[0], since=waiting[1])
