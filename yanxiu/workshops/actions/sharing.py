"""Bring resources into a space, put them before all members, take that back, open them, remind of them; make one of a solution."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from yanxiu.catalogue import actions as catalogue
from yanxiu.catalogue.events import ResourceEvent
from yanxiu.catalogue.models import Originality, Resource, ResourceKind
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict
from yanxiu.records.actions import record, void
from yanxiu.records.models import Record
from yanxiu.workshops import permissions, queries
from yanxiu.workshops.actions import counting, posting
from yanxiu.workshops.events import ShareEvent
from yanxiu.workshops.models import Post, PostKind, Share, ShareReceipt, Solution, Space

PAUSE = timedelta(days=3)


@counting.counted_as(PostKind.SHARE)
def _share_counted(post: Post) -> counting.Counted:
    """Pushed by a host it counts as that; the first time its own maker brings it into the programme as an upload; else as shared."""
    share = Share.objects.select_related("resource").get(post=post)
    kind, number = share.resource.kind, share.resource_id
    if share.pushed_at is not None and share.taken_back_at is None and share.push_record_id is None:
        return counting.Counted(event=ShareEvent.PUSHED, kind=kind, object_id=number)
    before = Record.objects.filter(
        verb=ResourceEvent.UPLOADED.verb, object_type=ResourceEvent.UPLOADED.object_type, object_id=str(number),
        programme_id=post.space.programme_id, space_id__isnull=False,
    )  # fmt: skip
    counts = before.filter(~Exists(Record.objects.filter(voids=OuterRef("pk"))))  # one that was hidden and comes back counts again
    is_first = share.resource.owner_id == post.author_id and not counts.exists()
    return counting.Counted(event=ResourceEvent.UPLOADED if is_first else ShareEvent.SHARED, kind=kind, object_id=number)


@transaction.atomic
def share_resource(
    *, space: Space, resource: Resource, words: str = "", is_push: bool = False, must_read: bool = False, by: Actor, at: datetime
) -> Share:
    """Bring a finished resource into a space as a post; as a host before all members (`is_push`), who may have to open it (`must_read`).

    The same resource with the same words is one post. Raises NotPermitted, NotFound, Conflict; Invalid at `source`.
    """
    permissions.check_can_share_resource(by, space, resource)
    if is_push:
        permissions.check_can_push(by, space)

    def beside(post: Post) -> None:
        facts = {"pushed_at": at, "pushed_by": by.person_id, "must_read": must_read} if is_push else {}
        Share.objects.create(post=post, resource=resource, **facts)

    post = posting.open_thread(
        space=space, kind=PostKind.SHARE, title=resource.title, source=words, by=by, at=at, beside=beside, hosts_only=is_push
    )
    return queries.share_of(post)


@transaction.atomic
def push_resource(*, share: Share, must_read: bool, by: Actor, at: datetime) -> Share:
    """Put a resource that a member shared before all members (推送, C-45). Raises NotPermitted, Conflict. Cost: 5 queries."""
    permissions.check_can_push(by, share.post.space)
    share = _locked(share.pk)
    if share.pushed_at is not None and share.taken_back_at is None:
        raise Conflict(_("“%(title)s”已经推送给成员了。") % {"title": share.resource})
    share.pushed_at, share.pushed_by, share.must_read, share.taken_back_at = at, by.person_id, must_read, None
    share.push_record_id = record(
        ShareEvent.PUSHED, object_id=share.resource_id, object_label=share.resource.title, kind=share.resource.kind, by=by, at=at,
        data={"post": share.pk}, **counting.where(share.post.space, by.person_id),
    )  # fmt: skip
    share.save(update_fields=["pushed_at", "pushed_by", "must_read", "taken_back_at", "push_record_id"])
    return share


@transaction.atomic
def take_back_push(*, share: Share, by: Actor, at: datetime) -> Share:
    """Push a resource no more: it stays shared, the push counts no more. Raises NotPermitted, Conflict. Cost: 7 queries."""
    permissions.check_can_push(by, share.post.space)
    share = _locked(share.pk)
    if share.pushed_at is None or share.taken_back_at is not None:
        raise Conflict(_("“%(title)s”没有在推送，不用撤回。") % {"title": share.resource})
    share.taken_back_at, share.must_read = at, False
    share.save(update_fields=["taken_back_at", "must_read"])
    if share.push_record_id is not None:
        void(record_id=share.push_record_id, reason=_("撤回推送"), by=by, at=at)
        Share.objects.filter(pk=share.pk).update(push_record_id=None)
        share.push_record_id = None
    else:
        counting.count_anew(share.post, reason=_("撤回推送"), by=by, at=at)
    record(
        ShareEvent.TAKEN_BACK, object_id=share.resource_id, object_label=share.resource.title, kind=share.resource.kind, by=by, at=at,
        data={"post": share.pk}, **counting.where(share.post.space, by.person_id),
    )  # fmt: skip
    return share


@transaction.atomic
def open_share(*, share: Share, by: Actor, at: datetime) -> bool:
    """Note that somebody opened a shared resource: the receipt, once, and its use; return whether it was the first time. Cost: 4 queries.

    Raises NotFound for whoever may not read the post.
    """
    permissions.check_can_see_post(by, share.post)
    catalogue.note_use(resource=share.resource, is_download=False, by=by, at=at)
    person_id = permissions.person_of(by)
    _receipt, is_first = ShareReceipt.objects.get_or_create(share=share, person_id=person_id, defaults={"opened_at": at})
    if is_first:
        record(
            ShareEvent.OPENED, object_id=share.pk, object_label=share.resource.title, kind=share.resource.kind, by=by, at=at,
            **counting.where(share.post.space, by.person_id),
        )  # fmt: skip
    return is_first


@transaction.atomic
def remind_share(*, share: Share, by: Actor, at: datetime) -> int:
    """Remind the members who have not opened what was pushed (`data.people`), at most once in three days; return how many.

    Raises NotPermitted, Conflict. Cost: 5 queries, whatever the number.
    """
    permissions.check_can_push(by, share.post.space)
    share = _locked(share.pk)
    if share.reminded_at is not None and share.reminded_at > at - PAUSE:
        raise Conflict(_("三天内提醒过了，过三天可以再提醒。"))
    people = queries.not_opened(share)
    if not people:
        raise Conflict(_("成员都看过了，不用提醒。"))
    share.reminded_at = at
    share.save(update_fields=["reminded_at"])
    record(
        ShareEvent.REMINDED, object_id=share.pk, object_label=share.resource.title, kind=share.resource.kind, measure=len(people), by=by,
        at=at, data={"people": people}, **counting.where(share.post.space, by.person_id),
    )  # fmt: skip
    return len(people)


@transaction.atomic
def keep_as_resource(*, post: Post, by: Actor, at: datetime) -> Resource:
    """Begin a resource of the actor's with the words of a post (a solution, a case): a draft to be gone over, finished and handed in.

    Raises NotPermitted; Invalid. Cost: 8 queries.
    """
    permissions.check_can_keep_solution(by, post)
    space = post.space
    kinds = {PostKind.SOLUTION: ResourceKind.SOLUTION, PostKind.CASE: ResourceKind.CASE}
    is_own = by.person_id == post.author_id
    facts = catalogue.ResourceFacts(
        title=post.title[:120], kind=kinds.get(PostKind(post.kind), ResourceKind.OTHER), stage=space.stage, subject=space.subject,
        source=post.source, originality=Originality.OWN if is_own else Originality.ADAPTED,
        source_note="" if is_own else _("%(who)s在%(space)s发表") % {"who": post.author_label, "space": space.title},
    )  # fmt: skip
    drafted = catalogue.draft_resource(facts=facts, by=by, at=at)
    Solution.objects.filter(post=post).update(resource_id=drafted.pk)
    return drafted


def uncount_push(*, post: Post, reason: str, by: Actor, at: datetime) -> None:
    """Void the push of a post that was taken out of sight: what nobody can open was not pushed. Cost: at most 4 queries."""
    permissions.check_is_system(by)
    share = Share.objects.filter(post=post, push_record_id__isnull=False).first()
    if share is not None and share.push_record_id is not None:
        void(record_id=share.push_record_id, reason=reason, by=by, at=at)
        Share.objects.filter(pk=share.pk).update(push_record_id=None, taken_back_at=at, must_read=False)


def _locked(share_id: int) -> Share:
    rows = Share.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("resource", "post__space__org", "post__author").get(pk=share_id)
