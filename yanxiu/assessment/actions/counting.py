"""When homework counts: accepted, and the writer's own reviews of others done. Then it is recorded, once."""

from datetime import datetime

from django.db import transaction

from yanxiu.assessment import permissions, results
from yanxiu.assessment.models import Mark, Submission, SubmissionState, Verdict
from yanxiu.assessment.queries.peers import duty_of
from yanxiu.assessment.queries.study import block_id_of
from yanxiu.catalogue import content
from yanxiu.catalogue.events import StudyEvent
from yanxiu.kit.actor import Actor
from yanxiu.records.actions import record


@transaction.atomic
def count_homework(*, submission: Submission, by: Actor, at: datetime) -> bool:
    """Record an accepted homework whose writer owes no review any more; False when it does not count yet or counts already.

    The caller has locked `submission` and asked who may. Cost: one query; 4 to 7 when it counts.
    """
    permissions.check_is_somebody(by)
    if submission.state != SubmissionState.ACCEPTED or submission.counted_at is not None:
        return False
    enrolment, step = submission.enrolment, submission.step
    asked = content.read(step.content, content.Homework)
    if asked.peers is not None and not duty_of(submission, asked.peers, at=at).is_done:
        return False
    mark = Mark.objects.get(submission=submission, verdict=Verdict.ACCEPTED)
    submission.counted_at = at
    submission.save(update_fields=["counted_at"])
    result = record(
        StudyEvent.HOMEWORK_ACCEPTED, object_id=step.pk, object_label=step.title, person_id=enrolment.person_id,
        programme_id=enrolment.programme_id, unit_path=enrolment.unit_path, kind=block_id_of(enrolment, step), measure=submission.score,
        data={"enrolment": enrolment.pk, "mark": mark.pk}, key=f"homework:{enrolment.pk}:{step.pk}", by=by, at=at,
    )  # fmt: skip
    results.pass_on(result)
    return True
