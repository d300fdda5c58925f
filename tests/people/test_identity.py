"""Canonical form, checks, masks and the vault of identity numbers."""

import hmac
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people.factories import identity_number
from yanxiu.people import identity, mobile, vault
from yanxiu.people.models import IdentityKind

ON = date(2026, 11, 20)
WELL_FORMED = "11010519491231002X"


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002X", "11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ", "110105-19491231-002X",
        "110105\u200b19491231002X", "\ufeff11010519491231002X", "110105\u00a019491231002X", "110105491231002",
    ],
)  # fmt: skip
def test_every_way_of_writing_a_number_is_the_same_number(typed):
    assert identity.canonical(typed) == WELL_FORMED
    assert identity.blind_index(typed) == identity.blind_index(WELL_FORMED)
    assert identity.read(typed, on=ON).hint == "1101**********002X"


def test_a_centenarian_keeps_the_nineteenth_century():
    assert identity.canonical("110105991231997")[6:8] == "18"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "空着"),
        ("1101051949123100", "16 位，应为 18 位"),
        ("110105194912310021", "校验不符"),
        ("110105194913310021", "不是一个日期"),
        ("990105194912310021", "地区代码"),
        ("11010519491231X021", "前 17 位"),
        ("110105209912310020", "出生日期"),
        ("11010519491231002乂", "不认识的字符：乂"),
    ],
)
def test_a_wrong_number_is_refused_with_what_is_wrong(typed, words):
    with pytest.raises(identity.BadIdentity, match=words):
        identity.read(typed, on=ON)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("E12345678", IdentityKind.PASSPORT),
        ("e1234 5678", IdentityKind.PASSPORT),
        ("军字第-0012345".replace("军字第-", "JZD"), IdentityKind.OTHER),
    ],
)
def test_other_documents_have_their_own_checks(typed, kind):
    assert identity.read(typed, kind=kind, on=ON).number == identity.canonical(typed)


def test_a_residence_permit_begins_with_its_region():
    seventeen = "81000019900101001"
    number = seventeen + identity.check_digit(seventeen)

    assert identity.read(number, kind=IdentityKind.HK_MO_TW, on=ON).number == number
    with pytest.raises(identity.BadIdentity, match="地区代码"):
        identity.read(number, on=ON)


@given(st.integers(0, 8_999))
def test_one_wrong_digit_is_always_found(sequence):
    number = identity_number(sequence)
    for place in range(14, 17):
        wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        with pytest.raises(identity.BadIdentity):
            identity.read(wrong, on=ON)


def test_the_cipher_differs_each_time_opens_again_and_shows_tampering():
    known = identity.read(WELL_FORMED, on=ON)
    one, other = known.sealed(), known.sealed()

    assert one != other
    assert WELL_FORMED.encode() not in one
    assert identity.unsealed(one) == identity.unsealed(other) == WELL_FORMED
    with pytest.raises(vault.Damaged):
        identity.unsealed(one[:-1] + bytes([one[-1] ^ 1]))
    with pytest.raises(vault.Damaged):
        mobile.unsealed(one)


def test_another_key_neither_opens_nor_finds(settings):
    sealed, index = identity.read(WELL_FORMED, on=ON).sealed(), identity.blind_index(WELL_FORMED)
    settings.IDENTITY_KEY = "A" * 43 + "="

    assert identity.blind_index(WELL_FORMED) != index
    with pytest.raises(vault.Damaged):
        identity.unsealed(sealed)


@pytest.mark.parametrize("typed", ["13812341234", "+86 138-1234-1234", "１３８１２３４１２３４", "0086 13812341234"])
def test_a_mobile_number_has_one_form(typed):
    assert mobile.read(typed) == "13812341234"
    assert mobile.mask(mobile.read(typed)) == "138****1234"


@pytest.mark.parametrize("typed", ["1381234123", "23812341234", "abc", "053188881234"])
def test_what_is_no_mobile_number_is_refused(typed):
    with pytest.raises(mobile.BadMobile, match="11 位"):
        mobile.read(typed)


def test_no_two_are_sealed_alike():
    sealed = [identity.seal("11010519491231002X") for _ in range(600)]

    assert len({one[:13] for one in sealed}) == 600
    assert {identity.unsealed(one) for one in sealed} == {"11010519491231002X"}


@pytest.mark.parametrize("text", ["", "11010519491231002X", "长" * 200])
def test_the_blind_index_is_an_hmac(text):
    key = vault._key("index.identity")

    assert vault.index(text, purpose="identity") == hmac.digest(key, text.encode(), "sha256")
