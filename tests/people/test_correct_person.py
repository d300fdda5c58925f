"""Correcting, revealing, suspending, restoring: who may, with which reason, and what stays in the record."""

import pytest

from tests.people import factories
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.people import actions, identity
from yanxiu.people.models import Account, AccountState, Person
from yanxiu.records.models import Record

NUMBER = "11010519491231002X"
REASON = "身份证号抄错一位，已核对原件"


def correct(cast, at, *, by="韩梅梅", reason=REASON, **facts):
    return actions.correct_person(person=cast.person("李雷"), reason=reason, by=cast.actor(by), at=at, **facts)


def test_name_number_and_staff_number_change_and_the_old_stays_masked_in_the_record(cast, at):
    before = cast.person("李雷").identity_hint

    person = correct(cast, at, name="李 磊", identity_number="110105-19491231-002x", staff_number="G1")

    assert (person.name, person.initials, person.staff_number, person.identity_hint) == ("李磊", "ll", "G1", "1101**********002X")
    data = Record.objects.get(verb="corrected").data
    assert data["changed"]["name"] == ["李雷", "李磊"]
    assert data["changed"]["identity"] == [before, "1101**********002X"]
    assert data["reason"] == REASON
    assert NUMBER not in str(data)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({}, Conflict),
        ({"name": "李雷"}, Conflict),
        ({"name": ""}, Invalid),
        ({"identity_number": "110105194912310021"}, Invalid),
        ({"name": "李磊", "reason": "改"}, Invalid),
    ],
)
def test_nothing_bad_or_empty_is_stored(cast, at, facts, error):
    with pytest.raises(error):
        correct(cast, at, **facts)

    assert Person.objects.get(pk=cast.person("李雷").pk).name == "李雷"


def test_a_number_of_somebody_else_goes_to_a_human(cast, at):
    factories.person(cast.other_school, identity=NUMBER)

    with pytest.raises(actions.IdentityTaken, match="两边核对原件"):
        correct(cast, at, identity_number=NUMBER)


@pytest.mark.parametrize(
    ("by", "error"), [("李雷", NotPermitted), ("外人", NotFound), ("王老师", NotFound), ("审计", NotFound), ("方案", NotFound)]
)
def test_who_may_not_correct(cast, at, by, error):
    with pytest.raises(error):
        correct(cast, at, by=by, name="李磊")


def test_a_school_does_not_correct_the_numbers_of_its_superiors(cast, at):
    with pytest.raises(NotPermitted, match="上级办理"):
        actions.correct_person(person=cast.person("韩梅梅"), identity_number=NUMBER, reason=REASON, by=cast.actor("韩梅梅"), at=at)


def test_the_whole_number_is_shown_once_with_a_reason_and_recorded(cast, at):
    number = actions.reveal_identity(person=cast.person("李雷"), reason="核对职称材料", by=cast.actor("教务"), at=at)

    assert number == identity.unsealed(cast.person("李雷").identity_cipher)
    record = Record.objects.get(verb="revealed")
    assert (record.actor_id, record.person_id, record.data) == (cast.person("教务").pk, cast.person("李雷").pk, {"reason": "核对职称材料"})


@pytest.mark.parametrize(("by", "error"), [("韩梅梅", NotPermitted), ("李雷", NotPermitted), ("外人", NotFound), ("审计", NotFound)])
def test_who_may_not_read_the_whole_number(cast, at, by, error):
    with pytest.raises(error):
        actions.reveal_identity(person=cast.person("李雷"), reason="核对职称材料", by=cast.actor(by), at=at)
    assert not Record.objects.filter(verb="revealed").exists()


def test_without_a_reason_or_a_number_nothing_is_shown(cast, at):
    with pytest.raises(Invalid, match="理由"):
        actions.reveal_identity(person=cast.person("李雷"), reason="看", by=cast.actor("教务"), at=at)
    stray = actions.register_person(person=actions.NewPerson(name="无证", unit=cast.school), by=SYSTEM, at=at)
    with pytest.raises(Conflict, match="没有登记证件号"):
        actions.reveal_identity(person=stray, reason="核对职称材料", by=cast.actor("教务"), at=at)


def test_suspending_and_restoring_go_back_to_where_the_account_was(cast, at):
    waiting = factories.person(cast.school, name="王小明")
    for person, state in ((cast.person("李雷"), AccountState.ACTIVE), (waiting, AccountState.INVITED)):
        actions.suspend(person=person, reason="长期病假", by=cast.actor("韩梅梅"), at=at)
        assert Account.objects.get(person=person).state == AccountState.SUSPENDED
        with pytest.raises(Conflict):
            actions.suspend(person=person, reason="长期病假", by=cast.actor("韩梅梅"), at=at)
        actions.restore(person=person, reason="返岗，恢复使用", by=cast.actor("韩梅梅"), at=at)
        assert Account.objects.get(person=person).state == state
        with pytest.raises(Conflict):
            actions.restore(person=person, reason="返岗，恢复使用", by=cast.actor("韩梅梅"), at=at)


@pytest.mark.parametrize(
    ("whose", "by"), [("韩梅梅", "韩梅梅"), ("教务", "教务"), ("教务", "韩梅梅"), ("方案", "教务"), ("李雷", "李雷"), ("李雷", "外人")]
)
def test_nobody_suspends_himself_or_a_superior(cast, at, whose, by):
    with pytest.raises((NotPermitted, NotFound)):
        actions.suspend(person=cast.person(whose), reason="不喜欢他", by=cast.actor(by), at=at)


def test_requiring_a_new_password(cast, at):
    actions.require_password_change(person=cast.person("李雷"), by=cast.actor("韩梅梅"), at=at)

    assert cast.client_of("李雷").get("/settings/").headers["Location"] == "/settings/password/"
    with pytest.raises(NotFound):
        actions.require_password_change(person=cast.person("李雷"), by=cast.actor("外人"), at=at)


def test_in_the_browser(cast):
    pk = cast.person("李雷").pk
    office, county = cast.client_of("韩梅梅"), cast.client_of("教务")
    form = {"name": "李磊", "identity_kind": "resident", "identity": "", "staff_number": "T001", "reason": REASON}

    assert office.get(f"/teachers/{pk}/correct/").status_code == 200
    assert office.post(f"/teachers/{pk}/correct/", {**form, "reason": "改"}).status_code == 422
    assert office.post(f"/teachers/{pk}/correct/", form).status_code == 302
    assert "李磊" in office.get(f"/teachers/{pk}/").content.decode()
    assert office.post(f"/teachers/{pk}/identity/", {"reason": "核对职称材料"}).status_code == 403
    number = identity.unsealed(cast.person("李雷").identity_cipher)
    assert number in county.post(f"/teachers/{pk}/identity/", {"reason": "核对职称材料"}).content.decode()
    assert number not in county.get(f"/teachers/{pk}/").content.decode()
    assert office.post(f"/teachers/{pk}/suspend/", {"reason": "长期病假"}).status_code == 302
    assert office.post(f"/teachers/{pk}/restore/", {"reason": "返岗，恢复使用"}).status_code == 302
    assert office.post(f"/teachers/{cast.person('外人').pk}/suspend/", {"reason": "长期病假"}).status_code == 404
