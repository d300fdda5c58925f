"""Activation: codes on slips, the proof, the first password; and the same way back after a forgotten one (AU-01, AU-02, AU-07)."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.people import factories
from yanxiu.kit.actor import ANONYMOUS, SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted, TooMany
from yanxiu.people import actions, codes
from yanxiu.people.actions import doors
from yanxiu.people.models import Account, AccountState, ActivationCode, Teaching
from yanxiu.people.passwords import WeakPassword
from yanxiu.records.models import Record

NUMBER = "11010519491231002X"
NEW = "Another-Way-77"


@pytest.fixture
def newcomer(cast):
    return factories.person(cast.school, name="王小明", identity=NUMBER, teachings=(("初中", "物理"),))


@pytest.fixture
def issued(cast, newcomer, at):
    """A fresh slip for 王小明."""
    (slip,) = actions.issue_codes(person_ids=[newcomer.pk], by=cast.actor("韩梅梅"), at=at)
    return slip


def prove(code, *, typed=NUMBER, name="王小明", at=factories.AT, network="10.0.0.1"):
    return actions.prove_code(typed=typed, name=name, code=code, network=network, by=ANONYMOUS, at=at)


def activate(proof, *, password=NEW, at=factories.AT, **more):
    return actions.activate(proof=proof, password=password, by=ANONYMOUS, at=at, **more)


def test_a_slip_opens_the_account_and_the_password_is_ones_own(issued, newcomer, at):
    account = activate(prove(issued.code), mobile_number="13812341234", teachings=[("初中", "数学"), ("高中", "数学")])

    assert account.state == AccountState.ACTIVE
    assert account.activated_at == at
    assert actions.sign_in(typed=issued.username, password=NEW, network="n", by=ANONYMOUS, at=at).account == account
    assert [(row.stage, row.is_main) for row in Teaching.objects.filter(person=newcomer).order_by("-is_main")] == [
        ("初中", True),
        ("高中", False),
    ]
    newcomer.refresh_from_db()
    assert newcomer.mobile_hint == "138****1234"
    assert Record.objects.filter(verb="activated", person_id=newcomer.pk, actor_id=newcomer.pk).count() == 1


def test_the_code_has_sixty_bits_is_readable_and_stored_only_as_a_hash(issued):
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", issued.code)
    assert len(codes.ALPHABET) ** codes.LENGTH == 2**60
    stored = bytes(ActivationCode.objects.get().code_hash)
    assert codes.canonical(issued.code).encode() not in stored
    assert len({codes.make() for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "typing",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: f"  {code.replace('-', ' ')} ",
        lambda code: code.replace("0", "O").replace("1", "l"),
    ],
)
def test_a_code_may_be_typed_in_many_ways(issued, typing):
    assert prove(typing(issued.code))


@pytest.mark.parametrize("typed", [NUMBER, NUMBER.lower(), "username"])
def test_account_or_identity_number_name_the_account(issued, typed):
    assert prove(issued.code, typed=issued.username if typed == "username" else typed)


@pytest.mark.parametrize(
    "facts",
    [{"name": "王大明"}, {"name": ""}, {"typed": "nobody1234"}, {"typed": "110105194912310020"}, {"at": factories.AT + timedelta(days=31)}],
)
def test_a_wrong_name_or_account_or_an_old_slip_opens_nothing(issued, facts):
    with pytest.raises(actions.CodeRefused, match="对不上"):
        prove(issued.code, **facts)


def test_the_slip_of_another_person_opens_nothing(cast, issued, at):
    other = factories.person(cast.school, name="王小明")
    (slip,) = actions.issue_codes(person_ids=[other.pk], by=SYSTEM, at=at)

    with pytest.raises(actions.CodeRefused):
        prove(slip.code, typed=NUMBER)


def test_five_wrong_tries_void_the_code(issued, at):
    for place in range(codes.TRIES):
        with pytest.raises(actions.CodeRefused):
            prove("0000-0000-0000", network=f"10.0.1.{place}")

    with pytest.raises(actions.CodeRefused):
        prove(issued.code, network="10.0.2.1")
    assert ActivationCode.objects.get().void_at == at
    assert Record.objects.filter(verb="voided_by_tries").count() == 1


def test_the_right_code_on_the_fifth_try_still_opens(issued):
    for place in range(codes.TRIES - 1):
        with pytest.raises(actions.CodeRefused):
            prove("0000-0000-0000", network=f"10.0.1.{place}")

    assert activate(prove(issued.code)).state == AccountState.ACTIVE


def test_guessing_from_one_network_is_slowed_over_many_accounts(cast, at):
    for guess in range(doors.NETWORK_LIMIT):
        with pytest.raises(actions.CodeRefused):
            prove("0000-0000-0000", typed=f"teacher{guess}", network="203.0.113.5")

    with pytest.raises(TooMany):
        prove("0000-0000-0000", typed="another", network="203.0.113.5")


def test_a_code_is_used_once(issued):
    proof = prove(issued.code)
    activate(proof)

    with pytest.raises(actions.CodeRefused):
        activate(proof, password="Third-Way-2026")
    with pytest.raises(actions.CodeRefused):
        prove(issued.code)


def test_a_new_code_voids_the_old_one_even_after_it_was_proved(cast, newcomer, issued, at):
    proof = prove(issued.code)
    actions.issue_codes(person_ids=[newcomer.pk], by=cast.actor("韩梅梅"), at=at)

    with pytest.raises(actions.CodeRefused):
        prove(issued.code)
    with pytest.raises(actions.CodeRefused):
        activate(proof)


def test_a_corrected_identity_number_voids_the_code(cast, newcomer, issued, at):
    actions.correct_person(
        person=newcomer, identity_number=factories.identity_number(), reason="抄错一位，已核对原件", by=cast.actor("韩梅梅"), at=at
    )

    with pytest.raises(actions.CodeRefused):
        prove(issued.code, typed=issued.username)


@pytest.mark.parametrize("password", ["short", "wangxiaoming-A1", f"Ab-{NUMBER[6:14]}-x", "Qing\x00feng-2026"])
def test_a_weak_password_leaves_code_and_account_as_they_were(issued, password):
    proof = prove(issued.code)

    with pytest.raises(WeakPassword):
        activate(proof, password=password)

    assert Account.objects.get(username=issued.username).state == AccountState.INVITED
    assert activate(proof).state == AccountState.ACTIVE


def test_a_bad_subject_or_phone_leaves_everything_as_it_was(issued, newcomer):
    proof = prove(issued.code)

    for more in ({"teachings": [("初中", "炼金术")]}, {"teachings": [("小学", "物理")]}, {"mobile_number": "12"}):
        with pytest.raises(Invalid):
            activate(proof, **more)

    assert Account.objects.get(username=issued.username).state == AccountState.INVITED
    assert not ActivationCode.objects.get().used_at


def test_a_forgotten_password_is_replaced_the_same_way_and_ends_other_sessions(cast, at):
    elsewhere = cast.client_of("李雷")
    (slip,) = actions.issue_codes(person_ids=[cast.person("李雷").pk], by=cast.actor("韩梅梅"), at=at)
    assert elsewhere.get("/settings/").status_code == 200

    activate(prove(slip.code, typed=slip.username, name="李雷"))

    assert elsewhere.get("/settings/").status_code == 302
    assert actions.sign_in(typed=slip.username, password=NEW, network="n", by=ANONYMOUS, at=at)


def test_a_suspended_account_is_not_opened_by_a_code(cast, newcomer, issued, at):
    proof = prove(issued.code)
    actions.suspend(person=newcomer, reason="重复登记", by=cast.actor("韩梅梅"), at=at)

    with pytest.raises(actions.CodeRefused):
        activate(proof)
    with pytest.raises(Conflict, match="先恢复"):
        actions.issue_codes(person_ids=[newcomer.pk], by=cast.actor("韩梅梅"), at=at)


def test_somebody_signed_in_cannot_activate_another(cast, issued):
    with pytest.raises(NotPermitted, match="先退出"):
        actions.activate(proof=prove(issued.code), password=NEW, by=cast.actor("外人"), at=factories.AT)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("韩梅梅", True),
        ("教务", True),
        ("省办", True),
        ("李雷", False),
        ("外人", False),
        ("王老师", False),
        ("方案", False),
        ("运维", False),
        ("审计", False),
    ],
)
def test_who_may_issue_codes(cast, newcomer, at, name, allowed):
    if allowed:
        assert len(actions.issue_codes(person_ids=[newcomer.pk], by=cast.actor(name), at=at)) == 1
        return
    with pytest.raises(NotPermitted):
        actions.issue_codes(person_ids=[newcomer.pk], by=cast.actor(name), at=at)


def test_nobody_resets_the_way_in_of_an_equal_or_superior_who_works_in_his_scope(cast, at):
    with pytest.raises(NotPermitted, match="由上级办理"):
        actions.issue_codes(person_ids=[cast.person("韩梅梅").pk], by=cast.actor("韩梅梅"), at=at)
    with pytest.raises(NotPermitted):
        actions.issue_codes(person_ids=[cast.person("方案").pk], by=cast.actor("教务"), at=at)
    assert actions.issue_codes(person_ids=[cast.person("韩梅梅").pk], by=cast.actor("教务"), at=at)
    assert actions.issue_codes(person_ids=[cast.person("教务").pk], by=cast.actor("省办"), at=at)


def test_a_batch_with_one_out_of_reach_issues_nothing(cast, newcomer, at):
    with pytest.raises(NotPermitted, match="2 人里有 1 人"):
        actions.issue_codes(person_ids=[newcomer.pk, cast.person("外人").pk], by=cast.actor("韩梅梅"), at=at)

    assert not ActivationCode.objects.exists()
    with pytest.raises(Invalid, match="勾选"):
        actions.issue_codes(person_ids=[], by=cast.actor("韩梅梅"), at=at)


def test_slips_cost_the_same_for_one_and_for_many(cast, at, django_assert_num_queries):
    people = [factories.person(cast.school, name=f"张伟{'一二三四五六七八九十'[number]}") for number in range(10)]

    for chosen in (people[:1], people):
        with django_assert_num_queries(6):
            slips = actions.issue_codes(person_ids=[one.pk for one in chosen], by=SYSTEM, at=at)
        assert len(slips) == len(chosen)


def test_the_whole_way_in_the_browser(cast, newcomer, at):
    office = cast.client_of("韩梅梅")
    page = office.post("/teachers/codes/", {"person": newcomer.pk}).content.decode()
    code = re.search(r"\w{4}-\w{4}-\w{4}", page).group()
    username = Account.objects.get(person=newcomer).username
    assert username in page
    assert NUMBER not in page
    client = Client()

    assert client.post("/activate/", {"typed": NUMBER, "name": "王小明", "code": "0000-0000-0000"}).status_code == 422
    step = client.post("/activate/", {"typed": NUMBER, "name": "王小明", "code": code})
    assert step.headers["Location"] == "/activate/password/"
    assert client.get("/settings/").status_code == 302
    assert client.get("/activate/password/").status_code == 200
    unequal = client.post("/activate/password/", {"password": NEW, "again": "x", "main": "初中|物理", "second": "", "mobile": ""})
    assert unequal.status_code == 422
    assert "两遍输的不一样" in unequal.content.decode()
    done = client.post("/activate/password/", {"password": NEW, "again": NEW, "main": "初中|物理", "second": "", "mobile": "13812341234"})

    assert done.headers["Location"] == "/"
    assert client.get("/settings/").status_code == 200
    assert client.get("/activate/password/").headers["Location"] == "/activate/"


def test_all_who_wait_get_slips_at_once_within_the_filters(cast, newcomer):
    factories.person(cast.other_school, name="外校人")
    page = (
        cast.client_of("韩梅梅").post("/teachers/codes/", {"whom": "invited", "q": "", "stage": "初中", "subject": "物理"}).content.decode()
    )

    assert len(re.findall(r"\w{4}-\w{4}-\w{4}", page)) == 1
    assert "外校人" not in page
