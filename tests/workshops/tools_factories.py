"""Activities, ballots and practice problems for tests, as rows and through their actions."""

from datetime import timedelta
from itertools import count

from tests.workshops.factories import AT
from yanxiu.kit.actor import Actor
from yanxiu.people.models import Person
from yanxiu.workshops.models import (
    Activity,
    ActivityHost,
    ActivityMode,
    ActivitySeat,
    Ballot,
    BallotKind,
    BallotQuestion,
    BallotReply,
    BallotTurnout,
    Post,
    PostKind,
    PostState,
    Problem,
    QuestionKind,
    SeatState,
    Solution,
    Space,
)

_numbers = count(1)


def tool_post(space: Space, by: Actor, kind: PostKind, *, title: str = "") -> Post:
    """A published thread of a tool, as a row."""
    number = next(_numbers)
    return Post.objects.create(
        space=space, kind=kind, title=title or f"题目{number}", source=f"说明{number}", body=f"<p>说明{number}</p>", author_id=by.person_id,
        author_label=by.label, by_host=True, state=PostState.PUBLISHED, created_at=AT, saved_at=AT, published_at=AT, active_at=AT,
    )  # fmt: skip


def activity(space: Space, by: Actor, *, title: str = "", **facts) -> Activity:
    """An activity online, in a day, for two hours."""
    starts = facts.pop("starts_at", AT + timedelta(days=1))
    facts = {"mode": ActivityMode.ONLINE, "starts_at": starts, "ends_at": starts + timedelta(hours=2)} | facts
    return Activity.objects.create(post=tool_post(space, by, PostKind.ACTIVITY, title=title), **facts)


def activity_seat(one: Activity, person: Person, *, state: str = SeatState.SIGNED_UP, **facts) -> ActivitySeat:
    came = state == SeatState.CHECKED_IN
    facts = {
        "space": one.post.space, "unit_path": person.unit_path, "signed_up_at": AT, "checked_in_at": AT if came else None,
        "checked_in_by": person.pk if came else None, "left_at": AT if state == SeatState.LEFT else None,
    } | facts  # fmt: skip
    row = ActivitySeat.objects.create(activity=one, person=person, state=state, **facts)
    if state not in (SeatState.WAITING, SeatState.LEFT):
        one.taken += 1
        one.save(update_fields=["taken"])
    return row


def activity_host(one: Activity, space: Space, *, asked_by: int, agreed_by: int | None = None) -> ActivityHost:
    return ActivityHost.objects.create(
        activity=one, space=space, asked_at=AT, asked_by=asked_by, agreed_at=AT if agreed_by else None, agreed_by=agreed_by
    )


def ballot(space: Space, by: Actor, *, title: str = "", questions: int = 1, **facts) -> Ballot:
    """A vote that is open for a week, with questions of two options."""
    facts = {"kind": BallotKind.VOTE, "opens_at": AT, "closes_at": AT + timedelta(days=7)} | facts
    row = Ballot.objects.create(post=tool_post(space, by, PostKind.BALLOT, title=title), **facts)
    for position in range(questions):
        ballot_question(row, position=position)
    return row


def ballot_question(one: Ballot, *, position: int = 0, kind: str = QuestionKind.ONE, **facts) -> BallotQuestion:
    options = ["分组讨论", "独立思考"] if kind in (QuestionKind.ONE, QuestionKind.MANY) else []
    facts = {"title": f"第 {position + 1} 问", "options": options} | facts
    return BallotQuestion.objects.create(ballot=one, position=position, kind=kind, **facts)


def ballot_turnout(one: Ballot, person: Person) -> BallotTurnout:
    return BallotTurnout.objects.create(ballot=one, person=person, unit_path=person.unit_path)


def ballot_reply(one: Ballot, person: Person | None, answers: dict[str, object] | None = None) -> BallotReply:
    """What a person answered, or nobody knows who."""
    return BallotReply.objects.create(ballot=one, person=person, answers=answers or {}, replied_at=AT if person else None)


def problem(space: Space, by: Actor, *, title: str = "", **facts) -> Problem:
    return Problem.objects.create(post=tool_post(space, by, PostKind.PROBLEM, title=title), **{"moved_at": AT} | facts)


def solution(one: Problem, by: Actor) -> Solution:
    return Solution.objects.create(post=tool_post(one.post.space, by, PostKind.SOLUTION), problem=one)
