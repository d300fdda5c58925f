"""What import contracts cannot see: the public surface of a package, imports inside functions, HTTP outside views, signals."""

import ast

from tests.house.reading import SURFACE, Module, may_use, modules, report

# Modules that other packages may use besides the surface, with the reason.
BESIDES = {
    "access.roles": "roles are data; the reference page lists them",
    "assessment.forms": "the one form of a rubric's sheet, wherever somebody judges by it",
    "assessment.results": "the portal registers there what is done with a fresh result",
    "assessment.sheets": "the typed content of a rubric is a contract of data",
    "approvals.matters": "domains declare there what goes up for decision, and what follows",
    "catalogue.content": "the typed content of steps is a contract of data",
    "catalogue.counting": "programmes says there in which programme a person's resource counts",
    "catalogue.packages": "the typed manifest of a package is a contract of data",
    "catalogue.rubrics": "assessment tells there which rubrics an author may choose",
    "evaluation.results": "what the evaluator returns is a contract of data",
    "evaluation.standing": "rehearsal plays the same evaluator on shadow tables (ADR 0008)",
    "evaluation.statements": "settlement judges with the same statements (design: the evaluator)",
    "integrity.forms": "the two forms of an appeal, wherever somebody appeals or hears",
    "integrity.report_forms": "the one form by which anything is reported",
    "integrity.reported": "domains declare there what may be reported besides posts, and how it is hidden and brought back",
    "integrity.rules": "the terms of reports and measures, in one place",
    "integrity.words": "whoever publishes words has them judged by the same packs",
    "records.deeds": "what people did is read from the record in one way",
    "files.fields": "the one file field of every form, as Django has its own",
    "files.inspection": "whoever reads hostile files refuses them in the same words and limits",
    "files.packages": "folders of packages: the catalogue fills them, the second origin serves them",
    "files.storage": "workplaces and generated names of the data folder",
    "files.kinds": "kinds of files and their limits are a contract of data",
    "integrity.similarity": "what a text to be compared is, and who declares where texts come from, is a contract of data",
    "people.roster": "the readers of workbooks and CSV serve every table that offices send",
    "people.throttle": "every door that strangers may knock at counts attempts in the same way",
    "people.sessions": "access reads who is signed in",
    "programmes.plan": "the typed plan is the contract of everything above",
    "records.hearing": "the reference page lists the reactions",
    "records.metrics": "domains declare what is counted",
    "records.reactions": "domains register what they hear",
}
HTTP_BELONGS_TO = {"views", "middleware", "urls", "uploads", "origin", "frame", "templatetags", "apps", "sessions", "gateway"}


def imported(module: Module):
    """`(node, dotted name without yanxiu.)` of every import of ours."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("yanxiu"):
            base = node.module.removeprefix("yanxiu").removeprefix(".")
            for alias in node.names:
                yield node, f"{base}.{alias.name}".removeprefix(".")
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("yanxiu."):
                    yield node, alias.name.removeprefix("yanxiu.")


def test_other_packages_are_entered_by_their_surface():
    problems = []
    for module in modules():
        for node, name in imported(module):
            domain, _, rest = name.partition(".")
            if domain in {module.domain, "kit"} or module.domain == "demo" or not rest:
                continue
            if rest.split(".")[0] not in SURFACE and not any(name == free or name.startswith(free + ".") for free in BESIDES):
                problems.append(f"{module.place(node)} {name}")
    assert not problems, report(problems)


def test_no_module_is_imported_from_above():
    problems = [
        f"{module.place(node)} {name}"
        for module in modules()
        for node, name in imported(module)
        if module.domain and not may_use(module.domain, name.split(".")[0])
    ]
    assert not problems, report(problems)


def test_private_names_stay_at_home():
    problems = [
        f"{module.place(node)} {name}"
        for module in modules()
        for node, name in imported(module)
        if name.rpartition(".")[2].startswith("_") and not name.rpartition(".")[2].startswith("__")
    ]
    assert not problems, report(problems)


def test_imports_stand_at_the_top():
    problems = []
    for module in modules():
        for function in ast.walk(module.tree):
            if not isinstance(function, ast.FunctionDef) or (function.name == "ready" and module.path.name == "apps.py"):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    line = module.path.read_text(encoding="utf-8").splitlines()[node.lineno - 1]
                    if "#" not in line:  # a reason beside it
                        problems.append(f"{module.place(node)} in {function.name}(): say why in a comment, or move it up")
    assert not problems, report(problems)


def test_http_stays_in_views():
    problems = []
    for module in modules():
        if module.domain == "kit" or set(module.name.split(".")[1:]) & HTTP_BELONGS_TO:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("django.http", "django.shortcuts")):
                problems.append(f"{module.place(node)} {node.module}")
    assert not problems, report(problems)


def test_models_are_not_fetched_by_name():
    problems = [
        f"{module.place(node)} get_model"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "get_model"
    ]
    assert not problems, report(problems)
