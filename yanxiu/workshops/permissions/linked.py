"""What comes from spaces that are linked (互联互通): activities open to them, essence posts, shared resources."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from yanxiu.kit.actor import Actor
from yanxiu.workshops.models import (
    Activity,
    ActivityHost,
    ActivitySeat,
    LinkKind,
    Post,
    PostKind,
    PostState,
    SeatState,
    Space,
    Visibility,
)
from yanxiu.workshops.permissions.reach import HOST, granted, seated
from yanxiu.workshops.permissions.spaces import enterable_spaces
from yanxiu.workshops.queries.linked import linked_to


def shared_threads(actor: Actor) -> QuerySet[Post]:
    """Return the published threads that reach the actor from spaces she may not be in.

    Activities held together with a space she may enter, those open to spaces that are linked with hers, those she has a place in; essence
    posts and resources of spaces linked with hers, unless those are hidden; never cases.
    """
    own = Space.objects.filter(seated(actor) | granted(actor, HOST))
    held = ActivityHost.objects.filter(agreed_at__isnull=False, space__in=enterable_spaces(actor)).values("activity__post")
    opened = Activity.objects.filter(linked_to(own, LinkKind.ACTIVITY, "post__space"), is_open_to_linked=True).values("post")
    placed = ActivitySeat.objects.filter(person_id=actor.person_id or 0).exclude(state=SeatState.LEFT).values("activity__post")
    flowing = linked_to(own, LinkKind.ESSENCE, "space") & ~Q(kind__in=(PostKind.SHARE, PostKind.CASE))
    flowing |= linked_to(own, LinkKind.RESOURCE, "space") & Q(kind=PostKind.SHARE)
    flowing &= Q(essence_at__isnull=False) & ~Q(space__visibility=Visibility.HIDDEN)
    reaching = Q(pk__in=held) | Q(pk__in=opened) | Q(pk__in=placed) | flowing
    return Post.objects.filter(reaching, state=PostState.PUBLISHED, parent__isnull=True)


def shared_posts(actor: Actor) -> Q:
    """Return the condition on posts that they are, or hang on, one of `shared_threads`: asked of each post, never of all there are."""
    return Q(Exists(shared_threads(actor).filter(pk=Coalesce(OuterRef("parent_id"), OuterRef("pk")))))


def is_shared(actor: Actor, post: Post) -> bool:
    """Tell whether `shared_posts` holds the post. Cost: one query for an activity, an essence post and what hangs on them, else none."""
    thread = post.parent if post.parent is not None else post
    if thread.state != PostState.PUBLISHED or (thread.kind != PostKind.ACTIVITY and thread.essence_at is None):
        return False
    return shared_threads(actor).filter(pk=thread.pk).exists()
