"""Who may see, make, shelve and recommend resources; whose libraries one reads. Every check has its queryset twin."""

from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.catalogue.models import Resource, ResourceState, Shelving, ShelvingState
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound, NotPermitted
from yanxiu.kit.rules import check_may
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person

SHELVE = Permission.CATALOGUE_SHELVE
OPEN_STATES = (ShelvingState.SUBMITTED, ShelvingState.SHELVED)


def library_ids(actor: Actor) -> set[int]:
    """Return the units whose libraries the actor reads: her own unit's and all above, and those of the offices worn. Cost: 1 query."""
    paths = [grant.path for grant in actor.grants]
    if actor.person_id is not None:
        paths += Person.objects.filter(pk=actor.person_id).values_list("unit_path", flat=True)
    return {int(part) for path in paths for part in path.strip("/").split("/") if part}


def visible_libraries(actor: Actor) -> QuerySet[Org]:
    """Return the units whose libraries the actor may open: those she reads, and those below where she shelves. Cost of asking: 1 query."""
    return Org.objects.filter(Q(pk__in=library_ids(actor)) | _below("path", actor))


def managed_libraries(actor: Actor) -> QuerySet[Org]:
    """Return the units for whose libraries the actor shelves: exactly where the hat stands."""
    places = {grant.path for grant in actor.grants if SHELVE in grant.permissions}
    return Org.objects.filter(path__in=places)


def manages_library(actor: Actor, org: Org) -> bool:
    """Tell whether `managed_libraries` holds the unit. No query."""
    return any(SHELVE in grant.permissions and grant.path == org.path for grant in actor.grants)


def visible_resources(actor: Actor) -> QuerySet[Resource]:
    """Return the resources that the actor may see: own ones, those on shelves she reads, those that lie before her. No query."""
    shelvings = Shelving.objects.filter(resource=OuterRef("pk"))
    offices = {int(part) for grant in actor.grants for part in grant.path.strip("/").split("/") if part}
    works_below = Exists(Person.objects.filter(pk=actor.person_id or 0, unit_path__startswith=OuterRef("org__path")))
    read = Q(Exists(shelvings.filter(Q(org__in=offices) | works_below, state=ShelvingState.SHELVED)))
    managed = Q(Exists(shelvings.filter(_below("org__path", actor), state__in=OPEN_STATES)))
    own = Q(owner=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    kept = Resource.objects.exclude(state=ResourceState.DRAFT) if actor.is_system else Resource.objects.filter(own | read | managed)
    return kept.filter(~Q(state=ResourceState.WITHDRAWN) | own)


def check_can_see_resource(actor: Actor, resource: Resource) -> None:
    """Raise NotFound unless `visible_resources` holds the resource. Cost: at most 2 queries."""
    if actor.person_id is not None and actor.person_id == resource.owner_id:
        return
    ids = library_ids(actor)
    rows = Shelving.objects.filter(resource=resource, state__in=OPEN_STATES).select_related("org")
    is_seen = any(
        (row.state == ShelvingState.SHELVED and row.org_id in ids) or actor.may(SHELVE, path=row.org.path) for row in rows
    ) or (actor.is_system and resource.state != ResourceState.DRAFT)  # fmt: skip
    if not is_seen or resource.state == ResourceState.WITHDRAWN:
        raise NotFound(_("没有找到这份资源。它可能已撤下，或不在您能看的资源库里。"))


def visible_shelvings(actor: Actor) -> QuerySet[Shelving]:
    """Return the shelvings that the actor may see: of own resources, of libraries she reads, below where she shelves. Asking: 1 query."""
    own = Q(resource__owner=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    read = Q(state=ShelvingState.SHELVED, org__in=library_ids(actor))
    return Shelving.objects.filter(own | read | _below("org__path", actor))


def check_can_make_resources(actor: Actor) -> None:
    """Raise NotPermitted unless a person acts: what somebody makes is hers."""
    if actor.person_id is None:
        raise NotPermitted(_("资源由登录的本人上传。"))


def check_can_correct_resource(actor: Actor, resource: Resource) -> None:
    """Raise unless it is the actor's own."""
    check_can_see_resource(actor, resource)
    if actor.person_id != resource.owner_id:
        raise NotPermitted(_("这份资源由%(name)s本人修改。") % {"name": resource.owner_label})


def check_can_finish(actor: Actor, resource: Resource) -> None:
    """Raise unless it is the actor's own."""
    check_can_correct_resource(actor, resource)


def check_can_hand_in(actor: Actor, resource: Resource) -> None:
    """Raise unless it is the actor's own."""
    check_can_correct_resource(actor, resource)


def check_can_withdraw_resource(actor: Actor, resource: Resource) -> None:
    """Raise unless it is the actor's own."""
    check_can_correct_resource(actor, resource)


def check_can_use_resource(actor: Actor, resource: Resource) -> None:
    """Raise unless a person sees the resource."""
    check_can_make_resources(actor)
    check_can_see_resource(actor, resource)


def check_can_recommend(actor: Actor, unit: Org) -> None:
    """Raise unless the actor shelves for the unit: a library recommends from its own shelf."""
    check_may(actor, SHELVE, _("往上推荐由%(unit)s的管理员或培训者办理。") % {"unit": unit.name}, path=unit.path)


def check_can_feature(actor: Actor, org: Org) -> None:
    """Raise unless the actor shelves for the library."""
    check_may(actor, SHELVE, _("精品由%(unit)s的管理员或培训者选。") % {"unit": org.name}, path=org.path)


def check_can_take_off(actor: Actor, shelving: Shelving) -> None:
    """Raise unless the actor shelves for the library."""
    check_may(actor, SHELVE, _("下架由%(unit)s的管理员或培训者办理。") % {"unit": shelving.org.name}, path=shelving.org.path)


def check_can_set_quota(actor: Actor, org: Org) -> None:
    """Raise unless the actor shelves for the library."""
    check_may(actor, SHELVE, _("推优要求由%(unit)s的管理员定。") % {"unit": org.name}, path=org.path)


def check_is_system(actor: Actor) -> None:
    """Raise NotPermitted unless the system acts."""
    if not actor.is_system:
        raise NotPermitted(_("资源检索和使用统计由后台更新。"))


def _below(lookup: str, actor: Actor) -> Q:
    places = [Q(**{f"{lookup}__startswith": path}) for path in actor.paths(SHELVE)]
    return reduce(or_, places, Q(pk__in=[]))
