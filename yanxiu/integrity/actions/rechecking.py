"""Comparing anew what was found before words were made public: nobody stays marked for words that everybody may use."""

from datetime import datetime

from django.db import transaction

from yanxiu.integrity import permissions
from yanxiu.integrity.actions.indexing import keep_report
from yanxiu.integrity.events import PublicTextEvent
from yanxiu.integrity.models import IndexedText, PublicText
from yanxiu.integrity.queries import rechecking
from yanxiu.kit.actor import Actor
from yanxiu.records.actions import record


@transaction.atomic
def recheck_texts(*, public: PublicText, most: int = rechecking.MOST_AT_ONCE, by: Actor, at: datetime) -> int:
    """Compare anew texts that were compared before `public` held and may hold its words; return how many. System only.

    At most `most` at once: the next call goes on where this one ended, and the last one marks the public text as done. Twice is once.
    A share can only fall by this; signals that people have seen stay. Cost: 6 queries, and 8 for each text that may hold its words, 20 ms.
    """
    permissions.check_is_system(by)
    public = PublicText.objects.select_for_update(of=("self",), no_key=True).select_related("org").get(pk=public.pk)
    if public.removed_at is not None or public.rechecked_at is not None:
        return 0
    before = rechecking.checked_before(public, most=most)
    rows = [one for one in before if rechecking.may_hold(one, public)]
    IndexedText.objects.filter(pk__in=[one.pk for one in before]).update(checked_at=at)
    others = rechecking.likenesses_of(rows)
    changed = sum(keep_report(row, rechecking.compared_again(row, others.get(row.pk, [])), at=at) for row in rows)
    if len(before) < most:
        public.rechecked_at = at
        public.save(update_fields=["rechecked_at"])
    if rows:
        record(
            PublicTextEvent.RECHECKED, object_id=public.pk, object_label=public.title, unit_path=public.org.path, measure=len(rows),
            data={"changed": changed}, by=by, at=at,
        )  # fmt: skip
    return len(rows)
