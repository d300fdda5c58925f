"""What a stranger sees first: the sign-in page, on a desk, on a phone, without JavaScript; and what is refused."""

import pytest

from tests.e2e.driving import check_accessible, check_fits, picture, wait_for_htmx


def test_sign_in_page_greets_on_a_desk(page):
    page.goto("/sign-in/")
    wait_for_htmx(page)

    assert page.locator("form input[type=password]").is_visible()
    check_accessible(page)
    check_fits(page)
    picture(page, "sign-in-desk")


def test_sign_in_page_greets_on_a_phone(phone):
    phone.goto("/sign-in/")
    wait_for_htmx(phone)

    assert phone.locator("form input[type=password]").is_visible()
    check_accessible(phone)
    check_fits(phone)
    picture(phone, "sign-in-phone")


def test_wrong_password_is_told_without_javascript(bare):
    bare.goto("/sign-in/")
    form = bare.locator("form:has(input[type=password])")
    form.locator("input:not([type=hidden]):not([type=password])").first.fill("nobody")
    form.locator("input[type=password]").fill("不是这个口令")
    form.locator("button[type=submit], button:not([type])").first.click()

    assert bare.locator("form input[type=password]").is_visible()
    assert "nobody" not in bare.locator("body").inner_text()


@pytest.mark.parametrize("path", ["/nothing/here/", "/admin/"])
def test_unknown_addresses_answer_in_chinese(page, path):
    answer = page.goto(path)

    assert answer.status == 404
    assert "没有找到这一页" in page.locator("body").inner_text()
    check_accessible(page)


def test_health_answers_without_a_session(page):
    answer = page.request.get("/readyz")

    assert answer.status == 200
    assert answer.json()["ready"] is True
    assert "set-cookie" not in answer.headers
