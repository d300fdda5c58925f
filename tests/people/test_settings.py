"""What a person sets for herself."""

import pytest
from django.test import Client

from yanxiu.kit.errors import Invalid, NotFound, NotPermitted
from yanxiu.people import actions
from yanxiu.people.models import Account, Person, Teaching


def test_text_size_and_theme_stay_with_the_account_and_lead_back(cast):
    client = cast.client_of("李雷")

    back = client.post("/settings/text-size/", {"text_size": "large"}, headers={"Referer": "http://testserver/settings/"})
    away = client.post("/settings/theme/", {"theme": "dark"}, headers={"Referer": "https://evil.example/"})

    assert back.headers["Location"] == "http://testserver/settings/"
    assert away.headers["Location"] == "/"
    account = Account.objects.get(pk=cast.account("李雷").pk)
    assert (account.text_size, account.theme) == ("large", "dark")


def test_before_sign_in_the_browser_remembers(db):
    assert Client().post("/settings/text-size/", {"text_size": "large"}).cookies["text_size"].value == "large"


@pytest.mark.parametrize(
    ("url", "facts"), [("/settings/text-size/", {"text_size": "huge"}), ("/settings/theme/", {"theme": ""}), ("/settings/theme/", {})]
)
def test_an_unknown_choice_is_refused(cast, url, facts):
    assert cast.client_of("李雷").post(url, facts).status_code == 422


def test_the_phone_is_kept_sealed_and_shown_masked(cast):
    client = cast.client_of("李雷")

    assert client.post("/settings/mobile/", {"mobile": "138 1234 1234"}).status_code == 302

    person = Person.objects.get(pk=cast.person("李雷").pk)
    assert b"13812341234" not in bytes(person.mobile_cipher)
    page = client.get("/settings/").content.decode()
    assert "138****1234" in page
    assert "13812341234" not in page
    wrong = client.post("/settings/mobile/", {"mobile": "12"})
    assert wrong.status_code == 422
    assert "11 位" in wrong.content.decode()
    assert client.post("/settings/mobile/", {"mobile": ""}).status_code == 302
    assert Person.objects.get(pk=person.pk).mobile_cipher is None


def test_stage_and_subject_are_confirmed_by_oneself(cast):
    client = cast.client_of("李雷")

    assert client.post("/settings/teachings/", {"main": "高中|物理", "second": "初中|物理", "third": ""}).status_code == 302

    assert list(Teaching.objects.filter(person=cast.person("李雷")).order_by("-is_main").values_list("stage", "subject", "is_main")) == [
        ("高中", "物理", True),
        ("初中", "物理", False),
    ]
    assert client.post("/settings/teachings/", {"main": "小学|物理", "second": "", "third": ""}).status_code == 422


def test_setting_the_same_again_changes_nothing(cast, at):
    rows = actions.set_teachings(person=cast.person("李雷"), teachings=[("初中", "数学")], by=cast.actor("李雷"), at=at)

    assert [row.pk for row in rows] == list(Teaching.objects.filter(person=cast.person("李雷")).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("by", "allowed"), [("李雷", True), ("韩梅梅", True), ("教务", True), ("外人", False), ("王老师", False), ("审计", False)]
)
def test_who_may_say_what_somebody_teaches(cast, at, by, allowed):
    if allowed:
        assert actions.set_teachings(person=cast.person("李雷"), teachings=[("初中", "物理")], by=cast.actor(by), at=at)
        return
    with pytest.raises((NotPermitted, NotFound)):
        actions.set_teachings(person=cast.person("李雷"), teachings=[("初中", "物理")], by=cast.actor(by), at=at)


def test_nobody_sets_the_phone_of_another(cast, at):
    with pytest.raises(NotPermitted):
        actions.set_mobile(person=cast.person("李雷"), number="13812341234", by=cast.actor("省办"), at=at)
    with pytest.raises(Invalid):
        actions.set_mobile(person=cast.person("李雷"), number="1", by=cast.actor("李雷"), at=at)


def test_extra_fields_are_not_taken(cast):
    cast.client_of("李雷").post("/settings/mobile/", {"mobile": "13812341234", "name": "新名字", "state": "suspended", "unit": 1})

    person = Person.objects.get(pk=cast.person("李雷").pk)
    assert (person.name, person.unit_id) == ("李雷", cast.school.pk)
