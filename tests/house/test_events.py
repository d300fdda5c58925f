"""Every event has Chinese words, means one thing, and is written or heard somewhere; the schedule leads to real tasks."""

import importlib
import inspect
import re

from tests.house.reading import PRODUCT, modules, report
from yanxiu.kit import schedule, tasks
from yanxiu.records.events import EventType


def event_types() -> list[type[EventType]]:
    for path in sorted(PRODUCT.glob("*/events.py")):
        importlib.import_module(f"yanxiu.{path.parent.name}.events")
    return [kind for kind in EventType.__subclasses__() if kind.__module__.startswith("yanxiu.")]


def test_events_have_chinese_words():
    problems = [f"{kind.__name__}.{event.name}" for kind in event_types() for event in kind if not re.search("[一-鿿]", event.zh)]
    assert event_types()
    assert not problems, report(problems)


def test_one_key_is_one_event():
    owners: dict[str, list[str]] = {}
    for kind in event_types():
        for name, event in kind.__members__.items():
            owners.setdefault(event.key, []).append(f"{kind.__module__}.{name}")
    problems = [f"{key}: {', '.join(names)}" for key, names in owners.items() if len(names) > 1]
    assert not problems, report(problems)


def test_every_event_is_written_or_heard():
    text = "\n".join(module.path.read_text(encoding="utf-8") for module in modules() if module.kind != "events")
    problems = [
        f"{kind.__name__}.{event.name}"
        for kind in event_types()
        for event in kind
        if not re.search(rf"\b{kind.__name__}\.{event.name}\b|in {kind.__name__}\b", text)
    ]
    assert not problems, report(problems)


def test_the_schedule_leads_to_tasks_that_take_the_moment():
    entries = schedule.entries()
    periodic = [entry for entry in entries if isinstance(entry, schedule.Periodic)]
    steady = [entry for entry in entries if isinstance(entry, schedule.Steady)]

    problems = [f"{entry.task}: no such task" for entry in periodic if entry.task not in tasks.names()]
    problems += [f"{entry}: no reason" for entry in entries if not entry.why]
    for entry in periodic:
        if entry.task in tasks.names() and "timestamp" not in inspect.signature(tasks.app.tasks[entry.task].func).parameters:
            problems.append(f"{entry.task}: takes no timestamp")

    assert periodic
    assert all(callable(entry.load()) for entry in steady)
    assert len({entry.task for entry in periodic}) == len(periodic)
    assert not problems, report(problems)
