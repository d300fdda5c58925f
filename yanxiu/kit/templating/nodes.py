"""The nodes of templates, prepared: the same answers as Django's own, with what is fixed found out once (ADR 0020).

`prepare` gives a node what it needs and then changes its class, in this order, so that another thread may render it meanwhile.
"""

from collections.abc import Callable
from decimal import Decimal
from html import escape
from typing import Any

from django.template.base import NodeList, TextNode, VariableDoesNotExist, VariableNode, render_value_in_context
from django.template.defaulttags import ForNode, IfNode, URLNode
from django.template.library import SimpleNode
from django.template.loader_tags import BLOCK_CONTEXT_KEY, BlockContext, BlockNode, ExtendsNode, IncludeNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from yanxiu.kit.templating import addresses, reading


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
    """A loop whose body never asks for `forloop` (`prepare` sees to that)."""

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
        values = reversed(values) if self.is_reversed else values
        if len(self.loopvars) > 1:
            return self._unpacked(values, context)
        name, render = self.loopvars[0], self.nodelist_loop.render
        made = []
        with context.push() as own:
            for value in values:
                own[name] = value
                made.append(render(context))
        return SafeString("".join(made))

    def _unpacked(self, values: Any, context: Any) -> SafeString:
        """Each value is as many as the loop has names; what its round sets is forgotten after it."""
        names, render = self.loopvars, self.nodelist_loop.render
        made = []
        with context.push():
            for value in values:
                if (count := len(value) if hasattr(value, "__len__") else 1) != len(names):
                    raise ValueError(f"Need {len(names)} values to unpack in for loop; got {count}. ")
                with context.push() as own:
                    own.update(zip(names, value, strict=True))
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
            if self.asvar:
                found = context[self.asvar]
            if language:
                self.made[language] = found
        return _kept(found, self.asvar, context)


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
                if not isinstance(number, int | float | Decimal):
                    return str(super().render(context))  # which raises
                own[self.countervar] = number
                text, places = ngettext(sentence, self.many[0], number), places + self.many[1]  # type: ignore[arg-type]  # as Django asks
            else:
                text = gettext(sentence)
            found = {place: context.get(place, self) for place in places}
            values = {place: written(value, context) for place, value in found.items() if value is not self}
        try:
            made = SafeString(text % values)
        except (KeyError, ValueError):
            return str(super().render(context))
        return _kept(made, self.asvar, context)


class Address(URLNode):
    route: str
    read: list[reading.Reader]

    def render(self, context: Any) -> str:
        try:
            found = addresses.address(self.route, *[read(context) for read in self.read])
        except NoReverseMatch:
            if not self.asvar:
                raise
            found = ""
        return _kept(found, self.asvar, context) if self.asvar or not context.autoescape else escape(found)


class Simple(SimpleNode):
    """A tag that is a function of its arguments."""

    read: list[reading.Reader]
    named: list[tuple[str, reading.Reader]]

    def render(self, context: Any) -> str:
        given = [read(context) for read in self.read]
        if self.takes_context:
            given.insert(0, context)
        made = self.func(*given, **{name: read(context) for name, read in self.named})
        if self.target_var is None:
            return str(conditional_escape(made)) if context.autoescape else made
        context[self.target_var] = made
        return ""


def _kept(made: str, name: str | None, context: Any) -> str:
    """Return what was made; where the tag names it (`as name`), keep it for the tags behind, and show nothing."""
    if not name:
        return made
    context[name] = made
    return ""


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
    given: list[tuple[str, reading.Reader]]
    found: Any = None

    def render(self, context: Any) -> SafeString:
        if self.found is None:
            self.found = context.template.engine.get_template(self.name)
        values = {name: read(context) for name, read in self.given}
        if self.isolated_context:
            return SafeString(self.found.render(context.new(values)))
        with context.push(**values):
            return SafeString(self.found.render(context))
