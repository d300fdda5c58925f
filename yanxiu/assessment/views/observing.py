"""观课评课: the film beside the sheet, and what came together on a case."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.assessment import actions, likeness, permissions
from yanxiu.assessment.forms import ObservationForm
from yanxiu.assessment.models import Observation, Remark
from yanxiu.assessment.queries import observations, study
from yanxiu.assessment.views.leading import case_url
from yanxiu.integrity.queries import check_text
from yanxiu.integrity.similarity import Seen, seen_by_author
from yanxiu.kit import htmx, moments
from yanxiu.kit.clock import local, now
from yanxiu.kit.errors import DomainError, Invalid, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.paging import number_from
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.rules import reason_against


@require_GET
@signed_in
def observe(request: SignedInRequest, enrolment_id: int, case_id: int) -> HttpResponse:
    """Show the film, the sheet and the report."""
    at = now()
    return _show(request, _page(request, enrolment_id, case_id, at=at), None, at=at)


@require_POST
@signed_in
def save_observation(request: SignedInRequest, enrolment_id: int, case_id: int) -> HttpResponse:
    """Keep sheet and report: JSON for the form that saves itself, back to the page for the button."""
    at = now()
    page = _page(request, enrolment_id, case_id, at=at)
    form = ObservationForm(request.POST, dimensions=page.dimensions)
    _write(actions.save_observation, request, page, form, at=at)
    time = f"{local(at):%H:%M}"
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"at": time})
    return htmx.redirect(request, _url(page), note=_("已存 %(time)s") % {"time": time})


@require_POST
@signed_in
def submit_observation(request: SignedInRequest, enrolment_id: int, case_id: int) -> HttpResponse:
    """Hand the report in; a refusal names what is missing and keeps everything that was written."""
    at = now()
    page = _page(request, enrolment_id, case_id, at=at)
    form = ObservationForm(request.POST, dimensions=page.dimensions)
    alike = None if request.POST.get("alike") == "seen" else _alike(page, request.POST.get("report", ""), at=at)
    if alike is not None:
        return _show(request, page, form, at=at, alike=alike, status=409)
    try:
        _write(actions.submit_observation, request, page, form, at=at)
    except DomainError as error:
        return _show(request, page, form, at=at, status=explain(form, error))
    return htmx.redirect(request, _url(page), note=_("观课报告已交"))


@require_GET
@signed_in
def case_scores(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Show the scores and reports of a case to who gave the lesson and to the offices of its owner."""
    case = study.case_in(permissions.visible_scored_cases(request.actor), case_id)
    number = number_from(request.GET.get("page"))
    return htmx.page(request, "assessment/case_scores.html", {"page": observations.case_scores(case, number=number)})


@require_POST
@signed_in
def add_remark(request: SignedInRequest, enrolment_id: int, case_id: int) -> HttpResponse:
    """Keep a comment at a moment of the lesson."""
    at = now()
    page = _page(request, enrolment_id, case_id, at=at)
    second = moments.seconds(request.POST.get("moment", ""))
    text = request.POST.get("text", "")
    actions.add_remark(enrolment=page.enrolment, case=page.case, second=second, text=text, by=request.actor, at=at)
    return _remarks(request, page.enrolment.pk, page.case.pk, note=_("%(moment)s 的点评已存") % {"moment": moments.clock(second)})


@require_POST
@signed_in
def remove_remark(request: SignedInRequest, remark_id: int) -> HttpResponse:
    """Take an own comment away while the sheet is open."""
    mine = Remark.objects.filter(observation__enrolment__in=permissions.own_enrolments(request.actor))
    rows = mine.select_related("observation__enrolment__programme", "observation__enrolment__person", "observation__case")
    found = rows.filter(pk=remark_id).first()
    if found is None:
        raise NotFound(_("没有找到这条点评，可能已经删了。"))
    actions.remove_remark(remark=found, by=request.actor, at=now())
    return _remarks(request, found.observation.enrolment_id, found.observation.case_id, note=_("点评已删"))


@require_GET
@signed_in
def my_cases(request: SignedInRequest) -> HttpResponse:
    """List the lessons one gave, with what observers said about each."""
    page = observations.own_cases(request.person_id, number=number_from(request.GET.get("page")))
    return htmx.page(request, "assessment/my_cases.html", {"page": page, "count": sum(one.count for one in page.rows)})


def _remarks(request: SignedInRequest, enrolment_id: int, case_id: int, *, note: str) -> HttpResponse:
    page = _page(request, enrolment_id, case_id, at=now())
    return htmx.swap(request, "assessment/remarks.html#remarks", {"page": page, "closed": ""}, otherwise=_url(page), note=note)


def _write(
    action: Callable[..., Observation], request: SignedInRequest, page: observations.ObservationPage, form: ObservationForm, *, at: datetime
) -> None:
    if not form.is_valid():
        raise Invalid(_("评价表里有一项读不出来，没有存。请重新选。"))
    action(
        enrolment=page.enrolment, case=page.case, levels=form.levels(), report=form.cleaned_data["report"], by=request.actor, at=at
    )  # fmt: skip


def _alike(page: observations.ObservationPage, report: str, *, at: datetime) -> Seen | None:
    """Return what the author should see before handing in; None when little or nothing is alike, or it is handed in."""
    if page.is_submitted:
        return None
    number = page.observation.pk if page.observation else 0
    found = check_text(likeness.text_of_report(page.enrolment, page.case, report, observation_id=number, at=at))
    return seen_by_author(found) if found.is_noticed else None


def _page(request: SignedInRequest, enrolment_id: int, case_id: int, *, at: datetime) -> observations.ObservationPage:
    enrolment = study.enrolment_in(permissions.own_enrolments(request.actor), enrolment_id)
    case = study.case_in(permissions.observable_or_observed_cases(enrolment), case_id)
    return observations.observation_page(enrolment, case, person_id=request.person_id, at=at)


def _show(
    request: SignedInRequest,
    page: observations.ObservationPage,
    form: ObservationForm | None,
    *,
    at: datetime,
    alike: Seen | None = None,
    status: int = 200,
) -> HttpResponse:
    closed = "" if page.is_submitted else reason_against(permissions.check_can_report, request.actor, page.enrolment, page.case, at=at)
    shown = form or ObservationForm(dimensions=page.dimensions, initial=ObservationForm.initial_of(page.observation))
    context = {"page": page, "form": shown.asking(), "closed": closed, "back_url": case_url(page.enrolment, page.case.pk), "alike": alike}
    return htmx.page(request, "assessment/observation.html", context, status=status)


def _url(page: observations.ObservationPage) -> str:
    return reverse("assessment:observe", args=[page.enrolment.pk, page.case.pk])
