"""The list of programmes, a programme, a new one, and its end."""

import re

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import day, now
from yanxiu.kit.components import Filter, Option, Window
from yanxiu.kit.components.wording import last_day
from yanxiu.kit.errors import DomainError
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.rules import reason_against
from yanxiu.orgs.models import Org
from yanxiu.programmes import actions, permissions, queries
from yanxiu.programmes.forms import NewProgrammeForm, ProgrammeFilterForm, read_upload
from yanxiu.programmes.models import Draft, Programme, ProgrammeState
from yanxiu.programmes.views.loading import tabs, visible_programme


@require_GET
@requires(Permission.PROGRAMMES_VIEW)
def programmes(request: SignedInRequest) -> HttpResponse:
    """List the programmes of the actor's scope and above."""
    form = ProgrammeFilterForm(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    found = queries.programme_list(permissions.visible_programmes(request.actor), state=state)
    page = paging.page_of(found, number=paging.number_from(request.GET.get("page")))
    here = reverse("programmes:programmes")
    more = f"{here}?state={state}&page={page.following}" if page.has_more else ""
    return htmx.page(
        request,
        "programmes/programmes.html",
        {
            "page": page,
            "states": queries.counts_by_state(permissions.visible_programmes(request.actor)),
            "filters": [_state_filter(here, state)],
            "more": more,
            "may_create": request.actor.may(Permission.PROGRAMMES_PUBLISH),
        },
    )


def _state_filter(here: str, state: str) -> Filter:
    choices = [("", "全部"), *ProgrammeState.choices]
    options = [Option(label=str(label), url=f"{here}?state={value}", current=value == state) for value, label in choices]
    return Filter(label="状态", value=next(option.label for option in options if option.current), options=options)


@require_GET
@requires(Permission.PROGRAMMES_VIEW)
def programme(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Show a programme: what it says, when, what stands in it, and its versions."""
    one = visible_programme(request, programme_id)
    at = now()
    actor = request.actor
    spans = queries.timeline(one.current_id) if one.current_id else ()
    plan = queries.plan_of(one.current_id) if one.current_id else None
    writes = not reason_against(permissions.check_can_publish, actor, one.owner_path)
    return htmx.page(
        request,
        "programmes/programme.html",
        {
            "programme": one,
            "tabs": tabs(one, "programme"),
            "windows": bars(spans),
            "rows": [(span, queries.days_words(span, at), span.state(at)) for span in spans],
            "today": day(at),
            "sections": queries.sections_of(plan, one.current.parameters) if plan and one.current else (),
            "shelves": queries.shelves_of(one),
            "versions": queries.versions_of(one),
            "participants": permissions.visible_participants(actor, one).filter(state="active").count(),
            "has_draft": writes and Draft.objects.filter(programme=one).exists(),
            "may_write": writes and one.state != ProgrammeState.CLOSED,
            "may_close": not reason_against(permissions.check_can_close, actor, one) and one.state == ProgrammeState.RUNNING,
            "may_enrol": actor.may(Permission.PROGRAMMES_ENROL) and one.state == ProgrammeState.RUNNING,
        },
    )


def bars(spans: tuple[queries.Span, ...]) -> list[Window]:
    """Return the spans with both ends as bars of a timeline."""
    return [
        Window(
            label=span.label,
            start=day(span.starts_at),
            end=last_day(span.ends_at),
            text=f"{last_day(span.ends_at):%m-%d} 截止",
        )
        for span in spans
        if span.starts_at is not None and span.ends_at is not None
    ]


@require_GET
@requires(Permission.PROGRAMMES_PUBLISH)
def new_programme(request: SignedInRequest) -> HttpResponse:
    """Ask for the beginnings of a programme."""
    return htmx.page(request, "programmes/new.html", {"form": _new_form(request, bound=False)})


@require_POST
@requires(Permission.PROGRAMMES_PUBLISH)
def create_programme(request: SignedInRequest) -> HttpResponse:
    """Create a programme and its first draft."""
    form = _new_form(request, bound=True)
    source = _first_source(form) if form.is_valid() else ""
    if form.is_valid() and not form.errors:
        try:
            made = _create(request, form, source)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            return htmx.redirect(request, reverse("programmes:draft", args=[made.pk]), note="方案已建，草稿已存")
    return htmx.page(request, "programmes/new.html", {"form": form}, status=422)


def _new_form(request: HttpRequest, *, bound: bool) -> NewProgrammeForm:
    paths = request.actor.paths(Permission.PROGRAMMES_PUBLISH)  # type: ignore[attr-defined]  # SignedInRequest
    owners = list(Org.objects.filter(path__in=paths).order_by("path", "pk"))
    shipped = [(name, f"{title}（{name}）") for name, title in queries.shipped_titles().items()]
    given = (request.POST, request.FILES) if bound else ()
    return NewProgrammeForm(*given, owners=owners, shipped=shipped)


def _first_source(form: NewProgrammeForm) -> str:
    upload = form.cleaned_data.get("file")
    if upload:
        return read_upload(form, upload)
    shipped = queries.shipped_plans().get(form.cleaned_data.get("shipped") or "")
    # Where a shipped plan comes from, said above its first line, is not for whom writes another.
    return re.sub(r"\A(#.*\n)+", "", shipped.read_text(encoding="utf-8")) if shipped else ""


def _create(request: SignedInRequest, form: NewProgrammeForm, source: str) -> Programme:
    at, values = now(), form.cleaned_data
    return actions.begin_programme(
        owner=values["owner"], code=values["code"], title=values["title"], source=source, by=request.actor, at=at
    )


@require_POST
@requires(Permission.PROGRAMMES_CLOSE)
def close(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """End a programme."""
    one = visible_programme(request, programme_id)
    actions.close(programme=one, by=request.actor, at=now())
    return htmx.redirect(request, reverse("programmes:programme", args=[one.pk]), note="方案已结束，课程和工作坊照常开放")
