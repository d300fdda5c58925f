"""What messages do because of what happened below: the author hears that somebody answered."""

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from yanxiu.kit.actor import SYSTEM
from yanxiu.notices import actions
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to
from yanxiu.workshops.events import PostEvent
from yanxiu.workshops.models import Post, PostState

_LONGEST = 120


@reacts_to(PostEvent.ANSWERED, PostEvent.ANSWER_ADDED, PostEvent.DISCUSSION_REPLIED, PostEvent.BRIEFING_REPLIED)
def tell_the_author(record: Record) -> None:
    """Somebody answered or replied: whoever began the thread is told, unless it was the same person."""
    found = Post.objects.filter(pk=record.data.get("post"), state=PostState.PUBLISHED).select_related("parent__author")
    post = found.first()
    if post is None or post.parent is None or post.parent.author_id == post.author_id:
        return
    thread = post.parent
    title = _("有人回答了“%(title)s”") if thread.kind == "question" else _("有人回复了“%(title)s”")
    actions.tell(
        person=thread.author, title=(title % {"title": thread.title})[:120],
        words=f"{post.author_label}：{strip_tags(post.body).strip()[:_LONGEST]}", link=reverse("workshops:thread", args=[thread.pk]),
        key=f"reply:{post.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip
