"""The pages on which questions come and go as files."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.assessment import exam_factories, exchange_samples
from tests.assessment.exchange_samples import read
from tests.assessment.test_import_questions import GIFT
from yanxiu.assessment import bringing
from yanxiu.assessment.exchange.shape import Reading, Understood
from yanxiu.assessment.models import BankQuestion, QuestionImport

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Every test has a data folder of its own."""
    settings.DATA = tmp_path


@pytest.fixture
def office(cast):
    """The county's office, signed in under its hat."""
    return cast.client_of("教务")


def upload(client, data=GIFT, name="题目.gift"):
    return client.post(reverse("assessment:import_questions"), {"file": SimpleUploadedFile(name, data.encode()), "owner": ""})


def test_upload_preview_choose_take_and_take_back(office):
    assert "传一份题目文件" in office.get(reverse("assessment:import_questions")).content.decode()
    answer = upload(office)
    brought = QuestionImport.objects.get()
    assert answer["Location"] == reverse("assessment:question_import", args=[brought.pk])
    page = office.get(answer["Location"]).content.decode()
    for words in ("读懂 2 道，1 道没有收", "观课记什么？", "不是题目", "新知识点", "第 3 行"):
        assert words in page
    office.post(answer["Location"], {"shown": ["1", "2"], "wanted": ["1"], "do": "take"})
    assert BankQuestion.objects.count() == 1
    page = office.get(answer["Location"]).content.decode()
    assert "1 道题已进题库，都是草稿" in page
    office.post(reverse("assessment:undo_question_import", args=[brought.pk]))
    assert BankQuestion.objects.count() == 0
    assert "这批题已撤回" in office.get(answer["Location"]).content.decode()


def test_a_bad_file_is_said_at_the_form(office):
    answer = upload(office, "今天天气很好。", "文章.txt")
    assert answer.status_code == 422
    assert "看不出是哪种题目格式" in answer.content.decode()
    assert QuestionImport.objects.count() == 0


def test_the_choice_of_each_page_is_kept(office, cast):
    understood = tuple(Understood(question=exchange_samples.SINGLE, place=f"第 {number} 行") for number in range(1, 31))
    plan = bringing.written(bringing.Plan(reading=Reading(format="gift", understood=understood)))
    brought = exam_factories.question_import(owner=cast.county, person_id=cast.person("教务").pk, plan=plan)
    url = reverse("assessment:question_import", args=[brought.pk])
    shown = [str(number) for number in range(1, 21)]
    answer = office.post(url, {"shown": shown, "wanted": shown[5:], "do": "keep", "to": "2"})
    assert answer["Location"].endswith("?page=2")
    brought.refresh_from_db()
    assert bringing.read_plan(brought.plan).left == (1, 2, 3, 4, 5)
    assert "已选 25 道" in office.get(url + "?page=2").content.decode()


def test_refused_template_and_exports_are_files(office, cast):
    upload(office)
    brought = QuestionImport.objects.get()
    refused = office.get(reverse("assessment:refused_questions", args=[brought.pk])).content
    assert read(refused, "没有收的题.xlsx")[0].refused[0].excerpt == "只是说明"
    assert read(office.get(reverse("assessment:question_template")).content, "模板.xlsx")[0].refused == ()
    office.post(reverse("assessment:question_import", args=[brought.pk]), {"do": "take"})
    url = reverse("assessment:export_questions")
    assert "2 道题，“Excel 表格”都装得下" in office.get(url).content.decode()
    page = office.get(url + "?format=aiken").content.decode()
    assert "2 道题，“Aiken”装得下 1 道" in page
    answer = office.post(url + "?format=gift")
    assert "filename*" in answer["Content-Disposition"]
    assert len(read(answer.content, "题.gift")[0].understood) == 2
    chosen = BankQuestion.objects.filter(type="essay").get()
    assert len(read(office.post(f"{url}?format=gift&question={chosen.pk}").content, "题.gift")[0].understood) == 1
    assert "没有符合的题" in office.get(url + "?q=没有这样的题").content.decode()


def test_others_see_nothing_of_an_import(office, cast):
    upload(office)
    url = reverse("assessment:question_import", args=[QuestionImport.objects.get().pk])
    assert cast.client_of("李雷").get(url).status_code in {403, 404}


def test_the_preview_costs_the_same_queries(office, cast, assert_same_queries):
    person_id = cast.person("教务").pk

    def with_rows(count: int) -> str:
        understood = tuple(
            Understood(question=exchange_samples.ALL[number % len(exchange_samples.ALL)], place=f"第 {number} 行", point=f"点 {number}")
            for number in range(count)
        )
        plan = bringing.written(bringing.Plan(reading=Reading(format="gift", understood=understood)))
        brought = exam_factories.question_import(owner=cast.county, person_id=person_id, plan=plan)
        return reverse("assessment:question_import", args=[brought.pk])

    urls = [with_rows(1), with_rows(11)]
    assert_same_queries(lambda: office.get(urls[0]), urls.reverse)
