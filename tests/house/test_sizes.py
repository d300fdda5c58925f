"""Files are small enough to read in one sitting."""

import ast

from tests.house.reading import ROOT, modules, report, templates, tracked

FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES, JS_LINES, SETTINGS_LINES = 500, 60, 200, 1_940, 450  # scripts: ADR 0024
BANNED_NAMES = {"utils", "common", "core", "base", "helpers", "services", "managers", "mixins", "helper", "util", "misc"}


def _lines(path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_python_files_are_short():
    paths = [path for path in tracked() if path.suffix == ".py" and "migrations" not in path.parts]
    problems = [f"{path.relative_to(ROOT)}: {_lines(path)} lines (at most {FILE_LINES})" for path in paths if _lines(path) > FILE_LINES]
    assert not problems, report(problems)


def test_functions_are_short():
    problems = []
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    problems.append(f"{module.place(node)} {node.name}: {lines} lines (at most {FUNCTION_LINES})")
    assert not problems, report(problems)


def test_templates_are_short():
    problems = [f"{path.relative_to(ROOT)}: {_lines(path)} lines" for path in templates() if _lines(path) > TEMPLATE_LINES]
    assert not problems, report(problems)


def test_scripts_stay_in_their_budget():
    scripts = list((ROOT / "yanxiu/kit/frontend/js").rglob("*.js"))

    assert scripts
    assert sum(_lines(path) for path in scripts) <= JS_LINES


def test_settings_are_one_short_file():
    assert _lines(ROOT / "config/settings.py") <= SETTINGS_LINES
    assert not list((ROOT / "config").glob("*settings_*")) + list((ROOT / "config").glob("local*"))


def test_no_module_is_an_attic():
    problems = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix == ".py" and BANNED_NAMES & {path.stem, *path.relative_to(ROOT).parts[:-1]}
    ]
    assert not problems, report(problems)
