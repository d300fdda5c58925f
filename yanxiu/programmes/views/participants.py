"""Who takes part, and who comes in."""

from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Crumb, Effect, Filter, Option
from yanxiu.kit.errors import Invalid
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.orgs.models import Org, Stage
from yanxiu.orgs.permissions import units_with
from yanxiu.people import permissions as people
from yanxiu.people.models import Person
from yanxiu.programmes import actions, permissions, queries
from yanxiu.programmes.forms import EnrolForm, EnrolUnitsForm, ParticipantFilterForm, side
from yanxiu.programmes.models import EnrolmentState, Programme
from yanxiu.programmes.views.loading import number_of, tabs, visible_programme


@require_GET
@requires(Permission.PROGRAMMES_VIEW)
def participants(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """List the participants in the actor's scope."""
    one = visible_programme(request, programme_id)
    form = ParticipantFilterForm(request.GET)
    values = {key: value for key, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    unit = units_with(request.actor, Permission.PROGRAMMES_VIEW).filter(pk=values["unit"]).first() if "unit" in values else None
    found = queries.participants(
        permissions.visible_participants(request.actor, one), words=values.get("q", ""), state=values.get("state", ""),
        unit_path=unit.path if unit else "", stage=values.get("stage", ""),
    )  # fmt: skip
    page = paging.page_of(found, number=paging.number_from(request.GET.get("page")), size=50)
    here = reverse("programmes:participants", args=[one.pk])
    more = f"{here}?{urlencode({**values, 'page': page.following})}" if page.has_more else ""
    context = {
        "programme": one,
        "tabs": tabs(one, "participants"),
        "page": page,
        "more": more,
        "unit": unit,
        "count": found.count(),
        "is_narrowed": bool(values),
        "words": values.get("q", ""),
        "filters": [
            _filter("状态", "state", EnrolmentState.choices, here, values),
            _filter("学段", "stage", Stage.choices, here, values),
        ],
        "may_see_people": request.actor.may(people.VIEW),
        "may_enrol": request.actor.may(Permission.PROGRAMMES_ENROL) and one.state == "running",
    }
    return htmx.page(request, "programmes/participants.html", context)


def _filter(label: str, key: str, choices: list[tuple[str, str]], here: str, values: dict[str, object]) -> Filter:
    current = values.get(key, "")
    options = [
        Option(label=str(word), url=f"{here}?{urlencode({**values, key: value})}", current=value == current)
        for value, word in [("", "全部"), *choices]
    ]
    return Filter(label=label, value=next((option.label for option in options if option.current), "全部"), options=options)


@require_GET
@requires(Permission.PROGRAMMES_ENROL)
def choose_units(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Show the units below one with their teachers; with units chosen, what enrolling them does."""
    one = visible_programme(request, programme_id)
    mine = units_with(request.actor, Permission.PROGRAMMES_ENROL).filter(path__startswith=one.owner_path)
    unit = _unit(mine, request.GET.get("unit", ""), one)
    counts = queries.unit_counts(one, unit)
    chosen = set(request.GET.getlist("units"))
    picked = [count for count in counts if str(count.id) in chosen]
    words = request.GET.get("q", "")[:60]
    context = {
        "programme": one,
        "tabs": tabs(one, "participants"),
        "unit": unit,
        "crumbs": _crumbs(mine, unit, one),
        "counts": counts,
        "chosen": {count.id for count in picked},
        "picked": picked,
        "effects": _effects(picked),
        "waiting": sum(count.waiting for count in picked),
        "asks_in_plan": bool(one.current_id) and queries.asks_in_plan(queries.plan_of(one.current_id or 0)),
        "words": words,
        "people": queries.candidates(one, words=words, paths=request.actor.paths(Permission.PROGRAMMES_ENROL)),
    }
    return htmx.page(request, "programmes/choose_units.html", context)


def _unit(mine: QuerySet[Org], raw: str, one: Programme) -> Org:
    if raw:
        return get_object_or_404(mine, pk=number_of(raw))
    return mine.order_by("path", "pk").first() or one.owner


def _crumbs(mine: QuerySet[Org], unit: Org, one: Programme) -> list[Crumb]:
    numbers = [int(part) for part in unit.path.split("/") if part]
    here = reverse("programmes:choose_units", args=[one.pk])
    above = mine.filter(pk__in=numbers).order_by("path", "pk")
    return [Crumb(label=org.name, url=f"{here}?unit={org.pk}") for org in above]


def _effects(picked: list[queries.UnitCount]) -> list[Effect]:
    return [
        Effect(
            label=f"{count.name}（本级）" if count.is_self else count.name,
            now=f"{count.enrolled} 人参训",
            then=f"{count.enrolled + count.waiting} 人",
        )
        for count in picked
    ]


@require_POST
@requires(Permission.PROGRAMMES_ENROL)
def enrol_units(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Enrol all whom the plan admits under the chosen units."""
    one = visible_programme(request, programme_id)
    mine = units_with(request.actor, Permission.PROGRAMMES_ENROL).filter(path__startswith=one.owner_path)
    wanted = [number for raw in request.POST.getlist("units") if (number := number_of(raw))]
    units = list(mine.filter(pk__in=wanted).order_by("path", "pk"))
    form = EnrolUnitsForm(request.POST, unit_ids=[unit.pk for unit in units])
    if not form.is_valid():
        raise Invalid("没有参训：请先选您范围里的单位。", field="units")
    count = actions.enrol_units(programme=one, units=units, in_plan=side(form.cleaned_data["in_plan"]), by=request.actor, at=now())
    return htmx.redirect(
        request,
        reverse("programmes:participants", args=[one.pk]),
        note=f"{count} 人已参训" if count else "没有新增：所选单位符合条件的都已参训",
    )


@require_POST
@requires(Permission.PROGRAMMES_ENROL)
def enrol(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Enrol one teacher."""
    one = visible_programme(request, programme_id)
    form = EnrolForm(request.POST)
    back = reverse("programmes:choose_units", args=[one.pk])
    if not form.is_valid():
        raise Invalid("没有参训：请从搜索结果里选一位教师。", field="person")
    units = units_with(request.actor, Permission.PROGRAMMES_ENROL)
    person = get_object_or_404(Person.objects.filter(unit__in=units), pk=form.cleaned_data["person"])
    actions.enrol(person=person, programme=one, in_plan=side(form.cleaned_data["in_plan"]), by=request.actor, at=now())
    return htmx.redirect(request, back, note=f"{person.name}已参训")
