"""`{% component %}` prepared: its template, declaration and literal arguments are looked at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template.base import Node, NodeList
from django.template.context import BaseContext, Context, RenderContext
from django.template.library import SimpleBlockNode
from django.utils.safestring import SafeString

from yanxiu.kit.components import declaration, rendering
from yanxiu.kit.components.preparation import PREPARE
from yanxiu.kit.templating import reading

_BUILTINS = {"True": True, "False": False, "None": None}
_SHARED = ("csrf_token", "request")
_NO_ATTRIBUTES = rendering.attributes({})


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a component in its place needs: `given` are the arguments read anew each time, with their choices."""

    template: Any
    known: declaration.Declaration
    fixed: dict[str, object]
    given: list[tuple[str, reading.Reader, tuple[object, ...]]]
    attributes: list[tuple[str, reading.Reader]]
    slots: dict[str, str]
    prepare: Callable[[Any], dict[str, object]] | None


class Component(SimpleBlockNode):
    """A component of a fixed name. The first rendering goes the common way, which refuses what the declaration does not know."""

    name: str
    plan: Plan | None = None

    def render(self, context: Any) -> str:
        plan = self.plan
        if plan is None:
            made = SafeString(super().render(context))
            self.plan = _plan(self, context)
            return made
        values = plan.fixed.copy()
        for key, read, choices in plan.given:
            value = values[key] = read(context)
            if choices and value not in choices:
                declaration.refuse(self.name, key, value, choices)
        content = self.nodelist.render(context)
        if plan.prepare:
            values |= plan.prepare(values)
        values["attrs"] = rendering.attributes({key: read(context) for key, read in plan.attributes}) if plan.attributes else _NO_ATTRIBUTES
        if rendering.MARK in content:
            values["slots"], values["slot"] = rendering.slots(self.name, plan.known, content), rendering.rest(content)
        else:
            values["slots"], values["slot"] = plan.slots, SafeString(content.strip())
        nodes: NodeList = plan.template.nodelist
        return SafeString(nodes.render(_inner(context, values, plan.template)).strip())


def _plan(node: Component, context: Any) -> Plan:
    template = context.template.engine.get_template(f"kit/components/{node.name}.html")
    known = declaration.read(node.name, template.source)
    parameters = known.parameters
    literal = {key: one.var if not one.is_var else one.var.literal for key, one in node.kwargs.items() if reading.constant(one)}
    read = {key: reading.expression(one) for key, one in node.kwargs.items()}
    return Plan(
        template=template,
        known=known,
        fixed={key: one.default for key, one in parameters.items()} | {key: one for key, one in literal.items() if key in parameters},
        given=[(key, one, parameters[key].choices) for key, one in read.items() if key in parameters and key not in literal],
        attributes=[(key, one) for key, one in read.items() if key not in parameters],
        slots={slot.name: "" for slot in known.slots if slot.name != "default"},
        prepare=PREPARE.get(node.name),
    )


def _inner(context: Any, values: dict[str, Any], template: Any) -> Context:
    """Return a context that holds the values alone, beside what forms need: as `Context.new`, without its copies."""
    inner = Context.__new__(Context)
    inner.__dict__.update(
        autoescape=context.autoescape, use_l10n=context.use_l10n, use_tz=context.use_tz, template_name=template.name,
        template=context.template, render_context=RenderContext(),
    )  # fmt: skip
    shared = _shared(context)
    inner.__dict__["shared"] = shared
    inner.render_context.template = template
    inner.dicts = [_BUILTINS, shared, values]
    return inner


def _shared(context: BaseContext) -> dict[str, Any]:
    """Return the values that every component gets from the page around it."""
    found: dict[str, Any] | None = context.__dict__.get("shared")
    if found is None:
        found = context.__dict__["shared"] = {name: context[name] for name in _SHARED if name in context}
    return found


def component(node: Any) -> type[Node] | None:
    """Prepare a block tag that is a component of a fixed name."""
    if getattr(node.func, "is_component", False) and len(node.args) == 1 and node.target_var is None and reading.constant(node.args[0]):
        node.name = str(node.args[0].var)
        return Component
    return None
