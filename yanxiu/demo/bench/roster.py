"""Rows per second of importing a county's teachers: read, checked, matched, stored, enrolled, told row by row; beside COPY."""

import json
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec
from django.db import connection

from yanxiu.demo.bench import ground, rosters
from yanxiu.demo.bench.figures import Figure, middle, shares
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.orgs.models import Org
from yanxiu.people import actions, queries
from yanxiu.programmes import actions as programmes
from yanxiu.programmes.models import Programme

PROMISED_ROWS_PER_S: Final = 8_000
PROMISED_MEGABYTES: Final = 512
_STAGES: Final = ("preview", "import", "enrol", "report")
Seen = list[dict[str, float | str]]


def measure(*, few: int, many: int, rounds: int, say: Callable[[str], None]) -> Figure:
    """Measure imports of `few` and of `many` rows in a throw-away installation, by the application's own role. Raises NotReady."""
    with ground.installation() as environment, tempfile.TemporaryDirectory(prefix="yanxiu-bench-") as folder:
        say(f"空的安装已就绪，造 {rounds} 轮名册，每轮 {few} 行和 {many} 行，.xlsx 和 .csv 各一份")
        ground.inside(environment, "roster-files", folder, few, many, rounds)
        return figure(ground.inside(environment, "roster", folder), rounds=rounds)


def figure(seen: Mapping[str, object], *, rounds: int) -> Figure:
    """Return the slowest of the four kinds of files; each stands in the detail."""
    runs: Seen = seen["runs"]  # type: ignore[assignment]  # as `imported` returns it
    kinds = list(dict.fromkeys(str(one["what"]) for one in runs))
    table = {kind: _row([one for one in runs if one["what"] == kind]) for kind in kinds}
    slowest = min(table, key=lambda kind: table[kind]["rows_per_s"])
    p50, p95, p99 = shares(float(one["seconds"]) for one in runs if one["what"] == slowest)
    value, limit = table[slowest]["rows_per_s"], table[slowest]["copy_rows_per_s"]
    peak = float(str(seen["peak_mb"]))
    return Figure(
        name="roster", value=value, unit=f"rows per second ({slowest}, the slowest)", p50_ms=p50, p95_ms=p95, p99_ms=p99, limit=limit,
        ratio=round(value / limit, 3), rows=max(int(one["rows"]) for one in runs), rounds=rounds,
        load="one process that has imported before, an otherwise idle installation; each file with new teachers of a new county",
        detail={
            "limit_is": "COPY of the same rows into a bare table",
            "promised_rows_per_s": PROMISED_ROWS_PER_S, "is_kept": value >= PROMISED_ROWS_PER_S and peak <= PROMISED_MEGABYTES,
            "peak_mb": peak, "faults": "of 100 rows 1 is refused, 1 held, 2 are known", "files": table,
        },
    )  # fmt: skip


def _row(runs: Seen) -> dict[str, float]:
    rows = float(runs[0]["rows"])

    def typical(name: str) -> float:
        return middle([float(one[name]) for one in runs])

    return {
        "rows_per_s": round(rows / typical("seconds")), "copy_rows_per_s": round(rows / typical("copy")),
        **{f"{stage}_s": round(typical(stage), 2) for stage in _STAGES},
        "rows_per_cpu_s": round(rows / (typical("cpu") + typical("database_cpu"))),
        "cpu_us_per_row": round(typical("cpu") * 1e6 / rows), "database_us_per_row": round(typical("database_cpu") * 1e6 / rows),
    }  # fmt: skip


def imported(folder: str) -> dict[str, object]:
    """Import the files of a folder in turn, each after the teachers who are known; return times of every one, and the peak of memory."""
    orders = msgspec.json.decode((Path(folder) / rosters.ORDERS).read_bytes(), type=list[rosters.Order])
    programme = Programme.objects.get(code=rosters.PROGRAMME)
    runs = [_run(order, programme) for order in orders]
    return {"runs": runs, "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}


def _run(order: rosters.Order, programme: Programme) -> dict[str, float | str]:
    county = Org.objects.get(pk=order.county)
    _import(Path(order.known), county, programme)
    database = ground.postmaster(os.environ)
    before, used, their = time.perf_counter(), time.process_time(), ground.cpu_seconds(database)
    times, facts = _import(Path(order.file), county, programme)
    seconds, cpu, database_cpu = time.perf_counter() - before, time.process_time() - used, ground.cpu_seconds(database) - their
    return {
        "what": f"{order.rows:,} .{order.kind}", "rows": order.rows, "seconds": seconds, "cpu": cpu, "database_cpu": database_cpu,
        "copy": _copied(rosters.rows_of(order)), **times, **facts,
    }  # fmt: skip


def _import(file: Path, county: Org, programme: Programme) -> tuple[dict[str, float], dict[str, float]]:
    at, moments = now(), [time.perf_counter()]
    roster = actions.preview_roster(content=file.read_bytes(), file_name=file.name, unit=county, by=SYSTEM, at=at)
    moments.append(time.perf_counter())
    taken = actions.import_roster(roster=roster, by=SYSTEM, at=at)
    moments.append(time.perf_counter())
    enrolled = programmes.enrol_units(programme=programme, units=[county], by=SYSTEM, at=at)
    moments.append(time.perf_counter())
    told = json.dumps([[row.number, row.outcome, row.reason, row.words] for row in queries.open_problems(roster)], ensure_ascii=False)
    moments.append(time.perf_counter())
    steps = zip(_STAGES, moments, moments[1:], strict=False)
    return {name: end - start for name, start, end in steps}, {"taken": taken, "enrolled": enrolled, "told_bytes": len(told)}


def _copied(rows: Iterable[list[str]]) -> float:
    """Return the seconds that the database takes for the rows as text that lies ready."""
    text = "".join("\t".join(row) + "\n" for row in rows)
    sql.run("CREATE TEMPORARY TABLE bench_copied (" + ", ".join(f"c{number} text" for number in range(len(rosters.HEADINGS))) + ")")
    began = time.perf_counter()
    with connection.cursor() as cursor, cursor.copy("COPY bench_copied FROM STDIN") as sent:
        sent.write(text)
    seconds = time.perf_counter() - began
    sql.run("DROP TABLE bench_copied")
    return seconds
