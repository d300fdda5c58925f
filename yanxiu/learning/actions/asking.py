"""Questions inside films (CH-07) and 还在看吗: shown by the server at their moment, answered to the server."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yanxiu.catalogue import content
from yanxiu.catalogue.models import LessonCase, Step, StepKind
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, NotFound
from yanxiu.kit.text import characters
from yanxiu.learning import permissions, rules
from yanxiu.learning.actions.opening import check_step, renewed
from yanxiu.learning.actions.studying import TooEarly, finish
from yanxiu.learning.carrying import lock
from yanxiu.learning.events import StudyEvent
from yanxiu.learning.models import CueAnswer, How, Item, Lease, PresenceCheck
from yanxiu.learning.queries import films, studying
from yanxiu.programmes.models import Enrolment
from yanxiu.records.actions import record

WITH_CUES = (StepKind.VIDEO, StepKind.AUDIO)


class NotThereYet(Conflict):
    """The film has not been seen up to the question."""

    code = "not_there_yet"


@dataclass(frozen=True, kw_only=True)
class AskedCue:
    """A question on the screen: what is asked, and for how many seconds it cannot be answered yet. `is_passed`: it is answered."""

    number: int
    question: content.AskedQuestion
    is_required: bool
    wait_seconds: int
    is_passed: bool


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came of an answer. A right one has its explanation, a new ticket that goes on, and where the next question holds it."""

    is_right: bool
    why: str = ""
    ticket: str = ""
    until: int = 0
    is_done: bool = False


@transaction.atomic
def ask_cue(*, enrolment: Enrolment, step: Step, number: int, by: Actor, at: datetime) -> AskedCue:
    """Show question `number` (from 1) of a film, once the film was seen up to it; from then on its least time runs.

    Raises NotThereYet with the seconds that are lacking, NotFound, NotPermitted, NotChosen, WindowClosed. Cost: 7 queries.
    """
    check_step(enrolment, step, *WITH_CUES, by=by, at=at)
    cues = films.cues_of(step)
    cue = _cue(cues, number)
    lacking = films.seconds_before(enrolment, step, cues, number)
    if lacking:
        raise NotThereYet(f"这道题在 {cue.second // 60:02}:{cue.second % 60:02} 处，前面还有 {lacking} 秒没有看。看到那里题目会出来。")
    lock(enrolment)
    answer, _ = CueAnswer.objects.get_or_create(enrolment=enrolment, step=step, number=number, defaults={"asked_at": at})
    return AskedCue(
        number=number, question=cue.question.asked(number), is_required=cue.required, is_passed=answer.passed_at is not None,
        wait_seconds=max(_least_seconds(cue) - _since(answer, at), 0),
    )  # fmt: skip


@transaction.atomic
def answer_cue(*, enrolment: Enrolment, step: Step, number: int, chosen: Iterable[int], by: Actor, at: datetime) -> Reply:
    """Check the answer to a question that is on the screen; trying again is free. Right: what follows in the film counts again.

    Raises NotThereYet for a question never shown, TooEarly before anybody could have read it; else as `ask_cue`. Cost: 12 queries.
    """
    selection = check_step(enrolment, step, *WITH_CUES, by=by, at=at)
    cues = films.cues_of(step)
    cue = _cue(cues, number)
    lock(enrolment)
    answer = CueAnswer.objects.filter(enrolment=enrolment, step=step, number=number).first()
    if answer is None:
        raise NotThereYet("这道题还没有出来。看到它的位置，题目会自己出来。")
    lacking = _least_seconds(cue) - _since(answer, at)
    if lacking > 0 and answer.passed_at is None:
        raise TooEarly(f"题目刚出来，请先读完，{lacking} 秒后再答。")
    is_right = cue.question.is_right(chosen)
    answer.tries += 1
    if is_right and answer.passed_at is None:
        answer.passed_at = at
        record(
            StudyEvent.CUE_PASSED, object_id=step.pk, object_label=step.title, kind=selection.block, person_id=enrolment.person_id,
            programme_id=enrolment.programme_id, unit_path=enrolment.unit_path, by=by, at=at,
            data={"enrolment": enrolment.pk, "number": number, "tries": answer.tries},
        )  # fmt: skip
    answer.save(update_fields=["tries", "passed_at"])
    if not is_right:
        return Reply(is_right=False)
    until = films.until(cues, films.passed_cues(enrolment, step))
    span = permissions.study_window(enrolment, selection.block)
    return Reply(
        is_right=True, why=cue.question.explanation, until=until, is_done=not until and _finish_if_seen(enrolment, step, by=by, at=at),
        ticket=renewed(enrolment, step, length=step.seconds, span=span, until=until),
    )  # fmt: skip


@transaction.atomic
def note_presence(
    *, enrolment: Enrolment, item: Step | LessonCase, second: int, waited: int, is_answered: bool, by: Actor, at: datetime
) -> PresenceCheck:
    """Keep that 还在看吗 was asked, and whether it was answered: a fact for signals, it takes nothing away.

    Raises NotPermitted; Conflict when the film is not what the person has open. Cost: 2 queries.
    """
    permissions.check_can_study(by, enrolment)
    kind = Item.CASE if isinstance(item, LessonCase) else Item.STEP
    mine = Lease.objects.filter(person_id=enrolment.person_id, enrolment_id=enrolment.pk, kind=kind, item_id=item.pk)
    if not mine.filter(ended_at__isnull=True).exists():
        raise Conflict("这个视频现在没有在这里打开，没有记。点一下播放接着看。")
    return PresenceCheck.objects.create(
        enrolment=enrolment, kind=kind, item_id=item.pk, second=min(second, 2**31 - 1), waited_seconds=min(waited, 32_000),
        is_answered=is_answered, at=at,
    )  # fmt: skip


def _cue(cues: object, number: int) -> content.Cue:
    if not isinstance(cues, tuple) or not 0 < number <= len(cues):
        raise NotFound("这个视频里没有这道题。请刷新这一页。")
    found: content.Cue = cues[number - 1]
    return found


def _least_seconds(cue: content.Cue) -> int:
    return rules.answer_seconds(characters(cue.question.stem) + sum(characters(option) for option in cue.question.options))


def _since(answer: CueAnswer, at: datetime) -> int:
    return int((at - answer.asked_at).total_seconds())


def _finish_if_seen(enrolment: Enrolment, step: Step, *, by: Actor, at: datetime) -> bool:
    if studying.seconds_lacking(step.seconds, studying.seen(enrolment, Item.STEP, step.pk).seconds):
        return False
    return finish(enrolment, step, How.WATCHED, by=by, at=at)
