"""Every kind of page of the demo town, as each member of the cast meets it by following links: it answers, reads aloud, fits, stays quiet."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest

from tests.e2e import hands
from tests.e2e.driving import DESK, PHONE, check_accessible, check_fits, picture

CAST = (
    "参训教师", "已达标的教师", "还没选课的教师", "工作坊主持人", "指导教师", "学校管理员", "县级管理员", "市项目办", "省项目办", "方案设计",
    "运维", "审计",
)  # fmt: skip
TEACHERS = {"参训教师", "已达标的教师", "还没选课的教师"}  # on phones; everybody else sits at a desk
# What stands on the hat, where the list of sign-ins says it otherwise.
HATS = {"已达标的教师": "参训教师", "还没选课的教师": "参训教师", "工作坊主持人": "主持人"}
# Files to keep, and the gallery, which is looked at on its own.
NOT_PAGES = re.compile(r"/(_ui|static)/|/(export|template|outline|source|refused|download|file)/|/certificates/\d+/$|\.\w{2,4}$")
PAGES_EACH = 40


@pytest.mark.parametrize("member", CAST)
def test_pages_of_the_cast(town, seen_kinds, new_page, member):
    with new_page(at=town.site) as page:
        hands.sign_in(page, town.accounts[member], town.password)
        hands.wear(page, HATS.get(member, member))
        waiting, known = ["/"], {"/"}
        looked_at = 0
        while waiting and looked_at < PAGES_EACH:
            path = waiting.pop(0)
            is_new = _kind(path) not in seen_kinds or path == "/"
            for found in _opened(page, path) if is_new else _fetched(page, path):
                if _kind(found) not in known:
                    known.add(_kind(found))
                    waiting.append(found)
            if is_new:
                seen_kinds.add(_kind(path))
                looked_at += 1
                _look(
                    page,
                    f"{CAST.index(member):02d}{_kind(path).replace('/', '-')}".rstrip("-"),
                    at_home=PHONE if member in TEACHERS else DESK,
                )
        assert looked_at


def _opened(page, path: str) -> list[str]:
    """Open a page at a desk and return where it leads to."""
    page.set_viewport_size(DESK)
    answer = page.goto(path)
    assert answer.status < 400, f"{path} answers {answer.status}"
    return _links(path, page.content())


def _fetched(page, path: str) -> list[str]:
    """Where a page leads to whose kind has been looked at already: its text is enough."""
    answer = page.request.get(path)
    assert answer.status < 400, f"{path} answers {answer.status}"
    return _links(path, answer.text())


def _look(page, name: str, *, at_home: dict[str, int]) -> None:
    """At a desk and on a phone nothing is wider than the window; where its readers mostly sit, nothing is serious for axe."""
    for size, word in ((DESK, "desk"), (PHONE, "phone")):
        page.set_viewport_size(size)
        check_fits(page)
        if size == at_home:
            check_accessible(page)
        picture(page, f"{name}-{word}")


def _links(path: str, text: str) -> list[str]:
    """The pages that this one leads to, in the order of the text."""
    tags = (tag for tag in re.findall(r"<a\s[^>]*>", text) if "target=" not in tag)
    found = [urljoin(path, unescape(match[1])) for tag in tags if (match := re.search(r'\shref="([^"]*)"', tag))]
    ours = [urlsplit(one) for one in found if one.startswith("/") and not one.startswith("//")]
    return [f"{parts.path}?{parts.query}" if parts.query else parts.path for parts in ours if not NOT_PAGES.search(parts.path)]


def _kind(path: str) -> str:
    """Pages of one kind differ by numbers and by what is asked for; which addition is asked for (a unit, a tab) does not matter."""
    return re.sub(r"\d+", "N", path.partition("?")[0])
