"""Every difference between two installations is an environment variable declared here.

`docs/reference/configuration.md` is generated from `VARIABLES`. A value may also stand in a file named by
`<NAME>_FILE` (container secrets).
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class BadSetting(SystemExit):
    """A variable of the environment has a value that cannot be used; the message names it."""


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One documented variable of the environment."""

    name: str
    kind: str
    default: str
    zh: str
    en: str


VARIABLES: list[Variable] = []


def _raw(name: str) -> str | None:
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSetting(f"{name}_FILE 指向的文件读不到：{path}（{error.strerror}）") from error
    return os.environ.get(name)


def _read(name: str, kind: str, default: T, parse: Callable[[str], T], *, zh: str, en: str, shown: str = "") -> T:
    VARIABLES.append(Variable(name=name, kind=kind, default=shown or str(default), zh=zh, en=en))
    raw = _raw(name)
    if raw is None or raw == "":
        return default
    try:
        return parse(raw)
    except ValueError as error:
        raise BadSetting(f"环境变量 {name}={raw!r} 不是有效的 {kind}：{zh}") from error


def text(name: str, default: str = "", *, zh: str, en: str, shown: str = "") -> str:
    """Read a string; `shown` is how a default that depends on other settings is written in the documentation."""
    return _read(name, "text", default, str, zh=zh, en=en, shown=shown)


def number(name: str, default: int, *, zh: str, en: str, shown: str = "") -> int:
    """Read a whole number; `shown` as in text()."""
    return _read(name, "number", default, int, zh=zh, en=en, shown=shown)


def flag(name: str, default: bool, *, zh: str, en: str) -> bool:
    """Read `1/true/yes/on` or `0/false/no/off`; anything else stops the start."""

    def parse(raw: str) -> bool:
        words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
        if raw.lower() not in words:
            raise ValueError(raw)
        return words[raw.lower()]

    return _read(name, "flag", default, parse, zh=zh, en=en)


def words(name: str, default: tuple[str, ...] = (), *, zh: str, en: str) -> tuple[str, ...]:
    """Read a list separated by commas."""
    return _read(name, "list", default, lambda raw: tuple(part.strip() for part in raw.split(",") if part.strip()), zh=zh, en=en)


def path(name: str, default: Path, *, zh: str, en: str, shown: str = "") -> Path:
    """Read a folder or file; `shown` as in text()."""
    return _read(name, "path", default, lambda raw: Path(raw).resolve(), zh=zh, en=en, shown=shown)
