"""The words by which courses are found: from everything that is said in them, answers left out."""

import pytest
from django.contrib.postgres.search import SearchQuery
from django.core.management import call_command

from tests.catalogue.factories import course, course_words, ready_course, worker
from yanxiu.catalogue import actions
from yanxiu.catalogue.models import CourseWords, Step
from yanxiu.files import queries as files
from yanxiu.kit import search
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotPermitted

pytestmark = pytest.mark.django_db


def found(question: str) -> set[int]:
    asked = SearchQuery(search.query(question), search_type="raw", config="simple")
    return set(CourseWords.objects.filter(words=asked).values_list("course_id", flat=True))


def test_title_people_steps_and_questions_are_found_answers_not(at):
    one = ready_course(title="课程标准与单元设计", lecturer="张伟丽")
    actions.reindex(course_ids=[one.pk], by=SYSTEM, at=at)

    for question in ("课程标准", "标准", "张伟丽", "带着问题", "观课记录", "单元"):
        assert found(question) == {one.pk}, question
    assert not found("证据可以核对")  # an explanation
    assert not found("足球")
    row = CourseWords.objects.get()
    assert (row.initials, row.kinds) == ("kcbzydysj zwl", ["video", "text", "question", "test", "homework"])


def test_what_is_said_in_a_film_is_found(at, monkeypatch):
    monkeypatch.setattr(files, "text", lambda _file: "WEBVTT\n\n1\n00:00.000 --> 00:02.000\n<v 谢老师>今天我们谈追问的时机\n")
    one = ready_course()
    actions.reindex(course_ids=[one.pk], by=SYSTEM, at=at)

    assert found("追问 时机") == {one.pk}
    assert not found("00")


def test_only_what_is_missing_or_old_is_made_anew(at):
    old, new = course(title="旧的"), course(title="新的")
    course_words(course=old)
    assert actions.reindex(by=SYSTEM, at=at) == 2
    assert actions.reindex(by=SYSTEM, at=at) == 0
    assert set(CourseWords.objects.values_list("dictionary", flat=True)) == {search.DICTIONARY}
    assert found("新的") == {new.pk}


def test_the_command(capsys):
    course()
    call_command("reindex", "--all")
    assert "重建了 1 门" in capsys.readouterr().out


def test_a_content_that_cannot_be_read_does_no_harm(at):
    one = ready_course()
    Step.objects.filter(course=one, kind="test").update(content={"odd": 1})
    assert actions.reindex(course_ids=[one.pk], by=SYSTEM, at=at) == 1


def test_only_the_system_indexes(at):
    one = course()
    with pytest.raises(NotPermitted):
        actions.reindex(course_ids=[one.pk], by=worker("designer", one.owner), at=at)
