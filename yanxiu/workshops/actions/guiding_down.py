"""Guidance downward (W-39): the hosts of a workshop divide those below among themselves, look in, advise; what is left is reminded of."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.access.models import Appointment
from yanxiu.access.queries import in_force
from yanxiu.kit import clock
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.records.actions import Entry, record, record_all, void
from yanxiu.records.models import Record
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import counting, ordering
from yanxiu.workshops.events import FollowEvent, SpaceEvent
from yanxiu.workshops.models import GuideDuty, GuideVisit, Post, PostState, Space, SpaceKind, VisitKind

MOST_WORDS = 1_000
REST = timedelta(hours=24)
"""How long the hosts of a workshop are left in peace after a reminder."""


def lower_spaces(upper: Space) -> list[Space]:
    """Return the workshops next below in the tree, by title; sub-workshops are none. Cost: one query."""
    below = Space.objects.filter(parent=upper).exclude(kind=SpaceKind.SUB_WORKSHOP).exclude(level="")
    return list(below.select_related("org", "parent").order_by("org__path", "title", "pk"))


def even_split(lower: Sequence[int], hosts: Sequence[int], held: Mapping[int, int]) -> dict[int, int]:
    """Return who would follow which: everybody keeps what she has as far as the share goes, the rest is dealt evenly. Ids in, ids out.

    Shares differ by one at most; of equal ones the earlier host in the list gets more.
    """
    if not hosts:
        return {}
    few, more = divmod(len(lower), len(hosts))
    room = {host: few + (number < more) for number, host in enumerate(hosts)}
    split: dict[int, int] = {}
    for space in lower:
        host = held.get(space)
        if host is not None and room.get(host, 0) > 0:
            split[space] = host
            room[host] -= 1
    for space in lower:
        if space not in split:
            host = max(hosts, key=lambda one: room[one])
            split[space] = host
            room[host] -= 1
    return split


@transaction.atomic
def divide(*, upper: Space, guides: Mapping[int, int], by: Actor, at: datetime) -> int:
    """Say who of the hosts follows which workshop below (`guides`: id of the lower -> id of the person); return how many changed.

    Those left out stay as they are. Raises NotPermitted; Invalid for a workshop that is not below or a person who does not host here.
    """
    permissions.check_can_divide(by, upper)
    Space.objects.select_for_update(of=("self",), no_key=True).get(pk=upper.pk)
    below = {space.pk: space for space in lower_spaces(upper)}
    hosting = in_force(Appointment.objects.filter(role="host", space_id=upper.pk), on=clock.day(at))
    hosts = dict(hosting.values_list("person_id", "person__name"))
    if not set(guides) <= set(below):
        raise Invalid(_("其中有工作坊不在%(title)s下面，请看过最新的列表再分。") % {"title": upper.title}, field="guides")
    if not set(guides.values()) <= set(hosts):
        raise Invalid(_("跟进由%(title)s现任的主持人分担，其中有人已不是主持人。") % {"title": upper.title}, field="guides")
    held = {duty.lower_id: duty for duty in GuideDuty.objects.filter(lower__in=list(below), ended_at__isnull=True)}
    changed = {space: host for space, host in guides.items() if space not in held or held[space].host_id != host}
    GuideDuty.objects.filter(pk__in=[held[space].pk for space in changed if space in held]).update(ended_at=at)
    GuideDuty.objects.bulk_create(
        GuideDuty(upper=upper, lower_id=space, host_id=host, assigned_at=at, assigned_by=by.person_id) for space, host in changed.items()
    )
    record_all(
        [
            Entry(
                event=FollowEvent.DIVIDED, object_id=space, object_label=below[space].title, person_id=host,
                programme_id=upper.programme_id, space_id=upper.pk, unit_path=upper.org.path, kind=str(space),
            )
            for space, host in changed.items()
        ],
        by=by, at=at,
    )  # fmt: skip
    return len(changed)


@transaction.atomic
def note_visit(*, lower: Space, kind: str, words: str, by: Actor, at: datetime) -> GuideVisit:
    """Note that a host of the workshop above looked in (what was seen) or advises its hosts; it counts as having reached this workshop.

    Sent twice it is one. Raises NotPermitted, Conflict (nothing above), Invalid with the field. Cost: 5 queries.
    """
    permissions.check_can_guide_space(by, lower)
    if kind not in (VisitKind.VISIT, VisitKind.ADVICE):
        raise Invalid(_("请选是看坊，还是给建议。"), field="kind")
    words = plain(words)
    if not 6 <= len(words) <= MOST_WORDS:
        said = {"most": MOST_WORDS, "n": len(words)}
        raise Invalid(_("写下看到了什么、建议什么，6—%(most)s 个字，现在 %(n)s 个。下级主持人看得到。") % said, field="words")
    found = ordering.screened([words], fields=["words"], space=lower, by=by, at=at)
    words = found.texts[0]
    sent = GuideVisit.objects.filter(lower=lower, guide_id=by.person_id, kind=kind, words=words, visited_at__gt=at - timedelta(minutes=10))
    seen = sent.first() or _visit(lower, kind=kind, words=words, by=by, at=at)
    ordering.flag(found, space=lower, object_type="guide_visit", object_id=seen.pk, title=VisitKind(kind).label, by=by, at=at)
    return seen


@transaction.atomic
def note_words(*, post: Post, by: Actor, at: datetime) -> GuideVisit | None:
    """Count what a host of the workshop above said in this one, while it is public; None when it is nothing of the kind. System only.

    Twice is once; out of sight it does not count, and back again it does. Cost: 3 queries, 3 more when something changes.
    """
    permissions.check_is_system(by)
    lower = post.space if not post.space.is_sub else post.space.parent
    if lower is None or lower.parent_id is None or not lower.level:
        return None
    found = GuideVisit.objects.select_for_update(of=("self",), no_key=True).filter(post=post).first()
    if found is None:
        hosting = in_force(Appointment.objects.filter(role="host", person=post.author_id), on=clock.day(at))
        if post.state != PostState.PUBLISHED or not hosting.filter(space_id=lower.parent_id).exists():
            return None
        lower = Space.objects.select_related("org", "parent").get(pk=lower.pk)
        return _visit(
            lower, kind=VisitKind.COMMENT, words="", post=post, by=Actor(person_id=post.author_id, label=post.author_label), at=at
        )
    if post.state != PostState.PUBLISHED and found.record_id is not None:
        void(record_id=found.record_id, reason=_("原帖已撤下"), by=by, at=at)
        found.record_id = None
        found.save(update_fields=["record_id"])
    elif post.state == PostState.PUBLISHED and found.record_id is None:
        lower = Space.objects.select_related("org", "parent").get(pk=found.lower_id)
        found.record_id = _counted(lower, found, by=_author(post), at=found.visited_at)
        found.save(update_fields=["record_id"])
    return found


@transaction.atomic
def remind_guides(*, upper: Space, by: Actor, at: datetime) -> list[int]:
    """Remind the hosts whose workshops below were not reached yet; return whom. Not again within a day.

    Raises NotPermitted; Conflict when nobody is to be reminded.
    """
    permissions.check_can_divide(by, upper)
    Space.objects.select_for_update(of=("self",), no_key=True).get(pk=upper.pk)
    reached = GuideVisit.objects.filter(upper=upper, record_id__isnull=False).values("lower")
    missing = GuideDuty.objects.filter(upper=upper, ended_at__isnull=True).exclude(lower__in=reached)
    waiting: dict[int, list[str]] = {}
    for duty in missing.select_related("lower").order_by("lower__title", "pk"):
        waiting.setdefault(duty.host_id, []).append(duty.lower.title)
    if not waiting:
        raise Conflict(_("分到人的下级坊都跟进过了。没有分到人的，请先分工。"))
    if _reminded_lately(upper, at=at):
        raise Conflict(_("一天之内提醒过了，明天可以再提醒。"))
    record(
        FollowEvent.REMINDED, object_id=upper.pk, object_label=upper.title, by=by, at=at, measure=len(waiting),
        data={"people": {str(host): titles for host, titles in waiting.items()}}, **counting.where(upper, by.person_id),
    )  # fmt: skip
    return sorted(waiting)


def _author(post: Post) -> Actor:
    return Actor(person_id=post.author_id, label=post.author_label)


def _reminded_lately(upper: Space, *, at: datetime) -> bool:
    told = Record.objects.filter(space_id=upper.pk, verb=FollowEvent.REMINDED.verb, object_type=FollowEvent.REMINDED.object_type)
    return told.filter(at__gt=at - REST, at__lte=at).exists()


def _visit(lower: Space, *, kind: str, words: str, by: Actor, at: datetime, post: Post | None = None) -> GuideVisit:
    seen = GuideVisit.objects.create(
        upper_id=lower.parent_id or 0, lower=lower, guide_id=permissions.person_of(by), guide_label=by.label[:120], kind=kind, words=words,
        post=post, visited_at=at,
    )  # fmt: skip
    seen.record_id = _counted(lower, seen, by=by, at=at)
    seen.save(update_fields=["record_id"])
    return seen


def _counted(lower: Space, seen: GuideVisit, *, by: Actor, at: datetime) -> int:
    """Counted in the workshop above, the kind being the lower one: so the share of those reached is reckoned (C-40)."""
    return record(
        SpaceEvent.GUIDED, object_id=lower.pk, object_label=lower.title, person_id=by.person_id, programme_id=lower.programme_id,
        space_id=lower.parent_id, unit_path=lower.org.path, kind=str(lower.pk), data={"visit": seen.pk, "how": seen.kind}, by=by, at=at,
    )  # fmt: skip
