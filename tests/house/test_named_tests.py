"""Tests that documents name exist, and the sentences they promise are said."""

import ast
import re
from functools import cache
from pathlib import Path

from tests.house import bad_input
from tests.house.reading import ROOT, report

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def defined_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef))


def test_tests_named_in_documents_exist():
    named = [
        (document, path, name)
        for document in sorted((ROOT / "docs").rglob("*.md"))
        for path, name in NAMED.findall(document.read_text(encoding="utf-8"))
    ]
    assert len(named) > 300
    problems = [
        f"{document.name}: {path}::{name}"
        for document, path, name in dict.fromkeys(named)
        if not (ROOT / path).exists() or name not in defined_in(ROOT / path)
    ]
    assert not problems, report(problems)


def test_sentences_of_bad_input_are_said():
    written = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "yanxiu").rglob("*.py")))
    problems = [
        f"{test}: {said}"
        for _, _, said, test in bad_input.SINGLE
        if said and said not in written and said not in (ROOT / test.partition("::")[0]).read_text(encoding="utf-8")
    ]
    assert not problems, report(problems)


def test_the_page_of_bad_input_can_be_renewed():
    """Every listed test still has its cases; the page itself is renewed by hand, with what it says."""
    page = bad_input.page()
    assert all(f"::{test}`" in page for _, _, test in bad_input.LISTED)
    doors = {line.split(" | ")[0] for line in bad_input.PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")}
    assert {f"| {door}" for door, *_ in [*bad_input.LISTED, *bad_input.SINGLE]} <= doors
