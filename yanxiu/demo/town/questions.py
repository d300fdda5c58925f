"""The county's question bank: written by the designer, read by an expert; a few are drafts, a few wait, one went back and was mended."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from yanxiu.assessment.actions import bank as writing
from yanxiu.assessment.actions import points
from yanxiu.assessment.actions.bank import NewQuestion, QuestionFacts
from yanxiu.assessment.actions.bank_review import review_question
from yanxiu.assessment.models import BankQuestion, KnowledgePoint, QuestionVersion
from yanxiu.catalogue.content import read_question
from yanxiu.demo import bank
from yanxiu.demo.town.calendar import Season
from yanxiu.demo.town.ground import Ground, hat
from yanxiu.kit.actor import Actor

DRAFTS, WAITING = 3, 4
"""So many of the last ones are not handed in, and so many wait for somebody to read them."""
SOURCE = "县教师进修学校命题组"
WHY_BACK = "解析只写了答案，没有写为什么。请补上一句，考完讲评时老师们要看。"
MENDED = "（命题组补充：讲评时先请答对的老师说理由。）"


def fill(ground: Ground, when: Season) -> None:
    """Write the bank by knowledge points, hand it in, and have it read by somebody else than its writer."""
    at = when.published + timedelta(days=2)
    writer, expert = hat(ground.cast["方案设计"], at=when.now), hat(ground.cast["评课专家"], at=when.now)
    written = [one for area in bank.areas() for one in _area(ground, area, writer, at=at)]
    writing.submit_questions(questions=written[:-DRAFTS], by=writer, at=at + timedelta(hours=3))
    to_read = written[: -DRAFTS - WAITING]
    _approve(to_read, expert, at=at + timedelta(days=1))
    _mend(to_read[-1], writer, expert, at=at + timedelta(days=2))


def _area(ground: Ground, area: bank.Area, writer: Actor, *, at: datetime) -> list[BankQuestion]:
    above = points.add_point(owner=ground.county, name=area.name, by=writer, at=at)
    written: list[BankQuestion] = []
    for number, one in enumerate(area.points):
        moment = at + timedelta(minutes=25 * number)
        point = points.add_point(owner=ground.county, name=one.name, parent=above, by=writer, at=moment)
        new = [NewQuestion(question=item.ask, facts=_facts(point, item.difficulty)) for item in one.questions]
        written += writing.add_questions(owner=ground.county, questions=new, by=writer, at=moment)
    return written


def _facts(point: KnowledgePoint | None, difficulty: int) -> QuestionFacts:
    return QuestionFacts(point=point, difficulty=difficulty, source=SOURCE)


def _approve(written: Sequence[BankQuestion], expert: Actor, *, at: datetime) -> None:
    """Approve them one after the other; the last one goes back with a reason."""
    versions = {one.question_id: one for one in QuestionVersion.objects.filter(question__in=written)}
    for number, question in enumerate(written):
        goes_back = number == len(written) - 1
        review_question(
            question=question, version=versions[question.pk], is_approved=not goes_back, reason=WHY_BACK if goes_back else "", by=expert,
            at=at + timedelta(minutes=3 * number),
        )  # fmt: skip


def _mend(question: BankQuestion, writer: Actor, expert: Actor, *, at: datetime) -> None:
    """Write the question that went back anew; its second version is the one that counts."""
    question = BankQuestion.objects.select_related("owner", "point").get(pk=question.pk)
    old = read_question(QuestionVersion.objects.get(question=question).content)
    anew = msgspec.structs.replace(old, explanation=old.explanation + MENDED)
    facts = _facts(question.point, question.difficulty)
    question = writing.write_question(question=question, owner=question.owner, written=anew, facts=facts, by=writer, at=at)
    writing.submit_questions(questions=[question], by=writer, at=at)
    version = QuestionVersion.objects.get(question=question, number=2)
    review_question(question=question, version=version, is_approved=True, by=expert, at=at + timedelta(hours=2))
