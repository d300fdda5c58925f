"""Captions: WebVTT or SubRip in any encoding that is common in China, read cue by cue and written anew as WebVTT in UTF-8."""

import html
import re
from dataclasses import dataclass
from pathlib import Path

from yanxiu.files.inspection.refusal import RefusedError

MOST_CUES = 20_000
MOST_CUE_CHARACTERS = 1_000
_CLOCK = r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]\d)[.,](\d{1,3})"
_TIMES = re.compile(rf"{_CLOCK}[ \t]*-->[ \t]*{_CLOCK}([ \t].*)?")
_SETTING = re.compile(r"(?:vertical:(?:rl|lr)|(?:line|position|size):-?[\d.]+%?(?:,[a-z-]+)?|align:[a-z]+)")
_TAGS = re.compile(r"<[^>]*>|\{\\[^}]*\}")
_KEPT_TAG = re.compile(r"</?(?:b|i|u|v(?: [^<>&]{1,60})?)>")
_SKIPPED = ("NOTE", "STYLE", "REGION")
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, kw_only=True)
class Cue:
    """One caption: from `start` to `end` in seconds, `settings` of its place, its lines with the few tags that are kept."""

    start: float
    end: float
    settings: str
    lines: tuple[str, ...]

    @property
    def words(self) -> str:
        """The caption as plain text."""
        return html.unescape(_TAGS.sub("", " ".join(self.lines))).strip()


def inspect(extension: str, source: Path, target: Path) -> dict[str, object]:
    """Check every cue, with its line number where it is wrong; write WebVTT; return the end of the last cue and the transcript."""
    lines = decoded(source.read_bytes()).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if extension == "vtt" and not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise RefusedError("字幕第 1 行应是 WEBVTT。请导出为 WebVTT（.vtt）或 SRT（.srt）格式再传。")
    cues = _cues(lines)
    if not 0 < len(cues) <= MOST_CUES:
        raise RefusedError(f"字幕里有 {len(cues)} 条，应在 1 到 {MOST_CUES} 条之间。请检查导出的文件。")
    target.write_text(_written(cues), encoding="utf-8")
    spoken = [(round(cue.start, 3), round(cue.end, 3), cue.words) for cue in cues if cue.words]
    return {"seconds": int(max(cue.end for cue in cues)), "rewritten": True, "lines": spoken}


def decoded(raw: bytes) -> str:
    """Return the text: by its mark, as UTF-8, or as GB18030, which holds GBK. Raises RefusedError."""
    encoding = next((name for mark, name in MARKS if raw.startswith(mark)), None)
    for name in [encoding] if encoding else ["utf-8", "gb18030"]:
        try:
            text = raw.decode(name)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", text):
            return text
    raise RefusedError("字幕的编码认不出来（认 UTF-8、UTF-16 和 GBK）。请用记事本打开，另存为时把编码选成 UTF-8，再传。")


def _cues(lines: list[str]) -> list[Cue]:
    cues: list[Cue] = []
    number = 0
    while number < len(lines):
        if "-->" not in lines[number]:
            number += 1
            continue
        if _is_comment(lines, number):
            number += 1
            continue
        start, end, settings = _times(lines[number], number + 1)
        first = number + 1
        number = first
        while number < len(lines) and lines[number].strip() and "-->" not in lines[number]:
            number += 1
        last = number
        if number < len(lines) and "-->" in lines[number] and last > first:
            last -= 1  # what stands right above the next times is its number
        cues.append(Cue(start=start, end=end, settings=settings, lines=_lines(lines[first:last], first + 1)))
    return cues


def _is_comment(lines: list[str], number: int) -> bool:
    """Tell whether the line stands in a block that begins with NOTE."""
    while number and lines[number - 1].strip():
        number -= 1
    return lines[number].strip().split(" ")[0] in _SKIPPED


def _times(line: str, number: int) -> tuple[float, float, str]:
    found = _TIMES.fullmatch(line.strip())
    if found is None:
        raise RefusedError(f"字幕第 {number} 行的时间读不懂，应像 00:01.000 --> 00:04.500。请改好再传。")
    start, end = _seconds(found.groups()[:4]), _seconds(found.groups()[4:8])
    if end <= start:
        raise RefusedError(f"字幕第 {number} 行的结束时间不在开始时间之后。请改好再传。")
    settings = [word for word in (found[9] or "").split() if _SETTING.fullmatch(word)]
    return start, end, " ".join(settings)


def _seconds(clock: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = clock
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + int((fraction or "0").ljust(3, "0")) / 1000


def _lines(lines: list[str], number: int) -> tuple[str, ...]:
    for place, line in enumerate(lines):
        if len(line) > MOST_CUE_CHARACTERS:
            raise RefusedError(f"字幕第 {number + place} 行有 {len(line)} 个字，一行最多 {MOST_CUE_CHARACTERS}。请分成几条再传。")
    return tuple(kept for line in lines if (kept := _harmless(line.strip())))


def _harmless(line: str) -> str:
    """Return the line with bold, italic, underline and voice; every other mark becomes text or goes."""
    pieces: list[str] = []
    place = 0
    for found in _TAGS.finditer(line):
        pieces.append(_escaped(line[place : found.start()]))
        if _KEPT_TAG.fullmatch(found[0]):
            pieces.append(found[0])
        place = found.end()
    return "".join([*pieces, _escaped(line[place:])])


def _escaped(text: str) -> str:
    return html.escape(html.unescape(text), quote=False)


def _written(cues: list[Cue]) -> str:
    blocks = ["WEBVTT"]
    for cue in cues:
        head = f"{_clock(cue.start)} --> {_clock(cue.end)}" + (f" {cue.settings}" if cue.settings else "")
        blocks.append("\n".join([head, *cue.lines]))
    return "\n\n".join(blocks) + "\n"


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    return f"{thousandths // 3_600_000:02}:{thousandths // 60_000 % 60:02}:{thousandths // 1000 % 60:02}.{thousandths % 1000:03}"
