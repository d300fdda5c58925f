"""Facts of a rehearsal: JSON lines of people and of what they did, typed and checked with their line numbers.

The vocabulary is that of the records themselves (`docs/how-to/rehearse.md`, `docs/reference/records.md`).
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from yanxiu.kit.errors import Invalid

MAX_LINES = 200_000
MAX_BYTES = 64 * 1024 * 1024


class PersonFact(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """A participant: `unit` is the path of names (市/县/校); `roles` in which she is evaluated; `spaces` where she holds them.

    `plan` is `in`, `out` or absent; `card_hours` the hours bought on a card (004).
    """

    person: str
    name: str
    stage: str = "初中"
    subject: str = "语文"
    unit: str = "某市/某县/某校"
    roles: tuple[str, ...] = ("learner",)
    plan: str | None = None
    level: str = ""
    space: str = ""
    card_hours: Decimal | None = None


class ObjectFact(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """What was done to: `type` and `id`, and what counts about it (block or kind, hours, score, grade, contents)."""

    type: str
    id: str
    block: str = ""
    kind: str = ""
    hours: Decimal | None = None
    score: Decimal | None = None
    grade: str = ""
    passed: bool | None = None
    label: str = ""
    steps_done: bool = True
    contents: dict[str, Any] = {}


class RecordFact(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """Something that happened: who, when, what; `person` is whom it concerns if not the actor, `space` where."""

    at: datetime
    actor: str
    verb: str
    object: ObjectFact
    person: str = ""
    space: str = ""
    reason: str = ""


class SetFact(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """The members of a set that a coverage requirement is over, seen from a guiding workshop."""

    set: str
    space: str
    members: tuple[str, ...]


Fact = PersonFact | RecordFact | SetFact


def read(data: bytes) -> list[tuple[int, Fact]]:
    """Parse JSON lines into facts with their line numbers. Raises Invalid naming the line, the key and the reason."""
    if len(data) > MAX_BYTES:
        raise Invalid(f"事实文件有 {len(data) // 1024 // 1024} MB，超过 64 MB。请分开推演。")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Invalid(f"第 {line} 行不是 UTF-8 编码。请把文件另存为 UTF-8 再试。") from error
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        raise Invalid(f"事实文件有 {len(lines)} 行，超过 {MAX_LINES} 行。请分开推演。")
    return [
        (number, _fact(number, line)) for number, line in enumerate(lines, start=1) if line.strip() and not line.lstrip().startswith("//")
    ]


def _fact(number: int, line: str) -> Fact:
    try:
        raw = msgspec.json.decode(line)
    except msgspec.DecodeError as error:
        raise Invalid(f"第 {number} 行不是一个 JSON 对象：{error}。每行写一个对象，行尾不加逗号。") from error
    if not isinstance(raw, dict):
        raise Invalid(f"第 {number} 行应是一个 JSON 对象，以 {{ 开头。")
    kind: type[Fact] = SetFact if "set" in raw else RecordFact if "verb" in raw else PersonFact
    try:
        fact = msgspec.convert(raw, kind, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(f"第 {number} 行：{_words(str(error))}") from error
    if isinstance(fact, RecordFact) and fact.at.tzinfo is None:
        raise Invalid(f"第 {number} 行：at 要带时区，例如 2020-11-20T09:00:00+08:00。")
    return fact


def _words(message: str) -> str:
    """Put msgspec's complaint into words: which key, and what is wrong with it."""
    place = message.rsplit("`$.", 1)[-1].rstrip("`") if "`$." in message else ""
    if "unknown field" in message:
        return f"没有 {message.split('`')[1]} 这个键{f'（在 {place} 里）' if place else ''}。可用的键见 docs/how-to/rehearse.md。"
    if "missing required field" in message:
        return f"缺少键 {message.split('`')[1]}{f'（在 {place} 里）' if place else ''}。"
    return f"{place or '对象'} 的值不对：{message.split(' - at', maxsplit=1)[0]}。"
