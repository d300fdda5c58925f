"""Seconds of writing lists as .xlsx, beside the same rows by Python's csv writer into a file."""

import csv
import io
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from yanxiu.demo.bench import ground
from yanxiu.demo.bench.figures import Figure, middle, shares
from yanxiu.kit import sheets

Rows = Callable[[], Iterator[Sequence[sheets.Cell]]]
_PEOPLE: Final = 12_000
_MANY: Final = 100_000


def _wide() -> Iterator[Sequence[sheets.Cell]]:
    for n in range(_PEOPLE):
        texts = (f"测量县第{n % 300 + 1}学校", f"教师{n}", "初中", "语文", "在用", "达标" if n % 3 else "未达标")
        yield (*texts, *(None if (n + one) % 7 == 0 else Decimal(n % 97 + one) / 4 for one in range(35)))


def _long() -> Iterator[Sequence[sheets.Cell]]:
    for n in range(_MANY):
        yield (f"教师{n}", f"测量县第{n % 300 + 1}学校", "初中", "语文", "3701**********12", "合格", f"T{n:08d}", "已发")


def _simple() -> Iterator[Sequence[sheets.Cell]]:
    for n in range(_MANY):
        yield (f"教师{n}", "初中", n)


LISTS: Final[dict[str, tuple[Rows, int, int, float]]] = {
    "12,000 × 41": (_wide, 41, _PEOPLE, 1.0),
    "100,000 × 8": (_long, 8, _MANY, 2.5),
    "100,000 × 3": (_simple, 3, _MANY, _MANY / 200_000),
}
"""Of each: its rows, columns, how many rows, and the seconds promised."""


def measure(*, rounds: int, say: Callable[[str], None]) -> Figure:
    """Measure the lists in a process of their own. Raises NotReady."""
    say(f"写三种清单，{rounds} 轮")
    return figure(ground.inside(ground.bare(), "exports", rounds), rounds=rounds)


def figure(seen: dict[str, dict[str, list[float]]], *, rounds: int) -> Figure:
    """Return the list of 100,000 × 8; each stands in the detail."""
    table = {name: _row(name, one) for name, one in seen.items()}
    main = "100,000 × 8"
    p50, p95, p99 = shares(seen[main]["xlsx_s"])
    value, limit = middle(seen[main]["xlsx_s"]), middle(seen[main]["csv_s"])
    return Figure(
        name="exports", value=round(value, 3), unit=f"seconds for {main}", p50_ms=p50, p95_ms=p95, p99_ms=p99, limit=round(limit, 3),
        ratio=round(limit / value, 3), rows=_MANY, rounds=rounds, load="one process, rows made while they are written",
        detail={
            "limit_is": "the same rows by csv.writer into a file",
            "is_kept": all(one["xlsx_s"] <= one["promised_s"] and one["grew_mb"] <= 50 for one in table.values()), "lists": table,
        },
    )  # fmt: skip


def _row(name: str, one: dict[str, list[float]]) -> dict[str, float]:
    _, _, rows, promised = LISTS[name]
    seconds = middle(one["xlsx_s"])
    return {
        "xlsx_s": round(seconds, 3), "promised_s": promised, "rows_per_s": round(rows / seconds), "cpu_s": round(middle(one["cpu_s"]), 3),
        "csv_s": round(middle(one["csv_s"]), 3), "kilobytes": round(one["kilobytes"][0]), "grew_mb": round(max(one["grew_mb"]), 1),
    }  # fmt: skip


def written(rounds: int) -> dict[str, dict[str, list[float]]]:
    """Write each list so many times, in turn with csv; return seconds, sizes, and by how much the process grew."""
    found: dict[str, dict[str, list[float]]] = {name: {} for name in LISTS}
    for _ in range(rounds):
        for name, (rows, columns, _, _) in LISTS.items():
            before, used, began = _peak(), time.process_time(), time.perf_counter()
            with sheets.workbook("清单", [(f"列{number}", 12) for number in range(columns)], rows()) as file:
                seconds, cpu = time.perf_counter() - began, time.process_time() - used
                size = file.seek(0, io.SEEK_END)
            grew = _peak() - before
            facts = {"xlsx_s": seconds, "cpu_s": cpu, "csv_s": _csv(rows()), "kilobytes": size / 1024, "grew_mb": grew}
            for key, value in facts.items():
                found[name].setdefault(key, []).append(value)
    return found


def _csv(rows: Iterator[Sequence[sheets.Cell]]) -> float:
    began = time.perf_counter()
    with tempfile.TemporaryFile("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return time.perf_counter() - began


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
