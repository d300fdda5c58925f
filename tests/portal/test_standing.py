"""我的学时: every requirement with what stands behind it."""

import re
from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from tests.credits import factories as ledgers
from tests.learning import factories as learning
from tests.portal.conftest import NOW, browser_of, hat_of
from tests.programmes import factories as programmes
from yanxiu.evaluation import actions as evaluation
from yanxiu.evaluation.models import Requirement
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.learning.events import StudyEvent
from yanxiu.records.actions import record, void


@transaction.atomic
def finished(study, *, title="教育法解读", block="law", hours=2, kind="course", object_id="1", at=NOW - timedelta(days=3)) -> int:
    """A record that the participant finished something."""
    event = StudyEvent.COURSE_COMPLETED if kind == "course" else StudyEvent.CASE_COMPLETED
    return record(
        event, object_id=object_id, object_label=title, by=Actor(person_id=study.person.pk, label=study.person.name), at=at,
        programme_id=study.programme.pk, kind=block, measure=Decimal(hours), unit_path=study.school.path,
    )  # fmt: skip


def _words(answer) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_shows_every_requirement_with_its_value(study, november):
    finished(study)

    words = _words(browser_of(study.person).get("/standing/"))

    assert "2 学时， 还差 12" in words
    assert "法律法规" in words
    assert "2 / 4 学时" in words
    assert "还差 2" in words
    assert "为什么是 2，不是 4" in words
    assert "教育法解读" in words
    assert "+2" in words
    assert "第 1 版，“法律法规”" in words


def test_a_voided_record_counts_no_more_and_is_not_shown(study, november):
    number = finished(study)
    with transaction.atomic():
        void(record_id=number, reason="弄错了", by=SYSTEM, at=NOW)

    words = _words(browser_of(study.person).get("/standing/"))

    assert "0 学时， 还差 14" in words
    assert "教育法解读" not in words


def test_what_was_done_outside_the_window_is_no_evidence(study, november):
    finished(study, at=NOW - timedelta(days=40))

    assert "教育法解读" not in _words(browser_of(study.person).get("/standing/"))


def test_what_is_missing_leads_to_where_it_is_mended(study, november):
    case = learning.lesson_case(study.county)
    learning.case_draw(study.enrolment, case, watched_at=NOW)

    page = browser_of(study.person).get("/standing/").content.decode()

    assert "观课报告未交" in page
    assert f'href="/assessment/observations/{study.enrolment.pk}/{case.pk}/"' in page


def test_a_waiver_is_told_with_its_reason(study, november):
    evaluation.waive(enrolment=study.enrolment, key="law", reason="援疆一年", by=SYSTEM, at=NOW)

    words = _words(browser_of(study.person).get("/standing/"))

    assert "批准免做：援疆一年" in words


def test_provisional_and_registered_stand_apart_by_year(study, november):
    ledgers.entry(study.person, study.programme, amount="2.00")

    words = _words(browser_of(study.person).get("/standing/"))

    assert "计入年度" in words
    assert "2026 0 学时 2 学时" in words


def test_a_school_sees_the_same_page_without_the_links_that_mend(study, november):
    case = learning.lesson_case(study.county)
    learning.case_draw(study.enrolment, case, watched_at=NOW)
    admin = programmes.teacher(study.school, name="韩敏")
    learning.account(admin)
    hat = hat_of(admin, "school_admin", study.school)

    answer = browser_of(admin, hat=hat).get(f"/standing/{study.enrolment.pk}/")

    assert "周淑芬" in _words(answer)
    assert "观课报告未交" in _words(answer)
    assert "/assessment/observations/" not in answer.content.decode()


def test_a_stranger_finds_nothing(study, november):
    stranger = programmes.teacher(study.school, name="外人")
    learning.account(stranger)

    assert browser_of(stranger).get(f"/standing/{study.enrolment.pk}/").status_code == 404
    assert browser_of(stranger).get("/standing/999999/").status_code == 404


def test_who_takes_part_in_nothing_is_told_so(study, november):
    other = programmes.teacher(study.school)
    learning.account(other)

    assert "还没有参训的项目" in _words(browser_of(other).get("/standing/"))


def test_costs_the_same_with_much_evidence(study, november, assert_same_queries):
    browser = browser_of(study.person)
    finished(study)

    def more():
        for number in range(2, 60):
            finished(study, object_id=str(number))

    assert_same_queries(lambda: browser.get("/standing/"), more)


def test_a_plan_published_a_moment_ago_says_that_its_hours_are_being_listed(study, november):
    Requirement.objects.filter(version_id=study.enrolment.version_id).delete()

    words = _words(browser_of(study.person).get("/standing/"))

    assert "学时要求正在列出" in words
    assert "没有学时要求" not in words
