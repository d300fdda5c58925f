"""Anticipated errors: a code for programs, a sentence for people, a status for HTTP.

The sentence says what is wrong, where, and what to do. One middleware renders them (`kit.middleware.errors`); they are
not logged as errors.
"""

from typing import ClassVar


class DomainError(Exception):
    """The family; raise a subclass. `message` is safe to show; `field` names the form field it belongs to, if any."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotPermitted(DomainError):
    """The object is visible, the act is not allowed."""

    status = 403
    code = "not_permitted"


class NotFound(DomainError):
    """Not there, or not in the actor's scope: the two are not told apart."""

    status = 404
    code = "not_found"


class Conflict(DomainError):
    """The state of things does not allow the act (closed, full, already done)."""

    status = 409
    code = "conflict"


class Invalid(DomainError):
    """What was sent cannot be used; nothing was stored."""

    status = 422
    code = "invalid"


class TooMany(DomainError):
    """A limit per time is reached; `retry_after_seconds` says when to come back."""

    status = 429
    code = "too_many"

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
