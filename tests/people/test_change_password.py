"""Changing one's own password, and signing out."""

import pytest

from yanxiu.kit.actor import ANONYMOUS
from yanxiu.kit.errors import Invalid, NotPermitted, TooMany
from yanxiu.people import actions
from yanxiu.people.actions import doors
from yanxiu.people.passwords import WeakPassword
from yanxiu.records.models import Record

NEW = "Another-Way-77"


def change(cast, at, *, old=None, new=NEW, by="李雷"):
    return actions.change_password(account=cast.account("李雷"), old=old or cast.password, new=new, network="n", by=cast.actor(by), at=at)


def test_the_new_password_works_and_the_old_one_does_not(cast, at):
    change(cast, at)

    username = cast.account("李雷").username
    assert actions.sign_in(typed=username, password=NEW, network="n", by=ANONYMOUS, at=at)
    with pytest.raises(actions.SignInRefused):
        actions.sign_in(typed=username, password=cast.password, network="n", by=ANONYMOUS, at=at)
    assert NEW not in str(list(Record.objects.values_list("data", flat=True)))


def test_other_sessions_end_and_ones_own_goes_on_under_a_new_id(cast):
    here, elsewhere = cast.client_of("李雷"), cast.client_of("李雷")
    before = here.session.session_key

    done = here.post("/settings/password/", {"old": cast.password, "password": NEW, "again": NEW})

    assert done.status_code == 302
    assert here.session.session_key != before
    assert here.get("/settings/").status_code == 200
    assert elsewhere.get("/settings/").status_code == 302


@pytest.mark.parametrize(
    ("facts", "error", "words"),
    [
        ({"old": "wrong"}, Invalid, "现在的密码不对"),
        ({"new": "Qingfeng-2026"}, Invalid, "和现在的一样"),
        ({"new": "short"}, WeakPassword, "至少"),
        ({"by": "韩梅梅"}, NotPermitted, "本人"),
        ({"by": "省办"}, NotPermitted, "本人"),
    ],
)
def test_what_is_refused_leaves_the_password(cast, at, facts, error, words):
    with pytest.raises(error, match=words):
        change(cast, at, **facts)

    assert actions.sign_in(typed=cast.account("李雷").username, password=cast.password, network="n", by=ANONYMOUS, at=at)


def test_a_wrong_form_says_where(cast):
    page = cast.client_of("李雷").post("/settings/password/", {"old": "", "password": NEW, "again": "x"})

    assert page.status_code == 422
    assert "两遍输的不一样" in page.content.decode()


def test_signing_out_ends_the_session_and_clears_the_browser(cast):
    client = cast.client_of("李雷")

    response = client.post("/sign-out/")

    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/settings/").status_code == 302
    assert client.get("/sign-out/").status_code in {302, 405}
    assert Record.objects.filter(verb="signed_out").count() == 1


def test_personal_pages_are_not_kept_by_a_shared_computer(cast):
    assert cast.client_of("李雷").get("/settings/").headers["Cache-Control"] == "no-store"


def test_guessing_the_present_password_is_slowed(cast, at):
    for _attempt in range(doors.PAIR_LIMIT):
        with pytest.raises(Invalid):
            change(cast, at, old="wrong")

    with pytest.raises(TooMany):
        change(cast, at)
