"""The child process: leaves the network, limits itself, unpacks one package, and answers one line of JSON."""

import sys
from pathlib import Path

import msgspec

from yanxiu.catalogue.packages.unpacking import unpack
from yanxiu.files.inspection.refusal import RefusedError
from yanxiu.kit import confined
from yanxiu.kit.archive import BadArchive

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 90


def main(source: str, folder: str, title: str) -> None:
    """Print what was understood, or why the package is refused."""
    confined.cut_off()
    confined.limit(memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS)
    try:
        listing, manifest = unpack(Path(source), Path(folder), title=title)
        answer: dict[str, object] = {"listing": msgspec.to_builtins(listing), "manifest": msgspec.to_builtins(manifest)}
    except (RefusedError, BadArchive) as refusal:
        answer = {"refused": str(refusal)}
    except (MemoryError, RecursionError):
        answer = {"refused": "课件清单展开后太大，没有存。请分成几个课件再传。"}
    sys.stdout.write(msgspec.json.encode(answer).decode())


if __name__ == "__main__":
    main(*sys.argv[1:])
