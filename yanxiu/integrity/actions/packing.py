"""Packs of words: written and changed by the office whose they are."""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.integrity import permissions, rules
from yanxiu.integrity.events import PackEvent
from yanxiu.integrity.models import WordAction, WordPack
from yanxiu.integrity.similarity.folding import fold
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Org
from yanxiu.records.actions import record

_BETWEEN = re.compile(r"[\n,，、;；\t]+")


@transaction.atomic
def save_pack(
    *, org: Org, title: str, action: WordAction, words: str, sounds: str = "", exceptions: str = "", is_active: bool = True,
    is_default: bool = False, pack: WordPack | None = None, by: Actor, at: datetime,
) -> WordPack:  # fmt: skip
    """Write a pack, or `pack` anew, which raises its version; it holds from the next text on. Words are parted by lines or commas.

    Raises NotPermitted, Invalid at the field (no words, one too short or too long, a sound without “=”), Conflict for the title.
    """
    if is_default or (pack is not None and pack.is_default):
        permissions.check_can_keep_default(by)
    else:
        permissions.check_can_keep_words(by, org)
    title = " ".join(plain(title).split())
    if not 2 <= len(title) <= 60:
        raise Invalid(_("词库名 2—60 个字。"), field="title")
    listed = _words(words)
    facts: dict[str, object] = {
        "title": title, "action": action, "is_active": is_active, "words": listed, "sounds": _sounds(sounds),
        "exceptions": _listed(exceptions, field="exceptions"), "changed_by": by.person_id, "changed_label": by.label[:120],
        "changed_at": at,
    }  # fmt: skip
    if pack is None:
        made, added, removed = WordPack(org=org, is_default=is_default, **facts), len(listed), 0
    else:
        made = WordPack.objects.select_for_update(of=("self",), no_key=True).get(pk=pack.pk)
        known, wanted = set(made.words), set(listed)
        added, removed = len(wanted - known), len(known - wanted)
        for name, value in facts.items():
            setattr(made, name, value)
        made.version += 1
    taken = Conflict(_("这个单位已有叫“%(title)s”的词库，请换一个名字。") % {"title": title})
    sql.save_or_raise(
        made, {"integrity_wordpack_title": taken, "integrity_wordpack_one_default": taken},
        update_fields=[*facts, "version"] if pack is not None else None,
    )  # fmt: skip
    record(
        PackEvent.SAVED, object_id=made.pk, object_label=title, unit_path=org.path, kind=str(action), by=by, at=at,
        data={"version": made.version, "words": len(made.words), "added": added, "removed": removed, "active": is_active},
    )  # fmt: skip
    return made


def _listed(text: str, *, field: str, least: int = 2) -> list[str]:
    found = list(dict.fromkeys(" ".join(one.split()) for one in _BETWEEN.split(plain(text)) if one.strip()))
    for one in found:
        if len(one) > rules.LONGEST_WORD or len(fold(one)) < least:
            words = {"word": one[:20], "least": least, "most": rules.LONGEST_WORD}
            raise Invalid(_("“%(word)s”不行：一个词 %(least)d—%(most)d 个字。一行写一个，或用逗号隔开。") % words, field=field)
    if len(found) > rules.MOST_WORDS:
        raise Invalid(_("一个词库最多 %(most)d 个词，现在 %(n)d 个。") % {"most": rules.MOST_WORDS, "n": len(found)}, field=field)
    return found


def _words(text: str) -> list[str]:
    found = _listed(text, field="words")
    if not found:
        raise Invalid(_("请至少写一个词，一行一个。"), field="words")
    return found


def _sounds(text: str) -> list[str]:
    found = _listed(text, field="sounds", least=1)
    for one in found:
        left, sign, right = one.partition("=")
        if not (sign and fold(left) and fold(right)):
            raise Invalid(_("“%(rule)s”不行：写成“写法=原字”，例如“薇=微”。") % {"rule": one[:20]}, field="sounds")
    return found
