"""Rules: one check that raises with the reason, and the boolean derived from it."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

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
