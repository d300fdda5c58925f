"""Reading what is printed: the QR of a certificate, module by module."""

import re
import zlib

import segno


def qr_says(pdf: bytes, address: str) -> bool:
    """Tell whether the QR drawn in the PDF is the one of an address."""
    wanted = [bytes(row) for row in segno.make(address, error="m").matrix]
    return any(_drawn(content, len(wanted)) == wanted for content in _contents(pdf))


def _contents(pdf: bytes) -> list[str]:
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(stream).decode("latin-1"))
        except zlib.error:
            continue
    return found


def _drawn(content: str, size: int) -> list[bytes]:
    """The dark modules, drawn as one stroke for each run of them in a row."""
    rows = [bytearray(size) for _ in range(size)]
    for start, row, end in re.findall(r"(\d+) (\d+)\.5 m (\d+) \2\.5 l", content):
        if int(row) < size and int(end) <= size:
            rows[int(row)][int(start) : int(end)] = b"\x01" * (int(end) - int(start))
    return [bytes(row) for row in rows]
