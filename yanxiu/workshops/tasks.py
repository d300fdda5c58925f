"""What the worker does for workshops."""

from datetime import UTC, datetime

from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.tasks import task
from yanxiu.programmes.models import Programme, ProgrammeState
from yanxiu.workshops import actions, queries
from yanxiu.workshops.actions import close_due_rounds, finding, reminding
from yanxiu.workshops.actions import index_left_posts as keep_in_index


@task("workshops.remind_slow")
def remind_slow(*, timestamp: int) -> None:
    """Remind those at whose level a question waits too long."""
    reminding.remind_slow(by=SYSTEM, at=datetime.fromtimestamp(timestamp, UTC))


@task("workshops.index_left_posts")
def index_left_posts(*, timestamp: int) -> None:
    """Lay posts into the index of texts that were written before there was one, some thousands a night."""
    keep_in_index(posts=queries.left_posts(), by=SYSTEM, at=datetime.fromtimestamp(timestamp, UTC))


@task("workshops.close_case_rounds")
def close_case_rounds(*, timestamp: int) -> None:
    """Close the rounds of cases whose day has come."""
    close_due_rounds(by=SYSTEM, at=datetime.fromtimestamp(timestamp, UTC))


@task("workshops.index_left_words")
def index_left_words(*, timestamp: int) -> None:
    """Let posts be found that have no words yet, or those of an older dictionary, some thousands a night."""
    finding.index_left_words(by=SYSTEM, at=datetime.fromtimestamp(timestamp, UTC))


@task("workshops.open_spaces_of_plans")
def open_spaces_of_plans(*, timestamp: int) -> None:
    """Open what running plans ask for and is not there yet: for new schools, learners and topics; and seat who came since."""
    at = datetime.fromtimestamp(timestamp, UTC)
    for programme in Programme.objects.select_related("owner").filter(state=ProgrammeState.RUNNING).order_by("pk"):
        actions.open_spaces(programme=programme, by=SYSTEM, at=at)
        actions.seat_by_roster(programme=programme, by=SYSTEM, at=at)
