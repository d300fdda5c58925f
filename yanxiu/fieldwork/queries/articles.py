"""What a programme wants handed in, and what was."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from yanxiu.fieldwork.models import Article
from yanxiu.programmes.models import Enrolment
from yanxiu.programmes.plan.schema.work import Piece, Submission
from yanxiu.programmes.queries.plans import plan_of

LOADED = ("enrolment__person__unit", "enrolment__programme", "file")


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A piece a participant hands in; `key` is `submission.piece`; `twin` the slot whose lesson it must be about."""

    key: str
    label: str
    group: str
    due: str
    least: int
    twin: str = ""


@dataclass(frozen=True, kw_only=True)
class SlotLine:
    """A slot with what was written for it."""

    slot: Slot
    enrolment: Enrolment
    article: Article | None


def slots_of(enrolment: Enrolment) -> list[Slot]:
    """Return what the plan wants of a participant. No query once the plan is read."""
    plan = plan_of(enrolment.version_id)
    return [_slot(group, piece) for group in plan.submit if group.by == "learner" for piece in group.pieces]


def slot_of(enrolment: Enrolment, key: str) -> Slot | None:
    """Return a slot by its key, None for a free article or one the plan no longer has."""
    return next((one for one in slots_of(enrolment) if one.key == key), None)


def own_slots(places: Sequence[Enrolment], articles: Sequence[Article]) -> list[SlotLine]:
    """Return the slots of the places, each with its article. No query once the plans are read."""
    written = {(one.enrolment_id, one.slot): one for one in articles if one.slot}
    return [SlotLine(slot=slot, enrolment=place, article=written.get((place.pk, slot.key))) for place in places for slot in slots_of(place)]


def own_articles(visible: QuerySet[Article], person_id: int) -> list[Article]:
    """Return a person's articles, the newest first. Cost: one query."""
    return list(visible.filter(enrolment__person_id=person_id).select_related(*LOADED).order_by("-saved_at", "-pk")[:100])


def articles_to_confirm(visible: QuerySet[Article], *, state: str) -> QuerySet[Article]:
    """Return what was handed in inside a scope, the oldest first. Cost: one query a page."""
    return visible.filter(state=state).select_related(*LOADED).order_by("submitted_at", "pk")


def _slot(group: Submission, piece: Piece) -> Slot:
    twin = f"{group.id}.{piece.same_lesson_as}" if piece.same_lesson_as else ""
    return Slot(
        key=f"{group.id}.{piece.id}", label=piece.label, group=group.label, due=group.due or "", least=piece.min_chars or 0, twin=twin
    )
