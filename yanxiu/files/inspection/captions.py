"""WebVTT captions: read line by line, as the browser will."""

import re
from pathlib import Path

from yanxiu.files.inspection.refusal import RefusedError

MOST_CUES = 20_000
_TIMES = re.compile(r"((?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3})[ \t]+-->[ \t]+((?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3})(?:[ \t].*)?")


def inspect(extension: str, source: Path, target: Path) -> dict[str, object]:  # noqa: ARG001 - every parser is called alike
    """Check signature, encoding and every cue's times; return the end of the last cue in seconds."""
    try:
        text = source.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError("字幕不是 UTF-8 编码。请用记事本打开，另存为时把编码选成 UTF-8，再传。") from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if "\x00" in text or not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise RefusedError("字幕第 1 行应是 WEBVTT。请导出为 WebVTT（.vtt）格式再传。")
    cues, end = 0, 0.0
    for number, line in enumerate(lines, start=1):
        if "-->" in line:
            cues += 1
            end = max(end, _end_of(line, number))
    if not 0 < cues <= MOST_CUES:
        raise RefusedError(f"字幕里有 {cues} 条，应在 1 到 {MOST_CUES} 条之间。请检查导出的文件。")
    return {"seconds": int(end)}


def _end_of(line: str, number: int) -> float:
    found = _TIMES.fullmatch(line.strip())
    if found is None:
        raise RefusedError(f"字幕第 {number} 行的时间读不懂，应像 00:01.000 --> 00:04.500。请改好再传。")
    start, end = _seconds(found[1]), _seconds(found[2])
    if end <= start:
        raise RefusedError(f"字幕第 {number} 行的结束时间不在开始时间之后。请改好再传。")
    return end


def _seconds(clock: str) -> float:
    total = 0.0
    for part in clock.split(":"):
        total = total * 60 + float(part)
    return total
