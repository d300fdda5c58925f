"""Signing in: who gets in, who does not, how often one may try, and what the session is afterwards."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from tests.people import factories
from yanxiu.kit.actor import ANONYMOUS
from yanxiu.kit.errors import TooMany
from yanxiu.people import actions, device, throttle
from yanxiu.people.actions import doors
from yanxiu.people.models import Account, AccountState, Person, Throttle
from yanxiu.records.models import Record

URL = "/sign-in/"


def try_in(typed, password, *, at=factories.AT, network="10.0.0.1", mark=""):
    return actions.sign_in(typed=typed, password=password, network=network, device_mark=mark, by=ANONYMOUS, at=at)


def post(client, typed, password, **more):
    return client.post(URL, {"typed": typed, "password": password, **more})


@pytest.fixture
def number(cast):
    """李雷's identity number in clear."""
    from yanxiu.people import identity

    return identity.unsealed(cast.person("李雷").identity_cipher)


def test_the_page_works_without_a_session_and_sets_no_session(client, db):
    response = client.get(URL)

    assert response.status_code == 200
    assert "首次登录" in response.content.decode()
    assert "session" not in response.cookies


def test_account_identity_number_and_mobile_number_open_the_same_account(cast, number, at):
    lilei = cast.person("李雷")
    actions.set_mobile(person=lilei, number="13812341234", by=cast.actor("李雷"), at=at)

    for typed in (cast.account("李雷").username, cast.account("李雷").username.upper(), number, number.lower(), "138 1234 1234"):
        assert try_in(typed, cast.password).account.person_id == lilei.pk


def test_the_first_page_follows_and_the_session_has_a_new_id(cast):
    client = Client()
    client.cookies["session"] = "chosen-by-an-attacker-000000000"

    response = post(client, cast.account("李雷").username, cast.password)

    assert response.status_code == 302
    assert response.headers["Location"] == "/"
    assert client.cookies["session"].value not in {"", "chosen-by-an-attacker-000000000"}
    assert response.cookies["device"]["httponly"]
    assert client.get("/settings/").status_code == 200


@pytest.mark.parametrize(
    ("onward", "expected"),
    [("/settings/", "/settings/"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("javascript:alert(1)", "/")],
)
def test_only_our_own_pages_follow(cast, onward, expected):
    response = post(Client(), cast.account("李雷").username, cast.password, next=onward)

    assert response.headers["Location"] == expected


def test_a_form_without_its_mark_is_refused(cast):
    client = Client(enforce_csrf_checks=True)

    assert post(client, cast.account("李雷").username, cast.password).status_code == 403


@pytest.mark.parametrize("typed", ["李雷", "nobody1234", "110105194912310020", "13900000000", "", "a" * 500, "x\x00y", "' OR 1=1 --"])
def test_wrong_and_unknown_get_the_same_words(cast, typed):
    known = post(Client(), cast.account("李雷").username, "wrong")
    unknown = post(Client(), typed or " ", "wrong")

    assert known.status_code == 422
    if typed and len(typed) <= 200 and "\x00" not in typed:
        strip = lambda page: re.sub(r'value="[^"]*"|nonce="[^"]*"|"X-CSRFToken": "[^"]*"', "", page.content.decode())  # noqa: E731
        assert strip(known) == strip(unknown)
    assert unknown.status_code == 422
    assert Throttle.objects.exists()


def test_an_account_that_waits_for_activation_cannot_be_entered_by_anything_derivable(cast, at):
    person = factories.person(cast.school, name="王小明", identity="11010519491231002X", staff_number="G0042")
    username = Account.objects.get(person=person).username
    derivable = ["wxm", "WXM", "31002X", "123456", "王小明@2026", "11010519491231002X", "", "!", "wangxiaoming", "G0042"]

    for typed in ("11010519491231002X", username):
        for place, password in enumerate(derivable):
            with pytest.raises(actions.SignInRefused):
                try_in(typed, password, network=f"10.9.{place}.1", at=at + timedelta(hours=place))


def test_the_bureaus_switch_only_opens_the_activation_page_which_still_asks_for_the_code(cast, settings):
    factories.person(cast.school, name="王小明", identity="11010519491231002X")
    client = Client()
    assert post(client, "11010519491231002X", "wxm").status_code == 422
    settings.SIGN_IN_BY_INITIALS = True

    response = post(client, "11010519491231002X", "wxm")

    assert response.headers["Location"] == reverse("people:activate")
    assert client.get("/settings/").status_code == 302
    page = client.get("/activate/").content.decode()
    assert 'name="code"' in page
    assert 'name="typed"' not in page
    assert client.get("/activate/password/").headers["Location"] == reverse("people:activate")


def test_the_switch_does_nothing_for_an_account_in_use(cast, number, settings):
    settings.SIGN_IN_BY_INITIALS = True

    with pytest.raises(actions.SignInRefused):
        try_in(number, "ll")


def test_a_suspended_account_is_told_so_only_with_the_right_password(cast, at):
    actions.suspend(person=cast.person("李雷"), reason="离职，账号收回", by=cast.actor("韩梅梅"), at=at)
    username = cast.account("李雷").username

    with pytest.raises(actions.SignInRefused):
        try_in(username, "wrong")
    with pytest.raises(actions.Suspended, match="停用"):
        try_in(username, cast.password)


def test_guessing_one_account_from_one_network_ends_after_the_limit_and_the_window_lifts_it(cast, at):
    username = cast.account("李雷").username
    for _attempt in range(doors.PAIR_LIMIT):
        with pytest.raises(actions.SignInRefused):
            try_in(username, "wrong", at=at)

    with pytest.raises(TooMany) as refused:
        try_in(username, cast.password, at=at)

    assert 0 < refused.value.retry_after_seconds <= throttle.WINDOW_SECONDS
    assert try_in(username, cast.password, at=at + timedelta(seconds=throttle.WINDOW_SECONDS)).account.username == username


def test_the_page_says_when_to_come_back(cast):
    client = Client()
    for _attempt in range(doors.PAIR_LIMIT):
        post(client, "somebody", "wrong")

    response = post(client, "somebody", "wrong")

    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert "分钟再来" in response.content.decode()


def test_name_and_number_share_one_count(cast, number, at):
    for attempt in range(doors.PAIR_LIMIT):
        with pytest.raises(actions.SignInRefused):
            try_in(cast.account("李雷").username if attempt % 2 else number, "wrong", at=at)

    with pytest.raises(TooMany):
        try_in(number, "wrong", at=at)


def test_a_stranger_cannot_lock_the_teacher_out(cast, at):
    username = cast.account("李雷").username
    for _attempt in range(30):
        with pytest.raises((actions.SignInRefused, TooMany)):
            try_in(username, "wrong", network="203.0.113.9", at=at)

    assert try_in(username, cast.password, network="10.0.0.1", at=at).account.username == username


def test_from_a_known_browser_even_many_networks_do_not_lock_the_teacher_out(cast, at):
    account = cast.account("李雷")
    for place in range(doors.ACCOUNT_LIMIT + 5):
        with pytest.raises((actions.SignInRefused, TooMany)):
            try_in(account.username, "wrong", network=f"203.0.113.{place}", at=at)
    with pytest.raises(TooMany):
        try_in(account.username, cast.password, network="10.0.0.1", at=at)

    assert try_in(account.username, cast.password, mark=device.issue(account.pk), at=at).account == account


@pytest.mark.parametrize("mark", ["", "forged", "x" * 5000])
def test_a_forged_or_foreign_browser_mark_counts_as_none(cast, mark):
    account = cast.account("李雷")

    assert device.key_of(mark, account.pk) is None
    assert device.key_of(device.issue(cast.account("外人").pk), account.pk) is None


def test_a_school_behind_one_address_is_not_locked_by_right_sign_ins(cast, at):
    username = cast.account("李雷").username

    for _teacher in range(doors.NETWORK_LIMIT * 3):
        try_in(username, cast.password, network="198.51.100.7", at=at)

    assert Throttle.objects.get(key="net:198.51.100.7").count == 0


def test_many_accounts_from_one_network_are_slowed(cast, at):
    for guess in range(doors.NETWORK_LIMIT):
        with pytest.raises(actions.SignInRefused):
            try_in(f"teacher{guess}", "wrong", network="203.0.113.9", at=at)

    with pytest.raises(TooMany):
        try_in("another", "wrong", network="203.0.113.9", at=at)


@pytest.mark.slow  # eight threads with connections of their own
@pytest.mark.django_db(transaction=True)
def test_counting_is_atomic_under_parallel_tries(at):
    passed, refused = [], []

    def attempt():
        try:
            throttle.take({"pair:x": 5}, at=at)
            passed.append(1)
        except TooMany:
            refused.append(1)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=lambda: [attempt() for _ in range(4)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(passed), len(refused)) == (5, 27)


def test_unknown_accounts_cost_the_same_queries_and_one_hash(cast, monkeypatch, django_assert_num_queries):
    hashes = []
    genuine = doors.passwords.check_password
    monkeypatch.setattr(doors.passwords, "check_password", lambda *given: hashes.append(1) or genuine(*given))
    factories.person(cast.school, name="王小明", identity="11010519491231002X")

    for typed in (cast.account("李雷").username, "nobody1234", "11010519491231002X"):
        hashes.clear()
        with django_assert_num_queries(5), pytest.raises(actions.SignInRefused):
            try_in(typed, "wrong")
        assert len(hashes) == 1


def test_both_outcomes_are_recorded_without_what_was_typed(cast, number):
    with pytest.raises(actions.SignInRefused):
        try_in(number, "my-secret-Guess1")
    try_in(number, cast.password)

    events = list(
        Record.objects.filter(object_type="account", person_id=cast.person("李雷").pk).order_by("pk").values_list("verb", flat=True)
    )
    assert events[-2:] == ["refused", "signed_in"]
    everything = str(list(Record.objects.values_list("data", "object_label", "object_id")))
    assert number not in everything
    assert "my-secret-Guess1" not in everything


def test_two_persons_with_one_phone_are_not_mixed_up(cast, at):
    for name in ("李雷", "王老师"):
        actions.set_mobile(person=cast.person(name), number="13812341234", by=cast.actor(name), at=at)

    with pytest.raises(actions.SignInRefused):
        try_in("13812341234", cast.password)


def test_no_identity_number_reaches_the_page_or_the_address(cast, number):
    client = Client()
    post(client, number, cast.password)

    for url in ("/settings/", f"/teachers/{cast.person('李雷').pk}/"):
        assert number not in client.get(url).content.decode()
    assert not Person.objects.filter(identity_hint__contains=number).exists()
    assert Account.objects.filter(state=AccountState.ACTIVE, username__contains=number[:6]).count() == 0
