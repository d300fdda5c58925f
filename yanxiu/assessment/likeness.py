"""Homework among the texts that are compared: what of it is compared, and who reads it beside another."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from yanxiu.assessment import permissions
from yanxiu.catalogue import content
from yanxiu.catalogue.models import Step
from yanxiu.integrity.models import TextKind
from yanxiu.integrity.similarity import Source, Text
from yanxiu.kit.actor import Actor
from yanxiu.programmes.models import Enrolment

OBJECT = "submission"


def text_of(enrolment: Enrolment, step: Step, words: str, *, submission_id: int, at: datetime) -> Text:
    """Return the words of a homework as they are compared: the task's own words count for nobody."""
    asked = content.read(step.content, content.Homework)
    return Text(
        kind=TextKind.HOMEWORK, object_type=OBJECT, object_id=submission_id, body=words, person_id=enrolment.person_id,
        unit_path=enrolment.unit_path, written_at=at, programme_id=enrolment.programme_id, programme_title=enrolment.programme.title,
        task=f"step:{step.pk}", title=f"{step.title}作业", template=(asked.task, *(f"【{part.label}】" for part in asked.asked_parts)),
    )  # fmt: skip


def _visible(actor: Actor) -> QuerySet[Any, Any]:
    return permissions.markable_or_marked(actor).values("pk")


def _address(actor: Actor, submission_id: int) -> str:  # noqa: ARG001 - the same page for every marker
    return reverse("assessment:mark", args=[submission_id])


SOURCE = Source(object_type=OBJECT, visible=_visible, address=_address)
