"""Reads a plan file: bytes -> plain data with the line of every key.

Built on the parser's events, so nothing is expanded or constructed: no anchors, no aliases, no tags, no merge keys, one document.
Plain words are read by rules of our own: only `true`, `false`, `null`, whole and decimal numbers are special; `no`, `17:30`,
`03` and dates stay text.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from yanxiu.programmes.plan.complaints import Complaint, Lines, Path, Severity

MAX_BYTES: Final = 256 * 1024
MAX_DEPTH: Final = 20
MAX_NODES: Final = 50_000
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,12}")
_WORDS: Final[dict[str, object]] = {"": None, "~": None, "null": None, "true": True, "false": False}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Source:
    """A read file: the plain tree (dict, list, str, int, Decimal, bool, None) and its lines."""

    tree: object
    lines: Lines


class Unreadable(Exception):
    """The file gives no tree at all; carries the complaints that say why."""

    def __init__(self, *complaints: Complaint) -> None:
        super().__init__("; ".join(complaint.message for complaint in complaints))
        self.complaints = complaints


@dataclass(slots=True)
class _Frame:
    container: dict[str, object] | list[object]
    path: Path
    key: str | None = None
    skip: bool = False


@dataclass(slots=True)
class _Builder:
    lines: dict[Path, int] = field(default_factory=dict)
    stack: list[_Frame] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    root: object = None
    nodes: int = 0
    documents: int = 0


def read(data: bytes) -> tuple[Source, list[Complaint]]:
    """Read a plan file into plain data.

    Returns the source and the complaints that leave a tree (repeated keys). Raises Unreadable for everything else: too large,
    wrong encoding, not YAML, anchors, tags, nested too deep, several documents.
    """
    text = _decode(data)
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            _take(builder, event)
    except yaml.YAMLError as error:
        raise Unreadable(_syntax(error)) from error
    if not isinstance(builder.root, dict):
        raise Unreadable(
            _whole("not-a-plan", "文件里没有方案：最外层应是 programme、learn 这样的键", "照 plans/ 里任一份方案的样子写", line=1)
        )
    lines = Lines(by_path=builder.lines, tree=builder.root)
    return Source(tree=builder.root, lines=lines), builder.complaints


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise Unreadable(_whole("too-large", f"文件有 {len(data) // 1024} KB，方案最大 256 KB", "名册、附件等内容请另存，方案里只写规则"))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(_whole("encoding", "文件是 UTF-16 编码，方案要用 UTF-8", "用编辑器「另存为」，编码选 UTF-8"))
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise Unreadable(_whole("not-text", "这是 Office 或 PDF 文件，方案要用纯文本的 YAML", "照 plans/ 里的样子写成 .yaml"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(_wrong_encoding(data, error)) from error
    control = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise Unreadable(
            _whole("not-text", f"第 {line} 行有看不见的控制字符（代码 {ord(control.group()):02X}）", "删去这个字符", line=line)
        )
    return text


def _wrong_encoding(data: bytes, error: UnicodeDecodeError) -> Complaint:
    line = data.count(b"\n", 0, error.start) + 1
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return _whole("encoding", f"第 {line} 行起不是 UTF-8 文字", "用编辑器「另存为」，编码选 UTF-8", line=line)
    return _whole("encoding", "文件是 GBK（GB18030）编码，方案要用 UTF-8", "用编辑器「另存为」，编码选 UTF-8", line=line)


def _take(builder: _Builder, event: Event) -> None:
    line = event.start_mark.line + 1 if event.start_mark else 1
    if isinstance(event, DocumentStartEvent):
        builder.documents += 1
        if builder.documents > 1:
            raise Unreadable(_whole("documents", f"第 {line} 行开始了第二份文档，一个文件只放一份方案", "拆成两个文件", line=line))
    elif isinstance(event, MappingEndEvent | SequenceEndEvent):
        builder.stack.pop()
    elif isinstance(event, NodeEvent):
        _refuse(builder, event, line)
        _node(builder, event, line)


def _refuse(builder: _Builder, event: NodeEvent, line: int) -> None:
    builder.nodes += 1
    if isinstance(event, AliasEvent) or event.anchor:
        sign = f"{'*' if isinstance(event, AliasEvent) else '&'}{event.anchor}"
        raise Unreadable(_whole("anchor", f"第 {line} 行用了锚点或引用（{sign}），方案里不用这种写法", "把内容照写一遍", line=line))
    tag = getattr(event, "tag", None)
    if tag and tag != "!":
        raise Unreadable(_whole("tag", f"第 {line} 行用了类型标记 {tag}，方案里不用这种写法", "删去标记，只留内容", line=line))
    if len(builder.stack) >= MAX_DEPTH:
        raise Unreadable(_whole("too-deep", f"第 {line} 行嵌套超过 {MAX_DEPTH} 层", "检查括号和缩进", line=line))
    if builder.nodes > MAX_NODES:
        raise Unreadable(_whole("too-large", f"方案超过 {MAX_NODES} 项", "方案里只写规则，名册、附件另存", line=line))


def _node(builder: _Builder, event: NodeEvent, line: int) -> None:
    frame = builder.stack[-1] if builder.stack else None
    if frame is not None and isinstance(frame.container, dict) and frame.key is None:
        _key(builder, frame, event, line)
        return
    path = _place(frame)
    value = _scalar(event) if isinstance(event, ScalarEvent) else _container(event)
    skip = frame is not None and frame.skip
    if not skip:
        builder.lines.setdefault(path, line)
        _attach(builder, frame, value)
    if frame is not None:
        frame.key = None
        frame.skip = False
    if isinstance(event, MappingStartEvent | SequenceStartEvent) and isinstance(value, dict | list):
        builder.stack.append(_Frame(container=value, path=path))


def _container(event: NodeEvent) -> dict[str, object] | list[object]:
    return {} if isinstance(event, MappingStartEvent) else []


def _key(builder: _Builder, frame: _Frame, event: NodeEvent, line: int) -> None:
    if not isinstance(event, ScalarEvent):
        raise Unreadable(_whole("key", f"第 {line} 行的键不是一个词", "键只用字母、数字和下划线", line=line))
    name = event.value
    if name == "<<":
        raise Unreadable(_whole("anchor", f"第 {line} 行用了合并写法 <<，方案里不用", "把内容照写一遍", line=line))
    path = (*frame.path, name)
    frame.key = name
    if isinstance(frame.container, dict) and name in frame.container:
        frame.skip = True
        first = builder.lines[path]
        builder.complaints.append(
            _at(builder, path, line, "error", "repeated-key", f"「{name}」写了两次，第 {first} 行已经写过", "两处只留一处")
        )
    else:
        builder.lines.setdefault(path, line)


def _place(frame: _Frame | None) -> Path:
    if frame is None:
        return ()
    if isinstance(frame.container, list):
        return (*frame.path, len(frame.container))
    return (*frame.path, frame.key or "")


def _attach(builder: _Builder, frame: _Frame | None, value: object) -> None:
    if frame is None:
        builder.root = value
    elif isinstance(frame.container, list):
        frame.container.append(value)
    else:
        frame.container[frame.key or ""] = value


def _scalar(event: ScalarEvent) -> object:
    text: str = event.value
    if event.style in ("'", '"', "|", ">"):
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    return text


_SYNTAX: Final[tuple[tuple[str, str, str], ...]] = (
    ("'\\t'", "缩进或行首用了制表符", "改用空格"),
    ("character that cannot start any token", "有不能开头的字符", "检查制表符、@、反引号和全角标点"),
    ("could not find expected ':'", "少了冒号", "键后面写半角冒号和一个空格"),
    ("mapping values are not allowed", "冒号位置不对", "值里有冒号时给整个值加引号"),
    ("expected ',' or ']'", "方括号里少了逗号或没有收口", "补上 , 或 ]"),
    ("expected ',' or '}'", "花括号里少了逗号或没有收口", "补上 , 或 }"),
    ("did not find expected key", "缩进对不齐", "同一层的键左边对齐"),
    ("expected <block end>", "缩进对不齐", "同一层的键左边对齐"),
    ("block mapping", "缩进对不齐", "同一层的键左边对齐"),
    ("did not find expected", "括号、逗号或缩进没有写完整", "从这一行往前检查括号和缩进"),
    ("quoted scalar", "引号没有收口", "补上引号"),
)


def _syntax(error: yaml.YAMLError) -> Complaint:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark is not None else 1
    words = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')} {error}"
    for sign, message, hint in _SYNTAX:
        if sign in words:
            return _whole("not-yaml", f"第 {line} 行不合 YAML 写法：{message}", hint, line=line)
    return _whole("not-yaml", f"第 {line} 行不合 YAML 写法", "从这一行往前检查括号、引号和缩进", line=line)


def _whole(code: str, message: str, hint: str, *, line: int = 0) -> Complaint:
    return Complaint(line=line, key="", severity="error", code=code, message=message, hint=hint)


def _at(builder: _Builder, path: Path, line: int, severity: Severity, code: str, message: str, hint: str) -> Complaint:
    key = Lines(by_path=builder.lines, tree=builder.root).key(path)
    return Complaint(line=line, key=key, severity=severity, code=code, message=message, hint=hint, path=path)
