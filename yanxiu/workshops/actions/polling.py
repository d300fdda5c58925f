"""Ballots (S-23): asking, changing before the first answer, answering, closing, reminding. What is anonymous stays so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.drafts import actions as drafts
from yanxiu.integrity.actions import Screened
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.people.models import Person
from yanxiu.records.actions import record
from yanxiu.workshops import drafting, permissions
from yanxiu.workshops.actions import counting, ordering, posting
from yanxiu.workshops.asking import Answer, Asked, answered, checked_question
from yanxiu.workshops.events import BallotEvent
from yanxiu.workshops.models import (
    Ballot,
    BallotKind,
    BallotQuestion,
    BallotReply,
    BallotResults,
    BallotTurnout,
    Post,
    PostKind,
    PostState,
    Space,
)

MOST_QUESTIONS = 40
_LONGEST = timedelta(days=400)
_MIXED = 1_000
_MIX = """
WITH gone AS (
    DELETE FROM workshops_ballotreply WHERE key IN (
        SELECT key FROM workshops_ballotreply WHERE ballot_id = %(ballot)s AND person_id IS NULL ORDER BY key = %(new)s DESC, random()
        LIMIT %(most)s
    ) RETURNING ballot_id, answers
)
INSERT INTO workshops_ballotreply (key, ballot_id, person_id, answers, replied_at)
SELECT gen_random_uuid(), ballot_id, NULL, answers, NULL FROM gone ORDER BY random()
"""
"""The new answer and those before it are written anew together, in random order: all of one transaction, one place, new keys."""


@dataclass(frozen=True, kw_only=True)
class BallotFacts:
    """What kind of ballot, from when until when, who sees what."""

    closes_at: datetime
    opens_at: datetime | None = None
    kind: str = BallotKind.VOTE
    is_anonymous: bool = False
    results: str = BallotResults.AFTER
    questions: Sequence[Asked] = field(default_factory=list)


@counting.counted_as(PostKind.BALLOT)
def _counted(post: Post) -> counting.Counted:
    return counting.Counted(event=BallotEvent.OPENED, kind=Ballot.objects.get(post=post).kind)


@transaction.atomic
def open_ballot(*, space: Space, title: str, source: str, facts: BallotFacts, by: Actor, at: datetime, about: Post | None = None) -> Ballot:
    """Open a ballot in a space that the actor hosts; sent twice it is one. Raises NotPermitted, Conflict, Invalid with the field."""
    permissions.check_can_host(by, space)
    ballot = ask(space=space, title=title, source=source, facts=facts, by=by, at=at, about=about)
    drafts.clear(key=drafting.ballot_key(space.pk), by=by, at=at)
    return ballot


def ask(*, space: Space, title: str, source: str, facts: BallotFacts, by: Actor, at: datetime, about: Post | None = None) -> Ballot:
    """Publish a ballot with its questions. The caller has checked who asks. Raises Conflict, Invalid with the field."""
    given, questions = _checked(facts, at=at)
    if facts.closes_at <= at:
        raise Invalid(_("截止时间已经过了，请往后写。"), field="closes_at")
    questions, found = _screened(questions, space, by=by, at=at)

    def beside(post: Post) -> None:
        ballot = Ballot.objects.create(post=post, about=about, **given)
        _lay(ballot, questions)
        ordering.note_hits(post, found, at=at)

    post = posting.open_thread(space=space, kind=PostKind.BALLOT, title=title, source=source, by=by, at=at, hosts_only=True, beside=beside)
    return Ballot.objects.select_related("post__space__org", "post__space__parent").get(post=post)


@transaction.atomic
def change_ballot(*, ballot: Ballot, facts: BallotFacts, by: Actor, at: datetime) -> Ballot:
    """Change a ballot: all of it before the first answer, afterwards only until when it is open. Raises NotPermitted, Conflict, Invalid."""
    permissions.check_can_hold(by, ballot.post)
    ballot = _locked(ballot)
    if ballot.closed_at is not None:
        raise Conflict(_("“%(title)s”已经截止，不再改。") % {"title": ballot.post.title})
    if BallotTurnout.objects.filter(ballot=ballot).exists():
        _check_stays_closed(ballot, at=at)
        if facts.closes_at <= max(ballot.opens_at, at):
            raise Invalid(_("截止要在现在以后。马上截止请用“现在截止”。"), field="closes_at")
        ballot.closes_at = facts.closes_at
        ballot.save(update_fields=["closes_at"])
    else:
        given, asked = _checked(facts, at=at)
        questions, found = _screened(asked, ballot.post.space, by=by, at=at)
        ordering.note_hits(ballot.post, found, at=at)
        for name, value in given.items():
            setattr(ballot, name, value)
        ballot.save(update_fields=list(given))
        BallotQuestion.objects.filter(ballot=ballot).delete()
        _lay(ballot, questions)
    _note(BallotEvent.CHANGED, ballot, by=by, at=at)
    return ballot


@transaction.atomic
def answer_ballot(*, ballot: Ballot, answers: Mapping[int, Answer], by: Actor, at: datetime) -> None:
    """Answer a ballot. A named answer may be given again until it closes; an anonymous one not: nobody can tell which one it was.

    Raises NotPermitted; Conflict before and after it is open; Invalid at `q<id>` of the question that lacks something.
    """
    permissions.check_can_answer_ballot(by, ballot)
    ballot = _locked(ballot)
    _check_open(ballot, at=at)
    questions = list(BallotQuestion.objects.filter(ballot=ballot).order_by("position", "pk"))
    given = {str(one.pk): checked for one in questions if (checked := answered(one, answers.get(one.pk))) is not None}
    written = {name: one for name, one in given.items() if isinstance(one, str)}
    if written:
        fields = [f"q{name}" for name in written]
        found = ordering.screened(list(written.values()), fields=fields, space=ballot.post.space, by=by, at=at)
        given |= dict(zip(written, found.texts, strict=True))
    person_id = permissions.person_of(by)
    was_here = BallotTurnout.objects.filter(ballot=ballot, person_id=person_id).exists()
    if was_here and ballot.is_anonymous:
        raise Conflict(_("您已经答过。匿名的回答找不到是谁的，所以不能改。"))
    if not was_here:
        path = Person.objects.filter(pk=person_id).values_list("unit_path", flat=True).first() or ""
        BallotTurnout.objects.create(ballot=ballot, person_id=person_id, unit_path=path)
    if ballot.is_anonymous:
        row = BallotReply.objects.create(ballot=ballot, answers=given)
        sql.run(_MIX, {"ballot": ballot.pk, "new": row.key, "most": _MIXED})
    else:
        BallotReply.objects.update_or_create(ballot=ballot, person_id=person_id, defaults={"answers": given, "replied_at": at})
    _note(BallotEvent.ANSWER_CHANGED if was_here else BallotEvent.ANSWERED, ballot, by=by, at=at)


@transaction.atomic
def close_ballot(*, ballot: Ballot, by: Actor, at: datetime) -> Ballot:
    """Close a ballot before its time. Raises NotPermitted, Conflict when it is closed."""
    permissions.check_can_hold(by, ballot.post)
    ballot = _locked(ballot)
    if ballot.closed_at is not None or at >= ballot.closes_at:
        raise Conflict(_("“%(title)s”已经截止。") % {"title": ballot.post.title})
    ballot.closed_at = at
    ballot.save(update_fields=["closed_at"])
    _note(BallotEvent.CLOSED, ballot, by=by, at=at)
    return ballot


@transaction.atomic
def reopen_ballot(*, ballot: Ballot, by: Actor, at: datetime) -> Ballot:
    """Take back closing before the time. Raises NotPermitted; Conflict when it was not closed so, or its time is over."""
    permissions.check_can_hold(by, ballot.post)
    ballot = _locked(ballot)
    if ballot.closed_at is None or at >= ballot.closes_at:
        raise Conflict(_("“%(title)s”到时间截止的不能重开，可以再发一次。") % {"title": ballot.post.title})
    if BallotTurnout.objects.filter(ballot=ballot).exists():
        _check_stays_closed(ballot, at=at)
    ballot.closed_at = None
    ballot.save(update_fields=["closed_at"])
    _note(BallotEvent.CHANGED, ballot, by=by, at=at, reopened=True)
    return ballot


@transaction.atomic
def remind_ballot(*, ballot: Ballot, by: Actor, at: datetime) -> int:
    """Remind the members who have not answered, once a day; return how many. Raises NotPermitted, Conflict."""
    permissions.check_can_hold(by, ballot.post)
    ballot = _locked(ballot)
    _check_open(ballot, at=at)
    have = BallotTurnout.objects.filter(ballot=ballot).values("person")
    silent = permissions.asked_members(ballot.post.space).exclude(person__in=have)
    people = list(silent.order_by("person_id").values_list("person_id", flat=True))
    if not people:
        raise Conflict(_("成员都答过了，没有要提醒的人。"))
    if ballot.reminded_at is not None and at - ballot.reminded_at < timedelta(hours=20):
        raise Conflict(_("今天已经提醒过，明天可以再提醒。"))
    ballot.reminded_at = at
    ballot.save(update_fields=["reminded_at"])
    _note(BallotEvent.REMINDED, ballot, by=by, at=at, people=people)
    return len(people)


def _check_open(ballot: Ballot, *, at: datetime) -> None:
    title = ballot.post.title
    if ballot.post.state != PostState.PUBLISHED:
        raise Conflict(_("“%(title)s”现在没有公开。") % {"title": title})
    if at < ballot.opens_at:
        raise Conflict(_("“%(title)s”还没有开始，请到时再来。") % {"title": title})
    if ballot.closed_at is not None or at >= ballot.closes_at:
        raise Conflict(_("“%(title)s”已经截止，这次没有收下。") % {"title": title})


def _check_stays_closed(ballot: Ballot, *, at: datetime) -> None:
    """Once its figures may be seen an anonymous ballot takes no more: the difference would tell what the next one answered."""
    if ballot.is_anonymous and (ballot.closed_at is not None or at >= ballot.closes_at):
        raise Conflict(
            _("“%(title)s”是匿名的，截止后看得到结果，不能再收：前后一比就看出是谁答的。可以再发一次。") % {"title": ballot.post.title}
        )


def _checked(facts: BallotFacts, *, at: datetime) -> tuple[dict[str, Any], list[Asked]]:
    opens_at = facts.opens_at or at
    if facts.kind not in BallotKind.values:
        raise Invalid(_("请选小调查、投票、问卷或需求调研。"), field="kind")
    if facts.results not in BallotResults.values:
        raise Invalid(_("请选谁什么时候看结果。"), field="results")
    if facts.closes_at <= opens_at:
        raise Invalid(_("截止要在开始之后。"), field="closes_at")
    if facts.closes_at - opens_at > _LONGEST:
        raise Invalid(_("最长开放 400 天，请看看年份。"), field="closes_at")
    if not 1 <= len(facts.questions) <= MOST_QUESTIONS:
        raise Invalid(_("请出 1—%(most)s 道题。") % {"most": MOST_QUESTIONS}, field="questions")
    given = {
        "kind": facts.kind,
        "is_anonymous": facts.is_anonymous,
        "results": facts.results,
        "opens_at": opens_at,
        "closes_at": facts.closes_at,
    }
    return given, [checked_question(one, number) for number, one in enumerate(facts.questions, 1)]


def _screened(questions: Sequence[Asked], space: Space, *, by: Actor, at: datetime) -> tuple[list[Asked], Screened]:
    """Return the questions with what is masked covered. Raises Invalid at `question<number>`."""
    said = [(text, f"question{number}") for number, one in enumerate(questions, 1) for text in (one.title, *one.options)]
    found = ordering.screened([text for text, _field in said], fields=[name for _text, name in said], space=space, by=by, at=at)
    texts = iter(found.texts)
    return [replace(one, title=next(texts), options=[next(texts) for _option in one.options]) for one in questions], found


def _lay(ballot: Ballot, questions: Sequence[Asked]) -> None:
    BallotQuestion.objects.bulk_create(
        BallotQuestion(
            ballot=ballot, position=position, kind=one.kind, title=one.title, options=list(one.options), least=one.least, most=one.most,
            is_required=one.is_required,
        )
        for position, one in enumerate(questions)
    )  # fmt: skip


def _locked(ballot: Ballot) -> Ballot:
    rows = Ballot.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("post__space__org", "post__space__parent").get(pk=ballot.pk)


def _note(event: BallotEvent, ballot: Ballot, *, by: Actor, at: datetime, **data: object) -> None:
    record(
        event, object_id=ballot.post_id, object_label=ballot.post.title, kind=ballot.kind, by=by, at=at,
        data={"post": ballot.post_id, **data},
        **counting.where(ballot.post.space, by.person_id),
    )  # fmt: skip
