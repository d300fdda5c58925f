"""The rotating code of a session: what the hall's screen shows, and how long it is worth something (CH-11).

A code is a keyed hash of session and step; a step lasts `STEP_SECONDS`, by the servers' clocks alone. The step before, the present and
the next one are taken (servers may disagree by some seconds), so a picture of the screen is worthless after `WORTH_SECONDS`.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

STEP_SECONDS = 20
WORTH_SECONDS = 2 * STEP_SECONDS
ARRIVAL_SECONDS = 300
"""How long somebody who scanned in time may take to sign in on the phone."""

DEVICE_COOKIE = "hall"
DEVICE_SECONDS = 400 * 24 * 3600
_SALT = "learning.rotating"
_ARRIVAL = "learning.arrival"


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A proven scan: the session, the step of the code, when it was scanned, and the browser's mark."""

    session_id: int
    step: int
    at: datetime
    device: str


def step_of(at: datetime) -> int:
    """Return the step that a moment lies in."""
    return int(at.timestamp()) // STEP_SECONDS


def seconds_left(at: datetime) -> int:
    """Return how long the present step lasts still."""
    return STEP_SECONDS - int(at.timestamp()) % STEP_SECONDS


def code(session_id: int, step: int) -> str:
    """Return the code inside the picture: 16 letters and digits."""
    return base64.b32encode(_hash(session_id, step)[:10]).decode().lower()


def digits(session_id: int, step: int) -> str:
    """Return the six digits for those who cannot scan."""
    return f"{int.from_bytes(_hash(session_id, step)[10:16], 'big') % 1_000_000:06d}"


def accepted(session_id: int, typed: str, *, at: datetime) -> int | None:
    """Return the step that a code or its digits belong to, None when it is not worth anything (any more)."""
    wanted = typed.strip().lower()
    make = digits if len(wanted) == 6 else code
    now = step_of(at)
    return next((step for step in (now, now - 1, now + 1) if constant_time_compare(make(session_id, step), wanted)), None)


def new_device() -> str:
    """Return a random name that a browser keeps for itself."""
    return secrets.token_hex(16)


def arrived(arrival: Arrival) -> str:
    """Return the proof of a scan, worth something only in the same browser."""
    return signing.dumps([arrival.session_id, arrival.step, int(arrival.at.timestamp())], salt=f"{_ARRIVAL}.{arrival.device}")


def arrival_of(token: str, *, device: str, at: datetime) -> Arrival | None:
    """Return the scan behind a proof; None when it is forged, too old, or was made in another browser."""
    try:
        session_id, step, scanned = signing.loads(token[:400], salt=f"{_ARRIVAL}.{device}")
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if not device or not 0 <= at.timestamp() - scanned <= ARRIVAL_SECONDS:
        return None
    return Arrival(session_id=session_id, step=step, at=datetime.fromtimestamp(scanned, UTC), device=device)


def _hash(session_id: int, step: int) -> bytes:
    return salted_hmac(_SALT, f"{session_id}:{step}", algorithm="sha256").digest()
