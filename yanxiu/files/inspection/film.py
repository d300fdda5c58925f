"""Films: really MP4 or MOV, of codecs that every browser plays or that we can convert, and as long as they say."""

from pathlib import Path

import av

from yanxiu.files.conversion import ffmpeg
from yanxiu.files.inspection.refusal import RefusedError

VIDEO_CODECS = {"h264"}
AUDIO_CODECS = {"aac", "mp3", "mp3float"}
CONVERTED_VIDEO = {"hevc", "mpeg4"}  # phones and old cameras: kept when ffmpeg can make a version that plays
CONVERTED_AUDIO = {"pcm_s16le", "pcm_s16be", "ac3", "alac", "opus"}
MOST_SECONDS = 4 * 3600
MOST_PACKETS = 3_000_000
MOST_SIDE = 4_096
# A forced demuxer and the file protocol alone: a playlist called .mp4 cannot make us read other files or addresses.
OPTIONS = {"protocol_whitelist": "file", "enable_drefs": "0"}


def inspect(extension: str, source: Path, target: Path) -> dict[str, object]:
    """Probe the film: its streams, its real length by walking its packets, its first picture. A MOV that plays is packed anew as MP4."""
    with source.open("rb") as file:
        if file.read(12)[4:8] not in {b"ftyp", b"wide", b"moov", b"mdat"} - (set() if extension == "mov" else {b"wide", b"moov", b"mdat"}):
            raise RefusedError(f"这不是 MP4 视频，只是名字叫 {extension}。请用剪辑软件导出为 MP4（H.264 + AAC）再传。")
    try:
        with av.open(str(source), format="mp4", options=OPTIONS, metadata_errors="replace") as film:
            width, height, codec = _check_streams(film)
            declared = (film.duration or 0) / av.time_base
            seconds = _walked(film)
        _check_first_picture(source)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise RefusedError("这个视频打不开，可能没有传完整。请重新导出为 MP4（H.264 + AAC）再传。") from error
    if abs(declared - seconds) > max(2.0, seconds * 0.02):
        raise RefusedError(f"视频说自己长 {declared:.0f} 秒，实际只有 {seconds:.0f} 秒的画面，可能没有传完整。请重新导出再传。")
    if not 1 <= seconds <= MOST_SECONDS:
        raise RefusedError(f"视频长 {seconds:.0f} 秒，应在 1 秒到 {MOST_SECONDS // 3600} 小时之间。请剪成几段再传。")
    if extension == "mov" and codec in VIDEO_CODECS:
        _repack(source, target)
    return {"seconds": round(seconds), "width": width, "height": height, "codec": codec, "rewritten": target.exists()}


def _check_streams(film: av.container.InputContainer) -> tuple[int, int, str]:
    if len(film.streams) > 8 or len(film.streams.video) != 1:
        raise RefusedError(f"视频里有 {len(film.streams.video)} 路画面，应只有 1 路。请重新导出再传。")
    picture = film.streams.video[0].codec_context
    can_convert = ffmpeg.found() is not None
    if picture.name not in VIDEO_CODECS | (CONVERTED_VIDEO if can_convert else set()):
        raise RefusedError(f"画面编码是 {picture.name}，有的浏览器放不出来。请导出为 H.264 编码的 MP4 再传。")
    codec = picture.name
    for sound in film.streams.audio:
        name = sound.codec_context.name
        if name not in AUDIO_CODECS | (CONVERTED_AUDIO if can_convert else set()):
            raise RefusedError(f"声音编码是 {name}，有的浏览器放不出来。请导出为 AAC 编码再传。")
        codec = codec if name in AUDIO_CODECS else f"{codec}+{name}"
    if not 0 < max(picture.width, picture.height) <= MOST_SIDE:
        raise RefusedError(f"画面是 {picture.width}×{picture.height}，每边最多 {MOST_SIDE} 像素。请缩小后再传。")
    return picture.width, picture.height, codec


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


def _repack(source: Path, target: Path) -> None:
    """Copy picture and sound, unchanged, into an MP4 whose index stands in front."""
    options = {"movflags": "+faststart"}
    with (
        av.open(str(source), format="mp4", options=OPTIONS, metadata_errors="replace") as film,
        av.open(str(target), "w", format="mp4", options=options) as made,
    ):
        kept = {one.index: made.add_stream_from_template(one) for one in [*film.streams.video, *film.streams.audio[:1]]}
        for packet in film.demux([*film.streams.video, *film.streams.audio[:1]]):
            if packet.dts is not None:
                packet.stream = kept[packet.stream.index]
                made.mux(packet)
