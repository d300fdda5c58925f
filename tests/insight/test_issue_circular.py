"""通报: the figures of a moment stay as they were."""

from datetime import timedelta

from tests.portal.conftest import NOW, browser_of
from tests.portal.test_standing import finished
from yanxiu.notices.models import Delivery, Notice


def _issue(county, **more):
    facts = {"title": "关于研修进展的通报", "body": "请各校督促。", "audience": "participants"} | more
    return county.browser.post("/insight/circulars/issue/", facts)


def test_draft_is_ready_to_send(county, november):
    page = county.browser.get("/insight/circulars/new/").content.decode()

    assert "关于演示县研修进展的通报" in page
    assert "必修完成 0%" in page


def test_figures_stay_as_they_were(county, november, time_machine):
    finished(county.study)
    assert _issue(county).status_code == 302
    notice = Notice.objects.get()
    before = [row for row in notice.facts["rows"] if row[0] == "演示县实验中学"]
    finished(county.study, object_id="2")
    time_machine.move_to(NOW + timedelta(minutes=30), tick=False)

    page = county.browser.get(f"/notices/{notice.pk}/").content.decode()

    assert before[0][3] == 20.0
    assert "20%" in page
    assert "40%" not in page
    assert "数字截至 11 月 20 日 12:00" in page


def test_reaches_the_participants_and_not_the_issuer(county, november):
    _issue(county)

    assert set(Delivery.objects.values_list("person__name", flat=True)) == {"周淑芬", "赵一", "钱二"}


def test_refuses_an_empty_text_and_keeps_what_was_written(county, november):
    answer = _issue(county, body="  ")

    assert answer.status_code == 422
    assert "正文" in answer.content.decode()
    assert "关于研修进展的通报" in answer.content.decode()
    assert not Notice.objects.exists()


def test_a_learner_issues_nothing(county, november):
    answer = browser_of(county.study.person).post("/insight/circulars/issue/", {"title": "x", "body": "y"})

    assert answer.status_code == 403
