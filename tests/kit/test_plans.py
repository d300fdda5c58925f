"""Statements whose plan is kept or made anew: the setting holds for the statement alone, whatever comes of it."""

import pytest
from django.db import DataError, connection, transaction

from yanxiu.kit import sql

pytestmark = pytest.mark.django_db


def mode():
    return sql.rows("SHOW plan_cache_mode")[0]["plan_cache_mode"]


@pytest.mark.parametrize(("plan", "expected"), [("auto", "auto"), ("kept", "force_generic_plan"), ("fresh", "force_custom_plan")])
def test_a_plan_is_chosen_for_one_statement(plan, expected):
    with sql.planned(plan):
        assert mode() == expected
    assert mode() == "auto"


def test_statements_of_one_plan_say_it_once():
    said = []
    session = connection.connection

    class Listening:
        def execute(self, statement):
            said.append(statement)
            return session.execute(statement)

    connection.connection = Listening()
    try:
        with sql.planned("kept"), sql.planned("kept"), sql.planned("auto"):
            pass
    finally:
        connection.connection = session

    assert said == ["SET plan_cache_mode = force_generic_plan", "RESET plan_cache_mode"]


def test_another_plan_inside_gives_way_to_the_one_around():
    with sql.planned("kept"):
        with sql.planned("fresh"):
            assert mode() == "force_custom_plan"
        assert mode() == "force_generic_plan"
        assert sql.rows("SELECT 1 AS n", plan="kept") == [{"n": 1}]
        assert mode() == "force_generic_plan"
    assert mode() == "auto"


def test_a_failing_statement_leaves_nothing_behind():
    with pytest.raises(DataError), transaction.atomic():
        sql.rows("SELECT 1 / %(by)s::int AS n", {"by": 0}, plan="kept")

    assert mode() == "auto"


def test_the_same_statement_serves_other_values():
    found = [sql.rows("SELECT %(a)s::int + 1 AS n", {"a": number}, plan="kept")[0]["n"] for number in range(12)]

    assert found == list(range(1, 13))


def test_what_sets_the_plan_is_no_query_of_the_page(django_assert_num_queries):
    with django_assert_num_queries(1):
        sql.rows("SELECT 1 AS n", plan="kept")


def test_a_statement_used_again_is_prepared():
    for number in range(5):
        sql.rows("SELECT %(n)s::int AS prepared_again", {"n": number})

    kept = sql.rows("SELECT count(*)::int AS n FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int AS prepared_again'")

    assert connection.settings_dict["OPTIONS"]["prepare_threshold"]
    assert kept[0]["n"] == 1
