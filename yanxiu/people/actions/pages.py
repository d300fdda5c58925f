"""What a person shows of her personal space."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Invalid
from yanxiu.kit.text import plain
from yanxiu.people import permissions
from yanxiu.people.events import PersonEvent
from yanxiu.people.models import Person, PersonalPage
from yanxiu.records.actions import record

MOST_WORDS = 300


@transaction.atomic
def keep_page(*, person: Person, is_open: bool, words: str, shown: Collection[str], by: Actor, at: datetime) -> PersonalPage:
    """Keep what colleagues may see: whether the page is open, a few words, the parts shown (in the order given).

    Raises NotPermitted for anybody else, Invalid for too many words. Cost: 3 queries.
    """
    permissions.check_is_self(by, person)
    words = plain(words).strip()
    if len(words) > MOST_WORDS:
        raise Invalid(_("介绍最多 %(most)s 个字，现在 %(n)s 个，请删短。") % {"most": MOST_WORDS, "n": len(words)}, field="words")
    page, _made = PersonalPage.objects.update_or_create(
        person=person, defaults={"is_open": is_open, "words": words, "shown": list(dict.fromkeys(shown)), "saved_at": at}
    )
    record(
        PersonEvent.PAGE_KEPT, object_id=person.pk, object_label=person.name, person_id=person.pk, unit_path=person.unit_path, by=by, at=at,
        data={"is_open": is_open, "shown": page.shown},
    )  # fmt: skip
    return page
