"""Packages in a real browser: played in their sandbox, left, resumed, completed; and what their scripts cannot reach (UP-06, UP-07)."""

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.driving import DESK, PHONE, check_accessible, check_fits, picture

SEED = "from tests.e2e.package_seed import seed; seed()"
# What a hostile script would try from inside a package; each returns a word of success or the name of what stopped it.
ATTACKS = {
    "cookies": "() => document.cookie",
    "parent": "() => { try { return top.document.title } catch (error) { return error.name } }",
    "navigate": "() => { try { top.location.href = 'http://127.0.0.1:9/'; return 'gone' } catch (error) { return error.name } }",
    "fetch": "async (url) => { try { return (await fetch(url, {credentials: 'include'})).status } catch (error) { return error.name } }",
    "beacon": "(url) => navigator.sendBeacon(url, 'x') && 'queued'",
    "popup": "() => window.open('http://127.0.0.1:9/') === null ? 'none' : 'opened'",
}


@pytest.fixture(scope="module")
def study(site):
    """The seeded course: session of its teacher, and the address of each package."""
    return json.loads(site.yanxiu("shell", "-v", "0", "-c", SEED).stdout.strip().splitlines()[-1])


@pytest.fixture
def learner(new_page, site, study):
    """`with learner(viewport) as page`: the teacher, signed in, in a fresh browser."""

    def opened(viewport=DESK):
        return _signed_in(new_page(viewport=viewport), site, study)

    return opened


class _signed_in:  # noqa: N801 - used as a context manager
    def __init__(self, page, site, study):
        self._page, self._site, self._study = page, site, study

    def __enter__(self):
        page = self._page.__enter__()
        page.context.add_cookies([{"name": "session", "value": self._study["session"], "url": self._site.url}])
        return page

    def __exit__(self, *error):
        return self._page.__exit__(*error)


def begin(page, address):
    """Open a package step and return the frame of its content, once it has begun."""
    page.goto(address)
    page.locator("[data-begin]").click()
    content = page.frame_locator("[data-package] iframe").frame_locator("iframe")
    expect(content.locator("#said")).to_have_text("true", timeout=20_000)
    return content


@pytest.mark.parametrize("name", ["scorm12", "scorm2004", "gbk"])
def test_a_package_is_played_left_resumed_and_completed(learner, study, name):
    with learner() as page:
        content = begin(page, study["steps"][name])
        expect(content.locator("#who")).to_have_text("李雷")
        expect(content.locator("#entry")).to_have_text("ab-initio")
        content.locator("#next").click()
        with page.expect_response(lambda answer: "p=3" in (answer.request.post_data or "")):
            content.locator("#next").click()
        expect(page.locator("[data-package-said]")).to_contain_text("已存")

    with learner(PHONE) as page:
        content = begin(page, study["steps"][name])
        expect(content.locator("#page")).to_have_text("3")
        expect(content.locator("#entry")).to_have_text("resume")
        expect(content.locator("#kept")).to_have_text("p=3;中文")
        check_fits(page)
        check_accessible(page)
        content.locator("#pass").click()
        expect(page.locator("[data-package-said]")).to_contain_text("这一节完成了", timeout=20_000)
        expect(page.locator("#onward")).to_contain_text("这一节完成")
        picture(page, f"package-{name}-phone")


def test_units_follow_each_other_by_the_packages_own_rules(learner, study):
    with learner() as page:
        content = begin(page, study["steps"]["sequence"])
        expect(content.locator("h1")).to_have_text("看一节课")
        content.locator("#onward").click()
        expect(content.locator("h1")).to_have_text("写观课记录")
        expect(page.locator("[data-sco=a]")).to_have_attribute("data-state", "done")
        content.locator("#next").click()  # a unit that has kept nothing is not where one goes on
        expect(page.locator("[data-sco=b]")).to_have_attribute("data-state", "begun")

    with learner() as page:
        content = begin(page, study["steps"]["sequence"])
        expect(content.locator("h1")).to_have_text("写观课记录")
        page.locator("[data-sco=c]").click()
        expect(content.locator("h1")).to_have_text("测一测")
        content.locator("#pass").click()
        page.locator("[data-move=previous]").click()
        expect(content.locator("h1")).to_have_text("写观课记录")
        content.locator("#pass").click()
        expect(page.locator("[data-package-said]")).to_contain_text("这一节完成了", timeout=20_000)
        picture(page, "package-sequence")


def test_a_unit_that_finishes_without_a_word_is_completed_also_when_the_page_is_left(learner, study):
    with learner() as page:
        content = begin(page, study["steps"]["silent"])
        page.locator("[data-sco=b]").click()
        expect(page.locator("[data-sco=a]")).to_have_attribute("data-state", "done", timeout=20_000)
        expect(content.locator("h1")).to_have_text("再看")
        expect(content.locator("#said")).to_have_text("true")
        page.get_by_role("link", name="我的课程").first.click()
        page.wait_for_url("**/learn/")

    with learner() as page:
        page.goto(study["steps"]["silent"])
        expect(page.locator("[data-sco=b]")).to_have_attribute("data-state", "done")


def test_what_was_done_while_the_line_was_cut_is_saved_after_it(learner, study):
    with learner() as page:
        content = begin(page, study["steps"]["units"])
        page.context.set_offline(True)
        content.locator("#next").click()
        expect(page.locator("[data-package-said]")).to_contain_text("网断了")
        page.context.set_offline(False)
        expect(page.locator("[data-package-said]")).to_contain_text("已存", timeout=20_000)

    with learner() as page:
        expect(begin(page, study["steps"]["units"]).locator("#page")).to_have_text("2")


def test_up_07_a_value_that_is_too_long_is_refused_aloud(learner, study):
    with learner() as page:
        content = begin(page, study["steps"]["units"])
        content.locator("#long").click()
        expect(content.locator("#said")).to_have_text("false 405")


def test_up_06_a_package_reaches_nothing_around_it(browser, site, study):
    context = browser.new_context(base_url=site.url, viewport=DESK)
    context.add_cookies([{"name": "session", "value": study["session"], "url": site.url, "httpOnly": True}])
    page = context.new_page()
    sent = []
    page.on("request", lambda request: sent.append(request))  # noqa: PLW0108 - Playwright marks the function it is given
    begin(page, study["steps"]["units"])
    inside = page.frames[-1]

    found = {name: inside.evaluate(script, f"{site.url}/learn/") for name, script in ATTACKS.items()}
    page.wait_for_timeout(300)

    assert found["cookies"] == ""
    assert found["parent"] == "SecurityError"
    assert found["navigate"] != "gone" or page.url.startswith(site.url)
    assert found["fetch"] == "TypeError"
    assert found["popup"] == "none"
    assert page.url.startswith(site.url + "/learn/")
    assert not [one.url for one in sent if one.url.startswith(site.url) and one.frame != page.main_frame]
    assert not [one.url for one in sent if "127.0.0.1:9/" in one.url]
    context.close()
