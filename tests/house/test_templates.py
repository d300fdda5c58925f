"""Templates: plain HTML first, no inline script or style, nothing marked safe, addresses of own or lower packages only."""

import ast
import re

from django.template.loader import get_template

from tests.house.reading import ROOT, called_name, calls, may_use, modules, report, templates
from yanxiu.kit.components import declaration

INLINE_HANDLER = re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE)
STYLE = re.compile(r"<[^>]*\sstyle\s*=|<style\b", re.IGNORECASE)
INLINE_SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE)
UNSAFE = re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off")
URL = re.compile(r"""{%\s*url\s+["']([a-z_]+):""")
REFERENCE = re.compile(r"""["']([\w/-]+\.html)(?:#[\w-]+)?["']""")
COMPONENT = re.compile(r"""{%\s*component\s+["']([\w-]+)["']""")
COMPONENT_TAG = re.compile(r"""{%\s*component\s+["']([\w-]+)["']((?:[^%]|%(?!}))*)%}""")
WORDS_GIVEN = re.compile(r"""(?<![\w-])([\w-]+)="([^"]*)\"""")
FAMILY = re.compile(r"""f["']([\w/-]+/){""")  # names that code composes: f"portal/gallery/{group}.html"
EVERYWHERE = {"portal"}  # the frame (sidebar, hats, search) is the portal's and stands on every page


def _text(path) -> str:
    return path.read_text(encoding="utf-8")


def _found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{_text(path)[: match.start()].count(chr(10)) + 1}: {match.group().strip()[:60]}"
        for path in templates()
        for match in pattern.finditer(
            re.sub(r"{#.*?#}|{% comment.*?endcomment %}", lambda m: "\n" * m.group().count("\n"), _text(path), flags=re.DOTALL)
        )
    ]


def test_no_inline_handlers():
    assert not _found(INLINE_HANDLER), report(_found(INLINE_HANDLER))


def test_no_inline_styles():
    assert not _found(STYLE), report(_found(STYLE))


def test_no_inline_scripts():
    assert not _found(INLINE_SCRIPT), report(_found(INLINE_SCRIPT))


def test_nothing_is_marked_safe():
    assert not _found(UNSAFE), report(_found(UNSAFE))


def test_code_marks_nothing_safe():
    problems = [
        f"{module.place(call)} {called_name(call)}"
        for module in modules()
        if module.domain != "kit"
        for call in calls(module.tree)
        if called_name(call).rpartition(".")[2] in {"mark_safe", "SafeString"}
    ]
    assert not problems, report(problems)


MADE_HERE = {
    "assessment.rendering": "formatted text cleaned in the line before, and MathML written anew by an allow-list",
    "files.documents": "a converted document, cleaned by its allow-list in the line before",
    "learning.views.hosting": "a QR code drawn from an address of ours",
}


def test_who_puts_markup_into_pages_is_listed():
    callers = {module.name for module in modules() if any(called_name(call) == "markup.made" for call in calls(module.tree))}
    assert callers == set(MADE_HERE)


def test_every_template_compiles():
    problems = []
    for path in templates():
        try:
            get_template(str(path.relative_to(path.parents[len(path.parents) - 1 - path.parts.index("templates")])))
        except Exception as error:  # noqa: BLE001 - any complaint of the template language is a deviation
            problems.append(f"{path.relative_to(ROOT)}: {error}")
    assert not problems, report(problems)


def test_components_are_given_what_they_take():
    """A page that shows its component only now and then would else answer 500 now and then."""
    problems = []
    for path in templates():
        for match in COMPONENT_TAG.finditer(_text(path)):
            known = declaration.read(match[1], get_template(f"kit/components/{match[1]}.html").template.source).parameters
            for name, value in WORDS_GIVEN.findall(match[2]):
                choices = known[name].choices if name in known else ()
                if choices and value not in choices:
                    problems.append(f"{path.relative_to(ROOT)}: {match[1]} {name}={value!r} is none of {choices}")
    assert not problems, report(problems)


def _is_near(domain: str, name: str) -> bool:
    return domain == "kit" or name in EVERYWHERE or may_use(domain, name)


def test_addresses_in_templates_are_of_own_or_lower_packages():
    problems = [
        f"{path.relative_to(ROOT)}: {name}:"
        for path in templates()
        for name in URL.findall(_text(path))
        if not _is_near(path.relative_to(ROOT / "yanxiu").parts[0], name)
    ]
    assert not problems, report(problems)


def test_addresses_in_code_are_of_own_or_lower_packages():
    problems = [
        f"{module.place(call)} {argument.value}"
        for module in modules()
        for call in calls(module.tree)
        if called_name(call).rpartition(".")[2] in {"reverse", "redirect", "resolve_url"}
        for argument in call.args
        if isinstance(argument, ast.Constant) and re.fullmatch(r"[a-z_]+:[a-z_]+", str(argument.value))
        if not _is_near(module.domain, str(argument.value).split(":")[0])
    ]
    assert not problems, report(problems)


def test_no_template_is_unused():
    used = {"404.html", "500.html", "403.html"}
    sources = [_text(path) for path in templates()] + [_text(module.path) for module in modules()]
    families = {"kit/components/"}
    for text in sources:
        families.update(FAMILY.findall(text))
        used.update(REFERENCE.findall(text))
        used.update(f"kit/components/{name}.html" for name in COMPONENT.findall(text))
    problems = []
    for path in templates():
        name = str(path).partition("/templates/")[2]
        if name not in used and not name.startswith(tuple(families)):
            problems.append(str(path.relative_to(ROOT)))
    assert not problems, report(problems)
