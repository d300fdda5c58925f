"""A child that closes its door like the reader of question files and then tries the handles; asked by `test_exchange_confined`."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from yanxiu.kit import confined

MIB = 1024 * 1024


def main(what: str, port: str = "0") -> None:
    """Print what was handed in, and for each try whether it was refused; or print without end."""
    confined.cut_off()
    confined.limit(memory_bytes=96 * MIB, cpu_seconds=20, open_files=0, written_bytes=4 * MIB)
    if what == "babble":
        while True:
            sys.stdout.write("x" * MIB)
    tries: tuple[Callable[[], object], ...] = (
        lambda: Path("/etc/passwd").read_text(encoding="utf-8"),
        lambda: Path("given.out").write_text("x", encoding="utf-8"),
        lambda: socket.create_connection(("127.0.0.1", int(port)), timeout=2),
        lambda: subprocess.run(["/bin/true"], check=True),
        lambda: (os.close(0), os.open("/etc/passwd", os.O_RDONLY)),
    )
    said = [sys.stdin.read(), *map(_tried, tries)]
    sys.stdout.write("\n".join(said))


def _tried(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError:
        return "refused"
    return "done"


if __name__ == "__main__":
    main(*sys.argv[1:])
