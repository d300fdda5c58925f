"""Signed tickets: ours come back as they were, everything else is told apart."""

import msgspec
import pytest

from yanxiu.kit.tickets import Rejected, Tickets


class Seat(msgspec.Struct, frozen=True, array_like=True):
    person: int
    room: str


class OtherSeat(msgspec.Struct, frozen=True, array_like=True):
    room: str


SEATS = Tickets("seat", Seat)


def test_a_ticket_comes_back_as_it_was():
    assert SEATS.read(SEATS.sign(Seat(7, "三楼阶梯教室"))) == Seat(7, "三楼阶梯教室")


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("不是凭条", "unreadable"),
        ("%%%", "unreadable"),
        ("", "forged"),
        (Tickets("another purpose", Seat).sign(Seat(7, "三楼")), "forged"),
        (Tickets("seat", OtherSeat).sign(OtherSeat("三楼")), "old"),
    ],
)
def test_what_is_no_ticket_is_told_apart(token, why):
    with pytest.raises(Rejected) as refused:
        SEATS.read(token)
    assert refused.value.why == why


def test_every_letter_counts():
    token = SEATS.sign(Seat(7, "三楼"))
    for place in range(0, len(token) - 4, 3):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(Rejected):
            SEATS.read(changed)
