"""Studying again what does not count by a decision: from the start, and counted as of when it is done anew."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from yanxiu.catalogue.events import StudyEvent as Shared
from yanxiu.catalogue.models import Course, LessonCase
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict
from yanxiu.learning import permissions
from yanxiu.learning.actions.opening import NotChosen
from yanxiu.learning.carrying import lock
from yanxiu.learning.events import StudyEvent
from yanxiu.learning.models import CaseDraw, CourseDone, CueAnswer, How, Item, Lease, PackageStudy, Progress, StepDone
from yanxiu.learning.queries import studying as queries
from yanxiu.programmes.models import Enrolment
from yanxiu.records.actions import record

STUDIED = (How.WATCHED, How.READ, How.ANSWERED, How.REPORTED)
"""What is studied by time, and so anew; tests, homework, discussions and activities were judged by people and stay."""


class NotWithheld(Conflict):
    """It counts, or was never completed."""

    code = "not_withheld"


@transaction.atomic
def study_again(*, enrolment: Enrolment, course: Course, by: Actor, at: datetime) -> int:
    """Begin a course anew after a decision took its hours; return how many steps are to be studied again.

    What was watched, read and answered in it is forgotten with its server time; records stay. Raises NotPermitted, NotChosen,
    WindowClosed, NotWithheld; Conflict when nothing in the course is studied by time. Cost: 13 queries.
    """
    permissions.check_can_study(by, enrolment)
    selection = queries.selection_of(enrolment, course)
    if selection is None:
        raise NotChosen(f"《{course.title}》不在您的课程里。")
    permissions.check_study_open(enrolment, selection.block, at=at)
    lock(enrolment)
    if queries.withheld_by(queries.legs(enrolment, course)) is None:
        raise NotWithheld(f"《{course.title}》没有被核查决定不计学时，不用重新学。")
    done = StepDone.objects.filter(enrolment=enrolment, step__course=course, how__in=STUDIED)
    steps = list(done.order_by("pk").values_list("step_id", flat=True))
    if not steps:
        raise Conflict(f"《{course.title}》里只有测试、作业和讨论，结果已定，不能重新学。对决定有异议，可以申诉。")
    _forget(enrolment, steps)
    done.delete()
    CourseDone.objects.filter(enrolment=enrolment, course=course).delete()
    record(
        StudyEvent.COURSE_RESTARTED, object_id=course.pk, object_label=course.title, kind=selection.block, person_id=enrolment.person_id,
        programme_id=enrolment.programme_id, unit_path=enrolment.unit_path, data={"enrolment": enrolment.pk, "steps": steps}, by=by, at=at,
    )  # fmt: skip
    return len(steps)


@transaction.atomic
def study_case_again(*, enrolment: Enrolment, case: LessonCase, by: Actor, at: datetime) -> None:
    """Begin a lesson case anew after a decision took its hours: film and, where one is asked for, report.

    What was seen is forgotten with its server time; records stay, and the report is handed in again. Raises NotPermitted, NotChosen,
    WindowClosed, NotWithheld. Cost: 10 queries.
    """
    permissions.check_can_study(by, enrolment)
    lock(enrolment)
    draw = CaseDraw.objects.filter(enrolment=enrolment, case=case, voided_at__isnull=True).first()
    if draw is None:
        raise NotChosen(f"课例《{case.title}》没有分给您，请从“我的课程”里打开自己的课例。")
    permissions.check_study_open(enrolment, draw.block, at=at)
    if queries.case_withheld_by(draw) is None:
        raise NotWithheld(f"课例《{case.title}》没有被核查决定不计学时，不用重新观课。")
    place = {"person_id": enrolment.person_id, "enrolment_id": enrolment.pk, "kind": Item.CASE, "item_id": case.pk}
    Lease.objects.filter(**place).delete()
    Progress.objects.filter(**place).delete()
    CaseDraw.objects.filter(pk=draw.pk).update(watched_at=None, reported_at=None, done_at=None)
    record(
        Shared.CASE_RESTARTED, object_id=case.pk, object_label=case.title, kind=draw.block, person_id=enrolment.person_id,
        programme_id=enrolment.programme_id, unit_path=enrolment.unit_path, data={"enrolment": enrolment.pk}, by=by, at=at,
    )  # fmt: skip


def _forget(enrolment: Enrolment, steps: list[int]) -> None:
    """Tickets that were given lose their lease: nothing of before can be credited again."""
    place = {"person_id": enrolment.person_id, "enrolment_id": enrolment.pk, "kind": Item.STEP, "item_id__in": steps}
    Lease.objects.filter(**place).delete()
    Progress.objects.filter(**place).delete()
    CueAnswer.objects.filter(enrolment=enrolment, step__in=steps).delete()
    PackageStudy.objects.filter(enrolment=enrolment, step__in=steps).update(
        attempt=F("attempt") + 1, seconds=0, lease=0, lease_seconds=0, position="", sequencing=""
    )
