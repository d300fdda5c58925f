"""Which passwords are taken, and how one is checked without telling whether the account exists (AU-06, AU-14)."""

import hashlib
import re
from functools import lru_cache
from itertools import pairwise

from django.contrib.auth.hashers import check_password, identify_hasher, is_password_usable, make_password

from yanxiu.kit import pinyin
from yanxiu.kit.errors import Invalid

SHORTEST = 10
LONG = 14
LONGEST = 128
_COMMON = ("password", "qwerty", "1qaz2wsx", "abcd1234", "12345678", "88888888", "iloveyou", "woaini1314", "admin123", "yanxiu")


class WeakPassword(Invalid):
    """The new password is not taken; the message says why."""

    code = "weak_password"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="password")


def check(password: str, *, name: str, username: str, identity_number: str = "", unit_name: str = "") -> None:
    """Raise WeakPassword unless the password may be used: at least 10 characters of 3 kinds, or 14 of any, nothing personal."""
    _check_form(password)
    lowered = password.lower()
    parts = pinyin.name_syllables(name)
    personal = [
        (username, "账号"),
        (name, "姓名"),
        (pinyin.spelled(parts), "姓名拼音"),
        (unit_name, "单位名称"),
        *((piece, "证件号的一部分") for piece in _pieces(identity_number)),
    ]
    for word, zh in personal:
        if len(word) >= 2 and word.lower() in lowered:
            raise WeakPassword(f"密码里不能有{zh}，请换一个。")
    if any(word in lowered for word in _COMMON) or len(set(lowered)) < 5 or _is_run(lowered):
        raise WeakPassword("这个密码太常见，很容易被猜到，请换一个。")


def _check_form(password: str) -> None:
    if len(password) > LONGEST:
        raise WeakPassword(f"密码最长 {LONGEST} 个字符，请缩短。")
    if "\x00" in password:
        raise WeakPassword("密码里有无法输入的字符，请换一个。")
    if len(password) < SHORTEST:
        raise WeakPassword(f"密码至少 {SHORTEST} 个字符，现在是 {len(password)} 个。")
    if len(password) < LONG and _kinds(password) < 3:
        raise WeakPassword(f"不到 {LONG} 个字符时，要有大写、小写、数字、符号（含汉字）中的三种；或者写长一些，{LONG} 个字符以上不限种类。")


def _kinds(password: str) -> int:
    others = any(not (c.isascii() and c.isalnum()) for c in password)
    return sum(bool(re.search(pattern, password)) for pattern in ("[a-z]", "[A-Z]", "[0-9]")) + others


def _pieces(identity_number: str) -> tuple[str, ...]:
    return (identity_number[6:14], identity_number[-6:]) if len(identity_number) >= 15 else (identity_number,)


def _is_run(lowered: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(lowered)}
    return steps <= {1} or steps <= {-1}


def hashed(password: str) -> str:
    """Return the password as it is stored (Argon2id). Cost: about 30 ms."""
    return make_password(password)


def matches(password: str, stored: str | None) -> bool:
    """Tell whether the password is the stored one; takes as long when nothing usable is stored. Cost: about 30 ms."""
    usable = stored is not None and is_password_usable(stored) and _is_known(stored)
    if len(password) > LONGEST:
        password, usable = hashlib.sha256(password.encode("utf-8", "surrogatepass")).hexdigest(), False
    right = check_password(password, stored if usable and stored else _dummy())
    return right and usable


def _is_known(stored: str) -> bool:
    try:
        identify_hasher(stored)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def _dummy() -> str:
    return make_password("nobody has this password")
