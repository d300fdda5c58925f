"""How far a hat reaches, and who has a seat or may have one: the conditions on which every check here rests."""

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotPermitted
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, EnrolmentState
from yanxiu.workshops.models import Membership, MembershipState, Space, SpaceFounder, SpaceKind, SpaceState, Visibility

VIEW = Permission.WORKSHOPS_VIEW
OPEN = Permission.WORKSHOPS_OPEN
OPEN_COMMUNITY = Permission.WORKSHOPS_OPEN_COMMUNITY
HOST = Permission.WORKSHOPS_HOST
MODERATE = Permission.WORKSHOPS_MODERATE
GUIDE = Permission.WORKSHOPS_GUIDE
OVERSEE = Permission.INSIGHT_VIEW
CLOSED_KINDS = (SpaceKind.PERSONAL, SpaceKind.SUB_WORKSHOP)
WAITING = (MembershipState.REQUESTED, MembershipState.INVITED)


def holds_at(actor: Actor, permission: Permission, space: Space) -> bool:
    """Tell whether a grant of the hat worn reaches the space. No query when `org` is loaded."""
    if actor.is_system:
        return True
    ids = space.reading_ids  # who hosts a workshop hosts its sub-workshops
    held = any(
        permission in grant.permissions
        and grant.covers(path=space.org.path, programme_id=space.programme_id or 0, space_id=None)
        and (grant.space_id is None or grant.space_id in ids)
        for grant in actor.grants
    )
    return held or (permission == VIEW and guides(actor, space))


def guides(actor: Actor, space: Space, *, above: int | None = None) -> bool:
    """Tell whether the actor hosts a workshop above this one in its tree (`above`: that very one); its hosts look into those below."""
    ids = {above} if above is not None else {int(part) for part in space.path.split("/") if part} - {space.pk}
    return any(
        HOST in grant.permissions
        and grant.space_id in ids
        and grant.covers(path=space.org.path, programme_id=space.programme_id or 0, space_id=None)
        for grant in actor.grants
    )


def guided(actor: Actor) -> Q:
    """Return the condition that `guides` holds for a space."""
    found = Q(pk__in=[])
    for grant in actor.grants:
        if HOST in grant.permissions and grant.space_id is not None:
            one = Q(org__path__startswith=grant.path, path__contains=f"/{grant.space_id}/") & ~Q(pk=grant.space_id)
            found |= one if grant.programme_id is None else one & Q(programme_id=grant.programme_id)
    return found


def is_kept_apart(space: Space) -> bool:
    """Tell whether a view from above is not enough: hidden and personal spaces are entered by whoever keeps order there."""
    return space.visibility == Visibility.HIDDEN or (space.kind == SpaceKind.PERSONAL and space.visibility != Visibility.PUBLIC)


def oversees(actor: Actor, space: Space) -> bool:
    """Tell whether the hat worn looks into the space from above. No query when `org` is loaded."""
    return holds_at(actor, MODERATE, space) or (holds_at(actor, VIEW, space) and not is_kept_apart(space))


def overseen(actor: Actor) -> Q:
    apart = Q(visibility=Visibility.HIDDEN) | Q(kind=SpaceKind.PERSONAL) & ~Q(visibility=Visibility.PUBLIC)
    return granted(actor, MODERATE) | granted(actor, VIEW) & ~apart


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
    return found | guided(actor) if permission == VIEW else found


def memberships(actor: Actor) -> QuerySet[Membership]:
    return Membership.objects.filter(person_id=actor.person_id or 0, state=MembershipState.MEMBER)


def seated(actor: Actor) -> Q:
    """Spaces of the own workshops: where the seat is, and the workshop of which it is a part."""
    if actor.person_id is None:
        return Q(pk__in=[])
    own = memberships(actor)
    return Q(pk__in=own.values("space")) | Q(pk__in=own.values("workshop"))


def has_seat(actor: Actor, space: Space) -> bool:
    return actor.person_id is not None and memberships(actor).filter(Q(space=space) | Q(workshop=space)).exists()


def asked(actor: Actor) -> Q:
    """Spaces that expect an answer of the actor or owe her one: invited, asked to found it, or asking to join."""
    if actor.person_id is None:
        return Q(pk__in=[])
    waiting = Membership.objects.filter(person_id=actor.person_id, state__in=WAITING)
    founding = SpaceFounder.objects.filter(person_id=actor.person_id, agreed_at__isnull=True, declined_at__isnull=True)
    return Q(pk__in=waiting.values("workshop")) | Q(pk__in=founding.values("space"))


def is_asked(actor: Actor, space: Space) -> bool:
    if actor.person_id is None:
        return False
    waiting = Membership.objects.filter(person_id=actor.person_id, workshop=space, state__in=WAITING)
    founding = SpaceFounder.objects.filter(person_id=actor.person_id, space=space, agreed_at__isnull=True, declined_at__isnull=True)
    return waiting.exists() or founding.exists()


# Read from the person's places: the units above her, and for a space of a programme those of her enrolments in it.
_PLACES = """
SELECT e.programme_id, e.stage, e.subject, unnest(string_to_array(btrim(e.unit_path, '/'), '/')::bigint[]) AS org_id
FROM programmes_enrolment e WHERE e.person_id = %s AND e.state = 'active'
UNION ALL
SELECT NULL::bigint, NULL, NULL, unnest(string_to_array(btrim(p.unit_path, '/'), '/')::bigint[]) FROM people_person p WHERE p.id = %s
"""
_FITS = """s.programme_id IS NOT DISTINCT FROM a.programme_id
AND (a.programme_id IS NULL OR s.stage IN ('', a.stage) AND s.subject IN ('', a.subject))"""
_OPEN = f"""SELECT s.id FROM ({_PLACES}) a JOIN workshops_space s ON s.org_id = a.org_id AND {_FITS}
WHERE s.visibility <> 'hidden' AND s.kind NOT IN ('personal', 'sub_workshop')"""
_PUBLIC = f"""SELECT s.id FROM ({_PLACES}) a
JOIN workshops_space s ON (s.shared_with_id = a.org_id OR s.shared_with_id IS NULL AND s.org_id = a.org_id) AND {_FITS}
WHERE s.visibility = 'public' AND s.state <> 'preparing'"""


def open_to(actor: Actor) -> Q:
    """Spaces meant for the actor: she takes part in their programme (or works there, without one), and they are not hidden."""
    if actor.person_id is None:
        return Q(pk__in=[])
    return Q(pk__in=RawSQL(_OPEN, (actor.person_id, actor.person_id)))  # noqa: S611 - our own words


def public_to(actor: Actor) -> Q:
    """Public spaces into which the actor may look without a seat."""
    if actor.person_id is None:
        return Q(pk__in=[])
    return Q(pk__in=RawSQL(_PUBLIC, (actor.person_id, actor.person_id)))  # noqa: S611 - our own words


def is_open_to(actor: Actor, space: Space) -> bool:
    """Tell whether a space is meant for the actor, as `open_to` does. Cost: one query."""
    if space.kind in CLOSED_KINDS or space.visibility == Visibility.HIDDEN:
        return False
    return _is_of(actor, space, space.org.path)


def is_public_to(actor: Actor, space: Space) -> bool:
    """Cost: one query for a public space (two when it is shared further), none for others."""
    if space.visibility != Visibility.PUBLIC or space.state == SpaceState.PREPARING:
        return False
    return _is_of(actor, space, space.shared_with.path if space.shared_with is not None else space.org.path)


def _is_of(actor: Actor, space: Space, path: str) -> bool:
    if actor.person_id is None:
        return False
    if space.programme_id is None:
        return Person.objects.filter(pk=actor.person_id, unit_path__startswith=path).exists()
    enrolled = Enrolment.objects.filter(
        programme=space.programme_id, person_id=actor.person_id, state=EnrolmentState.ACTIVE, unit_path__startswith=path
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
