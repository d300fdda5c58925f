"""The chain of guidance (W-61): asking, answering, passing up, accepting, handing down, reading."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yanxiu.access.roles import ROLES
from yanxiu.catalogue.models import Course
from yanxiu.integrity import actions as integrity
from yanxiu.kit import clock
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.rich_text import from_source
from yanxiu.kit.text import plain
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.records.actions import record
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import texts
from yanxiu.workshops.events import GuidanceEvent
from yanxiu.workshops.likeness import TWICE
from yanxiu.workshops.models import GuidanceAnswer, GuidanceNote, GuidancePass, GuidanceQuestion, GuidanceReceipt, GuidanceState
from yanxiu.workshops.queries import guidance as queries


@transaction.atomic
def ask_guidance(
    *, enrolment: Enrolment, block: str, title: str, source: str, by: Actor, at: datetime, course: Course | None = None
) -> GuidanceQuestion:
    """Ask the chain about a block; it lands at the nearest level where somebody stands. Sent twice it is one.

    Raises NotPermitted; Conflict when the participation is over; Invalid with the field, also when the block is guided in workshops.
    """
    permissions.check_can_ask_guidance(by, enrolment)
    plan = plan_of(enrolment.version_id)
    asked = next((one for one in queries.asked_about(plan) if one.id == block), None)
    if asked is None:
        raise Invalid(_("请选这个提问是关于哪一部分的。"), field="block")
    if not asked.by_chain:
        raise Invalid(_("%(label)s的指导在专题工作坊进行，请到工作坊的问答里提。") % {"label": asked.label}, field="block")
    found = _passed(texts.titled(title), source, most=texts.MOST_REPLY, path=enrolment.unit_path, at=at)
    title, text = found.texts
    sent = GuidanceQuestion.objects.filter(enrolment=enrolment, block=block, title=title, source=text, asked_at__gt=at - TWICE).first()
    if sent is not None:
        return sent
    chain = queries.chain_of(enrolment, queries.rungs(plan, block), on=clock.day(at))
    rung = next((one.rung for one in chain if one.people), chain[0].rung)
    question = GuidanceQuestion.objects.create(
        programme_id=enrolment.programme_id, enrolment=enrolment, unit_path=enrolment.unit_path, block=block, course=course, title=title,
        source=text, body=from_source(text), rung=rung.number, level=rung.level, role=rung.role, kinds=list(rung.kinds), asked_at=at,
        waiting_since=at,
    )  # fmt: skip
    _record(GuidanceEvent.ASKED, question, level=rung.level, by=by, at=at)
    _flag(found, "guidance_question", question.pk, path=enrolment.unit_path, by=by, at=at)
    return question


@transaction.atomic
def answer_guidance(*, question: GuidanceQuestion, source: str, by: Actor, at: datetime) -> GuidanceAnswer:
    """Answer for one's level; a second answer of the same person does not count again. Raises NotFound, NotPermitted, Conflict, Invalid."""
    permissions.check_can_guide(by, question)
    found = _passed("", source, most=texts.MOST_REPLY, path=question.unit_path, at=at)
    text = found.texts[1]
    question = _locked(question)
    mine = list(GuidanceAnswer.objects.filter(question=question, author_id=permissions.person_of(by)).order_by("pk"))
    sent = next((one for one in mine if one.source == text and one.answered_at > at - TWICE), None)
    if sent is not None:
        return sent
    level = _level_of(by, question)
    answer = GuidanceAnswer.objects.create(
        question=question, author_id=permissions.person_of(by), author_label=by.label[:120], level=level, source=text,
        body=from_source(text), answered_at=at,
    )  # fmt: skip
    _flag(found, "guidance_answer", answer.pk, path=question.unit_path, by=by, at=at)
    if question.state == GuidanceState.OPEN:
        question.state, question.answered_at = GuidanceState.ANSWERED, at
        question.save(update_fields=["state", "answered_at"])
    _record(GuidanceEvent.ADDED if mine else GuidanceEvent.ANSWERED, question, level=level, by=by, at=at, answer=answer.pk)
    return answer


@transaction.atomic
def pass_up(*, question: GuidanceQuestion, remark: str, by: Actor, at: datetime) -> GuidanceQuestion:
    """Hand a question to the next level where somebody stands, with a remark for it.

    Raises NotFound, NotPermitted; Conflict when it is answered, does not wait at the actor's level, or nobody stands above.
    """
    permissions.check_can_guide(by, question)
    question = _locked(question)
    if question.state != GuidanceState.OPEN:
        raise Conflict(_("这个提问已经有了答复，不用再转。"))
    if not GuidanceQuestion.objects.filter(queries.turns(by), pk=question.pk).exists():
        raise Conflict(_("这个提问现在在%(level)s，由那一级答复或再转。") % {"level": question.level})
    chain = queries.chain_of(question.enrolment, queries.rungs(plan_of(question.enrolment.version_id), question.block), on=clock.day(at))
    above = next((one.rung for one in chain if one.rung.number > question.rung and one.people), None)
    if above is None:
        raise Conflict(_("上面没有指导的人了，请您答复，或写明还要问谁。"))
    left = question.level
    GuidancePass.objects.create(
        question=question, from_level=left, to_level=above.level, remark=plain(remark)[:500], passed_by=permissions.person_of(by),
        passed_label=by.label[:120], passed_at=at,
    )  # fmt: skip
    question.rung, question.level, question.role, question.kinds = above.number, above.level, above.role, list(above.kinds)
    question.waiting_since, question.reminded_at = at, None
    question.save(update_fields=["rung", "level", "role", "kinds", "waiting_since", "reminded_at"])
    _record(GuidanceEvent.PASSED_UP, question, level=left, by=by, at=at, to=above.level)
    return question


@transaction.atomic
def accept_guidance(*, answer: GuidanceAnswer, by: Actor, at: datetime) -> GuidanceAnswer:
    """Mark the answer that helped; another one gives way. For who asked. Raises NotPermitted."""
    permissions.check_can_ask_guidance(by, answer.question.enrolment)
    question = _locked(answer.question)
    answer = GuidanceAnswer.objects.get(pk=answer.pk)
    if answer.accepted_at is not None:
        return answer
    GuidanceAnswer.objects.filter(question=question, accepted_at__isnull=False).update(accepted_at=None)
    answer.accepted_at = at
    answer.save(update_fields=["accepted_at"])
    _record(GuidanceEvent.ACCEPTED, question, level=answer.level, by=by, at=at, person_id=answer.author_id, answer=answer.pk)
    return answer


@transaction.atomic
def hand_down(
    *, programme: Programme, path: str, title: str, source: str, by: Actor, at: datetime, question: GuidanceQuestion | None = None
) -> GuidanceNote:
    """Hand guidance down to all participants below a place (学习园地). Sent twice it is one. Raises NotPermitted, Invalid."""
    permissions.check_can_hand_down(by, path)
    found = _passed(texts.titled(title), source, most=texts.MOST_TEXT, path=path, at=at)
    title, text = found.texts
    author = permissions.person_of(by)
    sent = GuidanceNote.objects.filter(programme=programme, author=author, title=title, source=text, published_at__gt=at - TWICE)
    if (present := sent.first()) is not None:
        return present
    role = next((grant.role for grant in by.grants if path.startswith(grant.path)), "")
    level = ROLES[role].zh if role in ROLES else ""
    note = GuidanceNote.objects.create(
        programme=programme, scope_path=path, block=question.block if question else "", question=question, level=level, title=title,
        source=text, body=from_source(text), author_id=author, author_label=by.label[:120], published_at=at,
    )  # fmt: skip
    _flag(found, "guidance_note", note.pk, path=path, by=by, at=at)
    record(
        GuidanceEvent.NOTE_PUBLISHED, object_id=note.pk, object_label=title, programme_id=programme.pk, unit_path=path, kind=level, by=by,
        at=at,
    )  # fmt: skip
    return note


@transaction.atomic
def mark_note_read(*, note: GuidanceNote, enrolment: Enrolment, by: Actor, at: datetime) -> bool:
    """Note that a participant has read it; False when it was noted before. Raises NotPermitted."""
    permissions.check_can_ask_guidance(by, enrolment)
    try:
        with transaction.atomic():
            GuidanceReceipt.objects.create(note=note, person_id=permissions.person_of(by), read_at=at)
    except IntegrityError:
        return False
    record(
        GuidanceEvent.NOTE_READ, object_id=note.pk, object_label=note.title, programme_id=note.programme_id, unit_path=enrolment.unit_path,
        kind=note.level, by=by, at=at,
    )  # fmt: skip
    return True


def _passed(title: str, source: str, *, most: int, path: str, at: datetime) -> integrity.Screened:
    text, _body = texts.written(source, most=most)
    return integrity.screen([title, text], fields=["title", "source"], path=path, at=at)


def _flag(found: integrity.Screened, object_type: str, object_id: int, *, path: str, by: Actor, at: datetime) -> None:
    title, text = found.texts
    thing = integrity.Thing(
        object_type=object_type, object_id=object_id, title=title or text[:60], snapshot=text, person_id=by.person_id, unit_path=path,
    )  # fmt: skip
    integrity.flag(found, thing=thing, at=at)


def _level_of(by: Actor, question: GuidanceQuestion) -> str:
    """Return the plan's word for who answers: the level it waits at if that is hers, else the name of her role."""
    if GuidanceQuestion.objects.filter(queries.turns(by), pk=question.pk).exists():
        return question.level
    role = next((grant.role for grant in by.grants if question.unit_path.startswith(grant.path)), "")
    return ROLES[role].zh if role in ROLES else question.level


def _locked(question: GuidanceQuestion) -> GuidanceQuestion:
    found = GuidanceQuestion.objects.select_for_update(of=("self",), no_key=True).select_related("enrolment__person", "programme")
    return found.get(pk=question.pk)


def _record(
    event: GuidanceEvent, question: GuidanceQuestion, *, level: str, by: Actor, at: datetime, person_id: int | None = None, **data: object
) -> None:
    record(
        event, object_id=question.pk, object_label=question.title, programme_id=question.programme_id, unit_path=question.unit_path,
        kind=level, by=by, at=at, data={"block": question.block, **data},
        person_id=person_id if person_id is not None else question.enrolment.person_id,
    )  # fmt: skip
