"""The tables that the migrations make are those of the models: every column, constraint and index, by name."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.state import ModelState, ProjectState

from yanxiu.kit import sql
from yanxiu.kit.management.commands.migrate import each_model_alone

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours():
    return [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("yanxiu.") and model._meta.managed]


def test_every_column_is_there(ours):
    rows = sql.rows("SELECT table_name, column_name, is_nullable FROM information_schema.columns WHERE table_schema = 'public'", {})
    there = {(row["table_name"], row["column_name"]): row["is_nullable"] == "YES" for row in rows}
    for model in ours:
        for field in model._meta.local_concrete_fields:
            assert there[model._meta.db_table, field.column] == field.null, f"{model.__name__}.{field.name}"


def test_every_constraint_and_index_is_there(ours):
    names = sql.rows("SELECT conname AS name FROM pg_constraint UNION SELECT indexname FROM pg_indexes", {})
    there = {row["name"] for row in names}
    for model in ours:
        named = {one.name for one in (*model._meta.constraints, *model._meta.indexes)}
        assert named <= there, f"{model.__name__}: {named - there}"


def test_every_foreign_key_refers_to_the_table_of_its_model(ours):
    rows = sql.rows(
        "SELECT c.conrelid::regclass::text AS holder, a.attname AS name, c.confrelid::regclass::text AS target FROM pg_constraint c "
        "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE c.contype = 'f'",
        {},
    )
    there = {(row["holder"], row["name"]): row["target"] for row in rows}
    for model in ours:
        for field in model._meta.local_concrete_fields:
            if field.remote_field is not None and field.db_constraint:
                assert there[model._meta.db_table, field.column] == field.remote_field.model._meta.db_table, (
                    f"{model.__name__}.{field.name}"
                )


def test_only_the_changed_model_is_rendered():
    state = ProjectState()
    for model in ("orgs.Org", "people.Person"):
        state.add_model(ModelState.from_model(apps.get_model(model)))
    before = state.apps.get_model("people", "Person")

    with each_model_alone():
        state.reload_model("orgs", "org")
    assert state.apps.get_model("people", "Person") is before

    state.reload_model("orgs", "org")
    assert state.apps.get_model("people", "Person") is not before
    assert connection.vendor == "postgresql"
