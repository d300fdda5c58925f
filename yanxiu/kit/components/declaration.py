"""The head comment of a component template, read: its parameters, defaults, choices and slots."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

from django.template import TemplateSyntaxError

_HEAD = re.compile(r"\A\{% comment %\}\s*(?P<head>.*?)\{% endcomment %\}", re.DOTALL)
_LINE = re.compile(r"@(?P<kind>param|slot|attrs)(?:[ ](?P<name>\w+))?(?:[ ]*=[ ]*(?P<default>\S(?:.*?\S)??))?(?:[ ]{2,}(?P<words>.*))?\Z")


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """`choices` is empty when anything goes; without a default the caller must give it."""

    name: str
    required: bool
    default: object
    choices: tuple[object, ...]
    words: str


@dataclass(frozen=True, kw_only=True)
class Slot:
    """`name` is "default" for what stands between the tags."""

    name: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What a component accepts. `attrs` tells whether HTML attributes are passed on to its element."""

    summary: str
    parameters: Mapping[str, Parameter]
    slots: tuple[Slot, ...]
    attrs: bool


@lru_cache(maxsize=256)
def read(name: str, source: str) -> Declaration:
    """Return the declaration at the head of a template. Raises TemplateSyntaxError when it is missing or odd."""
    found = _HEAD.match(source)
    if found is None:
        raise TemplateSyntaxError(f"component {name}: the template must start with a comment that declares its parameters")
    lines = [line.strip() for line in found["head"].strip().splitlines() if line.strip()]
    summary = " ".join(line for line in lines if not line.startswith("@"))
    parameters: dict[str, Parameter] = {}
    slots: list[Slot] = []
    attrs = False
    for line in (line for line in lines if line.startswith("@")):
        match = _LINE.match(line)
        if match is None:
            raise TemplateSyntaxError(f"component {name}: cannot read {line!r}")
        if match["kind"] == "param":
            parameters[match["name"]] = _parameter(match)
        elif match["kind"] == "slot":
            slots.append(Slot(name=match["name"] or "default", words=match["words"] or ""))
        else:
            attrs = True
    return Declaration(summary=summary, parameters=parameters, slots=tuple(slots), attrs=attrs)


def _parameter(match: re.Match[str]) -> Parameter:
    values = tuple(ast.literal_eval(part.strip()) for part in match["default"].split("|")) if match["default"] else ()
    return Parameter(
        name=match["name"],
        required=not values,
        default=values[0] if values else None,
        choices=values if len(values) > 1 else (),
        words=match["words"] or "",
    )


def arguments(name: str, declaration: Declaration, given: Mapping[str, object]) -> dict[str, object]:
    """Return all parameters with their values. Raises TemplateSyntaxError for unknown, missing or impossible ones."""
    unknown = sorted(set(given) - set(declaration.parameters))
    if unknown:
        raise TemplateSyntaxError(f"component {name}: unknown parameter {', '.join(unknown)}; it knows {', '.join(declaration.parameters)}")
    values: dict[str, object] = {}
    for parameter in declaration.parameters.values():
        if parameter.name not in given and parameter.required:
            raise TemplateSyntaxError(f"component {name}: parameter {parameter.name} is missing")
        value = given.get(parameter.name, parameter.default)
        if parameter.choices and value not in parameter.choices:
            refuse(name, parameter.name, value, parameter.choices)
        values[parameter.name] = value
    return values


def refuse(name: str, parameter: str, value: object, choices: tuple[object, ...]) -> NoReturn:
    """Raise TemplateSyntaxError for a value that is none of the choices."""
    raise TemplateSyntaxError(f"component {name}: {parameter}={value!r} is none of {choices}")
