"""Homework of the town: marked by a rubric in every state, and reviewed by those who hand it in; made through the product's actions."""

import pytest

from tests.catalogue.factories import film, published_case
from tests.learning.factories import selection
from yanxiu.assessment.models import HandedIn, Mark, PeerReview, Rubric, Submission, SubmissionState, Verdict
from yanxiu.catalogue import content
from yanxiu.catalogue.models import Step, StepKind
from yanxiu.demo import modular
from yanxiu.demo.catalogue import homework_rubric, peer_work
from yanxiu.demo.slides import duration
from yanxiu.demo.town import homework, modules, practice, rubrics
from yanxiu.integrity.models import Likeness
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.text import characters
from yanxiu.programmes import actions as programmes
from yanxiu.programmes.models import Offering

COUNT = 20


def test_what_is_written_for_reviews_is_enough_and_never_twice_the_same():
    work = peer_work()
    (step,) = (step for module in modular.courses()[0].modules for step in module.steps if getattr(step, "peers", 0))

    assert len(work.pieces) == homework.REVIEWERS
    assert len(work.comments) >= homework.REVIEWERS + homework.AGAIN
    assert len({*work.pieces, *work.comments}) == len(work.pieces) + len(work.comments)
    assert min(map(characters, work.pieces)) >= step.min_characters
    assert min(map(characters, work.comments)) >= 20


def test_the_rubric_adds_up_to_a_hundred_and_its_levels_fall():
    dimensions = homework_rubric().dimensions

    assert sum(one.max_points for one in dimensions) == 100
    for one in dimensions:
        points = [level.points for level in one.levels]
        assert (points[0], points) == (one.max_points, sorted(points, reverse=True))


@pytest.fixture
def practised(county, settings, tmp_path):
    """The course of modules, chosen by some and worked at; returns when, and its two homeworks in order."""
    settings.DATA = tmp_path
    when, place, programme, people = county
    published_case()
    films = {key: film(seconds=duration(script)) for key, script in modular.films()}
    marked_by = rubrics.for_homework(place, at=when.published)
    courses = modules.stock(place, films, marked_by, at=when.published, lately=when.published)
    text = modular.courses()[0]
    facts = {"programme": programme, "block": "electives", "topic": text.topic, "course": courses[text.id]}
    programmes.offer_course(**facts, by=SYSTEM, at=when.published)
    offering = Offering.objects.get(programme=programme)
    guide = next(one for one in people if one.person_id == place.cast["参训教师"].pk)
    for one in {one.pk: one for one in (*people[:: len(people) // COUNT], guide)}.values():
        selection(one, offering)
    practice.practise(place, programme, when)
    return when, list(Step.objects.filter(course=courses[text.id], kind=StepKind.HOMEWORK).order_by("number"))


@pytest.mark.slow  # pictures are drawn and checked
def test_homework_is_in_every_state_and_reviews_are_done_late_open_and_answered(practised):
    when, (reviewed, case) = practised

    assert_the_case_is_in_every_state(case, when)
    assert_authors_review_each_other(reviewed, when)


def assert_the_case_is_in_every_state(step, when):
    rubric = Rubric.objects.get(use="homework")
    assert content.read(step.content, content.Homework).rubric_id == rubric.pk
    pieces = Submission.objects.filter(step=step)
    assert {one.state for one in pieces} == set(SubmissionState.values)
    assert pieces.filter(claimed_until__gt=when.now).count() == 1
    again = HandedIn.objects.get(submission__step=step, number=2).submission
    assert (again.state, Mark.objects.get(submission=again).verdict) == (SubmissionState.SUBMITTED, Verdict.RETURNED)
    marks = Mark.objects.filter(submission__step=step)
    assert all(mark.comment for mark in marks.filter(verdict=Verdict.RETURNED))
    accepted = list(marks.filter(verdict=Verdict.ACCEPTED))
    assert {mark.rubric_id for mark in accepted} == {rubric.pk}
    assert len({tuple(mark.levels.values()) for mark in accepted}) >= 2
    texts = [one.text for one in pieces]
    assert len(set(texts)) == len(texts)
    assert Likeness.objects.filter(text__task=f"step:{step.pk}", other__task=f"step:{step.pk}").count() == 1  # on purpose


def assert_authors_review_each_other(step, when):
    asked = content.read(step.content, content.Homework)
    assert asked.peers is not None
    assert asked.peers.reviews == 2
    reviews = PeerReview.objects.filter(submission__step=step)
    assert reviews.filter(submitted_at__isnull=False).count() == homework.REVIEWERS - 1 + homework.AGAIN
    assert reviews.filter(released_at__isnull=False, submitted_at=None).count() == 1
    assert reviews.filter(released_at=None, submitted_at=None, due_at__gt=when.now).count() >= 2
    assert reviews.filter(submitted_at=None, opened_at__isnull=False).count() == 1
    assert reviews.filter(replied_at__isnull=False).count() == 1
    marks = Mark.objects.filter(submission__step=step)
    assert marks.count() == homework.ACCEPTED
    assert all(mark.peer_score is not None for mark in marks)
    assert any(mark.score != mark.own_score for mark in marks)  # the reviewers' part weighs
    assert Submission.objects.filter(step=step, counted_at__isnull=False).exists()
    assert not Likeness.objects.filter(text__task=f"step:{step.pk}").exists()
