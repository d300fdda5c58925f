"""Identity numbers: one canonical form before anything is compared, and the checks of each kind (GB 11643; security F-33)."""

import re
from dataclasses import dataclass
from datetime import date
from operator import mul

from yanxiu.kit.errors import Invalid
from yanxiu.kit.text import half_width
from yanxiu.people import vault
from yanxiu.people.models import IdentityKind

_PURPOSE = "identity"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PROVINCES = re.compile("1[1-5]|2[123]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71")
_RESIDENCE = frozenset({"810000", "820000", "830000"})
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]").fullmatch
_FIFTEEN = re.compile(r"[0-9]{15}").fullmatch
_EARLIEST = date(1900, 1, 1)
_ZEROS = sum(_WEIGHTS) * ord("0")
_NOISE = re.compile(r"[\s\-‐-―.·'’]+")
_CENTENARIANS = frozenset({"996", "997", "998", "999"})


class BadIdentity(Invalid):
    """The identity number cannot be one of its kind."""

    code = "bad_identity"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="identity")


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A checked identity number in canonical form. Keep it in memory only as long as needed."""

    kind: IdentityKind
    number: str

    @property
    def hint(self) -> str:
        """The masked form that pages show: first four, last four."""
        return mask(self.number)

    @property
    def blind_index(self) -> bytes:
        """The keyed hash by which the person is found."""
        return vault.index(self.number, purpose=_PURPOSE)

    def sealed(self) -> bytes:
        """Return the number encrypted."""
        return seal(self.number)


def seal(number: str) -> bytes:
    """Return a canonical number encrypted."""
    return vault.seal(number, purpose=_PURPOSE)


def unsealed(cipher: bytes) -> str:
    """Return the number of a stored cipher. Raises vault.Damaged."""
    return vault.unseal(cipher, purpose=_PURPOSE)


def canonical(text: str) -> str:
    """Return the comparable form of whatever was typed: half-width, no blanks or dashes, upper case, 15 digits made 18."""
    if _EIGHTEEN(text):
        return str(text)
    plain = _NOISE.sub("", half_width(text)).upper()
    return _lengthened(plain) if _FIFTEEN(plain) else plain


def blind_index(text: str) -> bytes:
    """Return the keyed hash of a number in any of its written forms."""
    return vault.index(canonical(text), purpose=_PURPOSE)


def mask(number: str) -> str:
    """Return the number with only its first and last four characters, short ones with fewer."""
    shown = 4 if len(number) >= 12 else 1
    return number[:shown] + "*" * max(len(number) - 2 * shown, 1) + number[-shown:]


def read(text: str, *, kind: IdentityKind = IdentityKind.RESIDENT, on: date) -> Identity:
    """Return the identity of what was typed. Raises BadIdentity saying what is wrong; `on`: no birth after that day."""
    number = canonical(text)
    if kind is IdentityKind.RESIDENT and _EIGHTEEN(number):
        _check_digits(number, kind, on)
        return Identity(kind=kind, number=number)
    if not number:
        raise BadIdentity("证件号空着，请补上。")
    if not number.isascii() or not number.isalnum():
        raise BadIdentity(f"证件号里有不认识的字符：{_strange(number)}。只能是数字和字母，请核对原件。")
    if kind is IdentityKind.RESIDENT or kind is IdentityKind.HK_MO_TW:
        _check_eighteen(number, kind, on)
    elif kind is IdentityKind.PASSPORT and not re.fullmatch(r"[A-Z0-9]{5,15}", number):
        raise BadIdentity("护照号应为 5—15 位字母或数字，请核对护照资料页。")
    elif not 4 <= len(number) <= 30:
        raise BadIdentity(f"证件号 {len(number)} 位，应为 4—30 位，请核对原件。")
    return Identity(kind=kind, number=number)


def check_digit(seventeen: str) -> str:
    """Return the last character of an 18-character number (ISO 7064 MOD 11-2)."""
    return _CHECKS[(sum(map(mul, seventeen.encode("ascii"), _WEIGHTS)) - _ZEROS) % 11]


def _lengthened(fifteen: str) -> str:
    century = "18" if fifteen[12:] in _CENTENARIANS else "19"
    seventeen = fifteen[:6] + century + fifteen[6:]
    return seventeen + check_digit(seventeen)


def _check_eighteen(number: str, kind: IdentityKind, on: date) -> None:
    if len(number) != 18:
        raise BadIdentity(f"身份证号 {len(number)} 位，应为 18 位，请核对原件。")
    if not _EIGHTEEN(number):
        raise BadIdentity("身份证号前 17 位应全是数字，最后一位是数字或 X，请核对原件。")
    _check_digits(number, kind, on)


def _check_digits(number: str, kind: IdentityKind, on: date) -> None:
    region_is_right = number[:6] in _RESIDENCE if kind is IdentityKind.HK_MO_TW else bool(_PROVINCES.match(number))
    if not region_is_right:
        raise BadIdentity(f"号码开头 {number[:6]} 不是{kind.label}的地区代码，请核对原件或证件类型。")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise BadIdentity("身份证号第 7—14 位不是一个日期，请核对原件。") from None
    if not _EARLIEST <= born <= on:
        raise BadIdentity("身份证号里的出生日期不在 1900 年到今天之间，请核对原件。")
    if check_digit(number[:17]) != number[17]:
        raise BadIdentity("身份证号最后一位校验不符，多半有一位抄错，请核对原件。")


def _strange(number: str) -> str:
    return "".join(dict.fromkeys(c for c in number if not (c.isascii() and c.isalnum())))[:10]
