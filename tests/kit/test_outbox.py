"""The outbox of the player in a browser: nothing seen is lost by a broken line, a closed page or a busy server (CH-12, F-15)."""

import json
from pathlib import Path

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
SCRIPT = Path(__file__).parents[2] / "yanxiu" / "kit" / "frontend" / "js" / "outbox.js"
SITE = "http://outbox.test"
PAGE = """<!doctype html><meta charset="utf-8"><div id="outbox" data-door="/beats" hidden><b data-outbox-time></b></div>
<script type="module">
import { Outbox, installOutbox } from "/outbox.js";
window.said = [];
window.box = () => new Outbox({ url: "/beats", every: 10, offline: "网断了", onAnswer: (beat, ok, body) => said.push([beat.ticket, ok, body.code ?? ""]),
                                onSaid: (message) => said.push(message) });
window.restart = installOutbox;
window.ready = true;
</script>"""
pytestmark = pytest.mark.slow  # starts a browser


class Line:
    """The network between page and server: answers as told and remembers what arrived."""

    def __init__(self) -> None:
        self.arrived: list[dict] = []
        self.answers: list[tuple[int, dict] | None] = []

    def answer(self, route) -> None:
        path = route.request.url.removeprefix(SITE)
        if path == "/beats":
            answer = self.answers.pop(0) if self.answers else (200, {"lease": "held"})
            if answer is None:
                route.abort()
                return
            self.arrived.append(json.loads(route.request.post_data))
            route.fulfill(status=answer[0], body=json.dumps(answer[1]), headers={"retry-after": "3"})
        elif path in ("/outbox.js", "/kept.js"):
            route.fulfill(body=SCRIPT.with_name(path[1:]).read_text(encoding="utf-8"), content_type="text/javascript")
        else:
            route.fulfill(body=PAGE, content_type="text/html")


@pytest.fixture
def line():
    return Line()


@pytest.fixture
def browser_context(line):
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium" if Path("/usr/bin/chromium").exists() else None,
                                             args=["--no-sandbox"])  # fmt: skip
        context = browser.new_context()
        context.route(f"{SITE}/**", line.answer)
        yield context
        browser.close()


@pytest.fixture
def page(browser_context):
    return opened(browser_context)


def opened(context):
    page = context.new_page()
    page.goto(f"{SITE}/")
    page.wait_for_function("window.ready")
    return page


def send(page, *beats) -> None:
    page.evaluate("async (beats) => { window.one ??= box(); beats.forEach((beat) => one.add(beat)); await one.send(); }", list(beats))


def beat(ticket: str, *ranges: list[int]) -> dict:
    return {"ticket": ticket, "ranges": list(ranges), "position": ranges[-1][1]}


def test_what_is_acknowledged_is_forgotten(page, line):
    send(page, beat("A", [0, 10]))
    send(page)

    assert [(one["ticket"], one["ranges"]) for one in line.arrived] == [("A", [[0, 10]])]
    assert page.evaluate("said") == [["A", True, ""]]
    assert page.locator("#outbox").is_hidden()


def test_a_broken_line_keeps_everything_and_later_reports_it_once_for_each_lease_in_order(page, line):
    line.answers = [None]
    send(page, beat("A", [0, 10]))
    send(page, beat("A", [10, 20]), beat("B", [5, 9]), beat("A", [30, 40]))  # it waits: nothing is sent

    assert line.arrived == []
    assert page.evaluate("said") == ["网断了"]
    assert page.locator("#outbox").is_visible()
    assert page.locator("[data-outbox-time]").inner_text() == "0:34"
    page.evaluate("one.again()")
    page.wait_for_function("said.length === 3")
    assert [(one["ticket"], one["ranges"], one["position"]) for one in line.arrived] == [("A", [[0, 20], [30, 40]], 40), ("B", [[5, 9]], 9)]


def test_a_closed_page_loses_nothing_and_any_other_page_sends_it(page, browser_context, line):
    line.answers = [None]
    send(page, beat("A", [0, 10]))
    page.evaluate("one.add({ ticket: 'A', ranges: [[10, 15]], position: 15 })")  # the last thing before it closes
    page.close()

    later = opened(browser_context)
    later.evaluate("restart()")
    later.wait_for_function("!localStorage.getItem('yx-beats-kept') && !localStorage.getItem('yx-beats')")

    assert [one["ranges"] for one in line.arrived] == [[[0, 15]]]


def test_a_busy_server_is_asked_again_only_after_its_time_and_never_on_the_second(page, line):
    line.answers = [(503, {"code": "later", "message": "现在看的人很多"})] * 40
    waits = page.evaluate("""async () => {
        const waits = [];
        for (let turn = 0; turn < 40; turn += 1) {
            const one = box();
            one.add({ ticket: "A", ranges: [[0, 10]], position: 10 });
            const began = performance.now();
            await one.send();
            waits.push((one.wait - began) / 1000);
            clearTimeout(one.timer);
        }
        return waits;
    }""")

    assert len(line.arrived) == 40
    assert min(waits) >= 7.4  # ten seconds, a quarter less or more
    assert max(waits) <= 13.5
    assert max(waits) - min(waits) > 2


def test_reports_of_somebody_signed_out_wait_for_her_and_refused_ones_do_not(page, line):
    line.answers = [(409, {"code": "renew", "message": "重新开始"}), (401, {"code": "signed_out", "message": "请重新登录"})]
    send(page, beat("A", [0, 10]), beat("B", [0, 10]))
    page.evaluate("one.again()")
    page.wait_for_function("said.length === 4")

    assert [one["ticket"] for one in line.arrived] == ["A", "B", "B"]
    assert page.evaluate("said[0]") == ["A", False, "renew"]


def test_it_never_holds_more_than_its_bound_and_drops_the_oldest(page, line):
    line.answers = [None] * 2
    send(page, *(beat("A", [2 * n, 2 * n + 1]) for n in range(300)))
    page.evaluate("one.wait = 0")
    send(page, *(beat(f"T{n}", [0, 1]) for n in range(500)))

    held = page.evaluate("one.rows().then((rows) => [rows.length, rows[0].ticket])")
    assert held[0] <= 500
    assert held[1] == "T0"


def test_more_ranges_than_one_report_may_hold_go_in_several(page, line):
    send(page, beat("A", *([2 * n, 2 * n + 1] for n in range(100))))
    send(page)

    assert [len(one["ranges"]) for one in line.arrived] == [60, 40]


def test_the_device_keeps_its_name_and_hidden_time_is_only_that_of_watching(page, line):
    names = page.evaluate("[box().device, box().device]")
    page.evaluate("window.one = box(); one.away = 60000")
    send(page, beat("A", [0, 10]))

    assert names[0] == names[1]
    assert len(names[0]) == 32
    assert line.arrived[0]["hidden"] == 10
