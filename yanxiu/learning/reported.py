"""Contributions to the discussion of a course among what may be reported."""

from django.urls import reverse
from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.integrity.actions import Thing
from yanxiu.integrity.reported import Kind
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound
from yanxiu.learning import likeness
from yanxiu.learning.actions import discussing
from yanxiu.learning.models import CoursePost, Selection


def _find(actor: Actor, post_id: int) -> Thing:
    rows = CoursePost.objects.select_related("enrolment", "step").filter(removed_at__isnull=True)
    post = rows.filter(pk=post_id).first()
    if post is None or not (_enrolment(actor, post) or actor.may(Permission.INTEGRITY_MODERATE, path=post.enrolment.unit_path)):
        raise NotFound(_("没有找到这条发言，可能已删除，或您没有选这门课。"))
    return discussing.thing_of(post)


def _address(actor: Actor, post_id: int) -> str:
    post = CoursePost.objects.select_related("step").filter(pk=post_id).first()
    own = _enrolment(actor, post) if post is not None else None
    return reverse("learning:step", args=[own, post.step_id]) if post is not None and own else ""


def _enrolment(actor: Actor, post: CoursePost) -> int | None:
    """Return by which participation the actor reads the discussion, None for none. Cost: one query."""
    taken = Selection.objects.filter(
        enrolment__person_id=actor.person_id or 0, enrolment__programme_id=post.programme_id, offering__course_id=post.step.course_id
    )
    return taken.order_by("pk").values_list("enrolment_id", flat=True).first()


POSTS = Kind(object_type=likeness.POST, find=_find, address=_address, hide=discussing.hide_post, restore=discussing.restore_post)
