"""Writing homework: save the draft, attach and take away files, hand in, take back what nobody has looked at yet."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from yanxiu.assessment import parts, permissions
from yanxiu.assessment.events import HomeworkEvent
from yanxiu.assessment.likeness import text_of
from yanxiu.assessment.models import TRANSITIONS, Attachment, HandedIn, PeerReview, Submission, SubmissionState
from yanxiu.catalogue import content
from yanxiu.catalogue.content.steps import Part
from yanxiu.catalogue.models import Step, StepKind
from yanxiu.files import actions as files
from yanxiu.files.actions.uploading import Sent
from yanxiu.files.models import StoredFile
from yanxiu.integrity.actions import index_text
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
def save_homework(*, enrolment: Enrolment, step: Step, text: parts.Words, by: Actor, at: datetime) -> Submission:
    """Keep the words as they stand; the latest saving counts. Not a record: a draft saves itself many times.

    Raises NotPermitted, WindowClosed, HomeworkState when it waits for its mark or has it, Invalid when it is too long. Cost: 5 queries.
    """
    asked = _check_can_write(enrolment, step, by=by)
    submission = _for_change(enrolment, step, at=at)
    _fill(submission, asked, text, at=at)
    submission.save(update_fields=["text", "texts", "saved_at"])
    return submission


@transaction.atomic
def submit_homework(*, enrolment: Enrolment, step: Step, text: parts.Words, by: Actor, at: datetime) -> Submission:
    """Keep the words and hand the homework in, as its next version. A returned one may come again after the window's end: it was in time.

    Its words are compared with all that was handed in before; much alike is a signal for people, and refuses nothing.

    Raises NotPermitted, WindowClosed, HomeworkState; TooShort with the characters that are lacking; Invalid with all that is missing.
    Cost: 19 queries.
    """
    asked = _check_can_write(enrolment, step, by=by)
    submission = _for_change(enrolment, step, at=at)
    _fill(submission, asked, text, at=at)
    attached = list(Attachment.objects.filter(submission=submission, removed_at__isnull=True).select_related("file").order_by("pk"))
    _check_complete(submission, asked, attached)
    submission.state, submission.submitted_at = SubmissionState.SUBMITTED, at
    submission.save(update_fields=["text", "texts", "state", "saved_at", "submitted_at"])
    version = _kept_version(submission, attached, at=at)
    words = text_of(enrolment, step, submission.text, submission_id=submission.pk, at=at)
    index_text(text=words, files=[one.file for one in attached], by=by, at=at)
    _record(HomeworkEvent.SUBMITTED, submission, data={"characters": characters(submission.text), "version": version.number}, by=by, at=at)
    return submission


@transaction.atomic
def take_back_homework(*, enrolment: Enrolment, step: Step, by: Actor, at: datetime) -> Submission:
    """Take the handed-in homework back to write on, until the deadline and as long as nobody has begun to read it.

    What was handed in is kept: `put_back_homework` hands it in again even after the deadline. Raises NotPermitted, WindowClosed,
    HomeworkState; Conflict when a marker or a peer has it open. Cost: 9 queries.
    """
    _check_can_write(enrolment, step, by=by)
    permissions.check_step_open(enrolment, step, at=at)
    submission = _locked(enrolment, step)
    if SubmissionState.DRAFT not in TRANSITIONS[SubmissionState(submission.state)]:
        raise HomeworkState(_("作业现在是“%(state)s”，没有可取回的。") % {"state": submission.get_state_display()})
    if submission.claimed_until is not None and submission.claimed_until > at:
        raise Conflict(_("指导教师正在批阅这份作业，不能取回。要改，请等批阅后按退回意见改。"))
    if PeerReview.objects.filter(submission=submission, opened_at__isnull=False, released_at__isnull=True).exists():
        raise Conflict(_("已经有老师打开评这份作业，不能取回。要改，请等指导教师退回。"))
    PeerReview.objects.filter(submission=submission, submitted_at__isnull=True).delete()
    submission.state, submission.submitted_at = SubmissionState.DRAFT, None
    submission.claimed_by = submission.claimed_until = None
    submission.save(update_fields=["state", "submitted_at", "claimed_by", "claimed_until"])
    _record(HomeworkEvent.TAKEN_BACK, submission, data={}, by=by, at=at)
    return submission


@transaction.atomic
def put_back_homework(*, enrolment: Enrolment, step: Step, by: Actor, at: datetime) -> Submission:
    """Hand the last version in again, as it was and as of when it was: for a homework taken back and not finished in time.

    Raises NotPermitted, HomeworkState when there is none to put back. Cost: 8 queries.
    """
    _check_can_write(enrolment, step, by=by)
    submission = _locked(enrolment, step)
    last = HandedIn.objects.filter(submission=submission).order_by("-number").first()
    if submission.state != SubmissionState.DRAFT or last is None:
        raise HomeworkState(_("没有取回的稿子，不用放回。"))
    submission.state, submission.submitted_at = SubmissionState.SUBMITTED, last.handed_in_at
    submission.text, submission.texts, submission.saved_at = last.text, last.texts, at
    submission.save(update_fields=["state", "submitted_at", "text", "texts", "saved_at"])
    Attachment.objects.filter(submission=submission, removed_at__isnull=True).exclude(pk__in=last.attachments).update(removed_at=at)
    Attachment.objects.filter(submission=submission, pk__in=last.attachments).update(removed_at=None)
    _record(HomeworkEvent.PUT_BACK, submission, data={"version": last.number}, by=by, at=at)
    return submission


def attach(*, enrolment: Enrolment, step: Step, sent: Sent | files.Ahead, part: str = "", by: Actor, at: datetime) -> Attachment:
    """Check and keep a file with a part of the homework ("" = the first that takes files); large ones may have come ahead of the form.

    It is stored first and taken back when there is no room for it any more. Raises NotPermitted, WindowClosed, HomeworkState; Invalid
    when all places are taken or the file cannot be used. Cost: 14 queries and the file's check.
    """
    with transaction.atomic():
        asked = _check_can_write(enrolment, step, by=by)
        taking = _check_room(_for_change(enrolment, step, at=at), asked, part)
    stored = files.receive(sent=sent, kind=parts.KINDS[taking.kind], by=by, at=at)
    try:
        return _attach(enrolment, step, asked, part, stored, by=by, at=at)
    except BaseException:
        files.delete(file=stored, by=SYSTEM, at=at)
        raise


@transaction.atomic
def detach(*, attachment: Attachment, by: Actor, at: datetime) -> Attachment:
    """Take a file away from one's homework; its bytes go too unless a version was handed in with them.

    Raises NotPermitted, WindowClosed, HomeworkState, Conflict when it is taken away already. Cost: 10 queries.
    """
    enrolment, step = attachment.submission.enrolment, attachment.submission.step
    _check_can_write(enrolment, step, by=by)
    submission = _for_change(enrolment, step, at=at)
    if not Attachment.objects.filter(pk=attachment.pk, removed_at__isnull=True).update(removed_at=at):
        raise Conflict(_("“%(name)s”已经撤下了。") % {"name": attachment.file.name})
    attachment.removed_at = at
    _record(HomeworkEvent.DETACHED, submission, data={"file": attachment.file_id, "name": attachment.file.name}, by=by, at=at)
    if not HandedIn.objects.filter(submission=submission).exists():
        files.delete(file=attachment.file, by=SYSTEM, at=at)
    return attachment


@transaction.atomic
def _attach(
    enrolment: Enrolment, step: Step, asked: content.Homework, part: str, stored: StoredFile, *, by: Actor, at: datetime
) -> Attachment:
    submission = _for_change(enrolment, step, at=at)
    taking = _check_room(submission, asked, part)
    attachment = Attachment(submission=submission, part=taking.key, file=stored, added_at=at)
    attachment.save(force_insert=True)
    data: dict[str, object] = {"file": stored.pk, "name": stored.name, "part": taking.key}
    _record(HomeworkEvent.ATTACHED, submission, data=data, by=by, at=at)
    return attachment


def _check_can_write(enrolment: Enrolment, step: Step, *, by: Actor) -> content.Homework:
    permissions.check_can_study(by, enrolment)
    if step.kind != StepKind.HOMEWORK:
        raise Invalid(_("“%(title)s”不是作业。请从课程页打开它。") % {"title": step.title})
    return content.read(step.content, content.Homework)


def _locked(enrolment: Enrolment, step: Step) -> Submission:
    rows = Submission.objects.select_for_update(of=("self",), no_key=True).select_related("enrolment", "step")
    found = rows.filter(enrolment=enrolment, step=step).first()
    if found is None:
        raise HomeworkState(_("这份作业还没有交过。"))
    return found


def _for_change(enrolment: Enrolment, step: Step, *, at: datetime) -> Submission:
    """Return the participant's homework, made when there is none, locked and open to change."""
    Submission.objects.bulk_create([Submission(enrolment=enrolment, step=step, saved_at=at)], ignore_conflicts=True)
    submission = _locked(enrolment, step)
    if SubmissionState.SUBMITTED not in TRANSITIONS[SubmissionState(submission.state)]:
        raise HomeworkState(_("作业现在是“%(state)s”，不能再改。要改，请指导教师退回。") % {"state": submission.get_state_display()})
    if submission.state == SubmissionState.DRAFT:
        permissions.check_step_open(enrolment, step, at=at)
    return submission


def _fill(submission: Submission, asked: content.Homework, text: parts.Words, *, at: datetime) -> None:
    submission.texts = {key: _kept(words, field=key) for key, words in parts.texts_of(asked, text).items()}
    submission.text, submission.saved_at = parts.read_as_one(asked, submission.texts), at


def _kept(text: str, *, field: str) -> str:
    kept = plain(text)
    if len(kept) > MOST_CHARACTERS:
        words = {"count": len(kept), "most": MOST_CHARACTERS}
        raise Invalid(_("正文有 %(count)s 个字符，最多 %(most)s 个。请缩短，或把长的部分放进附件。") % words, field=field)
    return kept


def _check_complete(submission: Submission, asked: content.Homework, attached: list[Attachment]) -> None:
    counts: dict[str, int] = {}
    for one in attached:
        counts[one.part] = counts.get(one.part, 0) + 1
    lacks = parts.lacking(asked, submission.texts, counts)
    if lacks:
        sentence = _("还不能交：%(lacking)s。") % {"lacking": "；".join(lack.words for lack in lacks)}
        first = lacks[0].part
        raise (TooShort if lacks[0].count else Invalid)(sentence, field=first.key if first.is_text else None)
    if not any(characters(words) for words in submission.texts.values()) and not attached:
        raise Invalid(_("作业还空着。请写上内容，或传附件。"), field=next((one.key for one in asked.asked_parts if one.is_text), None))


def _check_room(submission: Submission, asked: content.Homework, part: str) -> Part:
    taking = parts.file_part(asked, part)
    if taking is None:
        raise Invalid(_("这次作业不收附件，请写在正文里。"), field="file")
    held = Attachment.objects.filter(submission=submission, part=taking.key, removed_at__isnull=True)
    count: int = held.aggregate(count=Count("pk"))["count"]
    if count >= taking.most:
        words = {"label": taking.label, "most": taking.most, "count": count}
        raise Invalid(_("%(label)s最多 %(most)s 个，已有 %(count)s 个。请先撤下一个再传。") % words, field="file")
    return taking


def _kept_version(submission: Submission, attached: list[Attachment], *, at: datetime) -> HandedIn:
    last: int = HandedIn.objects.filter(submission=submission).aggregate(last=Max("number"))["last"] or 0
    version = HandedIn(
        submission=submission, number=last + 1, text=submission.text, texts=submission.texts, attachments=[one.pk for one in attached],
        handed_in_at=at,
    )  # fmt: skip
    version.save(force_insert=True)
    return version


def _record(event: HomeworkEvent, submission: Submission, *, data: dict[str, object], by: Actor, at: datetime) -> None:
    enrolment = submission.enrolment
    record(
        event, object_id=submission.step_id, object_label=submission.step.title, person_id=enrolment.person_id,
        programme_id=enrolment.programme_id, unit_path=enrolment.unit_path, data={"enrolment": enrolment.pk, **data}, by=by, at=at,
    )  # fmt: skip
