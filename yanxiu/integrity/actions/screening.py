"""The one door for words that others will read and that are no post of a space: names, introductions, documents, plans, remarks.

There is no queue in which such words could wait, so what would be held is refused, and the writer is told to say it otherwise; what is
masked is covered; what is only flagged is public at once and waits to be looked at among what was reported.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from yanxiu.integrity import words
from yanxiu.integrity.actions.reporting import Thing, open_case
from yanxiu.integrity.models import WordAction, WordHit
from yanxiu.kit.errors import Invalid


@dataclass(frozen=True, kw_only=True)
class Screened:
    """What may be kept of some words, with what is masked covered, in the order given; and where words of packs stand."""

    texts: tuple[str, ...]
    hits: tuple[words.Hit, ...] = ()


def screen(texts: Sequence[str], *, fields: Sequence[str], path: str, at: datetime, keeps_order: bool = False) -> Screened:
    """Judge words by the packs in force at a unit path; `fields` says in which field of the form each was typed.

    Who keeps order where they stand (`keeps_order`) is held by nothing, only blocked. Raises Invalid at the field. Cost: one query, none
    without words.
    """
    if not any(texts):
        return Screened(texts=tuple(texts))
    verdict = words.check(*texts, path=path, at=at)
    refusals = {
        WordAction.BLOCK: _("这里不能发布含“%(words)s”的内容，请改写后再发。写的内容没有丢。"),
        WordAction.HOLD: _("“%(words)s”要有人看过才能公开，这里没有地方等。请换个说法再发。写的内容没有丢。"),
    }
    for action, said in refusals.items():
        first = next((one for one in verdict.hits if one.action == action), None)
        if first is not None and not (keeps_order and action == WordAction.HOLD):
            raise Invalid(said % {"words": first.found}, field=fields[first.text])
    return Screened(texts=verdict.masked, hits=verdict.hits)


def note_hits(hits: Sequence[words.Hit], *, thing: Thing, at: datetime) -> bool:
    """Keep the words of packs found in a thing for those who keep order, each once; tell whether one is new. Cost: 2 queries for any."""
    found = {(one.word[:40], one.pack_title): one for one in hits if one.action != WordAction.BLOCK}
    if not found or thing.person_id is None:
        return False
    same = WordHit.objects.filter(object_type=thing.object_type, object_id=thing.object_id)
    known = set(same.values_list("word", "pack_title"))
    fresh = {key: one for key, one in found.items() if key not in known}
    WordHit.objects.bulk_create(
        [
            WordHit(
                object_type=thing.object_type, object_id=thing.object_id, space_id=thing.space_id, unit_path=thing.unit_path,
                person_id=thing.person_id, word=word, found=one.found[:80], pack_title=pack, pack_version=one.pack_version,
                action=one.action, found_at=at,
            )
            for (word, pack), one in fresh.items()
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return any(one.action != WordAction.MASK for one in fresh.values())


def flag(found: Screened, *, thing: Thing, at: datetime) -> None:
    """Let those who keep order look at a thing in which words were flagged: a case that nobody reported. Cost: none without a hit, else 5.

    What was covered is noted and asks for no look; what they have looked at once neither.
    """
    if note_hits(found.hits, thing=thing, at=at):
        open_case(thing, at=at)
