"""Plan files on disk: one file with the frameworks that lie beside it."""

from pathlib import Path

from yanxiu.programmes.plan.complaints import NOWHERE, Complaint
from yanxiu.programmes.plan.reading import Reading, read
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.source import MAX_BYTES


def check_file(file: Path) -> Reading:
    """Read and check a plan file; plans that it follows are looked for in the same folder. Never raises for a bad file."""
    try:
        data = _bytes(file)
    except OSError as error:
        reason = "没有这个文件" if isinstance(error, FileNotFoundError) else "这是文件夹" if file.is_dir() else "文件打不开"
        complaint = Complaint(line=0, key="", severity="error", code="no-file", message=reason, hint="检查路径和读取权限")
        return Reading(plan=None, complaints=(complaint,), lines=NOWHERE)
    reading = read(data)
    if reading.plan is None or not reading.plan.programme.follows:
        return reading
    return read(data, frameworks=_beside(file, set(reading.plan.programme.follows)))


def _bytes(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)  # one more than allowed is enough to refuse it


def _beside(file: Path, wanted: set[str]) -> dict[str, Plan]:
    found: dict[str, Plan] = {}
    for other in sorted(file.parent.glob("*.y*ml")):
        if other.resolve() != file.resolve():
            plan = read(_bytes(other)).plan
            if plan is not None and plan.programme.id in wanted:
                found[plan.programme.id] = plan
    return found
