"""The teacher answers, and her school may say what it knows."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.files import actions as files
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.integrity import permissions, rules
from yanxiu.integrity.actions import writing
from yanxiu.integrity.events import InquiryEvent
from yanxiu.integrity.models import Enclosure, Inquiry, InquiryState, Statement, StatementKind
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid

Upload = tuple[IO[bytes], str]


@transaction.atomic
def answer(*, inquiry: Inquiry, text: str, uploads: Sequence[Upload] = (), by: Actor, at: datetime) -> Statement:
    """Answer, oneself, with at most five files; an answer may be added to until the decision, also after the date.

    Raises NotFound, NotPermitted, Invalid (text, files), Conflict when it was decided.
    """
    permissions.check_can_answer(by, inquiry)
    inquiry = writing.locked(inquiry)
    if inquiry.state not in (InquiryState.ASKED, InquiryState.ANSWERED):
        raise Conflict(_("这件核查已经有了决定，不能再补说明。对决定不服可以申诉。"))
    said = _say(inquiry, StatementKind.OWN, text, _kept(uploads, by=by, at=at), by=by, at=at)
    if inquiry.state == InquiryState.ASKED:
        writing.move(inquiry, InquiryState.ANSWERED, at=at)
    writing.note(InquiryEvent.ANSWERED, inquiry, by=by, at=at, statement=said.pk)
    return said


@transaction.atomic
def comment(*, inquiry: Inquiry, text: str, by: Actor, at: datetime) -> Statement:
    """Say for the school what is known there: the timetable, a shared room. Raises NotFound, NotPermitted, Invalid, Conflict."""
    permissions.check_can_comment(by, inquiry)
    inquiry = writing.locked(inquiry)
    if inquiry.state not in (InquiryState.OPEN, InquiryState.ASKED, InquiryState.ANSWERED):
        raise Conflict(_("这件核查已经有了决定，不能再写学校说明。"))
    said = _say(inquiry, StatementKind.SCHOOL, text, [], by=by, at=at)
    writing.note(InquiryEvent.SCHOOL_ANSWERED, inquiry, by=by, at=at, statement=said.pk)
    return said


def _say(inquiry: Inquiry, kind: StatementKind, text: str, kept: Sequence[StoredFile], *, by: Actor, at: datetime) -> Statement:
    said = Statement.objects.create(
        inquiry=inquiry, kind=kind, text=writing.words(text, field="text", name=_("说明"), most=rules.LONGEST_TEXT),
        stated_by=writing.person_of(by), stated_label=by.label[:120], stated_at=at,
    )  # fmt: skip
    Enclosure.objects.bulk_create([Enclosure(statement=said, file=one) for one in kept])
    return said


def _kept(uploads: Sequence[Upload], *, by: Actor, at: datetime) -> list[StoredFile]:
    if len(uploads) > rules.MOST_FILES:
        raise Invalid(_("一次最多附 %(most)d 个文件，可以合成一个压缩包。") % {"most": rules.MOST_FILES}, field="uploads")
    found = []
    for content, name in uploads:
        try:
            found.append(files.store(content=content, name=name, kind=Kind.ATTACHMENT, by=by, at=at))
        except Invalid as error:
            raise Invalid(error.message, field="uploads") from error
    return found
