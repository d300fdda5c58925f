"""Questions of the bank in courses: copies, of the kinds that courses know."""

from dataclasses import replace

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


# films


@pytest.fixture
def film() -> Step:
    cue = content.Cue(second=120, question=factories.QUESTIONS[0])
    made = replace(catalogue.film(), cues=content.CueSheet(cues=(cue,)))
    return catalogue.step(course=catalogue.course(), content=made)


def _cues(step):
    return [(cue.second, cue.question, cue.required) for cue in content.read(Step.objects.get(pk=step.pk).content, content.CueSheet).cues]


def test_into_a_film_they_go_at_their_moments_in_order(film):
    rows = [exams.bank_question(CHOICE), exams.bank_question(factories.QUESTIONS[0])]

    count = put_into_course(questions=rows, step=film, seconds={rows[0].pk: 60, rows[1].pk: 300}, by=SYSTEM, at=factories.AT)

    assert count == 1
    assert _cues(film) == [(60, CHOICE, True), (120, factories.QUESTIONS[0], True)]
    kept = Step.objects.get(pk=film.pk)
    assert (kept.media_id, kept.captions_id, kept.poster_id) == (film.media_id, film.captions_id, film.poster_id)


@pytest.mark.parametrize(
    ("second", "says"), [(None, "要写在什么时刻停下来问"), (120, "不晚于前一处"), (6000, "片子只有"), (0, "时刻要在 00:01 之后")]
)
def test_a_moment_that_cannot_be_is_refused(film, second, says):
    row = exams.bank_question(CHOICE)

    with pytest.raises(Invalid, match=says):
        put_into_course(questions=[row], step=film, seconds={} if second is None else {row.pk: second}, by=SYSTEM, at=factories.AT)

    assert len(_cues(film)) == 1


def test_the_page_asks_for_the_moment_and_keeps_what_was_typed(cast):
    designer = cast.client_of("方案")
    designer.post(reverse("assessment:draft_paper"), {"title": "试卷"})
    owner = exams.Paper.objects.get().owner
    author = catalogue.worker("designer", owner)
    film = catalogue.step(course=catalogue.course(owner=owner, by=author), by=author, content=catalogue.film())
    row = exams.bank_question(CHOICE, owner=owner)
    sent = {"question": [row.pk], "step": film.pk, f"at-{row.pk}": "2分15秒"}

    bad = designer.post(reverse("assessment:put_into_course"), sent)
    good = designer.post(reverse("assessment:put_into_course"), sent | {f"at-{row.pk}": "02:15"})

    assert (bad.status_code, "读不懂" in bad.content.decode(), "2分15秒" in bad.content.decode()) == (422, True, True)
    assert good.status_code == 302
    assert _cues(film) == [(135, CHOICE, True)]
