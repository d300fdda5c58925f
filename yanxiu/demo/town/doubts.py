"""Signals and inquiries of the town: some wait, one teacher was asked, one has answered, one decision is appealed, one was for nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from yanxiu.demo.town import ground as grounds
from yanxiu.demo.town.calendar import Season
from yanxiu.integrity import actions
from yanxiu.integrity.actions import Noticed
from yanxiu.integrity.models import Finding, Inquiry, Signal, SignalKind, Strength
from yanxiu.integrity.queries import countable_records
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.learning.actions import signalling
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme

_SHARED = (
    "同一台设备当天有 3 位教师登录学习，这个账号用了 6 段，来回切换 14 次",
    "17 次换人中，15 次间隔不到 2 分钟",
    "机房统一还原的系统也会这样，可以先问学校",
)
_HIDDEN = ("播放时页面在后台 2 小时 50 分，占 88%", "只听不看、在另一个窗口记笔记也会这样", "其间问“还在看吗” 11 次，2 次没有应答")
_MISSED = ("问“还在看吗” 13 次，12 次没有应答", "没有应答的地方已经停播，没有多计时间")
_NETWORKS = (
    "两分钟以内换了设备又换了网络，当天 11 次，共 2 个网络",
    "只看得出是不同的网络，看不出在哪里；手机流量和学校网络交替使用也会这样",
)
_QUESTION = "{day}，您的账号和另外两个账号在同一台设备上交替学习，间隔大多不到两分钟。请说明当时在哪里、用的什么设备、和谁一起。"
_ANSWER = "那天下午教研组在机房集中研修，只有一台电脑能联网，我们三个人轮流登录，看完一节换一个人。签到表在教务处。"


def doubt(ground: grounds.Ground, programme: Programme, when: Season) -> None:
    """Let the office of the county look at what was noticed, in the order in which it would."""
    waiting = _some(ground, 1)
    _notice(waiting[0], SignalKind.FAR_NETWORKS, Strength.NOTABLE, _NETWORKS, programme, when, days=1)
    _notice(waiting[1], SignalKind.MISSED_PROMPTS, Strength.NOTABLE, _MISSED, programme, when, days=1)
    _notice(waiting[1], SignalKind.HIDDEN_PAGE, Strength.REMARK, _HIDDEN, programme, when, days=2)
    for person in waiting[2:5]:
        _notice(person, SignalKind.SHARED_DEVICE, Strength.NOTABLE, _SHARED, programme, when, days=2, others=waiting[2:5])
    office, at = grounds.hat(ground.cast["县级管理员"], at=when.now), when.now - timedelta(days=1)
    three = _some(ground, 2)[:4]
    _asked(three[0], office, programme, when, at=at)
    _answer(_asked(three[1], office, programme, when, at=at), at=at + timedelta(hours=3))
    _appealed(_asked(three[2], office, programme, when, at=at), office, when, at=at + timedelta(hours=4))
    _for_nothing(_asked(three[3], office, programme, when, at=at), office, at=at + timedelta(hours=5))


def _some(ground: grounds.Ground, number: int) -> list[Person]:
    """Teachers of a school who have finished something, so that there is something to talk about."""
    found = ground.teachers_of(list(ground.schools.values())[number])[2:]
    cast = {person.pk for person in ground.cast.values()}
    return [one for one in found if one.pk not in cast and countable_records(one.pk, None)][:6]


def _notice(
    person: Person, kind: SignalKind, strength: Strength, lines: tuple[str, ...], programme: Programme, when: Season, *, days: int,
    others: Sequence[Person] = (),
) -> Signal:  # fmt: skip
    start = clock.start_of(clock.day(when.now) - timedelta(days=days)) + timedelta(hours=14)
    group = list(others) or [person]
    strips = tuple(_strip(group[turn % len(group)], person, start + timedelta(minutes=11 * turn)) for turn in range(18 if others else 9))
    noticed = Noticed(
        person_id=person.pk, kind=kind, strength=strength, on_day=clock.day(start), lines=lines, figures={}, strips=strips,
        programme_id=programme.pk, programme_title=programme.title,
    )  # fmt: skip
    actions.raise_signals(noticed=[noticed], by=SYSTEM, at=start + timedelta(hours=12))
    return Signal.objects.get(key=noticed.key)


def _strip(one: Person, person: Person, at: datetime) -> dict[str, object]:
    row = "本人" if one == person else "同一设备"
    return {
        "row": row, "from": at.isoformat(), "to": (at + timedelta(minutes=10)).isoformat(), "person": None if one == person else one.pk,
    }  # fmt: skip


def _asked(person: Person, office: Actor, programme: Programme, when: Season, *, at: datetime) -> Inquiry:
    colleagues = list(Person.objects.filter(unit=person.unit).exclude(pk=person.pk).order_by("pk")[3:5])
    signal = _notice(person, SignalKind.SHARED_DEVICE, Strength.NOTABLE, _SHARED, programme, when, days=3, others=[person, *colleagues])
    inquiry = actions.open_inquiry(signals=[signal], by=office, at=at)
    question = _QUESTION.format(day=f"{signal.on_day.month} 月 {signal.on_day.day} 日下午")
    return actions.ask(inquiry=inquiry, question=question, by=office, at=at + timedelta(minutes=5))


def _answer(inquiry: Inquiry, *, at: datetime) -> Inquiry:
    actions.answer(inquiry=inquiry, text=_ANSWER, by=grounds.actor(inquiry.person), at=at)
    return inquiry


def _appealed(inquiry: Inquiry, office: Actor, when: Season, *, at: datetime) -> None:
    _answer(inquiry, at=at)
    named = [one.id for one in countable_records(inquiry.person_id, inquiry.programme_id)[:1]]
    reason = "教务处的签到表上当天下午没有机房研修，三个账号的学习段首尾相接。所列一门课不计学时。"
    decision = actions.decide(
        inquiry=inquiry, finding=Finding.HOURS, reason=reason, record_ids=named, by=office, at=at + timedelta(hours=1)
    )  # fmt: skip
    signalling.withhold(decision=decision, by=SYSTEM, at=at + timedelta(hours=1, minutes=1))
    words = "签到表漏登了我们组，机房管理员可以作证，当天的照片我已请学校补交。"
    actions.appeal(inquiry=inquiry, reason=words, by=grounds.actor(inquiry.person), at=when.now - timedelta(hours=2))


def _for_nothing(inquiry: Inquiry, office: Actor, *, at: datetime) -> None:
    _answer(inquiry, at=at)
    reason = "机房排课表与说明一致，三位教师轮流使用同一台机器。"
    actions.decide(inquiry=inquiry, finding=Finding.NO_FAULT, reason=reason, by=office, at=at + timedelta(hours=1))
