"""Rules: one check that raises with the reason, the boolean derived from it, and the condition for a query."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.db.models import Q

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import DomainError, NotPermitted

P = ParamSpec("P")


def reason_against(check: Callable[Concatenate[Actor, P], None], actor: Actor, *args: P.args, **kwargs: P.kwargs) -> str:
    """Return why the check refuses ("" = it does not): the tooltip of a disabled button."""
    try:
        check(actor, *args, **kwargs)
    except DomainError as error:
        return error.message
    return ""


def holds(check: Callable[Concatenate[Actor, P], None], actor: Actor, *args: P.args, **kwargs: P.kwargs) -> bool:
    """Tell whether the check passes."""
    return not reason_against(check, actor, *args, **kwargs)


def check_may(
    by: Actor, permission: str, reason: str, *, path: str | None = None, programme_id: int | None = None, space_id: int | None = None
) -> None:
    """Raise NotPermitted with the reason unless the actor holds the permission at the place."""
    if not by.may(permission, path=path, programme_id=programme_id, space_id=space_id):
        raise NotPermitted(reason)


def within(actor: Actor, permission: str, *, path: str, programme: str) -> Q:
    """Return the condition that a row lies where the actor holds the permission: as `actor.may`, for a query.

    `path` and `programme` are the lookups of the unit's path and of the programme's id. The system reaches everything.
    """
    if actor.is_system:
        return ~Q(pk__in=[])
    found = Q(pk__in=[])
    for grant in actor.grants:
        if permission in grant.permissions:
            place = Q(**{f"{path}__startswith": grant.path})
            found |= place if grant.programme_id is None else place & Q(**{programme: grant.programme_id})
    return found
