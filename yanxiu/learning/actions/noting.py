"""Notes at a second of a film: one's own, for nobody else."""

from datetime import datetime

from django.db import transaction

from yanxiu.catalogue.models import LessonCase, Step
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.learning import permissions
from yanxiu.learning.models import Item, Note
from yanxiu.programmes.models import Enrolment

MOST_CHARACTERS = 2_000
MOST_NOTES = 300


@transaction.atomic
def write_note(*, enrolment: Enrolment, item: Step | LessonCase, second: int, text: str, by: Actor, at: datetime) -> Note:
    """Keep a note at a whole second of a film. Raises NotPermitted, Invalid, Conflict when there are too many. Cost: 2 queries."""
    permissions.check_can_keep_notes(by, enrolment)
    kind = Item.CASE if isinstance(item, LessonCase) else Item.STEP
    kept = _kept(text)
    if Note.objects.filter(enrolment=enrolment, kind=kind, item_id=item.pk).count() >= MOST_NOTES:
        raise Conflict(f"这一节已有 {MOST_NOTES} 条笔记。请删掉几条，或写进已有的笔记里。")
    return Note.objects.create(
        enrolment=enrolment, kind=kind, item_id=item.pk, second=min(max(second, 0), 86_400), text=kept, written_at=at, saved_at=at
    )  # fmt: skip


@transaction.atomic
def change_note(*, note: Note, text: str, by: Actor, at: datetime) -> Note:
    """Replace the text of an own note. Raises NotPermitted, Invalid. Cost: 2 queries."""
    permissions.check_can_keep_notes(by, note.enrolment)
    fresh = Note.objects.select_for_update().get(pk=note.pk)
    fresh.text, fresh.saved_at = _kept(text), at
    fresh.save(update_fields=["text", "saved_at"])
    return fresh


@transaction.atomic
def remove_note(*, note: Note, by: Actor, at: datetime) -> None:  # noqa: ARG001 - an action
    """Delete an own note; one that is gone already stays gone. Raises NotPermitted. Cost: 1 query."""
    permissions.check_can_keep_notes(by, note.enrolment)
    Note.objects.filter(pk=note.pk).delete()


def _kept(text: str) -> str:
    kept = plain(text)
    if not kept:
        raise Invalid("笔记还空着，写几个字再存。", field="text")
    if len(kept) > MOST_CHARACTERS:
        raise Invalid(f"这条笔记有 {len(kept)} 个字符，最多 {MOST_CHARACTERS} 个。请分成两条。", field="text")
    return kept
