"""The nodes of templates, prepared: the same answers as Django's own, with what is fixed found out once (ADR 0020).

`prepare` gives a node what it needs and then changes its class, in this order, so that another thread may render it meanwhile.
"""

from collections.abc import Callable
from html import escape
from typing import Any

from django.template.base import Node, NodeList, TextNode, VariableDoesNotExist, VariableNode, render_value_in_context
from django.template.defaulttags import CycleNode, ForNode, IfChangedNode, IfNode, ResetCycleNode, URLNode
from django.template.library import SimpleBlockNode, SimpleNode
from django.template.loader_tags import BLOCK_CONTEXT_KEY, BlockContext, BlockNode, ExtendsNode, IncludeNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.safestring import SafeData, SafeString
from django.utils.translation import get_language, gettext, ngettext
from template_partials.templatetags.partials import RenderPartialNode

from yanxiu.kit.templating import addresses, reading
from yanxiu.kit.templating.component import component

_LOOKING_AROUND = (
    IfChangedNode,
    CycleNode,
    ResetCycleNode,
    IncludeNode,
    BlockNode,
    ExtendsNode,
    RenderPartialNode,
)  # may ask for `forloop`


def written(value: object, context: Any) -> str:
    """Return a value as it stands in the page, as `render_value_in_context` does; the usual kinds at once."""
    kind = type(value)
    if kind is str:
        return escape(value) if context.autoescape else value  # type: ignore[arg-type,return-value]  # a str
    if kind is SafeString or kind is int:
        return str(value)
    return render_value_in_context(value, context)


class Nodes(NodeList):
    """A list of nodes: text as it is, the others by their bound `render`."""

    parts: list[str | Callable[[Any], str]]

    def render(self, context: Any) -> SafeString:
        return SafeString("".join([part if type(part) is str else part(context) for part in self.parts]))  # type: ignore[operator]


class Value(VariableNode):
    read: reading.Reader

    def render(self, context: Any) -> str:
        return written(self.read(context), context)


class If(IfNode):
    branches: list[tuple[reading.Reader | None, NodeList]]

    def render(self, context: Any) -> str:
        for decide, nodes in self.branches:
            try:
                chosen = decide is None or decide(context)
            except VariableDoesNotExist:
                chosen = False
            if chosen:
                return nodes.render(context)
        return ""


class Loop(ForNode):
    """A loop over single values whose body never asks for `forloop` (`prepare` sees to that)."""

    read: reading.Reader
    nodelist_loop: NodeList
    nodelist_empty: NodeList

    def render(self, context: Any) -> str:
        values = self.read(context)
        if values is None:
            values = ()
        elif not hasattr(values, "__len__"):
            values = list(values)
        if not len(values):  # noqa: PLC1802 - as Django asks
            with context.push():
                return self.nodelist_empty.render(context)
        name, render = self.loopvars[0], self.nodelist_loop.render
        made = []
        with context.push() as own:
            for value in reversed(values) if self.is_reversed else values:
                own[name] = value
                made.append(render(context))
        return SafeString("".join(made))


class Translation(TranslateNode):
    """A fixed sentence, translated and escaped once a language."""

    made: dict[str | None, str]

    def render(self, context: Any) -> str:
        language = get_language() if context.autoescape else None
        found = self.made.get(language) if language else None
        if found is None:
            found = super().render(context)
            if language:
                self.made[language] = found
        return found


class Sentence(BlockTranslateNode):
    """A sentence with places; what gettext looks for is put together once."""

    one: tuple[str, list[str]]
    many: tuple[str, list[str]]
    given: list[tuple[str, reading.Reader]]
    count: reading.Reader | None

    def render(self, context: Any, nested: bool = False) -> str:
        if nested:
            return str(super().render(context, nested=True))
        with context.push() as own:
            own.update([(name, read(context)) for name, read in self.given])
            sentence, places = self.one
            if self.count:
                number = self.count(context)
                if not isinstance(number, int | float):
                    return str(super().render(context))
                own[self.countervar] = number
                text, places = ngettext(sentence, self.many[0], number), places + self.many[1]
            else:
                text = gettext(sentence)
            found = {place: context.get(place, self) for place in places}
            values = {place: written(value, context) for place, value in found.items() if value is not self}
        try:
            return text % values
        except (KeyError, ValueError):
            return str(super().render(context))


class Address(URLNode):
    route: str
    read: list[reading.Reader]

    def render(self, context: Any) -> str:
        found = addresses.address(self.route, *[read(context) for read in self.read])
        return escape(found) if context.autoescape else found


class Extends(ExtendsNode):
    """A page over its frame: which blocks the frame has is found out once."""

    def render(self, context: Any) -> str:
        parent: Any = self.get_parent(context)
        blocks = context.render_context.setdefault(BLOCK_CONTEXT_KEY, BlockContext())
        blocks.add_blocks(self.blocks)
        outer = _blocks(parent)
        if outer is not None:
            blocks.add_blocks(outer)
        with context.render_context.push_state(parent, isolated_context=False):
            return str(parent._render(context))  # noqa: SLF001 - as Django's own node does


def _blocks(parent: Any) -> dict[str, BlockNode] | None:
    """Return the blocks of a template that stands over no other, None of one that does."""
    found: tuple[dict[str, BlockNode] | None] | None = getattr(parent, "own_blocks", None)
    if found is None:
        first = next((node for node in parent.nodelist if not isinstance(node, TextNode)), None)
        of = parent.nodelist.get_nodes_by_type(BlockNode) if first is not None and not isinstance(first, ExtendsNode) else None
        found = (None if of is None else {node.name: node for node in of},)
        parent.own_blocks = found
    return found[0]


class Include(IncludeNode):
    """An included template of a fixed name, found once."""

    name: str
    found: Any = None

    def render(self, context: Any) -> SafeString:
        if self.found is None:
            self.found = context.template.engine.get_template(self.name)
        if self.extra_context:
            with context.push(**{name: value.resolve(context) for name, value in self.extra_context.items()}):
                return SafeString(self.found.render(context))
        with context.push():
            return SafeString(self.found.render(context))


def below_of(node: Any) -> list[NodeList]:
    """Return the lists of nodes right below a node; Django itself does not name those of `{% if %}` and of block tags."""
    if isinstance(node, IfNode):
        return [nodes for _, nodes in node.conditions_nodelists]
    names = ("nodelist",) if isinstance(node, SimpleBlockNode) else node.child_nodelists
    return [nodes for name in names if isinstance(nodes := getattr(node, name, None), NodeList)]


def _looks_around(nodes: NodeList) -> bool:
    return any(isinstance(node, _LOOKING_AROUND) or any(_looks_around(below) for below in below_of(node)) for node in nodes)


def _value(node: Any) -> type[Node]:
    node.read = reading.expression(node.filter_expression)
    return Value


def _if(node: Any) -> type[Node]:
    node.branches = [(None if one is None else reading.condition(one), nodes) for one, nodes in node.conditions_nodelists]
    return If


def _loop(node: Any) -> type[Node] | None:
    if len(node.loopvars) > 1 or _looks_around(node.nodelist_loop):
        return None
    node.read = reading.expression(node.sequence, lenient=True)
    return Loop


def _translation(node: Any) -> type[Node] | None:
    if node.asvar or node.message_context or node.noop or node.filter_expression.filters or node.filter_expression.var.lookups is not None:
        return None
    node.made = {}
    return Translation


def _sentence(node: Any) -> type[Node] | None:
    if node.asvar or node.message_context:
        return None
    node.one = node.render_token_list(node.singular)
    node.many = node.render_token_list(node.plural) if node.plural else ("", [])
    node.given = [(name, reading.expression(one)) for name, one in node.extra_context.items()]
    node.count = reading.expression(node.counter) if node.plural and node.countervar and node.counter else None
    return Sentence


def _address(node: Any) -> type[Node] | None:
    if node.kwargs or node.asvar or not reading.constant(node.view_name):
        return None
    node.route = str(node.view_name.var)
    node.read = [reading.expression(one) for one in node.args]
    return Address


def _include(node: Any) -> type[Node] | None:
    if node.isolated_context or not reading.constant(node.template) or str(node.template.var).startswith("."):
        return None
    node.name = str(node.template.var)
    return Include


PREPARE: dict[type[Node], Callable[[Any], type[Node] | None]] = {
    VariableNode: _value, IfNode: _if, ForNode: _loop, TranslateNode: _translation, BlockTranslateNode: _sentence, URLNode: _address,
    ExtendsNode: lambda _: Extends, IncludeNode: _include, SimpleBlockNode: component,
}  # fmt: skip


def fixed(node: Any) -> str | None:
    """Return what a node always renders: text, and tags marked `is_fixed` with literal arguments. None when it depends."""
    if isinstance(node, TextNode):
        return _plain(node.s)
    if type(node) is not SimpleNode or node.takes_context or node.target_var is not None or not getattr(node.func, "is_fixed", False):
        return None
    given = [*node.args, *node.kwargs.values()]
    if not all(reading.constant(one) and isinstance(one.var, str) for one in given):
        return None
    made = node.func(*[one.var for one in node.args], **{name: one.var for name, one in node.kwargs.items()})
    return _plain(str(made)) if isinstance(made, SafeData) else None


def _plain(text: str) -> str:
    return str.__str__(text)[:]  # a str and no kind of it, by which `Nodes.render` tells text from what it must ask
