"""A figure as it is printed and kept, and the arithmetic of samples."""

import json
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.ROOT) / "docs" / "reference" / "figures"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measurement. `value` in `unit`; latencies in milliseconds; `ratio` says how close `value` is to `limit` (1 = at it).

    `rows` are the rows of data it ran on, `load` how it was loaded, `detail` what else was seen in the same run.
    """

    name: str
    value: float
    unit: str
    p50_ms: float
    p95_ms: float
    p99_ms: float
    limit: float
    ratio: float
    rows: int
    rounds: int
    load: str
    detail: Mapping[str, object] = field(default_factory=dict)


def shares(samples: Iterable[float]) -> tuple[float, float, float]:
    """Return the median, 95th and 99th per cent of durations in seconds, as milliseconds; zeros without samples."""
    ordered = sorted(samples)
    if not ordered:
        return 0.0, 0.0, 0.0
    return tuple(round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 2) for share in (0.5, 0.95, 0.99))  # type: ignore[return-value]  # three


def middle(values: Sequence[float]) -> float:
    """Return the median of the rounds (the lower one of two)."""
    return sorted(values)[(len(values) - 1) // 2]


def written(figure: Figure) -> str:
    """Return the figure as one line of JSON."""
    return json.dumps(asdict(figure), ensure_ascii=False)


def keep(figure: Figure, *, on: date, folder: Path = FOLDER) -> Path:
    """Keep the figure with date, commit, machine and how busy it was (our own load included); return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{figure.name}.json"
    facts = {
        **asdict(figure),
        "on": on.isoformat(),
        "commit": _commit(),
        "machine": _machine(),
        "load_average": round(os.getloadavg()[0], 1),
    }
    file.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return file


def kept(folder: Path = FOLDER) -> list[dict[str, object]]:
    """Return what is kept, by name."""
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))]


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=settings.ROOT, capture_output=True, text=True, check=False)  # noqa: S607
    return done.stdout.strip()


def _machine() -> str:
    model = next((line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    return f"{os.cpu_count()} × {model}".strip(" ×")


def _lines(file: str) -> list[str]:
    try:
        return Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
