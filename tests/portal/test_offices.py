"""The homes of offices, schools, tutors, designers, operators and auditors."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse

from tests.learning import factories as learning
from tests.portal.conftest import NOW, browser_of, hat_of
from tests.portal.test_standing import finished
from tests.programmes import factories as programmes
from yanxiu.orgs.models import Kind


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def office(study):
    """教务 of the county, and the browser under that hat."""
    person = programmes.teacher(study.county, name="林晓岚", stage="")
    learning.account(person)
    return browser_of(person, hat=hat_of(person, "county_admin", study.county))


@pytest.fixture
def school(study):
    """韩敏 of the school, and the browser under that hat."""
    person = programmes.teacher(study.school, name="韩敏")
    learning.account(person)
    return browser_of(person, hat=hat_of(person, "school_admin", study.school))


def test_an_office_reads_the_finding_first(study, office, november):
    finished(study)

    page = office.get("/").content.decode()

    assert "必修完成 20%，比日程慢 45 个百分点" in re.sub(r"<[^>]+>", "", page)
    assert "必修还有 10 天截止，未完成 1 人。" in page
    assert "1 人还没选课" in page
    assert "演示县实验中学" in page
    assert page.count("yx-button-primary") == 1


def test_an_office_sees_who_waits(study, office, november):
    programmes.withdrawal(study.enrolment)

    page = _words(office.get("/").content.decode())

    assert "1 份报删待审" in page


def test_an_office_without_programme_is_told_so(cast):
    page = _words(cast.client_of("教务").get("/").content.decode())

    assert "还没有在办的研修方案" in page


def test_a_school_is_asked_for_its_topics_while_it_may_decide(study, school, time_machine):
    time_machine.move_to(NOW - timedelta(days=65), tick=False)

    page = school.get("/").content.decode()

    assert "还没有定选修专题" in _words(page)
    assert f'href="/learn/programmes/{study.programme.pk}/schools/{study.school.pk}/topics/"' in page


def test_a_school_sees_its_slow_teachers_and_their_pages(study, school, november):
    page = school.get("/").content.decode()

    assert "进展慢的教师" in page
    assert "周淑芬" in page
    assert f'href="/standing/{study.enrolment.pk}/"' in page


def test_a_school_finds_the_scores_of_its_teachers_from_its_home(study, school, november):
    home, table = school.get("/").content.decode(), reverse("assessment:score_table")

    assert f'<a href="{table}">成绩总表</a>' in home
    page = school.get(table)
    assert (page.status_code, "周淑芬" in page.content.decode()) == (200, False)  # nobody has a score yet
    results = reverse("assessment:results")
    assert f'href="{results}"' in page.content.decode()
    assert school.get(results).status_code == 200


def test_a_school_sees_no_other_school(study, school, november):
    other = learning.programmes.org(parent=study.county, kind=Kind.SCHOOL, name="邻校")
    learning.participant(study.programme, other, name="邻校教师")

    assert "邻校教师" not in school.get("/").content.decode()


@pytest.mark.parametrize("who", ["office", "school"])
def test_homes_cost_the_same_with_many_people(study, office, school, november, assert_same_queries, who):
    browser = {"office": office, "school": school}[who]

    def more():
        for number in range(12):
            unit = learning.programmes.org(parent=study.county, kind=Kind.SCHOOL, name=f"学校 {number}")
            learning.participant(study.programme, unit)
            learning.participant(study.programme, study.school)

    assert_same_queries(lambda: browser.get("/"), more)


def test_a_host_goes_to_the_desk(cast):
    answer = cast.client_of("王老师").get("/")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/workshops/900001/desk/"


def test_a_tutor_sees_what_waits_longest(study, november):
    from yanxiu.assessment.models import Submission, SubmissionState

    person = programmes.teacher(study.county, name="孙导师", stage="")
    learning.account(person)
    browser = browser_of(person, hat=hat_of(person, "tutor", study.county))
    assert "没有等批阅的作业" in browser.get("/").content.decode()
    owned = learning.course(study.county, title="教育法解读")
    Submission.objects.create(
        enrolment=study.enrolment, step=learning.homework(owned), text="已交", state=SubmissionState.SUBMITTED,
        submitted_at=NOW - timedelta(hours=50), saved_at=NOW,
    )  # fmt: skip

    page = _words(browser.get("/").content.decode())

    assert "1 份作业等批阅" in page
    assert "最久等了 50 小时" in page
    assert "周淑芬" not in page


def test_a_designer_goes_on_with_the_draft(cast):
    programmes.draft(programmes.programme(cast.county, title="写到一半的方案"))

    page = cast.client_of("方案").get("/").content.decode()

    assert "写到一半的方案" in page
    assert "接着写" in page


def test_an_operator_reads_real_figures(cast):
    page = _words(cast.client_of("运维").get("/").content.decode())

    assert "数据库" in page
    assert "PostgreSQL" in page
    assert "都已送达" in page


def test_an_operator_is_told_what_did_not_arrive(cast, at, monkeypatch):
    from yanxiu.records.models import Failure

    monkeypatch.setattr("yanxiu.portal.views.desks.shutil.disk_usage", lambda _path: SimpleNamespace(total=100, used=50, free=50))
    Failure.objects.create(reaction="x.y", record_id=1, message="boom", tries=1, failed_at=at)

    page = _words(cast.client_of("运维").get("/").content.decode())

    assert "1 件事没有送达" in page
    assert "1 处要看" in page


def test_an_auditor_reads_who_did_what(november, cast):
    page = _words(cast.client_of("审计").get("/").content.decode())

    assert "任命" in page
    assert "自动办理" in page
