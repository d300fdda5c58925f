"""Real films for the demo, made from narration scripts: H.264 slides, a soft chime, captions, a poster.

A film holds still between sentences, so one picture is drawn per sentence and the encoder is fed at one picture a second.
The sound is encoded once (silence and a chime) and its packets are laid along the film, since AAC frames of silence are all alike.
"""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import cast

import av
from av import AudioCodecContext, AudioFrame, AudioStream, Packet, VideoFrame
from av.stream import Stream
from PIL import Image

from yanxiu.demo.slides import HEIGHT, SLIDE_SECONDS, WIDTH, Script, captions, cues, duration, opening, pictures

RECIPE = "1"
SAMPLE_RATE = 16_000
AAC_FRAME = 1_024
BIT_RATE = 24_000
QUIET_FRAMES = 8
CHIME_FRAMES = 20
X264 = {"preset": "veryfast", "tune": "stillimage", "crf": "27", "threads": "1", "g": "20", "bf": "0"}


@dataclass(frozen=True, kw_only=True)
class Media:
    """One film on disk. Beside `path` lie the captions (.vtt) and the poster (.png)."""

    path: Path
    seconds: int
    bytes: int
    sha256: str
    captions: Path
    poster: Path


def fingerprint(script: Script) -> str:
    """Name of exactly this film made by exactly this recipe."""
    return hashlib.sha256(f"{RECIPE}\n{script!r}".encode()).hexdigest()


def make_video(script: Script, *, path: Path) -> Media:
    """Write the film of `script` to `path` (.mp4), its captions (.vtt) and its poster (.png).

    The same script gives the same bytes; a film already there is left alone. The film is put in place last and at once,
    so what exists is whole.
    Cost: about 0.5 s of one core for a film of two minutes.
    """
    mark = fingerprint(script)
    vtt, poster = path.with_suffix(".vtt"), path.with_suffix(".png")
    if not (vtt.exists() and poster.exists() and path.exists() and _mark_of(path) == mark):
        path.parent.mkdir(parents=True, exist_ok=True)
        vtt.write_text(captions(script), encoding="utf-8")
        opening(script).convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(poster, optimize=True)
        unfinished = path.with_suffix(".part")
        _encode(script, unfinished, mark)
        unfinished.replace(path)
    content = path.read_bytes()
    return Media(
        path=path, seconds=duration(script), bytes=len(content), sha256=hashlib.sha256(content).hexdigest(), captions=vtt, poster=poster
    )


def make_videos(jobs: Sequence[tuple[Script, Path]], *, workers: int = 2) -> Iterator[Media]:
    """Make many films and yield each when it and those before it are done, in the order of `jobs`."""
    if workers <= 1 or len(jobs) < 4:
        yield from map(_make, jobs)
        return
    # Spawned, not forked: the caller may hold database connections and threads.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_make, jobs, chunksize=4)


def _make(job: tuple[Script, Path]) -> Media:
    return make_video(job[0], path=job[1])


def _mark_of(path: Path) -> str:
    try:
        with av.open(str(path)) as film:
            return film.metadata.get("comment", "")
    except (av.error.FFmpegError, OSError):
        return ""


def _encode(script: Script, path: Path, mark: str) -> None:
    total = duration(script)
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}) as film:
        film.metadata["title"] = script.title
        film.metadata["comment"] = mark
        picture = film.add_stream("libx264", rate=1, options=X264)
        picture.width, picture.height, picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        sound = film.add_stream("aac", rate=SAMPLE_RATE, layout="mono", bit_rate=BIT_RATE)
        film.start_encoding()
        packets = _sound(total, _chimes(script))
        laid = 0
        for second, frame in enumerate(_frames(script, total)):
            frame.pts, frame.time_base = second, Fraction(1)
            film.mux(picture.encode(frame))
            due = (second + 1) * SAMPLE_RATE // AAC_FRAME
            for packet in packets[laid:due]:
                packet.stream = sound
                film.mux(packet)
            laid = due
        film.mux(picture.encode(None))


def _frames(script: Script, total: int) -> Iterator[VideoFrame]:
    """One frame a second; consecutive seconds of one sentence share the drawn picture."""
    changes = dict(pictures(script))
    frame = _frame(changes[0])
    for second in range(total):
        if second in changes:
            frame = _frame(changes[second])
        yield frame


def _frame(image: Image.Image) -> VideoFrame:
    return cast("VideoFrame", VideoFrame.from_image(image))  # type: ignore[no-untyped-call]  # PyAV leaves it untyped


def _chimes(script: Script) -> list[int]:
    """Seconds at which the chime sounds: the opening and each new slide."""
    starts: dict[int, int] = {}
    for cue in cues(script):
        starts.setdefault(cue.slide, cue.start - SLIDE_SECONDS)
    return [0, *starts.values()]


def _sound(total: int, chimes: Iterable[int]) -> list[Packet[Stream]]:
    silence, chime = _packets()
    laid = [silence] * (total * SAMPLE_RATE // AAC_FRAME)
    for second in chimes:
        first = second * SAMPLE_RATE // AAC_FRAME
        laid[first : first + len(chime)] = chime
    return [_packet(content, index) for index, content in enumerate(laid[: total * SAMPLE_RATE // AAC_FRAME])]


def _packet(content: bytes, index: int) -> Packet[Stream]:
    packet = Packet(content)
    packet.pts = packet.dts = index * AAC_FRAME
    packet.duration = AAC_FRAME
    packet.time_base = Fraction(1, SAMPLE_RATE)
    return packet


@lru_cache(maxsize=1)
def _packets() -> tuple[bytes, tuple[bytes, ...]]:
    """One AAC frame of silence, and the frames of a two-tone chime that begins and ends in silence."""
    quiet = [0.0] * (QUIET_FRAMES * AAC_FRAME)
    length = CHIME_FRAMES * AAC_FRAME
    tone = [
        min(1.0, (length - n) / 4096)
        * math.exp(-n / 5000)
        * (0.10 * math.sin(math.tau * 523.25 * n / SAMPLE_RATE) + 0.05 * math.sin(math.tau * 784.0 * n / SAMPLE_RATE))
        for n in range(length)
    ]
    encoded = _aac([*quiet, *tone, *quiet])
    return encoded[QUIET_FRAMES // 2], tuple(encoded[QUIET_FRAMES : QUIET_FRAMES + CHIME_FRAMES + 2])


def _aac(samples: Sequence[float]) -> list[bytes]:
    encoder = AudioCodecContext.create("aac", "w")
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = SAMPLE_RATE, "mono", "fltp", BIT_RATE
    packets: list[Packet[AudioStream]] = []
    for start in range(0, len(samples), AAC_FRAME):
        frame = AudioFrame(format="fltp", layout="mono", samples=AAC_FRAME)
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
        frame.planes[0].update(struct.pack(f"{AAC_FRAME}f", *samples[start : start + AAC_FRAME]))
        packets += encoder.encode(frame)
    return [bytes(packet) for packet in [*packets, *encoder.encode(None)]]
