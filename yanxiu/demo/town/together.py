"""What members do together: activities, ballots, practice problems and their solutions, journals, praise, cases, a report."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from yanxiu.demo import together as content
from yanxiu.demo.town.calendar import Season
from yanxiu.demo.town.ground import actor
from yanxiu.demo.town.talk import host_of
from yanxiu.integrity.models import ReportReason
from yanxiu.kit.actor import Actor
from yanxiu.people.models import Person
from yanxiu.workshops import actions as workshops
from yanxiu.workshops.asking import Answer, Asked
from yanxiu.workshops.models import (
    ActivitySeat,
    Ballot,
    BallotKind,
    BallotQuestion,
    BallotResults,
    Membership,
    Post,
    PostKind,
    PostState,
    Problem,
    QuestionKind,
    Space,
)

T = TypeVar("T")
BEGINS = 7
"""Activities begin at 15:00 in Shanghai (the hour in UTC)."""
MISSED = 3
"""Of those who signed up for an activity that is over, so many did not come."""


@dataclass(frozen=True, kw_only=True)
class Circle:
    """A workshop with its host and members."""

    space: Space
    host: Actor
    members: Sequence[Person]
    when: Season
    chance: random.Random

    def some(self, count: int) -> list[Person]:
        """So many members, or all."""
        return self.chance.sample(self.members, k=min(count, len(self.members)))

    @property
    def somebody(self) -> Actor:
        return actor(self.chance.choice(self.members))


def gather(spaces: dict[str, Space], when: Season, chance: random.Random) -> None:
    """Fill the tools of the topic workshops with what `content/together.yaml` says."""
    said = content.together()
    for topic, circle in _circles(spaces, when, chance):
        for gathering in _of(topic, said.activities):
            _activity(circle, gathering)
        for poll in _of(topic, said.ballots):
            _ballot(circle, poll)
        _problems(circle, _of(topic, said.problems))
        for theme in _of(topic, said.themes):
            _theme(circle, theme)
        _logs(circle, _of(topic, said.logs))
        _praise(circle, _of(topic, said.praise))
        for broken in _of(topic, said.reports):
            _report(circle, broken)
        for post in Post.objects.filter(space=circle.space, title__in=said.essence, state=PostState.PUBLISHED).select_related("space__org"):
            workshops.make_essence(post=post, by=circle.host, at=when.moment(0.8))


def _circles(spaces: dict[str, Space], when: Season, chance: random.Random) -> Iterator[tuple[str, Circle]]:
    for topic, space in spaces.items():
        members = [one.person for one in Membership.objects.filter(workshop=space, state="member").select_related("person").order_by("pk")]
        if len(members) > MISSED:
            yield topic, Circle(space=space, host=host_of(space, when), members=members, when=when, chance=chance)


def _of(topic: str, said: Sequence[T]) -> list[T]:
    return [one for one in said if one.topic == topic]  # type: ignore[attr-defined]  # every kind here has one


def _logs(circle: Circle, logs: Sequence[content.Log]) -> None:
    for number, log in enumerate(logs):
        at = circle.when.moment(0.6 + 0.15 * number)
        workshops.publish_log(space=circle.space, title=log.title, source=log.body, by=circle.somebody, at=at)


def _praise(circle: Circle, praise: Sequence[content.Praised]) -> None:
    for number, (person, one) in enumerate(zip(circle.some(len(praise)), praise, strict=True)):
        at = circle.when.moment(0.7 + 0.1 * number)
        workshops.praise(workshop=circle.space, person=person, reason=one.reason, by=circle.host, at=at)


def _activity(circle: Circle, one: content.Gathering) -> None:
    when, host = circle.when, circle.host
    is_over = one.starts < 0
    begins = (when.moment(1 + one.starts) if is_over else when.now + timedelta(days=one.starts)).replace(hour=BEGINS, minute=0, second=0)
    ends = begins + timedelta(hours=one.hours)
    told = begins - timedelta(days=4) if is_over else when.moment(0.9)
    facts = workshops.ActivityFacts(mode=one.mode, starts_at=begins, ends_at=ends, place=one.place, places=one.places)
    activity = workshops.start_activity(space=circle.space, title=one.title, source=one.body, facts=facts, by=host, at=told)
    for number, person in enumerate(circle.some(one.sign)):
        workshops.sign_up(activity=activity, by=actor(person), at=told + timedelta(minutes=9 * (number + 1)))
    if not is_over:
        return
    seats = list(ActivitySeat.objects.filter(activity=activity, state="signed_up").order_by("pk").values_list("pk", flat=True))
    workshops.note_attendance(activity=activity, seat_ids=seats[MISSED:], came=True, by=host, at=ends)
    workshops.note_attendance(activity=activity, seat_ids=seats[:MISSED], came=False, by=host, at=ends)
    workshops.tell_result(activity=activity, source=one.result, by=host, at=ends + timedelta(hours=20))


def _ballot(circle: Circle, one: content.Poll) -> None:
    opened = circle.when.moment(0.85)
    questions = [
        Asked(title=item.title, kind=QuestionKind(item.kind), options=item.options, most=item.most, is_required=not item.optional)
        for item in one.questions
    ]
    facts = workshops.BallotFacts(
        kind=BallotKind(one.kind), closes_at=circle.when.now + timedelta(days=one.days), is_anonymous=one.anonymous,
        results=BallotResults.AFTER, questions=questions,
    )  # fmt: skip
    ballot = workshops.open_ballot(space=circle.space, title=one.title, source=one.body, facts=facts, by=circle.host, at=opened)
    _answer(ballot, circle.some(one.replies), list(one.words), opened, circle.chance)


def _answer(ballot: Ballot, people: Sequence[Person], words: list[str], opened: datetime, chance: random.Random) -> None:
    questions = list(BallotQuestion.objects.filter(ballot=ballot).order_by("position"))
    for number, person in enumerate(people):
        answers = {question.pk: _given(question, words, chance) for question in questions}
        workshops.answer_ballot(ballot=ballot, answers=answers, by=actor(person), at=opened + timedelta(minutes=7 * (number + 1)))


def _given(question: BallotQuestion, words: list[str], chance: random.Random) -> Answer:
    if question.kind == QuestionKind.TEXT:
        return words.pop() if words else ""
    if question.kind == QuestionKind.SCALE:
        return [chance.choice((2, 3, 3, 4, 4, 5))]
    count = chance.randint(1, question.most) if question.kind == QuestionKind.MANY else 1
    return sorted(chance.sample(range(len(question.options)), k=count))


def _problems(circle: Circle, wanted: Sequence[content.Puzzle]) -> None:
    voted = []
    for number, one in enumerate(wanted):
        at = circle.when.moment(0.3 + 0.04 * number)
        problem = workshops.hand_in_problem(space=circle.space, title=one.title, source=one.body, by=circle.somebody, at=at)
        if one.stage == "collected":
            continue
        problem = workshops.move_problem(problem=problem, to="selected", by=circle.host, at=at + timedelta(days=1))
        if one.stage == "voting":
            voted.append(problem)
        else:
            _discuss(circle, one, problem, at + timedelta(days=1, hours=1))
    if len(voted) > 1:
        opened = circle.when.moment(0.92)
        ballot = workshops.put_to_vote(
            space=circle.space, problems=voted, title=f"{circle.space.topic}：下一个一起研讨的问题",
            closes_at=circle.when.now + timedelta(days=3), most=1, by=circle.host, at=opened,
        )  # fmt: skip
        _answer(ballot, circle.some(len(circle.members) // 2), [], opened, circle.chance)


def _discuss(circle: Circle, one: content.Puzzle, problem: Problem, at: datetime) -> None:
    problem = workshops.move_problem(problem=problem, to="discussing", by=circle.host, at=at)
    for step, text in enumerate(one.replies, start=1):
        workshops.reply(thread=problem.post, source=text, by=circle.somebody, at=at + timedelta(hours=5 * step))
    if one.stage == "solved":
        workshops.publish_solution(problem=problem, title=one.solution, source=one.text, by=circle.host, at=at + timedelta(days=5))


def _theme(circle: Circle, one: content.Theme) -> None:
    opens = circle.when.moment(0.5)
    closes = circle.when.now + timedelta(days=one.days)
    theme = workshops.design_theme(
        space=circle.space, title=one.title, source=one.body, opens_at=opens, closes_at=closes, by=circle.host, at=opens
    )
    for number, (person, case) in enumerate(zip(circle.some(len(one.cases)), one.cases, strict=True)):
        at = circle.when.moment(0.7 + 0.08 * number)
        workshops.submit_case(theme=theme, space=circle.space, title=case.title, source=case.body, by=actor(person), at=at)


def _report(circle: Circle, one: content.Reported) -> None:
    threads = Post.objects.filter(space=circle.space, kind=PostKind.DISCUSSION, state=PostState.PUBLISHED)
    thread = threads.select_related("space__org").order_by("pk").first()
    if thread is None:
        return
    writer, witness = circle.some(2)
    reply = workshops.reply(thread=thread, source=one.text, by=actor(writer), at=circle.when.moment(0.97))
    if reply.state == PostState.PUBLISHED:
        at = circle.when.moment(0.98)
        workshops.report_post(post=reply, reason=ReportReason(one.reason), words=one.words, by=actor(witness), at=at)
