"""People whose links are refused at once: an empty file each in `DATA/files/refused`, which the second origin looks for (ADR 0021).

Looking is one call to the file system, the same in every process; nobody reads the database for a segment of a film.
"""

from collections.abc import Iterator
from pathlib import Path


def add(folder: Path, person_id: int) -> None:
    """Refuse every link of a person from the next request on."""
    _root(folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    (_root(folder) / str(person_id)).touch(mode=0o600)


def remove(folder: Path, person_id: int) -> None:
    """Let the links of a person work again."""
    (_root(folder) / str(person_id)).unlink(missing_ok=True)


def holds(folder: Path, person_id: int) -> bool:
    """Tell whether the links of a person are refused."""
    return (_root(folder) / str(person_id)).exists()


def since(folder: Path) -> Iterator[tuple[int, float]]:
    """Yield the persons with the time of their refusal (Unix seconds)."""
    for path in sorted(_root(folder).glob("*")):
        if path.name.isdecimal():
            yield int(path.name), path.stat().st_mtime


def _root(folder: Path) -> Path:
    return folder / "refused"
