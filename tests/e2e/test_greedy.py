"""A greedy client over HTTP (CH-01…CH-05): 16 times the speed in five tabs, replays, a jump to the end — never more than real time.

No function is called: pages give the tickets, `/beats` of the served site takes the claims, the player's own opening tells what counts.
"""

import http.client
import json
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from tests.e2e import site as installation

RATE = 1.5
SPEED = 16
TURNS = 12
PAUSE = 0.25


class Client:
    """A browser as an attacker writes one: the session's cookie, the form's token, and any number of connections."""

    def __init__(self, url: str, facts: dict):
        self.place, self.facts = urlsplit(url), facts
        self.cookie, self.token = f"session={facts['session']}", ""

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes, str]:
        connection = http.client.HTTPConnection(self.place.hostname, self.place.port, timeout=20)
        try:
            connection.request(method, path, body, {"Cookie": self.cookie, "Referer": self.place.geturl() + path} | headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers.get("Set-Cookie", "")
        finally:
            connection.close()

    def sign_in(self, path: str) -> None:
        _, page, cookies = self.ask("GET", path)
        self.cookie += "; " + re.search(r"csrf=[^;]+", cookies)[0]
        self.token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.decode())[1]

    def open(self, step: int) -> dict:
        status, answer, _ = self.ask("POST", f"/learn/{self.facts['enrolment']}/steps/{step}/open/", **{"X-CSRFToken": self.token})
        assert status == 200, answer
        return json.loads(answer)

    def beat(self, ticket: str, *ranges: tuple[int, int], **more: object) -> dict:
        sent = {"ticket": ticket, "ranges": ranges, **more}
        status, answer, _ = self.ask("POST", "/beats", json.dumps(sent).encode(), **{"Content-Type": "application/json"})
        assert status == 200, answer
        return json.loads(answer)


@pytest.fixture(scope="module")
def client(site) -> Client:
    made = subprocess.run(
        [sys.executable, "-m", "tests.e2e.greedy_world"],
        cwd=installation.ROOT, env=site.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr[-4000:]
    one = Client(site.url, json.loads(made.stdout.splitlines()[-1]))
    one.sign_in(f"/learn/{one.facts['enrolment']}/steps/{one.facts['steps'][0]}/")
    return one


def seen(opened: dict) -> int:
    """How many seconds the player is told were credited (`0-12,40-61`)."""
    return sum(int(end) - int(start) for start, end in (part.split("-") for part in opened["seen"].split(",") if part))


def greedy(client: Client, ticket: str) -> None:
    for turn in range(TURNS):
        at = int(SPEED * turn * PAUSE)
        client.beat(ticket, (at, at + int(SPEED * PAUSE)))
        client.beat(ticket, (0, at + int(SPEED * PAUSE)))  # again what was sent, and all before it
        client.beat(ticket, (590, 600), position=600, completed=True, seconds=600)
        time.sleep(PAUSE)


def test_sixteen_times_in_five_tabs_with_replays_and_a_jump_to_the_end(client):
    before = sum(seen(client.open(step)) for step in client.facts["steps"])
    began = time.monotonic()
    tickets = [client.open(step)["ticket"] for step in client.facts["steps"]]

    with ThreadPoolExecutor(len(tickets)) as tabs:
        list(tabs.map(lambda ticket: greedy(client, ticket), tickets))
    passed = time.monotonic() - began

    again = [client.open(step) for step in client.facts["steps"]]
    credited = sum(seen(one) for one in again) - before
    assert 1 <= credited <= passed * RATE
    page = client.ask("GET", "/learn/")[1].decode()
    assert "0 / 5 已完成" in page
    claimed = len(tickets) * TURNS * SPEED * PAUSE
    assert claimed > passed * RATE * 4  # it asked for far more than it got


def test_a_recorded_hour_sent_again_adds_nothing(client):
    step = client.facts["steps"][0]
    opened = client.open(step)
    time.sleep(2.2)
    first = client.beat(opened["ticket"], (300, 302))
    assert first["seconds"] == seen(opened) + 2

    with ThreadPoolExecutor(5) as tabs:
        answers = list(tabs.map(lambda _: client.beat(opened["ticket"], (300, 302))["seconds"], range(60)))

    assert set(answers) == {first["seconds"]}
    assert seen(client.open(step)) == first["seconds"]
