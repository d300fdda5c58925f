"""What is played in a step, and where its questions hold."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from yanxiu.catalogue import content
from yanxiu.catalogue.models import LessonCase, Step, StepKind
from yanxiu.files.models import StoredFile
from yanxiu.learning import rules
from yanxiu.learning.models import CueAnswer, Item, Progress
from yanxiu.programmes.models import Enrolment

FILMS = frozenset({StepKind.VIDEO, StepKind.AUDIO, StepKind.CASE})
FORGIVEN_SECONDS = 2


@dataclass(frozen=True, kw_only=True)
class Reel:
    """A film or sound of `seconds`, with its questions; `case` when it is a lesson case."""

    media: StoredFile | None
    captions: StoredFile | None
    poster: StoredFile | None
    seconds: int
    cues: Sequence[content.Cue] = ()
    case: LessonCase | None = None


def reel_of(step: Step) -> Reel | None:
    """Return what the step plays; None for a step without a film. Cost: none, one query for a lesson case."""
    if step.kind in (StepKind.VIDEO, StepKind.AUDIO):
        return Reel(media=step.media, captions=step.captions, poster=step.poster, seconds=step.seconds, cues=cues_of(step))
    if step.kind != StepKind.CASE:
        return None
    case_id = content.read(step.content, content.CaseStudy).case_id
    case = LessonCase.objects.select_related("media", "captions", "poster").filter(pk=case_id, published_at__isnull=False).first()
    return reel_of_case(case) if case is not None else None


def reel_of_case(case: LessonCase) -> Reel:
    """Return what a lesson case plays. No query."""
    return Reel(media=case.media, captions=case.captions, poster=case.poster, seconds=case.seconds, case=case)


def cues_of(step: Step) -> Sequence[content.Cue]:
    """Return the questions inside the film of a step, in order."""
    return content.read(step.content, content.CueSheet).cues if step.content else ()


def passed_cues(enrolment: Enrolment, step: Step) -> set[int]:
    """Return the numbers of the questions answered right. Cost: one query."""
    found = CueAnswer.objects.filter(enrolment=enrolment, step=step, passed_at__isnull=False)
    return set(found.values_list("number", flat=True))


def until(cues: Sequence[content.Cue], passed: Collection[int]) -> int:
    """Return the second from which nothing counts, because a question before it waits; 0 when none does."""
    waiting = (max(cue.second, 1) for number, cue in enumerate(cues, start=1) if cue.required and number not in passed)
    return next(waiting, 0)


def seconds_before(enrolment: Enrolment, step: Step, cues: Sequence[content.Cue], number: int) -> int:
    """Return how many seconds are still to be seen before question `number` is shown (CH-07). Cost: one query.

    What counts is the stretch since the question before; a player's rounding is forgiven.
    """
    start = cues[number - 2].second if number > 1 else 0
    length = cues[number - 1].second - start
    found = Progress.objects.filter(person_id=enrolment.person_id, enrolment_id=enrolment.pk, kind=Item.STEP, item_id=step.pk)
    watched = found.values_list("watched", flat=True).first() or ""
    seen = watched[start : cues[number - 1].second].count("1")
    return max(min(rules.seconds_needed(length), length - FORGIVEN_SECONDS) - seen, 0)
