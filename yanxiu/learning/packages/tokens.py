"""The signed token of one opening of a package: who, what, which attempt, under which lease, until when (security UP-06)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer

from yanxiu.kit.errors import Conflict

LASTS = timedelta(hours=24)
_SALT = "learning.package"


class TokenOver(Conflict):
    """The opening is over, or is none of ours."""

    code = "token_over"


@dataclass(frozen=True, kw_only=True)
class Token:
    """One opening of a package; `lease` is the number of the lease it runs under, `expires` in Unix seconds."""

    enrolment: int
    step: int
    attempt: int
    lease: int
    expires: int


def sign(token: Token) -> str:
    """Return the token as text for the page."""
    return _signer().sign_object([token.enrolment, token.step, token.attempt, token.lease, token.expires])


def read(raw: str, *, at: datetime) -> Token:
    """Return the token. Raises TokenOver for anything else, or when it is over."""
    try:
        enrolment, step, attempt, lease, expires = _signer().unsign_object(raw)
    except (BadSignature, ValueError, TypeError):
        raise TokenOver("这一页不是本站打开的课件，没有存。请刷新后再学，已存的都在。") from None
    if at.timestamp() >= expires:
        raise TokenOver("这一页开了超过一天，没有存。请刷新后接着学，已存的都在。")
    return Token(enrolment=enrolment, step=step, attempt=attempt, lease=lease, expires=expires)


def _signer() -> Signer:
    return Signer(key=str(settings.TICKET_KEY), salt=_SALT)
