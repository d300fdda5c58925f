"""Plain data -> typed parts, with every complaint and not only the first.

Walks the data along the types of the plan. Sections with complaints are left out of the plan that the lints see, so that one
mistake is reported once.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import inspect

from yanxiu.programmes.plan.complaints import Complaint, Lines, Path
from yanxiu.programmes.plan.schema import Plan

_PLACEHOLDER: Final = {"id": "unread", "title": "?", "level": "school", "owner": "?"}
MAX_ITEMS: Final = 400
_NAMES: Final[dict[type, str]] = {dict: "一组键", list: "列表", str: "文字", bool: "true 或 false", int: "整数", Decimal: "小数"}


@dataclass(slots=True)
class _Walk:
    lines: Lines
    complaints: list[Complaint] = field(default_factory=list)

    def error(self, path: Path, code: str, message: str, hint: str = "") -> None:
        self.complaints.append(self.lines.complain(path, "error", code, message, hint))


def convert(tree: object, lines: Lines) -> tuple[Plan, frozenset[str], list[Complaint]]:
    """Convert a read file.

    Returns the plan of the sound sections, the names of the sections left out, and the complaints. With complaints of severity
    error the plan serves for further checks only.
    """
    walk = _Walk(lines)
    info = _plan_type()
    _check(walk, tree, info, ())
    broken = {str(complaint.path[0]) for complaint in walk.complaints if complaint.path}
    sound = {key: value for key, value in tree.items() if key not in broken} if isinstance(tree, dict) else {}
    if "programme" not in sound:
        broken.add("programme")
        sound["programme"] = dict(_PLACEHOLDER)
    try:
        plan = msgspec.convert(sound, Plan)
    except msgspec.ValidationError as error:
        walk.error((), "type", f"方案读不进来：{error}")
        plan = msgspec.convert({"programme": dict(_PLACEHOLDER)}, Plan)
        broken = {item.encode_name for item in info.fields}
    return plan, frozenset(broken), walk.complaints


@cache
def _plan_type() -> inspect.StructType:
    info = inspect.type_info(Plan)
    if not isinstance(info, inspect.StructType):  # pragma: no cover - the root is a Struct
        raise TypeError(info)
    return info


def _check(walk: _Walk, value: object, info: inspect.Type, path: Path) -> None:
    if isinstance(info, inspect.Metadata):
        _check_bounds(walk, value, info, path)
        info = info.type
    if isinstance(info, inspect.UnionType):
        _check_union(walk, value, info, path)
        return
    if not _fits(value, info):
        _wrong(walk, value, (info,), path)
        return
    _inside(walk, value, info, path)


def _check_union(walk: _Walk, value: object, info: inspect.UnionType, path: Path) -> None:
    members = _tagged(info)
    chosen = _choose(value, info)
    if members and isinstance(value, dict):
        _check_tagged(walk, value, members, path)
    elif chosen is None:
        _wrong(walk, value, info.types, path)
    else:
        _check(walk, value, chosen, path)


def _inside(walk: _Walk, value: Any, info: inspect.Type, path: Path) -> None:
    match info:
        case inspect.StructType():
            _check_struct(walk, value, info, path)
        case inspect.VarTupleType() | inspect.ListType():
            _check_list(walk, value, info, path)
        case inspect.DictType():
            for key, inner in value.items():
                _check(walk, key, info.key_type, (*path, key))
                _check(walk, inner, info.value_type, (*path, key))
        case _:
            _check_plain(walk, value, info, path)


def _check_plain(walk: _Walk, value: Any, info: inspect.Type, path: Path) -> None:
    match info:
        case inspect.LiteralType():
            if value not in info.values:
                _unknown_word(walk, value, [str(known) for known in info.values], path)
        case inspect.StrType():
            _check_text(walk, value, info, path)
        case inspect.IntType():
            _check_range(walk, value, info.ge, info.le, path)


def _choose(value: object, info: inspect.UnionType) -> inspect.Type | None:
    """The member of a union that this value means, by its shape."""
    return next((member for member in info.types if _fits(value, _bare(member))), None)


def _tagged(info: inspect.UnionType) -> list[inspect.StructType]:
    members = [_bare(member) for member in info.types]
    return [member for member in members if isinstance(member, inspect.StructType) and member.tag_field]


def _check_tagged(walk: _Walk, value: dict[str, object], members: list[inspect.StructType], path: Path) -> None:
    kinds = [str(member.tag) for member in members]
    kind = value.get("kind")
    if kind is None:
        walk.error(path, "missing-key", "少了「kind」", f"可用：{'、'.join(kinds)}")
    elif kind not in kinds:
        _unknown_word(walk, str(kind), kinds, (*path, "kind"))
    else:
        _check_struct(walk, value, members[kinds.index(str(kind))], path)


def _bare(info: inspect.Type) -> inspect.Type:
    return info.type if isinstance(info, inspect.Metadata) else info


def _fits(value: object, info: inspect.Type) -> bool:
    match info:
        case inspect.StructType() | inspect.DictType():
            return isinstance(value, dict)
        case inspect.VarTupleType() | inspect.ListType():
            return isinstance(value, list)
        case inspect.StrType() | inspect.LiteralType():
            return isinstance(value, str)
        case inspect.IntType():
            return isinstance(value, int) and not isinstance(value, bool)
        case inspect.DecimalType():
            return isinstance(value, int | Decimal) and not isinstance(value, bool)
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.NoneType():
            return value is None
        case _:
            return True


def _wrong(walk: _Walk, value: object, types: Iterable[inspect.Type], path: Path) -> None:
    wanted = [name for name in (_type_name(_bare(info)) for info in types) if name]
    got = "空" if value is None else f"{_NAMES.get(type(value), '别的')}「{_shown(value)}」"
    hint = "没有内容时把这个键删去" if value is None else ""
    if isinstance(value, str) and "列表" in wanted:
        hint = f"写成 [{value}]"
    walk.error(path, "type", f"这里要{'或'.join(dict.fromkeys(wanted))}，写的是{got}", hint)


def _type_name(info: inspect.Type) -> str:
    match info:
        case inspect.StructType() | inspect.DictType():
            return _NAMES[dict]
        case inspect.VarTupleType() | inspect.ListType():
            return _NAMES[list]
        case inspect.StrType() | inspect.LiteralType():
            return _NAMES[str]
        case inspect.IntType():
            return _NAMES[int]
        case inspect.DecimalType():
            return "数字"
        case inspect.BoolType():
            return _NAMES[bool]
        case _:
            return ""


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "、".join(str(key) for key in list(value)[:3])
    if isinstance(value, list):
        return f"{len(value)} 项"
    text = {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    return text if len(text) <= 30 else f"{text[:30]}…"


def _check_struct(walk: _Walk, value: Mapping[str, object], info: inspect.StructType, path: Path) -> None:
    fields = {item.encode_name: item for item in info.fields}
    known = [*fields, *([info.tag_field] if info.tag_field else [])]
    for key, inner in value.items():
        item = fields.get(key)
        if item is not None:
            _check(walk, inner, item.type, (*path, key))
        elif key != info.tag_field:
            _unknown_key(walk, key, inner, known, path)
    for name, item in fields.items():
        if item.required and name not in value:
            walk.error(path, "missing-key", f"少了「{name}」", "补上这个键")


def _unknown_key(walk: _Walk, key: str, value: object, known: list[str], path: Path) -> None:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    if near:
        hint = f"是不是 {near[0]}"
    elif value is None:
        hint = "花括号里的值含逗号时，给整个值加引号"
    else:
        hint = f"可用的键：{'、'.join(known)}"
    walk.error((*path, key), "unknown-key", f"没有「{_shown(key)}」这个键", hint)


def _check_list(walk: _Walk, value: list[object], info: inspect.VarTupleType | inspect.ListType, path: Path) -> None:
    if info.min_length and len(value) < info.min_length:
        walk.error(path, "too-few", f"至少要 {info.min_length} 项，现在 {len(value)} 项")
    most = min(info.max_length or MAX_ITEMS, MAX_ITEMS)
    if len(value) > most:
        walk.error(path, "too-many", f"最多 {most} 项，现在 {len(value)} 项", "拆成几份方案，或把名单放进附件")
        return
    for place, inner in enumerate(value):
        _check(walk, inner, info.item_type, (*path, place))


def _unknown_word(walk: _Walk, value: str, known: list[str], path: Path) -> None:
    near = difflib.get_close_matches(value, known, n=1, cutoff=0.5)
    choices = "、".join(known)
    hint = f"是不是 {near[0]}；可用：{choices}" if near else f"可用：{choices}"
    walk.error(path, "unknown-word", f"不认识「{_shown(value)}」", hint)


def _check_text(walk: _Walk, value: str, info: inspect.StrType, path: Path) -> None:
    if info.min_length and len(value.strip()) < info.min_length:
        walk.error(path, "empty", "不能是空的", "写上内容，或把这个键删去")
    elif info.max_length and len(value) > info.max_length:
        walk.error(path, "too-long", f"最多 {info.max_length} 字，现在 {len(value)} 字")
    elif info.pattern and not re.fullmatch(info.pattern, value):
        name = path[-1] if path else ""
        walk.error(path, "form", f"「{_shown(value)}」写法不对", _FORMS.get(str(name), _form_hint(info.pattern)))


_FORMS: Final[dict[str, str]] = {
    "id": "编号用小写字母开头，只含字母、数字、下划线",
    "lock_at": "写成 窗口编号.from 或 窗口编号.to",
    "time": "写成 end_of_work、end_of_day 或 17:30",
}


def _form_hint(pattern: str) -> str:
    if "M(" in pattern:
        return "日期写成 2020-11-06、2021-03、M1-26 或 ${Y}-${m}-10"
    if pattern.startswith(r"^\d{2}-"):
        return "写成 12-31"
    if "a-z" in pattern:
        return _FORMS["id"]
    return "照方案说明里的写法改"


def _check_range(walk: _Walk, value: int | Decimal, low: float | None, high: float | None, path: Path) -> None:
    if low is not None and value < low:
        walk.error(path, "range", f"{value} 太小，至少 {low}")
    elif high is not None and value > high:
        walk.error(path, "range", f"{value} 太大，最多 {high}")


def _check_bounds(walk: _Walk, value: object, info: inspect.Metadata, path: Path) -> None:
    extra = info.extra or {}
    if "low" in extra and isinstance(value, int | Decimal) and not isinstance(value, bool):
        _check_range(walk, value, extra["low"], extra["high"], path)
