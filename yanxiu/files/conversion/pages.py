"""Documents for the page: PDF as pictures, Word as clean HTML, PowerPoint as PDF where LibreOffice is, else its words and pictures."""

from pathlib import Path

import pypdfium2

from yanxiu.files.conversion import slides, word
from yanxiu.files.conversion.refusal import FailedError

MOST_PAGES = 300
WIDTH = 1_240
MOST_SIDE = 3_000
MOST_WORDS = 3_000  # of one page, kept for search
QUALITY = 78


def make(extension: str, source: Path, place: Path) -> dict[str, object]:
    """Write `0001.webp` … for pages, or `body.html` with `picture-1.webp` …"""
    if extension == "docx":
        return word.make(source, place)
    if extension == "pptx":
        printed = slides.printed(source, place)
        if printed is None:
            return slides.make(source, place)
        try:
            return _pictures(printed, place)
        finally:
            printed.unlink()
    return _pictures(source, place)


def _pictures(source: Path, place: Path) -> dict[str, object]:
    try:
        document = pypdfium2.PdfDocument(source)
        total = len(document)
    except pypdfium2.PdfiumError as error:
        raise FailedError("PDF 打不开，可能加了口令或已损坏。请去掉口令重新导出再传，现在可以下载原文件看。") from error
    with document:
        shown = [_picture(document, number, place) for number in range(min(total, MOST_PAGES))]
    if not shown:
        raise FailedError("PDF 里没有一页能看。请重新导出再传。")
    return {"pages": shown, "total": total}


def _picture(document: pypdfium2.PdfDocument, index: int, place: Path) -> dict[str, object]:
    try:
        page = document[index]
        width, height = page.get_size()
        scale = min(WIDTH / max(width, 1), MOST_SIDE / max(width, height, 1))
        bitmap = page.render(scale=scale, may_draw_forms=False, rev_byteorder=True)
        picture = bitmap.to_pil().convert("RGB")
        text = page.get_textpage()
        words = " ".join(text.get_text_bounded().split())[:MOST_WORDS]
        text.close()
        bitmap.close()
        page.close()
    except pypdfium2.PdfiumError as error:
        raise FailedError(f"PDF 第 {index + 1} 页画不出来，可能已损坏。请重新导出再传，现在可以下载原文件看。") from error
    picture.save(place / f"{index + 1:04}.webp", quality=QUALITY, method=3)
    return {"width": picture.width, "height": picture.height, "text": words.replace("\x00", "")}
