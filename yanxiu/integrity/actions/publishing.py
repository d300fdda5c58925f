"""Public texts and thresholds: what an office leaves out of comparing, and from which share on it wants to be told."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.integrity import permissions
from yanxiu.integrity.actions import writing
from yanxiu.integrity.events import PublicTextEvent
from yanxiu.integrity.models import PublicKind, PublicText, TextKind, Threshold
from yanxiu.integrity.similarity import folding, marking
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Org
from yanxiu.records.actions import record

LEAST_CHARACTERS, MOST_CHARACTERS = 20, 200_000
LONGEST_TITLE = 120
LEAST_SHARE, MOST_SHARE = Decimal("0.05"), Decimal(1)
_ADD_MARKS = """
INSERT INTO integrity_publicmark (mark, text_id) SELECT k, %(text)s FROM unnest(%(marks)s::bigint[]) AS k ON CONFLICT DO NOTHING
"""
_TAKE_MARKS = "DELETE FROM integrity_publicmark k USING unnest(%(marks)s::bigint[]) AS m WHERE k.mark = m AND k.text_id = %(text)s"


@transaction.atomic
def add_public_text(*, org: Org, kind: PublicKind, title: str, body: str, by: Actor, at: datetime) -> PublicText:
    """Let everybody under `org` use these words without their counting as taken over; what was found before is compared anew soon.

    Raises NotPermitted; Invalid with the field; Conflict for a title that the unit has. Cost: 4 queries.
    """
    permissions.check_can_keep_texts(by, org)
    who, title, body = writing.person_of(by), plain(title), plain(body)
    if not title or len(title) > LONGEST_TITLE:
        raise Invalid(_("题名写 1 到 %(most)d 个字，例如文件的全称。") % {"most": LONGEST_TITLE}, field="title")
    characters = len(folding.fold(body))
    if characters < LEAST_CHARACTERS or len(body) > MOST_CHARACTERS:
        words = {"least": LEAST_CHARACTERS, "most": MOST_CHARACTERS // 10_000, "count": characters}
        raise Invalid(_("正文要有 %(least)d 个字，最多 %(most)d 万字；现在读到 %(count)d 个字。") % words, field="body")
    row = PublicText(
        org=org, kind=kind, title=title, body=body, characters=characters, marks=marking.public(folding.fold(body)), added_by=who,
        added_label=by.label[:120], added_at=at,
    )  # fmt: skip
    taken = Conflict(_("已有一份公共文本叫“%(title)s”。先移出旧的，或换一个题名。") % {"title": title})
    sql.save_or_raise(row, {"integrity_publictext_title": taken})
    sql.run(_ADD_MARKS, {"text": row.pk, "marks": row.marks})
    record(PublicTextEvent.ADDED, object_id=row.pk, object_label=title, unit_path=org.path, measure=characters, by=by, at=at)
    return row


@transaction.atomic
def remove_public_text(*, text: PublicText, by: Actor, at: datetime) -> PublicText:
    """Let the words count again from the next comparison on; what was found before stays. Raises NotPermitted, Conflict."""
    permissions.check_can_keep_texts(by, text.org)
    row = PublicText.objects.select_for_update(of=("self",), no_key=True).select_related("org").get(pk=text.pk)
    if row.removed_at is not None:
        raise Conflict(_("“%(title)s”已经移出。") % {"title": row.title})
    row.removed_at = at
    row.save(update_fields=["removed_at"])
    sql.run(_TAKE_MARKS, {"text": row.pk, "marks": row.marks})
    record(PublicTextEvent.REMOVED, object_id=row.pk, object_label=row.title, unit_path=row.org.path, by=by, at=at)
    return row


@transaction.atomic
def put_back_public_text(*, text: PublicText, by: Actor, at: datetime) -> PublicText:
    """Undo a removal. Raises NotPermitted; Conflict when it was not removed, or its title is taken. Cost: 4 queries."""
    permissions.check_can_keep_texts(by, text.org)
    row = PublicText.objects.select_for_update(of=("self",), no_key=True).select_related("org").get(pk=text.pk)
    if row.removed_at is None:
        raise Conflict(_("“%(title)s”没有移出过。") % {"title": row.title})
    row.removed_at, row.holds_since, row.rechecked_at = None, at, None
    taken = Conflict(_("已有一份公共文本叫“%(title)s”，不能再放回。") % {"title": row.title})
    sql.save_or_raise(row, {"integrity_publictext_title": taken}, update_fields=["removed_at", "holds_since", "rechecked_at"])
    sql.run(_ADD_MARKS, {"text": row.pk, "marks": row.marks})
    record(PublicTextEvent.ADDED, object_id=row.pk, object_label=row.title, unit_path=row.org.path, measure=row.characters, by=by, at=at)
    return row


@transaction.atomic
def set_thresholds(*, org: Org, shares: Mapping[TextKind, Decimal], by: Actor, at: datetime) -> int:
    """Set from which share on texts under `org` are noticed; return how many changed. Raises NotPermitted, Invalid. Cost: 4 queries."""
    permissions.check_can_keep_texts(by, org)
    who = writing.person_of(by)
    for kind, share in shares.items():
        if not LEAST_SHARE <= share <= MOST_SHARE:
            raise Invalid(_("%(kind)s的提示线填 5 到 100 之间的数。") % {"kind": TextKind(kind).label}, field=str(kind))
    before = dict(Threshold.objects.filter(org=org).order_by("kind").values_list("kind", "share"))
    changed = {kind: share for kind, share in shares.items() if before.get(kind) != share}
    Threshold.objects.bulk_create(
        [Threshold(org=org, kind=kind, share=share, set_by=who, set_label=by.label[:120], set_at=at) for kind, share in changed.items()],
        update_conflicts=True, unique_fields=["org", "kind"], update_fields=["share", "set_by", "set_label", "set_at"],
    )  # fmt: skip
    if changed:
        data = {str(kind): str(share) for kind, share in changed.items()}
        record(PublicTextEvent.THRESHOLD_SET, object_id=org.pk, object_label=org.name, unit_path=org.path, data=data, by=by, at=at)
    return len(changed)
