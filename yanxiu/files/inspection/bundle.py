"""Zip archives that hold files to be taken in one by one: bounds and names only, since every part is checked again as what it is."""

from pathlib import Path

from yanxiu.kit import archive as archives

MOST_BYTES = 2048 * 1024 * 1024


def inspect(extension: str, source: Path, target: Path) -> dict[str, object]:  # noqa: ARG001 - every parser is called alike
    """Check what the archive claims, and every name."""
    archives.check_magic(source)
    with archives.opened(source) as archive:
        archives.check_claims(archive.infolist(), most_bytes=MOST_BYTES)
        archives.entries(archive)
    return {}
