"""A picture of the film, from a tenth of its length: the first one is often black."""

from pathlib import Path

import av
from PIL import Image

from yanxiu.files.conversion.refusal import FailedError

MOST_SIDE = 1_280
OPTIONS = {"protocol_whitelist": "file", "enable_drefs": "0"}


def make(extension: str, source: Path, place: Path) -> dict[str, object]:  # noqa: ARG001 - every job is called alike
    """Write `poster.jpg`, upright."""
    try:
        with av.open(str(source), format="mp4", options=OPTIONS, metadata_errors="replace") as film:
            stream = film.streams.video[0]
            stream.thread_type = "NONE"
            if film.duration:
                film.seek(film.duration // 10)
            frame = next(film.decode(stream), None)
            if frame is None:
                film.seek(0)
                frame = next(film.decode(stream), None)
            if frame is None:
                raise FailedError("视频里没有一张能看的画面，封面请自己传一张。")
            picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]  # no types of its own
            turn = int(getattr(frame, "rotation", 0) or 0)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise FailedError("取不出封面，请自己传一张。") from error
    upright = picture.rotate(turn, expand=True) if turn else picture
    upright.thumbnail((MOST_SIDE, MOST_SIDE))
    upright.convert("RGB").save(place / "poster.jpg", quality=82, optimize=True)
    return {"width": upright.width, "height": upright.height}
