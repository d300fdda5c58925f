"""Makes the people, papers and homework of assessment's journeys on a site; run as a program, prints what they need as JSON."""

import itertools
import json
import os
import sys
from datetime import timedelta
from decimal import Decimal

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 - after the set-up
from django.db import transaction  # noqa: E402

from tests.assessment import exam_factories as exams  # noqa: E402
from tests.assessment import factories as make  # noqa: E402
from tests.assessment import scored  # noqa: E402
from tests.e2e import assessment_words as words  # noqa: E402
from tests.learning import factories as learning  # noqa: E402
from tests.people.factories import PASSWORD  # noqa: E402
from tests.programmes import factories as programmes  # noqa: E402
from yanxiu.access import actions as access  # noqa: E402
from yanxiu.assessment import actions, papers  # noqa: E402
from yanxiu.catalogue import content  # noqa: E402
from yanxiu.catalogue.content.steps import Peers  # noqa: E402
from yanxiu.evaluation import actions as evaluation  # noqa: E402
from yanxiu.kit import clock  # noqa: E402
from yanxiu.kit.actor import SYSTEM  # noqa: E402
from yanxiu.learning.events import StudyEvent  # noqa: E402
from yanxiu.orgs.models import Kind, Org  # noqa: E402
from yanxiu.people import passwords, sessions  # noqa: E402
from yanxiu.people.models import Account, Person  # noqa: E402
from yanxiu.records.actions import record  # noqa: E402

FIRST_NUMBER = 30_000  # other worlds on the same site count from one, five and nine thousand
THREE_PARTS = (programmes.PLANS / "004.yaml").read_text(encoding="utf-8")


def main() -> dict[str, object]:
    for module in (programmes, make, exams, learning):
        module._numbers = itertools.count(FIRST_NUMBER)
    with transaction.atomic():
        nation = programmes.org(name="中国")
        return {
            "authoring": _authoring(nation),
            "marking": _marking(nation),
            "appealing": _appealing(nation),
            "homework": _homework(nation),
        }


def _authoring(nation: Org) -> dict[str, object]:
    """An author whose bank holds two points of knowledge with twelve questions each, fifteen people on the programme."""
    county, schools = _county(nation, "云岭县")
    programme = programmes.running(county, source=THREE_PARTS, parameters={"Y": clock.now().year})
    for number, name in enumerate(words.NAMES):
        make.participant(programme, schools[number % 2], name=name)
    top = exams.knowledge_point(owner=county, name="课堂观察")
    for name in ("证据", "等待"):
        point = exams.knowledge_point(owner=county, name=name, parent=top)
        for number in range(12):
            question = content.Question(
                kind="single", stem=f"{words.STEMS[number % len(words.STEMS)]}（{name}第 {number + 1} 组）",
                options=("教师很有亲和力", "12 分 30 秒，第三组四人都举手", "课堂气氛热烈", "学生都很投入"), answers=(1,),
                explanation="能核对的才是证据。",
            )  # fmt: skip
            exams.bank_question(question, owner=county, point=point, difficulty=2 + number % 3, stage="高中", subject="语文")
    author = programmes.teacher(county, name="方知远")
    _key(author, role="designer", at=county)
    account = Account.objects.get(person=author)
    Account.objects.filter(pk=account.pk).update(password=passwords.hashed(PASSWORD))
    return {
        "account": account.username, "password": PASSWORD,
        "reviewer": _key(programmes.teacher(schools[0], name="顾文清"), role="expert", at=county),
        "office": _key(programmes.teacher(county, name="陆明远"), role="county_admin", at=county),
        "candidates": len(words.NAMES),
    }  # fmt: skip


def _marking(nation: Org) -> dict[str, object]:
    """An exam that is over: three answers wait, each for two markers; three experts may mark."""
    county, schools = _county(nation, "白杨县")
    programme = programmes.running(county, source=THREE_PARTS, parameters={"Y": clock.now().year})
    evaluation.lay_down(version=programme.current, by=SYSTEM, at=clock.now())
    candidates = [
        make.participant(programme, school, name=name) for name, school in zip(words.NAMES[:3], (*schools, schools[0]), strict=True)
    ]
    exam = _over(programme, title="2026 年秋季期末网上考核", markers=2, tolerance=Decimal(3))
    for enrolment, essay in zip(candidates, words.ESSAYS, strict=True):
        scored.sat(exam, {1: [1], 2: [0, 2], 3: essay}, enrolment=enrolment, ended_at=clock.now() - timedelta(days=1, hours=1))
    actions.lay_out(since=clock.now() - timedelta(days=3), by=SYSTEM, at=clock.now())
    experts = [programmes.teacher(school, name=name) for name, school in zip(words.EXPERTS, (*schools, schools[0]), strict=True)]
    return {
        "exam": exam.pk,
        "office": _key(programmes.teacher(county, name="陆明远"), role="county_admin", at=county),
        "markers": [_key(one, role="expert", at=county) for one in experts],
        "experts": list(words.EXPERTS),
        "hidden": [*words.NAMES[:3], *(school.name for school in schools)],
        "candidate": _key(candidates[0].person),
        "sitting": exams.Sitting.objects.get(exam=exam, enrolment=candidates[0]).pk,
    }


def _appealing(nation: Org) -> dict[str, object]:
    """Results are out: one of two missed the exam by her essay, the other passed and has her hundred hours in the ledger."""
    at = clock.now()
    county, schools = _county(nation, "石门县")
    programme = programmes.running(county, source=THREE_PARTS, parameters={"Y": at.year})
    evaluation.lay_down(version=programme.current, by=SYSTEM, at=at)
    people = [make.participant(programme, school, name=name) for name, school in zip(("周敏", "何平"), schools, strict=True)]
    for enrolment in people:
        for number in range(10):
            record(
                StudyEvent.COURSE_COMPLETED, object_id=number, object_label=f"课堂观察第 {number + 1} 讲", by=SYSTEM, at=at,
                person_id=enrolment.person_id, programme_id=programme.pk, unit_path=enrolment.unit_path, kind="normative",
                measure=Decimal(10),
            )  # fmt: skip
        for assessment in ("regular", "comprehensive"):
            evaluation.judge(programme=programme, key=assessment, person=enrolment.person, passed=True, score=Decimal(80), by=SYSTEM, at=at)
    exam = _over(programme, title="2026 年秋季期末网上考核", assessment="final")
    ended = at - timedelta(days=1, hours=1)
    low = scored.sat(exam, {1: [1], 2: [0, 2], 3: words.ESSAYS[0]}, enrolment=people[0], ended_at=ended)
    high = scored.sat(exam, {1: [1], 2: [0, 2], 3: words.ESSAYS[1]}, enrolment=people[1], ended_at=ended)
    marker = scored.marker(county)
    for sitting, points in ((low, "2"), (high, "17")):
        scored.marked(sitting, points=points, number=3, by=marker)
    scored.released(exam, at=at)
    return {
        "programme": programme.pk,
        "office": _key(programmes.teacher(county, name="陆明远"), role="county_admin", at=county),
        "reviewer": _key(programmes.teacher(schools[0], name="顾文清"), role="expert", at=county),
        "low": _key(people[0].person),
        "high": _key(people[1].person),
        "low_sitting": low.pk,
        "high_sitting": high.pk,
    }


def _homework(nation: Org) -> dict[str, object]:
    """Homework in parts with reviews by peers; two fellows of another school have handed theirs in."""
    county, schools = _county(nation, "清溪县")
    programme = learning.programme(county)
    course = learning.course(county, title="从看热闹到看门道：课堂观察入门")
    offered = learning.offering(programme, course)
    parts = (
        make.Part(key="text", kind="text", label="观课记录", min_characters=60),
        make.Part(key="text_2", kind="text", label="教学反思", min_characters=20, is_required=False),
        make.Part(key="picture", kind="picture", label="板书照片", most=2, is_required=False),
    )
    step = make.shared_step(course, parts=parts, peers=Peers(reviews=2, min_seconds=1, min_characters=20))
    author = learning.participant(programme, schools[0], name="欧阳淑芬")
    fellows = [learning.participant(programme, schools[1], name=name) for name in ("贺一鸣", "阿依古丽")]
    for enrolment in (author, *fellows):
        learning.selection(enrolment, offered)
    for enrolment, text in zip(fellows, words.RECORDS, strict=True):
        actions.submit_homework(enrolment=enrolment, step=step, text={"text": text}, by=make.learner(enrolment), at=clock.now())
    return {
        "author": _key(author.person), "fellow": _key(fellows[0].person), "enrolment": author.pk, "fellow_enrolment": fellows[0].pk,
        "step": step.pk, "hidden": ["贺一鸣", "阿依古丽"], "author_name": "欧阳淑芬",
    }  # fmt: skip


def _county(nation: Org, name: str) -> tuple[Org, list[Org]]:
    """A county and two of its schools, one with a long name."""
    county = programmes.org(parent=nation, kind=Kind.COUNTY, name=name)
    return county, [programmes.org(parent=county, name=f"{name}{school}") for school in ("第一中学", "民族职业技术教育中心学校")]


def _over(programme, **fields):
    """An exam of two choices and an essay that ended yesterday."""
    rows = [exams.bank_question(question, owner=programme.owner) for question in (*make.QUESTIONS[:2], words.ESSAY)]
    points = (Decimal(10), Decimal(10), Decimal(20))
    fixed = tuple(papers.Fixed(version=row.approved_id, points=one) for row, one in zip(rows, points, strict=True))
    sections = (papers.Section(title="一、全卷", fixed=fixed),)
    paper = exams.paper(owner=programme.owner, title="期末卷", sections=papers.write(sections))
    exams.Paper.objects.filter(pk=paper.pk).update(points=papers.points_of(sections))
    now = clock.now()
    made = exams.exam(programme=programme, paper=paper, opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1), **fields)
    return exams.Exam.objects.select_related("programme__owner", "paper").get(pk=made.pk)


def _key(person: Person, *, role: str = "", at: Org | None = None) -> str:
    """Sign a person in, under the hat of a role when one is given, and return the cookie of the session."""
    account = learning.account(person)
    session = SessionStore()
    sessions.begin(session, account_id=account.pk, stamp=account.security_stamp, at=clock.now())
    if at is not None:
        held = access.appoint(person=person, role=role, org=at, by=SYSTEM, at=clock.now())
        session[sessions.HAT] = str(held.pk)
    session.save()
    return session.session_key


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()) + "\n")
