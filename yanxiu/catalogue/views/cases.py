"""Pages of lesson cases: the shelf, one case, and its way to learners and back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.catalogue import actions, permissions, queries
from yanxiu.catalogue.forms import CaseForm, ReasonForm
from yanxiu.catalogue.models import LessonCase
from yanxiu.catalogue.views import filters, uploads
from yanxiu.catalogue.views.courses import chosen_unit, drafting_units
from yanxiu.kit import htmx, paging, rich_text
from yanxiu.kit.clock import now
from yanxiu.kit.components import Fact
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.rules import holds


@require_GET
@requires(permissions.VIEW, permissions.DRAFT)
def cases(request: SignedInRequest) -> HttpResponse:
    """List the lesson cases that the actor may see, narrowed by words, level, stage and subject."""
    chosen = filters.read(request.GET)
    found = queries.narrowed_cases(permissions.visible_cases(request.actor), chosen)
    page = paging.page_of(found, number=paging.number_from(request.GET.get("page")))
    context = {
        "page": page,
        "chosen": chosen,
        "buttons": filters.of_cases(chosen),
        "total": found.order_by().count(),
        "more_url": "?" + filters.query(chosen, page=page.following) if page.has_more else "",
        "may_draft": request.actor.may(permissions.DRAFT),
    }
    return htmx.page(request, "catalogue/cases.html", context)


@require_GET
@requires(permissions.VIEW, permissions.DRAFT)
def case(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Show a lesson case with its film and commentary."""
    return _case_page(request, _visible(request, case_id))


@require_http_methods(["GET", "POST"])
@requires(permissions.DRAFT)
def register_case(request: SignedInRequest) -> HttpResponse:
    """Register a lesson on film."""
    units = drafting_units(request)
    form = CaseForm(request.POST or None, request.FILES or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            film = uploads.film(request, present=None)
            owner = chosen_unit(request, units)
            registered = actions.register_case(facts=form.facts(), film=film, owner=owner, by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, _url(registered.pk), note=_("课例已登记，发布以后才会派给老师"))
    return htmx.page(request, "catalogue/case_form.html", {"form": form, "units": units, "case": None}, status=status)


@require_http_methods(["GET", "POST"])
@requires(permissions.DRAFT)
def correct_case(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Change a case that learners do not meet now."""
    shown = _visible(request, case_id)
    permissions.check_can_correct_case(request.actor, shown)
    form = CaseForm(request.POST or None, request.FILES or None, initial=CaseForm.of(shown))
    form.fields["film"].required = False
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            film = uploads.film(request, present=shown)
            facts = form.facts(author_id=shown.author_id)
            actions.correct_case(case=shown, facts=facts, film=film, by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, _url(case_id), note=_("课例已存"))
    return htmx.page(request, "catalogue/case_form.html", {"form": form, "units": [], "case": shown}, status=status)


@require_POST
@requires(permissions.PUBLISH)
def publish_case(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Publish a lesson case."""
    actions.publish_case(case=_visible(request, case_id), by=request.actor, at=now())
    return htmx.redirect(request, _url(case_id), note=_("课例已发布，会派给同学段同学科的老师"))


@require_POST
@requires(permissions.ARCHIVE)
def withdraw_case(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Take a lesson case away, with the reason."""
    shown = _visible(request, case_id)
    try:
        actions.withdraw_case(case=shown, reason=request.POST.get("reason", "")[:300], by=request.actor, at=now())
    except DomainError as error:
        form = ReasonForm(request.POST, auto_id="reason_%s")
        form.full_clean()
        form.errors.clear()
        return _case_page(request, shown, reason_form=form, status=explain(form, error))
    return htmx.redirect(request, _url(case_id), note=_("课例已撤下，抽到它的老师会换一节"))


def _case_page(request: SignedInRequest, shown: LessonCase, *, reason_form: ReasonForm | None = None, status: int = 200) -> HttpResponse:
    actor, at = request.actor, now()
    context = {
        "case": shown,
        "facts": _facts(shown),
        "film_url": queries.film_link(shown.media, person_id=request.person_id, at=at),
        "captions_url": queries.film_link(shown.captions, person_id=request.person_id, at=at),
        "poster_url": queries.film_link(shown.poster, person_id=request.person_id, at=at),
        "commentary": rich_text.shown(rich_text.from_source(shown.commentary)),
        "may_correct": holds(permissions.check_can_correct_case, actor, shown) and not shown.is_published,
        "may_publish": holds(permissions.check_can_publish_case, actor, shown) and not shown.is_published,
        "may_withdraw": holds(permissions.check_can_withdraw_case, actor, shown) and shown.is_published,
        "reason_form": reason_form or ReasonForm(auto_id="reason_%s"),
    }
    return htmx.page(request, "catalogue/case.html", context, status=status)


def _visible(request: SignedInRequest, case_id: int) -> LessonCase:
    found = permissions.visible_cases(request.actor).select_related("owner", "media", "captions", "poster")
    return get_object_or_404(found, pk=case_id)


def _url(case_id: int) -> str:
    return reverse("catalogue:case", args=[case_id])


def _facts(shown: LessonCase) -> list[Fact]:
    return [
        Fact(label=_("级别"), value=shown.level),
        Fact(label=_("学段学科"), value=f"{shown.stage} {shown.subject}"),
        Fact(label=_("年级册次"), value=shown.grade or _("没有写")),
        Fact(label=_("授课教师"), value=shown.author_name),
        Fact(label=_("所在学校"), value=shown.author_school or _("没有写")),
        Fact(label=_("所属"), value=shown.owner.name),
    ]
