"""What the pages of plans load alike."""

from django.urls import reverse
from django.utils.translation import gettext as _

from yanxiu.fieldwork import permissions, queries
from yanxiu.fieldwork.models import PlanState, StudyPlan
from yanxiu.fieldwork.plan_forms import SummaryForm
from yanxiu.fieldwork.queries.plans import LOADED
from yanxiu.kit import rules
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import NotFound
from yanxiu.kit.policy import SignedInRequest


def found_plan(request: SignedInRequest, plan_id: int) -> StudyPlan:
    """Return a plan the actor may read. Raises NotFound. Cost: one query."""
    one = permissions.visible_plans(request.actor).select_related(*LOADED).filter(pk=plan_id).first()
    if one is None:
        raise NotFound(_("没有找到这份研修计划。可能还在写，或不在您当前身份的范围里。"))
    return one


def plan_context(request: SignedInRequest, one: StudyPlan) -> dict[str, object]:
    """Return what the page of a plan shows. A plan of a school or group is counted for whoever reads it."""
    at = now()
    page = queries.plan_page(one, person_id=one.person_id or request.person_id, at=at)
    writes = rules.holds(permissions.check_can_write_plan, request.actor, one)
    return {
        "plan": one,
        "page": page,
        "now": at,
        "writes": writes,
        "is_own": one.person_id == request.person_id,
        "follows_up": one.person_id is None and request.actor.may(permissions.VIEW, path=one.unit_path),
        "versions": queries.versions_of(one) if one.version > 1 else [],
        "may_revise": writes and one.state == PlanState.PUBLISHED,
        "form": SummaryForm(),
    }


def school_tabs(here: str) -> list[Tab]:
    """Return the pages of 校本研修: plans, research lessons, materials."""
    pages = (("unit_plans", _("计划")), ("lessons_to_confirm", _("研究课")), ("articles_to_confirm", _("材料")))
    return [Tab(label=label, url=reverse(f"fieldwork:{name}"), current=name == here) for name, label in pages]
