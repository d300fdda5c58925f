"""Signing in by the rotating code (F-38), and CH-11: every way of being there without being there."""

from datetime import timedelta

import pytest

from tests.learning.hall import AT, facts, make_hall
from yanxiu.kit.errors import Conflict, NotPermitted, TooMany
from yanxiu.learning import rotating
from yanxiu.learning.actions import convening, signing
from yanxiu.learning.models import AttendanceMark, Finding, MarkSource
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(db):
    return make_hall()


def test_sign_in_works_and_is_one_record(hall):
    signed = hall.scan()

    assert signed.is_new
    assert (hall.of().state, hall.of().source) == (Finding.PRESENT, MarkSource.SIGN_IN)
    assert Record.objects.filter(verb="signed_in", person_id=hall.people[0].person_id).count() == 1


def test_after_the_grace_one_is_late(hall):
    hall.scan(at=AT + timedelta(minutes=6))

    assert hall.of().state == Finding.LATE


def test_twice_is_once(hall):
    first = hall.scan()
    again = hall.scan(at=AT + timedelta(minutes=20))

    assert not again.is_new
    assert again.mark.pk == first.mark.pk
    assert hall.of().state == Finding.PRESENT


def test_only_who_is_called_signs_in(hall):
    with pytest.raises(NotPermitted, match="本人"):
        signing.sign_in(attendance=hall.of(0), arrival=_arrival(hall, AT), by=hall.who(1), at=AT)
    with pytest.raises(NotPermitted):
        signing.sign_in(attendance=hall.of(0), arrival=_arrival(hall, AT), by=hall.school_admin, at=AT)


@pytest.mark.parametrize("minutes", [-40, 90])
def test_before_and_after_the_session_no_sign_is_taken(hall, minutes):
    with pytest.raises(Conflict):
        hall.scan(at=AT + timedelta(minutes=minutes))
    assert hall.of().state == Finding.PENDING


def test_digits_for_a_phone_without_camera(hall):
    shown = rotating.digits(hall.session.pk, rotating.step_of(AT))

    signed = signing.sign_in_by_digits(attendance=hall.of(), digits=f" {shown[:3]} {shown[3:]} ", device="d", by=hall.who(), at=AT)

    assert signed.mark.source == MarkSource.DIGITS
    assert hall.of().state == Finding.PRESENT


# CH-11 ------------------------------------------------------------------------------------------------------------------------


def _arrival(hall, at, *, session_id=None):
    return rotating.Arrival(session_id=session_id or hall.session.pk, step=rotating.step_of(at), at=at, device="phone")


def test_ch11_a_replayed_code_after_being_struck_out_is_refused(hall):
    arrival = _arrival(hall, AT)
    signing.sign_in(attendance=hall.of(), arrival=arrival, by=hall.who(), at=AT)
    signing.strike_sign_ins(session=hall.session, ids=[hall.of().pk], reason="人不在场", by=hall.host, at=AT)

    with pytest.raises(signing.CodeRefused, match="划去"):
        signing.sign_in(attendance=hall.of(), arrival=arrival, by=hall.who(), at=AT)
    assert hall.of().state == Finding.PENDING


@pytest.mark.parametrize(("seconds", "is_worth"), [(0, True), (19, True), (39, True), (41, False), (61, False), (3600, False)])
def test_ch11_a_screenshot_is_worthless_within_a_minute(hall, seconds, is_worth):
    shown_at = AT.replace(second=0)
    picture = rotating.code(hall.session.pk, rotating.step_of(shown_at))

    step = rotating.accepted(hall.session.pk, picture, at=shown_at + timedelta(seconds=seconds))

    assert (step is not None) == is_worth
    assert rotating.STEP_SECONDS <= 30
    assert rotating.WORTH_SECONDS <= 60


def test_ch11_a_forged_code_and_one_of_another_session_are_refused(hall):
    other = convening.fix_session(
        programme=hall.programme, unit=hall.place.school, facts=facts(title="另一场", place="二楼"), by=hall.school_admin,
        at=AT - timedelta(days=1),
    )  # fmt: skip
    step = rotating.step_of(AT)

    assert rotating.accepted(hall.session.pk, "a" * 16, at=AT) is None
    assert rotating.accepted(hall.session.pk, rotating.code(other.pk, step), at=AT) is None
    assert rotating.accepted(hall.session.pk, rotating.digits(other.pk, step), at=AT) is None
    with pytest.raises(signing.CodeRefused, match="另一场"):
        signing.sign_in(attendance=hall.of(), arrival=_arrival(hall, AT, session_id=other.pk), by=hall.who(), at=AT)


def test_ch11_servers_whose_clocks_differ_by_seconds_agree(hall):
    edge = AT.replace(second=19, microsecond=900_000)
    for skew in (-5, 5):
        shown = rotating.code(hall.session.pk, rotating.step_of(edge + timedelta(seconds=skew)))
        assert rotating.accepted(hall.session.pk, shown, at=edge) is not None


def test_ch11_the_proof_of_a_scan_is_worth_nothing_in_another_browser_or_later(hall):
    token = rotating.arrived(_arrival(hall, AT))

    assert rotating.arrival_of(token, device="phone", at=AT + timedelta(minutes=4)) is not None
    assert rotating.arrival_of(token, device="friend", at=AT) is None
    assert rotating.arrival_of(token, device="", at=AT) is None
    assert rotating.arrival_of(token[:-2] + "xx", device="phone", at=AT) is None
    assert rotating.arrival_of(token, device="phone", at=AT + timedelta(minutes=6)) is None
    assert rotating.arrival_of(token, device="phone", at=AT - timedelta(seconds=2)) is None


def test_ch11_several_people_on_one_phone_are_a_remark_not_a_verdict(hall):
    hall.scan(0, device="one phone")
    hall.scan(1, device="one phone")

    assert [hall.of(number).state for number in (0, 1)] == [Finding.PRESENT, Finding.PRESENT]
    assert AttendanceMark.objects.filter(device="one phone").count() == 2


def test_ch11_guessing_digits_ends_after_ten_tries(hall):
    for _ in range(signing.TRIES):
        with pytest.raises(signing.CodeRefused):
            signing.sign_in_by_digits(attendance=hall.of(), digits="000000", device="d", by=hall.who(), at=AT)
    right = rotating.digits(hall.session.pk, rotating.step_of(AT))

    with pytest.raises(TooMany):
        signing.sign_in_by_digits(attendance=hall.of(), digits=right, device="d", by=hall.who(), at=AT)


def test_ch11_the_host_strikes_out_a_proxy_with_a_reason_that_stays(hall):
    hall.scan()

    struck = signing.strike_sign_ins(session=hall.session, ids=[hall.of().pk], reason="别人代签，人不在", by=hall.host, at=AT)

    mark = AttendanceMark.objects.get(attendance=hall.of())
    assert (struck, mark.struck_reason) == (1, "别人代签，人不在")
    assert hall.of().state == Finding.PENDING
    assert signing.strike_sign_ins(session=hall.session, ids=[hall.of().pk], reason="再划一次", by=hall.host, at=AT) == 0
