"""Every model has a factory and a row of the glossary; foreign keys point down and have no way back."""

import importlib
import re

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils.translation import override

from tests.house.reading import PRODUCT, ROOT, domains, may_use, modules, report, snake

IDENTIFIERS = re.findall(r"`([^`]+)`", (ROOT / "GLOSSARY.md").read_text(encoding="utf-8"))


def _ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("yanxiu.")]


def _domain(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def _factory(model: type[models.Model]) -> bool:
    """Whether `factories.py` of the domain, or one beside it named `…_factories.py`, makes the model."""
    found = sorted((ROOT / "tests" / _domain(model)).glob("*factories.py"))
    return any(hasattr(importlib.import_module(f"tests.{_domain(model)}.{file.stem}"), snake(model.__name__)) for file in found)


def test_every_model_has_a_factory():
    problems = [f"tests/{_domain(model)}/factories.py: {snake(model.__name__)}()" for model in _ours() if not _factory(model)]
    assert not problems, report(problems)


def test_every_model_has_a_glossary_row():
    problems = [f"{_domain(model)}.{model.__name__}" for model in _ours() if f"{_domain(model)}.{model.__name__}" not in IDENTIFIERS]
    assert not problems, report(problems)


def test_glossary_names_what_exists():
    known = {module.name for module in modules()}
    problems = []
    for identifier in IDENTIFIERS:
        domain, _, rest = identifier.partition(".")
        if domain not in domains() or not rest or "/" in identifier:
            continue
        name = rest.split(".")[0]
        here = [module.path.read_text(encoding="utf-8") for module in modules() if module.domain == domain]
        if f"{domain}.{name}" not in known and not any(re.search(rf"\b{re.escape(name)}\b", text) for text in here):
            problems.append(identifier)
    assert not problems, report(problems)


def test_foreign_keys_point_down_and_have_no_way_back():
    problems = []
    for model in _ours():
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignKey | models.ManyToManyField) or not isinstance(field.related_model, type):
                continue
            to = field.related_model
            where = f"{_domain(model)}.{model.__name__}.{field.name}"
            if not to.__module__.startswith("yanxiu."):
                continue
            if not may_use(_domain(model), _domain(to)):
                problems.append(f"{where} points up to {_domain(to)}.{to.__name__}")
            if field.remote_field.related_name != "+":
                problems.append(f'{where}: related_name="+"')
    assert not problems, report(problems)


def test_no_model_orders_itself_or_saves_in_its_own_way():
    problems = [
        f"{_domain(model)}.{model.__name__}: {what}"
        for model in _ours()
        for what, is_so in (
            ("Meta.ordering", bool(model._meta.ordering)),
            ("save()", "save" in vars(model)),
            ("delete()", "delete" in vars(model)),
        )
        if is_so
    ]
    assert not problems, report(problems)


@pytest.mark.django_db
def test_no_migration_is_missing():
    loader = MigrationLoader(None)
    with override(None):  # labels as they are written, as `makemigrations` sees them
        found = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)
    assert not found, report(
        [f"{app}: {operation.describe()}" for app, ones in found.items() for one in ones for operation in one.operations]
    )


def test_migrations_import_nothing_of_ours():
    problems = [
        str(path.relative_to(ROOT))
        for path in PRODUCT.glob("*/migrations/[0-9]*.py")
        if re.search(r"^\s*(from|import) yanxiu", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert not problems, report(problems)
