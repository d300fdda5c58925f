"""The list of one's devices: what it shows, ending one, ending all others, and that nobody ends somebody else's."""

import pytest
from django.test import Client

from tests.people import factories
from yanxiu.kit.errors import NotFound, NotPermitted
from yanxiu.people import actions, device
from yanxiu.people.events import SessionEvent
from yanxiu.people.models import OpenSession
from yanxiu.records.models import Record

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0"
WECOM = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 wxwork/4.1.28 MicroMessenger/7.0"


def entered(cast, name: str, agent: str = EDGE) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post("/sign-in/", {"typed": cast.account(name).username, "password": cast.password})
    return client


@pytest.mark.parametrize(("agent", "words"), [(EDGE, "Windows 电脑，Edge"), (WECOM, "iPhone，企业微信"), ("curl/8", "没有报出名称的设备")])
def test_a_device_is_named_by_what_it_says(agent, words):
    assert device.described(agent) == words


def test_the_settings_list_the_devices_and_end_one_of_them(cast):
    desk, phone = entered(cast, "李雷"), entered(cast, "李雷", WECOM)
    page = desk.get("/settings/").content.decode()
    assert "这个账号还在 1 台别的设备上登录着" in page
    assert "iPhone，企业微信" in page

    lost = OpenSession.objects.get(device="iPhone，企业微信")
    assert desk.post(f"/settings/devices/{lost.pk}/end/").headers["Location"] == "/settings/"

    assert phone.get("/settings/").headers["Location"].startswith("/sign-in/")
    assert "退出这台" not in desk.get("/settings/").content.decode()
    assert Record.objects.filter(verb=SessionEvent.ENDED.verb, object_type="session", object_id=str(lost.pk)).count() == 1


def test_all_others_end_at_once_and_this_one_stays(cast):
    desk, phone, old = entered(cast, "李雷"), entered(cast, "李雷", WECOM), cast.client_of("李雷")

    desk.post("/settings/devices/end-others/")

    assert desk.get("/settings/").status_code == 200
    assert {one.get("/settings/").status_code for one in (phone, old)} == {302}
    assert OpenSession.objects.filter(account=cast.account("李雷"), ended_at__isnull=True).count() == 1


def test_nobody_ends_the_session_of_another(cast, at):
    theirs = factories.open_session(cast.account("外人"))

    assert cast.client_of("李雷").post(f"/settings/devices/{theirs.pk}/end/").status_code == 404
    with pytest.raises(NotPermitted):
        actions.end_session(person=cast.person("外人"), session_id=theirs.pk, by=cast.actor("教务"), at=at)
    with pytest.raises(NotFound):
        actions.end_session(person=cast.person("李雷"), session_id=0, by=cast.actor("李雷"), at=at)
    with pytest.raises(NotPermitted):
        actions.end_other_sessions(person=cast.person("外人"), keep=0, by=cast.actor("教务"), at=at)
    theirs.refresh_from_db()
    assert theirs.ended_at is None


def test_ending_twice_leaves_one_record_and_the_first_moment(cast, at):
    one = factories.open_session(cast.account("李雷"), at=at)

    for _ in range(2):
        actions.end_session(person=cast.person("李雷"), session_id=one.pk, by=cast.actor("李雷"), at=at)

    assert Record.objects.filter(verb=SessionEvent.ENDED.verb, object_type="session").count() == 1


def test_signing_out_takes_the_device_off_the_list(cast):
    entered(cast, "李雷").post("/sign-out/")

    assert OpenSession.objects.get(account=cast.account("李雷")).ended_at is not None


def test_ten_devices_cost_no_more_queries_than_one(cast, assert_same_queries):
    client = entered(cast, "李雷")

    def more() -> None:
        for _ in range(9):
            entered(cast, "李雷", WECOM)

    assert_same_queries(lambda: client.get("/settings/"), more)
