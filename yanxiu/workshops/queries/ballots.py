"""Reads of ballots: the list of a space, the questions, what came out, who has not answered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from yanxiu.kit import sql
from yanxiu.kit.paging import Page, page_with
from yanxiu.workshops.models import (
    Ballot,
    BallotKind,
    BallotQuestion,
    BallotReply,
    BallotTurnout,
    Membership,
    MembershipState,
    Post,
    PostState,
    QuestionKind,
    Space,
)

FEWEST_SHOWN = 5
"""Figures of fewer anonymous answers would tell who gave them."""

_CHOSEN = """
SELECT a.key::bigint AS question, v.value::int AS position, count(*) AS n
FROM workshops_ballotreply r, jsonb_each(r.answers) a, jsonb_array_elements_text(a.value) v
WHERE r.ballot_id = ANY(%(ballots)s) AND jsonb_typeof(a.value) = 'array' GROUP BY 1, 2
"""
_COUNTED = """
WITH given AS MATERIALIZED (
    SELECT a.key::bigint AS question, a.value FROM workshops_ballotreply r, jsonb_each(r.answers) a WHERE r.ballot_id = %(ballot)s
)
SELECT question, v.value::int AS position, count(*) AS n FROM given, jsonb_array_elements_text(given.value) v
WHERE jsonb_typeof(given.value) = 'array' GROUP BY 1, 2
UNION ALL SELECT question, -1, count(*) FROM given GROUP BY 1
UNION ALL SELECT 0, -1, count(*) FROM workshops_ballotreply WHERE ballot_id = %(ballot)s
"""
_WRITTEN = """
SELECT answers ->> %(question)s AS words FROM workshops_ballotreply WHERE ballot_id = %(ballot)s AND answers ? %(question)s
ORDER BY key LIMIT %(size)s OFFSET %(start)s
"""


@dataclass(frozen=True, kw_only=True)
class OptionResult:
    """An option and how many chose it; `share` of those who answered the question, `is_most`: nothing was chosen more often."""

    label: str
    count: int
    share: float
    is_most: bool


@dataclass(frozen=True, kw_only=True)
class QuestionResult:
    """A question and what came out; `mean` of a scale."""

    question: BallotQuestion
    answered: int
    rows: Sequence[OptionResult]
    mean: float | None = None


@dataclass(frozen=True, kw_only=True)
class BallotResults:
    """All of a ballot. `is_shown`: not figures of anonymous answers that would tell who gave them: of few, or before it is over.

    Whoever looks before and after somebody answers would read that answer off the difference.
    """

    replies: int
    is_shown: bool
    questions: Sequence[QuestionResult]


def ballots(
    space: Space, *, show: str, text: str = "", person_id: int | None, at: datetime, states: Sequence[str] = (PostState.PUBLISHED,)
) -> QuerySet[Ballot]:
    """Return the ballots read in a space with `turnout` and `is_answered`; open ones by when they close. `show`: open, closed or all."""
    counted = BallotTurnout.objects.filter(ballot=OuterRef("pk")).order_by().values("ballot").annotate(n=Count("pk")).values("n")
    found = (
        Ballot.objects.filter(post__space__in=space.reading_ids, post__state__in=states)
        .select_related("post__space", "post__author", "about")
        .annotate(
            turnout=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
            is_answered=Exists(BallotTurnout.objects.filter(ballot=OuterRef("pk"), person_id=person_id or 0)),
        )
    )
    text = " ".join(text.split())[:40]
    if text:
        asked = BallotQuestion.objects.filter(ballot=OuterRef("pk"), title__icontains=text)
        found = found.filter(Q(post__title__icontains=text) | Q(Exists(asked)))
    over = Q(closes_at__lte=at) | Q(closed_at__isnull=False)
    if show == "open":
        return found.exclude(over).order_by("closes_at", "pk")
    return (found.filter(over) if show == "closed" else found).order_by("-closes_at", "-pk")


def open_surveys(person_id: int, programmes: Sequence[int], *, at: datetime) -> dict[int, int]:
    """Return the post of a needs survey that is open to a person, by programme: the one that closes first. Cost: one query."""
    seats = Membership.objects.filter(person_id=person_id, state=MembershipState.MEMBER)
    found = Ballot.objects.filter(
        Q(post__space__in=seats.values("space")) | Q(post__space__in=seats.values("workshop")), post__space__programme__in=programmes,
        post__state=PostState.PUBLISHED, kind=BallotKind.NEEDS, opens_at__lte=at, closes_at__gt=at, closed_at__isnull=True,
    )  # fmt: skip
    rows = found.order_by("-closes_at", "-pk").values_list("post__space__programme", "post")
    return {programme: post for programme, post in rows if programme is not None}


def count_ballots(space: Space, *, at: datetime) -> dict[str, int]:
    """Return how many ballots are open and closed. Cost: one query."""
    over = Q(closes_at__lte=at) | Q(closed_at__isnull=False)
    found = Ballot.objects.filter(post__space__in=space.reading_ids, post__state=PostState.PUBLISHED)
    counted = found.aggregate(all=Count("pk"), closed=Count("pk", filter=over))
    return {"all": counted["all"], "closed": counted["closed"], "open": counted["all"] - counted["closed"]}


def ballot_of(post: Post) -> Ballot:
    """Return the ballot of a thread, with the thread as it was loaded. Cost: one query."""
    ballot = Ballot.objects.select_related("about").get(post=post)
    ballot.post = post
    return ballot


def asked_of(post: Post, *, person_id: int | None) -> tuple[Ballot, list[BallotQuestion], bool]:
    """Return the ballot of a thread, its questions (there is at least one), whether the person has answered. Cost: one query."""
    answered = Exists(BallotTurnout.objects.filter(ballot=OuterRef("ballot"), person_id=person_id or 0))
    found = BallotQuestion.objects.filter(ballot__post=post).select_related("ballot__about").annotate(is_answered=answered)
    questions: list[BallotQuestion] = [*found.order_by("position", "pk")]
    ballot = questions[0].ballot
    ballot.post = post
    return ballot, questions, bool(getattr(questions[0], "is_answered", False))


def questions_of(ballot: Ballot) -> list[BallotQuestion]:
    """Return the questions in their order. Cost: one query."""
    return list(BallotQuestion.objects.filter(ballot=ballot).order_by("position", "pk"))


def own_reply(ballot: Ballot, person_id: int | None) -> BallotReply | None:
    """Return what a person answered by name, None of an anonymous ballot. Cost: one query, none for an anonymous one."""
    return None if ballot.is_anonymous else BallotReply.objects.filter(ballot=ballot, person_id=person_id or 0).first()


def turnout(ballot: Ballot) -> tuple[int, int]:
    """Return how many have answered and how many members have not. Cost: 2 queries."""
    space = ballot.post.space
    members = Membership.objects.filter(Q(space=space) | Q(workshop=space), state=MembershipState.MEMBER)
    answered = BallotTurnout.objects.filter(ballot=ballot)
    return answered.count(), members.exclude(person__in=answered.values("person")).count()


def unanswered_members(ballot: Ballot, *, name: str = "") -> QuerySet[Membership]:
    """Return the members who have not answered, by unit and name."""
    space = ballot.post.space
    found = Membership.objects.filter(Q(space=space) | Q(workshop=space), state=MembershipState.MEMBER)
    found = found.exclude(person__in=BallotTurnout.objects.filter(ballot=ballot).values("person"))
    if name:
        found = found.filter(Q(person__name__icontains=name) | Q(person__initials__startswith=name.lower()))
    return found.select_related("person__unit").order_by("person__unit__path", "person__sort_key", "pk")


def is_over(ballot: Ballot, *, at: datetime) -> bool:
    """Tell whether nobody may answer any more. No query."""
    return ballot.closed_at is not None or at >= ballot.closes_at


def ballot_results(ballot: Ballot, questions: Sequence[BallotQuestion] | None = None, *, at: datetime) -> BallotResults:
    """Count all answers. Cost: 2 queries, one with the questions given; 4 ms for 500 answers of 10 questions."""
    questions = questions_of(ballot) if questions is None else questions
    counted = {(row["question"], row["position"]): row["n"] for row in sql.rows(_COUNTED, {"ballot": ballot.pk})}
    replies = counted.get((0, -1), 0)
    found = [_result(one, counted.get((one.pk, -1), 0), counted) for one in questions]
    is_safe = replies >= FEWEST_SHOWN and is_over(ballot, at=at)
    return BallotResults(replies=replies, is_shown=is_safe or not ballot.is_anonymous, questions=found)


def chosen_options(ballot_ids: Sequence[int]) -> dict[tuple[int, int], int]:
    """Return by (question, position) how often an option was chosen. Cost: one query."""
    return {(row["question"], row["position"]): row["n"] for row in sql.rows(_CHOSEN, {"ballots": list(ballot_ids)})}


def written_answers(ballot: Ballot, question: BallotQuestion, *, number: int, size: int = 20) -> Page[str]:
    """Return a page of what was written to a question, in an order that tells nothing. Cost: one query."""
    asked = {"ballot": ballot.pk, "question": str(question.pk), "size": size + 1, "start": (number - 1) * size}
    return page_with([row["words"] for row in sql.rows(_WRITTEN, asked)], number=number, size=size)


def reply_rows(ballot: Ballot, questions: Sequence[BallotQuestion]) -> Iterator[list[str]]:
    """Return every answer as a row of an export: name and unit unless it is anonymous, then an answer a question. Reads in chunks."""
    found = BallotReply.objects.filter(ballot=ballot).select_related("person__unit").order_by("key")
    for reply in found.iterator(chunk_size=2_000):
        who: list[str] = []
        if not ballot.is_anonymous and reply.person is not None:
            who = [reply.person.name, reply.person.unit.name if reply.person.unit else ""]
        yield [*who, *(_written(one, reply.answers.get(str(one.pk))) for one in questions)]


def _written(question: BallotQuestion, given: object) -> str:
    if isinstance(given, list):
        if question.kind == QuestionKind.SCALE:
            return "、".join(str(one) for one in given)
        return "、".join(question.options[one] for one in given if one < len(question.options))
    return given if isinstance(given, str) else ""


def _result(question: BallotQuestion, answered: int, chosen: dict[tuple[int, int], int]) -> QuestionResult:
    if question.kind == QuestionKind.SCALE:
        labels = [(number, _("%(n)s 分") % {"n": number}) for number in range(5, 0, -1)]
    else:
        labels = list(enumerate(question.options))
    counts = [chosen.get((question.pk, position), 0) for position, _label in labels]
    most = max(counts, default=0)
    rows = [
        OptionResult(label=label, count=count, share=count / answered if answered else 0.0, is_most=bool(count) and count == most)
        for (_position, label), count in zip(labels, counts, strict=True)
    ]
    mean = None
    total = sum(counts)
    if question.kind == QuestionKind.SCALE and total:
        mean = sum(position * count for (position, _label), count in zip(labels, counts, strict=True)) / total
    return QuestionResult(question=question, answered=answered, rows=rows, mean=mean)
