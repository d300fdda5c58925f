"""What goes with the words of a post: the people it names, its pictures, the post it takes up."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.utils.translation import gettext as _

from yanxiu.files import actions as files
from yanxiu.files.kinds import Kind
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Invalid
from yanxiu.kit.text import person_name, plain
from yanxiu.people.models import Person
from yanxiu.workshops.models import Mention, Post, PostImage, PostState, Space
from yanxiu.workshops.queries.inside import insiders

MOST_NAMED = 20
MOST_PICTURES = 4
LONGEST_NAME = 20
_AT = re.compile(r"(?<![A-Za-z0-9_.])@([^\s@，。；：、！？,.;:!?“”\"'<>()（）\[\]【】*]{2,20})(?:[（(]([^）)\n]{2,60})[）)])?")


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A picture as it came: its bytes, the name of the file, what is on it ("" = not said)."""

    content: IO[bytes]
    name: str
    alt: str = ""


@dataclass(frozen=True, kw_only=True)
class Along:
    """What goes with words that are sent: ids of people chosen besides those named in the text, pictures, the post that is quoted."""

    people: Sequence[int] = ()
    pictures: Sequence[Sent] = ()
    quoted: Post | None = None


NOTHING = Along()


def named(source: str, *, space: Space) -> list[Person]:
    """Return the people inside the space whom a text names with @姓名, or @姓名（单位） where several have the name. Cost: one query."""
    marks = [(found[1], found[2] or "") for found in _AT.finditer(source)][:MOST_NAMED]
    wanted = {person_name(text[:length]) for text, _unit in marks for length in range(2, min(len(text), LONGEST_NAME) + 1)}
    if not wanted:
        return []
    known: dict[str, list[Person]] = {}
    for person in insiders(space).filter(name__in=wanted).select_related("unit").order_by("pk"):
        known.setdefault(person.name, []).append(person)
    chosen: dict[int, Person] = {}
    for text, unit in marks:
        name = max((one for one in known if text.startswith(one)), key=len, default="")
        meant = known.get(name, [])
        at_unit = [one for one in meant if unit and one.unit is not None and one.unit.name == unit]
        chosen |= {one.pk: one for one in (at_unit or meant)[:3]}
    return list(chosen.values())


def name_people(post: Post, *, also: Iterable[int] = (), at: datetime) -> list[int]:
    """Keep whom a post names, in its text and besides, the author and outsiders left out; return the new ones. Cost: 3 queries."""
    if "@" not in post.source and not also:
        return []
    chosen = insiders(post.space).filter(pk__in=list(also)[:MOST_NAMED]).values_list("pk", flat=True) if also else []
    ids = {one.pk for one in named(post.source, space=post.space)} | set(chosen)
    ids -= {post.author_id, *Mention.objects.filter(post=post).values_list("person_id", flat=True).order_by("pk")}
    Mention.objects.bulk_create([Mention(post=post, person_id=one, named_at=at) for one in sorted(ids)[:MOST_NAMED]], ignore_conflicts=True)
    return sorted(ids)


def add_pictures(post: Post, pictures: Sequence[Sent], *, by: Actor, at: datetime) -> None:
    """Draw the pictures of a post anew and keep them in their order. Raises Invalid at `pictures` with which one and why."""
    if len(pictures) > MOST_PICTURES:
        raise Invalid(_("一次最多带 %(most)s 张图片，现在 %(n)s 张。") % {"most": MOST_PICTURES, "n": len(pictures)}, field="pictures")
    for number, picture in enumerate(pictures, start=1):
        try:
            file = files.store(content=picture.content, name=picture.name, kind=Kind.IMAGE, by=by, at=at)
        except Invalid as error:
            raise Invalid(_("第 %(n)s 张图片：%(why)s") % {"n": number, "why": error.message}, field="pictures") from error
        alt = plain(picture.alt)[:120] or _("%(who)s发的第 %(n)s 张图") % {"who": by.label.split("（")[0][:60], "n": number}
        PostImage.objects.create(post=post, file=file, position=number, alt=alt)


def quotable(quoted: Post | None, *, thread: Post | None) -> Post | None:
    """Return the post that may be quoted in a thread: a public one of the same thread. Raises Invalid at `quoted`."""
    if quoted is None:
        return None
    if thread is None or quoted.thread_id != thread.pk or quoted.state != PostState.PUBLISHED:
        raise Invalid(_("要引用的那一条已撤下，或不在这个主题里。去掉引用再发。"), field="quoted")
    return quoted


def with_names(source: str, people: Iterable[Person]) -> str:
    """Return light markup in which the names that were understood stand out."""
    names = sorted({one.name for one in people}, key=len, reverse=True)
    if not names:
        return source
    return re.sub("(?<![*A-Za-z0-9])@(" + "|".join(map(re.escape, names)) + r")(?!\*)", r"**@\1**", source)
