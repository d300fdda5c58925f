"""Who acts: a person under one hat, or the system itself. Passed as `by` to every action; never read from ambient state."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One role held somewhere: what it permits (`permissions`), and where.

    `path` is a prefix of unit paths ("/" = everywhere); `programme_id` and `space_id` narrow further (None = any).
    """

    role: str
    permissions: frozenset[str]
    path: str
    programme_id: int | None = None
    space_id: int | None = None

    def covers(self, *, path: str | None, programme_id: int | None, space_id: int | None) -> bool:
        """Tell whether the grant reaches a place; what is None is not asked."""
        return (
            (path is None or path.startswith(self.path))
            and (programme_id is None or self.programme_id in (None, programme_id))
            and (space_id is None or self.space_id in (None, space_id))
        )


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A signed-in person with the grants of the hat worn now; `person_id` None = nobody (anonymous) or the system.

    `label` is what records and pages show. `hat_id` is the appointment worn, None for the plain learner.
    """

    person_id: int | None
    label: str
    grants: tuple[Grant, ...] = ()
    hat_id: int | None = None
    session_hash: str = ""
    is_system: bool = False
    _all: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_all", frozenset().union(*(grant.permissions for grant in self.grants)))

    @property
    def is_anonymous(self) -> bool:
        return self.person_id is None and not self.is_system

    def may(self, permission: str, *, path: str | None = None, programme_id: int | None = None, space_id: int | None = None) -> bool:
        """Tell whether a grant with the permission covers the place; the system may everything. No query."""
        if self.is_system:
            return True
        if permission not in self._all:
            return False
        return any(
            permission in grant.permissions and grant.covers(path=path, programme_id=programme_id, space_id=space_id)
            for grant in self.grants
        )

    def paths(self, permission: str) -> tuple[str, ...]:
        """Return the unit-path prefixes where the actor holds the permission, shortest first; ("/",) for the system.

        What is held at one space is held for no unit: it lends no prefix.
        """
        if self.is_system:
            return ("/",)
        return _outermost(grant.path for grant in self.grants if permission in grant.permissions and grant.space_id is None)

    def reaches(self, permission: str, *, path: str) -> bool:
        """Tell whether one of `paths` begins the unit path. No query."""
        return any(path.startswith(prefix) for prefix in self.paths(permission))


def _outermost(paths: Iterable[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for path in sorted(set(paths), key=len):
        if not any(path.startswith(outer) for outer in kept):
            kept.append(path)
    return tuple(kept)


SYSTEM = Actor(person_id=None, label="自动办理", is_system=True)
ANONYMOUS = Actor(person_id=None, label="未登录")
