"""Course discussions and offline activities: their forms, and the queue of who confirms."""

from typing import BinaryIO, cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx
from yanxiu.kit.clock import local, now
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.paging import number_from
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.kit.rules import reason_against
from yanxiu.learning import actions, permissions
from yanxiu.learning.forms import PhotoForm, PostForm, ReportForm, ReturnForm
from yanxiu.learning.models import ActivityPhoto, ActivityReport, CoursePost, ReportState
from yanxiu.learning.queries import talking as queries
from yanxiu.learning.views.loading import own_enrolment
from yanxiu.learning.views.studying import selection_of, step_of, step_page
from yanxiu.programmes.models import Enrolment


@require_POST
@signed_in
def add_post(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Contribute to a discussion; a refusal keeps what was written."""
    enrolment, step = own_enrolment(request, enrolment_id), step_of(step_id)
    form = PostForm(request.POST)
    try:
        form.is_valid()
        text = request.POST.get("text", "")
        alike = None if request.POST.get("alike") == "seen" else queries.alike_seen(enrolment, step, text, at=now())
        if alike is not None:
            selection = selection_of(enrolment, step.course)
            return step_page(request, enrolment, step, selection, closed="", given={"form": form, "alike": alike}, status=409)
        post = actions.add_post(enrolment=enrolment, step=step, text=text, by=request.actor, at=now())
    except DomainError as error:
        return step_page(
            request, enrolment, step, selection_of(enrolment, step.course), closed="", given={"form": form}, status=explain(form, error)
        )
    note = f"已发出，这条不算数：{post.why_not}" if post.why_not else "已发出，算数"
    return htmx.redirect(request, _step_url(enrolment, step.pk), note=note)


@require_POST
@signed_in
def change_post(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Change an own contribution."""
    post = _own_post(request, post_id)
    changed = actions.change_post(post=post, text=request.POST.get("text", ""), by=request.actor, at=now())
    note = f"已改，这条不算数：{changed.why_not}" if changed.why_not else "已改，算数"
    return htmx.redirect(request, _step_url(post.enrolment, post.step_id), note=note)


@require_POST
@signed_in
def remove_post(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Take an own contribution away."""
    post = _own_post(request, post_id)
    actions.remove_post(post=post, by=request.actor, at=now())
    return htmx.redirect(request, _step_url(post.enrolment, post.step_id), note="发言已删，它算的数也一起去掉了")


@require_POST
@signed_in
def save_report(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Keep the report of an activity: JSON for the form that saves itself, back to the page for the button."""
    enrolment, step, at = own_enrolment(request, enrolment_id), step_of(step_id), now()
    form = ReportForm(request.POST)
    held_on = form.cleaned_data.get("held_on") if form.is_valid() else None
    actions.save_report(enrolment=enrolment, step=step, text=request.POST.get("text", ""), held_on=held_on, by=request.actor, at=at)
    time = f"{local(at):%H:%M}"
    if request.headers.get("Accept", "").startswith("application/json"):
        return HttpResponse(f'{{"at": "{time}"}}', content_type="application/json")
    return htmx.redirect(request, _step_url(enrolment, step.pk), note=f"已存 {time}")


@require_POST
@signed_in
def submit_report(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Hand the report in; a refusal names what is missing and keeps everything."""
    enrolment, step = own_enrolment(request, enrolment_id), step_of(step_id)
    form = ReportForm(request.POST)
    try:
        held_on = form.cleaned_data.get("held_on") if form.is_valid() else None
        text = request.POST.get("text", "")
        report = actions.submit_report(enrolment=enrolment, step=step, text=text, held_on=held_on, by=request.actor, at=now())
    except DomainError as error:
        return _refused(request, enrolment, step_id, form, error)
    note = "活动报告已交，等学校或指导教师确认" if report.state == ReportState.SUBMITTED else "活动报告已交，这一环节完成"
    return htmx.redirect(request, _step_url(enrolment, step.pk), note=note)


@require_POST
@signed_in
def add_photo(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Take a photo; a refusal says which and why."""
    enrolment, step = own_enrolment(request, enrolment_id), step_of(step_id)
    form = PhotoForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise NotFound("没有收到照片，请再选一次。")
        sent = form.cleaned_data["file"]
        actions.add_photo(enrolment=enrolment, step=step, file=cast("BinaryIO", sent), name=sent.name, by=request.actor, at=now())
    except DomainError as error:
        return _refused(request, enrolment, step_id, form, error)
    return htmx.redirect(request, _step_url(enrolment, step.pk), note=f"“{sent.name}”已收到")


@require_POST
@signed_in
def remove_photo(request: SignedInRequest, photo_id: int) -> HttpResponse:
    """Take a photo away from an own report."""
    mine = ActivityPhoto.objects.filter(report__enrolment__person_id=request.person_id, removed_at__isnull=True)
    photo = get_object_or_404(mine.select_related("file", "report__enrolment__programme", "report__step__course"), pk=photo_id)
    actions.remove_photo(photo=photo, by=request.actor, at=now())
    return htmx.redirect(request, _step_url(photo.report.enrolment, photo.report.step_id), note="照片已撤下")


@require_GET
@requires(Permission.LEARNING_CONFIRM)
def reports(request: SignedInRequest) -> HttpResponse:
    """List the reports that wait to be confirmed, oldest first."""
    visible = permissions.visible_reports(request.actor)
    waiting, page = queries.waiting_reports(visible, number=number_from(request.GET.get("page")))
    context = {"waiting": waiting, "page": page, "more_url": f"?page={page.following}" if page.has_more else ""}
    return htmx.page(request, "learning/reports.html", context)


@require_GET
@requires(Permission.LEARNING_CONFIRM)
def report(request: SignedInRequest, report_id: int) -> HttpResponse:
    """Show a report with its photos, to be confirmed or returned."""
    return _report_page(request, _report(request, report_id), ReturnForm())


@require_POST
@requires(Permission.LEARNING_CONFIRM)
def confirm_report(request: SignedInRequest, report_id: int) -> HttpResponse:
    """Confirm an activity and go to the next."""
    found = actions.confirm_report(report=_report(request, report_id), by=request.actor, at=now())
    return _next(request, note=f"{found.enrolment.person.name}的活动已确认")


@require_POST
@requires(Permission.LEARNING_CONFIRM)
def return_report(request: SignedInRequest, report_id: int) -> HttpResponse:
    """Send a report back with the reason and go to the next."""
    found = _report(request, report_id)
    form = ReturnForm(request.POST)
    try:
        form.is_valid()
        actions.return_report(report=found, remark=request.POST.get("remark", ""), by=request.actor, at=now())
    except DomainError as error:
        return _report_page(request, found, form, status=explain(form, error))
    return _next(request, note=f"已退回{found.enrolment.person.name}")


def _report(request: SignedInRequest, report_id: int) -> ActivityReport:
    visible = permissions.visible_reports(request.actor)
    return get_object_or_404(
        visible.select_related("enrolment__person", "enrolment__unit", "enrolment__programme", "step__course"), pk=report_id
    )


def _report_page(request: SignedInRequest, found: ActivityReport, form: ReturnForm, *, status: int = 200) -> HttpResponse:
    context = {
        "report": found,
        "form": form,
        "photos": queries.photos_of(found, person_id=request.person_id, at=now()),
        "is_waiting": found.state == ReportState.SUBMITTED,
        "no_confirm": reason_against(permissions.check_can_confirm, request.actor, found),
    }
    return htmx.page(request, "learning/report.html", context, status=status)


def _next(request: SignedInRequest, *, note: str) -> HttpResponse:
    waiting = permissions.visible_reports(request.actor).filter(state=ReportState.SUBMITTED).order_by("submitted_at", "pk").first()
    url = reverse("learning:report", args=[waiting.pk]) if waiting else reverse("learning:reports")
    return htmx.redirect(request, url, note=note)


def _refused(
    request: SignedInRequest, enrolment: Enrolment, step_id: int, form: ReportForm | PhotoForm, error: DomainError
) -> HttpResponse:
    step = step_of(step_id)
    name = "form" if isinstance(form, ReportForm) else "photo_form"
    selection = selection_of(enrolment, step.course)
    return step_page(request, enrolment, step, selection, closed="", given={name: form}, status=explain(form, error))


def _own_post(request: SignedInRequest, post_id: int) -> CoursePost:
    mine = CoursePost.objects.filter(enrolment__person_id=request.person_id, removed_at__isnull=True)
    return get_object_or_404(mine.select_related("enrolment__programme", "enrolment__person", "step__course"), pk=post_id)


def _step_url(enrolment: Enrolment, step_id: int) -> str:
    return reverse("learning:step", args=[enrolment.pk, step_id])
