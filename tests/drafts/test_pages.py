"""我的草稿, and the address at which forms keep themselves."""

import re

from tests.drafts import factories as make
from tests.drafts import forms
from tests.workshops.test_pages import one as workshop  # noqa: F401
from yanxiu.drafts import queries
from yanxiu.drafts.models import Draft


def _url(who, key="try"):
    return queries.desk(person_id=who, key=key, place="班级管理工作坊，发起研讨", address="/workshops/").url


def test_a_form_keeps_itself_and_says_when(cast):
    browser, person = cast.client_of("李雷"), cast.person("李雷")
    answer = browser.post(_url(person.pk), {"title": "怎么等", "source": "三秒"}, headers={"Accept": "application/json"})

    assert answer.status_code == 200
    assert set(answer.json()) == {"at"}
    assert Draft.objects.get().person == person


def test_what_another_device_kept_is_said_and_both_are_shown_on_the_page(cast, workshop):  # noqa: F811 - the fixture
    phone, desk = cast.client_of("李雷"), cast.client_of("李雷")
    page = f"/workshops/{workshop.pk}/discussions/"
    (old,) = set(re.findall(r'data-draft="([^"]+)"', desk.get(page).content.decode()))
    forms.keep(phone, page, {"title": "怎么等", "source": "在路上写的三秒"})
    answer = desk.post(old, {"title": "怎么等", "source": "在桌前写的三秒"}, headers={"Accept": "application/json"})

    assert re.fullmatch(r"\d\d:\d\d，另一台设备在 \d\d:\d\d 存过一份，两份都留着", answer.json()["at"])
    shown = desk.get(page).content.decode()
    assert "在路上写的三秒" in shown
    assert "在桌前写的三秒" in shown.partition("还有一份，")[2]
    assert desk.get("/drafts/").content.decode().count("接着写") == 2
    (address,) = set(re.findall(r'formaction="(/drafts/\d+/take-up/)"', shown))
    assert cast.client_of("韩梅梅").post(address).status_code == 404
    assert desk.post(address).url == f"{page}#open"
    assert "在路上写的三秒" in desk.get(page).content.decode().partition("还有一份，")[2]


def test_without_script_the_button_keeps_and_goes_back(cast):
    browser = cast.client_of("李雷")
    answer = browser.post(_url(cast.person("李雷").pk), {"title": "怎么等", "source": "三秒", "alike": "seen"})

    assert (answer.status_code, answer.url) == (302, "/workshops/")
    assert Draft.objects.get().sent == {}


def test_a_forged_ticket_keeps_nothing(cast):
    assert cast.client_of("李雷").post("/drafts/keep/forged/", {"source": "x"}).status_code == 404
    assert not Draft.objects.exists()


def test_the_page_lists_finds_discards_and_puts_back(cast):
    browser, person = cast.client_of("李雷"), cast.person("李雷")
    one, _two = make.draft(person, title="小组怎么分"), make.draft(person, title="作业怎么批")
    make.draft(title="别人的")

    page = browser.get("/drafts/").content.decode()
    assert "小组怎么分" in page
    assert "作业怎么批" in page
    assert "别人的" not in page
    assert "作业怎么批" not in browser.get("/drafts/?q=小组").content.decode()

    browser.post(f"/drafts/{one.pk}/discard/")
    one.refresh_from_db()
    assert one.discarded_at is not None
    browser.post(f"/drafts/{one.pk}/put-back/")
    one.refresh_from_db()
    assert one.discarded_at is None
    assert cast.client_of("韩梅梅").post(f"/drafts/{one.pk}/discard/").status_code == 404


def test_hostile_words_are_shown_as_words(cast):
    make.draft(cast.person("李雷"), title="<script>alert(1)</script>", place="<img src=x onerror=alert(1)>")
    page = cast.client_of("李雷").get("/drafts/").content.decode()

    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page


def test_rows_cost_no_queries(cast, assert_same_queries):
    browser, person = cast.client_of("李雷"), cast.person("李雷")
    make.draft(person)
    assert_same_queries(lambda: browser.get("/drafts/"), lambda: [make.draft(person) for _ in range(9)])
