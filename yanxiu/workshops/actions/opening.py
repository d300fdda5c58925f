"""Opening spaces (W-30): from a plan, by people, as a sub-workshop; what they are for, and who hosts them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.access import actions as access
from yanxiu.access.models import Appointment
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme
from yanxiu.records.actions import Entry, record, record_all
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import documenting, ordering
from yanxiu.workshops.events import SpaceEvent
from yanxiu.workshops.models import DocumentKind, Level, Space, SpaceKind, Tool

TOOLS = tuple(tool.value for tool in Tool)
MOST_RULES = 20_000
SPACE = "space"
"""A space as reports and measures name it: its introduction and rules."""


@transaction.atomic
def open_space(
    *,
    kind: SpaceKind,
    title: str,
    org: Org,
    by: Actor,
    at: datetime,
    programme: Programme | None = None,
    parent: Space | None = None,
    level: str = "",
    stage: str = "",
    subject: str = "",
    topic: str = "",
    intro: str = "",
    rules: str = "",
    cap: int | None = None,
    splits: bool = False,
    tools: Sequence[str] = TOOLS,
) -> Space:
    """Open a space for a unit, in the tree below `parent` if given. Raises NotPermitted, Invalid."""
    permissions.check_can_open(by, org)
    if kind in permissions.CLOSED_KINDS:
        raise Invalid(_("%(kind)s不这样开：个人空间随人而有，子坊从工作坊里开。") % {"kind": kind.label}, field="kind")
    if programme is not None and not org.path.startswith(programme.owner_path):
        raise Invalid(
            _("%(unit)s不在%(title)s的范围里，请换一个单位或项目。") % {"unit": org.name, "title": programme.title}, field="programme"
        )
    if level and level not in Level.values:
        raise Invalid(_("级别只有省、市、县。"), field="level")
    space = Space(
        programme=programme, org=org, kind=kind, parent=parent, level=level, stage=stage, subject=subject, topic=topic,
        title=titled(title), intro=intro_of(intro), rules=_rules(rules), cap=cap, splits=splits and cap is not None,
        tools=[tool for tool in TOOLS if tool in tools], opened_at=at,
    )  # fmt: skip
    return place(space, by=by, at=at)


@transaction.atomic
def open_sub_workshop(*, workshop: Space, by: Actor, at: datetime, title: str = "") -> Space:
    """Open a sub-workshop by hand; it takes over programme, topic, cap, tools and rules, and has the same hosts.

    Raises NotPermitted; Conflict inside a sub-workshop.
    """
    permissions.check_can_admit(by, workshop)
    if workshop.is_sub:
        raise Conflict(_("子坊下面不再开子坊，请回到%(title)s里开。") % {"title": workshop.parent})
    locked = Space.objects.select_for_update(of=("self",), no_key=True).get(pk=workshop.pk)
    return open_below(locked, title=title, by=by, at=at)


def open_below(workshop: Space, *, by: Actor, at: datetime, title: str = "") -> Space:
    """Open the next sub-workshop of a workshop whose row is locked by the caller."""
    number = Space.objects.filter(parent=workshop, kind=SpaceKind.SUB_WORKSHOP).count() + 1
    space = Space(
        programme_id=workshop.programme_id, org_id=workshop.org_id, kind=SpaceKind.SUB_WORKSHOP, parent=workshop,
        plan_key=workshop.plan_key, level=workshop.level, stage=workshop.stage, subject=workshop.subject, topic=workshop.topic,
        title=titled(title) if title else f"{workshop.title[:100]} 第 {number} 子坊", intro=workshop.intro, rules=workshop.rules,
        tools=workshop.tools, cap=workshop.cap, visibility=workshop.visibility, joining=workshop.joining, state=workshop.state,
        closed_at=workshop.closed_at, shared_with_id=workshop.shared_with_id, column=workshop.column, opened_by=by.person_id, opened_at=at,
    )  # fmt: skip
    return place(space, by=by, at=at) if title else _place(space, by=by, at=at)


@transaction.atomic
def describe(*, space: Space, intro: str, rules: str, by: Actor, at: datetime) -> Space:
    """Write what the space is for and its rules, the next version of 《工作坊规则》. Raises NotPermitted, Invalid."""
    permissions.check_can_describe(by, space)
    space = Space.objects.select_for_update(of=("self",), no_key=True).select_related("org", "parent").get(pk=space.pk)
    before = {"intro": space.intro, "rules": space.rules}
    found = ordering.screened([intro_of(intro), _rules(rules)], fields=["intro", "rules"], space=space, by=by, at=at)
    space.intro, told = found.texts
    if before == {"intro": space.intro, "rules": told}:
        return space
    space.save(update_fields=["intro"])
    if told != before["rules"] and told:
        kind = DocumentKind.RULES
        documenting.write_version(space, kind=kind, title=kind.label, text=told, asks=False, file=None, by=by, at=at)
    elif told != before["rules"]:
        space.rules = told
        space.save(update_fields=["rules"])
    ordering.flag(found, space=space, object_type=SPACE, object_id=space.pk, title=space.title, by=by, at=at)
    record(
        SpaceEvent.DESCRIBED, object_id=space.pk, object_label=space.title, programme_id=space.programme_id, space_id=space.counted_id,
        unit_path=space.org.path, data={"before": before}, by=by, at=at,
    )  # fmt: skip
    return space


@transaction.atomic
def appoint_host(*, space: Space, person: Person, by: Actor, at: datetime) -> Appointment:
    """Make somebody host of a workshop and its sub-workshops. Raises as `access.appoint` does; Conflict in a sub-workshop.

    A member who becomes a host keeps the seat.
    """
    permissions.check_can_open(by, space.org)
    if space.is_sub:
        raise Conflict(_("子坊的主持人和工作坊是同一组人，请到工作坊里任命。"))
    return access.appoint(
        person=person,
        role="host",
        org=space.org,
        programme_id=space.programme_id,
        space_id=space.pk,
        title=f"{space.title}主持人",
        by=by,
        at=at,
    )


def place(space: Space, *, by: Actor, at: datetime) -> Space:
    """Write a new space of which people typed the name and the words. Raises Invalid for words that the packs do not let pass."""
    said = [space.title, space.topic, space.intro, space.rules]
    found = ordering.screened(said, fields=["title", "topic", "intro", "rules"], space=space, by=by, at=at)
    space.title, space.topic, space.intro, space.rules = found.texts
    _place(space, by=by, at=at)
    ordering.flag(found, space=space, object_type=SPACE, object_id=space.pk, title=space.title, by=by, at=at)
    return space


def _place(space: Space, *, by: Actor, at: datetime) -> Space:
    """Write a new space with its place in the tree and its record."""
    space.save(force_insert=True)
    space.path = f"{space.parent.path if space.parent else '/'}{space.pk}/"
    space.save(update_fields=["path"])
    record_all([_opened(space)], by=by, at=at)
    return space


def _opened(space: Space) -> Entry:
    return Entry(
        event=SpaceEvent.OPENED, object_id=space.pk, object_label=space.title, programme_id=space.programme_id, space_id=space.counted_id,
        unit_path=space.org.path, kind=space.kind,
    )  # fmt: skip


def titled(value: str) -> str:
    """Return the name of a space as it is kept. Raises Invalid."""
    title = plain(value)
    if not 2 <= len(title) <= 120:
        raise Invalid(_("坊名 2—120 个字，现在 %(n)s 个。") % {"n": len(title)}, field="title")
    return title


def intro_of(value: str) -> str:
    """Return the introduction of a space as it is kept."""
    return plain(value)[:500]


def _rules(value: str) -> str:
    rules = plain(value)
    if len(rules) > MOST_RULES:
        raise Invalid(_("坊规最多 %(most)s 个字，现在 %(n)s 个，请删短。") % {"most": MOST_RULES, "n": len(rules)}, field="rules")
    return rules
