"""考评 in the browser: the school's and the office's way through the pages, drafts that keep themselves, bad input, queries."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.evaluation import appraisal_factories as factories
from tests.programmes import factories as programmes
from yanxiu.evaluation.models import Appraisal, AppraisalRule, Judgement

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(cast):
    one = factories.programme(cast.county)
    programmes.enrolment(one, cast.person("李雷"))
    return one


def at(name, programme, key="school_based", *more):
    return reverse(f"evaluation:{name}", args=[programme.pk, key, *more])


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_school_chooses_its_rubric_judges_a_teacher_and_the_teacher_reads_why(cast, programme):
    rubric = factories.rubric(cast.school, use="school_based", title="本校校本研修标准")
    school, teacher = cast.client_of("韩梅梅"), cast.person("李雷")

    assert "1 个对象等着评定" in text(school.get(reverse("evaluation:appraisals")))
    chosen = school.post(at("set_appraisal_rule", programme), {"org": cast.school.pk, "rubric": rubric.pk, "line_0": "60"}, follow=True)
    assert "本校校本研修标准" in text(chosen)
    sheet = school.get(at("appraise", programme, "school_based", "learner", teacher.pk))
    assert "依据：文档、过程记录" in text(sheet)
    assert "优 60 分" in text(sheet)
    given = {"level_effect": "0", "level_proof": "1", "basis_effect": "3 月 8 日听课", "basis_proof": "笔记", "comment": "踏实"}
    done = school.post(at("submit_appraisal", programme, "school_based", "learner", teacher.pk), given, follow=True)
    assert "李雷：81 分，合格" in text(done)

    mine = cast.client_of("李雷")
    assert "81 分" in text(mine.get(reverse("evaluation:my_appraisals")))
    read = text(mine.get(reverse("evaluation:appraisal", args=[Appraisal.objects.get().pk])))
    assert "3 月 8 日听课" in read
    assert "踏实" in read
    assert (
        cast.client_of("王老师", hat="learner").get(reverse("evaluation:appraisal", args=[Appraisal.objects.get().pk])).status_code == 404
    )


def test_a_draft_keeps_itself_and_is_there_again(cast, programme):
    factories.appraisal_rule(programme, cast.county, key="school_based", use="school_based")
    school, teacher = cast.client_of("韩梅梅"), cast.person("李雷")
    save = at("save_appraisal", programme, "school_based", "learner", teacher.pk)

    answer = school.post(save, {"level_effect": "1", "basis_proof": "笔记 12 页"}, headers={"Accept": "application/json"})
    assert re.fullmatch(r"\d\d:\d\d", answer.json()["at"])

    sheet = school.get(at("appraise", programme, "school_based", "learner", teacher.pk)).content.decode()
    assert "笔记 12 页" in sheet
    assert re.search(r'name="level_effect" value="1"[^>]*checked', sheet)
    assert "填了一半" in text(school.get(at("appraised", programme)))


def test_an_office_types_grades_where_no_rubric_is_chosen(cast, programme):
    host = cast.person("王老师")
    factories.role(programme, host)
    office = cast.client_of("教务")

    sheet = office.get(at("appraise", programme, "host", "topic_host", host.pk))
    assert "直接评定" in text(sheet)
    assert "编发简报" in text(sheet)
    office.post(at("submit_appraisal", programme, "host", "topic_host", host.pk), {"grade": "合格", "score": "92.5"})

    assert (Judgement.objects.get().grade, Judgement.objects.get().score) == ("合格", Decimal("92.50"))
    book = office.get(at("export_appraised", programme, "host"))
    assert b"".join(book.streaming_content)[:2] == b"PK"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"level_effect": "0"}, "还没有给等级"),
        ({"level_effect": "9", "level_proof": "0"}, "level_effect"),
        ({"level_effect": "0", "level_proof": "0"}, "方案要求写明依据"),
        ({"level_effect": "0", "level_proof": "0", "basis_effect": "有" * 501, "basis_proof": "有"}, "basis_effect"),
    ],
)
def test_a_bad_sheet_is_refused_at_its_place_and_nothing_is_kept(cast, programme, given, words):
    factories.appraisal_rule(programme, cast.county, key="school_based", use="school_based")

    answer = cast.client_of("韩梅梅").post(at("submit_appraisal", programme, "school_based", "learner", cast.person("李雷").pk), given)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Appraisal.objects.exists()
    assert not Judgement.objects.exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"line_0": "60"}, "请选一份评价标准"),
        ({"rubric": "0", "line_0": "60"}, "rubric"),
        ({"rubric": "own", "line_0": ""}, "请填“合格”的最低分"),
        ({"rubric": "own", "line_0": "六十"}, "要是数字"),
        ({"rubric": "own", "line_0": "0"}, "0 以上"),
        ({"rubric": "own", "line_0": "120"}, "line_0"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_at_its_field(cast, programme, given, words):
    rubric = factories.rubric(cast.county, use="school_based")
    sent = {name: rubric.pk if value == "own" else value for name, value in given.items()}

    answer = cast.client_of("教务").post(at("set_appraisal_rule", programme), {"org": cast.county.pk, **sent})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not AppraisalRule.objects.exists()


def test_a_school_opens_only_what_it_judges(cast, programme):
    school = cast.client_of("韩梅梅")

    assert school.get(at("appraised", programme, "host")).status_code == 404
    assert school.get(at("appraise", programme, "school_based", "learner", cast.person("外人").pk)).status_code == 404
    assert school.post(at("set_appraisal_rule", programme), {"org": cast.county.pk}).status_code == 404
    assert cast.client_of("李雷").get(reverse("evaluation:appraisals")).status_code == 403


def test_the_lists_cost_the_same_with_more_people(cast, programme, assert_same_queries):
    office = cast.client_of("教务")

    def more():
        for number in range(9):
            programmes.enrolment(programme, programmes.teacher(cast.school, name=f"老师{number}"))

    assert_same_queries(lambda: office.get(at("appraised", programme)), more)
    assert_same_queries(lambda: office.get(reverse("evaluation:appraisals")), more)
