"""A mark in the browser from which an account was entered before: attempts from it are counted apart from a stranger's (AU-03)."""

import secrets

from django.core import signing

COOKIE = "device"
LASTS_SECONDS = 400 * 24 * 3600
_SALT = "people.device"


def issue(account_id: int) -> str:
    """Return a fresh signed mark for the account."""
    return signing.dumps([account_id, secrets.token_hex(8)], salt=_SALT)


def key_of(mark: str, account_id: int) -> str | None:
    """Return the throttle key of a genuine mark of this account, else None."""
    try:
        owner, nonce = signing.loads(mark[:300], salt=_SALT, max_age=LASTS_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return f"device:{nonce}" if owner == account_id else None
