"""Word documents as clean HTML with their pictures beside it."""

import io
import zipfile
from pathlib import Path
from typing import Any

import mammoth
from PIL import Image

from yanxiu.files import documents
from yanxiu.files.conversion.refusal import FailedError

MOST_PICTURES = 300
MOST_SIDE = 1_600
MOST_PIXELS = 40_000_000
MOST_CHARACTERS = 2_000_000


class Album:
    """Writes the pictures of a document as WebP and numbers them."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._count = 0

    def keep(self, content: bytes) -> str | None:
        """Write one picture; return its file name, None for what is no picture of a kind we know."""
        if self._count >= MOST_PICTURES:
            return None
        try:
            with Image.open(io.BytesIO(content), formats=["PNG", "JPEG", "GIF", "WEBP", "BMP"]) as image:
                if image.width * image.height > MOST_PIXELS:
                    return None
                image.thumbnail((MOST_SIDE, MOST_SIDE))
                mode = "RGBA" if "A" in image.mode or "transparency" in image.info else "RGB"
                drawn = image.convert(mode)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return None
        self._count += 1
        name = f"picture-{self._count}.webp"
        drawn.save(self._place / name, quality=80)
        return name


def make(source: Path, place: Path) -> dict[str, object]:
    """Write `body.html` and its pictures."""
    album = Album(place)

    def picture(image: Any) -> dict[str, str]:
        with image.open() as content:
            name = album.keep(content.read())
        return {"src": name or "", "alt": str(image.alt_text or "")}

    try:
        with source.open("rb") as file:
            result = mammoth.convert_to_html(file, convert_image=mammoth.images.img_element(picture), include_embedded_style_map=False)
    except (KeyError, ValueError, OSError, AttributeError, TypeError, zipfile.BadZipFile) as error:
        raise FailedError("Word 文件读不出正文，可能已损坏。请用 Word 另存一份再传，现在可以下载原文件看。") from error
    html = documents.clean(str(result.value))
    if len(html) > MOST_CHARACTERS:
        raise FailedError("这份 Word 太长，不适合在页面里看。请导出为 PDF 再传，现在可以下载原文件看。")
    if not html.strip():
        raise FailedError("这份 Word 里没有文字。请检查后重新上传，现在可以下载原文件看。")
    (place / "body.html").write_text(html, encoding="utf-8")
    return {"html": True}
