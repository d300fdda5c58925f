"""Questions from files: look at what came, take what is wanted as drafts, take it back while nothing rests on it."""

import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import bank_permissions as permissions
from yanxiu.assessment import bringing, exchange, rendering
from yanxiu.assessment.actions.bank import NewQuestion, QuestionFacts, add_questions
from yanxiu.assessment.bringing import Plan, read_plan
from yanxiu.assessment.events import PointEvent, QuestionFileEvent
from yanxiu.assessment.exchange.shape import Loose, Reading, Understood
from yanxiu.assessment.exchange_permissions import check_can_see_question_import
from yanxiu.assessment.models import BankQuestion, KnowledgePoint, QuestionImport, QuestionImportState, QuestionVersion
from yanxiu.catalogue.content import digest_of
from yanxiu.files import actions as files
from yanxiu.files import queries as stored
from yanxiu.files.actions import Ahead
from yanxiu.files.actions.uploading import Sent
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.orgs.models import Org
from yanxiu.records.actions import Entry, record, record_all

WAITS = timedelta(days=7)
AT_ONCE_BYTES = 2 * 1024 * 1024
_State = QuestionImportState


@dataclass(frozen=True, kw_only=True)
class ImportFacts:
    """What holds for questions that do not say it themselves."""

    point: KnowledgePoint | None = None
    stage: str = ""
    subject: str = ""


def prepare_questions(*, sent: Sent | Ahead, owner: Org, facts: ImportFacts, by: Actor, at: datetime) -> QuestionImport:
    """Look at a question file; nothing comes into the bank. What was understood waits seven days for a yes.

    A file of more than 2 MB, with more than six pictures, or of more than 8 s is read in the background (`read_questions`). The same
    file for the same unit is the same import while it waits. Raises NotPermitted; BadQuestionFile, Unusable (422).
    Cost: a child process of 0.2 s, the reading, 8 queries.
    """
    permissions.check_can_write_for(by, owner)
    if facts.point is not None and facts.point.owner_id != owner.pk:
        raise Invalid(_("知识点不是%(owner)s的，请重新选。") % {"owner": owner.name}, field="point")
    bundle = files.receive(sent=sent, kind=Kind.QUESTIONS, by=by, at=at)
    keeps = False
    try:
        known = _known(owner, bundle.sha256, by=by)
        if known is not None:
            return known
        plan = None
        if bundle.size_bytes <= AT_ONCE_BYTES:
            found = exchange.read_at_once(stored.path(bundle), bundle.name, known=bringing.known())
            plan = _planned(*found, owner, by=by, at=at) if found else None
        if plan is None:
            files.set_aside(file=bundle, by=by, at=at)
            plan, keeps = Plan(bundle=bundle.pk), True
        return QuestionImport.objects.create(
            owner=owner, person_id=by.person_id, source=bundle.name[:200], digest=bundle.sha256, plan=bringing.written(plan),
            stage=facts.stage, subject=facts.subject, point=facts.point, created_at=at,
        )  # fmt: skip
    finally:
        if not keeps:
            files.delete(file=bundle, by=SYSTEM, at=at)


def read_questions(*, brought: QuestionImport, by: Actor, at: datetime) -> bool:
    """Read the file of an import that waits for it; return whether there was one. For the system; safe to repeat.

    What cannot be read ends the import with the reason. Cost: the reading, a child process for each picture.
    """
    permissions.check_can_count(by)
    plan = read_plan(brought.plan)
    if brought.state != _State.WAITING or not plan.bundle:
        return False
    bundle = StoredFile.objects.filter(pk=plan.bundle, deleted_at__isnull=True).first()
    try:
        reading, loose = _read(bundle)
        made = _planned(reading, loose, brought.owner, by=Actor(person_id=brought.person_id, label=""), at=at)
    except Invalid as error:
        made = Plan(broken=error.message[:1_000])
    if not _kept(brought, made, at=at):
        _let_go(made.files, at=at)
    if bundle is not None:
        files.delete(file=bundle, by=SYSTEM, at=at)
    return True


@transaction.atomic
def choose_questions(*, brought: QuestionImport, shown: Collection[int], wanted: Collection[int], by: Actor, at: datetime) -> Plan:  # noqa: ARG001 - every verb says when
    """Say of the questions that were shown which are to come. Raises NotFound; Conflict when it waits no more. Cost: 2 queries."""
    check_can_see_question_import(by, brought)
    row = _locked(brought)
    _check_waits(row)
    plan = read_plan(row.plan)
    left = (set(plan.left) - set(shown)) | (set(shown) - set(wanted))
    known = range(1, len(plan.reading.understood) + 1)
    plan = msgspec.structs.replace(plan, left=tuple(sorted(number for number in left if number in known)))
    row.plan = bringing.written(plan)
    row.save(update_fields=["plan"])
    return plan


@transaction.atomic
def take_questions(*, brought: QuestionImport, by: Actor, at: datetime) -> QuestionImport:
    """Take the wanted questions into the bank as drafts, all or none; a second yes changes nothing.

    Raises NotFound, NotPermitted; Conflict when it was given up; Invalid with the place. Cost: 14 queries for any number, 2 a picture.
    """
    check_can_see_question_import(by, brought)
    permissions.check_can_write_for(by, brought.owner)
    row = _locked(brought)
    if row.state == _State.DONE:
        return row
    _check_waits(row)
    plan = read_plan(row.plan)
    wanted = [plan.reading.understood[number - 1] for number in plan.wanted]
    if not wanted:
        raise Invalid(_("一道题也没有勾选。请至少勾选一道，或放弃这次导入。"))
    used = rendering.files_in(one.question for one in wanted)
    for file_id in sorted(used & set(plan.files)):
        kind = Kind.IMAGE if StoredFile.objects.filter(pk=file_id, kind=Kind.IMAGE.code).exists() else Kind.AUDIO
        files.claim(file_id=file_id, kind=kind, by=by, at=at)
    points = _points(wanted, row, by=by, at=at)
    new = [NewQuestion(question=one.question, facts=_facts(one, row, points)) for one in wanted]
    made = add_questions(owner=row.owner, questions=new, by=by, at=at)
    _let_go([file_id for file_id in plan.files if file_id not in used], at=at)
    row.state, row.ended_at, row.made = _State.DONE, at, [question.pk for question in made]
    row.save(update_fields=["state", "ended_at", "made"])
    data = {"format": plan.reading.format, "questions": len(made), "refused": len(plan.reading.refused)}
    record(QuestionFileEvent.IMPORTED, object_id=row.pk, object_label=row.source, unit_path=row.owner.path, by=by, at=at, data=data)
    return row


@transaction.atomic
def undo_import(*, brought: QuestionImport, by: Actor, at: datetime) -> int:
    """Take the questions of an import out of the bank again, while all of them are drafts as they came; return how many.

    Raises NotFound, NotPermitted; Conflict, naming one, when a question was changed, reviewed, or stands in a paper. Cost: 9 queries.
    """
    check_can_see_question_import(by, brought)
    permissions.check_can_write_for(by, brought.owner)
    row = _locked(brought)
    if row.state == _State.UNDONE:
        return 0
    if row.state != _State.DONE:
        raise Conflict(_("这次导入还没有进题库，不用撤回。"))
    questions = list(BankQuestion.objects.select_for_update(of=("self",)).filter(pk__in=row.made).order_by("pk"))
    touched = _touched(questions)
    if touched is not None:
        raise Conflict(_("题号 %(number)s 已经改过、送审过，或进了试卷，整批撤不回来了。不想用的题请在题库里停用。") % {"number": touched})
    plan = read_plan(row.plan)
    count = len(questions)
    BankQuestion.objects.filter(pk__in=[question.pk for question in questions]).delete()
    _let_go(plan.files, at=at)
    row.state, row.ended_at = _State.UNDONE, at
    row.save(update_fields=["state", "ended_at"])
    data = {"questions": count}
    record(QuestionFileEvent.UNDONE, object_id=row.pk, object_label=row.source, unit_path=row.owner.path, by=by, at=at, data=data)
    return count


@transaction.atomic
def give_up_questions(*, brought: QuestionImport, by: Actor, at: datetime) -> None:
    """Forget an import that waits; its files go at once. Twice is no error. Raises NotFound; Conflict when it is in the bank already."""
    check_can_see_question_import(by, brought)
    row = _locked(brought)
    if row.state == _State.GIVEN_UP:
        return
    if row.state != _State.WAITING:
        raise Conflict(_("这次导入已经进了题库。不要这些题，请撤回整批。"))
    _end(row, at=at)


def end_question_imports(*, by: Actor, at: datetime) -> int:
    """Let go of imports that nobody confirmed within seven days, with their files; return how many. Part of the nightly tasks."""
    permissions.check_can_count(by)
    ended = 0
    for brought in QuestionImport.objects.filter(state=_State.WAITING, created_at__lt=at - WAITS).order_by("pk"):
        with transaction.atomic():
            row = _locked(brought)
            if row.state == _State.WAITING:
                _end(row, at=at)
                ended += 1
    return ended


def _read(bundle: StoredFile | None) -> tuple[Reading, list[Loose]]:
    if bundle is None:
        raise Invalid(_("题目文件已经不在了。请再传一次。"))
    return exchange.read(stored.path(bundle), bundle.name, known=bringing.known())


def _planned(reading: Reading, loose: Sequence[Loose], owner: Org, *, by: Actor, at: datetime) -> Plan:
    """Store the pictures and sounds of a reading, to wait, and leave out what the bank has already."""
    ids: dict[int, int] = {}
    notes = list(reading.notes)
    for number, one in enumerate(loose, start=1):
        try:
            kind = Kind.AUDIO if one.is_sound else Kind.IMAGE
            file = files.store(content=io.BytesIO(one.data), name=one.name, kind=kind, by=by, at=at)
            files.set_aside(file=file, by=by, at=at)
            ids[number] = file.pk
        except Invalid as error:
            notes.append(_("“%(name)s”没有收：%(why)s") % {"name": one.name[:60], "why": error.message})
    understood = [
        msgspec.structs.replace(one, question=bringing.renamed(one.question, ids)) if loose else one for one in reading.understood
    ]
    left = _twins([digest_of(one.question) for one in understood], owner)
    made = msgspec.structs.replace(reading, understood=tuple(understood), notes=tuple(notes))
    return Plan(reading=made, files=tuple(ids.values()), left=left)


def _twins(digests: list[str], owner: Org) -> tuple[int, ...]:
    """Return the numbers of questions that are in the bank, or stand earlier in the file."""
    there = QuestionVersion.objects.filter(digest__in=set(digests), question__owner=owner)
    seen = set(there.values_list("digest", flat=True))
    left = []
    for number, digest in enumerate(digests, start=1):
        if digest in seen:
            left.append(number)
        seen.add(digest)
    return tuple(left)


@transaction.atomic
def _kept(brought: QuestionImport, made: Plan, *, at: datetime) -> bool:
    row = _locked(brought)
    if row.state != _State.WAITING:
        return False
    row.plan = bringing.written(made)
    if made.broken:
        row.state, row.ended_at = _State.GIVEN_UP, at
    row.save(update_fields=["plan", "state", "ended_at"])
    return True


def _points(wanted: Sequence[Understood], row: QuestionImport, *, by: Actor, at: datetime) -> dict[str, KnowledgePoint]:
    """Return the points that questions name, those that the unit has not made anew under the import's own."""
    names = {one.point.strip() for one in wanted if one.point.strip()}
    if not names:
        return {}
    sql.rows("SELECT pg_advisory_xact_lock(hashtext('assessment.points'), %(id)s::int)", {"id": row.owner_id % 2**31})
    found = {point.name: point for point in KnowledgePoint.objects.filter(owner=row.owner, name__in=names).order_by("-pk")}
    missing = [
        KnowledgePoint(owner=row.owner, name=name, stage=row.stage, subject=row.subject) for name in sorted(names) if name not in found
    ]
    made = KnowledgePoint.objects.bulk_create(missing)
    entries = [Entry(event=PointEvent.ADDED, object_id=point.pk, object_label=point.name, unit_path=row.owner.path) for point in made]
    record_all(entries, by=by, at=at)
    return found | {point.name: point for point in made}


def _facts(one: Understood, row: QuestionImport, points: dict[str, KnowledgePoint]) -> QuestionFacts:
    return QuestionFacts(
        point=points.get(one.point.strip(), row.point), stage=one.stage or row.stage, subject=one.subject or row.subject,
        difficulty=one.difficulty or 3, source=row.source[:120],
    )  # fmt: skip


def _touched(questions: Sequence[BankQuestion]) -> int | None:
    """Return the id of a question on which something rests, None when there is none. Cost: 2 queries."""
    ids = [question.pk for question in questions]
    changed = next((question.pk for question in questions if question.state != "draft" or question.approved_id is not None), None)
    if changed is not None:
        return changed
    return next(
        (
            int(found["id"])
            for found in sql.rows(
                "SELECT v.question_id AS id FROM assessment_questionversion v WHERE v.question_id = ANY(%(ids)s) AND (v.number > 1 OR "
                "EXISTS (SELECT 1 FROM assessment_paper p, jsonb_path_query(p.sections, '$[*].fixed[*].version') AS used "
                "WHERE used = to_jsonb(v.id))) LIMIT 1",
                {"ids": ids},
            )
        ),
        None,
    )


def _known(owner: Org, digest: str, *, by: Actor) -> QuestionImport | None:
    same = QuestionImport.objects.filter(owner=owner, person_id=by.person_id, digest=digest, state=_State.WAITING)
    return same.order_by("-pk").first()


def _end(row: QuestionImport, *, at: datetime) -> None:
    plan = read_plan(row.plan)
    _let_go([*plan.files, plan.bundle], at=at)
    row.state, row.ended_at = _State.GIVEN_UP, at
    row.save(update_fields=["state", "ended_at"])


def _let_go(file_ids: Collection[int], *, at: datetime) -> None:
    for file in StoredFile.objects.filter(pk__in=list(file_ids), deleted_at__isnull=True).order_by("pk"):
        files.delete(file=file, by=SYSTEM, at=at)


def _locked(brought: QuestionImport) -> QuestionImport:
    rows = QuestionImport.objects.select_for_update(of=("self",), no_key=True).select_related("owner", "point")
    return rows.get(pk=brought.pk)


def _check_waits(row: QuestionImport) -> None:
    if row.state in {_State.GIVEN_UP, _State.UNDONE}:
        raise Conflict(_("这次导入已经放弃或撤回了。要导入，请把文件再传一次。"))
    if row.state == _State.DONE:
        raise Conflict(_("这次导入已经进了题库。要改，请在题库里改。"))
    if read_plan(row.plan).bundle:
        raise Conflict(_("题目文件还在读，读完再导入。"))
