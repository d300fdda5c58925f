"""What assessment does because of what happened: a case begun anew opens its report again, released scores count their questions."""

from yanxiu.assessment import actions
from yanxiu.assessment.actions.bank_statistics import count_statistics
from yanxiu.assessment.events import ScoreEvent
from yanxiu.assessment.models import Exam
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


@reacts_to(ScoreEvent.RELEASED)
def count_questions(record: Record) -> None:
    """Scores came out, or came out anew: how the questions of these exams did is counted again."""
    if record.programme_id is None:
        return
    shown = Exam.objects.filter(programme_id=record.programme_id, assessment=record.data.get("assessment") or "", edition__gt=0)
    for exam in shown.select_related("paper").order_by("pk"):
        count_statistics(exam=exam, by=SYSTEM, at=record.at)
