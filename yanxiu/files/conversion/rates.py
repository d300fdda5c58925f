"""HLS: a film in one or two rates, fMP4 segments of four seconds, and the master playlist that lets players choose."""

from dataclasses import dataclass
from pathlib import Path

import av

from yanxiu.files.conversion import ffmpeg
from yanxiu.files.conversion.refusal import LACKING, UnneededError

SEGMENT_SECONDS = 4
SOUND_KILOBITS = 64
MOST_FRAMES = 30
SMALL_KILOBITS = 500
INPUT = ["-protocol_whitelist", "file,pipe", "-f", "mov", "-enable_drefs", "0"]


@dataclass(frozen=True, kw_only=True)
class Rate:
    """One rate: pixels of the picture's shorter side, the most kilobits a second, and the codec as players are told."""

    side: int
    kilobits: int
    level: str
    codec: str


LADDER = (
    Rate(side=360, kilobits=600, level="3.0", codec="avc1.4d401e"),
    Rate(side=720, kilobits=1_800, level="3.1", codec="avc1.4d401f"),
)


def make(extension: str, source: Path, place: Path) -> dict[str, object]:  # noqa: ARG001 - every job is called alike
    """Write `360.m3u8`, `720.m3u8` (never above the source) with their segments, and `master.m3u8`."""
    if ffmpeg.found() is None:
        raise UnneededError(f"{LACKING}，按原样播放。")
    width, height, has_sound = _looked_at(source)
    if width == 0:
        raise UnneededError("这个视频本来就小，按原样播放就很顺，不另转清晰度。")
    rates = [rate for rate in LADDER if rate.side <= min(width, height)] or [LADDER[0]]
    made = [_made(rate, source, place, has_sound=has_sound) for rate in rates]
    _write_master(place, rates, made, has_sound=has_sound)
    return {
        "rates": [
            {"height": rate.side, "kilobits": one["average"] // 1000, "size_bytes": one["bytes"]}
            for rate, one in zip(rates, made, strict=True)
        ]
    }


def _looked_at(source: Path) -> tuple[int, int, bool]:
    """Return the size of the picture and whether there is sound; no size for a film that plays everywhere and is small as it is."""
    with av.open(str(source), format="mp4", options={"protocol_whitelist": "file", "enable_drefs": "0"}) as film:
        picture = film.streams.video[0].codec_context
        plays = picture.name == "h264" and all(one.codec_context.name in {"aac", "mp3", "mp3float"} for one in film.streams.audio)
        bits = source.stat().st_size * 8 / max(1.0, (film.duration or 0) / av.time_base)
        if plays and bits <= SMALL_KILOBITS * 1000:
            return 0, 0, False
        return picture.width, picture.height, bool(film.streams.audio)


def _made(rate: Rate, source: Path, place: Path, *, has_sound: bool) -> dict[str, int]:
    """Make one rate; return its peak and average bits a second, its bytes, and the size of its picture."""
    scale = f"scale='if(gt(iw,ih),-2,min(iw,{rate.side}))':'if(gt(iw,ih),min(ih,{rate.side}),-2)',format=yuv420p"
    even = "crop=trunc(iw/2)*2:trunc(ih/2)*2"
    sound = ["-map", "0:a:0", "-c:a", "aac", "-b:a", f"{SOUND_KILOBITS}k", "-ac", "2", "-ar", "44100"] if has_sound else []
    words = [
        "-threads", "1", *INPUT, "-i", str(source), "-map", "0:v:0", *sound, "-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn",
        "-vf", f"{scale},{even}", "-fpsmax", str(MOST_FRAMES), "-filter_threads", "1",
        "-c:v", "libx264", "-threads", "1", "-preset", "veryfast", "-profile:v", "main", "-level", rate.level, "-crf", "24",
        "-maxrate", f"{rate.kilobits}k", "-bufsize", f"{2 * rate.kilobits}k", "-rc-lookahead", "20", "-sc_threshold", "0",
        "-force_key_frames", f"expr:gte(t,n_forced*{SEGMENT_SECONDS})",
        "-f", "hls", "-hls_time", str(SEGMENT_SECONDS), "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4",
        "-hls_flags", "independent_segments", "-hls_fmp4_init_filename", f"{rate.side}-init.mp4",
        "-hls_segment_filename", f"{rate.side}-%05d.m4s", f"{rate.side}.m3u8",
    ]  # fmt: skip
    ffmpeg.run(words, place=place)
    return _measured(rate, place)


def _measured(rate: Rate, place: Path) -> dict[str, int]:
    peak, total, seconds, length = 0.0, 0, 0.0, 0.0
    for line in (place / f"{rate.side}.m3u8").read_text(encoding="utf-8").splitlines():
        if line.startswith("#EXTINF:"):
            length = float(line.removeprefix("#EXTINF:").rstrip(","))
        elif line and not line.startswith("#"):
            size = (place / line).stat().st_size
            total, seconds = total + size, seconds + length
            peak = max(peak, size * 8 / max(length, 0.5))
    with av.open(str(place / f"{rate.side}.m3u8"), options={"protocol_whitelist": "file", "allowed_extensions": "ALL"}) as made:
        picture = made.streams.video[0].codec_context
        width, height = picture.width, picture.height
    return {"peak": int(peak), "average": int(total * 8 / max(seconds, 0.5)), "bytes": total, "width": width, "height": height}


def _write_master(place: Path, rates: list[Rate], made: list[dict[str, int]], *, has_sound: bool) -> None:
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for rate, one in zip(rates, made, strict=True):
        codecs = f"{rate.codec},mp4a.40.2" if has_sound else rate.codec
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={one['peak']},AVERAGE-BANDWIDTH={one['average']},"
            f'RESOLUTION={one["width"]}x{one["height"]},CODECS="{codecs}"'
        )
        lines.append(f"{rate.side}.m3u8")
    (place / "master.m3u8").write_text("\n".join(lines) + "\n", encoding="utf-8")
