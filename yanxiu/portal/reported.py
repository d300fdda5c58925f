"""Introductions of people among what may be reported."""

from django.utils.translation import gettext as _

from yanxiu.integrity.actions import Thing
from yanxiu.integrity.reported import Kind
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound
from yanxiu.people.models import PersonalPage
from yanxiu.portal import actions
from yanxiu.portal.introductions import INTRODUCTION, thing_of


def _find(actor: Actor, person_id: int) -> Thing:  # noqa: ARG001 - an open page is open to all who are signed in
    page = PersonalPage.objects.select_related("person__unit").filter(person_id=person_id, is_open=True).first()
    if page is None:
        raise NotFound(_("这位老师没有公开个人空间，或没有这个人。"))
    return thing_of(page)


INTRODUCTIONS = Kind(
    object_type=INTRODUCTION, find=_find, page="portal:space_of", hide=actions.hide_introduction, restore=actions.restore_introduction
)  # fmt: skip
