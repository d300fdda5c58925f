"""Background work of assessment."""

from datetime import UTC, datetime

from yanxiu.assessment import actions
from yanxiu.assessment.actions import sittings
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
