"""Introductions of people as reports and measures name them."""

from django.utils.translation import gettext as _

from yanxiu.integrity.actions import Thing
from yanxiu.people.models import PersonalPage

INTRODUCTION = "introduction"
"""What a person says of herself; its id is that of the person."""


def thing_of(page: PersonalPage) -> Thing:
    """Return an introduction as it is named in reports and measures. No query when `person` and `unit` are loaded."""
    person = page.person
    return Thing(
        object_type=INTRODUCTION, object_id=person.pk, title=_("%(name)s的自我介绍") % {"name": person.name}, snapshot=page.words,
        person_id=person.pk, unit_path=person.unit_path, place=person.unit.name if person.unit else "",
    )  # fmt: skip
