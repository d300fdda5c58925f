"""Questions of the bank put into courses: copies, which the course keeps whatever becomes of them in the bank."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import bank_permissions as permissions
from yanxiu.assessment import rendering
from yanxiu.assessment.models import BankQuestion, QuestionVersion
from yanxiu.catalogue import actions as catalogue
from yanxiu.catalogue import content
from yanxiu.catalogue.models import Step, StepKind
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid


@transaction.atomic
def put_into_course(
    *, questions: Sequence[BankQuestion], step: Step, seconds: Mapping[int, int] | None = None, by: Actor, at: datetime
) -> int:  # fmt: skip
    """Append copies of approved choice questions to a test or question step of a draft course; return how many are new in it.

    Into a film or sound they go at `seconds` (by the id of the question), where they must be answered right. Raises NotFound,
    NotPermitted; Invalid for questions of another kind; Conflict for a step of another kind or a locked course. Cost: 10 queries.
    """
    choices = _choices(questions, by=by)
    if step.kind in (StepKind.VIDEO, StepKind.AUDIO):
        return _into_film(step, choices, seconds or {}, by=by, at=at)
    held: content.Test | content.QuestionSet
    if step.kind == StepKind.TEST:
        held = content.read(step.content, content.Test)
    elif step.kind == StepKind.QUESTION:
        held = content.read(step.content, content.QuestionSet)
    else:
        raise Conflict(_("这个环节不是测试、回馈题，也不是视频和音频，放不进题目。"))
    present = {content.digest_of(one) for one in held.questions}
    fresh = [one for one in choices.values() if content.digest_of(one) not in present]
    if fresh:
        changed = msgspec.structs.replace(held, questions=(*held.questions, *fresh))
        catalogue.replace_step(step=step, title=step.title, content=changed, by=by, at=at)
    return len(fresh)


def _choices(questions: Sequence[BankQuestion], *, by: Actor) -> dict[int, content.Question]:
    """Return what the approved versions say, by the id of the question. Raises NotFound, Invalid."""
    for question in questions:
        permissions.check_can_see_question(by, question)
    versions = QuestionVersion.objects.filter(pk__in=[question.approved_id for question in questions]).order_by("question_id")
    written = {version.question_id: content.read_question(version.content) for version in versions}
    if len(written) != len(questions) or not written:
        raise Invalid(_("只能放审过的题，请先送审。"), field="question")
    choices = {key: one for key, one in written.items() if isinstance(one, content.Question)}
    if len(choices) != len(written):
        raise Invalid(_("课程里的测试和回馈题只收单选、多选和判断题，请去掉别的题型。"), field="question")
    if rendering.files_in(choices.values()):
        raise Invalid(_("课程里的题不显示图片和声音，请去掉带图带声音的题。"), field="question")
    return choices


def _into_film(step: Step, choices: Mapping[int, content.Question], seconds: Mapping[int, int], *, by: Actor, at: datetime) -> int:
    if step.media is None:
        raise Conflict(_("“%(title)s”还没有传片子，先传好再放随堂题。") % {"title": step.title})
    lacking = [key for key in choices if key not in seconds]
    if lacking:
        raise Invalid(_("题号 %(n)s：放进视频或音频，要写在什么时刻停下来问，像 02:15。") % {"n": lacking[0]}, field="step")
    sheet = content.read(step.content, content.CueSheet)
    present = {content.digest_of(cue.question) for cue in sheet.cues}
    fresh = [
        content.Cue(second=seconds[key], question=one) for key, one in choices.items() if content.digest_of(one) not in present
    ]  # fmt: skip
    if fresh:
        cues = content.CueSheet(cues=tuple(sorted((*sheet.cues, *fresh), key=lambda cue: cue.second)))
        made: catalogue.Film | catalogue.Sound
        if step.kind == StepKind.VIDEO:
            made = catalogue.Film(media=step.media, captions=step.captions, poster=step.poster, cues=cues)
        else:
            made = catalogue.Sound(media=step.media, captions=step.captions, cues=cues)
        catalogue.replace_step(step=step, title=step.title, content=made, by=by, at=at)
    return len(fresh)
