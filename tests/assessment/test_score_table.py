"""成绩总表: every origin of scores in one table, sorted, searched, narrowed; who sees whom; what it costs; the workbook."""

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from tests.assessment import exam_factories as exams
from tests.assessment import factories as make
from yanxiu.assessment import result_permissions as permissions
from yanxiu.assessment.actions import score_tables
from yanxiu.assessment.models import Exam
from yanxiu.assessment.queries import score_table as queries
from yanxiu.assessment.queries.score_table import Wanted
from yanxiu.kit.errors import NotFound
from yanxiu.people.roster.workbook import Workbook
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
LATER = make.AT.replace(year=make.AT.year + 1)


@dataclass
class Town:
    """A programme of the county: 钱一 and 孙二 of the cast's school, 周三 of another one."""

    cast: object
    programme: Programme
    people: dict[str, Enrolment]
    exam: Exam

    def rows(self, *, what: str = "assessments", path: str = "/", **wanted) -> list[tuple[str, list[str]]]:
        columns = queries.columns_of(self.programme, what=what, at=make.ENDS_AT)
        page = queries.table(self.programme, columns, paths=[path], wanted=Wanted(**wanted))
        return [(row.name, [text for text, _passes in row.cells]) for row in page.rows]

    def result(self, name: str, score: str, *, exam: Exam | None = None, number: int = 1, edition: int = 1) -> None:
        sitting = exams.sitting(exam=exam or self.exam, enrolment=self.people[name], number=number, handed_in_at=make.AT)
        exams.sitting_result(sitting=sitting, score=Decimal(score), passed=Decimal(score) >= 60, edition=edition)

    def get(self, who: str, name: str = "score_table", **asked):
        return self.cast.client_of(who).get(reverse(f"assessment:{name}") + "?" + urlencode(asked))


@pytest.fixture
def town(cast) -> Town:
    programme = make.programme(cast.county)
    elsewhere = exams.programmes.org(parent=cast.county)
    people = {
        name: make.participant(programme, unit, name=name)
        for name, unit in (("钱一", cast.school), ("孙二", cast.school), ("周三", elsewhere))
    }
    exam = exams.exam(programme=programme, title="期中网上考核", edition=1, released_at=make.AT)
    return Town(cast=cast, programme=programme, people=people, exam=exam)


def paper_scores(town: Town, **scores: str | None) -> None:
    for name, score in scores.items():
        both = {"first": score, "second": score, "first_absent": score is None, "second_absent": score is None, "first_by": 1,
                "second_by": 2, "first_at": make.AT, "second_at": make.AT, "settled_at": make.AT}  # fmt: skip
        exams.entered_score(enrolment=town.people[name], score=score, released_at=make.AT, **both)


def test_scores_of_every_origin_stand_side_by_side(town):
    town.result("钱一", "88.50")
    town.result("孙二", "41")
    paper_scores(town, 钱一="70", 周三=None)
    rule = exams.process_rule(programme=town.programme, computed_at=LATER)
    exams.process_score(rule=rule, enrolment=town.people["孙二"], score=Decimal("93.75"))

    columns = queries.columns_of(town.programme, what="assessments", at=make.ENDS_AT)
    found = dict(town.rows())

    assert [column.source for column in columns] == ["process", "exam", "entered"]
    assert found == {"钱一": ["", "88.5", "70"], "孙二": ["93.75", "41", ""], "周三": ["", "", "缺考"]}


def test_the_best_of_several_sittings_counts_and_only_of_the_edition_shown(town):
    town.result("钱一", "55")
    town.result("钱一", "72", number=2)
    town.result("孙二", "99", edition=2)

    assert dict(town.rows()) == {"钱一": ["72"], "孙二": [""], "周三": [""]}


def test_what_is_not_released_or_called_off_has_no_column(town):
    town.result("钱一", "88")
    for facts in ({"released_at": None}, {"released_at": make.AT, "cancelled_at": make.AT}):
        town.result("钱一", "100", exam=exams.exam(programme=town.programme, edition=1, **facts))
    exams.process_rule(programme=town.programme)
    exams.entered_score(enrolment=town.people["孙二"], first="80", first_at=make.AT, first_by=1)

    assert dict(town.rows())["钱一"] == ["88"]
    assert len(queries.columns_of(town.programme, what="assessments", at=make.ENDS_AT)) == 1


def test_homework_and_tests_have_tables_of_their_own(town):
    course = make.course(town.programme)
    homework, quiz = make.homework_step(course), make.quiz_step(course)
    make.mark(make.submission(town.people["钱一"], homework), score=85)
    make.submission(town.people["孙二"], homework)
    make.handed_in(town.people["孙二"], quiz)

    assert dict(town.rows(what="homework")) == {"钱一": ["85"], "孙二": [""], "周三": [""]}
    assert dict(town.rows(what="tests"))["孙二"] == ["100"]
    assert [column.note for column in queries.columns_of(town.programme, what="homework", at=make.AT)] == ["作业"]


def test_sorted_by_a_column_by_name_and_by_who_lacks_most(town):
    town.result("钱一", "61")
    town.result("周三", "95")

    assert [name for name, _cells in town.rows(column=1)] == ["周三", "钱一", "孙二"]
    assert town.rows(sort="lacking")[0][0] == "孙二"
    assert sorted(name for name, _cells in town.rows(sort="name")) == sorted(town.people)


def test_narrowed_to_who_fails_who_lacks_and_who_is_looked_for(town):
    town.result("钱一", "41")
    town.result("周三", "95")

    assert [name for name, _cells in town.rows(show="failed")] == ["钱一"]
    assert [name for name, _cells in town.rows(show="lacking")] == ["孙二"]
    assert [name for name, _cells in town.rows(words="周")] == ["周三"]
    assert [name for name, _cells in town.rows(words=town.cast.school.name, sort="name")] in (["钱一", "孙二"], ["孙二", "钱一"])


def test_the_whole_says_how_many_fail_and_lack_and_each_column_its_mean(town):
    town.result("钱一", "41")
    town.result("周三", "95")

    columns = queries.columns_of(town.programme, what="assessments", at=make.ENDS_AT)
    told, summary = queries.summed(town.programme, columns, paths=["/"])
    _mine, of_school = queries.summed(town.programme, columns, paths=[town.cast.school.path])

    assert (summary.people, summary.failed, summary.lacking) == (3, 1, 1)
    assert (told[0].held, told[0].passed, told[0].mean) == (2, 1, Decimal("68.0"))
    assert (of_school.people, of_school.failed, of_school.lacking) == (2, 1, 1)


def regular(town: Town, score: str) -> None:
    source = make.PLAN.replace("MIN", "") + "  - {id: regular, kind: score, label: 平时考核, of: [learner], where: online, window: study}\n"
    version = exams.programmes.running(town.cast.county, source=source).current
    Programme.objects.filter(pk=town.programme.pk).update(current=version)
    rule = exams.process_rule(programme=town.programme, computed_at=make.AT)
    exams.process_score(rule=rule, enrolment=town.people["钱一"], score=Decimal(score))


def test_nobody_fails_a_regular_assessment_while_it_counts(town, monkeypatch):
    regular(town, "12")
    page = {}
    for moment in (make.AT, make.ENDS_AT):
        monkeypatch.setattr("yanxiu.assessment.views.score_table.now", lambda moment=moment: moment)
        page[moment] = town.get("教务").content.decode()
    monkeypatch.setattr("yanxiu.assessment.views.score_table.now", lambda: make.AT)
    workbook = town.get("教务", "export_score_table")
    rows = next(iter(Workbook(b"".join(workbook.streaming_content)).sheets(first_rows=50))).rows

    assert "3 人里，3 人还缺成绩，1 项考核进行中" in strip_tags(page[make.AT])
    assert '<td class="yx-cell-number">12' in page[make.AT]
    assert ("还没算完" in page[make.AT], '<span class="yx-sr">不及格' in page[make.AT]) == (True, False)
    assert "3 人里，1 人有不及格，3 人还缺成绩" in strip_tags(page[make.ENDS_AT])
    assert ("进行中" in page[make.ENDS_AT], '<span class="yx-sr">不及格</span>12' in page[make.ENDS_AT]) == (False, True)
    assert "平时考核 进行中" in rows[1].values()


def test_a_closed_programme_counts_no_more(town):
    regular(town, "12")
    town.programme.refresh_from_db()
    town.programme.state = "closed"

    columns = queries.columns_of(town.programme, what="assessments", at=make.AT)

    assert [(one.is_running, one.line) for one in columns if one.source == "process"] == [(False, Decimal(60))]


def test_the_table_of_homework_speaks_of_what_is_accepted_only(town):
    homework = make.homework_step(make.course(town.programme))
    make.mark(make.submission(town.people["钱一"], homework), score=85)

    page = town.get("教务", what="homework", show="failed").content.decode()
    for name in ("孙二", "周三"):
        make.mark(make.submission(town.people[name], homework), score=85)
    whole = town.get("教务", what="homework").content.decode()

    assert "3 人里，2 人还缺合格的作业" in strip_tags(page)
    assert ("钱一" in page, "不及格" in page) == (True, False)
    assert "3 人的作业都合格" in strip_tags(whole)


def test_pages_follow_each_other_and_the_whole_is_one_list(town):
    for name in town.people:
        town.result(name, "80")
    columns = queries.columns_of(town.programme, what="assessments", at=make.ENDS_AT)
    wanted = Wanted(sort="name", size=2)
    first = queries.table(town.programme, columns, paths=["/"], wanted=wanted)
    second = queries.table(town.programme, columns, paths=["/"], wanted=Wanted(sort="name", size=2, number=2))

    whole = list(queries.whole_table(town.programme, columns, paths=["/"], wanted=wanted, batch=2))

    assert (len(first.rows), first.has_more, len(second.rows), second.has_more) == (2, True, 1, False)
    assert [row.name for row in whole] == [row.name for row in [*first.rows, *second.rows]]
    assert all(row.cells == [("80", True)] for row in whole)


def test_a_school_sees_its_own_people_the_office_everybody(town):
    town.result("周三", "95")

    school, office = town.get("韩梅梅"), town.get("教务")

    of_school, of_all = strip_tags(school.content.decode()), strip_tags(office.content.decode())
    assert [name in of_school for name in ("钱一", "周三")] == [True, False]
    assert [name in of_all for name in ("钱一", "周三")] == [True, True]
    assert permissions.score_paths(town.cast.actor("教务"), town.programme) == ("/",)


def test_strangers_find_neither_table_nor_workbook(town):
    stranger = town.cast.actor("外人", hat="learner")

    assert town.get("外人").status_code == 403
    assert not permissions.scored_programmes(stranger).exists()
    with pytest.raises(NotFound, match="成绩"):
        permissions.check_can_see_scores(stranger, town.programme)
    with pytest.raises(NotFound, match="成绩"):
        score_tables.export_score_table(programme=town.programme, what="tests", by=stranger, at=make.AT)
    assert not Record.objects.filter(verb="exported", object_type="scores").exists()


def test_the_page_says_the_finding_and_marks_who_fails_in_words(town):
    town.result("钱一", "41")

    page = town.get("教务", sort="c1").content.decode()

    assert "3 人里，1 人有不及格，2 人还缺成绩" in strip_tags(page)
    assert '<td class="yx-cell-number yx-late"><span class="yx-sr">不及格</span>41' in page
    assert 'aria-sort="descending"' in page


@pytest.mark.parametrize("asked", [{"sort": "c99"}, {"sort": "c"}, {"what": "x", "show": "x", "size": "7", "programme": "0", "page": "-1"}])
def test_odd_addresses_show_the_usual_table(town, asked):
    town.result("钱一", "41")

    answer = town.get("教务", **asked)

    assert answer.status_code == 200
    assert "钱一" in answer.content.decode()


def test_without_scores_the_page_says_what_will_stand_here(town):
    Exam.objects.all().delete()

    assert "还没有公布的成绩" in town.get("教务").content.decode()
    assert "还没有可列的成绩" in town.get("韩梅梅", what="homework").content.decode()


def test_the_page_costs_the_same_for_one_and_many(town, assert_same_queries):
    town.result("钱一", "41")

    def more() -> None:
        for number in range(9):
            one = town.people[f"李{number}"] = make.participant(town.programme, town.cast.school, name=f"李{number}")
            town.result(f"李{number}", "80")
            exams.entered_score(enrolment=one)

    office, address = town.cast.client_of("教务"), reverse("assessment:score_table") + "?sort=c1&show=lacking&size=500"

    assert_same_queries(lambda: office.get(address), more)


def test_the_workbook_holds_the_table_as_filtered_and_is_on_record(town):
    town.result("钱一", "41.50")
    paper_scores(town, 孙二=None)

    answer = town.get("教务", "export_score_table", sort="name", q="一")

    assert answer.status_code == 200
    rows = next(iter(Workbook(b"".join(answer.streaming_content)).sheets(first_rows=50))).rows
    assert [rows[1][0], rows[1][2]] == ["姓名", "期中网上考核"]
    assert [rows[2][0], rows[2][2]] == ["钱一", "41.5"]
    assert len(rows) == 2
    assert Record.objects.filter(verb="exported", object_type="scores", object_id=str(town.programme.pk)).count() == 1
