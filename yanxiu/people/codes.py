"""Activation codes: 60 bits in three groups that can be read aloud, kept only as a keyed hash (security AU-07)."""

import hmac
import secrets

from yanxiu.kit.text import half_width
from yanxiu.people import vault

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
DAYS = 30
TRIES = 5
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def make() -> str:
    """Return a fresh code in canonical form."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def grouped(code: str) -> str:
    """Return the code as it is printed: 7K2M-9QXD-04RT."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def canonical(text: str) -> str:
    """Return the comparable form of what was typed; letters that look like digits are read as the digits."""
    plain = half_width(text[:100]).upper().translate(_READ_AS)
    return "".join(character for character in plain if character in ALPHABET)


def hashed(account_id: int, code: str) -> bytes:
    """Return the keyed hash under which a code of this account is stored."""
    return vault.index(f"{account_id}:{code}", purpose="activation")


def matches(stored: bytes, account_id: int, typed: str) -> bool:
    """Tell whether the typed code is the stored one, in constant time."""
    return hmac.compare_digest(bytes(stored), hashed(account_id, canonical(typed)))
