"""Candidates and their exam in a throw-away installation: signed-in people, a paper of choices and gaps, an open exam."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.sessions.backends.db import SessionStore

from yanxiu.assessment import exam_tickets, papers, taking
from yanxiu.assessment.actions import sittings
from yanxiu.assessment.models import BankQuestion, Exam, Paper, QuestionState, QuestionVersion, Sitting
from yanxiu.catalogue import content
from yanxiu.demo.bench import learners
from yanxiu.kit.actor import Actor
from yanxiu.kit.clock import now
from yanxiu.people import sessions
from yanxiu.people.models import Account
from yanxiu.programmes.models import Enrolment, Programme

OFFLINE_MINUTES = 60


def seated(people: int, questions: int, minutes: int) -> dict[str, object]:
    """Make the people and an exam that is open for an hour; return its id, their sessions and the number of questions."""
    exam = _exam(people, questions, minutes)
    keys = []
    for account in Account.objects.order_by("person_id"):
        session = SessionStore()
        sessions.begin(session, account_id=account.pk, stamp=account.security_stamp, at=now())
        session.save()
        keys.append(session.session_key)
    return {"exam": exam.pk, "sessions": keys, "questions": questions}


def sat(people: int, questions: int) -> list[str]:
    """Make the people, their exam, and an open sitting of each; return their tickets."""
    exam = _exam(people, questions, 50)
    tickets = []
    for enrolment in Enrolment.objects.order_by("pk").select_related("programme"):
        by = Actor(person_id=enrolment.person_id, label="")
        sitting = sittings.begin(exam=exam, enrolment=enrolment, device=sittings.Device(name="bench"), by=by, at=now())
        tickets.append(ticket(sitting, issued=taking.ms(now())))
    return tickets


def ticket(sitting: Sitting, *, issued: int) -> str:
    """Return a ticket for a sitting as it would have been given at a moment in Unix milliseconds."""
    return exam_tickets.sign(
        exam_tickets.ExamTicket(
            version=exam_tickets.VERSION, person=sitting.enrolment.person_id, sitting=sitting.pk, lease=sitting.lease, issued=issued,
            stamp=learners.STAMP,
        )
    )  # fmt: skip


def question(number: int) -> content.AnyQuestion:
    """Return what is asked: a choice for odd numbers, two gaps for even ones."""
    if number % 2:
        options = ("课堂气氛很好", "12 分 30 秒，第三组四人都举手", "学生很投入", "老师很有亲和力")
        return content.Question(kind="single", stem=f"第 {number} 条：下面哪一条是可以核对的事实？", options=options, answers=(1,))
    blanks = (content.Blank(accepts=("证据",)), content.Blank(accepts=("感受",)))
    return content.FillIn(stem=f"第 {number} 条：观课要记下[[1]]，少写[[2]]。", blanks=blanks)


def _exam(people: int, questions: int, minutes: int) -> Exam:
    learners._store(people)  # noqa: SLF001 - the same people as for beats
    programme, at = Programme.objects.get(code="bench"), now()
    versions = [version(programme, number, at) for number in range(1, questions + 1)]
    fixed = tuple(papers.Fixed(version=one, points=Decimal("2.5")) for one in versions)
    sections = (papers.Section(title="一、全卷", fixed=fixed),)
    paper = Paper.objects.create(
        owner=programme.owner, title="测量卷", sections=papers.write(sections), points=papers.points_of(sections), shuffles_options=True,
        created_at=at, published_at=at,
    )  # fmt: skip
    return Exam.objects.create(
        programme=programme, paper=paper, title="测量考试", opens_at=at - timedelta(hours=2), closes_at=at + timedelta(hours=1),
        minutes=minutes, offline_minutes=OFFLINE_MINUTES, created_at=at, announced_at=at,
    )  # fmt: skip


def version(programme: Programme, number: int, at: datetime) -> int:
    """Store an approved question of the programme's owner; return the id of its version."""
    asked = question(number)
    row = BankQuestion.objects.create(owner=programme.owner, type=content.type_of(asked), created_at=at, state=QuestionState.DRAFT)
    version = QuestionVersion.objects.create(question=row, number=1, content=content.write(asked), digest=f"{number:064x}", written_at=at)
    row.approved, row.state = version, QuestionState.APPROVED
    row.save(update_fields=["approved", "state"])
    return int(version.pk)
