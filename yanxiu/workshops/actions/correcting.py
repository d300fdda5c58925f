"""Correcting what one wrote: the words before are kept, and a change of substance is counted anew."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.drafts import actions as drafts
from yanxiu.kit.actor import Actor
from yanxiu.kit.rich_text import from_source
from yanxiu.records.actions import record
from yanxiu.workshops import drafting, permissions
from yanxiu.workshops.actions import counting, ordering, texts
from yanxiu.workshops.actions.adorning import NOTHING
from yanxiu.workshops.events import PostEvent
from yanxiu.workshops.models import Post, PostVersion


def is_substantial(before: str, after: str) -> bool:
    """Tell whether two texts differ in more than blanks, punctuation and marks of form."""
    return _letters(before) != _letters(after)


@transaction.atomic
def correct(*, post: Post, source: str, by: Actor, at: datetime, title: str = "") -> Post:
    """Change the words of one's own published post; who reads it sees that it was corrected and what stood there before.

    When the substance changes, the record by which it counted is voided and written anew as of `at`, and an acceptance falls: both
    were given to other words. The same words again change nothing. Raises NotFound, NotPermitted, Conflict, Invalid with the field.
    """
    permissions.check_can_correct(by, post)
    texts.locked(post.parent if post.parent is not None else post)
    post = Post.objects.select_related("space__org", "space__parent", "parent").get(pk=post.pk)
    permissions.check_can_correct(by, post)
    title = texts.titled(title) if post.parent_id is None else ""
    text, body = texts.written(source, most=texts.MOST_TEXT if post.parent_id is None else texts.MOST_REPLY)
    if (title, text) == (post.title, post.source):
        return post
    found = ordering.check_correction(space=post.space, title=title, source=text, by=by, at=at)
    if (found.title, found.source) != (title, text):
        title, text, body = found.title, found.source, from_source(found.source)
    substantial = is_substantial(post.title + post.source, title + text)
    number = PostVersion.objects.filter(post=post).count() + 1
    PostVersion.objects.create(
        post=post, number=number, title=post.title, source=post.source, body=post.body, replaced_at=at, is_substantial=substantial
    )
    post.title, post.source, post.body, post.saved_at, post.corrected_at = title, text, body, at, at
    if substantial:
        post.accepted_at = post.accepted_by = None
    post.save(update_fields=["title", "source", "body", "saved_at", "corrected_at", "accepted_at", "accepted_by"])
    texts.adorn(post, NOTHING, by=by, at=at)
    ordering.note_hits(post, found, at=at)
    drafts.clear(key=drafting.post_key(post.pk), by=by, at=at)
    if substantial:
        counting.count_anew(post, reason=_("本人更正了内容"), by=by, at=at)
    record(
        PostEvent.CORRECTED, object_id=post.pk, object_label=post.title or (post.parent.title if post.parent else ""), by=by, at=at,
        person_id=post.author_id, data={"version": number, "substantial": substantial}, **counting.where(post.space, post.author_id),
    )  # fmt: skip
    return post


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())
