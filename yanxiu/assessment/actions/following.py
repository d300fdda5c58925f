"""Following an exam while it is sat: the list of its candidates leaves the house only on record."""

from datetime import datetime

from django.db import transaction

from yanxiu.assessment import result_permissions as permissions
from yanxiu.assessment.events import ExamEvent
from yanxiu.assessment.models import Exam
from yanxiu.kit.actor import Actor
from yanxiu.records.actions import record


@transaction.atomic
def export_candidates(*, exam: Exam, by: Actor, at: datetime) -> None:
    """Put on record that the list of candidates left the house. Raises NotFound for an exam that the actor does not follow."""
    permissions.check_can_follow(by, exam)
    record(
        ExamEvent.LISTED, object_id=exam.pk, object_label=exam.title, programme_id=exam.programme_id, unit_path=exam.programme.owner_path,
        by=by, at=at,
    )  # fmt: skip
