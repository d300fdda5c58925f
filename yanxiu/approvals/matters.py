"""What can go up a chain: the domains above say here what their kind is called, what its page shows, and what follows a decision.

Plain functions in a registry, called inside the transaction of the decision; this package knows no kind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise

from yanxiu.approvals.models import Chain, ChainStep
from yanxiu.kit.actor import Actor
from yanxiu.kit.components.items import Effect


@dataclass(frozen=True, kw_only=True)
class Paper:
    """Something to look at before deciding: a file or a page."""

    title: str
    note: str = ""
    url: str = ""
    icon: str = "document"


@dataclass(frozen=True, kw_only=True)
class Detail:
    """What the page of a chain shows about its object. `reason` are the words with which it was handed in; `note` what holds until then."""

    reason: str = ""
    papers: Sequence[Paper] = ()
    effects: Sequence[Effect] = ()
    note: str = ""


def _nothing(chain: Chain, *, by: Actor, at: datetime) -> None:
    """Follow nothing."""


def _no_step(step: ChainStep, *, by: Actor, at: datetime) -> None:
    """Follow nothing."""


def _no_detail(chain: Chain, actor: Actor, at: datetime) -> Detail:  # noqa: ARG001 - the shape of a detail
    return Detail()


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A kind of chain.

    `decided` follows each decision, `ended` the end of the chain (approved, returned, refused, withdrawn), `reopened` an end that was taken
    back: without it an end is final. `phrases` are opinions to choose from, `approve` and `effect` the words on the button and in lists.
    """

    kind: str
    zh: str | Promise
    approve: str | Promise
    phrases: Sequence[str | Promise] = ()
    detail: Callable[[Chain, Actor, datetime], Detail] = _no_detail
    decided: Callable[..., None] = _no_step
    ended: Callable[..., None] = _nothing
    reopened: Callable[..., None] | None = None
    address: Callable[[Chain], str] = field(default=lambda _chain: "")


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Another queue of decisions that stands beside the inbox: its words, its address, whose it is, and how much waits there."""

    zh: str | Promise
    address: Callable[[], str]
    admits: Callable[[Actor], bool]
    count: Callable[[Actor], int]


_MATTERS: dict[str, Matter] = {}
_BESIDE: list[Beside] = []


def register(matter: Matter) -> None:
    """Declare a kind (called by a domain's AppConfig.ready); the same kind twice is a mistake of ours and raises."""
    if _MATTERS.get(matter.kind, matter) != matter:
        raise RuntimeError(f"kind {matter.kind} is declared twice")
    _MATTERS[matter.kind] = matter


def register_beside(beside: Beside) -> None:
    """Declare a queue that stands beside the inbox (called by a domain's AppConfig.ready)."""
    _BESIDE.append(beside)


def matter_of(kind: str) -> Matter:
    """Return the kind as declared; a kind that nobody declares (any more) is shown by its slug and followed by nothing."""
    return _MATTERS.get(kind) or Matter(kind=kind, zh=kind, approve="同意")


def matters() -> dict[str, Matter]:
    """Return all declared kinds."""
    return dict(_MATTERS)


def beside() -> Sequence[Beside]:
    """Return the queues that stand beside the inbox."""
    return tuple(_BESIDE)
