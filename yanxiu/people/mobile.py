"""Mobile numbers: canonical form, check, masked form. Kept like identity numbers, but two persons may share one."""

import re

from yanxiu.kit.errors import Invalid
from yanxiu.kit.text import half_width
from yanxiu.people import vault

_PURPOSE = "mobile"
_PLAIN = re.compile(r"1[3-9][0-9]{9}").fullmatch
_NOISE = re.compile(r"[\s\-‐-―()]+")


class BadMobile(Invalid):
    """Not a mobile number of mainland China."""

    code = "bad_mobile"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="mobile")


def canonical(text: str) -> str:
    """Return the comparable form: half-width digits without blanks, dashes and the country code."""
    if _PLAIN(text):
        return str(text)
    plain = _NOISE.sub("", half_width(text))
    return re.sub(r"^(\+?86|0086)(?=1\d{10}$)", "", plain)


def read(text: str) -> str:
    """Return the number in canonical form. Raises BadMobile."""
    number = canonical(text)
    if not _PLAIN(number):
        raise BadMobile("手机号应为 1 开头的 11 位数字，请核对。")
    return number


def mask(number: str) -> str:
    """Return the number as pages show it: 138****1234."""
    return f"{number[:3]}****{number[-4:]}"


def seal(number: str) -> bytes:
    """Return the number encrypted."""
    return vault.seal(number, purpose=_PURPOSE)


def unsealed(cipher: bytes) -> str:
    """Return the number of a stored cipher. Raises vault.Damaged."""
    return vault.unseal(cipher, purpose=_PURPOSE)


def blind_index(text: str) -> bytes:
    """Return the keyed hash of a number in any of its written forms."""
    return vault.index(canonical(text), purpose=_PURPOSE)
