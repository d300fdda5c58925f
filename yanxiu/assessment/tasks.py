"""Background work of assessment."""

from datetime import UTC, datetime, timedelta

from yanxiu.assessment import actions
from yanxiu.assessment.actions import sittings
from yanxiu.assessment.models import Exam
from yanxiu.assessment.queries.scoring import due_exams
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.tasks import task


@task("assessment.close_overdue")
def close_overdue(*, timestamp: int) -> None:
    """Hand in the tests and close the exams whose time was up at the scheduled moment."""
    at = datetime.fromtimestamp(timestamp, UTC)
    while actions.close_overdue(by=SYSTEM, at=at) or sittings.close_overdue(by=SYSTEM, at=at):
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
