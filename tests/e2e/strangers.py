"""What was open to those it concerns must be shut to everybody else: the addresses of a journey, tried by a stranger."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page

# Pages that each person has of her own; what they show is looked at instead.
OWN = {"/", "/learn/", "/standing/", "/ledger/", "/settings/"}
# The shelf and the courses on it are everybody's to look at who is signed in.
SHARED = re.compile(r"/catalogue/courses/(\d+/)?$")
OPEN = re.compile(r"/(sign-in|activate|forgotten|verify)/")
SHUT = {403, 404}


class Footprints:
    """Every page that was opened, every address that was written to."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.written: set[str] = set()

    def follow(self, page: Page) -> None:
        """Note where this page goes from now on."""
        page.on("request", self._note)

    def _note(self, request) -> None:
        parts = urlsplit(request.url)
        if not request.is_navigation_request() or OPEN.match(parts.path):
            return
        if request.method == "POST":
            self.written.add(parts.path)
        else:
            self.read.add(parts.path)

    def check_shut_to_the_public(self, stranger: Page) -> None:
        """Fail unless nobody without an account gets in: reading leads to the door, writing is refused."""
        for path in sorted(self.read):
            answer = stranger.request.get(path, max_redirects=0)
            leads_to = answer.headers.get("location", "")
            assert answer.status in SHUT or leads_to.startswith("/sign-in/"), f"GET {path}: {answer.status} {leads_to}"
        for path in sorted(self.written):
            answer = stranger.request.post(path, max_redirects=0)
            assert answer.status in SHUT or answer.headers.get("location", "").startswith("/sign-in/"), f"POST {path}: {answer.status}"

    def check_shut_to(self, stranger: Page, *, name: str) -> None:
        """Fail unless somebody who is signed in elsewhere is refused, or sees only her own, without `name` in it."""
        stranger.goto("/")
        token = stranger.locator("[name=csrfmiddlewaretoken]").first.input_value()
        for path in sorted(self.read):
            answer = stranger.request.get(path)
            if path in OWN or SHARED.match(path):
                assert name not in answer.text(), f"GET {path} shows {name}"
            else:
                assert answer.status in SHUT, f"GET {path}: {answer.status}"
        for path in sorted(self.written - OWN - {"/hat/"}):
            headers = {"X-CSRFToken": token, "Referer": stranger.url}
            answer = stranger.request.post(path, headers=headers, max_redirects=0)
            assert answer.status in SHUT, f"POST {path}: {answer.status}"
