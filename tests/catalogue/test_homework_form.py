"""Homework as an author writes it: parts, rubric, peers; what was written before there were parts stays readable."""

import msgspec
import pytest
from django.urls import reverse

from tests.catalogue.factories import course, step
from yanxiu.catalogue import content, rubrics
from yanxiu.catalogue.content import Homework
from yanxiu.catalogue.content.steps import Part, Peers
from yanxiu.catalogue.forms import HomeworkForm
from yanxiu.catalogue.models import Step
from yanxiu.kit.errors import Invalid

WHOLE = {
    "title": "教学设计",
    "task": "写一份教学设计。",
    "need_text": "required",
    "amount_text": "500",
    "points": "100",
    "pass_points": "60",
}


def written(**facts):
    form = HomeworkForm(WHOLE | facts)
    assert form.is_valid(), form.errors
    return form.content()


def test_rows_that_are_asked_for_become_parts():
    held = written(need_lesson_plan="required", label_lesson_plan="第二课时教案", need_picture="optional", amount_picture="4")

    assert [(part.key, part.kind, part.label, part.is_required) for part in held.parts] == [
        ("text", "text", "正文", True), ("lesson_plan", "lesson_plan", "第二课时教案", True), ("picture", "picture", "图片", False),
    ]  # fmt: skip
    assert (held.parts[0].min_characters, held.parts[2].most) == (500, 4)
    assert (held.min_characters, held.attachments) == (500, 5)
    assert held.peers is None


def test_peers_are_asked_for_by_a_number_of_reviews():
    held = written(peer_reviews="3", peer_weight="40", peer_days="4", peer_anonymous="on")

    assert held.peers == Peers(reviews=3, weight=40, days=4, is_other_school=False, is_anonymous=True)


def test_nothing_to_hand_in_is_no_homework():
    form = HomeworkForm(WHOLE | {"need_text": ""})

    assert form.is_valid()
    with pytest.raises(Invalid, match="还没有要交的东西") as refused:
        form.content()
    assert refused.value.field == "need_text"


def test_the_points_are_those_of_the_rubric(monkeypatch):
    monkeypatch.setattr(rubrics, "_tellers", [])
    form = HomeworkForm(WHOLE | {"rubric_id": "7", "points": "12"})
    form.offer([rubrics.Offered(rubric_id=7, label="教学设计评价表", points=80)])

    assert form.is_valid(), form.errors
    assert (form.content().rubric_id, form.content().points) == (7, 80)


def test_a_rubric_that_is_not_offered_is_refused():
    form = HomeworkForm(WHOLE | {"rubric_id": "8"})

    assert not form.is_valid()
    assert "rubric_id" in form.errors


@pytest.mark.django_db
def test_what_is_stored_comes_back_into_the_form(cast):
    held = written(need_video="optional", label_video="课堂实录", peer_reviews="2", peer_other_school="on", peer_calibration="1")
    stored = step(course=course(owner=cast.county), content=held, title="教学设计")

    again = HomeworkForm(HomeworkForm.of(stored))

    assert again.is_valid(), again.errors
    assert again.content() == held


def test_homework_of_before_parts_reads_as_words_and_files():
    old = content.read({"task": "写记录。", "min_characters": 300, "attachments": 2, "points": 100, "pass_points": 60}, Homework)

    assert [(part.key, part.kind, part.min_characters, part.most) for part in old.asked_parts] == [
        ("text", "text", 300, 1),
        ("files", "files", 0, 2),
    ]
    assert (old.peers, old.rubric_id) == (None, None)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"parts": (Part(key="text", kind="text", label="甲"), Part(key="text", kind="text", label="乙"))}, "代号一样"),
        ({"parts": (Part(key="text", kind="text", label=" "),)}, "要有名称"),
        ({"parts": (Part(key="picture", kind="picture", label="图", most=0),)}, "文件个数"),
        ({"parts": (Part(key="text", kind="text", label="正文", min_characters=-1),)}, "最少字数"),
        ({"peers": Peers(reviews=0)}, "每人评几份"),
        ({"peers": Peers(weight=101)}, "互评占比"),
        ({"peers": Peers(days=0)}, "互评期限"),
    ],
)
def test_content_that_nobody_could_do_is_refused(facts, reason):
    with pytest.raises(Invalid, match=reason):
        content.check(msgspec.structs.replace(Homework(task="写。"), **facts))


@pytest.mark.django_db
def test_a_designer_adds_homework_with_parts_over_the_page(cast):
    draft = course(owner=cast.county)

    answer = cast.client_of("方案").post(reverse("catalogue:add_step", args=[draft.pk, "homework"]), WHOLE | {"need_video": "required"})

    assert answer.status_code == 302
    assert content.read(Step.objects.get().content, Homework).parts[1].kind == "video"
