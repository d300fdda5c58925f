"""What must be true after the season: counts equal recounts, and each host owes what her team left undone and nothing else."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from yanxiu.demo.teams.ground import Region
from yanxiu.demo.teams.play import Missing
from yanxiu.evaluation import standing
from yanxiu.records.models import Record
from yanxiu.records.queries import differences
from yanxiu.workshops import queries
from yanxiu.workshops.models import CaseRound
from yanxiu.workshops.queries.recount import recount, row_totals

# What of a host's duties is left undone when something of a kind is missing.
_BRIEFING, _ANSWERS = "sh_briefing", ("sh_answers", "sh3_answers")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was found. `unlike_…`: counters, and figures of a desk, that differ; `unmet`: (host, duty) that are short, `expected` to be.

    `cases`: by level how many were there, how many places the share gave, how many went up.
    """

    people: int
    records: int
    totals: Mapping[str, int]
    unlike_records: int
    unlike_rows: tuple[str, ...]
    unmet: tuple[tuple[int, str], ...]
    expected: tuple[tuple[int, str], ...]
    unlike_board: tuple[str, ...]
    cases: Mapping[str, tuple[int, int, int]]

    @property
    def is_right(self) -> bool:
        return not (self.unlike_records or self.unlike_rows or self.unlike_board) and self.unmet == self.expected


def check(region: Region, missing: Mapping[str, Missing], *, at: datetime) -> Outcome:
    """Recount everything and read what each host still owes at a moment after the season."""
    hosts = [host.person_id or 0 for one in region.workshops for host in one.hosts]
    rows = standing.of(versions=[region.programme.current_id or 0], persons=hosts, at=at)
    owed = [row for row in rows if row.role == "subject_host" and row.metric in _METRICS and row.target > 0 and not row.soft]
    unmet = sorted((row.person_id, row.key) for row in owed if not row.met)
    return Outcome(
        people=sum(len(one.hosts) + len(one.members) for one in region.workshops),
        records=Record.objects.filter(programme_id=region.programme.pk).count(),
        totals=row_totals(),
        unlike_records=len(differences()),
        unlike_rows=tuple(f"{one.metric} of {one.person_id} in {one.space_id}: {one.tally}, {one.rows} rows" for one in recount()),
        unmet=tuple(unmet),
        expected=tuple(sorted(_expected(region, missing))),
        unlike_board=tuple(_unlike_board(region, owed, at=at)),
        cases=_cases(region),
    )


_METRICS = frozenset({"briefing.issued", "article.guiding", "crowdsource.solved", "qa.answered", "guidance.coverage", "lesson.followed"})


def _expected(region: Region, missing: Mapping[str, Missing]) -> list[tuple[int, str]]:
    """A briefing that the province lacks is owed by all hosts there; answers by the last host of the city, in both phases."""
    found = []
    for team in region.teams:
        left = missing.get(team.label, Missing())
        if left.briefings:
            found += [(host.person_id or 0, _BRIEFING) for host in team.workshops[0].hosts]
        if left.answers:
            found += [(team.workshops[1].hosts[-1].person_id or 0, key) for key in _ANSWERS]
    return found


def _unlike_board(region: Region, owed: list[standing.Standing], *, at: datetime) -> list[str]:
    """Where a host's desk shows other figures than the evaluator reckons."""
    judged = {(row.space_id, row.person_id, row.key): row for row in owed}
    found = []
    for one in region.workshops:
        team = [host.person_id or 0 for host in one.hosts]
        for duty in queries.board(one.space, hosts=team, person_id=None, at=at).rows:
            for person_id in team:
                row = judged.get((one.space.pk, person_id, duty.id))
                shown = duty.of(person_id) if duty.per == "person" else duty
                if row is not None and (shown.status != row.status or (row.metric != "guidance.coverage" and shown.done != row.value)):
                    found.append(f"{one.space.title} {duty.id}: {shown.done} {shown.status}, {row.value} {row.status}")
    return found


def _cases(region: Region) -> dict[str, tuple[int, int, int]]:
    """Sum up by level what was present in the rounds, what the share gave, and what went up; the last round is 终选."""
    found: dict[str, tuple[int, int, int]] = {}
    for one in CaseRound.objects.filter(theme__programme=region.programme).order_by("pk"):
        level = "终选" if one.is_final else one.level
        base, places, sent = found.get(level, (0, 0, 0))
        found[level] = (base + (one.base or 0), places + (one.places or 0), sent + one.recommended)
    return found


def by_level(region: Region) -> Counter[str]:
    """Count the members by the level of their workshop."""
    return Counter(one.space.level for one in region.workshops for _member in one.members)
