"""Question files through the doors: what is looked at, what comes into the bank, and what is taken back."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.assessment import exam_factories, exchange_samples
from tests.assessment.factories import AT
from tests.programmes import factories as programmes
from yanxiu.assessment import bringing
from yanxiu.assessment.actions import bank as bank_actions
from yanxiu.assessment.actions import bringing as actions
from yanxiu.assessment.actions import exporting
from yanxiu.assessment.exchange import BadQuestionFile, moodle_writing, sheet_writing
from yanxiu.assessment.exchange.shape import Loose
from yanxiu.assessment.exchange.writing import Leaving
from yanxiu.assessment.models import BankQuestion, KnowledgePoint, QuestionImport, QuestionImportState, QuestionState, QuestionVersion
from yanxiu.catalogue import content
from yanxiu.catalogue.content import read_question
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import SYSTEM, Actor, Grant
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.orgs.models import Kind, Org
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
GIFT = "$CATEGORY: 课堂观察\n\n观课记什么？{=证据 ~感受}\n\n只是说明\n\n谈谈。{}\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Every test has a data folder of its own."""
    settings.DATA = tmp_path


@pytest.fixture
def owner() -> Org:
    return programmes.org(parent=programmes.org(), kind=Kind.COUNTY)


@pytest.fixture
def writer(owner) -> Actor:
    from tests.people.factories import person

    grant = Grant(role="designer", permissions=frozenset({"assessment.write_questions"}), path=owner.path)
    return Actor(person_id=person(owner).pk, label="方案设计", grants=(grant,))


def sent(text: str | bytes, name: str = "题目.gift") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def prepare(owner, writer, data=GIFT, name="题目.gift", **facts) -> QuestionImport:
    return actions.prepare_questions(sent=sent(data, name), owner=owner, facts=actions.ImportFacts(**facts), by=writer, at=AT)


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(buffer, "PNG")
    return buffer.getvalue()


def test_looking_changes_nothing_and_a_yes_takes_all_as_drafts(owner, writer):
    brought = prepare(owner, writer, subject="语文")
    assert BankQuestion.objects.count() == 0
    assert len(bringing.read_plan(brought.plan).reading.refused) == 1
    done = actions.take_questions(brought=brought, by=writer, at=AT)
    rows = list(BankQuestion.objects.order_by("pk"))
    assert [row.pk for row in rows] == done.made
    assert {(row.state, row.subject, row.source, row.point.name) for row in rows} == {
        (QuestionState.DRAFT, "语文", "题目.gift", "课堂观察")
    }
    assert KnowledgePoint.objects.count() == 1
    assert Record.objects.filter(verb="imported", object_type="question_file").count() == 1
    again = actions.take_questions(brought=brought, by=writer, at=AT)
    assert again.made == done.made
    assert BankQuestion.objects.count() == 2


def test_only_the_chosen_come(owner, writer):
    brought = prepare(owner, writer)
    actions.choose_questions(brought=brought, shown=[1, 2], wanted=[2], by=writer, at=AT)
    actions.take_questions(brought=brought, by=writer, at=AT)
    assert [row.type for row in BankQuestion.objects.all()] == ["essay"]


def test_nothing_chosen_is_said(owner, writer):
    brought = prepare(owner, writer)
    actions.choose_questions(brought=brought, shown=[1, 2], wanted=[], by=writer, at=AT)
    with pytest.raises(Invalid, match="一道题也没有勾选"):
        actions.take_questions(brought=brought, by=writer, at=AT)
    assert BankQuestion.objects.count() == 0


def test_what_the_bank_has_and_what_stands_twice_is_not_ticked(owner, writer):
    actions.take_questions(brought=prepare(owner, writer), by=writer, at=AT)
    again = prepare(owner, writer, GIFT + "\n\n新题？{T}\n\n新题？{T}\n")
    assert bringing.read_plan(again.plan).wanted == [3]


def test_the_same_file_waits_once(owner, writer):
    assert prepare(owner, writer).pk == prepare(owner, writer).pk


def test_an_import_is_taken_back_while_nothing_rests_on_it(owner, writer):
    done = actions.take_questions(brought=prepare(owner, writer), by=writer, at=AT)
    assert actions.undo_import(brought=done, by=writer, at=AT) == 2
    assert BankQuestion.objects.count() == QuestionVersion.objects.count() == 0
    assert actions.undo_import(brought=done, by=writer, at=AT) == 0


@pytest.mark.parametrize("rests", ["submitted", "changed", "in a paper"])
def test_an_import_on_which_something_rests_stays(owner, writer, rests):
    done = actions.take_questions(brought=prepare(owner, writer), by=writer, at=AT)
    first = BankQuestion.objects.select_related("owner").order_by("pk").first()
    if rests == "submitted":
        bank_actions.submit_questions(questions=[first], by=writer, at=AT)
    elif rests == "changed":
        exam_factories.question_version(question=first, number=2, content=content.write(exchange_samples.ESSAY))
    else:
        version = QuestionVersion.objects.get(question=first)
        exam_factories.paper(owner=owner, sections=[{"title": "一", "fixed": [{"version": version.pk, "points": "2"}]}])
    with pytest.raises(Conflict, match="题号"):
        actions.undo_import(brought=done, by=writer, at=AT)
    assert BankQuestion.objects.filter(pk__in=done.made).count() == 2


def test_pictures_are_checked_stored_and_go_with_what_is_not_taken(owner, writer):
    question = exchange_samples.SINGLE.__class__(
        kind="single", stem="看图：![板书](file:7)", options=("甲", "乙"), answers=(0,), explanation="![坏](file:8)"
    )
    media = {7: Loose(name="a.png", data=picture()), 8: Loose(name="b.png", data=b"no picture")}
    data = moodle_writing.write([Leaving(question=question, number=1)], media).data
    brought = prepare(owner, writer, data, "题.xml")
    plan = bringing.read_plan(brought.plan)
    (file,) = StoredFile.objects.filter(kind="image", deleted_at__isnull=True)
    assert plan.reading.understood[0].question.stem == f"看图：![板书](file:{file.pk})"
    assert plan.reading.understood[0].question.explanation == "[图：坏]"
    assert any("没有收" in note for note in plan.reading.notes)
    assert file.waits_until is not None
    actions.take_questions(brought=brought, by=writer, at=AT)
    file.refresh_from_db()
    assert file.waits_until is None
    leaving = exporting.export_questions(
        questions=BankQuestion.objects.all(), form=exporting.FORMATS["moodle"], title="题库", by=writer, at=AT
    )
    assert b'encoding="base64"' in leaving.data


def test_a_file_that_cannot_be_read_leaves_nothing(owner, writer):
    with pytest.raises(BadQuestionFile, match="没有读到题目"):
        prepare(owner, writer, "// 只有注释\n", "题.gift")
    assert QuestionImport.objects.count() == 0
    assert not StoredFile.objects.filter(deleted_at__isnull=True).exists()


def test_large_files_are_read_in_the_background(owner, writer, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE_BYTES", 10)
    brought = prepare(owner, writer)
    assert bringing.read_plan(brought.plan).bundle
    with pytest.raises(Conflict, match="还在读"):
        actions.take_questions(brought=brought, by=writer, at=AT)
    assert actions.read_questions(brought=brought, by=SYSTEM, at=AT)
    brought.refresh_from_db()
    assert len(bringing.read_plan(brought.plan).reading.understood) == 2
    assert not actions.read_questions(brought=brought, by=SYSTEM, at=AT)


def test_what_the_background_cannot_read_ends_with_the_reason(owner, writer, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE_BYTES", 10)
    brought = prepare(owner, writer, "只是一篇文章，没有题目，也没有别的。\n" * 3, "文章.txt")
    actions.read_questions(brought=brought, by=SYSTEM, at=AT)
    brought.refresh_from_db()
    assert (brought.state, "看不出是哪种题目格式" in bringing.read_plan(brought.plan).broken) == (QuestionImportState.GIVEN_UP, True)


def test_imports_end_after_seven_days(owner, writer):
    brought = prepare(owner, writer)
    assert actions.end_question_imports(by=SYSTEM, at=AT + timedelta(days=6)) == 0
    assert actions.end_question_imports(by=SYSTEM, at=AT + timedelta(days=8)) == 1
    with pytest.raises(Conflict, match="再传一次"):
        actions.take_questions(brought=brought, by=writer, at=AT)


def test_giving_up_twice_is_no_error(owner, writer):
    brought = prepare(owner, writer)
    actions.give_up_questions(brought=brought, by=writer, at=AT)
    actions.give_up_questions(brought=brought, by=writer, at=AT)
    assert QuestionImport.objects.get().state == QuestionImportState.GIVEN_UP


def test_who_may(owner, writer):
    brought = prepare(owner, writer)
    other = Actor(person_id=(writer.person_id or 0) + 1, label="别人", grants=writer.grants)
    for verb in (actions.take_questions, actions.undo_import, actions.give_up_questions):
        with pytest.raises(NotFound):
            verb(brought=brought, by=other, at=AT)
    with pytest.raises(NotPermitted):
        prepare(owner, Actor(person_id=writer.person_id, label="教师"))
    with pytest.raises(NotPermitted):
        actions.end_question_imports(by=writer, at=AT)


def test_two_thousand_questions_cost_the_same_queries(owner, writer, django_assert_max_num_queries):
    rows = [Leaving(question=exchange_samples.SINGLE, number=1)]
    small = prepare(owner, writer, sheet_writing.write(rows).data, "a.xlsx")
    many = "".join(f"\n\n第 {number} 题？{{=甲 ~乙}}" for number in range(600))
    large = prepare(owner, writer, many)
    for brought in (small, large):
        with django_assert_max_num_queries(20):
            actions.take_questions(brought=brought, by=writer, at=AT)
    assert BankQuestion.objects.count() == 601


def test_export_writes_the_newest_versions_and_a_record(owner, writer):
    actions.take_questions(brought=prepare(owner, writer), by=writer, at=AT)
    written = exporting.export_questions(
        questions=BankQuestion.objects.all(), form=exporting.FORMATS["excel"], title="题库", by=writer, at=AT
    )
    again = prepare(owner, writer, written.data, "题库.xlsx")
    plan = bringing.read_plan(again.plan)
    assert plan.wanted == []  # the bank has them all
    stored = [read_question(version.content) for version in QuestionVersion.objects.order_by("question_id")]
    assert [one.question for one in plan.reading.understood] == stored
    assert Record.objects.filter(verb="exported", object_type="question_file").count() == 1


def test_export_says_when_there_is_nothing_or_too_much(owner, writer, monkeypatch):
    with pytest.raises(Invalid, match="没有符合的题"):
        exporting.preview_export(questions=BankQuestion.objects.all(), form=exporting.FORMATS["excel"])
    monkeypatch.setattr(exporting, "MOST", 1)
    actions.take_questions(brought=prepare(owner, writer), by=writer, at=AT)
    with pytest.raises(Invalid, match="一次最多导出 1 道题"):
        exporting.preview_export(questions=BankQuestion.objects.all(), form=exporting.FORMATS["excel"])
