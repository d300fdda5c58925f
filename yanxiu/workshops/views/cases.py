"""优秀案例征集 in a workshop: the column, a theme with its rounds, designing it, entering a case and taking it back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.drafts.queries import Desk, desk
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.rich_text import shown
from yanxiu.kit.rules import holds
from yanxiu.workshops import actions, drafting, permissions, queries
from yanxiu.workshops.actions.soliciting import solicitation_of
from yanxiu.workshops.case_forms import CaseForm, ThemeForm
from yanxiu.workshops.models import CaseEntry, CaseTheme, Post, PostKind, Space, Tool
from yanxiu.workshops.queries import cases as reads
from yanxiu.workshops.queries.people import seats_below
from yanxiu.workshops.views import loading
from yanxiu.workshops.views.tool_parts import TOOL_PARTS, ToolPart


@require_GET
@signed_in
def cases(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Show the themes that the workshop takes cases for, and the own cases."""
    one, at = loading.inside(request, space_id), now()
    asked = reads.asked_in(one, person_id=request.person_id)
    own = reads.own_cases(request.person_id, one)
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "cases"),
        "asked": [(row, row.is_open(at)) for row in asked],
        "open_count": sum(row.is_open(at) for row in asked),
        "own": own,
        "speaks": holds(permissions.check_can_speak, request.actor, one),
        "runs": loading.is_host(request, one),
        "may_design": holds(permissions.check_can_design, request.actor, one) and solicitation_of(one) is not None,
        "now": at,
    }
    return htmx.page(request, "workshops/cases.html", context)


@require_GET
@signed_in
def case_theme(request: SignedInRequest, theme_id: int) -> HttpResponse:
    """Show a theme: what is asked for, until when, and to those who choose how far every workshop is."""
    theme, at = theme_of(request, theme_id), now()
    text, sort = request.GET.get("q", "").strip()[:40], request.GET.get("sort", "place")
    rounds = reads.rounds_of(permissions.visible_rounds(request.actor), theme, text=text, sort=sort)
    page = paging.page_of(rounds, number=paging.number_from(request.GET.get("page")))
    kept = {"q": text} if text else {}
    context = {
        "theme": theme,
        "space": theme.space,
        "body": shown(theme.body),
        "page": page,
        "q": text,
        "sort": sort,
        "sorts": {name: "?" + urlencode({**kept, "sort": name}) for name in reads.ROUND_SORTS},
        "more": "?" + urlencode({**kept, "sort": sort, "page": str(page.following)}) if page.has_more else "",
        "sees_rounds": bool(page.rows or text),
        "may_change": holds(permissions.check_can_design, request.actor, theme.space) and not any(one.is_closed for one in page.rows),
        "seat": _seat(request, theme) if theme.opens_at <= at < theme.closes_at else None,
        "now": at,
    }
    return htmx.page(request, "workshops/case_theme.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def design_theme(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Design a theme for the workshop and all below it."""
    one = loading.inside(request, space_id)
    permissions.check_can_design(request.actor, one)
    return _design(request, one, None)


@require_http_methods(["GET", "POST"])
@signed_in
def change_theme(request: SignedInRequest, theme_id: int) -> HttpResponse:
    """Write a theme anew and move its days."""
    theme = theme_of(request, theme_id)
    permissions.check_can_design(request.actor, theme.space)
    return _design(request, theme.space, theme)


@require_http_methods(["GET", "POST"])
@signed_in
def submit_case(request: SignedInRequest, space_id: int, theme_id: int) -> HttpResponse:
    """Write a case for a theme and enter it; until then it is kept as a draft."""
    one, theme = loading.inside(request, space_id), theme_of(request, theme_id)
    permissions.check_can_speak(request.actor, one)
    kept = _desk(request, one, theme)
    form = CaseForm(request.POST or None, initial=kept.initial())
    status, warned = (422 if request.method == "POST" else 200), None
    if request.method == "POST" and form.is_valid():
        warned = _warned(request, one, form)
        if warned is None:
            try:
                entry = actions.submit_case(theme=theme, space=one, by=request.actor, at=now(), **form.cleaned_data)
            except DomainError as error:
                status = explain(form, error)
            else:
                return htmx.redirect(
                    request, reverse("workshops:thread", args=[entry.post_id]), note=_("案例已交，公布之前只有您看得到作者")
                )
        else:
            status = 409
    context = {"space": one, "theme": theme, "form": form, "desk": kept, "warned": warned, "body": shown(theme.body), "now": now()}
    return htmx.page(request, "workshops/case_write.html", context, status=status)


@require_POST
@signed_in
def withdraw_case(request: SignedInRequest, entry_id: int) -> HttpResponse:
    """Take the own case back."""
    own = CaseEntry.objects.filter(author_id=request.person_id).select_related("post")
    entry = actions.withdraw_case(entry=get_object_or_404(own, pk=entry_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:cases", args=[entry.post.space_id]), note=_("案例已撤回，可以改好再交"))


def theme_of(request: SignedInRequest, theme_id: int) -> CaseTheme:
    """Return a theme of the actor's tree. Cost: one query, 2 for a host."""
    found = permissions.visible_themes(request.actor).select_related("space__org", "space__parent", "space__programme", "programme")
    return get_object_or_404(found, pk=theme_id)


def _seat(request: SignedInRequest, theme: CaseTheme) -> Space | None:
    """Where the person would enter a case: the workshop of the tree in which she has her seat."""
    seats = seats_below(theme.space, person_id=request.person_id)
    return next((space for space in seats if Tool.CASE in space.tools), None)


def _design(request: SignedInRequest, one: Space, theme: CaseTheme | None) -> HttpResponse:
    kept = None
    if theme is None:
        place = _("%(space)s，写征集主题") % {"space": one.title}
        kept = desk(person_id=request.person_id, key=drafting.theme_key(one.pk), place=place, address=request.path)
    form = ThemeForm(request.POST or None, theme=theme, kept=kept.initial() if kept else None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            if theme is None:
                done = actions.design_theme(space=one, by=request.actor, at=now(), **form.facts)  # type: ignore[arg-type]  # by the form
            else:
                done = actions.change_theme(theme=theme, by=request.actor, at=now(), **form.facts)  # type: ignore[arg-type]  # by the form
        except DomainError as error:
            status = explain(form, error)
        else:
            note = _("主题已发布，下面各级都能看到") if theme is None else _("主题已改")
            return htmx.redirect(request, reverse("workshops:case_theme", args=[done.pk]), note=note)
    context = {"space": one, "theme": theme, "form": form, "desk": kept, "asked": solicitation_of(one)}
    return htmx.page(request, "workshops/case_design.html", context, status=status)


def _desk(request: SignedInRequest, one: Space, theme: CaseTheme) -> Desk:
    address = reverse("workshops:submit_case", args=[one.pk, theme.pk])
    place = _("%(space)s，写案例“%(theme)s”") % {"space": one.title, "theme": theme.title}
    return desk(person_id=request.person_id, key=drafting.case_key(theme.pk), place=place, address=address)


def _warned(request: SignedInRequest, one: Space, form: CaseForm) -> queries.Warned | None:
    if request.POST.get("alike") == "seen":
        return None
    given = form.cleaned_data
    return queries.alike_seen(
        space=one, kind=PostKind.CASE, source=given["source"], person_id=request.person_id, at=now(), title=given["title"]
    )


def _part(request: SignedInRequest, post: Post) -> dict[str, object]:  # noqa: ARG001 - the same for all who may read it
    return {"entry": CaseEntry.objects.filter(post=post).select_related("theme", "entered").first()}


TOOL_PARTS[PostKind.CASE] = ToolPart(tab="cases", template="workshops/case_part.html", reading=_part)
