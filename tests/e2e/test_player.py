"""A teacher on her phone plays a film: a question stops it, a note keeps its moment, the prompt is answered, the next step offers itself."""

import json
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import hands
from tests.e2e import site as installation
from tests.e2e.driving import PHONE, check_accessible, check_fits, picture

CUE_SECOND = 6  # as tests.e2e.player_world lays it


@pytest.fixture(scope="module")
def studio(site, tmp_path_factory):
    """The site with one teacher and one course more; `facts` are what their maker printed."""
    made = subprocess.run(
        [sys.executable, "-m", "tests.e2e.player_world", str(tmp_path_factory.mktemp("film"))],
        cwd=installation.ROOT, env=site.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr[-4000:]
    return site, json.loads(made.stdout.splitlines()[-1])


@pytest.fixture
def teacher(studio, new_page):
    """The teacher, signed in on her phone; on a desk with `wide`."""
    site, facts = studio
    with new_page(viewport=PHONE, at=site) as page:
        page.context.add_cookies([{"name": "session", "value": facts["session"], "url": site.url}])
        yield page


def at(facts, what: str) -> str:
    return f"/learn/{facts['enrolment']}/{what}s/{facts[what]}/"


def second(page: Page) -> float:
    return page.evaluate("document.querySelector('[data-player] video').currentTime")


def test_a_film_on_a_phone(studio, teacher):
    _, facts = studio
    teacher.clock.install()
    teacher.goto(at(facts, "step"))
    check_fits(teacher)
    picture(teacher, "player-phone-before")
    expect(teacher.locator("video")).not_to_have_attribute("controls", "")  # one set of controls

    # The end cannot be dragged to.
    teacher.locator("[data-player] [data-start]").click()
    teacher.wait_for_function("() => document.querySelector('[data-player] video').currentTime > 0.5")
    teacher.evaluate("document.querySelector('[data-player] video').currentTime = 25")
    expect(teacher.locator("[data-player-said]")).to_contain_text("没看过的部分拖不过去")
    assert second(teacher) < CUE_SECOND

    # The question comes from the server when the film is there, and holds what follows.
    assert "便签贴满" not in teacher.locator("[data-player]").inner_text()
    teacher.evaluate("document.querySelector('[data-player] video').play()")
    stem = teacher.locator("[data-cue-stem]")
    expect(stem).to_contain_text("便签贴满一块黑板以后", timeout=30_000)
    assert second(teacher) < CUE_SECOND + 1.5
    check_accessible(teacher)
    check_fits(teacher)
    picture(teacher, "player-phone-question")
    hands.choose_answers(teacher, "班主任挑几条抄下来")
    teacher.clock.run_for(20_000)
    teacher.wait_for_timeout(4_500)  # longer than reading takes at least, by the server's clock
    hands.press(teacher, "交答案")
    expect(teacher.locator("[data-cue-said]")).to_contain_text("再想想")
    hands.choose_answers(teacher, "按意思归堆")
    hands.press(teacher, "交答案")
    expect(stem).to_be_hidden()

    # 还在看吗 comes unforeseen, and Space answers.
    teacher.wait_for_function(f"() => document.querySelector('[data-player] video').currentTime > {CUE_SECOND + 1}")
    teacher.clock.fast_forward(14 * 60 * 1000)
    prompt = teacher.locator("[data-presence-box]")
    expect(prompt).to_be_visible(timeout=20_000)
    picture(teacher, "player-phone-presence")
    before = second(teacher)
    teacher.keyboard.press("Space")
    expect(prompt).to_be_hidden()

    # A missed prompt stops, and goes back by one report at most.
    teacher.wait_for_function(f"() => document.querySelector('[data-player] video').currentTime > {before + 2}")
    teacher.clock.fast_forward(14 * 60 * 1000)
    expect(prompt).to_be_visible(timeout=20_000)
    before = second(teacher)
    teacher.clock.fast_forward(61 * 1000)
    expect(teacher.locator("[data-player-said]")).to_contain_text("没有应答")
    assert before - 11 < second(teacher) <= before
    teacher.locator("[data-here]").click()

    # A note takes the moment along and goes back to it.
    note = teacher.locator(".yx-note-new textarea")
    note.fill("归堆这一步要慢")
    hands.press(teacher, "记下")
    expect(teacher.locator(".yx-note textarea")).to_have_value("归堆这一步要慢")
    assert teacher.locator(".yx-note-moment").inner_text() != "00:00"

    for _ in range(40):
        if "这一节看完了" in teacher.locator("[data-player-said]").inner_text():
            break
        teacher.clock.run_for(2_000)
        teacher.wait_for_timeout(1_000)
    expect(teacher.locator("[data-player-said]")).to_contain_text("这一节看完了", timeout=30_000)
    onward = teacher.locator("#onward").get_by_role("link", name="下一节")
    expect(onward).to_be_visible()
    expect(teacher.locator("#legs")).to_contain_text("完成 1 / 5")
    check_accessible(teacher)
    picture(teacher, "player-phone-done")
    onward.click()
    expect(teacher.locator("h1")).to_contain_text("公约不是校规的缩写")


def test_pages_of_the_kinds_on_phone_and_desk(studio, new_page):
    site, facts = studio
    for name, viewport in (("phone", PHONE), ("desk", {"width": 1440, "height": 1000})):
        with new_page(viewport=viewport, at=site) as page:
            page.context.add_cookies([{"name": "session", "value": facts["session"], "url": site.url}])
            for offset, kind in enumerate(("video", "text", "discussion", "link", "offline")):
                page.goto(f"/learn/{facts['enrolment']}/steps/{facts['step'] + offset}/")
                check_fits(page)
                check_accessible(page)
                picture(page, f"step-{kind}-{name}")
            for path, kind in ((at(facts, "case"), "case"), ("/learn/library/", "library"), (f"/learn/library/{facts['case']}/", "shelf")):
                page.goto(path)
                check_fits(page)
                check_accessible(page)
                picture(page, f"{kind}-{name}")
