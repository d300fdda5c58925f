"""The frame: hats, menus, unread messages, what waits elsewhere."""

from tests.notices import factories as notices
from tests.portal.conftest import browser_of, hat_of
from tests.programmes import factories as programmes


def test_counts_unread_messages(study, november):
    notices.delivery(study.person)

    assert "消息，1 条未读" in browser_of(study.person).get("/settings/").content.decode()


def test_the_menu_follows_the_hat(study, november):
    hat = hat_of(study.person, "school_admin", study.school)

    learner = browser_of(study.person).get("/settings/").content.decode()
    admin = browser_of(study.person, hat=hat).get("/settings/").content.decode()

    assert "我的课程" in learner
    assert "催办" not in learner
    assert "催办" in admin
    assert "我的课程" not in admin


def test_marks_where_one_stands(study, november):
    page = browser_of(study.person).get("/standing/").content.decode()

    assert '<a href="/standing/" aria-current="page">' in page
    assert '<a href="/" aria-current="page">' not in page


def test_says_what_waits_under_another_hat(study, november):
    from tests.learning import factories as learning

    admin = programmes.teacher(study.school, name="韩敏")
    learning.account(admin)
    hat_of(admin, "school_admin", study.school)
    programmes.withdrawal(study.enrolment)

    page = browser_of(admin).get("/").content.decode()

    assert "另有 1 项在“学校管理员”" in page


def test_own_applications_do_not_wait_for_oneself(study, november):
    hat_of(study.person, "school_admin", study.school)
    programmes.withdrawal(study.enrolment)

    assert "另有" not in browser_of(study.person).get("/").content.decode()


def test_colours_and_size_of_visitors_come_from_the_browser(client, db):
    client.cookies["theme"] = "dark"
    client.cookies["text_size"] = "enormous"

    page = client.get("/help/").content.decode()

    assert 'data-theme="dark"' in page
    assert 'data-size="normal"' in page
