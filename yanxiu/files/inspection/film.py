"""Films: really MP4, of codecs that every browser plays, and as long as they say."""

from pathlib import Path

import av

from yanxiu.files.inspection.refusal import RefusedError

VIDEO_CODECS = {"h264"}
AUDIO_CODECS = {"aac", "mp3"}
MOST_SECONDS = 4 * 3600
MOST_PACKETS = 3_000_000
MOST_SIDE = 4_096
# A forced demuxer and the file protocol alone: a playlist called .mp4 cannot make us read other files or addresses.
OPTIONS = {"protocol_whitelist": "file", "enable_drefs": "0"}


def inspect(extension: str, source: Path, target: Path) -> dict[str, object]:  # noqa: ARG001 - every parser is called alike
    """Probe the film: its streams, its real length by walking its packets, and its first picture."""
    with source.open("rb") as file:
        if file.read(12)[4:8] != b"ftyp":
            raise RefusedError("这不是 MP4 视频，只是名字叫 mp4。请用剪辑软件导出为 MP4（H.264 + AAC）再传。")
    try:
        with av.open(str(source), format="mp4", options=OPTIONS, metadata_errors="replace") as film:
            width, height = _check_streams(film)
            declared = (film.duration or 0) / av.time_base
            seconds = _walked(film)
        _check_first_picture(source)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise RefusedError("这个视频打不开，可能没有传完整。请重新导出为 MP4（H.264 + AAC）再传。") from error
    if abs(declared - seconds) > max(2.0, seconds * 0.02):
        raise RefusedError(f"视频说自己长 {declared:.0f} 秒，实际只有 {seconds:.0f} 秒的画面，可能没有传完整。请重新导出再传。")
    if not 1 <= seconds <= MOST_SECONDS:
        raise RefusedError(f"视频长 {seconds:.0f} 秒，应在 1 秒到 {MOST_SECONDS // 3600} 小时之间。请剪成几段再传。")
    return {"seconds": round(seconds), "width": width, "height": height}


def _check_streams(film: av.container.InputContainer) -> tuple[int, int]:
    if len(film.streams) > 8 or len(film.streams.video) != 1:
        raise RefusedError(f"视频里有 {len(film.streams.video)} 路画面，应只有 1 路。请重新导出再传。")
    picture = film.streams.video[0].codec_context
    if picture.name not in VIDEO_CODECS:
        raise RefusedError(f"画面编码是 {picture.name}，有的浏览器放不出来。请导出为 H.264 编码的 MP4 再传。")
    for sound in film.streams.audio:
        if sound.codec_context.name not in AUDIO_CODECS:
            raise RefusedError(f"声音编码是 {sound.codec_context.name}，有的浏览器放不出来。请导出为 AAC 编码再传。")
    if not 0 < max(picture.width, picture.height) <= MOST_SIDE:
        raise RefusedError(f"画面是 {picture.width}×{picture.height}，每边最多 {MOST_SIDE} 像素。请缩小后再传。")
    return picture.width, picture.height


def _walked(film: av.container.InputContainer) -> float:
    """Return where the last picture ends, by its packets and not by what the header claims."""
    end = 0.0
    for count, packet in enumerate(film.demux(film.streams.video[0])):
        if count > MOST_PACKETS:
            raise RefusedError("视频的画面太多，没有存。请剪成几段再传。")
        if packet.pts is not None and packet.size:
            end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return end


def _check_first_picture(source: Path) -> None:
    with av.open(str(source), format="mp4", options=OPTIONS, metadata_errors="replace") as film:
        film.streams.video[0].thread_type = "NONE"
        if next(film.decode(video=0), None) is None:
            raise RefusedError("视频里没有一张能看的画面。请重新导出再传。")
