"""What a session holds, and when it ends. The middleware of access reads it on every request."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

ACCOUNT = "account"
STAMP = "stamp"
HAT = "hat"
OPENED = "opened"
SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
ACTIVATION = "activation"
IDLE = timedelta(hours=2)
IDLE_IN_OFFICE = timedelta(hours=1)
_SEEN_EVERY = timedelta(minutes=5)
_ACTIVATION_LASTS = timedelta(minutes=30)


def begin(session: SessionBase, *, account_id: int, stamp: str, at: datetime, opened: int = 0) -> None:
    """Start a signed-in session under a new id; nothing of the former one stays (AU-09). `opened`: the id of its `OpenSession`."""
    session.flush()
    session[OPENED] = opened
    session[ACCOUNT] = account_id
    session[STAMP] = stamp
    session[SIGNED_IN_AT] = session[SEEN_AT] = int(at.timestamp())


def end(session: SessionBase) -> None:
    """End the session and delete what it held."""
    session.flush()


def account_id(session: SessionBase) -> int | None:
    """Return the account of the session, None when nobody signed in."""
    held = session.get(ACCOUNT)
    return held if isinstance(held, int) else None


def opened_id(session: SessionBase) -> int:
    """Return the id of the sign-in in the list of devices, 0 when it has none."""
    return _number(session.get(OPENED))


def is_over(session: SessionBase, *, in_office: bool, at: datetime) -> bool:
    """Tell whether the session outlived its longest time, or lay idle too long (offices sooner)."""
    idle = timedelta(seconds=int(at.timestamp()) - _number(session.get(SEEN_AT)))
    whole = timedelta(seconds=int(at.timestamp()) - _number(session.get(SIGNED_IN_AT)))
    return whole > timedelta(seconds=settings.SESSION_COOKIE_AGE) or idle > (IDLE_IN_OFFICE if in_office else IDLE)


def touch(session: SessionBase, *, at: datetime) -> None:
    """Note that the person is there; writes at most every five minutes."""
    if int(at.timestamp()) - _number(session.get(SEEN_AT)) > _SEEN_EVERY.total_seconds():
        session[SEEN_AT] = int(at.timestamp())


def restamp(session: SessionBase, *, stamp: str) -> None:
    """Keep this session alive under a new security stamp and a new id; all others end with the old stamp."""
    session.cycle_key()
    session[STAMP] = stamp


def wear(session: SessionBase, *, hat: str) -> None:
    """Remember the hat, under a new session id (privilege change, AU-09)."""
    session.cycle_key()
    session[HAT] = hat


def remember_activation(session: SessionBase, *, account_id: int, code_id: int | None, at: datetime) -> None:
    """Remember who proved to hold which code, for the page that sets the password. This is not a sign-in (AU-02)."""
    session.flush()
    session[ACTIVATION] = {"account": account_id, "code": code_id, "at": int(at.timestamp())}


def activation(session: SessionBase, *, at: datetime) -> tuple[int, int | None] | None:
    """Return (account id, code id) of an activation begun in the last half hour."""
    held: Any = session.get(ACTIVATION)
    if not isinstance(held, dict) or int(at.timestamp()) - _number(held.get("at")) > _ACTIVATION_LASTS.total_seconds():
        return None
    return held["account"], held["code"]


def hashed_key(session: SessionBase) -> str:
    """Return a short hash that tells sessions apart in records without giving the key away."""
    return hashlib.sha256((session.session_key or "").encode()).hexdigest()[:16]


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
