"""What a person shows of herself: kept by `people`, its words judged where she works, taken out of sight by those who keep order.

And that records were taken out.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.integrity import actions as integrity
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict
from yanxiu.kit.text import plain
from yanxiu.people import actions as people
from yanxiu.people.events import PersonEvent
from yanxiu.people.models import Person, PersonalPage
from yanxiu.portal import permissions
from yanxiu.portal.events import AuditEvent
from yanxiu.portal.introductions import thing_of
from yanxiu.records.actions import record


@transaction.atomic
def show_space(*, person: Person, is_open: bool, words: str, shown: Collection[str], by: Actor, at: datetime) -> PersonalPage:
    """Keep what colleagues may see of a personal space. Raises NotPermitted, Invalid with the field. Cost: 4 queries."""
    found = integrity.screen([plain(words)], fields=["words"], path=person.unit_path, at=at)
    page = people.keep_page(person=person, is_open=is_open, words=found.texts[0], shown=shown, by=by, at=at)
    integrity.flag(found, thing=thing_of(page), at=at)
    return page


def hide_introduction(*, object_id: int, reason: str, by: Actor, at: datetime) -> dict[str, object]:
    """Take what a person says of herself out of sight, as a measure; return what it was. Raises NotPermitted, Conflict."""
    page = _locked(object_id)
    permissions.check_can_hide_introduction(by, page.person)
    if not page.words:
        raise Conflict(_("%(name)s的介绍已经是空的。") % {"name": page.person.name})
    before = {"words": page.words}
    _write(page, "", reason=reason, by=by, at=at)
    return dict(before)


def restore_introduction(*, object_id: int, before: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """Bring it back, unless the person has written another meanwhile. The caller has asked who may."""
    page = _locked(object_id)
    if not page.words:
        _write(page, str(before.get("words", "")), reason=_("处理已撤销"), by=by, at=at)


def note_records(*, asked_for: Mapping[str, str], by: Actor, at: datetime) -> None:
    """Note that records were taken out, and which were asked for. Raises NotPermitted. Cost: 2 queries."""
    permissions.check_can_read_records(by)
    record(AuditEvent.EXPORTED, object_id="records", object_label=_("审计记录"), by=by, at=at, data=dict(asked_for))


def _locked(person_id: int) -> PersonalPage:
    return PersonalPage.objects.select_for_update(of=("self",), no_key=True).select_related("person__unit").get(person_id=person_id)


def _write(page: PersonalPage, words: str, *, reason: str, by: Actor, at: datetime) -> None:
    page.words, page.saved_at = words, at
    page.save(update_fields=["words", "saved_at"])
    person = page.person
    record(
        PersonEvent.PAGE_KEPT, object_id=person.pk, object_label=person.name, person_id=person.pk, unit_path=person.unit_path, by=by, at=at,
        data={"reason": reason},
    )  # fmt: skip
