"""Hats, and what the middleware does with a session on every request (P-09, AU-02, AU-09)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests.access.factories import appointment
from yanxiu.access import queries
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.people import actions, sessions
from yanxiu.people.models import Account


def test_changing_the_hat_changes_the_rights_and_the_session_id(cast):
    client = cast.client_of("韩梅梅")
    before = client.session.session_key
    assert client.get("/teachers/").status_code == 200

    assert client.post("/hat/", {"hat": "learner"}).headers["Location"] == "/"

    assert client.session.session_key != before
    assert client.get("/teachers/").status_code == 403


@pytest.mark.parametrize("hat", ["", "999999", "x", "-1"])
def test_a_hat_that_is_not_ones_own_is_not_there(cast, hat):
    assert cast.client_of("李雷").post("/hat/", {"hat": hat}).status_code == 404


def test_the_hat_of_somebody_else_is_not_there(cast):
    other = cast.actor("教务").hat_id

    assert cast.client_of("李雷").post("/hat/", {"hat": other}).status_code == 404


def test_the_highest_office_is_worn_first_and_the_learner_comes_last(cast):
    appointment(cast.person("韩梅梅"), "tutor", cast.county)
    found = queries.bearer(cast.account("韩梅梅").pk, on=clock.day(clock.now()))

    assert [hat.label for hat in queries.hats(found, None)] == ["学校管理员", "指导教师", "参训教师"]
    assert [hat.current for hat in queries.hats(found, None)] == [True, False, False]
    assert found.actor(None).label == "韩梅梅（学校管理员）"


def test_who_only_hosts_begins_as_host(cast):
    found = queries.bearer(cast.account("王老师").pk, on=clock.day(clock.now()))

    assert found.worn(None).role.code == "host"
    assert found.worn("learner") is None


def test_the_hat_put_on_last_is_worn_after_the_next_sign_in(cast):
    cast.client_of("韩梅梅").post("/hat/", {"hat": "learner"})

    again = Client()
    again.post("/sign-in/", {"typed": cast.account("韩梅梅").username, "password": cast.password})

    assert again.get("/teachers/").status_code == 403
    assert queries.bearer(cast.account("韩梅梅").pk, on=clock.day(clock.now())).last_hat == "learner"


def test_a_remembered_hat_that_is_gone_gives_way_to_the_highest(cast, at):
    tutor = appointment(cast.person("韩梅梅"), "tutor", cast.county)
    cast.client_of("韩梅梅").post("/hat/", {"hat": str(tutor.pk)})
    tutor.revoked_at = at
    tutor.save(update_fields=["revoked_at"])

    assert queries.bearer(cast.account("韩梅梅").pk, on=clock.day(clock.now())).worn(None).role.code == "school_admin"


def test_suspension_ends_every_session_at_the_next_request(cast, at):
    client = cast.client_of("李雷")
    assert client.get("/settings/").status_code == 200

    actions.suspend(person=cast.person("李雷"), reason="离职，账号收回", by=cast.actor("韩梅梅"), at=at)

    response = client.get("/settings/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/sign-in/")
    actions.restore(person=cast.person("李雷"), reason="返岗，恢复使用", by=SYSTEM, at=at)
    assert client.get("/settings/").status_code == 302


def test_who_must_change_the_password_reaches_nothing_else(cast):
    Account.objects.filter(pk=cast.account("教务").pk).update(must_change_password=True)
    client = cast.client_of("教务")

    for url in ("/settings/", "/teachers/", "/units/", "/appointments/"):
        assert client.get(url).headers["Location"] == "/settings/password/"
    assert client.post("/teachers/codes/", {"whom": "invited"}).headers["Location"] == "/settings/password/"
    assert client.post("/hat/", {"hat": "learner"}).headers["Location"] == "/settings/password/"
    assert client.get("/settings/password/").status_code == 200
    done = client.post("/settings/password/", {"old": cast.password, "password": "Another-Way-77", "again": "Another-Way-77"})
    assert done.status_code == 302
    assert client.get("/teachers/").status_code == 200
    Account.objects.filter(pk=cast.account("教务").pk).update(must_change_password=True)
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"


@pytest.mark.parametrize(("name", "idle", "alive"), [("李雷", 110, True), ("李雷", 125, False), ("教务", 55, True), ("教务", 65, False)])
def test_an_idle_session_ends_offices_sooner(cast, name, idle, alive):
    client = cast.client_of(name)

    with time_machine.travel(clock.now() + timedelta(minutes=idle), tick=False):
        assert (client.get("/settings/").status_code == 200) is alive


def test_even_a_busy_session_ends_after_its_longest_time(cast, settings):
    client = cast.client_of("李雷")
    begun = clock.now()

    for minutes in range(60, settings.SESSION_COOKIE_AGE // 60, 60):
        with time_machine.travel(begun + timedelta(minutes=minutes), tick=False):
            assert client.get("/settings/").status_code == 200
    with time_machine.travel(begun + timedelta(seconds=settings.SESSION_COOKIE_AGE + 60), tick=False):
        assert client.get("/settings/").status_code == 302


def test_a_session_is_looked_up_in_one_query_however_many_hats(cast, django_assert_num_queries):
    for role in ("tutor", "expert"):
        appointment(cast.person("韩梅梅"), role, cast.county)

    with django_assert_num_queries(1):
        assert len(queries.bearer(cast.account("韩梅梅").pk, on=clock.day(clock.now())).held) == 3


def test_an_old_security_stamp_is_worth_nothing(cast):
    client = cast.client_of("李雷")
    session = client.session
    session[sessions.STAMP] = "other"
    session.save()

    assert client.get("/settings/").status_code == 302
