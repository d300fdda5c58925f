"""Odd words in the address of any page are answered with a page or a refusal, never with an error, and in time."""

import time
from zlib import crc32

from django.test import Client
from django.urls import get_resolver

from tests.house.reading import report
from tests.house.test_page_queries import address, routes
from tests.house.world import build

# What pages read from their address, taken together; each page takes what it knows.
NAMES = (
    "q", "who", "author", "since", "until", "page", "sort", "show", "kind", "kinds", "state", "stage", "subject", "topic", "person", "days",
    "before", "unit", "file", "version", "call", "about", "quote", "group", "phase", "tab", "programme", "space", "mention", "purpose", "add",
    "level", "type", "from", "to", "on", "name", "text", "year", "month", "day", "school", "category", "order", "scope", "metric", "featured",
)  # fmt: skip
# What pages take from nobody: unreadable, out of bounds, longer than any word.
ODD = {
    "zero byte": "a\x00b",
    "signs": "%_\\'\"<script>&|!():*",
    "far number": "9" * 30,
    "minus": "-1",
    "square": "²",
    "half": "\ud83d".encode("utf-8", "replace").decode(),
    "moment": "99999999999999999-99999999999999999999",
    "long": "（" * 3_000,
    "day": "0000-13-99",
}


def test_odd_words_in_an_address_break_no_page(cast):
    """Each page is given two kinds of odd words, which two by its name: all kinds meet dozens of pages, and a page the same ones each time."""
    world = build(cast)
    pages = {name: address(world, name, route) for name, route in routes(get_resolver().url_patterns) if name != "people:sign_out"}
    problems = []
    for turn, who in enumerate(("李雷", "教务")):
        browser: Client = cast.client_of(who)
        browser.raise_request_exception = False
        for name, path in pages.items():
            odd = list(ODD.values())[(crc32(name.encode()) + turn) % len(ODD)]
            began = time.process_time()
            answer = browser.get(path, dict.fromkeys(NAMES, odd))
            if answer.streaming:
                b"".join(answer.streaming_content)
            took = time.process_time() - began
            if answer.status_code >= 500 or took > 5:
                problems.append(f"{path} ({name}) by {who} with {odd[:20]!r}: {answer.status_code} after {took:.1f} s")
    assert not problems, report(problems)


def test_a_zero_byte_is_refused_wherever_the_database_meets_it(cast):
    answer = cast.client_of("李雷").get("/drafts/", {"q": "a\x00b"})
    assert answer.status_code == 400
    assert "零字节" in answer.content.decode()
