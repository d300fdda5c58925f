"""The tree of units: look, find, register, rename, move, close."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.components import Fact
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.rules import holds
from yanxiu.orgs import actions, permissions, queries
from yanxiu.orgs.forms import RenameForm, UnitForm
from yanxiu.orgs.models import Kind, Org, Stage


@require_GET
@requires(permissions.VIEW)
def units(request: SignedInRequest) -> HttpResponse:
    """Show where one stands in the tree, what lies below, and find units by name, code or initials."""
    return _unit_page(request, _stands_at(request))


@require_http_methods(["GET", "POST"])
@requires(permissions.REGISTER)
def register(request: SignedInRequest) -> HttpResponse:
    """Register a school, institution, teaching point or zone under a unit, where none is named under the own one."""
    within = permissions.units_with(request.actor, permissions.REGISTER)
    parent = queries.chosen(within, request.POST.get("unit") or request.GET.get("unit"))
    if parent is None:
        return htmx.redirect(request, "orgs:units", note=_("先点开上级单位，再登记它的下级"))
    form = UnitForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            unit = actions.register(
                name=given["name"], kind=Kind(given["kind"]), parent=parent, code=given["code"] or None,
                stages=[Stage(stage) for stage in given["stages"]], is_private=given["is_private"], by=request.actor, at=now(),
            )  # fmt: skip
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, _url(unit), note=_("%(unit)s已登记") % {"unit": unit.name})
    return htmx.page(request, "orgs/register.html", {"form": form, "parent": parent}, status=status)


@require_POST
@requires(permissions.RENAME)
def rename(request: SignedInRequest, unit_id: int) -> HttpResponse:
    """Give a unit its new name."""
    unit = get_object_or_404(permissions.visible_units(request.actor), pk=unit_id)
    form = RenameForm(request.POST)
    if not form.is_valid():
        return _unit_page(request, unit, form=form, status=422)
    try:
        unit = actions.rename(unit=unit, name=form.cleaned_data["name"], by=request.actor, at=now())
    except DomainError as error:
        return _unit_page(request, unit, form=form, status=explain(form, error))
    return htmx.redirect(request, _url(unit), note=_("已改名为%(unit)s，旧名称留在记录里") % {"unit": unit.name})


@require_http_methods(["GET", "POST"])
@requires(permissions.MOVE)
def move(request: SignedInRequest, unit_id: int) -> HttpResponse:
    """Hang a unit elsewhere: choose the new superior, see what moves along, then move."""
    unit = get_object_or_404(permissions.visible_units(request.actor).select_related("parent"), pk=unit_id)
    within = permissions.units_with(request.actor, permissions.MOVE)
    to = queries.named(within, request.POST.get("to") or request.GET.get("to"))
    if request.method == "POST" and to is not None:
        unit = actions.move(unit=unit, to=to, by=request.actor, at=now())
        return htmx.redirect(request, _url(unit), note=_("%(unit)s已改隶%(to)s") % {"unit": unit.name, "to": to.name})
    paths = request.actor.paths(permissions.MOVE)
    context = {
        "unit": unit,
        "to": to,
        "refusal": _against_moving(unit, to) if to else "",
        "below": queries.subtree(unit).count() - 1,
        "picker": queries.picker(
            within=within, paths=paths, stands_at=to or queries.beginning(within), text=request.GET.get("q", ""), param="to"
        ),
        "search_url": request.path,
    }
    return htmx.page(request, "orgs/move.html", context)


@require_POST
@requires(permissions.CLOSE)
def close(request: SignedInRequest, unit_id: int) -> HttpResponse:
    """Close a unit under which nothing is open."""
    unit = get_object_or_404(permissions.visible_units(request.actor), pk=unit_id)
    actions.close(unit=unit, by=request.actor, at=now())
    return htmx.redirect(request, _url(unit), note=_("%(unit)s已撤销，历史保留") % {"unit": unit.name})


def _against_moving(unit: Org, to: Org) -> str:
    if to.path.startswith(unit.path):
        return _("%(unit)s不能隶属它自己或它的下级。请另选新的上级") % {"unit": unit.name}
    return _("%(unit)s现在就隶属%(to)s。请另选新的上级") % {"unit": unit.name, "to": to.name} if unit.parent_id == to.pk else ""


def _stands_at(request: SignedInRequest) -> Org | None:
    return queries.chosen(permissions.visible_units(request.actor), request.GET.get("unit"))


def _unit_page(request: SignedInRequest, unit: Org | None, *, form: RenameForm | None = None, status: int = 200) -> HttpResponse:
    visible: QuerySet[Org] = permissions.visible_units(request.actor)
    context = {
        "unit": unit,
        "facts": _facts(unit) if unit else [],
        "form": form or (RenameForm(initial={"name": unit.name}) if unit else None),
        "register_url": f"{reverse('orgs:register')}?unit={unit.pk}" if unit else "",
        "may_register": unit is not None and holds(permissions.check_can_register_under, request.actor, unit),
        "may_rename": unit is not None and holds(permissions.check_can_manage_unit, request.actor, unit, permissions.RENAME),
        "may_move": unit is not None and holds(permissions.check_can_manage_unit, request.actor, unit, permissions.MOVE),
        "may_close": unit is not None
        and unit.closed_on is None
        and holds(permissions.check_can_manage_unit, request.actor, unit, permissions.CLOSE),
        "picker": queries.picker(
            within=visible, paths=request.actor.paths(permissions.VIEW), stands_at=unit, text=request.GET.get("q", "")
        ),
        "search_url": reverse("orgs:units"),
    }
    return htmx.page(request, "orgs/units.html", context, status=status)


def _facts(unit: Org) -> list[Fact]:
    kind = Kind(unit.kind).label
    return [
        Fact(label=_("类别"), value=_("民办%(kind)s") % {"kind": kind} if unit.is_private else kind),
        Fact(label=_("代码"), value=unit.code or _("没有登记")),
        Fact(label=_("学段"), value="、".join(unit.stages) or _("不分学段")),
        Fact(label=_("状态"), value=_("%(day)s 撤销") % {"day": unit.closed_on.isoformat()} if unit.closed_on else _("在办")),
    ]


def _url(unit: Org) -> str:
    return f"{reverse('orgs:units')}?unit={unit.pk}"
