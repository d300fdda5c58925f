"""Homework marked by a rubric, in every state; and homework that authors review for each other, some of it late, one review answered."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

from yanxiu.assessment import actions as assessment
from yanxiu.assessment.actions.allotting import give_out, replace_late
from yanxiu.assessment.models import PeerReview, Submission
from yanxiu.catalogue.models import Step
from yanxiu.demo import catalogue as texts
from yanxiu.demo.town.calendar import Season
from yanxiu.demo.town.ground import Ground, actor, hat
from yanxiu.demo.town.prose import prose
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.programmes.models import Enrolment

STATES = ("waiting", "accepted", "accepted", "again", "desk", "draft", "returned", "accepted")
"""What becomes of the first pieces; later ones are accepted, but every fourth waits."""
ALIKE = (1, 2)
"""Two that hand in the same page: something to compare."""
HELD = (
    "周三第二节和同组的老师互听。她上《一次函数的图象》，我只记追问。第 11 分钟她问“你怎么知道它是直的”，学生先说“看起来是”，她接着问"
    "“看起来和算出来，哪个更可靠”，等了四秒，有两个学生开始描点验证。课后我们一起看记录，发现这一问前后各三分钟里，学生说的话是平时的两倍。"
    "她自己也没有想到，只是换了一句问话、多等了两秒。下周换我上，她来记。我们约好只看一件事：我有没有在学生说到一半时接话。"
)
PRAISED = (
    "前后两句写得具体。反思里那一句“闭嘴等三秒”，下周真的试一次，再来说说。",
    "第二处原话最有说服力。追问再低半个台阶，后排的孩子也接得住。",
    "问题来自学生的错误，这一点很难得。下次写明您等了几秒。",
)
AGREED = (
    "我同意两位老师的意见。追问一接得自然，追问二再等学生说完。",
    "问题小而实在，下周就能用。把学生不会答的那一种也准备一句。",
    "两句追问一句比一句高，台阶合适。课上真的问了以后，请把学生的原话补进来。",
)
RETURNED = (
    "写了自己问的话，学生的回答都是概括。请补上两处原话，写明是第几分钟说的。",
    "第二句追问和学生的回答没有关系，像是事先写好的。请对照课堂记录，改成当时真的问出的那一句。",
)
LEVELS = ((0, 1, 0), (1, 0, 1), (0, 0, 1), (1, 1, 0), (0, 0, 0))
REVIEWERS, LATE, AGAIN, ACCEPTED = 8, 5, 4, 3


def write(enrolment: Enrolment, step: Step, place: int, said: str, ground: Ground, when: Season, *, at: datetime) -> None:
    """Write the case that comes at `place`, and let the tutor do with it what its state asks; an expert has one on the desk now."""
    by, tutor, state = actor(enrolment.person), hat(ground.cast["指导教师"], at=when.now), _state(place)
    chance = random.Random(f"homework {place}")  # noqa: S311 - words, no secret
    text = f"{said}\n\n{lesson(place, chance)}\n\n{prose('追问的艺术', 400, chance)}"
    if state == "draft":
        assessment.save_homework(enrolment=enrolment, step=step, text=said, by=by, at=at)
        return
    piece = assessment.submit_homework(enrolment=enrolment, step=step, text=text, by=by, at=at)
    later = at + timedelta(minutes=25)
    if state == "accepted":
        comment = PRAISED[place % len(PRAISED)]
        assessment.accept_homework(submission=piece, levels=_levels(place), comment=comment, by=tutor, at=later)
    elif state in ("again", "returned"):
        assessment.return_homework(submission=piece, reason=RETURNED[state == "returned"], by=tutor, at=later)
    elif state == "desk":
        assessment.claim_homework(only=piece, by=hat(ground.cast["评课专家"], at=when.now), at=when.now)
    if state == "again":
        better = f"{text}\n\n补记两处原话。第 9 分钟，第三组的男生说：“我觉得它会拐弯。”第 13 分钟，他又说：“拐不了，我多描了四个点。”"
        assessment.submit_homework(enrolment=enrolment, step=step, text=better, by=by, at=later + timedelta(hours=1))


def lesson(place: int, chance: random.Random) -> str:
    """Return what somebody writes about the lesson that she listened to."""
    return HELD if place in ALIKE else prose("追问的艺术", len(HELD), chance)


def review(enrolments: Sequence[Enrolment], step: Step, tutor: Actor, when: Season) -> None:
    """Let some authors hand in and review each other: a round that is over, with one late, and one that runs."""
    work, start = texts.peer_work(), when.now - timedelta(days=6)
    authors = enrolments[:: len(enrolments) // REVIEWERS][:REVIEWERS]  # of as many schools as there are
    pieces = {}
    for number, (one, text) in enumerate(zip(authors, work.pieces, strict=True)):
        at = start + timedelta(hours=number)
        piece = assessment.submit_homework(enrolment=one, step=step, text=text.strip(), by=actor(one.person), at=at)
        pieces[piece.pk] = number
    at = start + timedelta(hours=20)
    give_out(programme_id=enrolments[0].programme_id, step=step, by=SYSTEM, at=at)
    spoken = {number: work.comments[number] for number in range(REVIEWERS)}
    first = [one for one in _open(step) if pieces[one.submission_id] != LATE]
    for number, given in enumerate(first):
        _judge(given, number, spoken[pieces[given.submission_id]], at=at + timedelta(hours=1, minutes=47 * number))
    assessment.reply_review(review=first[0], reply=work.reply, by=actor(first[0].author.person), at=at + timedelta(days=1))
    replace_late(by=SYSTEM, at=at + timedelta(days=3, minutes=10))
    again = at + timedelta(days=3, hours=1)
    give_out(programme_id=enrolments[0].programme_id, step=step, by=SYSTEM, at=again)
    general, second = count(REVIEWERS), _open(step)
    for number, given in enumerate(second[:AGAIN]):
        _judge(given, number + 1, work.comments[next(general)], at=again + timedelta(hours=2, minutes=31 * number))
    begun, by = second[AGAIN], actor(second[AGAIN].reviewer.person)
    assessment.open_review(review=begun, by=by, at=again + timedelta(hours=5))
    assessment.save_review(review=begun, levels={}, comment=work.draft, by=by, at=again + timedelta(hours=5, minutes=6))
    done = Submission.objects.filter(enrolment__in=[one.reviewer_id for one in second[:AGAIN]], step=step)
    judged = [piece for piece in done.order_by("pk") if pieces[piece.pk] != LATE]
    for number, piece in enumerate(judged[:ACCEPTED]):
        comment, later = AGREED[number % len(AGREED)], again + timedelta(hours=20, minutes=number)
        assessment.accept_homework(submission=piece, levels=_levels(number + 1), comment=comment, by=tutor, at=later)


def _state(place: int) -> str:
    if place < len(STATES):
        return STATES[place]
    return "accepted" if place % 4 else "waiting"


def _open(step: Step) -> list[PeerReview]:
    """Those given out and not done, in the order of their pieces."""
    rows = PeerReview.objects.filter(submission__step=step, submitted_at__isnull=True, released_at__isnull=True)
    return list(rows.select_related("reviewer__person", "author__person").order_by("submission", "pk"))


def _judge(one: PeerReview, number: int, comment: str, *, at: datetime) -> None:
    by = actor(one.reviewer.person)
    assessment.open_review(review=one, by=by, at=at)
    later = at + timedelta(minutes=4 + number)
    assessment.submit_review(review=one, levels=_levels(number), comment=comment, by=by, at=later)


def _levels(number: int) -> dict[str, int]:
    """The chosen level of each dimension of the rubric, not the same for two in a row."""
    return dict(zip((one.key for one in texts.homework_rubric().dimensions), LEVELS[number % len(LEVELS)], strict=True))
