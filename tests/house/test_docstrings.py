"""What others may call says what the signature cannot; what a function is for stands in its first line."""

import ast

from tests.house.reading import modules, public_functions, report

KINDS = {"actions", "queries", "permissions", "tasks", "reactions", "events"}


def test_public_functions_have_docstrings():
    problems = [
        f"{module.place(function)} {function.name}"
        for module in modules()
        if module.kind in KINDS or module.domain == "kit"
        for function in public_functions(module)
        if not ast.get_docstring(function) and module.kind not in {"management", "templatetags", "middleware"}
    ]
    assert not problems, report(problems)


def test_packages_say_what_they_own():
    problems = [f"{module.path}" for module in modules() if module.name == module.domain and not ast.get_docstring(module.tree)]
    assert not problems, report(problems)


def test_docstrings_begin_with_a_sentence():
    problems = []
    for module in modules():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.FunctionDef | ast.ClassDef):
                continue
            text = ast.get_docstring(node)
            if text and not text.splitlines()[0].rstrip().endswith((".", ":", "?", "。", "：", ",", ";", ")", "`")) and "\n\n" in text:
                problems.append(f"{module.place(node)} {node.name}: {text.splitlines()[0]}")
    assert not problems, report(problems)
