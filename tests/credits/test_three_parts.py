"""Programme 004 from its plan to the paper: three parts, all passed → certificate; who fails one appeals, is regraded, and gets it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from tests.assessment import exam_factories as exams
from tests.assessment import factories as make
from tests.assessment import scored
from tests.assessment.scored import RIGHT, WORDS
from tests.programmes import factories as programmes
from yanxiu.access import actions as access
from yanxiu.assessment import actions
from yanxiu.assessment.models import MarkingTask, ScoreAppeal
from yanxiu.credits import actions as credits_of
from yanxiu.credits.actions.certifying import NotQualified
from yanxiu.credits.models import Certificate, Entry
from yanxiu.evaluation import actions as evaluation
from yanxiu.evaluation import reactions
from yanxiu.kit.actor import SYSTEM
from yanxiu.learning.events import StudyEvent
from yanxiu.records.actions import record
from yanxiu.records.models import Record

PLAN = (programmes.PLANS / "004.yaml").read_text(encoding="utf-8")
RULE = {
    "label": ["学时"], "metric": ["hours.earned"], "kind": [""], "by": ["amount"], "target": ["100"], "points": ["100"],
}  # fmt: skip


def _text(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def _delivered() -> None:
    """What the worker does within a second; again and again, as it may."""
    for told in Record.objects.filter(verb="released", object_type="scores").order_by("id"):
        reactions.judge_scores(told)


@pytest.fixture
def county(cast):
    """004 with 李雷 and 周敏 on it, both through their hundred hours; 王老师 marks and enters."""
    at = timezone.now()
    programme = programmes.running(cast.county, source=PLAN, parameters={"Y": at.year})
    evaluation.lay_down(version=programme.current, by=SYSTEM, at=at)
    people = [make.participant(programme, cast.school, name=name) for name in ("周敏", "何平")]
    for enrolment in people:
        for number in range(10):
            record(
                StudyEvent.COURSE_COMPLETED, object_id=number, object_label=f"课堂观察第 {number + 1} 讲", by=SYSTEM, at=at,
                person_id=enrolment.person_id, programme_id=programme.pk, unit_path=enrolment.unit_path, kind="normative", measure=Decimal(10),
            )  # fmt: skip
    access.appoint(person=cast.person("王老师"), role="expert", org=cast.county, from_on=at.date(), by=SYSTEM, at=at)
    return programme, people


def _sat(programme, people):
    """The end-of-period exam: 周敏 50 of 100 by her essay, 何平 all."""
    now = timezone.now()
    exam = scored.written_exam(
        programme=programme, assessment="final", title="期末网上考核", opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1),
    )  # fmt: skip
    ended = now - timedelta(days=1, hours=1)
    low = scored.sat(exam, {1: [1], 2: [0, 2], 3: [0], 4: WORDS}, enrolment=people[0], ended_at=ended)
    high = scored.sat(exam, {**RIGHT, 4: WORDS}, enrolment=people[1], ended_at=ended)
    actions.lay_out(since=now - timedelta(days=3), by=SYSTEM, at=now)
    return exam, low, high


def _marked(client, exam, points: dict[int, str]) -> None:
    client.post(reverse("assessment:claim_next", args=[exam.pk]))
    for task in MarkingTask.objects.order_by("pk"):
        client.post(
            reverse("assessment:mark_answer", args=[exam.pk]), {"task": task.pk, "round": 1, "points": points[task.sitting_id]}
        )  # fmt: skip


def _entered(programme, people, clients) -> None:
    typed = {f"score_{one.pk}": "75" for one in people}
    for client in clients:
        client.post(reverse("assessment:save_scores", args=[programme.pk, "comprehensive"]), typed)


def _issue(person, programme, office):
    return credits_of.issue(person=person, programme=programme, by=office, at=timezone.now())


@pytest.mark.slow  # the whole of a programme, with a signed paper at its end
def test_three_parts_by_their_pages_to_the_certificate(county, cast):
    programme, people = county
    low, high = people
    office, actor = cast.client_of("教务"), cast.actor("教务")
    hat = next(one for one in cast.hats("王老师") if one.role.code == "expert")
    expert = cast.client_of("王老师", hat=str(hat.id))
    exam, low_sitting, high_sitting = _sat(programme, people)

    office.post(reverse("assessment:set_process_rule", args=[programme.pk, "regular"]), RULE)
    office.post(reverse("assessment:release_process", args=[programme.pk, "regular"]))
    _marked(expert, exam, {low_sitting.pk: "0", high_sitting.pk: "9"})
    office.post(reverse("assessment:propose", args=[exam.pk]), {"reason": ""})
    office.post(reverse("assessment:release_results", args=[exam.pk]))
    _entered(programme, people, [office, expert])
    office.post(reverse("assessment:release_scores", args=[programme.pk, "comprehensive"]))
    _delivered()
    credits_of.settle(programme=programme, by=actor, at=timezone.now())

    assert sum(one.amount for one in Entry.objects.filter(person_id=high.person_id, account="registered")) == 100
    assert not Entry.objects.filter(person_id=low.person_id, account="registered").exists()
    paper = _issue(high.person, programme, actor)
    assert paper.facts["results"] == [
        {"label": "平时考核", "score": "100"}, {"label": "网上考核", "score": "97.5"}, {"label": "综合考核", "score": "75"},
    ]  # fmt: skip
    assert len(paper.facts["courses"]) == 10
    assert paper.facts["amount"] == "100"
    verified = _text(office.get(reverse("credits:verify_certificate", args=[paper.code])))
    assert "网上考核 97.5" in verified
    with pytest.raises(NotQualified, match="网上考核没有达到"):
        _issue(low.person, programme, actor)

    _appealed_and_regraded(programme, low_sitting, actor)

    assert Certificate.objects.get(person=low.person).facts["results"][1] == {"label": "网上考核", "score": "75"}
    assert exams.SittingResult.objects.filter(sitting=low_sitting).count() == 2


def _appealed_and_regraded(programme, sitting, office) -> None:
    """50 of 100: she asks, another expert gives ten for the essay; the findings follow, the ledger earns, the paper is issued."""
    at = timezone.now()
    sitting = exams.Sitting.objects.select_related("exam__programme", "enrolment__person").get(pk=sitting.pk)
    actions.appeal_score(
        sitting=sitting, number=4, reason="写了两处事实和判断，没有给分", by=programmes.learner(sitting.enrolment.person), at=at
    )  # fmt: skip
    reviewer = scored.marker(programme.owner)
    actions.decide_appeal(
        appeal=ScoreAppeal.objects.get(), points={4: Decimal(10)}, answer="重新核对，事实和判断都写到了", by=reviewer, at=at
    )  # fmt: skip
    _delivered()
    credits_of.settle(programme=programme, by=office, at=timezone.now())
    _issue(sitting.enrolment.person, programme, office)


@pytest.mark.slow  # two settlements
def test_who_falls_by_a_regrade_loses_what_the_pass_gave_by_reversal(county, cast):
    programme, people = county
    _low, high = people
    actor = cast.actor("教务")
    exam, _low_sitting, high_sitting = _sat(programme, people)
    for assessment in ("regular", "comprehensive"):
        evaluation.judge(
            programme=programme, key=assessment, person=high.person, passed=True, score=Decimal(80), by=SYSTEM, at=timezone.now()
        )
    for task in MarkingTask.objects.select_related("exam"):
        by = scored.marker(programme.owner)
        actions.mark_answer(task=task, round_number=1, points=Decimal(9), comment="", by=by, at=timezone.now())
    scored.released(exam, at=timezone.now())
    _delivered()
    credits_of.settle(programme=programme, by=actor, at=timezone.now())
    before = sum(one.amount for one in Entry.objects.filter(person_id=high.person_id))
    exams.score_appeal(sitting=high_sitting, number=None, reason="请再看一遍", filed_at=timezone.now())
    actions.decide_appeal(
        appeal=ScoreAppeal.objects.get(), points={1: Decimal(0), 2: Decimal(0)}, answer="核对后两题均误判为对", by=scored.marker(programme.owner),
        at=timezone.now(),
    )  # fmt: skip
    _delivered()
    credits_of.settle(programme=programme, by=actor, at=timezone.now())

    rows = list(Entry.objects.filter(person_id=high.person_id).order_by("number"))
    assert (before, sum(one.amount for one in rows)) == (100, 0)
    assert any(one.reverses is not None for one in rows)
