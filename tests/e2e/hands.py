"""What people do at the pages: find a field by its label, press a button by its words, sign in, activate, study."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from yanxiu.kit.text import characters
from yanxiu.learning.rules import reading_seconds

PASSWORD = "Songfeng-7-zhuying-23"
FILM_SECONDS = 60_000


@dataclass(frozen=True, kw_only=True)
class Slip:
    """An activation slip as printed."""

    name: str
    username: str
    code: str


def press(page: Page, words: str) -> None:
    """Press the button whose words begin so; it must be alone on the page."""
    page.get_by_role("button", name=re.compile(f"^{re.escape(words)}")).click()


def follow(page: Page, words: str) -> None:
    """Follow the first link with these words in the page's body."""
    page.locator("#main").get_by_role("link", name=words).first.click()


def choose_menu(page: Page, words: str) -> None:
    """Follow an entry of the main menu."""
    page.goto("/")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name=words).click()


def fill(page: Page, **fields: str) -> None:
    """Fill in fields by their form names."""
    for name, value in fields.items():
        page.locator(f"form:not([role=search]) [name={name}]:not([type=hidden])").first.fill(value)


def headline(page: Page) -> str:
    """What the page says in one sentence."""
    return page.locator("h1").inner_text()


def sign_in(page: Page, account: str, password: str = PASSWORD) -> None:
    """Come in through the door."""
    page.goto("/sign-in/")
    fill(page, typed=account, password=password)
    press(page, "登录")
    expect(page).not_to_have_url(re.compile("/sign-in/"))


def arrive(page: Page, site, session: str) -> None:
    """Be signed in by a session that a maker of worlds began."""
    page.context.add_cookies([{"name": "session", "value": session, "url": site.url}])


def activate(page: Page, slip: Slip) -> None:
    """Use an activation slip and set a password."""
    page.goto("/activate/")
    fill(page, typed=slip.username, name=slip.name, code=slip.code)
    press(page, "下一步")
    expect(page).to_have_url(re.compile("/activate/password/"))
    fill(page, password=PASSWORD, again=PASSWORD)
    press(page, "保存并进入")
    expect(page).not_to_have_url(re.compile("/activate/"))


def slips_on(page: Page) -> dict[str, Slip]:
    """Read printed slips, by name."""
    found = {}
    page.locator(".yx-slip").first.wait_for()
    for one in page.locator(".yx-slip").all():
        name = one.locator(".yx-slip-name b").inner_text()
        username, code = one.locator("dd.yx-mono").all_inner_texts()
        found[name] = Slip(name=name, username=username, code=code)
    return found


def wear(page: Page, role: str) -> None:
    """Put on the hat of a role, if it is not worn already."""
    page.goto("/")
    now = page.locator("summary.yx-hat")
    if now.count() and role not in now.inner_text():
        now.click()
        page.locator(".yx-hats button").filter(has_text=role).first.click()
        expect(page.locator("summary.yx-hat")).to_contain_text(role)


def go_to_step(page: Page, title: str) -> None:
    """Open a step of the course on the page."""
    page.locator(".yx-legs").get_by_role("link", name=title).click()
    expect(page.locator("h1")).to_contain_text(title)


def play(page: Page) -> None:
    """Start the film by the keyboard; it begins when the server has opened it."""
    page.locator("[data-player] video").focus()
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('[data-player] video').currentTime > 0.5")


def play_to_the_end(page: Page) -> None:
    """Watch at the speed of life until the page says that the film is done."""
    play(page)
    expect(page.locator("[data-player-said]")).to_contain_text("这一节看完了", timeout=FILM_SECONDS)


def kept_reports(page: Page) -> int:
    """How many reports of what was seen this browser still keeps, not yet acknowledged."""
    return page.evaluate(
        """() => new Promise((told) => {
            const fresh = JSON.parse(localStorage.getItem("yx-beats") ?? "[]").length;
            indexedDB.open("yx-outbox", 1).onsuccess = ({target}) => {
                if (!target.result.objectStoreNames.length) return told(fresh);
                const asked = target.result.transaction("beats").objectStore("beats").count();
                asked.onsuccess = () => told(fresh + asked.result);
            };
        })"""
    )


def read_to_the_end(page: Page) -> None:
    """Leave a text open as long as reading takes at least, then say that it is read."""
    seconds = reading_seconds(characters(page.locator(".yx-reading").first.inner_text()))
    page.wait_for_timeout((seconds + 1) * 1000)
    press(page, "读完了")
    expect(page.locator("#toasts, main")).to_contain_text(["已读完"])


def come_back_until(page: Page, look: Callable[[], object], *, headline: str = "", words: str = "") -> None:
    """Look again until headline and page say so: results reach the lists through the worker, within a second or two."""
    for _ in range(40):
        look()
        if headline in page.locator("h1").inner_text() and words in page.locator("#main").inner_text():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{page.url} says “{page.locator('h1').inner_text()}”, not “{headline}{words}”")


def choose_answers(page: Page, *answers: str) -> None:
    """Tick one answer a question, by its words."""
    for answer in answers:
        page.locator(".yx-choice").filter(has_text=answer).locator("input").check()
