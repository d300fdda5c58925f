"""Keeping order in a space or in all spaces of an office: what waits, to be decided one by one or together; the rules; what was done."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.integrity.models import MeasureKind, ReportCase, ReportReason
from yanxiu.kit import htmx, paging
from yanxiu.kit.actor import Actor
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError, Invalid
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import plain
from yanxiu.workshops import actions, permissions
from yanxiu.workshops.models import Space
from yanxiu.workshops.order_forms import RULES, BatchForm, RulesForm
from yanxiu.workshops.queries import order
from yanxiu.workshops.views import loading

MODERATE = Permission.WORKSHOPS_MODERATE
MEASURES = {"hide": MeasureKind.HIDE, "return": MeasureKind.RETURN, "delete": MeasureKind.DELETE, "warn": MeasureKind.WARN}
EMPTY = {
    "held": (_("没有等着看的发言"), _("按管理规则或词库先审的发言会排到这里")),
    "reports": (_("没有待处理的举报"), _("成员在发言下面点“举报”，就到这里")),
    "hits": (_("没有要看的提示"), _("命中词库的、与别人几乎一样的会列在这里")),
    "appeals": (_("没有等您决定的申诉"), _("下一级的处理有人申诉时会到这里")),
}


@require_GET
@requires(MODERATE)
def office_order(request: SignedInRequest) -> HttpResponse:
    """Show what waits in all spaces that the office keeps."""
    return _page(request, None)


@require_GET
@requires(MODERATE)
def space_order(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Show what waits in a space and its sub-workshops."""
    return _page(request, _kept(request, space_id))


@require_POST
@requires(MODERATE)
def act_office_order(request: SignedInRequest) -> HttpResponse:
    """Decide the chosen of all spaces together."""
    return _act(request, None)


@require_POST
@requires(MODERATE)
def act_space_order(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Decide the chosen of a space together."""
    return _act(request, _kept(request, space_id))


@require_http_methods(["GET", "POST"])
@requires(Permission.WORKSHOPS_HOST, Permission.WORKSHOPS_OPEN)
def set_rules(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Show and set what waits for a look before it is public."""
    one, status = loading.hosted(request, space_id), 200
    rules = order.rules_of(one)
    form = RulesForm(request.POST or None, initial=vars(rules) if rules else None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.set_rules(space=one, **form.cleaned_data, by=request.actor, at=now())
            except DomainError as error:
                status = explain(form, error)
            else:
                return htmx.redirect(request, reverse("workshops:space_order", args=[one.pk]), note=_("管理规则已存，从下一条发言起照办"))
    context = {"space": one, "form": form, "rules": rules, "tabs": loading.tabs(request, one, "space_order")}
    return htmx.page(request, "workshops/order_rules.html", context, status=status)


def _kept(request: SignedInRequest, space_id: int) -> Space:
    space = loading.inside(request, space_id)
    permissions.check_can_moderate(request.actor, space)
    return space


def _page(request: SignedInRequest, space: Space | None, *, form: Form | None = None, status: int = 200) -> HttpResponse:
    scope = _scope(request, space)
    counts = order.waiting_counts(scope)
    asked = request.POST.get("show") or request.GET.get("show", "")
    show = asked if asked in order.SHOWS else next((one for one in order.SHOWS if getattr(counts, one)), "held")
    number, here = paging.number_from(request.GET.get("page")), _here(space)
    page: paging.Page[object] = (
        order.waiting_appeals(scope, number=number)  # type: ignore[assignment]
        if show == "appeals"
        else order.waiting(scope, show=show, number=number)
    )
    names = (("held", _("待审")), ("reports", _("举报")), ("hits", _("提示")), ("appeals", _("申诉")))
    context = {
        "space": space,
        "tabs": loading.tabs(request, space, "space_order") if space is not None else [],
        "counts": counts,
        "waits": now() - counts.oldest if counts.oldest else None,
        "show": show,
        "shows": [Tab(label=label, url=f"{here}?show={key}", current=key == show, count=getattr(counts, key)) for key, label in names],
        "page": page,
        "more": f"?show={show}&page={page.following}" if page.has_more else "",
        "act": reverse("workshops:act_space_order", args=[space.pk]) if space is not None else reverse("workshops:act_office_order"),
        "rules": RULES,
        "form": form,
        "sent": set(request.POST.getlist("chosen")),
        "sent_rule": request.POST.get("rule", ""),
        "sent_reason": request.POST.get("reason", ""),
        "empty": EMPTY[show],
        "now": now(),
        "is_host": space is not None and loading.is_host(request, space) and not space.is_sub,
    }
    return htmx.page(request, "workshops/order.html", context, status=status)


def _scope(request: SignedInRequest, space: Space | None) -> order.Scope:
    actor = request.actor
    spaces = permissions.kept_spaces(actor)
    return order.Scope(
        spaces=spaces if space is None else order.below(spaces, space), cases=permissions.visible_cases(actor),
        hits=permissions.visible_hits(actor), appeals=permissions.rulable_appeals(actor), person_id=actor.person_id,
        is_one=space is not None,
    )  # fmt: skip


def _act(request: SignedInRequest, space: Space | None) -> HttpResponse:
    show = request.POST.get("show", "held")
    show = show if show in ("held", "reports", "hits") else "held"
    rows = {
        one.key: one for one in order.waiting(_scope(request, space), show=show, number=paging.number_from(request.GET.get("page"))).rows
    }
    form, status = BatchForm(request.POST, offered=rows), 422
    if form.is_valid():
        chosen = [rows[key] for key in form.cleaned_data["chosen"]]
        try:
            with transaction.atomic():
                note = _decide(chosen, show, form, by=request.actor, at=now())
        except DomainError as error:
            form.add_error(None, error.message)
            status = error.status
        else:
            return htmx.redirect(request, f"{_here(space)}?show={show}", note=note)
    elif "chosen" in form.errors:
        form.errors.clear()
        form.add_error(None, _("还没有选，或选中的已由别人办了。请勾选要办的再按。"))
    return _page(request, space, form=form, status=status)


def _decide(chosen: Sequence[order.Waiting], show: str, form: BatchForm, *, by: Actor, at: datetime) -> str:
    do, reason = form.cleaned_data["do"], plain(form.cleaned_data["reason"])
    count = len(chosen)
    if do == "pass" and show == "held":
        _each(chosen, lambda one: actions.release_post(post=one.post, by=by, at=at) if one.post else None)
        return ngettext("%(n)d 条已公开，按现在计数", "%(n)d 条已公开，按现在计数", count) % {"n": count}
    if do == "stay" and show == "hits":
        actions.mark_seen(hits=[one.key for one in chosen], by=by, at=at)
        return ngettext("%(n)d 条看过了，照留", "%(n)d 条看过了，照留", count) % {"n": count}
    if do == "stay" and show == "reports":
        cases = ReportCase.objects.in_bulk([one.key for one in chosen])
        _each(chosen, lambda one: actions.settle_report(case=cases[one.key], answer=reason, by=by, at=at))
        return ngettext("%(n)d 件举报已办结，举报人会看到说明", "%(n)d 件举报已办结，举报人会看到说明", count) % {"n": count}
    if do not in MEASURES:
        raise Invalid(_("请选怎么处理：通过、隐藏、退回、删除或照留。"))
    if not form.cleaned_data["rule"]:
        raise Invalid(_("请选按哪条规则处理，本人会看到。"))
    rule, kind = ReportReason(form.cleaned_data["rule"]), MEASURES[do]
    _each(chosen, lambda one: _act_on(one, kind=kind, rule=rule, reason=reason, by=by, at=at))
    words = {"n": count, "kind": kind.label}
    return ngettext("%(n)d 条已%(kind)s，对应的计数已减去", "%(n)d 条已%(kind)s，对应的计数已减去", count) % words


def _act_on(one: order.Waiting, **facts: Any) -> None:
    if one.case is not None:
        actions.act_on_case(case=one.case, **facts)
    elif one.post is not None:
        actions.take_measure(post=one.post, **facts)


def _each(chosen: Sequence[order.Waiting], act: Callable[[order.Waiting], object]) -> None:
    for one in chosen:
        act(one)


def _here(space: Space | None) -> str:
    return reverse("workshops:space_order", args=[space.pk]) if space is not None else reverse("workshops:office_order")
