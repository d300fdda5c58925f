"""A person reads what was sent to her."""

import pytest

from tests.notices import factories
from tests.portal.conftest import NOW, browser_of
from tests.programmes import factories as programmes
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound
from yanxiu.notices import actions
from yanxiu.notices.models import Delivery, NoticeKind
from yanxiu.records.models import Record


def test_opening_marks_it_and_leads_to_what_it_is_about(study, november):
    row = factories.delivery(study.person, of=factories.notice(link="/standing/"))

    answer = browser_of(study.person).post(f"/messages/{row.pk}/open/")

    assert answer.headers["Location"] == "/standing/"
    row.refresh_from_db()
    assert row.read_at == NOW


def test_without_a_link_it_leads_to_the_text(study, november):
    row = factories.delivery(study.person)

    browser = browser_of(study.person)
    answer = browser.post(f"/messages/{row.pk}/open/", follow=True)

    assert "周五下午两点。" in answer.content.decode()


def test_looking_alone_marks_nothing(study, november):
    row = factories.delivery(study.person)

    browser_of(study.person).get("/messages/")

    row.refresh_from_db()
    assert row.read_at is None


def test_reading_twice_is_recorded_once(study, november):
    row = factories.delivery(study.person)
    by = Actor(person_id=study.person.pk, label="周淑芬")

    assert actions.mark_read(delivery=row, by=by, at=NOW) is True
    assert actions.mark_read(delivery=row, by=by, at=NOW) is False
    assert Record.objects.filter(verb="read", object_type="notice").count() == 1


def test_somebody_elses_is_not_there(study, november):
    other = programmes.teacher(study.school)
    row = factories.delivery(other)

    assert browser_of(study.person).post(f"/messages/{row.pk}/open/").status_code == 404
    assert browser_of(study.person).get(f"/messages/{row.pk}/").status_code == 404
    with pytest.raises(NotFound):
        actions.mark_read(delivery=row, by=Actor(person_id=study.person.pk, label="x"), at=NOW)


def test_all_of_one_tab(study, november):
    factories.delivery(study.person)
    factories.delivery(study.person, of=factories.notice(kind=NoticeKind.REMINDER, title="必修截止"))

    browser_of(study.person).post("/messages/read/", {"tab": "notices"})

    assert Delivery.objects.filter(read_at__isnull=True).count() == 1


def test_tabs_keep_kinds_apart(study, november):
    factories.delivery(study.person)
    factories.delivery(study.person, of=factories.notice(kind=NoticeKind.REMINDER, title="必修截止"), words="必修还差 8 学时")
    browser = browser_of(study.person)

    assert "必修截止" not in browser.get("/messages/", {"tab": "notices"}).content.decode()
    assert "必修还差 8 学时" in browser.get("/messages/", {"tab": "reminders"}).content.decode()
    assert "没有回复" in browser.get("/messages/", {"tab": "replies"}).content.decode()
    assert browser.get("/messages/", {"tab": "x", "page": "-3"}).status_code == 200


def test_inbox_costs_the_same_with_many(study, november, assert_same_queries):
    browser = browser_of(study.person)
    factories.delivery(study.person)

    def more():
        for _ in range(30):
            factories.delivery(study.person)

    assert_same_queries(lambda: browser.get("/messages/"), more)
