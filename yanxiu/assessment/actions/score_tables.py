"""What leaves the house of a table of scores."""

from datetime import datetime

from django.db import transaction

from yanxiu.assessment import result_permissions as permissions
from yanxiu.assessment.events import ScoreEvent
from yanxiu.kit.actor import Actor
from yanxiu.programmes.models import Programme
from yanxiu.records.actions import record


@transaction.atomic
def export_score_table(*, programme: Programme, what: str, by: Actor, at: datetime) -> None:
    """Put on record that the table of a programme's scores left the house. Raises NotFound for one that the actor may not see.

    Cost: 3 queries.
    """
    permissions.check_can_see_scores(by, programme)
    record(
        ScoreEvent.EXPORTED, object_id=programme.pk, object_label=programme.title, programme_id=programme.pk,
        unit_path=programme.owner_path, kind=what, data={"programme": programme.pk, "what": what}, by=by, at=at,
    )  # fmt: skip
