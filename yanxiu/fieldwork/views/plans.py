"""Plans of study: the own one, one of a school or group, and what can be done with them."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.fieldwork import actions, permissions, queries
from yanxiu.fieldwork.models import PlanItem, PlanLevel, PlanState, StudyPlan
from yanxiu.fieldwork.plan_forms import SummaryForm
from yanxiu.fieldwork.views.loading import found_plan, plan_context
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in


@require_GET
@signed_in
def plans(request: SignedInRequest) -> HttpResponse:
    """Show the own plan of the newest programme; without one, where to begin."""
    own = queries.own_plans(permissions.visible_plans(request.actor), request.person_id)
    places = list(permissions.own_places(request.actor).select_related("unit").order_by("-enrolled_at", "-pk"))
    shown = next((one for one in own if one.state != PlanState.DRAFT), None)
    drafts = [one for one in own if one.state == PlanState.DRAFT]
    if shown is not None:
        tabs = [
            Tab(label=one.programme.title, url=reverse("fieldwork:plan", args=[one.pk]), current=one.pk == shown.pk)
            for one in own
            if one.state != PlanState.DRAFT
        ]
        draft = next((one for one in drafts if one.follows_id == shown.pk), None)
        others = [one for one in places if one.programme_id not in {plan.programme_id for plan in own}]
        context = plan_context(request, shown) | {"tabs": tabs, "draft": draft, "places": others, "is_home": True}
        return htmx.page(request, "fieldwork/plan.html", context)
    above = queries.plan_above(
        places[0].programme, places[0].unit, level=PlanLevel.PERSONAL, stage=places[0].stage, subject=places[0].subject
    ) if places else None  # fmt: skip
    return htmx.page(request, "fieldwork/no_plan.html", {"drafts": drafts, "places": places, "above": above})


@require_POST
@signed_in
def begin_plan(request: SignedInRequest, enrolment_id: int) -> HttpResponse:
    """Begin the own plan."""
    place = permissions.own_places(request.actor).select_related("unit").filter(pk=enrolment_id).first()
    if place is None:
        raise NotFound(_("没有找到这个项目，可能已结束或您已报删。"))
    plan = actions.draft_own_plan(enrolment=place, by=request.actor, at=now())
    return htmx.redirect(request, _next(plan))


@require_GET
@signed_in
def plan(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """Show a plan; a draft leads to its editor."""
    one = found_plan(request, plan_id)
    if one.state == PlanState.DRAFT:
        return htmx.redirect(request, reverse("fieldwork:edit_plan", args=[one.pk]))
    draft = StudyPlan.objects.filter(follows=one, state=PlanState.DRAFT).first()
    return htmx.page(
        request, "fieldwork/plan.html", plan_context(request, one) | {"draft": draft, "tabs": [], "places": [], "is_home": False}
    )


@require_GET
@signed_in
def print_plan(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """Show a plan as a sheet of paper."""
    return htmx.page(request, "fieldwork/print_plan.html", plan_context(request, found_plan(request, plan_id)))


@require_POST
@signed_in
def revise_plan(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """Begin the next version."""
    made = actions.revise_plan(plan=found_plan(request, plan_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("fieldwork:edit_plan", args=[made.pk]))


@require_POST
@signed_in
def close_plan(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """Sum a plan up."""
    one = found_plan(request, plan_id)
    form = SummaryForm(request.POST)
    form.errors.clear()  # the action says it better
    try:
        actions.close_plan(plan=one, summary=str(request.POST.get("summary", "")), by=request.actor, at=now())
    except DomainError as error:
        status = explain(form, error)
        context = plan_context(request, one) | {"draft": None, "tabs": [], "places": [], "is_home": False, "form": form}
        return htmx.page(request, "fieldwork/plan.html", context, status=status)
    return htmx.redirect(request, reverse("fieldwork:plan", args=[one.pk]), note=_("计划已结束，小结已存"))


@require_POST
@signed_in
def reopen_plan(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """Put a closed plan into force again."""
    one = actions.reopen_plan(plan=found_plan(request, plan_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("fieldwork:plan", args=[one.pk]), note=_("计划恢复执行"))


@require_POST
@signed_in
def tick_item(request: SignedInRequest, plan_id: int, item_id: int) -> HttpResponse:
    """Say that an item is done (`done`), or take it back."""
    one = found_plan(request, plan_id)
    item = PlanItem.objects.select_related("plan").filter(plan=one, pk=item_id).first()
    if item is None:
        raise NotFound(_("计划里没有这一项，可能已经修订掉了。"))
    done = request.POST.get("done") == "1"
    actions.tick_item(item=item, done=done, by=request.actor, at=now())
    return htmx.redirect(
        request, f"{reverse('fieldwork:plan', args=[one.pk])}#{item.key}", note=_("已标记完成") if done else _("已取消标记")
    )


def _next(plan: StudyPlan) -> str:
    return reverse("fieldwork:edit_plan" if plan.state == PlanState.DRAFT else "fieldwork:plan", args=[plan.pk])
