"""Regrading while people look and appeal: every reader sees one complete set of results, old or new, never a piece of both (F-22)."""

import threading
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections, transaction

from tests.assessment import exam_factories as exams
from tests.assessment import factories as make
from tests.assessment import scored
from tests.assessment.scored import OVER, RIGHT
from tests.programmes import factories as programmes
from yanxiu.assessment import actions
from yanxiu.assessment.models import Exam, ResultEdition, RulingKind, ScoreAppeal, Sitting, SittingResult
from yanxiu.assessment.queries.scores import shown_result, shown_scores
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import DomainError
from yanxiu.records import actions as records
from yanxiu.records.models import Record
from yanxiu.records.queries import differences

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]  # threads with connections of their own
SITTINGS = 12


@pytest.fixture(scope="module", autouse=True)
def metrics_again(django_db_setup, django_db_blocker):
    """The flush after such tests empties the table of metrics, which other modules expect."""
    yield
    with django_db_blocker.unblock():
        records.store_metrics(by=SYSTEM, at=make.AT)


@pytest.fixture
def shown() -> tuple[Exam, list[Sitting]]:
    """An exam of a plan's assessment whose first results are out: half of its people have all right, half the first question wrong."""
    records.store_metrics(by=SYSTEM, at=make.AT)
    programme = programmes.running(
        programmes.org(parent=programmes.org(), kind="county"),
        source=programmes.SMALL_PLAN + "assess:\n  - {id: final, kind: score, label: 网上考核, of: [learner], where: online}\n",
    )
    exam = scored.plain_exam(programme=programme, assessment="final", pass_score=Decimal(60))
    rows = [scored.sat(exam, RIGHT if number % 2 else {2: [0, 2], 3: [1]}) for number in range(SITTINGS)]
    return scored.released(exam), rows


def together(*works) -> list[BaseException]:
    """Run the works at once, each on a connection of its own; return what went wrong in them."""
    problems: list[BaseException] = []

    def run(work) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told by the caller
            problems.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


def sets_of(exam: Exam) -> dict[int, dict[int, Decimal]]:
    """All released editions as they were computed: score of each enrolment."""
    sets: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for edition, enrolment, score in SittingResult.objects.filter(sitting__exam=exam).values_list("edition", "sitting__enrolment", "score"):
        sets[edition][enrolment] = score
    return sets


def test_every_look_is_one_whole_edition_while_two_offices_regrade_and_an_appeal_is_decided(shown):
    exam, rows = shown
    versions = [one.version for one in exams.papers.read(exam.paper.sections)[0].fixed]
    appeal = actions.appeal_score(
        sitting=Sitting.objects.select_related("exam", "enrolment").get(pk=rows[0].pk),
        number=1,
        reason="第 1 题我写对了",
        by=programmes.learner(rows[0].enrolment.person),
        at=OVER,
    )
    done = threading.Event()
    looks: list[dict[int, Decimal]] = []
    own: list[Decimal | None] = []
    refused: list[str] = []

    def regrade(kinds) -> None:
        for number, (kind, version) in enumerate(kinds):
            by, at = scored.office(exam), OVER + timedelta(minutes=number)
            question = exams.QuestionVersion.objects.get(pk=version)
            try:
                actions.rule(
                    exam=exam, kind=kind, version=question, given=[2] if kind == RulingKind.ACCEPT else None, reason="复查", by=by, at=at
                )
                actions.propose(exam=exam, reason="复查后重算", by=by, at=at + timedelta(seconds=1))
                actions.release_results(exam=exam, by=by, at=at + timedelta(seconds=2))
            except DomainError as error:
                refused.append(error.code)

    def decide() -> None:
        found = ScoreAppeal.objects.get(pk=appeal.pk)
        actions.decide_appeal(
            appeal=found, points={1: Decimal(5)}, answer="核对过，给一半", by=scored.office(exam), at=OVER + timedelta(seconds=1)
        )

    def look() -> None:
        while not done.is_set():
            found = shown_scores(programme_id=exam.programme_id, assessment="final")
            looks.append({one.enrolment_id: one.score for one in found if one.score is not None})
            sitting = Sitting.objects.select_related("exam").get(pk=rows[1].pk)
            result = shown_result(sitting)
            own.append(result.score if result else None)

    def regrades() -> None:
        first = [(RulingKind.LEFT_OUT, versions[2]), (RulingKind.EVERYBODY, versions[0])]
        second = [(RulingKind.ACCEPT, versions[1]), (RulingKind.EVERYBODY, versions[1])]
        problems.extend(together(lambda: regrade(first), lambda: regrade(second), decide))
        done.set()

    problems: list[BaseException] = []
    problems += together(look, look, regrades)
    exam.refresh_from_db()
    sets = sets_of(exam)

    assert not problems
    assert set(refused) <= {"outdated", "conflict"}
    assert len(looks) > 10
    assert all(one in sets.values() for one in looks)  # each look is exactly one released set, of all its people
    assert all(len(one) == SITTINGS for one in looks)
    assert None not in own
    assert exam.edition == max(sets) >= 3
    assert not ResultEdition.objects.filter(exam=exam, released_at__isnull=True, number__lte=exam.edition).exists()
    assert list(ResultEdition.objects.filter(released_at__isnull=False).order_by("number").values_list("number", flat=True)) == list(
        range(1, exam.edition + 1)
    )


def test_whatever_came_of_it_the_last_score_of_everybody_is_what_stands_on_record(shown):
    exam, rows = shown
    versions = [one.version for one in exams.papers.read(exam.paper.sections)[0].fixed]

    def regrade(version: int) -> None:
        by = scored.office(exam)
        question = exams.QuestionVersion.objects.get(pk=version)
        try:
            actions.rule(exam=exam, kind=RulingKind.EVERYBODY, version=question, reason="复查", by=by, at=OVER)
            actions.propose(exam=exam, reason="复查", by=by, at=OVER + timedelta(seconds=1))
            actions.release_results(exam=exam, by=by, at=OVER + timedelta(seconds=2))
        except DomainError:
            return

    problems = together(*(lambda version=version: regrade(version) for version in versions))
    exam.refresh_from_db()
    standing = {
        row.person_id: row.measure
        for row in Record.objects.filter(verb="given", object_type="score", programme_id=exam.programme_id).order_by("id")
        if not Record.objects.filter(voids=row.pk).exists()
    }

    assert not problems
    assert standing == {
        row.enrolment.person_id: SittingResult.objects.get(sitting=row, edition=exam.edition).score for row in rows
    }  # fmt: skip
    assert differences() == []


def test_a_regrade_that_is_not_finished_shows_nothing_of_itself(shown):
    exam, rows = shown
    before = {one.enrolment_id: one.score for one in shown_scores(programme_id=exam.programme_id, assessment="final")}
    version = exams.QuestionVersion.objects.get(pk=exams.papers.read(exam.paper.sections)[0].fixed[0].version)
    by = scored.office(exam)
    actions.rule(exam=exam, kind=RulingKind.EVERYBODY, version=version, reason="复查", by=by, at=OVER)
    actions.propose(exam=exam, reason="复查", by=by, at=OVER + timedelta(seconds=1))
    seen: list[dict[int, Decimal | None]] = []

    def look() -> None:
        seen.append({one.enrolment_id: one.score for one in shown_scores(programme_id=exam.programme_id, assessment="final")})

    with transaction.atomic():  # released, but its transaction still runs: a crash here leaves the old set
        actions.release_results(exam=exam, by=by, at=OVER + timedelta(seconds=2))
        problems = together(look)
        transaction.set_rollback(True)
    look()
    actions.release_results(exam=exam, by=by, at=OVER + timedelta(seconds=3))
    look()

    assert not problems
    assert seen[0] == seen[1] == before
    assert set(seen[2].values()) == {Decimal(100)}
    assert len(rows) == len(seen[2])
