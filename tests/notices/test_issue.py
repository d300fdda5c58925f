"""A unit issues a notice to people below it."""

import pytest

from tests.portal.conftest import NOW, browser_of
from tests.programmes import factories as programmes
from yanxiu.kit.errors import Invalid, NotPermitted
from yanxiu.notices import actions
from yanxiu.notices.models import Delivery, Notice
from yanxiu.records.models import Record

FACTS = {"title": "关于集中学习的通知", "body": "周五下午两点，带教案。", "audience": actions.Audience.EVERYBODY}


def _issue(county, **more) -> Notice:
    return actions.issue(**{"org": county.study.county, **FACTS, "by": county.actor, "at": NOW, **more})


def test_reaches_everybody_with_an_account_in_use(county):
    programmes.teacher(county.second, name="没有账号的人")

    _issue(county)

    assert set(Delivery.objects.values_list("person__name", flat=True)) == {"周淑芬", "赵一", "钱二", "韩敏"}


def test_reaches_the_administrators_below(county):
    _issue(county, audience=actions.Audience.ADMINISTRATORS)

    assert [row.person.name for row in Delivery.objects.select_related("person")] == ["韩敏"]


def test_is_on_record_with_how_many(county):
    notice = _issue(county)

    row = Record.objects.get(verb="issued")
    assert row.object_id == str(notice.pk)
    assert row.measure == 4


@pytest.mark.parametrize("facts", [{"title": " "}, {"body": "\n"}, {"title": "长" * 121}, {"body": "长" * 5001}])
def test_refuses_what_cannot_be_read(county, facts):
    with pytest.raises(Invalid):
        _issue(county, **facts)

    assert not Notice.objects.exists()


def test_refuses_when_nobody_would_receive_it(county):
    empty = programmes.org(parent=county.study.county, name="空校")

    with pytest.raises(Invalid, match="还没有人能收到"):
        _issue(county, org=empty)

    assert not Notice.objects.exists()


def test_refuses_a_unit_outside(county):
    with pytest.raises(NotPermitted):
        _issue(county, org=programmes.org(parent=programmes.org(), name="外县"))


def test_page_issues_and_shows_receipts(county, november):
    answer = county.browser.post("/notices/issue/", {"title": "通知", "body": "正文", "audience": "everybody"})

    assert answer.status_code == 302
    page = county.browser.get(answer.headers["Location"]).content.decode()
    assert "<b>4</b> 人未读" in page


def test_page_keeps_what_was_written(county, november):
    answer = county.browser.post("/notices/issue/", {"title": "", "body": "正文在", "audience": "everybody"})

    assert answer.status_code == 422
    assert "正文在" in answer.content.decode()


def test_another_office_sees_none_of_it(county, november):
    notice = _issue(county)

    assert county.school.get(f"/notices/{notice.pk}/").status_code == 404
    assert county.school.get(f"/notices/{notice.pk}/print/").status_code == 404
    assert browser_of(county.study.person).get("/notices/").status_code == 403


def test_prints_as_a_sheet(county, november):
    notice = _issue(county)

    page = county.browser.get(f"/notices/{notice.pk}/print/").content.decode()

    assert "yx-sheet" in page
    assert "周五下午两点" in page


def test_what_people_write_is_shown_as_text(county, november):
    _issue(county, body="<script>alert(1)</script>")
    delivery = Delivery.objects.get(person=county.study.person)

    page = browser_of(county.study.person).get(f"/messages/{delivery.pk}/").content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


def test_list_costs_the_same_with_many(county, november, assert_same_queries):
    _issue(county)

    def more():
        for _ in range(15):
            _issue(county)

    assert_same_queries(lambda: county.browser.get("/notices/"), more)
