"""Written answers of exams marked by a rubric: which one a question may name, what levels come to, and what the candidate sees."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from tests.assessment import exam_factories as make
from tests.assessment import factories, scored
from yanxiu.access import actions as access
from yanxiu.assessment import actions, sheets
from yanxiu.assessment.actions.bank import QuestionFacts, write_question
from yanxiu.assessment.answer_rubrics import judged, rubric_of
from yanxiu.assessment.models import AnswerMark, QuestionVersion
from yanxiu.assessment.queries import sitting_results
from yanxiu.catalogue import content
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Invalid

pytestmark = pytest.mark.django_db
SHEET = (
    sheets.Dimension(
        key="facts", label="事实", levels=(sheets.Level(label="清楚", points=Decimal(20)), sheets.Level(label="含糊", points=Decimal(7)))
    ),
    sheets.Dimension(
        key="reasons", label="理由",
        levels=(sheets.Level(label="充分", points=Decimal(10), describes="每个判断都有依据"), sheets.Level(label="没有", points=Decimal(0))),
    ),
)  # fmt: skip


@pytest.fixture
def stage():
    """An exam with one essay of 10 points that is marked by a rubric of 30, answered once; and who may mark."""
    programme = make.programme()
    rubric = factories.homework_rubric(programme.owner, dimensions=SHEET)
    essay = msgspec.structs.replace(make.ESSAY, rubric_id=rubric.pk)
    exam = make.exam(programme=programme, paper=make.paper(essay, owner=programme.owner), reveal="right")
    sitting = scored.sat(exam, {1: scored.WORDS})
    actions.lay_out(since=scored.SAT_AT.replace(year=2000), by=SYSTEM, at=scored.OVER)
    return exam, sitting, make.MarkingTask.objects.get(sitting=sitting)


def _mark(task, levels, *, by=None, points=None):
    by = by or scored.marker(task.exam.programme.owner)
    return actions.mark_answer(task=task, round_number=1, points=points, levels=levels, comment="好", by=by, at=scored.OVER)


def test_levels_come_to_points_of_the_question_exactly(stage):
    _exam, _sitting, task = stage

    mark = _mark(task, {"facts": 1, "reasons": 0})

    assert (mark.points, mark.levels) == (Decimal("5.67"), {"facts": 1, "reasons": 0})
    task.refresh_from_db()
    assert task.round is None


@pytest.mark.parametrize(("best", "points"), [({"facts": 0, "reasons": 0}, 10), ({"facts": 1, "reasons": 1}, Decimal("2.33"))])
def test_the_best_levels_are_all_the_points(stage, best, points):
    rubric = rubric_of(content.read_question(stage[2].version.content))

    assert judged(rubric, best, points=Decimal(10))[1] == points


@pytest.mark.parametrize(
    ("levels", "points", "says"),
    [
        ({"facts": 1}, None, "还没有评：理由"),
        (None, Decimal(9), "还没有评：事实、理由"),
        ({"facts": 7, "reasons": 0}, None, "“事实”没有这个等级"),
        ({"charm": 0}, None, "评价表里没有“charm”"),
    ],
)
def test_half_a_sheet_points_or_odd_levels_are_refused(stage, levels, points, says):
    with pytest.raises(Invalid, match=says):
        _mark(stage[2], levels, points=points)

    assert not AnswerMark.objects.exists()


def test_without_a_rubric_points_are_asked_for():
    exam = scored.written_exam()
    sitting = scored.sat(exam, {4: scored.WORDS})
    actions.lay_out(since=scored.SAT_AT.replace(year=2000), by=SYSTEM, at=scored.OVER)
    task = make.MarkingTask.objects.select_related("exam__programme").get(sitting=sitting)

    with pytest.raises(Invalid, match="请写给多少分"):
        _mark(task, {"facts": 0})


def test_the_desk_asks_for_levels_and_the_candidate_reads_them(cast):
    programme = factories.programme(cast.county)
    rubric = factories.homework_rubric(cast.county, dimensions=SHEET)
    essay = msgspec.structs.replace(make.ESSAY, rubric_id=rubric.pk)
    exam = make.exam(programme=programme, paper=make.paper(essay, owner=cast.county), reveal="right", appeal_days=30_000)
    sitting = scored.sat(exam, {1: scored.WORDS}, enrolment=factories.participant(programme, cast.school))
    actions.lay_out(since=scored.SAT_AT.replace(year=2000), by=SYSTEM, at=scored.OVER)
    access.appoint(person=cast.person("王老师"), role="expert", org=cast.county, from_on=date(2020, 1, 1), by=SYSTEM, at=factories.AT)
    hat = next(one for one in cast.hats("王老师") if one.role.code == "expert")
    expert, desk = cast.client_of("王老师", hat=str(hat.id)), reverse("assessment:desk", args=[exam.pk])
    expert.post(reverse("assessment:claim_next", args=[exam.pk]))
    page = strip_tags(expert.get(desk).content.decode())
    sent = {"task": make.MarkingTask.objects.get(sitting=sitting).pk, "round": 1, "by_rubric": 1, "level_facts": "0"}
    half = expert.post(reverse("assessment:mark_answer", args=[exam.pk]), sent)
    expert.post(reverse("assessment:mark_answer", args=[exam.pk]), sent | {"level_reasons": "0", "comment": "好"})
    exam = scored.released(scored.Exam.objects.select_related("programme__owner", "paper").get(pk=exam.pk), at=clock.now())

    sitting = scored.Sitting.objects.select_related("exam__paper", "exam__programme", "enrolment").get(pk=sitting.pk)
    result = make.SittingResult.objects.get(sitting=sitting)
    (question,) = sitting_results.result_page(
        sitting, result, person_id=sitting.enrolment.person_id, at=scored.OVER
    ).questions  # fmt: skip

    assert "折算成 10 分" in page
    assert "每个判断都有依据" in page
    assert (half.status_code, "还没有评：理由" in strip_tags(half.content.decode())) == (422, True)
    assert question.judged == [("事实", "清楚", ""), ("理由", "充分", "每个判断都有依据")]
    assert (question.points, result.score) == (Decimal(10), Decimal(100))


def test_an_author_names_only_rubrics_of_the_unit(cast):
    mine, theirs = factories.homework_rubric(cast.county), factories.homework_rubric(cast.other_county)
    facts = QuestionFacts()

    with pytest.raises(Invalid, match="不在可选的里面"):
        write_question(
            question=None, owner=cast.county, written=msgspec.structs.replace(make.ESSAY, rubric_id=theirs.pk), facts=facts, by=SYSTEM,
            at=factories.AT,
        )  # fmt: skip
    page = cast.client_of("教务").get(reverse("assessment:new_question", args=["essay"]))
    sent = {"stem": "谈谈议课。", "rubric": mine.pk, "least": "", "most": "", "difficulty": "3", "then": "save"}
    cast.client_of("教务").post(reverse("assessment:new_question", args=["essay"]), sent)

    assert mine.title in strip_tags(page.content.decode())
    written = content.read_question(QuestionVersion.objects.get().content)
    assert written.rubric_id == mine.pk


def test_a_rubric_withdrawn_later_stays_with_the_question_that_names_it(cast):
    rubric = factories.homework_rubric(cast.county)
    essay = msgspec.structs.replace(make.ESSAY, rubric_id=rubric.pk)
    row = write_question(question=None, owner=cast.county, written=essay, facts=QuestionFacts(), by=SYSTEM, at=factories.AT)
    type(rubric).objects.filter(pk=rubric.pk).update(withdrawn_at=factories.AT)

    write_question(
        question=row, owner=cast.county, written=msgspec.structs.replace(essay, stem="换一个题干。"), facts=QuestionFacts(), by=SYSTEM,
        at=factories.AT,
    )  # fmt: skip

    assert rubric_of(essay) == rubric
