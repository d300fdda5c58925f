"""Activation codes: 60 bits in three groups that can be read aloud, kept only as a keyed hash (security AU-07)."""

import hmac

from yanxiu.kit import codes as spelling
from yanxiu.kit.codes import ALPHABET, grouped
from yanxiu.kit.text import half_width
from yanxiu.people import vault

LENGTH = 12
DAYS = 30
TRIES = 5
__all__ = ["ALPHABET", "DAYS", "LENGTH", "TRIES", "canonical", "grouped", "hashed", "make", "matches"]


def make() -> str:
    """Return a fresh code in canonical form."""
    return spelling.make(LENGTH)


def canonical(text: str) -> str:
    """Return the comparable form of what was typed; letters that look like digits are read as the digits."""
    return spelling.canonical(half_width(text[:100]))


def hashed(account_id: int, code: str) -> bytes:
    """Return the keyed hash under which a code of this account is stored."""
    return vault.index(f"{account_id}:{code}", purpose="activation")


def matches(stored: bytes, account_id: int, typed: str) -> bool:
    """Tell whether the typed code is the stored one, in constant time."""
    return hmac.compare_digest(bytes(stored), hashed(account_id, canonical(typed)))
