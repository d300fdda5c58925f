"""Sound: really what its name says, and as long as its packets, not its header."""

from pathlib import Path

import av

from yanxiu.files.inspection.refusal import RefusedError

MOST_SECONDS = 4 * 3600
MOST_PACKETS = 4_000_000
MOST_SILENCE = 4  # bytes a second below which a file of hours holds nothing but silence
DEMUXERS = {"mp3": "mp3", "m4a": "mp4", "wav": "wav", "ogg": "ogg"}
CODECS = {
    "mp3": {"mp3", "mp3float"},
    "m4a": {"aac", "alac", "mp3", "mp3float"},
    "wav": {"pcm_s16le", "pcm_s24le", "pcm_u8", "pcm_f32le", "pcm_s32le"},
    "ogg": {"opus", "vorbis", "libopus", "libvorbis", "flac"},
}
MAGIC = {"mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa"), "wav": (b"RIFF", b"RF64"), "ogg": (b"OggS",)}
OPTIONS = {"protocol_whitelist": "file", "enable_drefs": "0"}


def inspect(extension: str, source: Path, target: Path) -> dict[str, object]:  # noqa: ARG001 - every parser is called alike
    """Probe the sound: its one stream, its real length by walking its packets, its first samples."""
    with source.open("rb") as file:
        head = file.read(12)
    if not (head.startswith(MAGIC[extension]) if extension in MAGIC else head[4:8] == b"ftyp"):
        raise RefusedError(f"这不是 {extension.upper()} 音频，只是名字叫 {extension}。请重新导出为 MP3 或 M4A 再传。")
    options = OPTIONS if extension == "m4a" else {"protocol_whitelist": "file"}
    try:
        with av.open(str(source), format=DEMUXERS[extension], options=options, metadata_errors="replace") as film:
            codec = _check_streams(film, extension)
            seconds = _walked(film)
        _check_first_samples(source, extension, options)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise RefusedError("这个音频打不开，可能没有传完整。请重新导出为 MP3 或 M4A 再传。") from error
    if not 1 <= seconds <= MOST_SECONDS:
        raise RefusedError(f"音频长 {seconds:.0f} 秒，应在 1 秒到 {MOST_SECONDS // 3600} 小时之间。请剪成几段再传。")
    if source.stat().st_size < seconds * MOST_SILENCE:
        raise RefusedError(f"音频说自己长 {seconds:.0f} 秒，里面几乎没有声音。请检查后重新导出再传。")
    return {"seconds": round(seconds), "codec": "mp3" if codec.startswith("mp3") else codec}


def _check_streams(film: av.container.InputContainer, extension: str) -> str:
    moving = [one for one in film.streams.video if not one.disposition & av.stream.Disposition.attached_pic]
    if len(film.streams.audio) != 1 or moving:
        raise RefusedError(f"音频里有 {len(film.streams.audio)} 路声音、{len(moving)} 路画面，应只有 1 路声音。请重新导出再传。")
    context = film.streams.audio[0].codec_context
    if context.name not in CODECS[extension]:
        raise RefusedError(f"声音编码是 {context.name}，放不出来。请导出为 MP3 或 M4A 再传。")
    if not 0 < context.channels <= 8 or not 4_000 <= context.sample_rate <= 192_000:
        raise RefusedError("声音的采样率或声道数不对。请导出为普通的 MP3 或 M4A 再传。")
    return str(context.name)


def _walked(film: av.container.InputContainer) -> float:
    """Return the length by the packets: their own durations, so that a jump of the clock adds nothing."""
    total = 0.0
    for count, packet in enumerate(film.demux(film.streams.audio[0])):
        if count > MOST_PACKETS:
            raise RefusedError("音频太长，没有存。请剪成几段再传。")
        if packet.size and packet.duration:
            total += float(packet.duration * packet.time_base)
    return total


def _check_first_samples(source: Path, extension: str, options: dict[str, str]) -> None:
    with av.open(str(source), format=DEMUXERS[extension], options=options, metadata_errors="replace") as film:
        if next(film.decode(film.streams.audio[0]), None) is None:
            raise RefusedError("音频里没有一点能听的声音。请重新导出再传。")
