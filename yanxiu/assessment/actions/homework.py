"""Writing homework: save the draft, attach and take away files, hand in."""

from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import permissions
from yanxiu.assessment.events import HomeworkEvent
from yanxiu.assessment.models import TRANSITIONS, Attachment, Submission, SubmissionState
from yanxiu.catalogue import content
from yanxiu.catalogue.models import Step, StepKind
from yanxiu.files import actions as files
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import characters, plain
from yanxiu.programmes.models import Enrolment
from yanxiu.records.actions import record

MOST_CHARACTERS = 30_000


class HomeworkState(Conflict):
    """The homework is not in a state from which this step leads."""

    code = "homework_state"


class TooShort(Invalid):
    """The text has fewer characters than the task asks for."""

    code = "too_short"


@transaction.atomic
def save_homework(*, enrolment: Enrolment, step: Step, text: str, by: Actor, at: datetime) -> Submission:
    """Keep the text as it stands; the latest saving counts. Not a record: a draft saves itself many times.

    Raises NotPermitted, WindowClosed, HomeworkState when it waits for its mark or has it, Invalid when it is too long. Cost: 5 queries.
    """
    _check_can_write(enrolment, step, by=by)
    submission = _for_change(enrolment, step, at=at)
    submission.text, submission.saved_at = _kept(text), at
    submission.save(update_fields=["text", "saved_at"])
    return submission


@transaction.atomic
def submit_homework(*, enrolment: Enrolment, step: Step, text: str, by: Actor, at: datetime) -> Submission:
    """Keep the text and hand the homework in for marking. A returned one may come again after the window's end: it was in time.

    Raises NotPermitted, WindowClosed, HomeworkState; TooShort with the characters that are lacking; Invalid. Cost: 8 queries.
    """
    asked = _check_can_write(enrolment, step, by=by)
    submission = _for_change(enrolment, step, at=at)
    submission.text = _kept(text)
    count = characters(submission.text)
    if count < asked.min_characters:
        words = {"lacking": asked.min_characters - count, "least": asked.min_characters, "count": count}
        raise TooShort(_("还差 %(lacking)s 字：要求不少于 %(least)s 字，现在 %(count)s 字，标点和空格不算。") % words, field="text")
    if not count and not Attachment.objects.filter(submission=submission, removed_at__isnull=True).exists():
        raise Invalid(_("作业还空着。请写上内容，或传附件。"), field="text")
    submission.state, submission.saved_at, submission.submitted_at = SubmissionState.SUBMITTED, at, at
    submission.save(update_fields=["text", "state", "saved_at", "submitted_at"])
    _record(HomeworkEvent.SUBMITTED, submission, data={"characters": count}, by=by, at=at)
    return submission


def attach(*, enrolment: Enrolment, step: Step, file: BinaryIO, name: str, by: Actor, at: datetime) -> Attachment:
    """Check and keep a file with the homework. It is stored first and taken back when there is no room for it any more.

    Raises NotPermitted, WindowClosed, HomeworkState; Invalid when all places are taken or the file cannot be used.
    Cost: 14 queries and the file's check.
    """
    with transaction.atomic():
        asked = _check_can_write(enrolment, step, by=by)
        _check_room(_for_change(enrolment, step, at=at), asked)
    stored = files.store(content=file, name=name, kind=Kind.ATTACHMENT, by=by, at=at)
    try:
        return _attach(enrolment, step, asked, stored, by=by, at=at)
    except BaseException:
        files.delete(file=stored, by=SYSTEM, at=at)
        raise


@transaction.atomic
def detach(*, attachment: Attachment, by: Actor, at: datetime) -> Attachment:
    """Take a file away from one's homework; its bytes go too unless somebody has marked with them.

    Raises NotPermitted, WindowClosed, HomeworkState, Conflict when it is taken away already. Cost: 9 queries.
    """
    enrolment, step = attachment.submission.enrolment, attachment.submission.step
    _check_can_write(enrolment, step, by=by)
    submission = _for_change(enrolment, step, at=at)
    if not Attachment.objects.filter(pk=attachment.pk, removed_at__isnull=True).update(removed_at=at):
        raise Conflict(_("“%(name)s”已经撤下了。") % {"name": attachment.file.name})
    attachment.removed_at = at
    _record(HomeworkEvent.DETACHED, submission, data={"file": attachment.file_id, "name": attachment.file.name}, by=by, at=at)
    if submission.submitted_at is None:
        files.delete(file=attachment.file, by=SYSTEM, at=at)
    return attachment


@transaction.atomic
def _attach(enrolment: Enrolment, step: Step, asked: content.Homework, stored: StoredFile, *, by: Actor, at: datetime) -> Attachment:
    submission = _for_change(enrolment, step, at=at)
    _check_room(submission, asked)
    attachment = Attachment(submission=submission, file=stored, added_at=at)
    attachment.save(force_insert=True)
    _record(HomeworkEvent.ATTACHED, submission, data={"file": stored.pk, "name": stored.name}, by=by, at=at)
    return attachment


def _check_can_write(enrolment: Enrolment, step: Step, *, by: Actor) -> content.Homework:
    permissions.check_can_study(by, enrolment)
    if step.kind != StepKind.HOMEWORK:
        raise Invalid(_("“%(title)s”不是作业。请从课程页打开它。") % {"title": step.title})
    return content.read(step.content, content.Homework)


def _for_change(enrolment: Enrolment, step: Step, *, at: datetime) -> Submission:
    """Return the participant's homework, made when there is none, locked and open to change."""
    Submission.objects.bulk_create([Submission(enrolment=enrolment, step=step, saved_at=at)], ignore_conflicts=True)
    rows = Submission.objects.select_for_update(of=("self",), no_key=True).select_related("enrolment", "step")
    submission = rows.get(enrolment=enrolment, step=step)
    if SubmissionState.SUBMITTED not in TRANSITIONS[SubmissionState(submission.state)]:
        raise HomeworkState(_("作业现在是“%(state)s”，不能再改。要改，请指导教师退回。") % {"state": submission.get_state_display()})
    if submission.state == SubmissionState.DRAFT:
        permissions.check_step_open(enrolment, step, at=at)
    return submission


def _check_room(submission: Submission, asked: content.Homework) -> None:
    count = Attachment.objects.filter(submission=submission, removed_at__isnull=True).count()
    if not asked.attachments:
        raise Invalid(_("这次作业不收附件，请写在正文里。"), field="file")
    if count >= asked.attachments:
        raise Invalid(
            _("附件最多 %(most)s 个，已有 %(count)s 个。请先撤下一个再传。") % {"most": asked.attachments, "count": count}, field="file"
        )


def _kept(text: str) -> str:
    kept = plain(text)
    if len(kept) > MOST_CHARACTERS:
        words = {"count": len(kept), "most": MOST_CHARACTERS}
        raise Invalid(_("正文有 %(count)s 个字符，最多 %(most)s 个。请缩短，或把长的部分放进附件。") % words, field="text")
    return kept


def _record(event: HomeworkEvent, submission: Submission, *, data: dict[str, object], by: Actor, at: datetime) -> None:
    enrolment = submission.enrolment
    record(
        event, object_id=submission.step_id, object_label=submission.step.title, person_id=enrolment.person_id,
        programme_id=enrolment.programme_id, unit_path=enrolment.unit_path, data={"enrolment": enrolment.pk, **data}, by=by, at=at,
    )  # fmt: skip
