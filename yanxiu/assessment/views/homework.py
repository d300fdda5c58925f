"""One's own homework: the task, the text that keeps itself, files, handing in, and what the marker said."""

from datetime import datetime
from typing import BinaryIO, cast

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.assessment import actions, permissions
from yanxiu.assessment.forms import AttachForm, HomeworkForm
from yanxiu.assessment.models import Attachment, SubmissionState
from yanxiu.assessment.queries import study
from yanxiu.assessment.queries.homework import homework_page
from yanxiu.assessment.views.leading import course_url
from yanxiu.catalogue.models import StepKind
from yanxiu.kit import htmx
from yanxiu.kit.clock import local, now
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.rules import reason_against
from yanxiu.kit.text import plain


@require_GET
@signed_in
def homework(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Show a homework: to write, waiting, returned or accepted."""
    return _show(request, _place(request, enrolment_id, step_id), at=now())


@require_POST
@signed_in
def save_homework(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Keep the text: JSON for the form that saves itself, back to the page for the button."""
    place, at = _place(request, enrolment_id, step_id), now()
    actions.save_homework(enrolment=place.enrolment, step=place.step, text=request.POST.get("text", ""), by=request.actor, at=at)
    time = f"{local(at):%H:%M}"
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"at": time})
    return htmx.redirect(request, _url(place), note=_("已存 %(time)s") % {"time": time})


@require_POST
@signed_in
def submit_homework(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Hand the homework in; a refusal comes back with everything that was written."""
    place, at = _place(request, enrolment_id, step_id), now()
    text = request.POST.get("text", "")
    try:
        actions.submit_homework(enrolment=place.enrolment, step=place.step, text=text, by=request.actor, at=at)
    except DomainError as error:
        form = HomeworkForm({"text": plain(text)})
        return _show(request, place, at=at, form=form, status=explain(form, error))
    return htmx.redirect(request, _url(place), note=_("作业已交，等指导教师批阅"))


@require_POST
@signed_in
def attach(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Take a file; a refusal says which file and why."""
    place, at = _place(request, enrolment_id, step_id), now()
    form = AttachForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, place, at=at, attach_form=form, status=422)
    sent = form.cleaned_data["file"]
    try:
        actions.attach(
            enrolment=place.enrolment, step=place.step, file=cast("BinaryIO", sent), name=sent.name, by=request.actor, at=at
        )  # fmt: skip
    except DomainError as error:
        return _show(request, place, at=at, attach_form=form, status=explain(form, error))
    return htmx.redirect(request, _url(place), note=_("“%(name)s”已收到") % {"name": sent.name})


@require_POST
@signed_in
def detach(request: SignedInRequest, attachment_id: int) -> HttpResponse:
    """Take a file away from one's homework."""
    mine = permissions.own_enrolments(request.actor)
    rows = Attachment.objects.filter(submission__enrolment__in=mine, removed_at__isnull=True)
    found = rows.select_related("file", "submission__enrolment__programme", "submission__step__course").filter(pk=attachment_id).first()
    if found is None:
        raise NotFound(_("没有找到这个附件，可能已经撤下了。"))
    actions.detach(attachment=found, by=request.actor, at=now())
    place = study.Place(enrolment=found.submission.enrolment, step=found.submission.step)
    return htmx.redirect(request, _url(place), note=_("“%(name)s”已撤下") % {"name": found.file.name})


def _show(
    request: SignedInRequest,
    place: study.Place,
    *,
    at: datetime,
    form: HomeworkForm | None = None,
    attach_form: AttachForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = homework_page(place.enrolment, place.step, person_id=request.person_id, at=at)
    is_returned = page.submission is not None and page.submission.state == SubmissionState.RETURNED
    closed = "" if is_returned else reason_against(permissions.check_can_take, request.actor, place.enrolment, place.step, at=at)
    shown = form or HomeworkForm(initial={"text": page.text})
    context = {
        "page": page,
        "form": shown.asking("text") if page.asked.min_characters else shown,
        "attach_form": attach_form or AttachForm(),
        "closed": closed if page.is_open else "",
        "back_url": course_url(place.enrolment, place.step),
    }
    return htmx.page(request, "assessment/homework.html", context, status=status)


def _place(request: SignedInRequest, enrolment_id: int, step_id: int) -> study.Place:
    mine = permissions.own_enrolments(request.actor)
    return study.place_in(mine, enrolment_id=enrolment_id, step_id=step_id, kind=StepKind.HOMEWORK)


def _url(place: study.Place) -> str:
    return reverse("assessment:homework", args=[place.enrolment.pk, place.step.pk])
