"""Small real files, made when needed: films, pictures, captions, documents and archives, harmless and hostile."""

import io
import struct
import tempfile
import zipfile
import zlib
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import av
from PIL import Image

CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\n\xe5\xb8\xa6\xe7\x9d\x80\xe9\x97\xae\xe9\xa2\x98\xe8\xbf\x9b\xe8\xaf\xbe\xe5\xa0\x82\n"
_BODY = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\n"
_TABLE = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Root 1 0 R>>\nstartxref\n"
PDF = _BODY + _TABLE + str(len(_BODY)).encode() + b"\n%%EOF\n"
PDF_WITHOUT_TABLE = _BODY + _TABLE + b"3\n%%EOF\n"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_MAIN = {"docx": "wordprocessingml.document", "pptx": "presentationml.presentation", "xlsx": "spreadsheetml.sheet"}


@lru_cache(maxsize=8)
def film(seconds: int = 3, *, codec: str = "libx264", index_first: bool = False) -> bytes:
    """An MP4 of grey pictures, one a second."""
    options = {"movflags": "+faststart"} if index_first else {}
    with tempfile.NamedTemporaryFile(suffix=".mp4") as file:
        with av.open(file.name, "w", format="mp4", options=options) as container:
            stream = container.add_stream(codec, rate=1)
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            for second in range(seconds):
                frame = av.VideoFrame.from_image(Image.new("RGB", (64, 48), (second * 9 % 255, 90, 90)))
                frame.pts, frame.time_base = second, Fraction(1)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return Path(file.name).read_bytes()


def picture(kind: str = "PNG", *, size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (180, 40, 40)).save(buffer, format=kind, **options)
    return buffer.getvalue()


def photo_with_place() -> bytes:
    """A JPEG whose EXIF tells where it was taken and that it lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "secret-note"
    exif.get_ifd(0x8825)[2] = (36.0, 40.0, 12.0)
    return picture("JPEG", size=(40, 30), exif=exif)


def giant_png(width: int = 100_000, height: int = 100_000) -> bytes:
    """A PNG of few bytes that claims ten thousand million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def archive(entries: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as target:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name, (2026, 11, 20, 8, 0, 0))
            info.compress_type = method
            target.writestr(info, data)
    return buffer.getvalue()


def archive_with_link() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        info = zipfile.ZipInfo("settings.txt", (2026, 11, 20, 8, 0, 0))
        info.external_attr = 0o120777 << 16
        target.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def lying_archive() -> bytes:
    """An archive whose directory claims 10 bytes for a file that unpacks to three million."""
    data = archive({"a.txt": b"0" * 3_000_000})
    claimed, real = struct.pack("<I", 10), struct.pack("<I", 3_000_000)
    return data.replace(real, claimed)


def gbk_archive() -> bytes:
    """As Windows in China packs: the name in GBK, no UTF-8 flag."""
    data = archive({"XXXX.txt": b"plan"})
    return data.replace(b"XXXX", "教案".encode("gbk"))


def locked_archive() -> bytes:
    """An archive whose entries say that they need a password."""
    data = bytearray(archive({"a.txt": b"plan"}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + place] |= 1
    return bytes(data)


def office(extension: str = "docx", *, main: str | None = None, more: dict[str, bytes] | None = None) -> bytes:
    kind = main or f"{_OFFICE}.{_MAIN[extension]}.main+xml"
    types = f'<?xml version="1.0"?><Types><Override PartName="/main.xml" ContentType="{kind}"/></Types>'
    return archive({"[Content_Types].xml": types.encode(), "main.xml": b"<a/>", **(more or {})})
