"""A candidate on her phone: the line breaks, the browser closes, another device takes over, and what she wrote is there (security P-14, F-21)."""

import json
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import hands
from tests.e2e import site as installation
from tests.e2e.driving import DESK, PHONE, check_accessible, check_fits, picture

LONG = (
    "上周听了陈老师的《背影》。我记下三处：她停了八秒；第一个举手的是小周；板书只有四个字。议课时我先念这三条，再问她为什么停那么久。" * 2
)


@pytest.fixture(scope="module")
def hall(site):
    """The site with one candidate and her exams; `facts` are what their maker printed."""
    made = subprocess.run(
        [sys.executable, "-m", "tests.e2e.exam_world"],
        cwd=installation.ROOT, env=site.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr[-4000:]
    return site, json.loads(made.stdout.splitlines()[-1])


def signed_in(page: Page, site, session: str) -> Page:
    page.context.add_cookies([{"name": "session", "value": session, "url": site.url}])
    return page


def saved(page: Page) -> None:
    expect(page.locator("[data-exam-said]")).to_contain_text("已存", timeout=15_000)


def choose(page: Page, number: int, place: int) -> None:
    page.locator(f"#question-{number} label").nth(place).click()


def chosen(page: Page, number: int) -> list[int]:
    return page.eval_on_selector_all(f"#question-{number} input:checked", "found => found.map(one => Number(one.value))")


def test_an_exam_on_a_phone(hall, new_page):
    site, facts = hall
    with new_page(viewport=PHONE, at=site) as phone:
        signed_in(phone, site, facts["sessions"][0])
        phone.goto("/assessment/my-exams/")
        expect(phone.locator("h1")).to_contain_text("已经开考")
        check_accessible(phone)
        check_fits(phone)
        picture(phone, "exam-list-phone")
        phone.get_by_role("link", name="去考试").first.click()
        expect(phone.locator("[data-exam-store]")).to_be_hidden()
        expect(phone.get_by_text("左手骨折")).to_be_visible()
        check_accessible(phone)
        check_fits(phone)
        picture(phone, "exam-cover-phone")

        hands.press(phone, "开始考试")
        expect(phone.locator("[data-exam-done]")).to_have_text("0")
        check_accessible(phone)
        check_fits(phone)
        choose(phone, 1, 2)
        saved(phone)
        expect(phone.locator("[data-exam-done]")).to_have_text("1")
        picture(phone, "exam-sheet-phone")
        # Fields of other kinds, no drag anywhere.
        phone.locator("#question-7 input[type=text]").nth(0).fill("证据")
        phone.locator("#question-8 select").nth(1).select_option(index=2)
        phone.locator("#question-9 select").nth(0).select_option(index=1)
        phone.locator("[data-flag='8']").click()
        saved(phone)

        # The line breaks: she writes on, and closes the browser.
        phone.wait_for_timeout(500)
        phone.context.set_offline(True)
        choose(phone, 2, 1)
        phone.locator("#question-10 textarea").fill(LONG)
        expect(phone.locator(".yx-exam-bar [data-exam-alert-words]")).to_contain_text("网断了，接着答就行", timeout=20_000)
        picture(phone, "exam-offline-phone")
        phone.goto("about:blank")
        phone.context.set_offline(False)

        # Any page of ours sends it; the sheet shows it.
        phone.goto(f"{site.url}/")
        phone.wait_for_function("() => !localStorage.getItem('yx-answers') && !localStorage.getItem('yx-answers-kept')", timeout=20_000)
        phone.goto(f"{site.url}/assessment/my-exams/")
        phone.get_by_role("link", name="接着考").first.click()
        assert chosen(phone, 1) == [2]
        assert chosen(phone, 2) == [1]
        expect(phone.locator("#question-10 textarea")).to_have_value(LONG)
        expect(phone.locator("[data-flag='8']")).to_have_attribute("aria-pressed", "true")

        with new_page(viewport=DESK, at=site) as desk:
            signed_in(desk, site, facts["sessions"][1])
            desk.goto(phone.url)
            expect(desk.locator("h1")).to_contain_text("在另一台设备上进行")
            check_accessible(desk)
            picture(desk, "exam-elsewhere-desk")
            hands.press(desk, "在这台设备上继续")
            assert chosen(desk, 2) == [1]
            choose(desk, 3, 1)
            saved(desk)
            picture(desk, "exam-sheet-desk")
            check_accessible(desk)

            choose(phone, 4, 1)  # the old device is told
            expect(phone.locator("[data-exam-gone] [data-exam-alert-words]")).to_contain_text("转到了另一台设备", timeout=15_000)
            check_accessible(phone)
            picture(phone, "exam-gone-phone")

            # Review before handing in, and the receipt.
            hands.press(desk, "交卷")
            expect(desk.locator("h1")).to_contain_text("没有答，要交卷吗")
            check_accessible(desk)
            picture(desk, "exam-review-desk")
            hands.press(desk, "确认交卷")
            expect(desk.locator("h1")).to_contain_text("已交卷")
            check_accessible(desk)
            picture(desk, "exam-receipt-desk")


def test_the_sheet_saves_without_scripts(hall, bare):
    site, facts = hall
    signed_in(bare, site, facts["sessions"][0])
    bare.goto(f"{site.url}/assessment/my-exams/{facts['plain']}/")
    hands.press(bare, "开始考试")
    choose(bare, 1, 0)
    hands.press(bare, "保存答案")
    assert chosen(bare, 1) == [0]
    hands.press(bare, "交卷")
    hands.press(bare, "确认交卷")
    expect(bare.locator("h1")).to_contain_text("已交卷：11 题答了 1 题")
