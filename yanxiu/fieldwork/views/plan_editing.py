"""The editor of a plan. Every button sends the whole form, so that nothing typed is lost by adding, moving or removing an item."""

from collections.abc import Callable

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.fieldwork import actions, permissions, planning, queries
from yanxiu.fieldwork.models import ItemKind, PlanLevel, PlanState, StudyPlan
from yanxiu.fieldwork.plan_forms import PlanHeadForm, typed_items
from yanxiu.fieldwork.views.loading import found_plan
from yanxiu.kit import htmx
from yanxiu.kit.clock import local, now
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in


@require_GET
@signed_in
def edit_plan(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """Show the editor."""
    return _show(request, _draft(request, plan_id))


@require_POST
@signed_in
def save_plan(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """Keep what is typed: JSON for the form that saves itself, back to the editor for the button."""
    is_quiet = request.headers.get("Accept", "").startswith("application/json")
    try:
        plan = _kept(request, plan_id)
    except DomainError as error:
        if is_quiet:
            return JsonResponse({"message": error.message}, status=error.status)
        return _show(request, _draft(request, plan_id), error=error)
    time = f"{local(plan.saved_at):%H:%M}"
    return JsonResponse({"at": time}) if is_quiet else htmx.redirect(request, _url(plan), note=_("已存 %(time)s") % {"time": time})


@require_POST
@signed_in
def add_item(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """Keep what is typed and append an item."""

    def added(plan: StudyPlan) -> StudyPlan:
        return actions.add_item(plan=plan, by=request.actor, at=now())

    return _changed(request, plan_id, added)


@require_POST
@signed_in
def remove_item(request: SignedInRequest, plan_id: int, key: str) -> HttpResponse:
    """Keep what is typed and take an item out."""

    def removed(plan: StudyPlan) -> StudyPlan:
        return actions.remove_item(plan=plan, key=key, by=request.actor, at=now())

    return _changed(request, plan_id, removed)


@require_POST
@signed_in
def move_item(request: SignedInRequest, plan_id: int, key: str, way: str) -> HttpResponse:
    """Keep what is typed and move an item `up` or `down`."""
    if way not in ("up", "down"):
        raise NotFound(_("没有这个方向，请用上移或下移。"))

    def moved(plan: StudyPlan) -> StudyPlan:
        return actions.move_item(plan=plan, key=key, up=way == "up", by=request.actor, at=now())

    return _changed(request, plan_id, moved, key=key)


@require_POST
@signed_in
def publish_plan(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """Keep what is typed and put it into force; a refusal names the place."""
    try:
        plan = actions.publish_plan(plan=_kept(request, plan_id), by=request.actor, at=now())
    except DomainError as error:
        return _show(request, _draft(request, plan_id), error=error)
    return htmx.redirect(request, reverse("fieldwork:plan", args=[plan.pk]), note=_("计划已发布，做到哪一步会自动算"))


@require_POST
@signed_in
def copy_plan(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """Put the plan of the year before into the draft."""
    draft = _draft(request, plan_id)
    source = queries.earlier_plan(draft)
    if source is None:
        raise NotFound(_("没有找到以前的计划，请从这一份写起。"))
    plan = actions.copy_plan(plan=draft, source=source, by=request.actor, at=now())
    return htmx.redirect(request, _url(plan), note=_("已放进以前计划的目标和事项，日子顺延一年"))


@require_POST
@signed_in
def discard_plan(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """Throw a draft away."""
    draft = _draft(request, plan_id)
    actions.discard_plan(plan=draft, by=request.actor, at=now())
    own = draft.level == PlanLevel.PERSONAL
    return htmx.redirect(request, reverse("fieldwork:plans" if own else "fieldwork:unit_plans"), note=_("草稿已丢弃"))


def _changed(request: SignedInRequest, plan_id: int, change: Callable[[StudyPlan], StudyPlan], *, key: str = "") -> HttpResponse:
    try:
        plan = change(_kept(request, plan_id))
    except DomainError as error:
        return _show(request, _draft(request, plan_id), error=error)
    place = key or (plan.typed[-1]["key"] if plan.typed else "items")
    return htmx.redirect(request, f"{_url(plan)}#{place}")


def _kept(request: SignedInRequest, plan_id: int) -> StudyPlan:
    typed = actions.TypedPlan(
        title=request.POST.get("title", ""), goals=request.POST.get("goals", ""), starts_on=request.POST.get("starts_on", ""),
        ends_on=request.POST.get("ends_on", ""), items=typed_items(request.POST),
    )  # fmt: skip
    return actions.save_plan(plan=_draft(request, plan_id), typed=typed, by=request.actor, at=now())


def _draft(request: SignedInRequest, plan_id: int) -> StudyPlan:
    plan = found_plan(request, plan_id)
    permissions.check_can_write_plan(request.actor, plan)
    if plan.state != PlanState.DRAFT:
        raise NotFound(_("这份计划已经发布。要改，请在计划页上点“修订”。"))
    return plan


def _show(request: SignedInRequest, plan: StudyPlan, *, error: DomainError | None = None) -> HttpResponse:
    facts = {
        "title": plan.title, "goals": plan.goals, "starts_on": plan.starts_on.isoformat() if plan.starts_on else "",
        "ends_on": plan.ends_on.isoformat() if plan.ends_on else "",
    }  # fmt: skip
    form, status = PlanHeadForm(initial=facts), 200
    if error is not None:
        form = PlanHeadForm(facts | {name: request.POST[name] for name in facts if name in request.POST})
        form.errors.clear()  # the action says it better
        status = explain(form, error)
    above = list(queries.to_take_up(plan.parent_id)) if plan.parent_id else []
    context = {
        "plan": plan,
        "form": form,
        "faults": [one.message for one in planning.faults(plan.typed, title=plan.title, goals=plan.goals)],
        "kinds": [(kind.value, kind.label) for kind in ItemKind if kind != ItemKind.COURSE],
        "blocks": queries.blocks_of(plan.programme),
        "above": above,
        "open": sum(one.key not in {item["serves"] for item in plan.typed} for one in above),
        "earlier": queries.earlier_plan(plan) if plan.follows_id is None else None,
        "is_own": plan.level == PlanLevel.PERSONAL,
    }
    return htmx.page(request, "fieldwork/plan_editor.html", context, status=status)


def _url(plan: StudyPlan) -> str:
    return reverse("fieldwork:edit_plan", args=[plan.pk])
