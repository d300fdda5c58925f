"""The bench of marks on a small ground: what stands in its tables, what it prints. Nothing is timed."""

from yanxiu.demo.bench import marks
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.records import actions as records


def test_every_table_shows_everybody_in_few_queries(db):
    records.store_metrics(by=SYSTEM, at=now())

    seen = marks.shown(45, 1)

    assert len(seen) == 4
    assert max(one["queries"] for one in seen.values()) <= 10
    assert max(one["kilobytes_per_100_rows"] for one in seen.values()) < 400


def test_the_slowest_table_decides_and_weight_counts():
    def cost(ms, weight=100.0):
        return {"queries": 7, "median_ms": ms, "cpu_ms": ms, "kilobytes": 1.0, "kilobytes_per_100_rows": weight}

    kept = marks.figure({"a": cost(30.0), "b": cost(48.0)}, people=500, times=3)
    heavy = marks.figure({"a": cost(30.0, 151.0)}, people=500, times=3)

    assert (kept.value, kept.limit, kept.ratio, kept.rows) == (48.0, 60, 0.8, 500)
    assert (kept.detail["is_kept"], heavy.detail["is_kept"]) == (True, False)
