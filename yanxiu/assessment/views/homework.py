"""One's own homework: the task, the words that keep themselves, files, handing in, taking back, and what the marker said."""

from datetime import datetime

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.assessment import actions, parts, permissions
from yanxiu.assessment.forms import AttachForm, HomeworkForm
from yanxiu.assessment.models import Attachment, SubmissionState
from yanxiu.assessment.queries import study
from yanxiu.assessment.queries.homework import HomeworkPage, alike_seen, homework_page
from yanxiu.assessment.views.arriving import arrived
from yanxiu.assessment.views.leading import course_url
from yanxiu.catalogue import content
from yanxiu.catalogue.models import StepKind
from yanxiu.integrity.similarity import Relation, Seen
from yanxiu.kit import htmx
from yanxiu.kit.clock import local, now
from yanxiu.kit.errors import DomainError, Invalid, NotFound
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
    """Keep the words: JSON for the form that saves itself, back to the page for the button."""
    place, at = _place(request, enrolment_id, step_id), arrived(request)
    actions.save_homework(enrolment=place.enrolment, step=place.step, text=_texts(request), by=request.actor, at=at)
    time = f"{local(at):%H:%M}"
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"at": time})
    return htmx.redirect(request, _url(place), note=_("已存 %(time)s") % {"time": time})


@require_POST
@signed_in
def submit_homework(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Hand the homework in; a refusal comes back with everything that was written. Where peers review, their page opens."""
    place, at = _place(request, enrolment_id, step_id), arrived(request)
    asked = content.read(place.step.content, content.Homework)
    alike = None if request.POST.get("alike") == "seen" else alike_seen(place.enrolment, place.step, _texts(request), at=at)
    if alike is not None:
        form = HomeworkForm({key: plain(words) for key, words in parts.texts_of(asked, _texts(request)).items()}, asked=asked)
        return _show(request, place, at=at, form=form, alike=alike, status=409)
    try:
        actions.submit_homework(enrolment=place.enrolment, step=place.step, text=_texts(request), by=request.actor, at=at)
    except DomainError as error:
        form = HomeworkForm({key: plain(words) for key, words in parts.texts_of(asked, _texts(request)).items()}, asked=asked)
        return _show(request, place, at=at, form=form, status=explain(form, error))
    if asked.peers is not None:
        url = reverse("assessment:peers", args=[place.enrolment.pk, place.step.pk])
        return htmx.redirect(request, url, note=_("作业已交，接下来评别人的"))
    return htmx.redirect(request, _url(place), note=_("作业已交，等指导教师批阅"))


@require_POST
@signed_in
def take_back_homework(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Take the homework back to write on."""
    place = _place(request, enrolment_id, step_id)
    actions.take_back_homework(enrolment=place.enrolment, step=place.step, by=request.actor, at=now())
    return htmx.redirect(request, _url(place), note=_("作业已取回，改好再交；不改就放回原稿"))


@require_POST
@signed_in
def put_back_homework(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Hand the last version in again as it was."""
    place = _place(request, enrolment_id, step_id)
    actions.put_back_homework(enrolment=place.enrolment, step=place.step, by=request.actor, at=now())
    return htmx.redirect(request, _url(place), note=_("原稿已放回，等指导教师批阅"))


@require_POST
@signed_in
def attach(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Take a file of a part; a refusal says which file and why."""
    place, at = _place(request, enrolment_id, step_id), arrived(request)
    part = parts.file_part(content.read(place.step.content, content.Homework), request.POST.get("part", ""))
    if part is None:
        raise Invalid(_("这次作业不收附件，请写在正文里。"))
    form = AttachForm(request.POST, request.FILES, part=part)
    if not form.is_valid():
        return _show(request, place, at=at, attach_form=form, status=422)
    sent = form.cleaned_data["file"]
    try:
        actions.attach(enrolment=place.enrolment, step=place.step, sent=sent, part=part.key, by=request.actor, at=at)
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
    alike: Seen | None = None,
    status: int = 200,
) -> HttpResponse:
    page = homework_page(place.enrolment, place.step, person_id=request.person_id, at=at)
    is_first = page.submission is None or page.submission.returned_at is None  # a returned one may come after the window's end
    asks = is_first and page.state in (SubmissionState.DRAFT, SubmissionState.SUBMITTED)
    closed = reason_against(permissions.check_can_take, request.actor, place.enrolment, place.step, at=at) if asks else ""
    context = {
        "page": page,
        "form": form or HomeworkForm(asked=page.asked, initial=dict(page.kept)),
        "attach_form": attach_form,
        "alike": alike,
        "alike_sources": _sources(alike) if alike else "",
        "uploads": _uploads(page, attach_form),
        "closed": closed if page.is_open else "",
        "may_take_back": page.state == SubmissionState.SUBMITTED and is_first and not closed,
        "back_url": course_url(place.enrolment, place.step),
    }
    return htmx.page(request, "assessment/homework.html", context, status=status)


def _sources(alike: Seen) -> str:
    words = {
        Relation.OWN: _("您自己以前交的"),
        Relation.FELLOW: _("同一项目里老师交的"),
        Relation.EARLIER: _("往年交的"),
        Relation.ELSEWHERE: _("别处交的"),
    }
    return "、".join(words[relation] for relation, _count in alike.sources)


def _uploads(page: HomeworkPage, bad: AttachForm | None) -> list[dict[str, object]]:
    return [{"files": one, "form": bad if bad is not None and bad.part == one.part else AttachForm(part=one.part)} for one in page.files]


def _texts(request: SignedInRequest) -> dict[str, str]:
    return {key: value for key, value in request.POST.items() if isinstance(value, str)}


def _place(request: SignedInRequest, enrolment_id: int, step_id: int) -> study.Place:
    mine = permissions.own_enrolments(request.actor)
    return study.place_in(mine, enrolment_id=enrolment_id, step_id=step_id, kind=StepKind.HOMEWORK)


def _url(place: study.Place) -> str:
    return reverse("assessment:homework", args=[place.enrolment.pk, place.step.pk])
