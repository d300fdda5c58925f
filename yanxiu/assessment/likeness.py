"""Homework and observation reports among the texts that are compared: what of it is compared, and who reads it beside another."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from yanxiu.assessment import permissions
from yanxiu.assessment.models import Observation
from yanxiu.catalogue import content
from yanxiu.catalogue.models import LessonCase, Step
from yanxiu.integrity.models import TextKind
from yanxiu.integrity.similarity import Source, Text
from yanxiu.kit.actor import Actor
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


def _visible_reports(actor: Actor) -> QuerySet[Any, Any]:
    return permissions.visible_observations(actor).values("pk")


def _report_address(actor: Actor, observation_id: int) -> str:
    """The reports on the case, for those who see them. Cost: one query."""
    seen = Observation.objects.filter(pk=observation_id, case__in=permissions.visible_scored_cases(actor))
    case_id = seen.values_list("case", flat=True).first()
    return reverse("assessment:case_scores", args=[case_id]) if case_id else ""


def _visible(actor: Actor) -> QuerySet[Any, Any]:
    return permissions.markable_or_marked(actor).values("pk")


def _address(actor: Actor, submission_id: int) -> str:  # noqa: ARG001 - the same page for every marker
    return reverse("assessment:mark", args=[submission_id])


SOURCE = Source(object_type=OBJECT, visible=_visible, address=_address)
REPORT_SOURCE = Source(object_type=REPORT, visible=_visible_reports, address=_report_address)
