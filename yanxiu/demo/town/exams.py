"""Exams of the county: one past, marked by two, released and appealed against; one being marked; one open now; one to come."""

import asyncio
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import psycopg

from yanxiu.assessment import actions, exam_tickets
from yanxiu.assessment.actions import exam_setup, sittings
from yanxiu.assessment.actions.exam_setup import Allowance, ExamFacts
from yanxiu.assessment.gateway import deliveries, writing
from yanxiu.assessment.models import AnswerMark, Exam, MarkingTask, Paper, Release, Reveal, Sitting, SittingAnswer, SittingResult
from yanxiu.demo.town import papers, sitting
from yanxiu.demo.town.calendar import Season
from yanxiu.demo.town.ground import Ground, actor, hat
from yanxiu.kit import bare
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.clock import day, start_of
from yanxiu.people.models import Account, AccountState
from yanxiu.programmes.models import Enrolment, Programme

SAT, SAT_LATELY, SITTING_NOW, SAT_WRITTEN = 42, 18, 3, 9
MIDTERM, FINAL = "midterm", "final"
_COMMENTS = ("要点齐全，例子再具体一些会更好。", "有自己的课堂，说得实在。", "只写了道理，没有写怎么做。", "", "", "")
_NOTICE = "请在安静的地方独立作答。答案随写随存，断网一小时内可以继续；到时自动交卷。\n中途换设备，点“在这台设备上继续”，之前存下的都在。"
_APPEALS = (
    "简答题我写了课堂里的例子和学生的原话，评语说“没有例子”，请再看一看。",
    "材料题第二问我写了讨论误差和多次测量，只得了很少的分，想知道缺了什么。",
)
_ANSWER = "两位阅卷老师都没有看到第二段的例子，按采分点补给。谢谢指出。"
_AWAY = ((3, 140), (1, 12))  # times and seconds
_DESKTOP, _PHONE = "Windows 上的 Chrome", "安卓手机"


def hold(ground: Ground, programme: Programme, enrolments: Sequence[Enrolment], when: Season) -> None:
    """Set the exams and let teachers sit them, mark, release, appeal."""
    chance = random.Random("exams")  # noqa: S311 - repeatable demo data
    written = papers.write(ground, when)
    candidates = _candidates(ground, enrolments)
    _past(ground, programme, written["fixed"], candidates[:SAT], when, chance)
    _in_marking(ground, programme, written["written"], candidates[SAT : SAT + SAT_WRITTEN], when, chance)
    _open(ground, programme, written["drawn"], candidates[2 : 2 + SAT_LATELY + SITTING_NOW], when, chance)
    opens = start_of(day(when.now)) + timedelta(days=6, hours=19)
    facts = _facts("期末网上考核", written["drawn"], opens, hours=2, minutes=90, assessment=FINAL, pass_score=Decimal(60))
    _announced(ground, programme, facts, at=when.now - timedelta(days=1))


def _candidates(ground: Ground, enrolments: Sequence[Enrolment]) -> list[Enrolment]:
    """Those of the cast first who study; then teachers of all schools who have been here, mixed."""
    first = [ground.cast["参训教师"].pk, ground.cast["已达标的教师"].pk]
    away = {ground.cast[title].pk for title in ("还没选课的教师", "还没激活的教师")} | set(first)
    by_person = {one.person_id: one for one in enrolments}
    active = set(Account.objects.filter(state=AccountState.ACTIVE).values_list("person", flat=True))
    others = [one for one in enrolments if one.person_id in active - away]
    random.Random("candidates").shuffle(others)  # noqa: S311 - repeatable demo data
    return [*(by_person[pk] for pk in first), *others]


def _facts(title: str, paper: Paper, opens: datetime, *, hours: int, minutes: int, **more: object) -> ExamFacts:
    return ExamFacts(
        title=title, paper=paper, opens_at=opens, closes_at=opens + timedelta(hours=hours), minutes=minutes, notice=_NOTICE, **more,  # type: ignore[arg-type]  # fields of ExamFacts by name
    )  # fmt: skip


def _announced(ground: Ground, programme: Programme, facts: ExamFacts, *, at: datetime) -> Exam:
    office = hat(ground.cast["县级管理员"], at=at)
    exam = exam_setup.draft_exam(programme=programme, facts=facts, by=office, at=at - timedelta(hours=2))
    return exam_setup.announce_exam(exam=exam, by=office, at=at)


def _sit(exam: Exam, one: Enrolment, chance: random.Random, *, at: datetime, minutes: int | None) -> Sitting:
    """Let somebody sit the exam from a moment on, and hand in after so many minutes; None: goes on writing, or runs out of time."""
    by, ability = actor(one.person), min(0.97, max(0.35, chance.gauss(0.78, 0.14)))
    device = sittings.Device(name=f"demo-{one.pk}", agent=chance.choice((_DESKTOP, _PHONE)))
    mine = sittings.begin(exam=exam, enrolment=one, device=device, by=by, at=at)
    given = sitting.answers(mine, ability=ability, chance=chance)
    if minutes is None:
        some = dict(list(given.items())[: len(given) // 2])
        return sittings.save_sheet(sitting=mine, given=some, lease=mine.lease, by=by, at=at + timedelta(minutes=6))
    return sittings.hand_in(sitting=mine, given=given, lease=mine.lease, allow_blank=True, by=by, at=at + timedelta(minutes=minutes))


def _past(ground: Ground, programme: Programme, paper: Paper, people: Sequence[Enrolment], when: Season, chance: random.Random) -> None:
    """Last week's exam: one had more time, one changed the device, two ran out of time; its results are out, two appealed."""
    opens = start_of(day(when.now)) - timedelta(days=8) + timedelta(hours=19)
    facts = _facts(
        "期中网上考核", paper, opens, hours=3, minutes=100, assessment=MIDTERM, markers=2, tolerance=Decimal(3), appeal_days=10,
        reveal=Reveal.ANSWERS,
    )  # fmt: skip
    exam = _announced(ground, programme, facts, at=opens - timedelta(days=5))
    office = hat(ground.cast["县级管理员"], at=when.now)
    allowance = Allowance(extra_minutes=30, reason="右手骨折，用左手打字，经学校申请")
    exam_setup.allow(exam=exam, enrolment=people[7], allowance=allowance, by=office, at=opens - timedelta(days=1))
    for number, one in enumerate(people):
        ran_out = number in (11, 23)
        begins = opens + timedelta(minutes=chance.randint(0, 50))
        mine = _sit(exam, one, chance, at=begins, minutes=None if ran_out else chance.randint(45, 95))
        if ran_out and number == 11:
            other = sittings.Device(name=f"demo-{one.pk}-phone", agent=_PHONE)
            sittings.take_over(sitting=mine, device=other, by=actor(one.person), at=begins + timedelta(minutes=20))
    _marked(ground, exam, when, chance, at=exam.closes_at + timedelta(hours=14))
    out = exam.closes_at + timedelta(days=3)
    actions.propose(exam=exam, reason="", by=office, at=out)
    actions.release_results(exam=exam, by=office, at=out + timedelta(minutes=20))
    _appealed(exam, people, office, at=out + timedelta(days=1), now=when.now)


def _marked(ground: Ground, exam: Exam, when: Season, chance: random.Random, *, at: datetime, only: int | None = None) -> None:
    """Lay the written answers out and have each marked by two; a third settles where they are too far apart. `only`: so many marks."""
    sittings.close_overdue(by=SYSTEM, at=exam.closes_at + timedelta(minutes=1))
    office = hat(ground.cast["县级管理员"], at=when.now)
    titles = ("指导教师", "评课专家", "阅卷组长")
    markers = [hat(ground.cast[title], at=when.now) for title in titles]
    for title in titles:
        actions.appoint_marker(exam=exam, person=ground.cast[title], by=office, at=exam.closes_at + timedelta(hours=1))
    actions.lay_out(since=exam.closes_at - timedelta(hours=3), by=SYSTEM, at=exam.closes_at + timedelta(hours=2))
    given = {(row[0], row[1]): row[2] for row in SittingAnswer.objects.filter(sitting__exam=exam).values_list("sitting", "number", "given")}
    done = 0
    for by in [*markers[: exam.markers], markers[2]]:
        tasks = MarkingTask.objects.filter(exam=exam, round__isnull=False).order_by("number", "pk")
        for task in tasks.select_related("sitting__enrolment", "exam"):
            if only is not None and done >= only:
                return
            said, comment = given.get((task.sitting_id, task.number)), chance.choice(_COMMENTS)
            actions.mark_answer(
                task=task, round_number=task.round or 1, points=sitting.points(said, task.points, chance=chance), comment=comment, by=by,
                at=at + timedelta(minutes=done),
            )  # fmt: skip
            done += 1


def _appealed(exam: Exam, people: Sequence[Enrolment], office: Actor, *, at: datetime, now: datetime) -> None:
    """Two ask that their score is looked at again: one gets two points more, the other waits."""
    marked = AnswerMark.objects.filter(sitting__exam=exam, round=1).order_by("number", "points", "sitting")
    own = {one.pk for one in people[2:]}
    found = list(marked.filter(sitting__enrolment__in=own).select_related("sitting__enrolment__person", "sitting__exam"))
    first = found[len(found) // 6]
    second = next(one for one in found if one.number != first.number and one.sitting_id != first.sitting_id)
    for mark, reason, filed in ((first, _APPEALS[0], at), (second, _APPEALS[1], now - timedelta(hours=20))):
        sat = mark.sitting
        appeal = actions.appeal_score(sitting=sat, number=mark.number, reason=reason, by=actor(sat.enrolment.person), at=filed)
        if mark is first:
            each = SittingResult.objects.get(sitting=sat, edition=_edition(exam)).points_each
            raised = {mark.number: Decimal(each[mark.number - 1]) + 2}
            actions.decide_appeal(appeal=appeal, points=raised, answer=_ANSWER, by=office, at=filed + timedelta(days=1))


def leave_for_a_while(when: Season) -> None:
    """Tell, as the page does, that two who sit now left it. That goes by a connection of its own: what it is about must be stored."""
    running = Sitting.objects.filter(handed_in_at=None, ends_at__gt=when.now).select_related("enrolment").order_by("pk")
    stamps = dict(Account.objects.filter(person__in=running.values("enrolment__person")).values_list("person", "security_stamp"))
    issued, told = round(when.now.timestamp() * 1000), []
    for one, away in zip(running, _AWAY, strict=False):
        who = one.enrolment.person_id
        ticket = exam_tickets.ExamTicket(
            version=exam_tickets.VERSION, person=who, sitting=one.pk, lease=one.lease, issued=issued, stamp=stamps[who]
        )
        told.append(deliveries.fold(deliveries.Sent(ticket=exam_tickets.sign(ticket), answers=[], away=away), arrived=issued))
    asyncio.run(_deliver(told))


async def _deliver(told: list[deliveries.Delivery]) -> None:
    async with await psycopg.AsyncConnection.connect(**bare.connection_parameters()) as connection:
        await writing.write(connection, sorted(told, key=lambda one: one.key))


def _edition(exam: Exam) -> int:
    """Return the edition of results that is shown now. Cost: one query."""
    return int(Exam.objects.values_list("edition", flat=True).get(pk=exam.pk))


def _in_marking(
    ground: Ground, programme: Programme, paper: Paper, people: Sequence[Enrolment], when: Season, chance: random.Random
) -> None:
    """Yesterday's writing: a third of it is marked."""
    opens = start_of(day(when.now)) - timedelta(days=1) + timedelta(hours=9)
    facts = _facts("教学设计与反思笔试", paper, opens, hours=3, minutes=120)
    exam = _announced(ground, programme, facts, at=opens - timedelta(days=4))
    for one in people:
        _sit(exam, one, chance, at=opens + timedelta(minutes=chance.randint(0, 30)), minutes=chance.randint(60, 110))
    _marked(ground, exam, when, chance, at=opens + timedelta(hours=9), only=SAT_WRITTEN)


def _open(ground: Ground, programme: Programme, paper: Paper, people: Sequence[Enrolment], when: Season, chance: random.Random) -> None:
    """A drawn paper that may be sat for a week, twice; its result is there at once. Some sit it now."""
    opens = start_of(day(when.now)) - timedelta(days=2) + timedelta(hours=8)
    facts = _facts(
        "信息化教学能力测验", paper, opens, hours=7 * 24 + 14, minutes=45, attempts=2, release=Release.AT_ONCE, reveal=Reveal.RIGHT
    )  # fmt: skip
    exam = _announced(ground, programme, facts, at=opens - timedelta(days=2))
    for number, one in enumerate(people[:SAT_LATELY]):
        _sit(exam, one, chance, at=opens + timedelta(hours=2, minutes=67 * number), minutes=chance.randint(15, 44))
    for one in people[SAT_LATELY:]:
        _sit(exam, one, chance, at=when.now - timedelta(minutes=chance.randint(7, 15)), minutes=None)
