"""Variables, filters and conditions of templates as prepared functions: what is known when a template is read is not found out again."""

import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.template.base import FilterExpression, Variable, VariableDoesNotExist
from django.template.defaulttags import TemplateLiteral
from django.utils.safestring import SafeData, mark_safe
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]  # public since 1.4, unknown to the stubs

Reader = Callable[[Any], Any]
_ABSENT = object()
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "in": lambda one, many: one in many, "not in": lambda one, many: one not in many,
    "is": operator.is_, "is not": operator.is_not,
}  # fmt: skip


def variable(one: Variable, absent: Reader) -> Reader:
    """Return what reads a variable as `Variable.resolve` does; `absent` answers for what is not there.

    The usual ways (a name, its attributes, its items) are taken at once; whatever is odd goes through Django's own.
    """
    if one.lookups is None or one.translate:
        return one.resolve
    first, rest = one.lookups[0], one.lookups[1:]

    def read(context: Any) -> object:
        for held in reversed(context.dicts):
            if first in held:
                value = held[first]
                break
        else:
            return absent(context)
        try:
            if callable(value):
                value = _called(value)
            return _followed(value, rest) if rest else value
        except Exception as error:  # noqa: BLE001 - Django's own way decides what it means
            return "" if getattr(error, "silent_variable_failure", False) else _whole(one, context, absent)

    return read


def _followed(value: Any, bits: tuple[str, ...]) -> object:
    for bit in bits:
        value = value[bit] if _way(type(value)) else getattr(value, bit)
        if callable(value):
            value = _called(value)
    return value


def _whole(one: Variable, context: Any, absent: Reader) -> object:
    try:
        return one.resolve(context)
    except VariableDoesNotExist:
        return absent(context)


def _called(value: Any) -> object:
    if getattr(value, "do_not_call_in_templates", False):
        return value
    if getattr(value, "alters_data", False):
        raise TypeError
    return value()


def _goes_by_item(kind: Any) -> bool:
    """Tell whether the parts of a value are reached by item first; plain objects, named tuples and lists: by attribute."""
    own = getattr(kind, "__getitem__", None)
    return own is not None and own not in (tuple.__getitem__, list.__getitem__, str.__getitem__)


_way: Callable[[Any], bool] = lru_cache(maxsize=2048)(_goes_by_item)


def expression(one: FilterExpression, *, lenient: bool = False) -> Reader:
    """Return what reads `variable|filter:argument` as `FilterExpression.resolve` does; `lenient`: None for what is not there."""
    fixed = one.var
    if not one.is_var:
        read: Reader = lambda context: fixed  # noqa: E731, ARG005 - a reader
    elif one.filters or lenient:
        read = variable(one.var, lambda context: None if lenient else _ABSENT)  # noqa: ARG005 - a reader
    else:
        read = variable(one.var, one.resolve)
    if not one.filters:
        return read
    steps = [_step(function, arguments) for function, arguments in one.filters]

    def filtered(context: Any) -> object:
        value = read(context)
        if value is _ABSENT:
            return one.resolve(context)
        for function, arguments, is_local, is_escaping, is_safe in steps:
            more = [argument(context) if is_read else argument for is_read, argument in arguments]
            if is_local:
                value = template_localtime(value, context.use_tz)
            made = function(value, *more, autoescape=context.autoescape) if is_escaping else function(value, *more)
            value = mark_safe(made) if is_safe and isinstance(value, SafeData) else made  # noqa: S308 - as the filter declares
        return value

    return filtered


def _step(function: Any, arguments: Any) -> tuple[Any, list[tuple[bool, Any]], bool, bool, bool]:
    return (
        function,
        [(is_read, one.resolve if is_read else mark_safe(one)) for is_read, one in arguments],  # noqa: S308 - as Django does
        getattr(function, "expects_localtime", False),
        getattr(function, "needs_autoescape", False),
        getattr(function, "is_safe", False),
    )


def constant(one: FilterExpression) -> bool:
    """Tell whether the expression is a literal without filters."""
    return not one.filters and (not one.is_var or (one.var.lookups is None and not one.var.translate))


def condition(one: Any) -> Reader:
    """Return what decides `{% if %}` as its parsed tree does: an operator that fails says no."""
    if isinstance(one, TemplateLiteral):
        value: Any = one.value
        return expression(value, lenient=True)
    first = condition(one.first)
    if one.id == "not":
        return _guarded(lambda context: not first(context))
    second = condition(one.second)
    if one.id == "and":
        return _guarded(lambda context: first(context) and second(context))
    if one.id == "or":
        return _guarded(lambda context: first(context) or second(context))
    compare = _COMPARISONS[one.id]
    return _guarded(lambda context: compare(first(context), second(context)))


def _guarded(decide: Reader) -> Reader:
    def guarded(context: Any) -> object:
        try:
            return decide(context)
        except Exception:  # noqa: BLE001 - the template language's rule
            return False

    return guarded
