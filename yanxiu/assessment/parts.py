"""The parts of a homework: what was written for which, what is lacking, and how the words read as one text. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yanxiu.assessment.models import Submission
from yanxiu.catalogue import content
from yanxiu.catalogue.content.steps import Part
from yanxiu.files.kinds import Kind
from yanxiu.kit.text import characters

Words = str | Mapping[str, str]
"""The words of each text part by its key; a bare string is the first one's."""
KINDS: dict[str, Kind] = {
    "lesson_plan": Kind.LESSON_PLAN,
    "document": Kind.DOCUMENT,
    "picture": Kind.IMAGE,
    "video": Kind.VIDEO,
    "files": Kind.ATTACHMENT,
}


@dataclass(frozen=True, kw_only=True)
class Lack:
    """What still keeps a homework from being handed in: the part, how many characters (0 for files), and the sentence."""

    part: Part
    count: int
    words: str


def texts_of(asked: content.Homework, words: Words) -> dict[str, str]:
    """Return the words of each text part; what belongs to no part is dropped."""
    keys = [part.key for part in asked.asked_parts if part.is_text]
    if isinstance(words, str):
        return {key: words if place == 0 else "" for place, key in enumerate(keys)}
    return {key: words.get(key, "") for key in keys}


def kept_texts(asked: content.Homework, submission: Submission | None) -> dict[str, str]:
    """Return what was saved for each text part; what was written before there were parts is the first one's."""
    if submission is None:
        return texts_of(asked, "")
    return texts_of(asked, submission.texts or submission.text)


def read_as_one(asked: content.Homework, texts: Mapping[str, str]) -> str:
    """Return the words as one reads them: several parts under their names."""
    written = [(part.label, texts[part.key]) for part in asked.asked_parts if part.is_text and texts.get(part.key)]
    if len(written) == 1 and sum(part.is_text for part in asked.asked_parts) == 1:
        return written[0][1]
    return "\n\n".join(f"【{label}】\n{words}" for label, words in written)


def file_parts(asked: content.Homework) -> list[Part]:
    """Return the parts that are files, in order."""
    return [part for part in asked.asked_parts if not part.is_text]


def file_part(asked: content.Homework, key: str) -> Part | None:
    """Return the part of a key, the first that takes files for "", None when there is none."""
    found = file_parts(asked)
    return next((part for part in found if part.key == key), None) if key else next(iter(found), None)


def lacking(asked: content.Homework, texts: Mapping[str, str], files: Mapping[str, int]) -> Sequence[Lack]:
    """Return what is lacking, in the order of the parts. `files`: how many there are of each part."""
    found = [_lack(part, texts.get(part.key, ""), files.get(part.key, 0)) for part in asked.asked_parts]
    return [lack for lack in found if lack is not None]


def _lack(part: Part, words: str, files: int) -> Lack | None:
    if not part.is_text:
        return Lack(part=part, count=0, words=_("还没有传“%(label)s”") % {"label": part.label}) if part.is_required and not files else None
    count = characters(words)
    if count >= max(part.min_characters, 1 if part.is_required else 0) or (not count and not part.is_required):
        return None
    facts = {"label": part.label, "lacking": part.min_characters - count, "least": part.min_characters, "count": count}
    if not part.min_characters:
        return Lack(part=part, count=0, words=_("“%(label)s”还空着") % facts)
    sentence = _("“%(label)s”还差 %(lacking)s 字：要求不少于 %(least)s 字，现在 %(count)s 字，标点和空格不算") % facts
    return Lack(part=part, count=part.min_characters - count, words=sentence)


def without_names(words: str, names: Sequence[str]) -> str:
    """Return the words with the given names taken out, so that an anonymous piece does not name its author."""
    known = sorted({name for name in names if len(name) > 1}, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, known)), "○○", words) if known else words
