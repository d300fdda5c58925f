"""The child process: leaves the network, limits itself, reads one file, and answers one line of JSON."""

import json
import sys
import zipfile
from pathlib import Path

import pypdfium2
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from yanxiu.integrity.documents import reading
from yanxiu.kit import confined
from yanxiu.kit.archive import BadArchive

MEMORY_BYTES = 448 * 1024 * 1024
CPU_SECONDS = 30


def main(extension: str, source: str, most: str) -> None:
    """Print the words of one file; none for one that cannot be read."""
    confined.cut_off()
    confined.limit(memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS)
    try:
        words = reading.READERS[extension](Path(source), int(most))
    except (BadArchive, zipfile.BadZipFile, ElementTree.ParseError, DefusedXmlException, pypdfium2.PdfiumError, KeyError, MemoryError):
        words = ""
    sys.stdout.write(json.dumps({"words": words}, ensure_ascii=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
