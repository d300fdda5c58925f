"""Solicitations of cases for tests: a theme with its rounds, cases, votes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.people.models import Person
from yanxiu.workshops.models import (
    CaseConflict,
    CaseEntry,
    CaseException,
    CasePresence,
    CaseRound,
    CaseSelection,
    CaseTheme,
    CaseVote,
    Post,
    PostKind,
    PostState,
    Space,
)

AT = make.AT
_numbers = count(1)


def case_theme(space: Space, author: Person | None = None, **facts) -> CaseTheme:
    """A theme that is open, five of a hundred going up."""
    number = next(_numbers)
    author = author or programmes.teacher(space.org)
    facts = {
        "title": f"真问题真研究 {number}", "source": "写一个课堂里的真问题", "body": "<p>写一个课堂里的真问题</p>", "solicitation": "cases",
        "ratio_max": Decimal("0.05"), "days_per_level": 7, "designed_at": AT, "opens_at": AT, "closes_at": AT + timedelta(days=10),
    } | facts  # fmt: skip
    return CaseTheme.objects.create(programme=space.programme, space=space, author=author, author_label=author.name, **facts)


def case_round(theme: CaseTheme, space: Space | None = None, *, upper: CaseRound | None = None, **facts) -> CaseRound:
    """A round that waits for its close; the last one when there is none above."""
    facts = {
        "is_final": upper is None, "ratio_max": theme.ratio_max if upper else None, "closes_at": theme.closes_at, "level": "",
    } | facts  # fmt: skip
    return CaseRound.objects.create(theme=theme, space=space or theme.space, upper=upper, **facts)


def case_entries(one: CaseRound, authors: Sequence[Person], *, at: datetime = AT) -> list[CaseEntry]:
    """Cases entered in the round, one of each author, made in a few statements."""
    numbers = [next(_numbers) for _ in authors]
    posts = Post.objects.bulk_create(
        Post(
            space=one.space, kind=PostKind.CASE, title=f"案例 {number}", source=f"三稿两磨 {number}", body=f"<p>三稿两磨 {number}</p>",
            author=author, author_label=author.name, state=PostState.PUBLISHED, created_at=at, saved_at=at, published_at=at, active_at=at,
        )
        for author, number in zip(authors, numbers, strict=True)
    )  # fmt: skip
    entries = CaseEntry.objects.bulk_create(
        CaseEntry(post=post, theme=one.theme, entered=one, round=one, author=post.author, unit_id=post.author.unit_id, submitted_at=at)
        for post in posts
    )
    CasePresence.objects.bulk_create(CasePresence(round=one, entry=entry, arrived_at=at) for entry in entries)
    return entries


def case_entry(one: CaseRound, author: Person) -> CaseEntry:
    return case_entries(one, [author])[0]


def case_presence(one: CaseRound, author: Person) -> CasePresence:
    return CasePresence.objects.get(entry=case_entry(one, author))


def case_vote(one: CaseRound, entry: CaseEntry, judge: Person, *, score: int = 80) -> CaseVote:
    return CaseVote.objects.create(round=one, entry=entry, judge=judge, score=score, voted_at=AT)


def case_conflict(theme: CaseTheme, judge: Person, person: Person) -> CaseConflict:
    return CaseConflict.objects.create(theme=theme, judge=judge, person=person, reason="师徒", declared_at=AT, declared_by=judge.pk)


def case_exception(one: CaseRound, *, extra: int = 1) -> CaseException:
    """The office above added places; the round's own figure goes with it."""
    CaseRound.objects.filter(pk=one.pk).update(granted=one.granted + extra)
    return CaseException.objects.create(round=one, extra=extra, reason="案例不足二十件", granted_at=AT, granted_label="市项目办")


def case_selection(entry: CaseEntry) -> CaseSelection:
    CaseEntry.objects.filter(pk=entry.pk).update(state="selected")
    return CaseSelection.objects.create(entry=entry, round=entry.round, words="证据扎实", selected_at=AT, selected_label="省级主持人团队")
