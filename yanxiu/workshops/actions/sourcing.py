"""Crowdsourcing (智慧众筹, W-33): handing problems in, joining similar ones, selecting, voting, discussing, publishing a solution."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.records.actions import record
from yanxiu.workshops import drafting, permissions
from yanxiu.workshops.actions import counting, ordering, posting
from yanxiu.workshops.actions.polling import BallotFacts, ask
from yanxiu.workshops.asking import Asked
from yanxiu.workshops.events import ActivityEvent, ProblemEvent
from yanxiu.workshops.models import (
    PROBLEM_TRANSITIONS,
    Activity,
    ActivityPurpose,
    Ballot,
    BallotKind,
    BallotResults,
    Post,
    PostKind,
    PostState,
    Problem,
    ProblemState,
    QuestionKind,
    Solution,
    Space,
)

TAKEN_UP = (ProblemState.SELECTED, ProblemState.VOTING, ProblemState.DISCUSSING)


@counting.counted_as(PostKind.PROBLEM)
def _problem_counted(_post: Post) -> counting.Counted:
    return counting.Counted(event=ProblemEvent.HANDED_IN)


@counting.counted_as(PostKind.SOLUTION)
def _solution_counted(post: Post) -> counting.Counted:
    """A problem counts as solved once, by the solution of it that counts already if there is one (D-30)."""
    solution = Solution.objects.select_related("problem").get(post=post)
    counts = Post.objects.filter(
        pk__in=Solution.objects.filter(problem=solution.problem_id).exclude(post=post).values("post"), record_id__isnull=False
    )
    if counts.exists():
        return counting.Counted(event=ProblemEvent.SOLUTION_ADDED)
    return counting.Counted(event=ActivityEvent.SOLVED, object_id=solution.problem.post_id)


@transaction.atomic
def hand_in_problem(*, space: Space, title: str, source: str, by: Actor, at: datetime, call: Activity | None = None) -> Problem:
    """Hand a practice problem in, to a call while it is open; without any call in the space at any time. Sent twice it is one.

    Raises NotPermitted; Conflict when the call has ended; Invalid with the field.
    """
    permissions.check_can_speak(by, space)
    _check_call(space, call, at=at)

    def beside(post: Post) -> None:
        Problem.objects.create(post=post, call=call, moved_at=at)

    post = posting.open_thread(space=space, kind=PostKind.PROBLEM, title=title, source=source, by=by, at=at, beside=beside)
    return Problem.objects.select_related("post__space__org", "post__space__parent").get(post=post)


@transaction.atomic
def move_problem(*, problem: Problem, to: str, by: Actor, at: datetime, reason: str = "") -> Problem:
    """Select a problem, open its deep discussion, leave it out with a reason, or take it back to where it was handed in.

    Of a call no more are selected than it says; the call's row is locked. Raises NotPermitted; Conflict for a step that does not follow or
    when the number is full; Invalid.
    """
    permissions.check_can_hold(by, problem.post)
    problem = _locked(problem)
    if to not in (ProblemState.COLLECTED, ProblemState.SELECTED, ProblemState.DISCUSSING, ProblemState.DROPPED):
        raise Invalid(_("问题可以遴选、深度研讨、退回征集或不入选。"), field="to")
    if to == problem.state:
        return problem
    _check_step(problem, to)
    if to in TAKEN_UP and problem.state not in TAKEN_UP:
        _check_number(problem)
    reason = plain(reason)
    if to == ProblemState.DROPPED and not 2 <= len(reason) <= 200:
        raise Invalid(_("请写明为什么不入选，2—200 个字，提问题的人会看到。"), field="reason")
    before = problem.state
    problem.state, problem.into, problem.moved_at, problem.moved_by = to, None, at, by.person_id
    post = problem.post
    found = ordering.screened([reason], fields=["reason"], space=post.space, by=by, at=at)
    ordering.flag(found, space=post.space, object_type="moved_problem", object_id=post.pk, title=post.title, by=by, at=at)
    reason = found.texts[0]
    problem.reason = reason if to == ProblemState.DROPPED else ""
    if to in (ProblemState.COLLECTED, ProblemState.SELECTED):
        problem.ballot = problem.option = None
    problem.save(update_fields=["state", "into", "moved_at", "moved_by", "reason", "ballot", "option"])
    _note(ProblemEvent.MOVED, problem, by=by, at=at, before=before, to=to, reason=reason)
    return problem


@transaction.atomic
def join_problem(*, problem: Problem, into: Problem, by: Actor, at: datetime) -> Problem:
    """Join a problem to a similar one of the same space; both threads stay, the joined one leads to the other. Raises as `move_problem`."""
    permissions.check_can_hold(by, problem.post)
    problem, into = _locked(problem), _locked(into)
    if into.pk == problem.pk or into.post.space_id != problem.post.space_id:
        raise Invalid(_("请选本坊里另一个相近的问题。"), field="into")
    _check_public(into)
    if into.state in (ProblemState.JOINED, ProblemState.DROPPED):
        raise Conflict(_("“%(title)s”已经并入别的问题或没有入选，请换一个。") % {"title": into.post.title})
    _check_step(problem, ProblemState.JOINED)
    Problem.objects.filter(into=problem).update(into=into)
    problem.state, problem.into, problem.moved_at, problem.moved_by = ProblemState.JOINED, into, at, by.person_id
    problem.save(update_fields=["state", "into", "moved_at", "moved_by"])
    _note(ProblemEvent.JOINED, problem, by=by, at=at, into=into.post_id)
    return problem


@transaction.atomic
def put_to_vote(
    *, space: Space, problems: Sequence[Problem], title: str, closes_at: datetime, most: int, by: Actor, at: datetime
) -> Ballot:
    """Open a vote on selected problems: which of them to discuss in depth. Raises NotPermitted, Conflict, Invalid with the field."""
    permissions.check_can_host(by, space)
    locked = [_locked(one) for one in sorted(problems, key=lambda one: one.pk)]
    if len(locked) < 2:
        raise Invalid(_("请勾选两个以上已遴选的问题再发起投票。"), field="chosen")
    for one in locked:
        if one.post.space_id != space.pk:
            raise Invalid(_("只能对本坊的问题发起投票。"), field="chosen")
        _check_public(one)
        _check_step(one, ProblemState.VOTING)
    asked = Asked(
        title=_("哪些问题最值得深度研讨"), kind=QuestionKind.MANY, options=_options(locked), least=1, most=max(1, min(most, len(locked)))
    )  # fmt: skip
    facts = BallotFacts(kind=BallotKind.VOTE, closes_at=closes_at, results=BallotResults.AFTER, questions=[asked])
    ballot = ask(space=space, title=title, source="", facts=facts, by=by, at=at)
    for option, one in enumerate(locked):
        one.ballot, one.option, one.state, one.moved_at, one.moved_by = ballot, option, ProblemState.VOTING, at, by.person_id
        one.save(update_fields=["ballot", "option", "state", "moved_at", "moved_by"])
        _note(ProblemEvent.MOVED, one, by=by, at=at, to=ProblemState.VOTING, ballot=ballot.post_id)
    return ballot


@transaction.atomic
def publish_solution(*, problem: Problem, title: str, source: str, by: Actor, at: datetime) -> Solution:
    """Publish the solution of a problem in deep discussion; the problem counts as solved once, for the workshop and the host (D-30).

    A solution that was hidden does not count, and another may be published. Raises NotPermitted, Conflict, Invalid with the field.
    """
    permissions.check_can_hold(by, problem.post)
    problem = _locked(problem)
    if problem.state != ProblemState.DISCUSSING:
        raise Conflict(_("“%(title)s”还没有进入深度研讨，研讨过再发布解决方案。") % {"title": problem.post.title})
    known = Solution.objects.filter(problem=problem, post__state=PostState.PUBLISHED).select_related("post").first()
    if known is not None and known.post.title != " ".join(plain(title).split()):
        raise Conflict(_("这个问题已有解决方案“%(title)s”。要改请更正那一篇，要换请先撤下它。") % {"title": known.post.title})

    def beside(post: Post) -> None:
        Solution.objects.create(post=post, problem=problem)

    post = posting.open_thread(
        space=problem.post.space, kind=PostKind.SOLUTION, title=title, source=source, by=by, at=at, hosts_only=True, beside=beside,
        draft=drafting.solution_key(problem.pk),
    )  # fmt: skip
    return Solution.objects.select_related("post__space", "problem__post").get(post=post)


def _check_call(space: Space, call: Activity | None, *, at: datetime) -> None:
    if call is None:
        if Activity.objects.filter(post__space=space, purpose=ActivityPurpose.CALL, post__state=PostState.PUBLISHED).exists():
            raise Conflict(_("%(title)s现在没有开放的征集。下一次征集开始后再提，或先发起研讨。") % {"title": space.title})
        return
    if call.purpose != ActivityPurpose.CALL or call.post.space_id not in space.reading_ids or call.post.state != PostState.PUBLISHED:
        raise Invalid(_("没有找到这次征集，请刷新后再选。"), field="call")
    if at < call.starts_at:
        raise Conflict(_("“%(title)s”还没有开始收问题。") % {"title": call.post.title})
    if call.closed_at is not None or at >= call.ends_at:
        raise Conflict(_("“%(title)s”已经截止。") % {"title": call.post.title})


def _check_public(problem: Problem) -> None:
    if problem.post.state != PostState.PUBLISHED:
        raise Conflict(_("“%(title)s”已经撤下，不能再让大家看到。要用请先恢复。") % {"title": problem.post.title})


def _check_step(problem: Problem, to: str) -> None:
    if to not in PROBLEM_TRANSITIONS[problem.state]:
        raise Conflict(
            _("“%(title)s”现在是“%(state)s”，不能转为“%(to)s”。")
            % {"title": problem.post.title, "state": ProblemState(problem.state).label, "to": ProblemState(to).label}
        )


def _check_number(problem: Problem) -> None:
    if problem.call_id is None:
        return
    call = Activity.objects.select_for_update(of=("self",), no_key=True).get(pk=problem.call_id)
    if call.select_count is None:
        return
    if Problem.objects.filter(call=call, state__in=TAKEN_UP).count() >= call.select_count:
        raise Conflict(_("这次征集遴选 %(n)s 个，已经满了。要换请先退回一个。") % {"n": call.select_count})


def _options(problems: Sequence[Problem]) -> list[str]:
    titles: list[str] = []
    for one in problems:
        title = one.post.title[:110]
        titles.append(title if title not in titles else f"{title} {len(titles) + 1}")
    return titles


def _locked(problem: Problem) -> Problem:
    rows = Problem.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("post__space__org", "post__space__parent", "post__author").get(pk=problem.pk)


def _note(event: ProblemEvent, problem: Problem, *, by: Actor, at: datetime, **data: object) -> None:
    record(
        event, object_id=problem.post_id, object_label=problem.post.title, person_id=problem.post.author_id, by=by, at=at,
        data={"post": problem.post_id, **{key: str(value) for key, value in data.items()}},
        **counting.where(problem.post.space, problem.post.author_id),
    )  # fmt: skip
