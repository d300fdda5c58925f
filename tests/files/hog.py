"""A child that limits itself like ours and then takes what it can; asked by `test_bounds`."""

import json
import resource
import sys

from yanxiu.kit import confined

MIB = 1024 * 1024


def main(memory: str, wanted: str) -> None:
    """Print how many MiB could be held, and the limits that stand."""
    confined.limit(memory_bytes=int(memory) * MIB, cpu_seconds=20)
    held = []
    try:
        while len(held) < int(wanted):
            held.append(bytearray(b"x") * MIB)
    except MemoryError:
        pass
    count = len(held)
    held.clear()
    limits = [
        resource.getrlimit(one)[1] for one in (resource.RLIMIT_DATA, resource.RLIMIT_CPU, resource.RLIMIT_NOFILE, resource.RLIMIT_CORE)
    ]
    sys.stdout.write(json.dumps({"held": count, "limits": limits}))


if __name__ == "__main__":
    main(*sys.argv[1:])
