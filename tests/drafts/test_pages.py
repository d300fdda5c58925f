"""我的草稿, and the address at which forms keep themselves."""

from tests.drafts import factories as make
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


def test_without_script_the_button_keeps_and_goes_back(cast):
    browser = cast.client_of("李雷")
    answer = browser.post(_url(cast.person("李雷").pk), {"title": "怎么等", "source": "三秒", "alike": "seen"})

    assert (answer.status_code, answer.url) == (302, "/workshops/")
    assert Draft.objects.get().fields == {}


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
