"""What journeys do with a page besides clicking: wait for htmx, ask axe, take pictures."""

import os
from functools import cache
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RESULTS = Path(__file__).resolve().parent.parent.parent / "test-results"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
SERIOUS = {"serious", "critical"}
# `region` is at most moderate and takes a quarter of the time; what passed is not carried over.
ASKS = """() => axe.run(document, {resultTypes: ["violations"], rules: {region: {enabled: false}}}).then(told => told.violations.map(
    ({id, impact, help, nodes}) => ({id, impact, help, targets: nodes.slice(0, 3).map(node => String(node.target))})))"""


def wait_for_htmx(page: Page) -> None:
    """Wait until no request of htmx is under way and its swap has settled."""
    page.wait_for_load_state("domcontentloaded")
    page.wait_for_function(
        "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling') && (window.htmx !== undefined || !document.querySelector('script[src*=app]'))"
    )


def picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page as test-results/NAME.png when YANXIU_PICTURES asks for them: they take as long as axe does."""
    if os.environ.get("YANXIU_PICTURES"):
        RESULTS.mkdir(exist_ok=True)
        page.screenshot(path=RESULTS / f"{name}.png", full_page=True)


def look(page: Page, name: str) -> None:
    """Fail on what axe finds serious or what is wider than the window; keep a picture."""
    check_accessible(page)
    check_fits(page)
    picture(page, name)


def look_wide_and_narrow(page: Page, name: str) -> None:
    """`look` at a desk's page, and hold it to the width of a phone too."""
    look(page, f"{name}-desk")
    page.set_viewport_size(PHONE)
    check_fits(page)
    picture(page, f"{name}-phone")
    page.set_viewport_size(DESK)


@cache
def _axe() -> str:
    return Axe().axe_script


def check_accessible(page: Page) -> None:
    """Fail on serious and critical findings of axe, naming rule, element and help."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_axe())
    found = [one for one in page.evaluate(ASKS) if one["impact"] in SERIOUS]
    lines = [f"{one['id']} ({one['impact']}): {one['help']}: {target}" for one in found for target in one["targets"]]
    assert not lines, f"{page.url}\n" + "\n".join(lines)


def check_fits(page: Page) -> None:
    """Fail when the page is wider than its window."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url}: {wide} px too wide at {page.viewport_size}"
