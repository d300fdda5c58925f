"""Search in Chinese: what goes in, what is asked, and how hits are set apart."""

import pytest
from django.db import connection

from yanxiu.kit import search


def test_all_words_go_in_and_few_are_asked():
    assert {"课程", "标准", "课程标准"} <= set(search.tokens("《课程标准》，2022 年版"))
    assert "，" not in search.tokens("好，好")
    assert search.asked("课程标准 课程标准") == ["课程标准"]
    assert search.query("") == search.query("，。！") == ""


def test_full_width_and_case_do_not_matter():
    assert search.asked("ＳＣＯＲＭ") == search.asked("scorm")
    assert set(search.asked("ScOrM")) <= set(search.tokens("用 SCORM 课件"))


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["o'neil", "a\\b", "':*", "课'程", "!&|()<->"])
def test_odd_signs_break_nothing(word):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsvector @@ to_tsquery('simple', %s)", [search.vector([(f"讲 {word} 的课", "A")]), search.query(word)])
        (hit,) = cursor.fetchone()
    assert hit or not search.query(word)


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["班主任", "一天", "张伟丽", "双减", "国培计划", "班主任 张伟丽"])
def test_what_stands_there_is_found(asked):
    vector = search.vector([("班主任的一天", "A"), ("张伟丽谈双减与国培计划", "B")])
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsvector @@ to_tsquery('simple', %s)", [vector, search.query(asked)])
        assert cursor.fetchone() == (True,)


def test_hits_are_set_apart():
    pieces = search.marked("有效观课的方法", "观课 方法")
    assert [(one.text, one.is_hit) for one in pieces] == [("有效", False), ("观课", True), ("的", False), ("方法", True)]


def test_an_excerpt_begins_near_the_first_hit():
    pieces = search.marked("前" * 100 + "追问" + "后" * 100, "追问", around=10)
    assert [one.text for one in pieces] == ["…", "前" * 10, "追问", "后" * 18 + "…"]


def test_a_text_of_a_million_words_fits():
    assert search.vector([("课程标准" * 30_000, "A")]).count("课程标准") == 1
