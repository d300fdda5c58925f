"""What a session's marks add up to. Pure: no row is read or written here."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from yanxiu.learning.models import AttendanceMark, Finding, MarkSource, StudySession
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.schema.work import Attend

OPENS_BEFORE = timedelta(minutes=30)
"""Signing in opens half an hour before a session begins."""

_HERE = (Finding.PRESENT, Finding.LATE)


@dataclass(frozen=True, kw_only=True)
class Combined:
    """The state of a person in a session and what decided it; `came_at` is the first sign of presence."""

    state: Finding
    source: str
    came_at: datetime | None


def combined(marks: Sequence[AttendanceMark], *, is_over: bool) -> Combined:
    """Weigh the marks that stand: the school's correction; then presence, which one failed spot check undoes; then leave; then absence.

    Of several signs of presence the earliest decides about being late. Without any mark a person is absent once the session is over.
    """
    standing = sorted((mark for mark in marks if mark.struck_at is None), key=lambda mark: (mark.at, mark.pk or 0))
    here = [mark for mark in standing if mark.finding in _HERE and mark.source != MarkSource.CORRECTION]
    came_at = here[0].at if here else None
    corrected = [mark for mark in standing if mark.source == MarkSource.CORRECTION]
    failed = [mark for mark in standing if mark.source == MarkSource.SPOT_CHECK and mark.finding == Finding.ABSENT]
    excused = [mark for mark in standing if mark.finding == Finding.LEAVE and mark.source == MarkSource.LEAVE]
    called = [mark for mark in standing if mark.source == MarkSource.ROLL_CALL and mark.finding == Finding.ABSENT]
    decisive = corrected[-1:] or (failed[:1] if here or not excused else []) or here[:1] or excused[:1] or called[:1]
    if not decisive:
        return Combined(state=Finding.ABSENT if is_over else Finding.PENDING, source="", came_at=None)
    return Combined(state=Finding(decisive[0].finding), source=decisive[0].source, came_at=came_at)


def shared_out(people: Sequence[int], parts: int) -> list[list[int]]:
    """Cut a list into so many pieces in its order, equal but for one."""
    size, more = divmod(len(people), parts)
    ends = [number * size + min(number, more) for number in range(parts + 1)]
    return [list(people[start:end]) for start, end in pairwise(ends)]


def in_time(session: StudySession, came_at: datetime) -> Finding:
    """Tell whether somebody who came at a moment is present or late."""
    late = came_at > session.starts_at + timedelta(minutes=session.grace_minutes)
    return Finding.LATE if late else Finding.PRESENT


def takes_signs(session: StudySession, at: datetime) -> bool:
    """Tell whether one may sign in at a moment: from half an hour before the session until it ends."""
    return session.called_off_at is None and session.starts_at - OPENS_BEFORE <= at < session.ends_at


def is_ahead(session: StudySession, at: datetime) -> bool:
    """Tell whether a session that takes place has not begun at a moment."""
    return session.called_off_at is None and at < session.starts_at


def rule_of(plan: Plan, window: str = "") -> Attend | None:
    """Return what the plan says about the study days of a window; without one, the first rule. None: it says nothing."""
    return next((rule for rule in plan.attend if not window or rule.window == window), None)


def counts(rule: Attend | None, state: str) -> bool | None:
    """Tell whether a final state counts as attended; None when it counts neither way (leave that the plan excuses)."""
    if state == Finding.LEAVE:
        return None if rule is None or rule.leave == "excused" else False
    if state == Finding.LATE:
        return rule is None or rule.late == "attended"
    return state == Finding.PRESENT


def drawn_from(people: Sequence[int], *, size: int, seed: int) -> list[int]:
    """Return `size` of the people as the seed draws them; the same people and seed give the same list."""
    return random.Random(seed).sample(sorted(people), min(size, len(people)))  # noqa: S311 - a fair draw that can be repeated
