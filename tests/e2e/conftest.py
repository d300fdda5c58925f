"""The site and the browser of the journeys. `page` is a desk, `phone` a phone, `bare` a browser without JavaScript."""

import contextlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e import materials, office
from tests.e2e import site as installation
from tests.e2e.driving import DESK, PHONE, RESULTS
from tests.e2e.strangers import Footprints

HERE = Path(__file__).parent
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--mute-audio", "--autoplay-policy=no-user-gesture-required"]


def pytest_itemcollected(item):
    """Mark the journeys."""
    if HERE in item.path.parents:
        item.add_marker(pytest.mark.e2e)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The journeys come first and in a row, whatever order the rest has: they share a browser, which ends after the last of them."""
    items.sort(key=lambda item: HERE not in item.path.parents)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let fixtures know whether the test failed."""
    report = yield
    setattr(item, f"report_{report.when}", report)
    return report


@pytest.fixture(scope="session")
def fresh(tmp_path_factory):
    """A folder for what set-up made for the first installation, so that the others need not wait for the same."""
    return tmp_path_factory.mktemp("fresh")


@pytest.fixture(scope="session")
def site(tmp_path_factory, fresh):
    """A fresh installation, served by `yanxiu serve`; stopped at the end, which must take less than ten seconds."""
    prepared = installation.prepare(tmp_path_factory.mktemp("site"), fresh=fresh)
    process = installation.start(prepared)
    yield prepared
    seconds = installation.stop(process)
    assert seconds < 10, f"the site took {seconds:.1f} s to stop"


class Chromium:
    """Debian's Chromium under Playwright, started when a journey asks for it.

    Playwright's loop runs in this thread, and a thread has one loop: the browser ends before a test that is no journey begins.
    """

    def __init__(self):
        self._held = contextlib.ExitStack()
        self._browser = None

    def keep(self, page):
        """Enter the context of a page that stays open until the browser ends, and return the page."""
        return self._held.enter_context(page)

    def get(self):
        """Return the running browser; the journey is skipped in words where there is none."""
        if self._browser is None:
            program = os.environ.get("YANXIU_CHROMIUM") or next((found for name in PROGRAMS if (found := shutil.which(name))), None)
            if program is None:
                pytest.skip("no Chromium: the browser journeys did not run (install chromium, or set YANXIU_CHROMIUM)")
            from playwright.sync_api import expect, sync_playwright

            # Beside a running loop Django would take us for an async program.
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
            self._held.callback(os.environ.pop, "DJANGO_ALLOW_ASYNC_UNSAFE")
            expect.set_options(timeout=15_000)  # as long as a click waits: what was sent is saved when a busy machine gets to it
            playwright = self._held.enter_context(sync_playwright())
            self._browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
            self._held.callback(self._browser.close)
        return self._browser

    def stop(self):
        """End the browser and its loop; the next `get` starts them again."""
        self._browser = None
        self._held.close()


CHROMIUM = Chromium()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """After the fixtures of the last journey in a row, end the browser."""
    try:
        return (yield)
    finally:
        if nextitem is None or HERE not in nextitem.path.parents:
            CHROMIUM.stop()


@pytest.fixture
def browser():
    """The browser of this process."""
    return CHROMIUM.get()


@pytest.fixture
def new_page(site, browser, request):
    """`with new_page(viewport=…, javascript=…, at=site) as page`: a fresh browser; complaints of the page fail the test."""

    @contextlib.contextmanager
    def opened(*, viewport=DESK, javascript=True, at=site):
        with _opened(browser, at, viewport=viewport, javascript=javascript) as page:
            try:
                yield page
                if hasattr(request.node, "report_call") and request.node.report_call.failed:
                    _keep(page, request.node.name)
            except BaseException:
                _keep(page, request.node.name)
                raise

    return opened


@contextlib.contextmanager
def _opened(browser, at, *, viewport=DESK, javascript=True):
    context = browser.new_context(
        base_url=at.url, viewport=viewport, java_script_enabled=javascript, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("console", lambda line: complaints.append(f"{page.url}: {line.text}") if _is_complaint(line) else None)
    page.on("response", lambda answer: complaints.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)
    try:
        yield page
    finally:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def programme(site, tmp_path_factory):
    """A programme on the fresh site, set going on pages by its office and a school: what the teachers' journeys begin with."""
    browser = CHROMIUM.get()
    desk, admin = (CHROMIUM.keep(_opened(browser, site)) for _ in range(2))
    trail = Footprints()
    trail.follow(desk)
    trail.follow(admin)
    try:
        return office.set_going(site, desk, admin, film=materials.film(tmp_path_factory.mktemp("film"), sentences=1), trail=trail)
    except BaseException:
        _keep(desk, "office")
        _keep(admin, "admin")
        raise


@pytest.fixture(scope="session")
def assessment(site):
    """What the journeys of assessment begin with, by their names: sessions of people, and ids (`assessment_world`)."""
    return json.loads(site.run("tests.e2e.assessment_world").splitlines()[-1])


@pytest.fixture(scope="session")
def spaces(site):
    """What the journeys of spaces begin with, by their names (`spaces_world`)."""
    return json.loads(site.run("tests.e2e.spaces_world").splitlines()[-1])


@dataclass(frozen=True, kw_only=True)
class Town:
    """The demo town on a site of its own; account by the title of its holder, one password for all."""

    site: installation.Site
    accounts: dict[str, str]
    password: str
    running: list[subprocess.Popen[bytes]]

    def stop(self):
        """Cut the town off from the world."""
        installation.stop(self.running.pop())

    def start(self):
        """Bring it back."""
        self.running.append(installation.start(self.site))


@pytest.fixture(scope="session")
def town(tmp_path_factory, fresh):
    """The demo town, made and served as `./run` does it."""
    prepared = installation.prepare(tmp_path_factory.mktemp("town"), fresh=fresh)
    prepared.yanxiu("demo", "--size", "town")
    words = (prepared.data / "demo-accounts.txt").read_text(encoding="utf-8")
    accounts = {title.strip(): account.strip() for title, account in re.findall(r"^  (\S+)\s*\t(\S+)", words, re.MULTILINE)}
    made = Town(site=prepared, accounts=accounts, password=re.search(r"密码都是 (\S+?)）", words)[1], running=[])
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def seen_kinds() -> set[str]:
    """The kinds of pages that one member of the cast has looked at already."""
    return set()


def _is_complaint(line) -> bool:
    # A refused answer (403, 404, 422 …) and a line that a journey cuts are logged by the browser too; journeys look at those themselves.
    expected = ("the server responded with a status of 4", "net::ERR_INTERNET_DISCONNECTED")
    return line.type == "error" and not any(words in line.text for words in expected)


def _keep(page, name: str) -> None:
    RESULTS.mkdir(exist_ok=True)
    page.screenshot(path=RESULTS / f"failed-{re.sub(r'[^0-9A-Za-z_-]+', '-', name)}.png", full_page=True)


@pytest.fixture
def page(new_page):
    """A desk: 1440 × 900."""
    with new_page() as opened:
        yield opened


@pytest.fixture
def phone(new_page):
    """A phone: 390 × 844."""
    with new_page(viewport=PHONE) as opened:
        yield opened


@pytest.fixture
def bare(new_page):
    """A desk without JavaScript."""
    with new_page(javascript=False) as opened:
        yield opened
