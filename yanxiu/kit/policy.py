"""The policy of a URL: who may knock at all. A view without one is refused (deny by default, security P-07).

The action behind the view checks again, with the object; the policy is the door of the house, not of the room.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase

from yanxiu.kit.actor import Actor

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class SignedInRequest(HttpRequest):
    """A request whose policy guarantees a person: `actor.person_id` is not None."""

    actor: Actor
    person_id: int


class ActorRequest(HttpRequest):
    """A request of anybody; `actor` may be ANONYMOUS."""

    actor: Actor


@dataclass(frozen=True, kw_only=True)
class Policy:
    """`kind`: public, signed_in, or requires (then `permissions`: any one of them is enough)."""

    kind: str
    permissions: frozenset[str] = frozenset()
    exempt_from_change: bool = False

    def admits(self, actor: Actor) -> bool:
        """Tell whether the actor may knock."""
        if self.kind == "public":
            return True
        if actor.person_id is None:
            return False
        return self.kind == "signed_in" or any(actor.may(permission) for permission in self.permissions)


def _attach(view: View, policy: Policy) -> View:
    view.policy = policy  # type: ignore[attr-defined]  # read by kit.middleware.policy and the access matrix
    return view


def public(view: View) -> View:
    """Anybody may knock. The published list of these stands in the access matrix test."""
    return _attach(view, Policy(kind="public"))


def signed_in(view: View) -> View:
    """Any signed-in person may knock."""
    return _attach(view, Policy(kind="signed_in"))


def signed_in_before_change(view: View) -> View:
    """Any signed-in person may knock, also one who must change the password first (security AU-02)."""
    return _attach(view, Policy(kind="signed_in", exempt_from_change=True))


def requires(*permissions: str) -> Callable[[View], View]:
    """Only a person whose hat holds one of the permissions (anywhere) may knock; others get 403."""

    def decorate(view: View) -> View:
        return _attach(view, Policy(kind="requires", permissions=frozenset(str(p) for p in permissions)))

    return decorate


def of(view: Any) -> Policy | None:
    """Return the policy attached to a view function, through wrappers."""
    while view is not None:
        policy = getattr(view, "policy", None)
        if isinstance(policy, Policy):
            return policy
        view = getattr(view, "__wrapped__", None)
    return None
