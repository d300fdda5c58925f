"""Tasks, the schedule and the steady work."""

import asyncio
from datetime import UTC, datetime

import pytest
from django.db import connection

from yanxiu.kit import schedule, tasks, worker
from yanxiu.records import tasks as record_tasks


def test_shanghai_moments_become_utc_cron():
    assert schedule.daily("x", at="02:10", why="w").cron == "10 18 * * *"
    assert schedule.daily("x", at="08:00", why="w").cron == "0 0 * * *"
    assert schedule.every("x", minutes=10, why="w").cron == "*/10 * * * *"
    assert schedule.hourly("x", minute=5, why="w").zh == "每小时第 5 分"


def test_minutes_that_do_not_divide_an_hour_are_refused():
    with pytest.raises(ValueError, match="7"):
        schedule.every("x", minutes=7, why="w")


_NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_a_task_is_queued_in_the_transaction_of_its_action():
    tasks.defer(tasks.clear_sessions, lock="sessions", timestamp=5)

    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args ->> 'timestamp', lock FROM procrastinate_jobs")
        assert cursor.fetchall() == [("kit.clear_sessions", "5", "sessions")]


@pytest.mark.django_db
def test_finished_tasks_are_forgotten_after_thirty_days():
    for days, status in ((31, "succeeded"), (29, "succeeded"), (31, "todo")):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args) VALUES ('q', %s, 0, '{}') RETURNING id",
                [f"{status}-{days}"],
            )
            number = cursor.fetchone()[0]
            if status == "succeeded":
                cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [number])
                cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [number])
            cursor.execute("UPDATE procrastinate_events SET at = %s - %s * interval '1 day' WHERE job_id = %s", [_NOW, days, number])

    tasks.forget_finished_tasks(timestamp=int(_NOW.timestamp()))

    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs ORDER BY 1")
        assert [row[0] for row in cursor.fetchall()] == ["succeeded-29", "todo-31"]


def test_steady_work_goes_on_after_an_error(monkeypatch):
    calls = []
    stop = asyncio.Event()

    def work() -> int:
        calls.append(len(calls))
        if len(calls) == 1:
            raise RuntimeError("once")
        if len(calls) == 4:
            stop.set()
        return 1

    monkeypatch.setattr(worker, "FAILED_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(schedule.Steady, "load", lambda _: work)

    asyncio.run(asyncio.wait_for(worker.keep_doing(schedule.Steady(function="x", seconds=9, why="w"), stop=stop), 5))

    assert len(calls) == 4


@pytest.mark.django_db
def test_partitions_of_the_months_ahead_exist():
    record_tasks.ensure_partitions(timestamp=int(_NOW.timestamp()))

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('records_record_202710')")
        assert cursor.fetchone()[0] is not None


@pytest.mark.django_db
def test_delivery_is_not_tried_while_nothing_happened(monkeypatch, django_assert_num_queries):
    tried = []
    monkeypatch.setattr(record_tasks.delivery, "deliver", lambda *, at: tried.append(at) or 0)
    monkeypatch.setattr(record_tasks, "SWEEP_SECONDS", 0)
    record_tasks.deliver_due()
    monkeypatch.setitem(record_tasks._seen, "quiet_until", float("inf"))
    tried.clear()

    with django_assert_num_queries(1):
        assert record_tasks.deliver_due() == 0

    assert tried == []


def test_memory_is_that_of_the_process():
    before = worker.memory()
    held = bytearray(b"x" * (40 * 1024 * 1024))

    assert worker.memory() - before > 30
    assert len(held) > 0


def test_memory_is_nothing_where_the_system_does_not_tell(monkeypatch, tmp_path):
    monkeypatch.setattr(worker, "STATUS", tmp_path / "status")
    assert worker.memory() == 0.0


def test_a_worker_that_grew_heavy_begins_anew_when_no_task_runs(monkeypatch):
    seen = []
    sizes = iter([100, 130, 150])
    idle = iter([True, False, True])

    def is_idle():
        seen.append("look")
        return next(idle)

    monkeypatch.setattr(worker, "memory", lambda: next(sizes))
    monkeypatch.setattr(tasks, "is_idle", is_idle)
    asyncio.run(asyncio.wait_for(worker.until_heavy(look_seconds=0), 5))

    assert len(seen) == 3  # light; busy; heavy and idle


@pytest.mark.django_db
def test_a_running_task_is_known_while_it_runs():
    found = []
    probe = tasks.task("kit.test_probe")(lambda: found.append(tasks.is_idle()))
    probe.func()

    assert (found, tasks.is_idle()) == ([False], True)
