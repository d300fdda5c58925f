"""What a person shows of herself: kept by `people`, its words judged by the packs in force where she works."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from yanxiu.integrity import actions as integrity
from yanxiu.kit.actor import Actor
from yanxiu.kit.text import plain
from yanxiu.people import actions as people
from yanxiu.people.models import Person, PersonalPage
from yanxiu.portal.introductions import thing_of


@transaction.atomic
def show_space(*, person: Person, is_open: bool, words: str, shown: Collection[str], by: Actor, at: datetime) -> PersonalPage:
    """Keep what colleagues may see of a personal space. Raises NotPermitted, Invalid with the field. Cost: 4 queries."""
    found = integrity.screen([plain(words)], fields=["words"], path=person.unit_path, at=at)
    page = people.keep_page(person=person, is_open=is_open, words=found.texts[0], shown=shown, by=by, at=at)
    integrity.flag(found, thing=thing_of(page), at=at)
    return page
