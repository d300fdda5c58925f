"""Whoever keeps order opens hostile content, and nothing runs (P-26, XS-01, 02, 03, 07, 09): posts, titles, reports, drafts, names."""

import json
from urllib.parse import quote, urlsplit

import pytest

from tests.e2e.hostile_words import ALL, FILE_NAME, NAME

WATCH = """
window.brokenRules = [];
document.addEventListener("securitypolicyviolation", (event) => window.brokenRules.push(event.violatedDirective + " " + event.blockedURI));
"""
# What a page must not hold that came from somebody's words.
ALIVE = """() => [...document.querySelectorAll(
  "main script, main iframe, main object, main embed, main svg:not(.yx-icon):not([class^=yx]), main style, main base, main meta, "
  + "main [onerror], main [onload], main [ontoggle], main [onbegin], main [onpageshow], main [x-init], main [hx-get='/sign-out/'], "
  + "main a[href^='java'], main img[src^='//'], main img[src='x'], .yx-reading [style], .yx-feed-words [style], .yx-order-source *"
)].map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def world(site):
    return json.loads(site.run("tests.e2e.hostile_world").splitlines()[-1])


class Guard:
    """A signed-in browser that counts what should never happen."""

    def __init__(self, page, site, key):
        self.page, self.happened = page, []
        page.context.add_cookies([{"name": "session", "value": key, "url": site.url}])
        page.add_init_script(WATCH)
        page.on("dialog", self._dialog)
        page.on("request", lambda request: self.happened.append(request.url) if self._is_foreign(request.url, site.url) else None)

    def _dialog(self, dialog):
        self.happened.append(f"dialog {dialog.message}")
        dialog.dismiss()

    @staticmethod
    def _is_foreign(url, own):
        here = urlsplit(url)
        return here.scheme in ("http", "https") and here.hostname != urlsplit(own).hostname

    def open(self, path, *words):
        answer = self.page.goto(path)
        assert answer.status == 200, f"{path}: {answer.status}"
        self.page.wait_for_load_state("load")
        alive = self.page.evaluate(ALIVE)
        assert alive == [], (path, alive)
        assert self.page.evaluate("window.brokenRules || []") == [], path
        shown = self.page.locator("body").inner_text()
        values = self.page.evaluate("[...document.querySelectorAll('textarea,input')].map((one) => one.value).join('\\n')")
        for word in words:
            assert _plain(word) in _plain(shown + values), f"{path} does not show {word}"
        assert self.happened == [], path


def _plain(text):
    return "".join(text.split()).replace("\u202e", "")


def test_a_keeper_opens_hostile_content_and_nothing_runs(site, world, new_page):
    with new_page() as page:
        host, space = Guard(page, site, world["host"]), world["space"]
        for path in ("", "discussions/", "questions/", "logs/", "briefings/", "members/", "order/rules/"):
            host.open(f"/workshops/{space}/{path}")
        for show in ("held", "reports", "hits"):
            host.open(f"/workshops/{space}/order/?show={show}")
        host.open(f"/workshops/{space}/order/?show=reports", *(f"{vector} 请看" for vector in ALL[:6]))
        for number in (1, 2):
            host.open(f"/workshops/posts/{world['thread']}/?page={number}")
        host.open(f"/workshops/posts/{world['titled']}/", f"题 {ALL[2]}")
        host.open(f"/workshops/posts/{world['log']}/")
        host.open(f"/workshops/posts/{world['question']}/", f"问 {ALL[3]}")
        for pk, vector in list(zip(world["replies"], ALL, strict=True))[::3]:
            host.open(f"/workshops/posts/{pk}/measure/", vector)
        for pk in world["replies"][::5]:
            answer = page.goto(f"/workshops/posts/{pk}/look/")
            assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        host.open(f"/workshops/measures/{world['measure']}/", f"因为 {ALL[2]}")
        host.open("/workshops/measures/?q=" + quote(ALL[0]))
        host.open(f"/workshops/{space}/silence/{world['person']}/", NAME)
        host.open("/workshops/?q=" + quote(ALL[2]) + "#" + quote(ALL[0]))
        assert host.happened == []


def test_an_office_and_the_author_open_it_too(site, world, new_page):
    with new_page() as page:
        office = Guard(page, site, world["office"])
        office.open("/workshops/order/")
        office.open("/workshops/order/?show=appeals")
        office.open(f"/workshops/measures/{world['measure']}/", f"不服 {ALL[3]}", f"因为 {ALL[2]}")
        office.open(f"/integrity/inquiries/{world['inquiry']}/", ALL[0], ALL[1], FILE_NAME)
        office.open("/integrity/words/", ALL[0])
        assert office.happened == []
    with new_page() as page:
        author = Guard(page, site, world["member"])
        author.open("/workshops/measures/own/", f"退 {ALL[10]}")
        author.open(f"/workshops/posts/{world['returned']}/revise/", f"{ALL[11]} 退")
        author.open(f"/workshops/posts/{world['log']}/correct/", *ALL[:20])
        author.open(f"/workshops/posts/{world['briefing']}/report/")
        assert author.happened == []
