"""What must be true after the season: counts equal recounts and the books kept by hand, each host owes what her team left undone."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from yanxiu.demo.teams.ground import Region
from yanxiu.demo.teams.scene import NOTHING, Books, Missing
from yanxiu.evaluation import host_figures, standing
from yanxiu.evaluation.appraisals import Asked, Scope, asked_in
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.records.models import Record
from yanxiu.records.queries import differences
from yanxiu.workshops import queries
from yanxiu.workshops.models import CaseRound, CaseSelection, Level
from yanxiu.workshops.queries.recount import recount, row_totals

DUTIES = frozenset({
    "briefing.issued", "article.guiding", "crowdsource.solved", "qa.answered", "guidance.coverage", "lesson.followed", "lesson.research",
})  # fmt: skip
SHARE = Decimal("0.05")  # of the cases of a level, by the notice itself


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was found. `unlike_…`: counters, figures of a desk, figures for those who assess, places of cases, that differ; `unmet`:
    (host, duty) that are short, `expected` to be; `still`: counters of the plan that nobody moved.

    `cases`: by level how many were there, how many places the share gave, how many went up; `selected` are those on the shelf.
    """

    people: int
    records: int
    totals: Mapping[str, int]
    unlike_records: int
    unlike_rows: tuple[str, ...]
    unmet: tuple[tuple[int, str], ...]
    expected: tuple[tuple[int, str], ...]
    unlike_board: tuple[str, ...]
    figures: int
    unlike_books: tuple[str, ...]
    still: tuple[str, ...]
    cases: Mapping[str, tuple[int, int, int]]
    unlike_share: tuple[str, ...]
    selected: int

    @property
    def is_right(self) -> bool:
        unlike = (self.unlike_records, self.unlike_rows, self.unlike_board, self.unlike_books, self.unlike_share, self.still)
        return not any(unlike) and self.unmet == self.expected and self.figures > 0


def check(region: Region, missing: Mapping[str, Missing], books: Books, *, at: datetime) -> Outcome:
    """Recount everything, read what each host still owes at a moment after the season, and what is told to those who assess hosts."""
    hosts = [host.person_id or 0 for one in region.workshops for host in one.hosts]
    rows = standing.of(versions=[region.programme.current_id or 0], persons=hosts, at=at)
    roles = ("subject_host", "topic_host")
    owed = [row for row in rows if row.role in roles and row.metric in DUTIES and row.target > 0 and not row.soft]
    expected = sorted(_expected(region, missing))
    told = _told(region, at=at)
    cases, unlike_share = _cases(region)
    return Outcome(
        people=len({who.person_id for one in region.workshops for who in (*one.hosts, *one.members)}),
        records=Record.objects.filter(programme_id=region.programme.pk).count(),
        totals=row_totals(),
        unlike_records=len(differences()),
        unlike_rows=tuple(f"{one.metric} of {one.person_id} in {one.space_id}: {one.tally}, {one.rows} rows" for one in recount()),
        unmet=tuple(sorted((row.person_id, row.key) for row in owed if not row.met)),
        expected=tuple(expected),
        unlike_board=tuple(_unlike_board(region, owed, at=at)),
        figures=sum(len(row.own) + len(row.of_workshop) for row in told),
        unlike_books=tuple(_unlike_books(region, told, books, owed, expected)),
        still=tuple(_still(region, told)),
        cases=cases,
        unlike_share=tuple(unlike_share),
        selected=CaseSelection.objects.filter(round__theme__programme=region.programme, round__theme__published_at__isnull=False).count(),
    )


def _expected(region: Region, missing: Mapping[str, Missing]) -> list[tuple[int, str]]:
    """Say who owes what by what was left undone: what is asked of the workshop all its hosts owe, what of a person her alone.

    Answers and solutions missing in autumn are missing in autumn only: the phase of creating lessons begins with it and has those of
    spring as well; a county that is never visited is missing in both.
    """
    found = []
    for team in region.teams:
        left = missing.get(team.label, NOTHING)
        top, city, last = team.workshops[0], team.workshops[1], team.workshops[-1]
        of = {
            "sh_briefing": top.hosts if left.briefings else [],
            "sh_answers": city.hosts[-1:] if left.answers else [],
            "sh_article": city.hosts[len(city.hosts) - left.articles :],
            "sh_coverage": city.hosts if left.visits else [],
            "sh3_coverage": city.hosts if left.visits else [],
            "sh_crowdsource": last.hosts if left.problems else [],
            "sh3_briefing": last.hosts if left.creating else [],
            "sh3_lesson_followed": last.hosts[len(last.hosts) - left.follows :],
        }
        found += [(host.person_id or 0, key) for key, hosts in of.items() for host in hosts]
    return found


def _unlike_board(region: Region, owed: Sequence[standing.Standing], *, at: datetime) -> list[str]:
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


def _asked(region: Region) -> Asked:
    plan = plan_of(region.programme.current_id or 0)
    return next(one for one in asked_in(region.programme, plan) if one.id == "host")


def _told(region: Region, *, at: datetime) -> list[host_figures.HostFigures]:
    """Return what those who assess hosts are shown of all of them (001 L28, L29)."""
    everywhere = Scope(me=0, paths=lambda _asked: ["/"])
    return list(host_figures.host_figures(everywhere, _asked(region), at=at, size=1_000).rows)


def _unlike_books(
    region: Region, told: Sequence[host_figures.HostFigures], books: Books, owed: Sequence[standing.Standing],
    expected: Sequence[tuple[int, str]],
) -> list[str]:  # fmt: skip
    """Where the figures shown for an assessment are not what was written down while it was done, or another duty is called short."""
    asked = _asked(region)
    own, workshop = host_figures.own_metrics(asked), host_figures.workshop_metrics(asked)
    labels = {row.key: row.label for row in owed}
    short = defaultdict(Counter)  # type: ignore[var-annotated]  # person → label → how many
    for person_id, key in expected:
        short[person_id][labels[key]] += 1
    found = []
    for row in told:
        by_hand = tuple(books.own[row.person_id, metric] for metric in own)
        together = tuple(books.of_workshop[row.space_id, metric] for metric in workshop)
        if (row.own, row.of_workshop) != (by_hand, together):
            found.append(f"{row.name} {row.workshop}: {row.own} {row.of_workshop}, by hand {by_hand} {together}")
        if Counter(row.short) != short[row.person_id] or row.met + len(row.short) != row.asked:
            found.append(f"{row.name} {row.workshop}: short of {row.short}, by hand {dict(short[row.person_id])}")
    hosts = sum(len(one.hosts) for one in region.workshops)
    return found + ([] if len(told) == hosts else [f"{len(told)} hosts are shown of {hosts}"])


def _still(region: Region, told: Sequence[host_figures.HostFigures]) -> list[str]:
    """Name the counters of the plan that are 0 for some host or workshop team: play has not moved them."""
    asked = _asked(region)
    own = host_figures.own_metrics(asked)
    teams: dict[int, Counter[str]] = defaultdict(Counter)
    found = set()
    for row in told:
        teams[row.space_id].update(dict(zip(own, row.own, strict=True)))
        found |= {metric for metric, number in zip(host_figures.workshop_metrics(asked), row.of_workshop, strict=True) if not number}
    return sorted(found | {metric for counts in teams.values() for metric in own if not counts[metric]})


def _cases(region: Region) -> tuple[dict[str, tuple[int, int, int]], list[str]]:
    """Sum up by level what was present in the rounds, what the share gave, what went up (the last round is 终选); and where a round
    has other figures than what its members entered and those below sent up give.
    """
    found: dict[str, tuple[int, int, int]] = {}
    unlike: list[str] = []
    entered = {one.space.pk: -(-len(one.members) // 2) for one in region.workshops}  # every second member enters a case
    rounds = list(CaseRound.objects.filter(theme__programme=region.programme).order_by("pk"))
    for one in rounds:
        level = "终选" if one.is_final else one.level
        base, places, sent = found.get(level, (0, 0, 0))
        found[level] = (base + (one.base or 0), places + (one.places or 0), sent + one.recommended)
        came = sum(lower.recommended for lower in rounds if lower.upper_id == one.pk)
        wanted = entered[one.space_id] + came
        allowed = None if one.is_final else int(wanted * SHARE)
        if (one.base, one.places) != (wanted, allowed) or (allowed is not None and one.recommended != min(allowed, 3, wanted)):
            unlike.append(f"{level} {one.space_id}: {one.base} {one.places} {one.recommended}, by hand {wanted} {allowed}")
    return found, unlike


def by_level(region: Region) -> Counter[str]:
    """Count the members by the level of their workshop; those of the topic are members elsewhere as well."""
    return Counter(one.space.level or Level.PROVINCE for team in region.teams for one in team.workshops for _member in one.members)
