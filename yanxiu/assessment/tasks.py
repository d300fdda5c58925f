"""Background work of assessment."""

from datetime import UTC, datetime, timedelta

from yanxiu.assessment import actions
from yanxiu.assessment.actions import bringing, sittings
from yanxiu.assessment.models import Exam, QuestionImport, QuestionImportState
from yanxiu.assessment.queries.scoring import due_exams
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.tasks import defer, task

LEFT_AFTER = timedelta(hours=1)
MOST_AT_ONCE = 20


@task("assessment.close_overdue")
def close_overdue(*, timestamp: int) -> None:
    """Hand in the tests and close the exams whose time was up at the scheduled moment."""
    at = datetime.fromtimestamp(timestamp, UTC)
    while actions.close_overdue(by=SYSTEM, at=at) or sittings.close_overdue(by=SYSTEM, at=at) or sittings.score_run_out(by=SYSTEM, at=at):
        pass


@task("assessment.run_peer_reviews")
def run_peer_reviews(*, timestamp: int) -> None:
    """Replace late reviewers, give pieces out, and count what nothing is owed for any more, as of the scheduled moment."""
    actions.run_peer_reviews(by=SYSTEM, at=datetime.fromtimestamp(timestamp, UTC))


@task("assessment.lay_out_marking")
def lay_out_marking(*, timestamp: int) -> None:
    """Lay out written answers of exams for marking; what ended within three hours is looked at again."""
    at = datetime.fromtimestamp(timestamp, UTC)
    actions.lay_out(since=at - timedelta(hours=3), by=SYSTEM, at=at)


@task("assessment.release_due")
def release_due(*, timestamp: int) -> None:
    """Release results that come out by themselves once nobody sits the exam any more and all is marked."""
    at = datetime.fromtimestamp(timestamp, UTC)
    for exam in Exam.objects.filter(pk__in=due_exams(at=at)).order_by("pk"):
        actions.release_after_close(exam=exam, by=SYSTEM, at=at)


@task("assessment.collect_peer_signals")
def collect_peer_signals(*, timestamp: int) -> None:
    """Raise signals for what yesterday's reviews by peers show."""
    actions.collect_peer_signals(by=SYSTEM, at=datetime.fromtimestamp(timestamp, UTC))


@task("assessment.read_questions")
def read_questions(*, import_id: int) -> None:
    """Read the question file of an import."""
    brought = QuestionImport.objects.select_related("owner").filter(pk=import_id).first()
    if brought is not None:
        bringing.read_questions(brought=brought, by=SYSTEM, at=clock.now())


@task("assessment.read_left_questions")
def read_left_questions(*, timestamp: int) -> None:
    """Give to the queue again what has waited for an hour: its worker was ended in the middle."""
    before = datetime.fromtimestamp(timestamp, UTC) - LEFT_AFTER
    left = QuestionImport.objects.filter(state=QuestionImportState.WAITING, created_at__lt=before, plan__bundle__gt=0)
    for import_id in left.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE]:
        ask_to_read(import_id)


@task("assessment.end_question_imports")
def end_question_imports(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Let go of imports of questions that nobody confirmed."""
    bringing.end_question_imports(by=SYSTEM, at=clock.now())


def ask_to_read(import_id: int) -> None:
    """Give an import to the queue; one is read at a time, so that pages keep a processor."""
    defer(read_questions, lock="assessment.read_questions", import_id=import_id)
