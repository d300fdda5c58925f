"""What must not stand in a committed file: places of one machine, package hosts, unfinished business."""

import re

from tests.house.reading import ROOT, modules, report, tracked

TEXT = {".py", ".html", ".css", ".js", ".mjs", ".md", ".toml", ".txt", ".in", ".yaml", ".yml", ".json", ".sh", ""}
# Written in pieces so that this file does not complain about itself.
PLACES = re.compile(
    "|".join(["/ro" + "ot/", "/wo" + "rk/", "/ho" + "me/", "py" + "pi.org", "npm" + "js.org", "pythonhosted" + r"\.org", "npm" + "mirror"])
)
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|raise NotImplemented" + "Error")


def _texts():
    for path in tracked():
        if path.suffix in TEXT and path.stat().st_size < 2_000_000:
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def test_no_place_of_one_machine_and_no_package_host():
    problems = [
        f"{path.relative_to(ROOT)}:{number}: {found.group()}"
        for path, text in _texts()
        for number, line in enumerate(text.splitlines(), 1)
        if (found := PLACES.search(line))
    ]
    assert not problems, report(problems)


def test_nothing_unfinished():
    problems = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path, text in _texts()
        if path.suffix in {".py", ".html", ".js", ".mjs", ".css"}
        for number, line in enumerate(text.splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert not problems, report(problems)


def test_type_ignores_carry_a_code_and_a_reason():
    bad = re.compile(r"# type: ignore(?!\[[\w, -]+\](\s+# \S|\s*$))")
    problems = [
        f"{module.path.relative_to(ROOT)}:{number}"
        for module in modules()
        for number, line in enumerate(module.path.read_text(encoding="utf-8").splitlines(), 1)
        if bad.search(line)
    ]
    assert not problems, report(problems)
