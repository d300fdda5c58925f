"""The keys between a centre and its points, all derived from the centre's ticket key."""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from yanxiu.kit import codes


def signer() -> Ed25519PrivateKey:
    """Return the key that signs this centre's packages."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"point packages " + _secret()).digest())


def public() -> bytes:
    """Return the 32 bytes by which points know this centre."""
    return signer().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def fingerprint(key: bytes) -> str:
    """Return the first 20 hex digits of the key's hash in groups, to be compared by voice."""
    digits = hashlib.sha256(key).hexdigest()[:20].upper()
    return codes.grouped(digits)


def of_sync(package_id: int) -> bytes:
    """Return the key that signs the bundles of a package's point."""
    return hmac.digest(hashlib.sha256(b"point sync " + _secret()).digest(), str(package_id).encode(), "sha256")


def opening_code(package_id: int) -> str:
    """Return the code that opens a package: 80 bits, the same whenever it is shown."""
    return _spelled(f"open {package_id}", 16)


def door_code(package_id: int, account_id: int) -> str:
    """Return the code by which a person comes in at the point for the first time: 60 bits, the same whenever it is printed."""
    return _spelled(f"door {package_id} {account_id}", 12)


def _spelled(purpose: str, length: int) -> str:
    digest = hmac.digest(hashlib.sha256(b"point codes " + _secret()).digest(), purpose.encode(), "sha256")
    return codes.spelled(digest, length)


def _secret() -> bytes:
    return str(settings.TICKET_KEY).encode()
