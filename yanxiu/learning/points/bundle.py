"""A bundle: facts on their way between a point and its centre, signed by the key of the point's package."""

import hmac
import zlib

import msgspec

from yanxiu.kit.errors import Invalid
from yanxiu.learning.points.facts import Facts

FORMAT = "yanxiu-point-bundle"
VERSION = 1
MOST_BYTES = 64 * 1024 * 1024
MOST_OPENED_BYTES = 512 * 1024 * 1024
_MAC_BYTES = 32


class BadBundle(Invalid):
    """The bytes are no bundle of the point, or were changed on their way; nothing was taken up."""


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """Facts of a package's people; `sealed_at` is the sender's clock in Unix seconds.

    A reply goes from the centre back to the point: `answers` is the `sealed_at` of the bundle that arrived, 0 in the point's own.
    """

    format: str
    version: int
    package: int
    sealed_at: float
    answers: float
    facts: Facts


def seal(facts: Facts, *, package: int, sealed_at: float, answers: float = 0, key: bytes) -> bytes:
    """Return a bundle as bytes."""
    made = Bundle(format=FORMAT, version=VERSION, package=package, sealed_at=sealed_at, answers=answers, facts=facts)
    body = f"{package}\n".encode() + zlib.compress(msgspec.json.encode(made), 6)
    return hmac.digest(key, body, "sha256") + body


def package_of(raw: bytes) -> int:
    """Return whose bundle it claims to be, not checked yet. Raises BadBundle."""
    number, _, _ = raw[_MAC_BYTES : _MAC_BYTES + 20].partition(b"\n")
    if len(raw) > MOST_BYTES or not number.isdigit():
        raise BadBundle("这不是教学点的同步文件，没有收。请在教学点重新导出。")
    return int(number)


def opened(raw: bytes, *, key: bytes) -> Bundle:
    """Return the bundle. Raises BadBundle when it was not sealed by this key, or cannot be read."""
    if not hmac.compare_digest(raw[:_MAC_BYTES], hmac.digest(key, raw[_MAC_BYTES:], "sha256")):
        raise BadBundle("同步文件的签名不对：不是这个教学点的，或在路上被改动过，没有收。请在教学点重新导出。")
    _, _, packed = raw[_MAC_BYTES:].partition(b"\n")
    opener = zlib.decompressobj()
    try:
        plain = opener.decompress(packed, MOST_OPENED_BYTES)
        made = msgspec.json.decode(plain, type=Bundle)
    except (zlib.error, msgspec.DecodeError) as error:
        raise BadBundle("同步文件读不出来，没有收。请在教学点重新导出；仍不行，请把两边的程序升级到相同的版本。") from error
    if opener.unconsumed_tail or made.format != FORMAT or made.version != VERSION:
        raise BadBundle("同步文件的格式这一版不认识。请把教学点的程序升级到与中心相同的版本。")
    return made
