"""Revoking: at once, by who could appoint, once."""

import pytest

from yanxiu.access import actions
from yanxiu.access.models import Appointment
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record


def held_by(cast, name):
    return Appointment.objects.select_related("org").get(person=cast.person(name), revoked_at__isnull=True)


def test_the_rights_are_gone_at_the_next_request(cast, at):
    client = cast.client_of("韩梅梅")
    assert client.get("/teachers/").status_code == 200

    actions.revoke(appointment=held_by(cast, "韩梅梅"), reason="工作调整", by=cast.actor("教务"), at=at)

    assert client.get("/teachers/").status_code == 403
    assert client.get("/settings/").status_code == 200
    assert Record.objects.get(verb="revoked").data == {"reason": "工作调整"}


@pytest.mark.parametrize(
    ("whose", "by", "error"),
    [
        ("韩梅梅", "韩梅梅", NotPermitted),
        ("教务", "教务", NotPermitted),
        ("教务", "韩梅梅", NotFound),
        ("省办", "教务", NotFound),
        ("韩梅梅", "外人", NotFound),
        ("韩梅梅", "审计", NotPermitted),
        ("审计", "省办", NotPermitted),
    ],
)
def test_who_may_not(cast, at, whose, by, error):
    with pytest.raises(error):
        actions.revoke(appointment=held_by(cast, whose), reason="工作调整", by=cast.actor(by), at=at)


def test_twice_is_a_conflict_and_a_reason_is_needed(cast, at):
    appointment = held_by(cast, "韩梅梅")
    with pytest.raises(Invalid, match="原因"):
        actions.revoke(appointment=appointment, reason=" ", by=SYSTEM, at=at)
    actions.revoke(appointment=appointment, reason="工作调整", by=SYSTEM, at=at)

    with pytest.raises(Conflict, match="已经免去"):
        actions.revoke(appointment=appointment, reason="工作调整", by=SYSTEM, at=at)


def test_in_the_browser(cast):
    pk = held_by(cast, "韩梅梅").pk

    assert cast.client_of("韩梅梅").post(f"/appointments/{pk}/revoke/", {"reason": "轮换"}).status_code == 403
    assert cast.client_of("教务").post(f"/appointments/{pk}/revoke/", {"reason": ""}).status_code == 422
    assert cast.client_of("教务").post(f"/appointments/{pk}/revoke/", {"reason": "轮换"}).status_code == 302
    assert Appointment.objects.get(pk=pk).revoked_at is not None
