"""The sound alone, as M4A that every browser plays: for weak lines and for listening on the way."""

from pathlib import Path

import av

from yanxiu.files.conversion.refusal import FailedError, UnneededError

BITS = 64_000
HERTZ = 44_100
DEMUXERS = {"mp4": "mp4", "m4a": "mp4", "mp3": "mp3", "wav": "wav", "ogg": "ogg"}
OPTIONS = {"protocol_whitelist": "file"}


def make(extension: str, source: Path, place: Path) -> dict[str, object]:
    """Write `sound.m4a`: AAC, stereo, 64 kbit/s, its index in front."""
    try:
        with av.open(str(source), format=DEMUXERS[extension], options=OPTIONS, metadata_errors="replace") as film:
            if not film.streams.audio:
                raise UnneededError("视频没有声音，没有纯音频可听。")
            _write(film, place / "sound.m4a")
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise FailedError("声音转不出来，可能有一段损坏。请重新导出再传。") from error
    return {"bits": BITS}


def _write(film: av.container.InputContainer, target: Path) -> None:
    with av.open(str(target), "w", format="ipod", options={"movflags": "+faststart"}) as made:
        stream = made.add_stream("aac", rate=HERTZ, layout="stereo")
        stream.bit_rate = BITS
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=HERTZ)
        for frame in film.decode(film.streams.audio[0]):
            frame.pts = None
            for fresh in resampler.resample(frame):
                made.mux(stream.encode(fresh))
        for fresh in resampler.resample(None):
            made.mux(stream.encode(fresh))
        made.mux(stream.encode(None))
