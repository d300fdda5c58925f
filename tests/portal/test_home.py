"""`/` of a participant: what now, what is late, where do I stand."""

import re
from datetime import timedelta

import pytest

from tests.learning import factories as learning
from tests.portal.conftest import NOW, PLAN, browser_of, hat_of
from tests.portal.test_standing import finished
from tests.workshops import factories as workshops
from tests.workshops import tools_factories as tools
from yanxiu.kit import clock
from yanxiu.learning.models import How


def _home(person) -> str:
    answer = browser_of(person).get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def _title(page: str) -> str:
    return re.sub(r"<[^>]+>", "", re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)[1])


def _course(study, *, block="law", title="教育法解读", seconds=600, begun=False, hours=2):
    owned = learning.course(study.county, title=title)
    step = learning.video(owned, seconds=seconds)
    learning.quiz(owned)
    learning.selection(
        study.enrolment, learning.offering(study.programme, owned, block=block, topic="" if block == "law" else "班级管理", hours=hours)
    )
    if begun:
        learning.progress(study.enrolment, step, watched="1" * (seconds // 2) + "0" * (seconds - seconds // 2))
    return step


def test_the_course_that_is_begun_comes_first(study, november):
    _course(study, title="未成年人保护法")
    step = _course(study, title="教育法解读", begun=True)

    page = _home(study.person)

    assert _title(page) == "周老师，今天先学《教育法解读》"
    assert f'href="/learn/{study.enrolment.pk}/steps/{step.pk}/"' in page
    assert "继续学习" in page
    assert "这一节还有约 5 分钟" in page
    assert page.count("yx-button-primary") == 1


def test_says_what_is_missing_until_when_and_how_fast(study, november):
    _course(study)

    page = re.sub(r"<[^>]+>", "", _home(study.person))

    assert "已得 0 学时，还差 14。" in page
    assert "必修 11 月 30 日 24:00 截止，还差 10 学时，每天约 45 分钟就来得及" in page


def test_a_report_that_is_missing_comes_before_what_is_begun(study, november):
    _course(study, begun=True)
    case = learning.lesson_case(study.county)
    learning.case_draw(study.enrolment, case, watched_at=NOW)

    page = _home(study.person)

    assert "的观课报告" in _title(page)
    assert f'href="/assessment/observations/{study.enrolment.pk}/{case.pk}/"' in page


def test_a_test_is_named_as_such(study, november):
    step = _course(study, begun=True)
    learning.step_done(study.enrolment, step, how=How.WATCHED)

    assert "去做小测" in _home(study.person)


def test_homework_that_waits_for_a_mark_is_not_a_task(study, november):
    from yanxiu.assessment.models import Submission, SubmissionState

    owned = learning.course(study.county, title="教育法解读")
    step = learning.homework(owned)
    learning.selection(study.enrolment, learning.offering(study.programme, owned))
    Submission.objects.create(
        enrolment=study.enrolment, step=step, text="已交", state=SubmissionState.SUBMITTED, submitted_at=NOW, saved_at=NOW
    )
    learning.selection(
        study.enrolment, learning.offering(study.programme, learning.course(study.county, title="选修"), block="electives", hours=4)
    )

    page = _home(study.person)

    assert "教育法解读" not in _title(page)


def test_choosing_is_asked_for_while_its_window_is_open(study, november):
    learning.school_topic(study.programme, study.school)

    page = _home(study.person)

    assert _title(page) == "周老师，今天先选课"
    assert "选修课还差 4 学时没选" in page
    assert f'href="/learn/{study.enrolment.pk}/choose/"' in page
    assert "去选课" in page


def test_choosing_before_the_school_has_decided_says_so(study, november):
    assert "学校还没有定专题" in _home(study.person)


@pytest.mark.parametrize("has_survey", [False, True])
def test_the_needs_survey_comes_first_where_the_plan_says_so(study, time_machine, has_survey):
    """On the page of choosing, or in a space of hers where one is open; once answered it is not asked for again."""
    time_machine.move_to("2026-09-10T12:00:00+08:00", tick=False)
    running = learning.programme(study.county, source=PLAN.replace("within: topics}", "within: topics, before: [needs_survey]}"))
    enrolment = learning.enrolment(running, study.person)
    address = f"/learn/{enrolment.pk}/choose/#wishes"
    if has_survey:
        shop = workshops.space(study.county, programme=running)
        workshops.membership(shop, study.person)
        opens = clock.now() - timedelta(days=1)
        ballot = tools.ballot(shop, workshops.host(shop), kind="needs", opens_at=opens, closes_at=opens + timedelta(days=9))
        address = f"/workshops/posts/{ballot.post_id}/"

    before = _home(study.person)
    learning.topic_wish(enrolment)
    after = _home(study.person)

    assert _title(before) == "周老师，今天先填需求调查"
    assert f'href="{address}"' in before
    assert "先填需求调查" not in after


def test_what_was_not_chosen_in_time_is_late(study, time_machine):
    learning.school_topic(study.programme, study.school)
    _course(study)
    time_machine.move_to("2026-12-08T12:00:00+08:00", tick=False)

    page = _home(study.person)

    assert "选修课还差 4 学时没选" in page
    assert "选课已锁定" in page
    assert "今天先选课" not in page


def test_a_long_title_stays_in_the_card(study, november):
    case = learning.lesson_case(study.county)
    type(case).objects.filter(pk=case.pk).update(title="一元一次方程：年龄问题的两种想法和三种错法")
    learning.case_draw(study.enrolment, case, watched_at=NOW)

    page = _home(study.person)

    assert _title(page) == "周老师，今天先写课例 1 的观课报告"
    assert "课例 1《一元一次方程：年龄问题的两种想法和三种错法》" in page


def test_a_title_with_marks_of_its_own_gets_no_more(study, november):
    _course(study, title="《教育法》要点", begun=True)

    assert _title(_home(study.person)) == "周老师，今天先学《教育法》要点"


def test_who_only_holds_an_office_is_led_there(study, november):
    tutor = learning.programmes.teacher(study.school, name="秦月明")
    learning.account(tutor)
    hat_of(tutor, "school_admin", study.school)
    learning.programmes.withdrawal(study.enrolment)

    page = _home(tutor)

    assert "换过去" in page
    assert page.count("yx-button-primary") == 1


def test_what_is_late_is_listed_with_the_way_out(study, time_machine):
    _course(study)
    time_machine.move_to("2026-12-03T12:00:00+08:00", tick=False)

    page = _home(study.person)

    assert "已逾期 2 项" in page
    assert "要补学，请学校管理员申请延期" in page
    assert "差 4 学时，11-30 24:00 已截止" in page


def test_nobody_without_a_programme_is_told_to_do_anything(study, november):
    other = learning.programmes.teacher(study.school, name="古丽娜尔·买买提")
    learning.account(other)

    page = _home(other)

    assert _title(page) == "古丽娜尔·买买提老师，还没有参训的项目"
    assert "yx-button-primary" not in page


def test_the_anonymous_are_sent_to_the_door(client, db):
    assert client.get("/").headers["Location"].startswith("/sign-in/")


def test_what_is_beyond_the_requirement_comes_last(study, november):
    """The electives are met: a compulsory course not begun goes before an elective that is."""
    finished(study, block="electives", hours=4)
    _course(study, block="electives", title="多学一门", begun=True, hours=4)
    _course(study, title="教育法解读")

    assert _title(_home(study.person)) == "周老师，今天先学《教育法解读》"


def test_says_when_everything_is_met(study, november):
    finished(study, block="electives", hours=4)
    finished(study, block="law", hours=4, object_id="2")
    finished(study, block="casework", hours=3, kind="case", object_id="3")
    finished(study, block="casework", hours=3, kind="case", object_id="4")
    owned = learning.course(study.county, title="选过的课")
    learning.selection(study.enrolment, learning.offering(study.programme, owned, block="electives", hours=4))
    learning.course_done(study.enrolment, owned, block="electives", hours=4)

    assert _title(_home(study.person)) == "周老师，要求的学时都满足了"


def test_costs_the_same_with_many_courses(study, november, assert_same_queries):
    browser = browser_of(study.person)
    _course(study, begun=True)

    def more():
        for number in range(30):
            _course(study, title=f"课程 {number}", begun=number % 2 == 0)

    assert_same_queries(lambda: browser.get("/"), more)
