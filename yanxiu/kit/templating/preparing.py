"""How nodes of templates are prepared: what each kind needs, and which kind it becomes."""

from collections.abc import Callable
from typing import Any

from django.template.base import Node, NodeList, TextNode, VariableNode
from django.template.defaulttags import CycleNode, ForNode, IfChangedNode, IfNode, ResetCycleNode, URLNode
from django.template.library import SimpleBlockNode, SimpleNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.safestring import SafeData
from template_partials.templatetags.partials import RenderPartialNode

from yanxiu.kit.templating import reading
from yanxiu.kit.templating.component import component
from yanxiu.kit.templating.nodes import Address, Extends, If, Include, Loop, Sentence, Simple, Translation, Value

_LOOKING_AROUND = (
    IfChangedNode,
    CycleNode,
    ResetCycleNode,
    IncludeNode,
    BlockNode,
    ExtendsNode,
    RenderPartialNode,
)  # may ask for `forloop`


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
    if _looks_around(node.nodelist_loop):
        return None
    node.read = reading.expression(node.sequence, lenient=True)
    return Loop


def _translation(node: Any) -> type[Node] | None:
    if node.message_context or node.noop or node.filter_expression.filters or node.filter_expression.var.lookups is not None:
        return None
    node.made = {}
    return Translation


def _sentence(node: Any) -> type[Node] | None:
    if node.message_context:
        return None
    node.one = node.render_token_list(node.singular)
    node.many = node.render_token_list(node.plural) if node.plural else ("", [])
    node.given = [(name, reading.expression(one)) for name, one in node.extra_context.items()]
    node.count = reading.expression(node.counter) if node.plural and node.countervar and node.counter else None
    return Sentence


def _address(node: Any) -> type[Node] | None:
    if node.kwargs or not reading.constant(node.view_name):
        return None
    node.route = str(node.view_name.var)
    node.read = [reading.expression(one) for one in node.args]
    return Address


def _include(node: Any) -> type[Node] | None:
    if not reading.constant(node.template) or str(node.template.var).startswith("."):
        return None
    node.name = str(node.template.var)
    node.given = [(name, reading.expression(one)) for name, one in node.extra_context.items()]
    return Include


def _simple(node: Any) -> type[Node]:
    node.read = [reading.expression(one) for one in node.args]
    node.named = [(name, reading.expression(one)) for name, one in node.kwargs.items()]
    return Simple


PREPARE: dict[type[Node], Callable[[Any], type[Node] | None]] = {
    VariableNode: _value, IfNode: _if, ForNode: _loop, TranslateNode: _translation, BlockTranslateNode: _sentence, URLNode: _address,
    ExtendsNode: lambda _: Extends, IncludeNode: _include, SimpleBlockNode: component,
    SimpleNode: _simple,
}  # fmt: skip


def fixed(node: Any) -> str | None:
    """Return what a node always renders: text, and tags marked `is_fixed` with literal arguments. None when it depends."""
    if isinstance(node, TextNode):
        return _plain(node.s)
    if (
        not isinstance(node, SimpleNode)
        or isinstance(node, SimpleBlockNode)
        or node.takes_context
        or node.target_var is not None
        or not getattr(node.func, "is_fixed", False)
    ):
        return None
    given = [*node.args, *node.kwargs.values()]
    if not all(reading.constant(one) and isinstance(one.var, str) for one in given):
        return None
    made = node.func(*[one.var for one in node.args], **{name: one.var for name, one in node.kwargs.items()})
    return _plain(str(made)) if isinstance(made, SafeData) else None


def _plain(text: str) -> str:
    return str.__str__(text)[:]  # a str and no kind of it, by which `Nodes.render` tells text from what it must ask
