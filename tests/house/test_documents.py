"""Documents stay true: generated ones are fresh, decisions are numbered, files that are named exist."""

import re
from io import StringIO

from django.core.management import call_command

from tests.house.reading import ROOT, report

DOCUMENTS = ["README.md", "README.zh-CN.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "GLOSSARY.md"]


def _documents():
    named = [ROOT / name for name in DOCUMENTS if (ROOT / name).exists()]
    return named + sorted((ROOT / "docs").rglob("*.md"))


def test_generated_reference_is_fresh():
    out = StringIO()
    call_command("docs", check=True, stdout=out)
    assert "fresh" in out.getvalue()


def test_decisions_are_numbered_and_short():
    files = sorted((ROOT / "docs/adr").glob("*.md"))
    numbers = [int(path.name[:4]) for path in files]
    long = [path.name for path in files if len(path.read_text(encoding="utf-8").splitlines()) > 60]

    assert numbers == list(range(1, len(files) + 1))
    assert not long, report(long)


def test_decisions_that_are_named_exist():
    numbers = {path.name[:4] for path in (ROOT / "docs/adr").glob("*.md")}
    problems = []
    for path in [*ROOT.glob("yanxiu/**/*.py"), *ROOT.glob("config/*.py"), *_documents()]:
        for number in re.findall(r"ADR (\d{4})", path.read_text(encoding="utf-8")):
            if number not in numbers:
                problems.append(f"{path.relative_to(ROOT)}: ADR {number}")
    assert not problems, report(problems)


def test_paths_named_in_documents_exist():
    problems = []
    for document in _documents():
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text):
            if not (document.parent / target).exists():
                problems.append(f"{document.relative_to(ROOT)}: {target}")
        for name in re.findall(r"`((?:yanxiu|config|tests|docs|plans|requirements)/[\w./-]+\.\w+)`", text):
            if not (ROOT / name).exists():
                problems.append(f"{document.relative_to(ROOT)}: {name}")
    assert not problems, report(problems)
