"""Narration scripts and what follows from them: the captions' timing and the pictures of a film.

A sentence is shown and captioned for as long as reading it aloud takes, on whole seconds.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 640, 360
CHARACTERS_PER_SECOND = 4
OPENING_SECONDS = 4
SLIDE_SECONDS = 2
CLOSING_SECONDS = 4
LINE, GAP, BODY = 28, 12, 236
PAPER, INK, FADED, TRACK = "#f6f5f1", "#1f2328", "#6d6a62", "#e3e0d8"
ACCENTS = ("#1c5aa0", "#1b6e4a", "#855200", "#6b3fa0", "#9a3b4f", "#28666e")
CLOSING, OPENING = "，。、；：？！”’）》」』】…—%", "“‘（《「『【"


@dataclass(frozen=True, kw_only=True)
class Slide:
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Script:
    """What is said: slides in order, each sentence one caption. `speaker` and `series` stand on the opening slide."""

    title: str
    speaker: str
    series: str
    slides: tuple[Slide, ...]


@dataclass(frozen=True, kw_only=True)
class Cue:
    """One caption; seconds from the start, end exclusive. `slide` is the index of its slide."""

    start: int
    end: int
    text: str
    slide: int


def cues(script: Script) -> tuple[Cue, ...]:
    """Captions of `script` in order, on whole seconds, at four characters a second and at least two seconds each."""
    found: list[Cue] = []
    clock = OPENING_SECONDS
    for index, slide in enumerate(script.slides):
        clock += SLIDE_SECONDS
        for sentence in slide.sentences:
            end = clock + max(2, math.ceil(len(sentence) / CHARACTERS_PER_SECOND))
            found.append(Cue(start=clock, end=end, text=sentence, slide=index))
            clock = end
    return tuple(found)


def duration(script: Script) -> int:
    """Length of the film in seconds."""
    spoken = cues(script)
    return (spoken[-1].end if spoken else OPENING_SECONDS) + CLOSING_SECONDS


def captions(script: Script) -> str:
    """The captions as WebVTT."""
    blocks = [f"{_stamp(cue.start)} --> {_stamp(cue.end)}\n{_escaped(cue.text)}\n" for cue in cues(script)]
    return "WEBVTT\n\n" + "\n".join(blocks)


def pictures(script: Script) -> Iterator[tuple[int, Image.Image]]:
    """The drawn pictures in order, each with the second at which it appears."""
    yield 0, opening(script)
    spoken = cues(script)
    first_of: set[int] = set()
    for position, cue in enumerate(spoken):
        if cue.slide not in first_of:
            first_of.add(cue.slide)
            yield cue.start - SLIDE_SECONDS, _drawn(script, cue.slide, ())
        said = tuple(earlier.text for earlier in spoken[: position + 1] if earlier.slide == cue.slide)
        yield cue.start, _drawn(script, cue.slide, said)


def finished(script: Script) -> list[Image.Image]:
    """One picture a slide, with everything that is said on it."""
    return [_drawn(script, number, slide.sentences) for number, slide in enumerate(script.slides)]


def opening(script: Script) -> Image.Image:
    """The first picture, which is the poster too."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _accent(script))
    draw = ImageDraw.Draw(image)
    draw.text((48, 64), script.series, font=_font(18), fill="#e6eef8")
    for row, line in enumerate(_lines(script.title, 34, WIDTH - 96)):
        draw.text((48, 118 + row * 48), line, font=_font(34), fill="#ffffff")
    draw.text((48, HEIGHT - 72), script.speaker, font=_font(18), fill="#ffffff")
    return image


def _drawn(script: Script, slide: int, said: tuple[str, ...]) -> Image.Image:
    """A slide with what has been said so far: the newest sentence in ink, earlier ones faded, those without room gone."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 8, HEIGHT), fill=_accent(script))
    draw.text((36, 22), script.slides[slide].title, font=_font(26), fill=_accent(script))
    draw.line((36, 68, WIDTH - 36, 68), fill=TRACK, width=2)
    paragraphs = [_lines(text, 20, WIDTH - 84) for text in said]
    while len(paragraphs) > 1 and sum(len(lines) * LINE + GAP for lines in paragraphs) > BODY:
        paragraphs.pop(0)
    top = 84
    for lines in paragraphs:
        for line in lines:
            draw.text((36, top), line, font=_font(20), fill=INK if lines is paragraphs[-1] else FADED)
            top += LINE
        top += GAP
    draw.text((WIDTH - 36, 36), f"{slide + 1} / {len(script.slides)}", font=_font(13), fill=FADED, anchor="ra")
    return image


def _lines(text: str, size: int, width: int) -> list[str]:
    """Break `text` at `width` pixels; closing punctuation never begins a line, a Latin word is not cut."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and _font(size).getlength(line + piece) > width:
            lines.append(line)
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line] if line else lines


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for character in text:
        clings = pieces and (character in CLOSING or pieces[-1][-1] in OPENING or (_latin(character) and _latin(pieces[-1][-1])))
        if clings:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _latin(character: str) -> bool:
    return character.isascii() and not character.isspace()


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    source = Path(pylopdf_fonts_zh_cn.__file__).parent / "NotoSansSC-Regular.otf"
    return ImageFont.truetype(str(source), size, layout_engine=ImageFont.Layout.BASIC)


def _accent(script: Script) -> str:
    return ACCENTS[hashlib.sha256(script.series.encode()).digest()[0] % len(ACCENTS)]


def _stamp(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
