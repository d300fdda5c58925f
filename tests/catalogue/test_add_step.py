"""Adding steps to a draft."""

import pytest

from tests.catalogue.factories import MULTIPLE, SINGLE, course, film, learner, published_course, step, worker
from tests.files.factories import stored_row
from yanxiu.catalogue import actions, content
from yanxiu.catalogue.content import Homework, Question, QuestionSet, Test, Text
from yanxiu.catalogue.models import Step
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


def add(draft, given, *, at, title="第一讲"):
    return actions.add_step(course=draft, title=title, content=given, by=worker("designer", draft.owner), at=at)


def test_a_film_brings_its_measured_length(at):
    draft = course()
    given = film(seconds=642)

    added = add(draft, given, at=at)

    added.refresh_from_db()
    assert (added.number, added.kind, added.seconds, added.media_id) == (1, "video", 642, given.media.pk)
    record = Record.objects.get(object_type="step")
    assert (record.verb, record.data) == ("added", {"course": draft.pk, "number": 1, "kind": "video"})


def test_a_text_is_kept_as_clean_html_beside_its_source(at):
    draft = course()
    source = "## 观课\n\n先定**问题**。<script>alert(1)</script>\n\n- 学生\n- 教师"

    added = add(draft, Text(source=source), at=at)

    added.refresh_from_db()
    assert added.content == {"source": source}
    assert "<h2>观课</h2>" in added.body
    assert "<li>学生</li><li>教师</li>" in added.body
    assert "<script" not in added.body


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (QuestionSet(questions=(SINGLE,)), "question"),
        (Test(questions=(SINGLE, MULTIPLE), pass_score=80, attempts=0), "test"),
        (Homework(task="写一份观课记录。", min_characters=300), "homework"),
    ],
)
def test_typed_content_comes_back_as_it_went_in(given, kind, at):
    added = add(course(), given, at=at)

    added.refresh_from_db()
    assert added.kind == kind
    assert content.read(added.content, type(given)) == given


def test_steps_are_numbered_in_order(at):
    draft = course()

    assert [add(draft, Text(source="x"), at=at).number for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (Text(source="  "), "正文还空着"),
        (QuestionSet(questions=()), "至少写一题"),
        (Test(questions=(SINGLE,), pass_score=0), "及格线应在 1 到 100"),
        (Test(questions=(SINGLE,), attempts=-1), "可考次数"),
        (Homework(task=""), "作业要求还空着"),
        (Homework(task="x", pass_points=101), "合格分应在 1 到 100"),
        (Homework(task="x", attachments=21), "附件个数"),
        (QuestionSet(questions=(SINGLE, Question(kind="single", stem="x", options=("a",), answers=(0,)))), "第 2 题：选项"),
        (QuestionSet(questions=(Question(kind="single", stem="x", options=("a", "b"), answers=(0, 1)),)), "只能有一个答案"),
        (QuestionSet(questions=(Question(kind="multiple", stem="x", options=("a", "b"), answers=(5,)),)), "答案要从选项里选"),
        (QuestionSet(questions=(Question(kind="multiple", stem="x", options=("a", "a"), answers=(0,)),)), "两个选项一样"),
        (QuestionSet(questions=(Question(kind="true_false", stem="x", options=("是", "否"), answers=(0,)),)), "判断题的选项"),
        (QuestionSet(questions=(Question(kind="single", stem=" ", options=("a", "b"), answers=(0,)),)), "还没有题干"),
    ],
)
def test_content_that_cannot_be_studied_is_refused_with_its_place(given, reason, at):
    with pytest.raises(Invalid, match=reason):
        add(course(), given, at=at)

    assert not Step.objects.exists()
    assert not Record.objects.filter(object_type="step").exists()


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"kind": "document"}, "不是能用的视频文件"),
        ({"seconds": 0}, "量不出长度"),
    ],
)
def test_a_film_needs_a_film(facts, reason, at):
    with pytest.raises(Invalid, match=reason):
        add(course(), actions.Film(media=stored_row(**facts)), at=at)


def test_captions_must_be_captions(at):
    with pytest.raises(Invalid, match="字幕文件") as refusal:
        add(course(), actions.Film(media=stored_row(), captions=stored_row()), at=at)

    assert refusal.value.field == "captions"


def test_who_may(at):
    draft = course()

    with pytest.raises(NotFound):
        actions.add_step(course=draft, title="x", content=Text(source="x"), by=learner(), at=at)
    with pytest.raises(NotPermitted):
        actions.add_step(course=draft, title="x", content=Text(source="x"), by=worker("host", draft.owner), at=at)


def test_a_published_course_is_locked(at):
    with pytest.raises(actions.Locked, match="复制成新草稿"):
        add(published_course(), Text(source="x"), at=at)


@pytest.mark.slow  # a hundred steps
def test_a_course_ends_somewhere(at):
    draft = course()
    for number in range(100):
        step(course=draft, title=f"第 {number} 节")

    with pytest.raises(Conflict, match="最多 100 个环节"):
        add(draft, Text(source="x"), at=at)
