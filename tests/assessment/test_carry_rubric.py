"""A course takes the rubric of its homework along by what it says: on another site the same one is found, or none and that is said."""

import io
import json
import zipfile
from decimal import Decimal

import pytest

from tests.assessment import factories as make
from tests.catalogue import factories as courses
from tests.catalogue import transport_samples as samples
from yanxiu.assessment import sheets
from yanxiu.assessment.models import Rubric
from yanxiu.assessment.queries.rubrics import homework_rubric
from yanxiu.catalogue import actions as catalogue
from yanxiu.catalogue import content
from yanxiu.catalogue.models import Course
from yanxiu.kit.actor import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    """A course with homework marked by a rubric of its unit, and homework with a plain score."""
    one = courses.course(title="写观课记录")
    rubric = make.homework_rubric(one.owner)
    points = int(sheets.full(sheets.read(rubric.dimensions)))
    asked = content.Homework(task="写一份观课记录。", min_characters=100, points=points, pass_points=points // 2, rubric_id=rubric.pk)
    courses.step(course=one, title="观课记录", content=asked)
    courses.step(course=one, title="感想", content=content.Homework(task="写感想。", min_characters=50))
    return one


def _head(raw: bytes) -> dict:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return json.loads(archive.read("course.json"))


def _brought(raw: bytes, owner):
    plan = samples.plan_of(
        catalogue.prepare_course(sent=samples.upload(samples.NAME, raw), owner=owner, by=SYSTEM, at=make.AT)
    )  # fmt: skip
    return [content.read(step.content, content.Homework) for step in plan.steps], plan.notes


def test_no_id_of_ours_leaves(course):
    rubric = Rubric.objects.get()
    Rubric.objects.filter(pk=rubric.pk).update(title="观课记录评价表")
    head = _head(samples.exported(course))

    assert head["rubrics"] == [{"title": "观课记录评价表", "sign": sheets.sign_of(sheets.read(rubric.dimensions))}]
    assert [step["content"].get("rubric_id") for step in head["steps"]] == [1, None]


def test_where_a_rubric_says_the_same_it_is_taken_whatever_its_id(course):
    elsewhere = courses.county()
    make.homework_rubric(elsewhere, dimensions=_other())
    same = make.homework_rubric(elsewhere, title="名称不同也一样")
    make.homework_rubric(courses.county())  # of a unit that this one may not choose from
    (judged, plain), notes = _brought(samples.exported(course), elsewhere)

    assert judged.rubric_id == same.pk
    assert homework_rubric(judged) == same
    assert (plain.rubric_id, notes) == (None, ())


def test_where_none_says_the_same_it_becomes_a_plain_score_and_that_is_said(course):
    elsewhere = courses.county()
    other = make.homework_rubric(elsewhere, dimensions=_other())
    (judged, _plain), notes = _brought(samples.exported(course), elsewhere)

    assert (judged.rubric_id, judged.points) == (None, int(sheets.full(sheets.read(Rubric.objects.order_by("pk").first().dimensions))))
    assert judged.points == int(sheets.full(sheets.read(other.dimensions)))  # as many points, and not the same
    assert len(notes) == 1
    assert "“观课记录”原来按“" in notes[0]
    assert "先改成直接打分" in notes[0]


@pytest.mark.parametrize("number", [1, 2, 7, 0, -1, 10**9])
def test_a_file_of_before_names_an_id_that_means_nothing_here(course, number):
    def as_before(head: dict) -> None:
        del head["rubrics"]
        head["steps"][0]["content"]["rubric_id"] = number

    (judged, _plain), notes = _brought(samples.changed(samples.exported(course), as_before), courses.county())

    assert judged.rubric_id is None
    assert "“观课记录”原来按“原来的评价标准”打分" in notes[0]


def test_a_rubric_that_is_gone_travels_as_a_plain_score(course):
    Rubric.objects.all().delete()
    head = _head(samples.exported(course))

    assert ("rubrics" in head, head["steps"][0]["content"].get("rubric_id")) == (False, None)


def test_the_sign_is_of_what_is_said():
    dimensions = _other()
    rewritten = tuple(
        sheets.Dimension(
            key=f"other{number}", label=one.label, looks_at=one.looks_at, evidence=one.evidence,
            levels=tuple(sheets.Level(label=level.label, points=level.points + Decimal("0.00"), describes=level.describes) for level in one.levels),
        )
        for number, one in enumerate(dimensions)
    )  # fmt: skip

    assert sheets.sign_of(rewritten) == sheets.sign_of(dimensions)
    assert sheets.sign_of(dimensions[::-1]) != sheets.sign_of(dimensions)
    assert sheets.sign_of((*dimensions[:1],)) != sheets.sign_of(dimensions)


def _other() -> sheets.Dimensions:
    """Other dimensions with as many points as those of the factory."""
    first = sheets.Level(label="优", points=Decimal(25))
    second = sheets.Level(label="良", points=Decimal(5))
    return tuple(sheets.Dimension(key=key, label=key, levels=(first, second)) for key in ("甲", "乙"))
