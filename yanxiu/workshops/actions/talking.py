"""Discussion and questions: opening, replying, asking, answering, accepting."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.records.actions import record
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import counting, texts
from yanxiu.workshops.actions.adorning import NOTHING, Along
from yanxiu.workshops.actions.posting import open_thread
from yanxiu.workshops.events import PostEvent
from yanxiu.workshops.models import Post, PostKind, PostState, Space


@transaction.atomic
def open_discussion(*, space: Space, title: str, source: str, by: Actor, at: datetime, along: Along = NOTHING) -> Post:
    """Open a discussion in the own space; sent twice it is one. Raises NotPermitted, Conflict (no such tool), Invalid with the field."""
    return open_thread(space=space, kind=PostKind.DISCUSSION, title=title, source=source, by=by, at=at, along=along)


@transaction.atomic
def ask(*, space: Space, title: str, source: str, by: Actor, at: datetime, along: Along = NOTHING) -> Post:
    """Ask the hosts and colleagues of the own space; sent twice it is one. Raises NotPermitted, Conflict, Invalid with the field."""
    return open_thread(space=space, kind=PostKind.QUESTION, title=title, source=source, by=by, at=at, along=along)


@transaction.atomic
def publish_log(*, space: Space, title: str, source: str, by: Actor, at: datetime, along: Along = NOTHING) -> Post:
    """Publish an entry of one's journal in the own space; sent twice it is one. Raises NotPermitted, Conflict, Invalid with the field."""
    return open_thread(space=space, kind=PostKind.LOG, title=title, source=source, by=by, at=at, along=along)


@transaction.atomic
def reply(*, thread: Post, source: str, by: Actor, at: datetime, along: Along = NOTHING, draft: str = "") -> Post:
    """Reply to a discussion, briefing, guide, article or announcement. Raises NotFound, NotPermitted, Conflict, Invalid."""
    thread = texts.locked(thread)
    permissions.check_can_reply(by, thread)
    if thread.parent_id is not None or thread.kind == PostKind.QUESTION:
        raise Invalid(_("这里只收回答。请用“回答”写。"), field="source")
    return texts.post_now(space=thread.space, kind=PostKind.REPLY, thread=thread, source=source, by=by, at=at, along=along, draft=draft)


@transaction.atomic
def answer(*, question: Post, source: str, by: Actor, at: datetime, along: Along = NOTHING) -> Post:
    """Answer a question. A second answer of the same person, and one to the own question, is shown and does not count (C-33, C-37).

    Raises NotFound, NotPermitted, Conflict, Invalid.
    """
    question = texts.locked(question)
    permissions.check_can_reply(by, question)
    if question.kind != PostKind.QUESTION:
        raise Invalid(_("这不是提问，请用“回帖”写。"), field="source")
    return texts.post_now(space=question.space, kind=PostKind.ANSWER, thread=question, source=source, by=by, at=at, along=along)


@transaction.atomic
def accept_answer(*, answer: Post, by: Actor, at: datetime) -> Post:
    """Mark the answer that helped; another one that was accepted gives way. Raises NotFound, NotPermitted, Conflict."""
    permissions.check_can_see_post(by, answer)
    if answer.kind != PostKind.ANSWER or answer.parent is None:
        raise Conflict(_("只有回答可以采纳。"))
    question = texts.locked(answer.parent)
    permissions.check_can_accept(by, question)
    answer = Post.objects.select_related("space__org", "parent").get(pk=answer.pk)
    if answer.state != PostState.PUBLISHED:
        raise Conflict(_("这个回答已经撤下，不能采纳。"))
    if answer.accepted_at is not None:
        return answer
    Post.objects.filter(parent=question, accepted_at__isnull=False).update(accepted_at=None, accepted_by=None)
    answer.accepted_at, answer.accepted_by = at, by.person_id
    answer.save(update_fields=["accepted_at", "accepted_by"])
    record(
        PostEvent.ANSWER_ACCEPTED, object_id=answer.pk, object_label=question.title, person_id=answer.author_id, by=by, at=at,
        **counting.where(answer.space, answer.author_id),
    )  # fmt: skip
    return answer
