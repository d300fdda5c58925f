"""The official windows and a unit's own days in them."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx
from yanxiu.kit.clock import day, now
from yanxiu.kit.components.wording import last_day
from yanxiu.kit.errors import DomainError
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.orgs.models import Org
from yanxiu.orgs.permissions import units_with
from yanxiu.programmes import actions, queries
from yanxiu.programmes.forms import UnitDatesForm
from yanxiu.programmes.models import Programme
from yanxiu.programmes.views.loading import number_of, tabs, visible_programme
from yanxiu.programmes.views.programmes import bars


@require_GET
@requires(Permission.PROGRAMMES_VIEW)
def unit_dates(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Show the windows as they hold for a unit; where units may narrow them and the actor may, a form."""
    one = visible_programme(request, programme_id)
    return _page(request, one, _unit(_units(request, one), request.GET.get("unit", "")))


@require_POST
@requires(Permission.PROGRAMMES_SET_UNIT_DATES)
def set_unit_dates(request: SignedInRequest, programme_id: int, unit_id: int, key: str) -> HttpResponse:
    """Set a unit's own days of one window."""
    one = visible_programme(request, programme_id)
    unit = get_object_or_404(_units(request, one), pk=unit_id)
    form = UnitDatesForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            actions.set_unit_dates(
                programme=one, unit=unit, key=key, starts_on=values["starts_on"], ends_on=values["ends_on"], by=request.actor, at=now()
            )
        except DomainError as error:
            if error.field not in form.fields:
                raise
            form.add_error(error.field, error.message)
        else:
            back = f"{reverse('programmes:unit_dates', args=[one.pk])}?unit={unit.pk}"
            return htmx.redirect(request, back, note=f"{unit.name}的起止时间已存")
    return _page(request, one, unit, wrong=(key, form), status=422)


def _units(request: SignedInRequest, one: Programme) -> QuerySet[Org]:
    return units_with(request.actor, Permission.PROGRAMMES_SET_UNIT_DATES).filter(path__startswith=one.owner_path, closed_on__isnull=True)


def _unit(units: QuerySet[Org], raw: str) -> Org | None:
    if raw:
        return get_object_or_404(units, pk=number_of(raw))
    return units.order_by("path", "pk").first()


def _page(
    request: SignedInRequest, one: Programme, unit: Org | None, *, wrong: tuple[str, UnitDatesForm] | None = None, status: int = 200
) -> HttpResponse:
    at = now()
    spans = queries.timeline(one.current_id, unit.path if unit else "") if one.current_id else ()
    rows = []
    for span in spans:
        form = None
        if unit is not None and span.unit_may_narrow:
            form = wrong[1] if wrong and wrong[0] == span.key else _form(span)
        rows.append((span, queries.days_words(span, at), form))
    units = _units(request, one).order_by("path", "pk")[:200] if unit else []
    context = {
        "programme": one, "tabs": tabs(one, "unit_dates"), "unit": unit, "units": units, "rows": rows, "windows": bars(spans),
        "today": day(at), "headline": _headline(spans, at),
    }  # fmt: skip
    return htmx.page(request, "programmes/unit_dates.html", context, status=status)


def _headline(spans: Sequence[queries.Span], at: datetime) -> str:
    """Which windows are open now, and which closes first; else what opens next."""
    ending = sorted((span.ends_at, span.label) for span in spans if span.state(at) == "open" and span.ends_at is not None)
    if ending:
        count = sum(span.state(at) == "open" for span in spans)
        return f"现在开着 {count} 个时段，“{ending[0][1]}”先到 {last_day(ending[0][0]):%m-%d} 截止"
    coming = sorted((span.starts_at, span.label) for span in spans if span.state(at) == "before" and span.starts_at is not None)
    if coming:
        return f"现在没有开着的时段，“{coming[0][1]}” {day(coming[0][0]):%m-%d} 开始"
    return "各个时段都过了" if any(span.ends_at for span in spans) else "方案还没有写明时段"


def _form(span: queries.Span) -> UnitDatesForm:
    if not span.is_own or span.starts_at is None or span.ends_at is None:
        return UnitDatesForm(auto_id=f"id_{span.key}_%s")
    return UnitDatesForm(initial={"starts_on": day(span.starts_at), "ends_on": last_day(span.ends_at)}, auto_id=f"id_{span.key}_%s")
