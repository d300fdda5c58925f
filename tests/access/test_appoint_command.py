"""The command that gives an installation its first office."""

import re

import pytest
from django.core.management import CommandError, call_command

from yanxiu.access.models import Appointment
from yanxiu.kit.actor import ANONYMOUS
from yanxiu.people import actions


def run(capsys, *words):
    call_command("appoint", *words)
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def _province_has_a_code(cast):
    cast.province.code = "990000"
    cast.province.save(update_fields=["code"])


def test_the_first_office_is_registered_appointed_and_can_activate(capsys, at):
    said = run(capsys, "province_admin", "990000", "--name", "首任省办")

    username, code = re.search(r"账号 (\S+)  激活码 (\S+)", said).groups()
    from yanxiu.kit.clock import now

    assert actions.prove_code(typed=username, name="首任省办", code=code, network="n", by=ANONYMOUS, at=now())
    assert Appointment.objects.filter(person__name="首任省办", role="province_admin").count() == 1


def test_an_existing_account_is_appointed_without_a_new_code(capsys, cast):
    said = run(capsys, "expert", "990000", "--account", cast.account("李雷").username)

    assert "激活码" not in said
    assert cast.actor("李雷").grants[0].role == "expert"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("auditor", "990000", "--account", "省办"), "审计"),
        (("expert", "000001", "--name", "甲乙"), "没有代码"),
        (("expert", "990000", "--account", "nobody"), "没有账号"),
    ],
)
def test_what_cannot_be_is_said(capsys, cast, words, why):
    words = [cast.account("省办").username if word == "省办" else word for word in words]

    with pytest.raises(CommandError, match=why):
        run(capsys, *words)
