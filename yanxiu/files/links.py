"""Signed, short-lived links to stored files: all that the second origin needs to know, and nothing it must look up.

A link names one file, the person it was made for and its end; it cannot be altered, listed or guessed (security PV-06).
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

import msgspec

ROUND_SECONDS = 900
_MAC_BYTES = 16
_MOST_CHARACTERS = 1_200


class Grant(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a link allows: one stored file under a name and type, for one person, until `expires` (Unix seconds).

    With `is_folder` it allows every file of one rendition instead: the link is a prefix, the names follow it. `generation` is the number
    of the file when the link was made (`files.generations`).
    """

    storage_name: str
    name: str
    media_type: str
    person_id: int
    expires: int
    is_download: bool
    is_folder: bool = False
    generation: int = 0


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Signs and reads links with a key made from the installation's secret."""

    secret: str

    def sign(self, grant: Grant) -> str:
        """Return the path of the link, from the root of the second origin."""
        payload = msgspec.msgpack.encode(grant)
        token = base64.urlsafe_b64encode(self._mac(payload) + payload).rstrip(b"=").decode()
        return f"/{token}/{quote(grant.name, safe='')}"

    def read(self, path: str, *, at: datetime) -> Grant | None:
        """Return what the path of a link allows, None when it is no link of ours, altered, or over."""
        token = path.removeprefix("/").split("/", 1)[0]
        if not token or len(path) > _MOST_CHARACTERS or not token.isascii():
            return None
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            if not hmac.compare_digest(raw[:_MAC_BYTES], self._mac(raw[_MAC_BYTES:])):
                return None
            grant = msgspec.msgpack.decode(raw[_MAC_BYTES:], type=Grant)
        except (ValueError, msgspec.DecodeError):
            return None
        return grant if at.timestamp() < grant.expires else None

    def _mac(self, payload: bytes) -> bytes:
        key = hashlib.sha256(b"yanxiu.files.links:" + self.secret.encode()).digest()
        return hmac.new(key, payload, hashlib.sha256).digest()[:_MAC_BYTES]


def expiry(at: datetime, seconds: int) -> int:
    """Return the end of a link, rounded up to a quarter of an hour so that pages may repeat it and browsers keep the file."""
    return -(-(int(at.timestamp()) + seconds) // ROUND_SECONDS) * ROUND_SECONDS
