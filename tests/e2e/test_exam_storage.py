"""Browsers that keep nothing are told before the start, lose nothing while the line stands, and show nobody another's answers (security F-21)."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import hands
from tests.e2e.driving import PHONE, check_accessible, check_fits

NOTHING_KEPT = {
    "no database": "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };",
    "a full disk": "navigator.storage.estimate = async () => ({ quota: 1e9, usage: 1e9 - 1e6 });",
    "no small store": "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };",
    "none of both": (
        "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };"
        "Storage.prototype.setItem = Storage.prototype.getItem = () => { throw new DOMException('no', 'SecurityError'); };"
    ),
}
LATE = "换了电脑也要先写看到的事实，再写我怎样想。" * 2


@pytest.fixture(scope="module")
def hall(site):
    """The site with an exam and two who sit it."""
    return site, json.loads(site.run("tests.e2e.candidates_world").splitlines()[-1])


def sign_in(page: Page, site, session: str) -> None:
    page.context.add_cookies([{"name": "session", "value": session, "url": site.url}])


def chosen(page: Page, number: int) -> list[int]:
    return page.eval_on_selector_all(f"#question-{number} input:checked", "found => found.map(one => Number(one.value))")


@pytest.mark.parametrize("case", NOTHING_KEPT)
def test_a_browser_that_keeps_nothing_says_so_before_the_start(hall, new_page, case):
    site, facts = hall
    with new_page(viewport=PHONE, at=site) as phone:
        phone.add_init_script(NOTHING_KEPT[case])
        sign_in(phone, site, facts["sessions"][0])
        phone.goto(f"{site.url}/assessment/my-exams/{facts['exam']}/")
        expect(phone.locator("[data-exam-store]")).to_be_visible()
        expect(phone.locator("[data-exam-store]")).to_contain_text("这个浏览器存不了答案")
        expect(phone.get_by_role("button", name="开始考试").or_(phone.get_by_role("link", name="接着考"))).to_be_visible()
        check_fits(phone)
        check_accessible(phone)


@pytest.mark.parametrize("case", ["no database", "no small store", "none of both"])
def test_what_such_a_browser_writes_is_still_saved_while_the_line_stands(hall, new_page, case):
    site, facts = hall
    place = list(NOTHING_KEPT).index(case) % 3
    with new_page(viewport=PHONE, at=site) as phone:
        phone.add_init_script(NOTHING_KEPT[case])
        sign_in(phone, site, facts["sessions"][0])
        phone.goto(f"{site.url}/assessment/my-exams/{facts['exam']}/")
        (phone.get_by_role("button", name="开始考试").or_(phone.get_by_role("link", name="接着考"))).click()
        if phone.get_by_role("button", name="在这台设备上继续").is_visible():
            hands.press(phone, "在这台设备上继续")
        phone.locator("#question-1 label").nth(place).click()
        expect(phone.locator("[data-exam-said]")).to_contain_text("已存", timeout=15_000)
        phone.reload()
        assert chosen(phone, 1) == [place]


def test_nobody_sees_what_another_wrote_on_the_same_computer_and_it_is_not_lost(hall, new_page):
    site, facts = hall
    with new_page(at=site) as desk:
        sign_in(desk, site, facts["sessions"][0])
        desk.goto(f"{site.url}/assessment/my-exams/{facts['exam']}/")
        (desk.get_by_role("button", name="开始考试").or_(desk.get_by_role("link", name="接着考"))).click()
        if desk.get_by_role("button", name="在这台设备上继续").is_visible():
            hands.press(desk, "在这台设备上继续")
        sheet = desk.url
        expect(desk.locator("#question-4 textarea")).to_be_visible()
        desk.wait_for_timeout(500)
        desk.context.set_offline(True)
        desk.locator("#question-4 textarea").fill(LATE)
        expect(desk.locator(".yx-exam-bar [data-exam-alert-words]")).to_contain_text("网断了", timeout=20_000)
        desk.goto("about:blank")
        desk.context.set_offline(False)

        # Another signs in and begins the same exam: an empty sheet, and what lies on the device is not hers.
        sign_in(desk, site, facts["sessions"][1])
        assert desk.goto(sheet).status == 404
        desk.goto(f"{site.url}/assessment/my-exams/{facts['exam']}/")
        hands.press(desk, "开始考试")
        expect(desk.locator("#question-4 textarea")).to_have_value("")
        assert LATE not in desk.content()
        desk.locator("#question-2 label").nth(0).click()
        expect(desk.locator("[data-exam-said]")).to_contain_text("已存", timeout=15_000)

        # The first one's words went to her own sheet, under her own right.
        sign_in(desk, site, facts["sessions"][0])
        desk.goto(sheet)
        expect(desk.locator("#question-4 textarea")).to_have_value(LATE)
        assert chosen(desk, 2) == []
