"""Who brings resources into a space, who puts them before all members, who sees who opened them."""

from django.utils.translation import gettext as _

from yanxiu.catalogue.models import Resource, ResourceState
from yanxiu.catalogue.permissions import check_can_see_resource
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, NotPermitted
from yanxiu.workshops.models import Post, Share, Space
from yanxiu.workshops.permissions.spaces import check_can_host, check_can_speak


def check_can_share_resource(actor: Actor, space: Space, resource: Resource) -> None:
    """Raise unless the actor speaks in the space and sees the resource, which is finished. Cost: at most 4 queries."""
    check_can_speak(actor, space)
    check_can_see_resource(actor, resource)
    if resource.state != ResourceState.KEPT:
        raise Conflict(_("“%(title)s”还没有定稿，定稿后才能分享。") % {"title": resource})


def check_can_push(actor: Actor, space: Space) -> None:
    """Raise NotPermitted unless the actor hosts the space."""
    check_can_host(actor, space)


def check_can_see_receipts(actor: Actor, share: Share) -> None:
    """Raise NotPermitted unless the actor hosts the space."""
    check_can_host(actor, share.post.space)


def check_can_keep_solution(actor: Actor, post: Post) -> None:
    """Raise NotPermitted unless the actor wrote the post, or hosts its space."""
    if actor.person_id is None:
        raise NotPermitted(_("资源由登录的本人上传。"))
    if actor.person_id != post.author_id:
        check_can_host(actor, post.space)
