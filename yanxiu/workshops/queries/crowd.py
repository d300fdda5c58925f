"""Reads of crowdsourcing: the board of problems by how far they have come, one problem, what is like it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from yanxiu.workshops.alike import Near, nearest
from yanxiu.workshops.models import Activity, BallotQuestion, Post, PostState, Problem, ProblemState, Solution, Space
from yanxiu.workshops.queries.ballots import chosen_options, is_over

SOLVED = "solved"
STAGES = (ProblemState.COLLECTED, ProblemState.SELECTED, ProblemState.VOTING, ProblemState.DISCUSSING, SOLVED)
_VOTES = """(
SELECT count(*) FROM workshops_ballotreply r JOIN workshops_ballotquestion q ON q.ballot_id = r.ballot_id AND q.position = 0
WHERE r.ballot_id = workshops_problem.ballot_id AND r.answers -> q.id::text @> to_jsonb(workshops_problem.option)
)"""
MOST_ON_BOARD = 50
"""Problems of a stage that the board shows; the rest is on the list of the stage."""


@dataclass(frozen=True, kw_only=True)
class ProblemCard:
    """A problem on the board: votes where it was voted on, and the one it is most like among those handed in."""

    problem: Problem
    votes: int | None
    near: Near | None


@dataclass(frozen=True, kw_only=True)
class ProblemStage:
    """A column of the board. `count` of all, `cards` of the newest."""

    key: str
    count: int
    cards: Sequence[ProblemCard]


def problems(space: Space, *, call: Activity | None = None, text: str = "", keeps: bool = False) -> QuerySet[Problem]:
    """Return the problems of a space with `is_solved`, `replies`, `joined`, unordered; hidden ones for those who keep order."""
    states = [PostState.PUBLISHED, *([PostState.HIDDEN] if keeps else [])]
    below = Post.objects.filter(parent=OuterRef("post"), state=PostState.PUBLISHED).order_by().values("parent").annotate(n=Count("pk"))
    joined = Problem.objects.filter(into=OuterRef("pk"), post__state=PostState.PUBLISHED).order_by().values("into").annotate(n=Count("pk"))
    found = (
        Problem.objects.filter(post__space__in=space.reading_ids, post__state__in=states)
        .select_related("post__author__unit", "into__post", "ballot__post", "call__post")
        .annotate(
            is_solved=_solved(),
            replies=Coalesce(Subquery(below.values("n"), output_field=IntegerField()), 0),
            joined=Coalesce(Subquery(joined.values("n"), output_field=IntegerField()), 0),
        )
    )
    if call is not None:
        found = found.filter(call=call)
    text = " ".join(text.split())[:40]
    return found.filter(Q(post__title__icontains=text) | Q(post__source__icontains=text)) if text else found


def solutions() -> QuerySet[Solution]:
    """Return the solutions that are public."""
    return Solution.objects.filter(post__state=PostState.PUBLISHED)


def _solved() -> Exists:
    return Exists(solutions().filter(problem=OuterRef("pk")))


def of_stage(found: QuerySet[Problem], stage: str) -> QuerySet[Problem]:
    """Narrow `problems` to a stage of the board (or `joined`, `dropped`), the last moved first."""
    found = found.filter(_solved()) if stage == SOLVED else found.filter(~_solved(), state=stage)
    return found.order_by("-moved_at", "-pk")


def problem_board(found: QuerySet[Problem], *, for_hosts: bool, at: datetime) -> list[ProblemStage]:
    """Return the stages with their newest problems. Cost: 3 queries.

    `for_hosts`: with what is alike among those handed in, and the votes of ballots that are not over.
    """
    counts: Counter[str] = Counter()
    for state, has_solution, n in (
        found.order_by().annotate(has_solution=_solved()).values_list("state", "has_solution").annotate(n=Count("pk"))
    ):
        counts[SOLVED if has_solution else state] += n
    rows = list(found.exclude(state__in=["joined", "dropped"]).order_by("-moved_at", "-pk")[: MOST_ON_BOARD * 4])
    votes = _votes([row for row in rows if row.ballot is not None and (for_hosts or is_over(row.ballot, at=at))])
    near = (
        nearest({row.pk: f"{row.post.title}{row.post.source}" for row in rows if row.state == ProblemState.COLLECTED}) if for_hosts else {}
    )
    by_stage: dict[str, list[ProblemCard]] = {stage: [] for stage in STAGES}
    for row in rows:
        stage = SOLVED if getattr(row, "is_solved", False) else row.state
        if len(by_stage[stage]) < MOST_ON_BOARD:
            by_stage[stage].append(ProblemCard(problem=row, votes=votes.get(row.pk), near=near.get(row.pk)))
    titles = {row.pk: row for row in rows}
    return [
        ProblemStage(key=stage, count=counts.get(stage, 0), cards=[_named(card, titles) for card in by_stage[stage]]) for stage in STAGES
    ]  # fmt: skip


def problem_of(post: Post) -> Problem:
    """Return the problem of a loaded thread with `votes`, `solution` and `solution_title` (the public one). Cost: one query."""
    solved = solutions().filter(problem=OuterRef("pk")).order_by("-pk")
    problem = (
        Problem.objects.select_related("into__post", "ballot__post", "call__post")
        .annotate(solution=Subquery(solved.values("post")[:1]), solution_title=Subquery(solved.values("post__title")[:1]))
        .annotate(votes=RawSQL(_VOTES, (), output_field=IntegerField()))  # noqa: S611 - nothing of it is typed
        .get(post=post)
    )
    problem.post = post
    return problem


def joined_to(problem: Problem) -> list[Problem]:
    """Return the problems that were joined to one. Cost: one query."""
    return list(Problem.objects.filter(into=problem, post__state=PostState.PUBLISHED).select_related("post__author").order_by("pk"))


def _votes(rows: Sequence[Problem]) -> dict[int, int]:
    ballots = sorted({row.ballot_id for row in rows if row.ballot_id is not None})
    if not ballots:
        return {}
    first = dict(BallotQuestion.objects.filter(ballot__in=ballots, position=0).values_list("ballot", "pk"))
    chosen = chosen_options(ballots)
    return {
        row.pk: chosen.get((first.get(row.ballot_id, 0), row.option), 0)
        for row in rows
        if row.ballot_id is not None and row.option is not None
    }


def _named(card: ProblemCard, titles: dict[int, Problem]) -> ProblemCard:
    if card.near is None or card.near.other not in titles:
        return card
    return ProblemCard(
        problem=card.problem,
        votes=card.votes,
        near=Near(other=card.near.other, share=card.near.share, title=titles[card.near.other].post.title),
    )
