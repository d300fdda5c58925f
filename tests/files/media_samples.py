"""Films, sounds and documents, real and lying: made when needed."""

import array
import io
import math
import tempfile
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import av
from PIL import Image, ImageDraw

from tests.files import samples

HERTZ = 44_100
PATCH = (160, 160)
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


@lru_cache(maxsize=8)
def talk(
    seconds: int = 10,
    *,
    size: tuple[int, int] = (640, 360),
    codec: str = "libx264",
    form: str = "mp4",
    sound: bool = True,
    busy: bool = False,
) -> bytes:
    """A film with a moving picture, and a tone; a `busy` one is large for its length, by a noisy patch: encoding it stays cheap."""
    with tempfile.NamedTemporaryFile(suffix=f".{form}") as file:
        with av.open(file.name, "w", format=form) as container:
            picture = container.add_stream(codec, rate=10)
            picture.width, picture.height, picture.pix_fmt = *size, "yuv420p"
            tone = container.add_stream("aac", rate=HERTZ, layout="mono") if sound else None
            for number in range(seconds * 10):
                image = Image.new("RGB", size, (40, 60, 90))
                if busy:
                    image.paste(Image.effect_noise(PATCH, 90), (size[0] - PATCH[0], size[1] - PATCH[1]))
                ImageDraw.Draw(image).ellipse((number % size[0], 20, number % size[0] + 60, 80), fill=(230, 180, 60))
                frame = av.VideoFrame.from_image(image)
                frame.pts, frame.time_base = number, Fraction(1, 10)
                container.mux(picture.encode(frame))
            container.mux(picture.encode(None))
            if tone is not None:
                _sing(container, tone, seconds)
        return Path(file.name).read_bytes()


@lru_cache(maxsize=8)
def sound(extension: str = "mp3", seconds: int = 5, *, stretch: int = 1) -> bytes:
    """A tone in a format; `stretch` makes the clock of its packets lie."""
    codec, form, rate = {
        "mp3": ("libmp3lame", "mp3", HERTZ), "m4a": ("aac", "ipod", HERTZ), "wav": ("pcm_s16le", "wav", HERTZ), "ogg": ("libopus", "ogg", 48_000),
    }[extension]  # fmt: skip
    with tempfile.NamedTemporaryFile(suffix=f".{extension}") as file:
        with av.open(file.name, "w", format=form) as container:
            stream = container.add_stream(codec, rate=rate, layout="mono")
            _sing(container, stream, seconds, rate=rate, stretch=stretch)
        return Path(file.name).read_bytes()


def _sing(container, stream, seconds: int, *, rate: int = HERTZ, stretch: int = 1) -> None:
    resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=rate, frame_size=stream.frame_size or 1024)
    place = 0
    while place < seconds * rate:
        frame = av.AudioFrame(format="s16", layout="mono", samples=1024)
        frame.planes[0].update(array.array("h", (int(8_000 * math.sin((place + n) / 30)) for n in range(1024))).tobytes())
        frame.sample_rate, frame.pts, frame.time_base = rate, place, Fraction(1, rate)
        place += 1024
        for fresh in resampler.resample(frame):
            _mux(container, stream.encode(fresh), stretch)
    _mux(container, stream.encode(None), stretch)


def _mux(container, packets, stretch: int) -> None:
    for packet in packets:
        if stretch != 1:
            packet.pts, packet.dts = packet.pts * stretch, packet.dts * stretch
            packet.duration *= stretch
        container.mux(packet)


def with_duration(film: bytes, factor: int) -> bytes:
    """The film whose header claims `factor` times its length, in movie, track and media alike."""
    data = bytearray(film)
    for box, place in ((b"mvhd", 20), (b"tkhd", 24), (b"mdhd", 20)):
        start = 0
        while (at := data.find(box, start)) >= 0:
            field = at + place
            claimed = int.from_bytes(data[field : field + 4], "big") * factor
            data[field : field + 4] = claimed.to_bytes(4, "big")
            start = at + 4
    return bytes(data)


def pdf(pages: int = 3, *, size: tuple[int, int] = (595, 842)) -> bytes:
    """A PDF whose pages carry their number as a picture."""
    sheets = []
    for number in range(1, pages + 1):
        sheet = Image.new("RGB", size, "white")
        ImageDraw.Draw(sheet).text(
            (min(60, size[0] // 4), min(60, size[1] // 4)), f"Page {number}", fill="black", font_size=min(48, size[1] // 2)
        )
        sheets.append(sheet)
    buffer = io.BytesIO()
    sheets[0].save(buffer, format="PDF", save_all=True, append_images=sheets[1:])
    return buffer.getvalue()


def docx(body: str = "", *, comments: int = 0, author: str = "", picture: bytes | None = None) -> bytes:
    """A Word document with a heading, `body` (WordprocessingML), and what its author may have forgotten."""
    drawing = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        f'<wp:docPr id="1" name="p" descr="板书"/><a:graphic xmlns:a="{_A}"><a:graphicData><pic:pic '
        'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
        f'<a:blip xmlns:r="{_R}" r:embed="rId9"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    )
    heading = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>说课稿</w:t></w:r></w:p>'
    main = f'<w:document xmlns:w="{_W}"><w:body>{heading}{body}{drawing if picture else ""}</w:body></w:document>'
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": main,
        "word/styles.xml": f'<w:styles xmlns:w="{_W}"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_R}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId9" Type="{_R}/image" Target="media/image1.png"/></Relationships>',
    }
    if comments:
        parts["word/comments.xml"] = f'<w:comments xmlns:w="{_W}">{"<w:comment/>" * comments}</w:comments>'
    if author:
        parts["docProps/core.xml"] = f"<cp:coreProperties><dc:creator>{author}</dc:creator></cp:coreProperties>"
    more = {name: text.encode() for name, text in parts.items()}
    return samples.office("docx", more=more | ({"word/media/image1.png": picture} if picture else {}))


def pptx(slides: list[tuple[str, list[str]]], *, hidden: int = 0, notes: str = "", picture: bytes | None = None) -> bytes:
    """A PowerPoint with a title and lines on each slide; the first `hidden` slides are not shown."""
    parts: dict[str, bytes] = {}
    ids = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n}"/>' for n in range(1, len(slides) + 1))
    parts["ppt/presentation.xml"] = (
        f'<p:presentation xmlns:p="{_P}" xmlns:r="{_R}"><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>'.encode()
    )
    rels = "".join(f'<Relationship Id="rId{n}" Type="{_R}/slide" Target="slides/slide{n}.xml"/>' for n in range(1, len(slides) + 1))
    parts["ppt/_rels/presentation.xml.rels"] = f'<Relationships xmlns="{_RELS}">{rels}</Relationships>'.encode()
    for number, (title, lines) in enumerate(slides, start=1):
        head = f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>{title}</a:t></a:r></a:p></p:txBody></p:sp>'
        body = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in lines)
        blip = '<p:pic><p:blipFill><a:blip r:embed="rId2"/></p:blipFill></p:pic>' if picture else ""
        show = ' show="0"' if number <= hidden else ""
        parts[f"ppt/slides/slide{number}.xml"] = (
            f'<p:sld xmlns:p="{_P}" xmlns:a="{_A}" xmlns:r="{_R}"{show}><p:cSld>{head}<p:sp><p:txBody>{body}</p:txBody></p:sp>{blip}</p:cSld></p:sld>'
        ).encode()
        target = f'<Relationship Id="rId2" Type="{_R}/image" Target="../media/image1.png"/>' if picture else ""
        parts[f"ppt/slides/_rels/slide{number}.xml.rels"] = f'<Relationships xmlns="{_RELS}">{target}</Relationships>'.encode()
    if notes:
        parts["ppt/notesSlides/notesSlide1.xml"] = f'<p:notes xmlns:p="{_P}" xmlns:a="{_A}"><a:t>{notes}</a:t></p:notes>'.encode()
    return samples.office("pptx", more=parts | ({"ppt/media/image1.png": picture} if picture else {}))


def xlsx(*, hidden: list[str]) -> bytes:
    """An Excel file with hidden sheets."""
    sheets = "".join(f'<sheet name="{name}" sheetId="{n}" state="hidden" r:id="rId{n}"/>' for n, name in enumerate(hidden, start=2))
    book = f'<workbook><sheets><sheet name="成绩" sheetId="1" r:id="rId1"/>{sheets}</sheets></workbook>'
    return samples.office("xlsx", more={"xl/workbook.xml": book.encode()})


def slides(words: str) -> str:
    """A presentation of one slide as flat OpenDocument, from which LibreOffice makes what it is asked for."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document xmlns:office="{office}:office:1.0" xmlns:draw="{office}:drawing:1.0" '
        f'xmlns:text="{office}:text:1.0" xmlns:svg="{office}:svg-compatible:1.0" office:version="1.2" '
        'office:mimetype="application/vnd.oasis.opendocument.presentation"><office:body><office:presentation><draw:page>'
        f'<draw:frame svg:x="2cm" svg:y="1cm" svg:width="20cm" svg:height="3cm"><draw:text-box>{words}</draw:text-box></draw:frame>'
        "</draw:page></office:presentation></office:body></office:document>"
    )
