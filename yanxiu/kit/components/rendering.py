"""From `{% component %}` to HTML: arguments checked, slots taken apart, the template rendered in a context of its own."""

import re
import secrets
from collections.abc import Mapping
from typing import Self, cast

from django.template import Context, TemplateSyntaxError
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from yanxiu.kit.components import declaration
from yanxiu.kit.components.preparation import PREPARE

# A slot is rendered where it stands and marked; the component around it cuts it out. The mark is random per process, so that
# no text of a person can be taken for one. Inner components have cut out theirs by the time an outer one looks.
MARK = secrets.token_hex(8)
_SLOT = re.compile(rf"<!--{MARK}:(\w+)-->(.*?)<!--/{MARK}-->", re.DOTALL)
_PASSED_ON = ("hx_", "data_", "aria_", "x_")


def mark(name: str, content: str) -> SafeString:
    """Return a slot's content wrapped in its mark."""
    return mark_safe(f"<!--{MARK}:{name}-->{content}<!--/{MARK}-->")  # noqa: S308 - rendered by the template engine


def render(context: Context, name: str, content: str, given: Mapping[str, object]) -> SafeString:
    """Render the component `name`. Raises TemplateSyntaxError for what its declaration does not know."""
    engine = context.template.engine if context.template is not None else None
    if engine is None:
        raise TemplateSyntaxError(f"component {name}: rendered outside a template")
    template = engine.get_template(f"kit/components/{name}.html")
    known = declaration.read(name, template.source)
    passed_on = {key: value for key, value in given.items() if key not in known.parameters and _is_attribute(key)}
    if passed_on and not known.attrs:
        raise TemplateSyntaxError(f"component {name}: takes no attributes, got {', '.join(passed_on)}")
    values = declaration.arguments(name, known, {key: value for key, value in given.items() if key not in passed_on})
    if name in PREPARE:
        values |= PREPARE[name](values)
    values |= {"attrs": attributes(passed_on), "slots": slots(name, known, content), "slot": rest(content)}
    inner = context.new(values)
    for shared in ("csrf_token", "request"):
        if shared in context:
            inner[shared] = context[shared]
    return mark_safe(template.render(inner).strip())  # noqa: S308 - rendered by the template engine


def _is_attribute(key: str) -> bool:
    return key in {"id", "class", "role", "autofocus", "title"} or key.startswith(_PASSED_ON)


def attributes(given: Mapping[str, object]) -> SafeString:
    """Return HTML attributes ready for a start tag; what is None, False or empty stays away."""
    pairs = [(key, value) for key, value in given.items() if key != "class" and value not in (None, False, "")]
    html = "".join([f' {_attribute_name(key)}="{"" if value is True else conditional_escape(cast("str", value))}"' for key, value in pairs])
    return _Attributes(html, str(given.get("class") or ""))


class _Attributes(SafeString):
    """Attributes ready for a start tag; `.extra_class` goes into the element's own class list, with a leading space."""

    extra_class: str

    def __new__(cls, html: str, css_class: str) -> Self:
        self = super().__new__(cls, html)
        self.extra_class = format_html(" {}", css_class) if css_class else ""
        return self


def _attribute_name(key: str) -> str:
    if key.startswith("x_on_"):
        return f"x-on:{key[5:].replace('_', '-')}"
    return key.replace("_", "-")


def slots(name: str, known: declaration.Declaration, content: str) -> dict[str, str]:
    """Return the declared slots of a component's content, "" where none is given. Raises TemplateSyntaxError for an unknown one."""
    declared = {slot.name: "" for slot in known.slots if slot.name != "default"}
    for slot, html in _SLOT.findall(content):
        if slot not in declared:
            raise TemplateSyntaxError(f"component {name}: unknown slot {slot}; it knows {', '.join(declared) or 'none'}")
        declared[slot] = mark_safe(html.strip())  # noqa: S308 - rendered by the template engine
    return declared


def rest(content: str) -> SafeString:
    """Return the content without its slots."""
    return mark_safe(_SLOT.sub("", content).strip())  # noqa: S308 - rendered by the template engine
