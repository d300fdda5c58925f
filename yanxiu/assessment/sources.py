"""Who reads homework and observation reports beside other texts, and where they came from."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from yanxiu.assessment import permissions
from yanxiu.assessment.likeness import OBJECT, REPORT
from yanxiu.assessment.models import Observation
from yanxiu.integrity.similarity import Source
from yanxiu.kit.actor import Actor


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
