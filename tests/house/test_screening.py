"""Every word that people type passes the packs of sensitive words before others read it, or says why not."""

import ast
import re

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tests.house.reading import called_name, calls, modules, report
from tests.house.screening import FREE, PASSED, TECHNICAL

JUDGES = {"screen", "screened", "passed", "check_correction"}


def typed_fields() -> set[str]:
    """`app.Model.field` of every field that can hold words, technical ones left out."""
    technical = re.compile(TECHNICAL)
    return {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("yanxiu.")
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField | models.TextField | models.JSONField | ArrayField)
        and not getattr(field, "choices", None)
        and not technical.search(field.name)
    }


def is_free(field: str) -> bool:
    app, model, _name = field.split(".")
    return bool({app, f"{app}.{model}", field} & set(FREE))


def test_every_field_is_judged_or_says_why_not():
    problems = [f"{field}: add it to PASSED with its verb, or to FREE with the reason" for field in typed_fields() - set(PASSED)
                if not is_free(field)]  # fmt: skip
    assert not problems, report(sorted(problems))


def test_no_field_is_both_and_each_exists():
    known = {f"{m._meta.app_label}.{m.__name__}.{f.name}" for m in apps.get_models() for f in m._meta.get_fields()}
    places = known | {name.rpartition(".")[0] for name in known} | {name.split(".")[0] for name in known}
    problems = [name for name in [*PASSED, *FREE] if name not in places] + sorted(set(PASSED) & set(FREE))
    assert not problems, report(problems)


def test_the_verb_named_judges_words():
    verbs = {
        f"{module.name}.{function.name}": module.domain
        for module in modules()
        if module.kind == "actions"
        for function in module.tree.body
        if isinstance(function, ast.FunctionDef)
    }
    problems = [f"{field}: {verb} judges no words" for field, verb in PASSED.items() if verb not in verbs or not _judges(verbs[verb], verb)]
    assert not problems, report(problems)


def _judges(domain: str, verb: str) -> bool:
    """Whether a verb, through what it calls in the actions of its domain, has words judged."""
    bodies: dict[str, list[ast.FunctionDef]] = {}
    for module in modules():
        if module.domain == domain and module.kind == "actions":
            for function in module.tree.body:
                if isinstance(function, ast.FunctionDef):
                    bodies.setdefault(function.name, []).append(function)
    seen, queue = set(), [verb.rpartition(".")[2]]
    while queue:
        name = queue.pop()
        if name in JUDGES:
            return True
        if name not in seen:
            seen.add(name)
            queue += [called_name(call).rpartition(".")[2] for body in bodies.get(name, []) for call in calls(body)]
    return False
