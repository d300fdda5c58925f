"""What is written in spaces among the texts that are compared: which posts, what of them, and when one is a copy."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from yanxiu.integrity.models import TextKind
from yanxiu.integrity.similarity import Report, Text
from yanxiu.people.models import Person
from yanxiu.workshops.models import Post, PostKind, Space

POST = "workshop_post"
KINDS = {
    PostKind.DISCUSSION: TextKind.POST, PostKind.QUESTION: TextKind.POST, PostKind.ANSWER: TextKind.POST,
    PostKind.REPLY: TextKind.COMMENT, PostKind.ARTICLE: TextKind.ARTICLE, PostKind.CASE: TextKind.ARTICLE,
    PostKind.LOG: TextKind.REFLECTION, PostKind.PROBLEM: TextKind.POST, PostKind.SOLUTION: TextKind.ARTICLE,
}  # fmt: skip
"""Briefings, guides and announcements hand on what others wrote, activities, ballots and shares come again in the same words every week:
they are compared with nothing, and what counts of them is not their words."""
TWICE = timedelta(minutes=10)
"""The same words of one person again within this time are one sending: a double click, a form sent anew."""
COPY_SHARE = 0.9
"""From which share of own words in one earlier post on a post is that one again."""


def text_of(
    *, space: Space, kind: str, source: str, person: Person, at: datetime, title: str = "", thread: Post | None = None, post_id: int = 0
) -> Text:
    """Return a post as it is compared; the words of its thread count for nobody."""
    above = (thread.title, thread.source) if thread is not None else ()
    programme = space.programme
    return Text(
        kind=KINDS[PostKind(kind)], object_type=POST, object_id=post_id, body=source, person_id=person.pk,
        unit_path=person.unit_path or space.org.path, written_at=at, programme_id=space.programme_id,
        programme_title=programme.title if programme is not None else "", task=f"thread:{thread.pk}" if thread is not None else "",
        title=_("“%(title)s”里的%(kind)s") % {"title": (thread.title if thread is not None else title)[:80], "kind": PostKind(kind).label},
        template=above,
    )  # fmt: skip


def text_of_post(post: Post, *, at: datetime) -> Text:
    """Return a published post as it is compared; `at` is when its present words were published."""
    return text_of(
        space=post.space, kind=post.kind, source=post.source, person=post.author, at=at, title=post.title, thread=post.parent,
        post_id=post.pk,
    )  # fmt: skip


def is_copy(report: Report, *, at: datetime) -> bool:
    """Tell whether nearly all of a post stands in one earlier post, whoever wrote that (C-111: copied comments do not count)."""
    return any(one.share >= COPY_SHARE and one.other.object_type == POST and one.other.written_at < at for one in report.matches)
