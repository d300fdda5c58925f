"""Images are drawn anew: what is not a picture (EXIF, GPS, scripts behind the last byte) stays behind."""

from pathlib import Path

from PIL import Image, ImageOps

from yanxiu.files.inspection.refusal import RefusedError

MOST_PIXELS = {"JPEG": 50_000_000, "PNG": 30_000_000, "WEBP": 20_000_000}  # what fits into half a gigabyte, measured
MOST_SIDE = 16_000
KEPT_SIDE = 3_200
FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
QUALITY: dict[str, dict[str, object]] = {"JPEG": {"quality": 88, "optimize": True}, "PNG": {"optimize": False}, "WEBP": {"quality": 88}}
MAGIC = {"JPEG": (b"\xff\xd8\xff",), "PNG": (b"\x89PNG\r\n\x1a\n",), "WEBP": (b"RIFF",)}


def inspect(extension: str, source: Path, target: Path) -> dict[str, object]:
    """Draw the image anew in its format, upright, at most 3,200 pixels a side."""
    wanted = FORMATS[extension]
    with source.open("rb") as file:
        head = file.read(12)
    if not head.startswith(MAGIC[wanted]):
        raise RefusedError(f"这不是 {wanted} 图片，只是名字叫 {extension}。请用看图软件另存为 JPG 或 PNG 再传（HEIC 照片也请先转成 JPG）。")
    Image.MAX_IMAGE_PIXELS = None  # our own cap stands below, before anything is decoded
    try:
        with Image.open(source, formats=[wanted]) as image:
            _check_size(image.width, image.height, most=MOST_PIXELS[wanted])
            image.draft("RGB", (KEPT_SIDE, KEPT_SIDE))  # a JPEG is decoded at the size that is kept
            image.load()
            clean = _drawn(image, wanted)
    except RefusedError:
        raise
    except (OSError, ValueError, SyntaxError, KeyError, IndexError, EOFError, Image.DecompressionBombError) as error:
        raise RefusedError("这张图片打不开，可能没有传完整。请重新导出一张再传。") from error
    clean.save(target, format=wanted, **QUALITY[wanted])
    return {"width": clean.width, "height": clean.height, "rewritten": True}


def _check_size(width: int, height: int, *, most: int) -> None:
    if width * height > most or max(width, height) > MOST_SIDE:
        raise RefusedError(f"图片是 {width}×{height} 像素，最多 {most // 10_000} 万像素、每边 {MOST_SIDE}。请缩小后再传。")


def _drawn(upright: Image.Image, wanted: str) -> Image.Image:
    ImageOps.exif_transpose(upright, in_place=True)  # in place: a copy would double the memory
    if wanted == "JPEG":
        mode = "L" if upright.mode in {"1", "L"} else "RGB"
    else:
        mode = "RGBA" if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info else "RGB"
    if upright.mode != mode:
        upright = upright.convert(mode)
    upright.thumbnail((KEPT_SIDE, KEPT_SIDE))
    # A new image carries the pixels and nothing else.
    fresh = Image.new(upright.mode, upright.size)
    fresh.paste(upright)
    return fresh
