"""互评: what one owes and gets, one piece at a time, pieces of known marks first, and the answers of authors."""

from datetime import datetime

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.assessment import actions, permissions, sheets
from yanxiu.assessment.forms import ReplyForm, ReviewForm, SheetForm
from yanxiu.assessment.models import CalibrationPiece, PeerReview
from yanxiu.assessment.queries import study
from yanxiu.assessment.queries.peers import PeerPage, peer_page, work_of
from yanxiu.assessment.queries.rubrics import homework_rubric
from yanxiu.catalogue import content
from yanxiu.catalogue.models import StepKind
from yanxiu.kit import htmx
from yanxiu.kit.clock import local, now
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in


@require_GET
@signed_in
def peers(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Show what one owes, and what others said about one's own work."""
    page, at = _page(request, enrolment_id, step_id), now()
    return htmx.page(request, "assessment/peers.html", {"page": page, "now": at})


@require_POST
@signed_in
def take_review(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Get the next piece and open it."""
    place, at = _place(request, enrolment_id, step_id), now()
    given = actions.take_review(enrolment=place.enrolment, step=place.step, by=request.actor, at=at)
    if given is None:
        url = reverse("assessment:peers", args=[enrolment_id, step_id])
        return htmx.redirect(request, url, note=_("现在没有要评的作业，有了会排给您"))
    opened = actions.open_review(review=given, by=request.actor, at=at)
    return htmx.redirect(request, _review_url(opened))


@require_GET
@signed_in
def review(request: SignedInRequest, review_id: int) -> HttpResponse:
    """Show the piece and the sheet, once it is opened."""
    return _show(request, _own_review(request, review_id), at=now())


@require_POST
@signed_in
def open_review(request: SignedInRequest, review_id: int) -> HttpResponse:
    """Open the piece that was given."""
    opened = actions.open_review(review=_own_review(request, review_id), by=request.actor, at=now())
    return htmx.redirect(request, _review_url(opened))


@require_POST
@signed_in
def save_review(request: SignedInRequest, review_id: int) -> HttpResponse:
    """Keep what is written so far: JSON for the form that saves itself."""
    found, at = _own_review(request, review_id), now()
    form = _form(request, found)
    form.is_valid()
    levels = {name.removeprefix("level_"): int(raw) for name, raw in form.cleaned_data.items() if name.startswith("level_") and raw}
    actions.save_review(review=found, levels=levels, comment=form.cleaned_data.get("comment", ""), by=request.actor, at=at)
    time = f"{local(at):%H:%M}"
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"at": time})
    return htmx.redirect(request, _review_url(found), note=_("已存 %(time)s") % {"time": time})


@require_POST
@signed_in
def submit_review(request: SignedInRequest, review_id: int) -> HttpResponse:
    """Hand the review in; a refusal keeps everything that was written."""
    found, at = _own_review(request, review_id), now()
    form = _form(request, found)
    if not form.is_valid():
        return _show(request, found, at=at, form=form, status=422)
    try:
        actions.submit_review(review=found, **form.judgement(), by=request.actor, at=at)
    except DomainError as error:
        return _show(request, found, at=at, form=form, status=explain(form, error))
    url = reverse("assessment:peers", args=[found.reviewer_id, found.submission.step_id])
    return htmx.redirect(request, url, note=_("评好了，作者会看到评语，看不到您的姓名"))


@require_POST
@signed_in
def reply_review(request: SignedInRequest, review_id: int) -> HttpResponse:
    """Answer a review of one's own work."""
    rows = permissions.visible_peer_reviews(request.actor).select_related("author", "submission")
    found = rows.filter(pk=review_id).first()
    if found is None:
        raise NotFound(_("没有找到这条评语。请从作业页里打开。"))
    form = ReplyForm(request.POST)
    reply = form.cleaned_data["reply"] if form.is_valid() else ""
    actions.reply_review(review=found, reply=reply, by=request.actor, at=now())
    url = reverse("assessment:peers", args=[found.author_id, found.submission.step_id])
    return htmx.redirect(request, url, note=_("答复已送到，评您的老师和指导教师看得到"))


@require_GET
@signed_in
def calibration(request: SignedInRequest, enrolment_id: int, piece_id: int) -> HttpResponse:
    """Show a piece of known marks to judge."""
    place, piece = _piece(request, enrolment_id, piece_id)
    return _show_piece(request, place, piece)


@require_POST
@signed_in
def calibrate(request: SignedInRequest, enrolment_id: int, piece_id: int) -> HttpResponse:
    """Judge a piece of known marks and see the expert's."""
    place, piece = _piece(request, enrolment_id, piece_id)
    form = _sheet(request, piece)
    if not form.is_valid():
        return _show_piece(request, place, piece, form=form, status=422)
    given = form.judgement()
    try:
        done = actions.calibrate(
            piece=piece, enrolment=place.enrolment, levels=given["levels"], score=given["score"], by=request.actor, at=now()
        )
    except DomainError as error:
        return _show_piece(request, place, piece, form=form, status=explain(form, error))
    words = {"own": f"{done.score.normalize():f}", "expert": f"{piece.score.normalize():f}"}
    url = reverse("assessment:peers", args=[enrolment_id, piece.step_id])
    return htmx.redirect(request, url, note=_("您给了 %(own)s 分，专家给了 %(expert)s 分") % words)


def _show(request: SignedInRequest, found: PeerReview, *, at: datetime, form: SheetForm | None = None, status: int = 200) -> HttpResponse:
    work = work_of(found, person_id=request.person_id, at=at) if found.opened_at is not None else None
    if form is None:
        initial: dict[str, object] = {"comment": found.comment, "score": found.score}
        initial |= {f"level_{key}": str(index) for key, index in found.levels.items()}
        form = ReviewForm(dimensions=work.dimensions if work else (), initial=initial)
    asked = content.read(found.submission.step.content, content.Homework).peers
    context = {"review": found, "work": work, "form": form, "asked": asked, "step": found.submission.step, "now": at}
    return htmx.page(request, "assessment/review.html", context, status=status)


def _form(request: SignedInRequest, found: PeerReview) -> ReviewForm:
    rubric = homework_rubric(content.read(found.submission.step.content, content.Homework))
    return ReviewForm(request.POST, dimensions=sheets.read(rubric.dimensions) if rubric else ())


def _sheet(request: SignedInRequest, piece: CalibrationPiece) -> SheetForm:
    dimensions = sheets.read(piece.rubric.dimensions) if piece.rubric else ()
    return SheetForm(request.POST if request.method == "POST" else None, dimensions=dimensions)


def _show_piece(
    request: SignedInRequest, place: study.Place, piece: CalibrationPiece, *, form: SheetForm | None = None, status: int = 200
) -> HttpResponse:
    context = {"place": place, "piece": piece, "form": form or _sheet(request, piece)}
    return htmx.page(request, "assessment/calibration.html", context, status=status)


def _page(request: SignedInRequest, enrolment_id: int, step_id: int) -> PeerPage:
    place = _place(request, enrolment_id, step_id)
    page = peer_page(place.enrolment, place.step, at=now())
    if page is None:
        raise NotFound(_("这份作业不互评。"))
    return page


def _place(request: SignedInRequest, enrolment_id: int, step_id: int) -> study.Place:
    mine = permissions.own_enrolments(request.actor)
    return study.place_in(mine, enrolment_id=enrolment_id, step_id=step_id, kind=StepKind.HOMEWORK)


def _own_review(request: SignedInRequest, review_id: int) -> PeerReview:
    mine = PeerReview.objects.filter(reviewer__in=permissions.own_enrolments(request.actor), released_at__isnull=True)
    related = mine.select_related("version", "submission__step__course", "author__person", "author__unit", "reviewer__programme")
    found = related.filter(pk=review_id).first()
    if found is None:
        raise NotFound(_("没有找到这份互评，可能过了期限已换人评。请从作业页里打开。"))
    return found


def _piece(request: SignedInRequest, enrolment_id: int, piece_id: int) -> tuple[study.Place, CalibrationPiece]:
    enrolment = study.enrolment_in(permissions.own_enrolments(request.actor), enrolment_id)
    there = CalibrationPiece.objects.filter(programme_id=enrolment.programme_id, removed_at__isnull=True)
    piece = there.select_related("step__course", "rubric").filter(pk=piece_id).first()
    if piece is None:
        raise NotFound(_("没有找到这篇定标样篇，可能已经撤下。"))
    return study.Place(enrolment=enrolment, step=piece.step), piece


def _review_url(found: PeerReview) -> str:
    return reverse("assessment:review", args=[found.pk])
