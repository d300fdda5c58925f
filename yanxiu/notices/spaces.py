"""What messages do because spaces work together: hosts hear of being asked, authors of who else sees what they wrote.

Reactions that stood before stay in `reactions`: how far each has heard is kept by its name, which is that of its module.
"""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.components.wording import moment
from yanxiu.notices import actions
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to
from yanxiu.workshops.events import ActivityEvent, PostEvent
from yanxiu.workshops.models import ActivityHost, Mention, Post, PostState
from yanxiu.workshops.queries import flows_out, hosts_of


@reacts_to(ActivityEvent.SPACE_ASKED)
def tell_who_is_asked_to_hold(record: Record) -> None:
    """A space was asked to hold an activity together: its hosts are told, with the way to the answer."""
    asked = ActivityHost.objects.filter(pk=record.data.get("asked", 0), agreed_at__isnull=True)
    one = asked.select_related("activity__post__space", "space__org").first()
    if one is None or one.activity.closed_at is not None:  # answered or over before the worker came
        return
    post = one.activity.post
    words = {"space": post.space.title, "activity": post.title, "own": one.space.title}
    actions.tell_all(
        people=[host.person_id for host in hosts_of(one.space, on=clock.day(record.at))], org=one.space.org,
        title=(_("%(space)s请%(own)s一起办“%(activity)s”") % words)[:120],
        words=_("%(when)s 开始。同意以后本坊成员可以报名，不参加也请回一声") % {"when": moment(one.activity.starts_at)},
        label=record.actor_label, link=reverse("workshops:activities", args=[one.space_id]), key=_asked_key(record), by=SYSTEM,
        at=record.at,
    )  # fmt: skip


@reacts_to(ActivityEvent.SPACE_AGREED, ActivityEvent.SPACE_DECLINED)
def take_the_question_back(record: Record) -> None:
    """The space answered, or is asked no more: the message leaves the inboxes of its hosts."""
    actions.withdraw(key=_asked_key(record), by=SYSTEM, at=record.at)


@reacts_to(PostEvent.HELD, PostEvent.RETURNED, PostEvent.DELETED, PostEvent.HIDDEN, PostEvent.WITHDRAWN)
def take_words_back(record: Record) -> None:
    """A post is out of sight: the messages that carry its words, or those of what hangs on it, leave the inboxes."""
    gone = Post.objects.filter(Q(pk=int(record.object_id)) | Q(parent=int(record.object_id)))
    gone = gone.filter(~Q(state=PostState.PUBLISHED) | Q(parent__isnull=False) & ~Q(parent__state=PostState.PUBLISHED))
    actions.withdraw_all(keys=[key for key, _post, _person in messages_of(gone)], by=SYSTEM, at=record.at)


def messages_of(posts: QuerySet[Post]) -> list[tuple[str, Post, int]]:
    """Return the messages that carry words of these posts: key, post and whose inbox they are for. Cost: 2 queries."""
    found: list[tuple[str, Post, int]] = []
    there = {one.pk: one for one in posts.select_related("parent", "quoted", "space").order_by("pk")}
    for post in there.values():
        found += [(f"reply:{post.pk}", post, post.parent.author_id)] if post.parent is not None else []
        found += [(f"quote:{post.pk}", post, post.quoted.author_id)] if post.quoted is not None else []
    named = Mention.objects.filter(post__in=list(there)).order_by("pk").values_list("post", "person")
    return [*found, *((f"mention:{post}:{person}", there[post], person) for post, person in named)]


def essence_words(post: Post) -> str:
    """Say where an essence post is found. Cost: one query."""
    if flows_out(post):
        return _("列表里可以单独看到，联通的坊也看得到")
    return _("列表里可以单独看到")


def _asked_key(record: Record) -> str:
    return f"activity-asked:{record.data.get('asked', 0)}"
