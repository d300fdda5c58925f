"""Every line of the functions lists and duty tables leads to pages, a test and a counter that exist."""

from django.urls import get_resolver

from tests.house import functions
from tests.house.reading import ROOT, report
from tests.house.test_named_tests import defined_in
from tests.house.test_page_queries import routes
from yanxiu.records.metrics import registry

LINES = [line for lines in functions.SECTIONS.values() for line in lines]


def test_no_line_of_the_sources_is_missing():
    counts = [len(lines) for lines in functions.SECTIONS.values()]
    assert counts == [9 + 2, 7 + 3 + 2, 7 + 3, 7 + 2, 7, 8, 11, 7, 4]


def test_pages_exist():
    known = {name for name, _ in routes(get_resolver().url_patterns)}
    problems = [f"{line.words}: {name}" for line in LINES for name in line.pages.split() if name not in known]
    assert not problems, report(problems)
    assert all(line.pages for line in LINES)


def test_tests_exist():
    problems = []
    for line in LINES:
        path, _, name = line.test.partition("::")
        if not (ROOT / "tests" / path).exists() or name not in defined_in(ROOT / "tests" / path):
            problems.append(f"{line.words}: {line.test}")
    assert not problems, report(problems)


def test_counters_exist():
    known = registry()
    problems = [f"{line.words}: {key}" for line in LINES for key in line.counters.split() if key not in known]
    assert not problems, report(problems)


def test_the_page_is_fresh():
    assert functions.PAGE.read_text(encoding="utf-8") == functions.page(), "run python -m tests.house.functions"
