"""Questions of the bank in courses: copies, of the kinds that courses know."""

import msgspec
import pytest
from django.urls import reverse

from tests.assessment import exam_factories as exams
from tests.assessment import factories
from tests.catalogue import factories as catalogue
from tests.catalogue.test_check_any import PAIRED
from yanxiu.assessment.actions.course_questions import put_into_course
from yanxiu.catalogue import content
from yanxiu.catalogue.models import Step
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid

pytestmark = pytest.mark.django_db
CHOICE = content.Question(kind="single", stem="观课前先做什么？", options=("定问题", "找座位"), answers=(0,))
TEST = content.Test(questions=(factories.QUESTIONS[0],))


@pytest.fixture
def step() -> Step:
    return catalogue.step(course=catalogue.course(), content=TEST)


def _held(step):
    return content.read(Step.objects.get(pk=step.pk).content, content.Test).questions


def test_copies_are_appended_and_what_is_there_is_not_doubled(step):
    rows = [exams.bank_question(CHOICE), exams.bank_question(factories.QUESTIONS[0])]

    assert put_into_course(questions=rows, step=step, by=SYSTEM, at=factories.AT) == 1

    assert _held(step) == (factories.QUESTIONS[0], CHOICE)


def test_other_kinds_and_unread_questions_are_refused(step):
    for row, says in ((exams.bank_question(PAIRED), "只收单选、多选和判断题"), (exams.bank_question(CHOICE, is_approved=False), "审过")):
        with pytest.raises(Invalid, match=says):
            put_into_course(questions=[row], step=step, by=SYSTEM, at=factories.AT)

    assert _held(step) == TEST.questions


def test_pictures_do_not_come_along_and_are_refused(step):
    row = exams.bank_question(msgspec.structs.replace(CHOICE, stem="看图 ![图](file:7)"))

    with pytest.raises(Invalid, match="不显示图片和声音"):
        put_into_course(questions=[row], step=step, by=SYSTEM, at=factories.AT)


def test_a_reading_takes_no_questions():
    with pytest.raises(Conflict, match="放不进题目"):
        put_into_course(questions=[exams.bank_question(CHOICE)], step=catalogue.step(course=catalogue.course()), by=SYSTEM, at=factories.AT)


def test_a_designer_does_it_by_pages(cast):
    designer = cast.client_of("方案")
    designer.post(reverse("assessment:draft_paper"), {"title": "试卷"})
    owner = exams.Paper.objects.get().owner
    author = catalogue.worker("designer", owner)
    course = catalogue.course(owner=owner, by=author)
    step = catalogue.step(course=course, by=author, content=TEST)
    row = exams.bank_question(CHOICE, owner=owner)
    chosen = designer.post(reverse("assessment:change_questions"), {"do": "course", "question": [row.pk]}, follow=True)
    assert step.title in chosen.content.decode()

    designer.post(reverse("assessment:put_into_course"), {"question": [row.pk], "step": step.pk})

    assert _held(step) == (factories.QUESTIONS[0], CHOICE)
