"""Help of each role, and what is kept about people."""

import pytest

from tests.portal.conftest import browser_of
from yanxiu.access.roles import ROLES
from yanxiu.portal import guide


def test_everybody_may_read_them(client, db):
    assert "为什么快进不算" in client.get("/help/").content.decode()
    assert "证件号和手机号加密存放" in client.get("/privacy/").content.decode()


def test_a_role_reads_its_own(cast):
    page = cast.client_of("韩梅梅").get("/help/").content.decode()

    assert "怎么催办" in page
    assert "学校管理员常问的" in page


def test_names_whom_to_ask(cast):
    page = cast.client_of("李雷").get("/help/").content.decode()

    assert "韩梅梅" in page


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_role_has_a_guide(role):
    assert len(guide.GUIDES[role]) >= 3


def test_a_participant_without_hat_reads_the_learners(study):
    assert "怎么才算学完一门课" in browser_of(study.person).get("/help/").content.decode()
