"""Which passwords are taken, and comparing them exactly (AU-14)."""

import unicodedata

import pytest

from yanxiu.people import passwords

WHO = {"name": "韩梅梅", "username": "hanmeimei4827", "identity_number": "11010519491231002X", "unit_name": "演示县实验中学"}


@pytest.mark.parametrize(
    "password",
    [
        "Qingfeng-2026",
        "秋天的风很轻很轻地吹过操场边",
        " Leading-space7",
        "Zz9 ÄÖü密码安全",
        "correct horse battery staple",
        "x" * 0 + "Ab3" + "dE6!" * 31,
    ],
)
def test_a_good_password_is_taken_as_it_is(password):
    passwords.check(password, **WHO)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Ab3!xyz", "至少 10 个字符，现在是 7 个"),
        ("qingfengxu", "三种"),
        ("A1!" + "x" * 126, "最长 128"),
        ("Qing\x00feng-2026", "无法输入"),
        ("HanMeiMei-2026", "姓名拼音"),
        ("我是韩梅梅呀2026-Xx", "姓名"),
        ("Xx-19491231-yy", "证件号的一部分"),
        ("Hello-31002X-ok", "证件号的一部分"),
        ("Hanmeimei4827!x", "账号"),
        ("演示县实验中学-Ab1", "单位名称"),
        ("Password-2026", "太常见"),
        ("Aaaa1111!!aa", "太常见"),
        ("abcdefghijklmno", "太常见"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(password, words):
    with pytest.raises(passwords.WeakPassword, match=words):
        passwords.check(password, **WHO)


@pytest.mark.parametrize(
    "password", ["0e123456789Ab!", " spaces-Around1 ", "密码Mima-2026", "🙂🙂emoji-Pass1", unicodedata.normalize("NFD", "éàüPass-2026")]
)
def test_comparison_is_exact(password):
    stored = passwords.hashed(password)

    assert passwords.matches(password, stored)
    for other in (
        password.strip() + "x",
        password.upper(),
        unicodedata.normalize("NFC", password) + "\u200b",
        "0e987654321Ab!",
        password + "\x00",
    ):
        assert not passwords.matches(other, stored)


def test_nfc_and_nfd_are_different_passwords():
    stored = passwords.hashed(unicodedata.normalize("NFC", "éàüPass-2026"))

    assert not passwords.matches(unicodedata.normalize("NFD", "éàüPass-2026"), stored)


@pytest.mark.parametrize("stored", [None, "", "!", "plain text"])
def test_nothing_fits_an_account_without_a_usable_password(stored):
    assert not passwords.matches("", stored)
    assert not passwords.matches("plain text", stored)


def test_a_megabyte_of_password_is_not_hashed_and_does_not_fit():
    huge = "a" * 1_000_000

    assert not passwords.matches(huge, passwords.hashed("Qingfeng-2026"))


@pytest.mark.slow  # two real Argon2id hashes
def test_the_product_hashes_with_argon2id(settings):
    settings.PASSWORD_HASHERS = ["yanxiu.people.hashing.Argon2id"]

    stored = passwords.hashed("Qingfeng-2026")

    assert stored.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches("Qingfeng-2026", stored)
