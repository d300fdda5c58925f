"""The demo county's people: repeatable, awkward in the ways real people are, and nobody real."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import yanxiu.orgs
from yanxiu.demo import catalogue, population
from yanxiu.people import identity


def test_two_hundred_teachers_fill_the_schools():
    people = population.teachers()

    assert len(people) == 200
    assert Counter(person.school for person in people) == {school.code: school.teachers for school in population.SCHOOLS}


def test_the_same_seed_gives_the_same_people_and_another_seed_others():
    assert population.teachers(seed=1) == population.teachers(seed=1)
    assert population.teachers(seed=1) != population.teachers(seed=2)


def test_identity_numbers_are_valid_different_and_nobodys():
    people = population.teachers()
    with (Path(yanxiu.orgs.__file__).parent / "data" / "regions.csv").open(encoding="utf-8") as file:
        issued = {row["code"] for row in csv.DictReader(file)}

    numbers = {identity.read(person.identity, on=date(2025, 1, 1)).number for person in people}

    assert len(numbers) == len({person.staff_number for person in people}) == 200
    assert population.COUNTY_CODE not in issued
    assert population.CITY_CODE in issued
    for person in people:
        assert person.identity.startswith(population.COUNTY_CODE + person.born_on.strftime("%Y%m%d"))
        assert (int(person.identity[16]) % 2 == 1) == (person.sex == "男")


def test_several_people_share_a_name_even_in_one_school_and_subject():
    people = population.teachers()

    assert sum(person.name == "张伟" for person in people) >= 4
    assert max(Counter((person.name, person.school, person.subject) for person in people).values()) >= 2


def test_awkward_names_are_among_them():
    named = {person.name for person in population.teachers()}

    assert {"阿依古丽·买买提", "扎西多吉", "张䶮", "刘𬍛", "单雪", "欧阳静"} <= named


def test_every_teacher_has_at_least_four_provincial_cases_to_draw_from():
    supply = Counter((case.stage, case.subject) for case in catalogue.lesson_cases() if case.level == "province")

    for person in population.teachers():
        for stage in person.stages:
            assert supply[stage, person.subject] >= 4


def test_some_teachers_of_the_nine_year_school_teach_both_stages():
    assert any(len(person.stages) == 2 for person in population.teachers())
