"""Secrets of the installation: taken from the environment, else made once and kept in the data folder (mode 600)."""

import base64
import os
import secrets
from pathlib import Path


def secret(data: Path, name: str, given: str) -> str:
    """Return `given`, or the 256-bit secret kept in `data/secrets/<name>`, made at first use.

    Two processes that start at once agree: the file is linked into place and the loser reads the winner's.
    """
    if given:
        return given
    folder = data / "secrets"
    file = folder / name
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        mine = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        mine.touch(mode=0o600)
        mine.write_text(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii"), encoding="ascii")
        try:
            os.link(mine, file)
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    return file.read_text(encoding="ascii").strip()
