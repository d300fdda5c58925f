"""Geometry and words that a component's template cannot compute: one function a component, values in, more values out."""

from collections.abc import Callable, Mapping

Values = Mapping[str, object]

PREPARE: dict[str, Callable[[Values], dict[str, object]]] = {}
