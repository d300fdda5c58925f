"""What assessment does because of study: a lesson case begun anew opens its report again."""

from yanxiu.assessment import actions
from yanxiu.catalogue.events import StudyEvent
from yanxiu.catalogue.models import LessonCase
from yanxiu.kit.actor import SYSTEM
from yanxiu.programmes.models import Enrolment
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to


@reacts_to(StudyEvent.CASE_RESTARTED)
def open_report(record: Record) -> None:
    """The report is a draft again, and handed in anew."""
    enrolment = Enrolment.objects.select_related("programme").filter(pk=record.data.get("enrolment")).first()
    if enrolment is not None:
        actions.reopen_observation(enrolment=enrolment, case=LessonCase.objects.get(pk=int(record.object_id)), by=SYSTEM, at=record.at)
