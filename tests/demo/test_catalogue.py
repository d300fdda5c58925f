"""The demo's content is complete, in range, and refused when a file is wrong."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest

from yanxiu.demo import catalogue
from yanxiu.demo.slides import cues, duration

TOPICS = {"班级管理", "中国传统文化", "学生心理健康教育", "信息技术支持的教学环节优化", "微课程的设计与应用", "教师艺术修养"}


def test_compulsory_courses_carry_their_hours():
    assert {course.title: course.hours for course in catalogue.courses() if course.block != "electives"} == {
        "有效观说课的方法与技术": 2,
        "《中华人民共和国未成年人保护法》与教师的日常": 2,
        "《中华人民共和国教育法》要点": 2,
    }


def test_any_two_topics_offer_the_fourteen_hours_a_teacher_needs():
    hours: Counter[str] = Counter()
    for course in catalogue.courses():
        if course.topic:
            hours[course.topic] += course.hours

    assert set(hours) == TOPICS
    assert sum(sorted(hours.values())[:2]) >= 14
    assert sum(hours.values()) >= 40


@pytest.mark.parametrize("course", catalogue.courses(), ids=lambda course: course.id)
def test_a_course_has_all_kinds_of_steps_a_test_and_homework(course):
    kinds = Counter(type(step).__name__ for step in course.steps)
    texts = [step.body for step in course.steps if isinstance(step, catalogue.TextStep)]

    assert kinds["VideoStep"] >= 2
    assert kinds["TextStep"] >= 1
    assert kinds["QuestionStep"] >= 1
    assert all(400 <= len(text) <= 1200 for text in texts)
    assert 6 <= len(course.test) <= 8
    assert {question.kind for question in course.test} == {"single", "multiple", "truth"}
    assert course.homework.min_characters >= 300
    assert course.pass_line == 60


def test_films_of_courses_last_two_to_five_minutes_and_none_more_than_fifteen():
    films = dict(catalogue.films())

    assert len(films) == len(catalogue.films())
    assert all(120 <= duration(script) <= 300 for key, script in films.items() if "/" in key)
    assert all(duration(script) <= 900 for script in films.values())


def test_right_answers_do_not_sit_in_one_place():
    singles = Counter(question.answer for course in catalogue.courses() for question in course.test if question.kind == "single")
    truths = Counter(question.answer for course in catalogue.courses() for question in course.test if question.kind == "truth")

    assert len(singles) >= 4
    assert set(truths) == {"对", "错"}


def test_lesson_cases_supply_each_stage_and_subject():
    supply = Counter((case.stage, case.subject, case.level) for case in catalogue.lesson_cases())
    pairs = {(stage, subject) for stage, subject, _ in supply}

    assert len(pairs) == 12
    assert all(supply[stage, subject, "province"] >= 5 for stage, subject in pairs)
    assert all(supply[stage, subject, "nation"] == 2 for stage, subject in pairs)
    assert all(len(case.commentary) >= 2 for case in catalogue.lesson_cases() if case.level == "nation")


def test_ids_are_unique():
    ids = Counter([course.id for course in catalogue.courses()] + [case.id for case in catalogue.lesson_cases()])

    assert max(ids.values()) == 1


def test_rubric_adds_up_to_a_hundred_and_levels_fall():
    rubric = catalogue.rubric()

    assert [dimension.label for dimension in rubric.dimensions] == ["教学目标", "教学设计", "课堂实施", "信息技术应用", "教学效果"]
    assert sum(dimension.max_points for dimension in rubric.dimensions) == 100
    for dimension in rubric.dimensions:
        points = [level.points for level in dimension.levels]
        assert points == sorted(points, reverse=True)
        assert points[0] == dimension.max_points


def test_talk_belongs_to_the_topics():
    talk = catalogue.talk()

    assert (len(talk.briefings), len(talk.posts), len(talk.questions)) == (10, 30, 15)
    assert {entry.topic for entry in (*talk.briefings, *talk.posts, *talk.questions)} == TOPICS


def test_captions_follow_one_another_without_overlap():
    _, script = catalogue.films()[0]
    spoken = cues(script)

    assert all(earlier.end <= later.start for earlier, later in itertools.pairwise(spoken))
    assert "".join(cue.text for cue in spoken) == "".join(text for slide in script.slides for text in slide.sentences)


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        ("posts: []\nbriefings: []\nquestions: []\nextra: 1\n", "unknown field"),
        ("posts: []\nbriefings: []\n", "missing required field"),
        ("posts: [\n", "talk.yaml"),
    ],
)
def test_a_broken_file_is_refused_by_name(tmp_path, monkeypatch, broken, complaint):
    (tmp_path / "talk.yaml").write_text(broken, encoding="utf-8")
    monkeypatch.setattr(catalogue, "CONTENT", tmp_path)

    with pytest.raises(catalogue.BadContentError, match=r"talk\.yaml") as refusal:
        catalogue.talk.__wrapped__()

    assert complaint in str(refusal.value)


@pytest.mark.parametrize(
    ("kind", "options", "answer"),
    [("single", ("甲", "乙", "丙"), "D"), ("single", ("甲", "乙", "丙"), "AB"), ("multiple", ("甲", "乙", "丙"), "A"),
     ("multiple", ("甲", "乙", "丙"), "BA"), ("truth", (), "是"), ("single", (), "")],
)  # fmt: skip
def test_an_answer_that_names_no_option_is_refused(kind, options, answer):
    with pytest.raises(ValueError, match="does not fit"):
        catalogue.Question(kind=kind, text="题", options=options, answer=answer, why="因")
