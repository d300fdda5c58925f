"""The cast stands as the other tests expect it."""

import pytest


def test_everybody_wears_the_expected_hat(cast):
    roles = {name: [grant.role for grant in cast.actor(name).grants] for name in cast.names}

    assert roles == {
        "李雷": [], "韩梅梅": ["school_admin"], "王老师": ["host"], "教务": ["county_admin"], "外人": [], "省办": ["province_admin"],
        "方案": ["designer"], "运维": ["operator"], "审计": ["auditor"],
    }  # fmt: skip


def test_the_learner_hat_holds_no_rights(cast):
    assert cast.actor("韩梅梅", hat="learner").grants == ()


@pytest.mark.parametrize("name", ["李雷", "韩梅梅"])
def test_a_member_is_signed_in(cast, name):
    client = cast.client_of(name)

    assert client.session["account"] == cast.account(name).pk
