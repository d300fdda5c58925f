"""What journeys do with a page besides clicking: wait for htmx, ask axe, take pictures."""

from functools import cache
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RESULTS = Path(__file__).resolve().parent.parent.parent / "test-results"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
SERIOUS = {"serious", "critical"}


def wait_for_htmx(page: Page) -> None:
    """Wait until no request of htmx is under way and its swap has settled."""
    page.wait_for_load_state("domcontentloaded")
    page.wait_for_function(
        "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling') && (window.htmx !== undefined || !document.querySelector('script[src*=app]'))"
    )


def picture(page: Page, name: str) -> Path:
    """Keep a picture of the whole page as test-results/NAME.png."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{name}.png"
    page.screenshot(path=file, full_page=True)
    return file


def look(page: Page, name: str) -> None:
    """Fail on what axe finds serious or what is wider than the window; keep a picture."""
    check_accessible(page)
    check_fits(page)
    picture(page, name)


@cache
def _axe() -> Axe:
    return Axe()


def check_accessible(page: Page) -> None:
    """Fail on serious and critical findings of axe, naming rule, element and help."""
    found = [one for one in _axe().run(page).response["violations"] if one["impact"] in SERIOUS]
    lines = [f"{one['id']} ({one['impact']}): {one['help']}: {node['target']}" for one in found for node in one["nodes"][:3]]
    assert not lines, f"{page.url}\n" + "\n".join(lines)


def check_fits(page: Page) -> None:
    """Fail when the page is wider than its window."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url}: {wide} px too wide at {page.viewport_size}"
