"""The template engine of `TEMPLATES`: Django's own, whose templates are prepared once, when they are first read."""

from typing import Any

from django.template.backends.django import DjangoTemplates, Template
from django.template.base import NodeList
from django.template.defaulttags import ForNode
from django.template.loaders import cached

from yanxiu.kit.templating.nodes import Nodes
from yanxiu.kit.templating.preparing import PREPARE, below_of, fixed


class Backend(DjangoTemplates):
    """Django's engine; in development nothing is prepared."""

    def from_string(self, template_code: str) -> Template:
        """Return a template of the text given."""
        made = super().from_string(template_code)
        _prepare(made.template, self.engine)
        return made


class Loader(cached.Loader):
    """The caching loader, which keeps templates prepared."""

    def get_template(self, template_name: str, skip: Any = None) -> Any:
        """Return a template by name. Raises TemplateDoesNotExist."""
        found = super().get_template(template_name, skip)
        if not getattr(found, "is_prepared", False):
            _prepare(found, self.engine)
        return found


def _prepare(template: Any, engine: Any) -> None:
    if not engine.debug:
        prepare(template.nodelist, has_forloop="forloop" in template.source)
    template.is_prepared = True


def prepare(nodes: NodeList, *, has_forloop: bool) -> None:
    """Prepare a list of nodes and all below, where they stand. `has_forloop`: some loop of the template asks where it is."""
    if type(nodes) is not NodeList:
        return
    for node in nodes:
        for below in below_of(node):
            prepare(below, has_forloop=has_forloop)
        preparing = None if has_forloop and isinstance(node, ForNode) else PREPARE.get(type(node))
        kind = preparing(node) if preparing else None
        if kind is not None:
            node.__class__ = kind
    parts: list[Any] = []
    for node in nodes:
        text = fixed(node)
        if text is not None and parts and type(parts[-1]) is str:
            parts[-1] += text
        else:
            parts.append(node.render if text is None else text)
    nodes.parts = parts  # type: ignore[attr-defined]  # of the class that it becomes in the next line
    nodes.__class__ = Nodes
