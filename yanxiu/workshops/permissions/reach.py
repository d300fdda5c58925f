"""How far a hat reaches, and who has a seat or may have one: the conditions on which every check here rests."""

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotPermitted
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, EnrolmentState
from yanxiu.workshops.models import Membership, MembershipState, Space, SpaceKind

VIEW = Permission.WORKSHOPS_VIEW
OPEN = Permission.WORKSHOPS_OPEN
HOST = Permission.WORKSHOPS_HOST
MODERATE = Permission.WORKSHOPS_MODERATE
GUIDE = Permission.WORKSHOPS_GUIDE
OVERSEE = Permission.INSIGHT_VIEW
CLOSED_KINDS = (SpaceKind.PERSONAL, SpaceKind.SUB_WORKSHOP)


def holds_at(actor: Actor, permission: Permission, space: Space) -> bool:
    """Tell whether a grant of the hat worn reaches the space. No query when `org` is loaded."""
    if actor.is_system:
        return True
    ids = space.reading_ids  # who hosts a workshop hosts its sub-workshops
    return any(
        permission in grant.permissions
        and grant.covers(path=space.org.path, programme_id=space.programme_id or 0, space_id=None)
        and (grant.space_id is None or grant.space_id in ids)
        for grant in actor.grants
    )


def granted(actor: Actor, permission: Permission) -> Q:
    if actor.is_system:
        return ~Q(pk__in=[])
    found = Q(pk__in=[])
    for grant in actor.grants:
        if permission not in grant.permissions:
            continue
        one = Q(org__path__startswith=grant.path)
        if grant.programme_id is not None:
            one &= Q(programme_id=grant.programme_id)
        if grant.space_id is not None:
            one &= Q(pk=grant.space_id) | Q(parent_id=grant.space_id, kind=SpaceKind.SUB_WORKSHOP)
        found |= one
    return found


def memberships(actor: Actor) -> QuerySet[Membership]:
    return Membership.objects.filter(person_id=actor.person_id or 0, state=MembershipState.MEMBER)


def seated(actor: Actor) -> Q:
    if actor.person_id is None:
        return Q(pk__in=[])
    return Q(Exists(memberships(actor).filter(Q(space=OuterRef("pk")) | Q(workshop=OuterRef("pk")))))


def has_seat(actor: Actor, space: Space) -> bool:
    return actor.person_id is not None and memberships(actor).filter(Q(space=space) | Q(workshop=space)).exists()


def open_to(actor: Actor) -> Q:
    if actor.person_id is None:
        return Q(pk__in=[])
    enrolled = (
        Enrolment.objects.filter(
            programme=OuterRef("programme"),
            person_id=actor.person_id,
            state=EnrolmentState.ACTIVE,
            unit_path__startswith=OuterRef("org__path"),
        )
        .annotate(
            wanted_stage=ExpressionWrapper(OuterRef("stage"), output_field=CharField()),
            wanted_subject=ExpressionWrapper(OuterRef("subject"), output_field=CharField()),
        )
        .filter(Q(wanted_stage="") | Q(wanted_stage=F("stage")), Q(wanted_subject="") | Q(wanted_subject=F("subject")))
    )
    working = Person.objects.filter(pk=actor.person_id, unit_path__startswith=OuterRef("org__path"))
    return ~Q(kind__in=CLOSED_KINDS) & (Q(programme__isnull=False) & Q(Exists(enrolled)) | Q(programme__isnull=True) & Q(Exists(working)))


def is_open_to(actor: Actor, space: Space) -> bool:
    if actor.person_id is None or space.kind in CLOSED_KINDS:
        return False
    if space.programme_id is None:
        return Person.objects.filter(pk=actor.person_id, unit_path__startswith=space.org.path).exists()
    enrolled = Enrolment.objects.filter(
        programme=space.programme_id, person_id=actor.person_id, state=EnrolmentState.ACTIVE, unit_path__startswith=space.org.path
    )
    if space.stage:
        enrolled = enrolled.filter(stage=space.stage)
    if space.subject:
        enrolled = enrolled.filter(subject=space.subject)
    return enrolled.exists()


def person_of(actor: Actor) -> int:
    """Return who acts. Raises NotPermitted for the system and for nobody: words and seats belong to people."""
    if actor.person_id is None:
        raise NotPermitted(_("这件事由登录的本人办理。"))
    return actor.person_id


def check_is_system(actor: Actor) -> None:
    """Raise NotPermitted unless the system acts."""
    if not actor.is_system:
        raise NotPermitted(_("提醒答疑和比对发言由后台办理。"))
