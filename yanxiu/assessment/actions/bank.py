"""Questions of a bank: written in versions, moved, retired, brought back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from yanxiu.assessment import bank_permissions as permissions
from yanxiu.assessment import bank_words, drafting, rendering
from yanxiu.assessment.events import QuestionEvent
from yanxiu.assessment.models import BankQuestion, KnowledgePoint, Paper, QuestionState, QuestionVersion
from yanxiu.assessment.question_checks import check_files, check_rubric
from yanxiu.catalogue import content
from yanxiu.catalogue.content import AnyQuestion
from yanxiu.drafts import actions as drafts
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.orgs.models import Org, Stage
from yanxiu.orgs.queries import subjects
from yanxiu.records.actions import Entry, record_all

MOST_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class QuestionFacts:
    """What stands beside a question: where it belongs, how hard it is (1 to 5), where it came from."""

    point: KnowledgePoint | None = None
    stage: str = ""
    subject: str = ""
    difficulty: int = 3
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class NewQuestion:
    """A question to be taken into a bank."""

    question: AnyQuestion
    facts: QuestionFacts = QuestionFacts()


@transaction.atomic
def add_questions(*, owner: Org, questions: Sequence[NewQuestion], by: Actor, at: datetime) -> list[BankQuestion]:
    """Take questions into the bank of a unit as drafts, all or none; return them in their order.

    Raises NotPermitted; Invalid with the place (第 n 题). Cost: 6 queries for any number.
    """
    permissions.check_can_write_for(by, owner)
    for number, one in enumerate(questions, start=1):
        place = _("第 %(number)s 题") % {"number": number}
        content.check_any(one.question, place=place)
        _check_facts(one.facts, owner, place=place)
    check_files([one.question for one in questions], known=set(), by=by)
    rows = BankQuestion.objects.bulk_create([_row(owner, one.question, one.facts, by=by, at=at) for one in questions])
    _add_versions([(row, 1, one.question) for row, one in zip(rows, questions, strict=True)], by=by, at=at)
    record_all([_happened(QuestionEvent.WRITTEN, row, version=1) for row in rows], by=by, at=at)
    return rows


@transaction.atomic
def write_question(
    *, question: BankQuestion | None, owner: Org, written: AnyQuestion, facts: QuestionFacts, by: Actor, at: datetime
) -> BankQuestion:
    """Write a question anew, or another version of one; what was approved before stays in use until the new one is.

    Raises NotPermitted, NotFound; Invalid with the place; Conflict while it waits for review. Cost: 9 to 11 queries.
    """
    content.check_any(written, place=_("这道题"))
    _check_facts(facts, question.owner if question else owner, place=_("这道题"))
    if question is None:
        check_rubric(written, owner)
        row = add_questions(owner=owner, questions=[NewQuestion(question=written, facts=facts)], by=by, at=at)[0]
        drafts.clear(key=drafting.question_key(content.type_of(written), None), by=by, at=at)
        return row
    permissions.check_can_write_question(by, question)
    question = _open(question.pk)
    _check_same_type(question, written)
    versions = list(QuestionVersion.objects.filter(question=question).order_by("-number"))
    known = rendering.files_in(content.read_question(version.content) for version in versions)
    check_files([written], known=known, by=by)
    last = versions[0] if versions else None
    check_rubric(written, question.owner, before=content.read_question(last.content) if last else None)
    question.point, question.stage, question.subject = facts.point, facts.stage, facts.subject
    question.difficulty, question.source = facts.difficulty, facts.source.strip()
    number = last.number if last else 0
    if last is None or content.read_question(last.content) != written:
        number += 1
        _add_versions([(question, number, written)], by=by, at=at)
        question.state, question.words = QuestionState.DRAFT, bank_words.vector_of(written, facts.source)
    question.save(update_fields=["point", "stage", "subject", "difficulty", "source", "state", "words"])
    drafts.clear(key=drafting.question_key(question.type, question.pk), by=by, at=at)
    record_all([_happened(QuestionEvent.WRITTEN, question, version=number)], by=by, at=at)
    return question


@transaction.atomic
def restore_version(*, question: BankQuestion, number: int, by: Actor, at: datetime) -> BankQuestion:
    """Write what an earlier version said as the newest one. Raises NotFound, NotPermitted, Invalid, Conflict. Cost: 10 queries."""
    permissions.check_can_write_question(by, question)
    version = QuestionVersion.objects.filter(question=question, number=number).first()
    if version is None:
        raise Invalid(_("这道题没有第 %(number)s 版。") % {"number": number}, field="number")
    facts = QuestionFacts(
        point=question.point, stage=question.stage, subject=question.subject, difficulty=question.difficulty, source=question.source
    )
    written = content.read_question(version.content)
    return write_question(question=question, owner=question.owner, written=written, facts=facts, by=by, at=at)


@transaction.atomic
def copy_question(*, question: BankQuestion, by: Actor, at: datetime) -> BankQuestion:
    """Write the newest version of a question once more, as a draft of its own. Raises NotFound, NotPermitted. Cost: 8 queries."""
    permissions.check_can_write_question(by, question)
    version = QuestionVersion.objects.filter(question=question).order_by("-number")[:1].get()
    written = content.read_question(version.content)
    row = _row(question.owner, written, QuestionFacts(), by=by, at=at)
    row.point_id, row.stage, row.subject = question.point_id, question.stage, question.subject
    row.difficulty, row.source = question.difficulty, question.source
    row.save(force_insert=True)
    _add_versions([(row, 1, written)], by=by, at=at)
    record_all([_happened(QuestionEvent.WRITTEN, row, version=1)], by=by, at=at)
    return row


@transaction.atomic
def submit_questions(*, questions: Sequence[BankQuestion], by: Actor, at: datetime) -> int:
    """Hand drafts to those who review; return how many, the others are passed over. Raises NotFound, NotPermitted. Cost: 3 queries."""
    found = _locked(questions, by, Q(state=QuestionState.DRAFT))
    return _set_state(found, QuestionState.REVIEW, QuestionEvent.SUBMITTED, by=by, at=at)


@transaction.atomic
def retire_questions(*, questions: Sequence[BankQuestion], by: Actor, at: datetime) -> int:
    """Use questions no more; papers that name them keep them. Return how many. Raises NotFound, NotPermitted. Cost: 3 queries."""
    found = _locked(questions, by, ~Q(state=QuestionState.RETIRED))
    return _set_state(found, QuestionState.RETIRED, QuestionEvent.RETIRED, by=by, at=at)


@transaction.atomic
def reinstate_questions(*, questions: Sequence[BankQuestion], by: Actor, at: datetime) -> int:
    """Use retired questions again: those whose newest version is approved are, the others are drafts. Return how many. Cost: 5 queries.

    Raises NotFound, NotPermitted.
    """
    found = _locked(questions, by, Q(state=QuestionState.RETIRED))
    newest = dict(QuestionVersion.objects.filter(question__in=found).values_list("question").annotate(last=Max("pk")).order_by())
    for question in found:
        is_approved = question.approved_id is not None and question.approved_id == newest.get(question.pk)
        question.state = QuestionState.APPROVED if is_approved else QuestionState.DRAFT
    BankQuestion.objects.bulk_update(found, ["state"])
    record_all([_happened(QuestionEvent.REINSTATED, question) for question in found], by=by, at=at)
    return len(found)


@transaction.atomic
def move_questions(*, questions: Sequence[BankQuestion], point: KnowledgePoint | None, by: Actor, at: datetime) -> int:
    """Put questions to a knowledge point of their unit (None = to none). Return how many. Raises NotFound, NotPermitted, Invalid.

    Cost: 3 queries.
    """
    found = _locked(questions, by, Q())
    if point is not None and any(question.owner_id != point.owner_id for question in found):
        raise Invalid(_("知识点“%(name)s”不是这些题所属单位的，请选本单位的知识点。") % {"name": point.name}, field="point")
    BankQuestion.objects.filter(pk__in=[question.pk for question in found]).update(point=point)
    label = {"point": point.name if point else ""}
    record_all([_happened(QuestionEvent.MOVED, question, **label) for question in found], by=by, at=at)
    return len(found)


@transaction.atomic
def remove_question(*, question: BankQuestion, by: Actor, at: datetime) -> None:
    """Delete a question that was never approved and stands in no paper. Raises NotFound, NotPermitted, Conflict. Cost: 8 queries."""
    permissions.check_can_write_question(by, question)
    question = _open(question.pk)
    versions = list(QuestionVersion.objects.filter(question=question).order_by("pk").values_list("pk", flat=True))
    if question.approved_id is not None or _is_in_papers(versions):
        raise Conflict(_("这道题审过或已进试卷，不能删除。不想再用，请停用。"))
    record_all([_happened(QuestionEvent.REMOVED, question)], by=by, at=at)
    drafts.clear(key=drafting.question_key(question.type, question.pk), by=by, at=at)
    question.delete()


def _is_in_papers(versions: Iterable[int]) -> bool:
    named = [Q(sections__contains=[{"fixed": [{"version": version}]}]) for version in versions]
    return Paper.objects.filter(reduce(or_, named, Q(pk__in=[]))).exists()


def _row(owner: Org, written: AnyQuestion, facts: QuestionFacts, *, by: Actor, at: datetime) -> BankQuestion:
    return BankQuestion(
        owner=owner, point=facts.point, stage=facts.stage, subject=facts.subject, type=content.type_of(written),
        difficulty=facts.difficulty, source=facts.source.strip(), created_at=at, created_by=by.person_id,
        words=bank_words.vector_of(written, facts.source),
    )  # fmt: skip


def _add_versions(written: Sequence[tuple[BankQuestion, int, AnyQuestion]], *, by: Actor, at: datetime) -> None:
    rows = [
        QuestionVersion(
            question=row, number=number, content=content.write(question), digest=content.digest_of(question), written_at=at,
            written_by=by.person_id,
        )
        for row, number, question in written
    ]  # fmt: skip
    QuestionVersion.objects.bulk_create(rows)


def _open(question_id: int) -> BankQuestion:
    """Return the question as it is now, locked. Raises Conflict while it waits for review or is retired."""
    question = BankQuestion.objects.select_for_update(of=("self",), no_key=True).select_related("owner").get(pk=question_id)
    if question.state == QuestionState.REVIEW:
        raise Conflict(_("这道题正在审，不能改。要改，请审题人退回。"))
    if question.state == QuestionState.RETIRED:
        raise Conflict(_("这道题已停用。要改，请先恢复。"))
    return question


def _locked(questions: Sequence[BankQuestion], by: Actor, condition: Q) -> list[BankQuestion]:
    if len(questions) > MOST_AT_ONCE:
        words = {"most": MOST_AT_ONCE, "now": len(questions)}
        raise Invalid(_("一次最多办 %(most)s 道题，现在选了 %(now)s 道。请分几次。") % words)
    for question in questions:
        permissions.check_can_write_question(by, question)
    found = BankQuestion.objects.select_for_update(of=("self",), no_key=True).select_related("owner")
    return list(found.filter(condition, pk__in=[question.pk for question in questions]).order_by("pk"))


def _set_state(found: Sequence[BankQuestion], state: QuestionState, event: QuestionEvent, *, by: Actor, at: datetime) -> int:
    BankQuestion.objects.filter(pk__in=[question.pk for question in found]).update(state=state)
    record_all([_happened(event, question) for question in found], by=by, at=at)
    return len(found)


def _happened(event: QuestionEvent, question: BankQuestion, **data: object) -> Entry:
    label = _("%(type)s %(number)s") % {"type": question.get_type_display(), "number": question.pk}
    return Entry(event=event, object_id=question.pk, object_label=label, unit_path=question.owner.path, data=data)


def _check_same_type(question: BankQuestion, written: AnyQuestion) -> None:
    if content.type_of(written) != question.type:
        words = {"kind": question.get_type_display()}
        raise Invalid(_("这道题是%(kind)s，题型不能改。要换题型，请另写一道，把这道停用。") % words, field="type")


def _check_facts(facts: QuestionFacts, owner: Org, *, place: str) -> None:
    if facts.point is not None and facts.point.owner_id != owner.pk:
        raise Invalid(_("%(place)s：知识点不是%(owner)s的，请重新选。") % {"place": place, "owner": owner.name}, field="point")
    if facts.stage and facts.stage not in Stage.values:
        raise Invalid(_("%(place)s：没有“%(stage)s”这个学段。") % {"place": place, "stage": facts.stage[:20]}, field="stage")
    if facts.subject and facts.subject not in subjects():
        raise Invalid(_("%(place)s：没有“%(subject)s”这个学科。") % {"place": place, "subject": facts.subject[:20]}, field="subject")
    if not 1 <= facts.difficulty <= 5:
        raise Invalid(_("%(place)s：难度是 1 到 5，现在是 %(now)s。") % {"place": place, "now": facts.difficulty}, field="difficulty")
    if len(facts.source.strip()) > 120:
        raise Invalid(_("%(place)s：来源最多 120 字。") % {"place": place}, field="source")
