"""What is said in spaces: authors, the named and the quoted hear of it, members of what they should read, owners of old drafts."""

from django.db.models import Q
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from yanxiu.drafts.events import DraftEvent
from yanxiu.kit.actor import SYSTEM
from yanxiu.notices import actions
from yanxiu.notices.spaces import essence_words, messages_of
from yanxiu.people.models import Person
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to
from yanxiu.workshops.events import ActivityEvent, PostEvent
from yanxiu.workshops.models import Mention, Post, PostState, SpaceKind
from yanxiu.workshops.queries import insiders, slow_readers

_LONGEST = 120


@reacts_to(PostEvent.ANSWERED, PostEvent.ANSWER_ADDED, PostEvent.DISCUSSION_REPLIED, PostEvent.BRIEFING_REPLIED)
def tell_the_author(record: Record) -> None:
    """Somebody answered or replied: whoever began the thread is told, unless it was the same person."""
    found = Post.objects.filter(pk=record.data.get("post"), state=PostState.PUBLISHED).select_related("parent__author", "space")
    post = found.first()
    if post is None or post.parent is None or post.parent.author_id == post.author_id:
        return
    thread = post.parent
    if not _is_inside(post, thread.author_id):
        return
    title = _("有人回答了“%(title)s”") if thread.kind == "question" else _("有人回复了“%(title)s”")
    actions.tell(
        person=thread.author, title=(title % {"title": thread.title})[:120],
        words=_words(post), link=reverse("workshops:thread", args=[thread.pk]),
        key=f"reply:{post.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(
    PostEvent.DISCUSSION_OPENED, PostEvent.DISCUSSION_REPLIED, PostEvent.BRIEFING_PUBLISHED, PostEvent.BRIEFING_REPLIED,
    PostEvent.ARTICLE_PUBLISHED, PostEvent.GUIDE_PUBLISHED, PostEvent.ANNOUNCED, PostEvent.LOG_PUBLISHED, PostEvent.OPENED, PostEvent.ASKED,
    PostEvent.ANSWERED, PostEvent.ANSWER_ADDED, PostEvent.CORRECTED, ActivityEvent.STARTED, ActivityEvent.STARTED_ACROSS,
    ActivityEvent.POSTED, ActivityEvent.SOLVED,
)  # fmt: skip
def tell_the_named(record: Record) -> None:
    """Somebody was named with @ in a public post, or somebody's words were quoted: they are told, each once."""
    found = Post.objects.filter(pk=int(record.data.get("post") or record.object_id), state=PostState.PUBLISHED)
    post = found.select_related("parent", "quoted__author", "space").first()
    if post is None:
        return
    words = _words(post)
    thread, link = post.title or (post.parent.title if post.parent else ""), reverse("workshops:thread", args=[post.pk])
    for one in Mention.objects.filter(post=post).select_related("person").order_by("pk"):
        if not _is_inside(post, one.person_id):
            continue
        title = (_("有人在“%(title)s”里提到您") % {"title": thread})[:120]
        key = f"mention:{post.pk}:{one.person_id}"
        actions.tell(person=one.person, title=title, words=words, link=link, key=key, by=SYSTEM, at=record.at)
    quoted = post.quoted
    told = {post.author_id, post.parent.author_id if post.parent else 0}
    if quoted is not None and quoted.author_id not in told and _is_inside(post, quoted.author_id):
        title = (_("有人在“%(title)s”里引用了您的话") % {"title": thread})[:120]
        actions.tell(person=quoted.author, title=title, words=words, link=link, key=f"quote:{post.pk}", by=SYSTEM, at=record.at)


@reacts_to(PostEvent.RESTORED, PostEvent.REVIEWED)
def give_words_back(record: Record) -> None:
    """A post is in sight again: the messages that had carried its words, or those of what hangs on it, come back to who is still inside."""
    shown = Post.objects.filter(Q(pk=int(record.object_id)) | Q(parent=int(record.object_id)), state=PostState.PUBLISHED)
    for key, post, person_id in messages_of(shown.filter(Q(parent__isnull=True) | Q(parent__state=PostState.PUBLISHED))):
        if _is_inside(post, person_id):
            actions.give_back(key=key, words=_words(post), by=SYSTEM, at=record.at)


@reacts_to(PostEvent.ANSWER_ACCEPTED, PostEvent.MADE_ESSENCE)
def tell_whose_words_helped(record: Record) -> None:
    """An answer was accepted, a thread set apart as essence: its author is told."""
    post = Post.objects.filter(pk=int(record.object_id), state=PostState.PUBLISHED).select_related("author", "space").first()
    if post is None or post.author_id == record.actor_id:
        return
    accepted = record.verb == PostEvent.ANSWER_ACCEPTED.verb
    title = _("您的回答被采纳了") if accepted else _("您的“%(title)s”被设为精华") % {"title": record.object_label}
    words = record.object_label if accepted else essence_words(post)
    actions.tell(
        person=post.author, title=title[:120], words=words[:_LONGEST], link=reverse("workshops:thread", args=[post.pk]),
        key=f"helped:{record.verb}:{post.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(PostEvent.ANNOUNCED, PostEvent.REMINDED)
def tell_who_should_read(record: Record) -> None:
    """A host announced something, or reminds those who have not read it: they are told, with the way to it."""
    post = Post.objects.filter(pk=int(record.object_id), state=PostState.PUBLISHED).select_related("space__org").first()
    if post is None:
        return
    is_new = record.verb == PostEvent.ANNOUNCED.verb
    people = [row.person_id for row in slow_readers(post)] if is_new else list(record.data["people"])
    title = _("公告：%(title)s") if is_new else _("请看“%(title)s”")
    asks = _("看过以后请确认收到") if post.asks_confirmation else _("主持人请大家看一看")
    actions.tell_all(
        people=people, org=post.space.org, title=(title % {"title": post.title})[:120],
        words=f"{post.space.title}：{asks}"[:_LONGEST], link=reverse("workshops:thread", args=[post.pk]),
        key=f"read:{record.verb}:{record.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(DraftEvent.AGES)
def tell_whose_draft_goes(record: Record) -> None:
    """A draft has lain for long: its owner is told before it goes."""
    person = Person.objects.filter(pk=record.person_id or 0).first()
    if person is not None:
        actions.tell(
            person=person, title=(_("草稿一周后清掉：%(place)s") % {"place": record.object_label})[:120],
            words=_("很久没有动过。要留着就打开接着写，存一下"), link=reverse("drafts:drafts"), key=f"draft:{record.pk}", by=SYSTEM,
            at=record.at,
        )  # fmt: skip


def _words(post: Post) -> str:
    return f"{post.author_label}：{strip_tags(post.body).strip()[:_LONGEST]}"


def _is_inside(post: Post, person_id: int) -> bool:
    """Tell whether somebody is still in the space of a post: words of those inside do not follow her out. Cost: one query."""
    return insiders(post.space).filter(pk=person_id).exists() or (
        post.space.kind == SpaceKind.PERSONAL and post.space.opened_by == person_id
    )
