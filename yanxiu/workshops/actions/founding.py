"""Spaces that people found (S-05, W-10): hosts open new ones beside theirs, experts their own, schools their community; alone, or
together with others who agree.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.access import actions as access
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme
from yanxiu.records.actions import record
from yanxiu.workshops import permissions, provisions, queries
from yanxiu.workshops.actions import counting, opening
from yanxiu.workshops.events import SpaceEvent
from yanxiu.workshops.models import Joining, Space, SpaceFounder, SpaceKind, SpaceState

MOST_FOUNDERS = 10


@transaction.atomic
def found_beside(*, workshop: Space, title: str, intro: str, by: Actor, at: datetime, founders: Sequence[Person] = ()) -> Space:
    """Open a new workshop beside a hosted one (拓展、组建新的工作坊): same programme, unit, topic, tools, cap and documents needed.

    Raises NotPermitted, Conflict, Invalid.
    """
    permissions.check_can_open_beside(by, workshop)
    space = Space(
        programme_id=workshop.programme_id, org=workshop.org, kind=workshop.kind, level=workshop.level, stage=workshop.stage,
        subject=workshop.subject, topic=workshop.topic, title=opening.titled(title), intro=opening.intro_of(intro), rules=workshop.rules,
        tools=workshop.tools, needs=workshop.needs, cap=workshop.cap, splits=workshop.splits, visibility=workshop.visibility,
        joining=workshop.joining, opened_by=by.person_id, opened_at=at,
    )  # fmt: skip
    return _found(space, founders, by=by, at=at)


@transaction.atomic
def found_workshop(
    *, org: Org, title: str, intro: str, by: Actor, at: datetime, founders: Sequence[Person] = (), programme: Programme | None = None
) -> Space:
    """Open an own teacher workshop (教师工作坊), alone or jointly; for experts, trainers and offices. Raises NotPermitted, Invalid."""
    permissions.check_can_found(by, org)
    if programme is not None and not org.path.startswith(programme.owner_path):
        raise Invalid(
            _("%(unit)s不在%(title)s的范围里，请换一个单位或项目。") % {"unit": org.name, "title": programme.title}, field="programme"
        )
    space = Space(
        programme=programme, org=org, kind=SpaceKind.TEACHER_WORKSHOP, title=opening.titled(title), intro=opening.intro_of(intro),
        tools=list(opening.TOOLS), opened_by=by.person_id, opened_at=at,
    )  # fmt: skip
    return _found(space, founders, by=by, at=at)


@transaction.atomic
def open_community(*, school: Org, title: str, intro: str, by: Actor, at: datetime, founders: Sequence[Person] = ()) -> Space:
    """Open the community of a school by hand (学校社区, S-07), beside any plan: public to the school, whose people come in by themselves.

    Who opens it hosts it. A school has one that is open, by a plan or by hand. Raises NotPermitted, Conflict, Invalid.
    """
    permissions.check_can_open_community(by, school)
    school = Org.objects.select_for_update(of=("self",), no_key=True).get(pk=school.pk)  # two at once open one
    known = queries.community_of(school)
    if known is not None:
        raise Conflict(_("%(school)s已有社区“%(title)s”。要另开一个，先请它的主持人或县级管理员关闭它。") % {
            "school": school.name, "title": known.title,
        })  # fmt: skip
    begins = provisions.KINDS["school_community"]
    space = Space(
        org=school, kind=begins.kind, title=opening.titled(title), intro=opening.intro_of(intro), tools=[one.value for one in begins.tools],
        visibility=begins.visibility, joining=Joining.OPEN, opened_by=by.person_id, opened_at=at,
    )  # fmt: skip
    return _found(space, founders, by=by, at=at)


@transaction.atomic
def agree_to_found(*, founder: SpaceFounder, by: Actor, at: datetime) -> SpaceFounder:
    """Agree to found a space together: from now on the person hosts it. Raises NotPermitted, Conflict."""
    answered = _answer(founder, by=by)
    answered.agreed_at = at
    answered.save(update_fields=["agreed_at"])
    _host(answered.space, answered.person, at=at)
    _record(SpaceEvent.FOUNDER_AGREED, answered, by=by, at=at)
    return answered


@transaction.atomic
def decline_to_found(*, founder: SpaceFounder, by: Actor, at: datetime) -> SpaceFounder:
    """Stay out of a space that others found. Raises NotPermitted, Conflict."""
    answered = _answer(founder, by=by)
    answered.declined_at = at
    answered.save(update_fields=["declined_at"])
    _record(SpaceEvent.FOUNDER_DECLINED, answered, by=by, at=at)
    return answered


def _found(space: Space, founders: Sequence[Person], *, by: Actor, at: datetime) -> Space:
    person = Person.objects.get(pk=permissions.person_of(by))
    asked = [one for one in {one.pk: one for one in founders}.values() if one.pk != person.pk]
    if len(asked) > MOST_FOUNDERS:
        raise Invalid(_("共同创建的最多 %(most)s 人。") % {"most": MOST_FOUNDERS}, field="founders")
    space.is_joint = bool(asked)
    space.state = SpaceState.PREPARING if asked or space.needs else SpaceState.OPEN
    placed = opening.place(space, by=by, at=at)
    _host(placed, person, at=at)
    for one in SpaceFounder.objects.bulk_create([
        SpaceFounder(space=placed, person=other, asked_at=at, asked_by=by.person_id) for other in asked
    ]):  # fmt: skip
        _record(SpaceEvent.FOUNDER_ASKED, one, by=by, at=at)
    return placed


def _answer(founder: SpaceFounder, *, by: Actor) -> SpaceFounder:
    if founder.person_id != permissions.person_of(by):
        raise Conflict(_("这份邀请由被邀请的本人答复。"))
    locked = SpaceFounder.objects.select_for_update(of=("self",), no_key=True).select_related("space__org", "person").get(pk=founder.pk)
    if locked.agreed_at is not None or locked.declined_at is not None:
        raise Conflict(_("这份邀请已经答复过了。"))
    return locked


def _host(space: Space, person: Person, *, at: datetime) -> None:
    """Who founds a space hosts it; nobody above has to appoint them, so the platform does."""
    access.appoint(
        person=person, role="host", org=space.org, programme_id=space.programme_id, space_id=space.pk,
        title=_("%(title)s主持人") % {"title": space.title}, by=SYSTEM, at=at,
    )  # fmt: skip


def _record(event: SpaceEvent, founder: SpaceFounder, *, by: Actor, at: datetime) -> None:
    record(
        event, object_id=founder.pk, object_label=founder.space.title, person_id=founder.person_id, by=by, at=at,
        **counting.where(founder.space, founder.person_id),
    )  # fmt: skip
