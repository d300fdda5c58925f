"""Homework and observation reports among the texts that are compared: what of them is compared."""

from datetime import datetime

from yanxiu.catalogue import content
from yanxiu.catalogue.models import LessonCase, Step
from yanxiu.integrity.models import TextKind
from yanxiu.integrity.similarity import Text
from yanxiu.programmes.models import Enrolment

OBJECT, REPORT = "submission", "observation"


def text_of(enrolment: Enrolment, step: Step, words: str, *, submission_id: int, at: datetime) -> Text:
    """Return the words of a homework as they are compared: the task's own words count for nobody."""
    asked = content.read(step.content, content.Homework)
    return Text(
        kind=TextKind.HOMEWORK, object_type=OBJECT, object_id=submission_id, body=words, person_id=enrolment.person_id,
        unit_path=enrolment.unit_path, written_at=at, programme_id=enrolment.programme_id, programme_title=enrolment.programme.title,
        task=f"step:{step.pk}", title=f"{step.title}作业", template=(asked.task, *(f"【{part.label}】" for part in asked.asked_parts)),
    )  # fmt: skip


def text_of_report(enrolment: Enrolment, case: LessonCase, report: str, *, observation_id: int, at: datetime) -> Text:
    """Return an observation report as it is compared: with what others wrote on this lesson and elsewhere."""
    return Text(
        kind=TextKind.REPORT, object_type=REPORT, object_id=observation_id, body=report, person_id=enrolment.person_id,
        unit_path=enrolment.unit_path, written_at=at, programme_id=enrolment.programme_id, programme_title=enrolment.programme.title,
        task=f"case:{case.pk}", title=f"《{case.title}》观课报告", template=(case.title, case.summary),
    )  # fmt: skip
