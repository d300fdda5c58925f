"""Who has studied what: from teachers who have not begun to those who have everything, each step at its own moment."""

import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from multiprocessing import get_context

import django
from django.db import transaction
from django.db.models import QuerySet

from yanxiu.assessment import actions as assessment
from yanxiu.assessment.models import Attempt
from yanxiu.catalogue import content
from yanxiu.catalogue.models import Module, Step, StepKind
from yanxiu.demo import catalogue as texts
from yanxiu.demo.town.calendar import Season
from yanxiu.demo.town.ground import Ground, activate, actor, hat
from yanxiu.demo.town.prose import prose
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.clock import SHANGHAI
from yanxiu.kit.errors import DomainError
from yanxiu.learning import actions as learning
from yanxiu.learning.actions import Stretch
from yanxiu.learning.models import CaseDraw, Selection, Source
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment

# Shares of the curriculum, and how many teachers of a hundred stand there: in most schools, in one ahead, in one behind.
_PACE = ((0.0, 14), (0.08, 18), (0.2, 24), (0.4, 16), (0.6, 8), (1.0, 20))
_AHEAD = ((0.25, 20), (0.5, 15), (0.8, 10), (1.0, 55))
_BEHIND = ((0.0, 45), (0.08, 30), (0.2, 20), (0.4, 5))
_SCHOOLS = {1: _AHEAD, 5: _BEHIND}

_RETURNED = (
    "三个问题只答了第一个。请把后两个补上，各写一个课堂里的例子。",
    "写的是读后感，没有您自己的课。请换成上周的一节课，写清楚做了什么、学生说了什么。",
    "结论有了，依据没有。请补上您听课时记下的两处原话。",
)
_PRAISED = (
    "结合了自己的课堂，做法具体。",
    "例子选得好，看得出是真试过的。下次可以再写写没有成功的那一次。",
    "问题提得准。第二条做法值得拿到备课组里说一说。",
    "观察记录很细，分析再往前走一步：学生为什么会这样答？",
)
MORNING = 6
WRONG, RETURNED, HALF = 0.12, 0.08, 0.5


@dataclass(kw_only=True)
class Diary:
    """One teacher's way through the season: `moment` only moves on, so that no two stretches of study overlap."""

    enrolment: Enrolment
    person: Person
    tutor: Actor
    moment: datetime
    end: datetime
    chance: random.Random
    finishes: bool
    pause: timedelta = timedelta(hours=12)

    @property
    def by(self) -> Actor:
        return actor(self.person)

    def rest(self) -> None:
        """Let some time go by, about as much as spreads the work over the season; nobody goes on in the small hours."""
        self.moment += self.pause * (0.6 + 0.8 * self.chance.random())
        hour = self.moment.astimezone(SHANGHAI).hour
        if hour < MORNING:
            self.moment += timedelta(hours=MORNING + self.chance.randint(0, 3) - hour)

    def spend(self, seconds: int) -> datetime | None:
        """Move on by so many seconds and a pause; None when the season is over."""
        self.moment += timedelta(seconds=seconds + self.chance.randint(30, 240))
        return self.moment if self.moment < self.end else None


def study(ground: Ground, enrolments: list[Enrolment], when: Season, chance: random.Random, *, workers: int = 2) -> None:
    """Let everybody study to a pace of her own; one of the cast stands in the middle of her courses, one has everything.

    Teachers do not touch each other's rows, so they study in `workers` processes side by side (1: in this one).
    """
    shares = _shares(ground, enrolments, chance)
    parts = [dict(list(shares.items())[number::workers]) for number in range(workers)]
    jobs = [(part, ground.cast["指导教师"].pk, when, chance.random()) for part in parts]
    if workers == 1:
        _study_part(*jobs[0])
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=django.setup) as pool:
        for future in [pool.submit(_study_part, *job) for job in jobs]:
            future.result()


def _shares(ground: Ground, enrolments: list[Enrolment], chance: random.Random) -> dict[int, float]:
    """How much each participant studies; two of the cast stand where the guide wants them."""
    numbers = {school.pk: number for number, school in enumerate(ground.schools.values())}
    fixed = {ground.cast["参训教师"].pk: 0.55, ground.cast["已达标的教师"].pk: 1.0}
    shares = {}
    for one in enrolments:
        pace = _SCHOOLS.get(numbers.get(one.unit_id, -1), _PACE)
        drawn = chance.choices([share for share, _ in pace], weights=[weight for _, weight in pace])[0]
        shares[one.pk] = fixed.get(one.person_id, drawn)
    return shares


def _study_part(shares: dict[int, float], tutor_id: int, when: Season, seed: float) -> None:
    """Let some participants (enrolment → share) study, each in a transaction of her own; results are taken up when it is kept."""
    chance = random.Random(seed)  # noqa: S311 - repeatable demo data
    steps: dict[int, list[Step]] = {}
    for step in Step.objects.select_related("course").order_by("course", "number"):
        steps.setdefault(step.course_id, []).append(step)
    selections: dict[int, list[Selection]] = {}
    plain = Selection.objects.filter(dropped_at=None, enrolment__in=shares).exclude(offering__course__in=_of_modules())
    for one in plain.select_related("offering").order_by("source", "pk"):
        selections.setdefault(one.enrolment_id, []).append(one)
    draws: dict[int, list[CaseDraw]] = {}
    for draw in CaseDraw.objects.filter(voided_at=None, enrolment__in=shares).select_related("case").order_by("block", "number"):
        draws.setdefault(draw.enrolment_id, []).append(draw)
    tutor = hat(Person.objects.get(pk=tutor_id), at=when.now)
    chosen = Selection.objects.filter(enrolment__in=shares, source=Source.CHOSEN).values_list("enrolment", flat=True)
    begun = {enrolment_id for enrolment_id, share in shares.items() if share > 0} | set(chosen)
    activate(list(Person.objects.filter(pk__in=Enrolment.objects.filter(pk__in=begun).values("person")).order_by("pk")), at=when.courses)
    for enrolment in Enrolment.objects.filter(pk__in=shares).select_related("person", "programme").order_by("pk"):
        finishes = shares[enrolment.pk] >= 1
        diary = Diary(
            enrolment=enrolment, person=enrolment.person, tutor=tutor, end=when.moment(1.0), chance=chance, finishes=finishes,
            moment=when.moment(chance.random() * (0.05 if finishes else 0.2)),
        )  # fmt: skip
        with transaction.atomic():
            _go(diary, selections.get(enrolment.pk, []), draws.get(enrolment.pk, []), steps, shares[enrolment.pk])


def _of_modules() -> QuerySet[Module, int]:
    """The courses of modules, which are studied elsewhere (`practice`)."""
    return Module.objects.values_list("course", flat=True)


def _go(diary: Diary, selections: list[Selection], draws: list[CaseDraw], steps: dict[int, list[Step]], share: float) -> None:
    things: list[Selection | CaseDraw] = [*selections, *draws]
    diary.chance.shuffle(things)
    if share < 1:  # an observation is what is put off: whoever is under way has one before her
        things.sort(key=lambda thing: thing is next((one for one in draws if one.needs_report), None))
    count = round(len(things) * share)
    diary.pause = (diary.end - diary.moment) * (0.75 if diary.finishes else 0.88) / max(count - 1, 1)
    for thing in things[:count]:
        if isinstance(thing, CaseDraw):
            _case(diary, thing)
        else:
            _course(diary, steps[thing.offering.course_id])
        diary.rest()
    if 0 < share < 1 and count < len(things):
        thing = things[count]
        if isinstance(thing, Selection):  # one course is left in the middle
            _course(diary, steps[thing.offering.course_id][: diary.chance.randint(1, 3)])


def _course(diary: Diary, steps: list[Step]) -> None:
    """Go through the steps of a course; films and texts that follow each other are one sitting."""
    sitting: list[Stretch] = []
    for step in steps:
        kind = StepKind(step.kind)
        at = diary.spend({StepKind.VIDEO: step.seconds, StepKind.TEXT: 150}.get(kind, 240))
        if at is None:
            break
        if kind in (StepKind.VIDEO, StepKind.TEXT):
            sitting.append(Stretch(item=step, seconds=step.seconds, ended_at=at))
            continue
        _sit(diary, sitting)
        sitting = []
        _WORK[kind](diary, step, at)
    _sit(diary, sitting)


def _sit(diary: Diary, sitting: list[Stretch]) -> None:
    if sitting:
        learning.restore_study(enrolment=diary.enrolment, sitting=sitting, by=SYSTEM, at=sitting[-1].ended_at)


def _answer(diary: Diary, step: Step, at: datetime) -> None:
    questions = content.read(step.content, content.QuestionSet).questions
    chosen = {number: question.answers for number, question in enumerate(questions, start=1)}
    learning.answer_questions(enrolment=diary.enrolment, step=step, chosen=chosen, by=diary.by, at=at)


def _test(diary: Diary, step: Step, at: datetime) -> None:
    attempt = assessment.start(enrolment=diary.enrolment, step=step, by=diary.by, at=at)
    chosen = _answers(attempt, step, diary)
    assessment.hand_in(attempt=attempt, chosen=chosen, allow_blank=True, by=diary.by, at=at + timedelta(minutes=9))


def _answers(attempt: Attempt, step: Step, diary: Diary) -> dict[int, list[int]]:
    """The right options as the attempt shows them; who does not finish everything answers one question in eight wrong."""
    questions = content.read(step.content, content.Test).questions
    chosen = {}
    for number, question in enumerate(questions, start=1):
        order = list(attempt.orders[number - 1])
        right = diary.finishes or diary.chance.random() > WRONG
        wanted = question.answers if right else ((question.answers[0] + 1) % len(question.options),)
        chosen[number] = sorted(order.index(option) for option in wanted)
    return chosen


def _homework(diary: Diary, step: Step, at: datetime) -> None:
    asked = content.read(step.content, content.Homework)
    submission = assessment.submit_homework(
        enrolment=diary.enrolment, step=step, text=prose(step.title, asked.min_characters + 40, diary.chance), by=diary.by, at=at
    )
    later = at + timedelta(hours=diary.chance.randint(3, 30))
    later, draw = (min(later, diary.end), 0.0) if diary.finishes else (later, diary.chance.random())
    if later > diary.end or (draw > HALF and later > diary.end - timedelta(days=1)):  # waits for the tutor
        return
    if draw > 1 - RETURNED:
        assessment.return_homework(submission=submission, reason=diary.chance.choice(_RETURNED), by=diary.tutor, at=later)
        return
    score = Decimal(diary.chance.randint(75, 97))
    assessment.accept_homework(submission=submission, score=score, comment=diary.chance.choice(_PRAISED), by=diary.tutor, at=later)


_WORK = {
    StepKind.QUESTION: _answer,
    StepKind.TEST: _test,
    StepKind.HOMEWORK: _homework,
}


def _case(diary: Diary, draw: CaseDraw) -> None:
    at = diary.spend(draw.case.seconds)
    if at is None:
        return
    _sit(diary, [Stretch(item=draw.case, seconds=draw.case.seconds, ended_at=at)])
    later = diary.spend(900)
    if not draw.needs_report or later is None or (not diary.finishes and diary.chance.random() < 0.1):
        return
    rubric = texts.rubric()
    levels = {one.key: diary.chance.choice((0, 0, 1, 1, 2)) for one in rubric.dimensions}
    report = prose(draw.case.title, rubric.min_characters + 60, diary.chance)
    try:
        assessment.submit_observation(enrolment=diary.enrolment, case=draw.case, levels=levels, report=report, by=diary.by, at=later)
    except DomainError as error:
        raise RuntimeError(f"demo observation of {draw.case.title}: {error.message}") from error
