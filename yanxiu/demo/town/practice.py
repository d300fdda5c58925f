"""Studying a course of modules: contributions to its discussion, activities reported and confirmed or sent back, homework that waits.

The teacher of the guide has begun its first film, so that the rest of it lies before her.
"""

import io
import random
from datetime import datetime, timedelta

from yanxiu.catalogue.models import Module, Step, StepKind
from yanxiu.demo import modular, slides
from yanxiu.demo.slides import Script
from yanxiu.demo.town import homework
from yanxiu.demo.town.calendar import Season
from yanxiu.demo.town.ground import Ground, actor, hat
from yanxiu.demo.town.prose import prose
from yanxiu.files.inspection import one_child
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.clock import day
from yanxiu.learning import actions as learning
from yanxiu.learning.actions import Stretch
from yanxiu.learning.models import ActivityReport, Selection
from yanxiu.programmes.models import Enrolment, Programme

SAID = (
    "我问“这个条件还能推出什么”，等了大约两秒就自己说了。后来想，班上至少有三个人已经在写，再等三秒，答案就是他们的。",
    "问的是“作者为什么反复写雨”。没有人举手，我换了个更小的问题：哪几处写了雨？其实应该先让他们数，再问为什么。",
    "实验课上问“为什么左边先亮”，等了四秒，有个学生说了一半停住，我接了过去。如果重来，我会点点头，不开口。",
    "我最难等的是公开课上的沉默，后排坐着听课老师。重来的话，我会把问题写在黑板上，让自己有事可做。",
    "提问之后我习惯马上点名，平均不到一秒。这周请同事记了五次，最长的一次三秒，那一次学生说得最多。",
    "英语课上问完，学生在心里翻译，我却以为他们不会。现在我先让他们和同桌说一遍，再请人说给全班听。",
    "问“你同意他的看法吗”，全班看着我。我等了五秒，一个平时不说话的孩子说了不同意。以后遇到这种沉默，我愿意再等等。",
)
REMARKS = ("写了上课的内容，追问前后各三分钟没有记。请补上学生的原话。", "照片看不清是哪节课，请换一张能看见板书的。")


def practise(ground: Ground, programme: Programme, when: Season) -> None:
    """Let those who chose it work at the course of modules; the tutor sees to the first of them."""
    courses = Module.objects.values_list("course", flat=True)
    chosen = Selection.objects.filter(dropped_at=None, enrolment__programme=programme, offering__course__in=courses)
    enrolments = [one.enrolment for one in chosen.select_related("enrolment__person", "enrolment__programme").order_by("pk")]
    found = Step.objects.filter(course__in=courses, course__state="published").order_by("number")
    steps = {one.kind: one for one in found}  # of two kinds of homework the last: the case of one's own
    guide, tutor = ground.cast["参训教师"], hat(ground.cast["指导教师"], at=when.now)
    others = [one for one in enrolments if one.person_id != guide.pk]
    with one_child("image"):
        for number, enrolment in enumerate(others):
            _work(enrolment, steps, number, ground, when, at=when.moment(0.86 + 0.12 * number / max(1, len(enrolments))))
    homework.review(others, next(one for one in found if one.kind == StepKind.HOMEWORK), tutor, when)
    mine = next(one for one in enrolments if one.person_id == guide.pk)
    film = steps[StepKind.VIDEO]
    at = when.moment(1.0)  # the last thing she did: it is what her page offers to go on with
    learning.restore_study(enrolment=mine, sitting=[Stretch(item=film, seconds=film.seconds // 3, ended_at=at)], by=SYSTEM, at=at)


def _work(enrolment: Enrolment, steps: dict[str, Step], number: int, ground: Ground, when: Season, *, at: datetime) -> None:
    by = actor(enrolment.person)
    chance = random.Random(f"talk {number}")  # noqa: S311 - words, no secret
    said = SAID[number] if number < len(SAID) else prose("追问的艺术", 70, chance)
    learning.add_post(enrolment=enrolment, step=steps[StepKind.DISCUSSION], text=said, by=by, at=at)
    if number % 2:
        return
    report = _report(enrolment, steps[StepKind.OFFLINE], number, by, at=at + timedelta(minutes=20))
    later, tutor = at + timedelta(hours=1), hat(ground.cast["指导教师"], at=when.now)
    if number % 6 == 0:
        learning.confirm_report(report=report, by=tutor, at=later)
    elif number % 6 == 2:
        learning.return_report(report=report, remark=REMARKS[number // 6 % len(REMARKS)], by=tutor, at=later)
    homework.write(enrolment, steps[StepKind.HOMEWORK], number // 2, said, ground, when, at=at + timedelta(minutes=40))


def _report(enrolment: Enrolment, step: Step, number: int, by: Actor, *, at: datetime) -> ActivityReport:
    learning.add_photo(enrolment=enrolment, step=step, file=_board(number), name="板书.png", by=by, at=at)
    held_on = day(at - timedelta(days=1))
    text = homework.lesson(number // 2, random.Random(f"report {number}"))  # noqa: S311 - words, no secret
    return learning.submit_report(enrolment=enrolment, step=step, text=text, held_on=held_on, by=by, at=at + timedelta(minutes=10))


def _board(number: int) -> io.BytesIO:
    """A picture of a board, as somebody would take it after the lesson."""
    course = modular.courses()[0]
    lines = ("“看起来和算出来，哪个更可靠？”", f"等了 {3 + number % 3} 秒，两个学生开始描点。")
    slide = slides.Slide(title="追问前后", sentences=lines)
    script = Script(title="同组互听记录", series=course.title, speaker="听课记录", slides=(slide,))
    held = io.BytesIO()
    slides.finished(script)[0].save(held, "PNG")
    held.seek(0)
    return held
