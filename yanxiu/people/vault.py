"""Keeps secrets about persons: encryption and keyed hashes under the installation's identity key."""

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_VERSION = b"\x01"
_NONCE_BYTES = 12


class Damaged(RuntimeError):
    """A stored secret cannot be read with the identity key of this installation."""


def _key(purpose: str) -> bytes:
    return _derived(settings.IDENTITY_KEY, purpose)


@lru_cache(maxsize=32)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


@lru_cache(maxsize=32)
def _derived(kept: str, purpose: str) -> bytes:
    try:
        master = base64.urlsafe_b64decode(kept)
    except ValueError as error:
        raise Damaged("IDENTITY_KEY must be 32 bytes in urlsafe base64") from error
    if len(master) != 32:
        raise Damaged("IDENTITY_KEY must be 32 bytes in urlsafe base64")
    return hmac.digest(master, f"yanxiu.{purpose}".encode(), hashlib.sha256)


def seal(text: str, *, purpose: str) -> bytes:
    """Return the text encrypted (AES-256-GCM); the same text gives other bytes each time."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _VERSION + nonce + _cipher(_key(f"seal.{purpose}")).encrypt(nonce, text.encode(), _VERSION)


def unseal(sealed: bytes, *, purpose: str) -> str:
    """Return the text of `seal`. Raises Damaged when it was changed or sealed under another key or purpose."""
    sealed = bytes(sealed)
    if sealed[:1] != _VERSION:
        raise Damaged("unknown version of a sealed value")
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return _cipher(_key(f"seal.{purpose}")).decrypt(nonce, body, _VERSION).decode()
    except InvalidTag as error:
        raise Damaged("a sealed value was changed, or the identity key is another one") from error


def index(text: str, *, purpose: str) -> bytes:
    """Return the blind index of a text: equal for equal texts, useless without the key (HMAC-SHA-256)."""
    return hmac.digest(_key(f"index.{purpose}"), text.encode("utf-8", "surrogatepass"), hashlib.sha256)
