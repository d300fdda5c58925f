"""互评情况: how far it is, how reviewers judge, and the pieces of known marks, for who marks in the programme."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.assessment import actions, permissions
from yanxiu.assessment.forms import CalibrationForm
from yanxiu.assessment.models import CalibrationPiece
from yanxiu.assessment.queries.peer_overview import overview
from yanxiu.catalogue import content
from yanxiu.catalogue.models import Step, StepKind
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.paging import number_from
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.programmes.models import Offering, Programme


@require_GET
@requires(Permission.ASSESSMENT_GRADE)
def peer_overview(request: SignedInRequest, programme_id: int, step_id: int) -> HttpResponse:
    """Show how the reviews of a homework stand."""
    programme, step = _place(programme_id, step_id)
    return _show(request, programme, step)


@require_POST
@requires(Permission.ASSESSMENT_GRADE)
def add_calibration_piece(request: SignedInRequest, programme_id: int, step_id: int) -> HttpResponse:
    """Put a piece of known marks."""
    programme, step = _place(programme_id, step_id)
    page = overview(programme, step, permissions.led_reviewers(request.actor, programme))
    form = CalibrationForm(request.POST, dimensions=page.dimensions)
    if not form.is_valid():
        return _show(request, programme, step, form=form, status=422)
    facts = form.judgement() | {"text": form.cleaned_data["text"]}
    try:
        piece = actions.add_calibration_piece(programme=programme, step=step, **facts, by=request.actor, at=now())
    except DomainError as error:
        return _show(request, programme, step, form=form, status=explain(form, error))
    return htmx.redirect(request, _url(piece), note=_("第 %(number)s 篇样篇已放上") % {"number": piece.number})


@require_POST
@requires(Permission.ASSESSMENT_GRADE)
def remove_calibration_piece(request: SignedInRequest, piece_id: int) -> HttpResponse:
    """Take a piece of known marks away."""
    piece = actions.remove_calibration_piece(piece=_piece(request, piece_id), by=request.actor, at=now())
    return htmx.redirect(request, _url(piece), note=_("第 %(number)s 篇样篇已撤下，可以放回") % {"number": piece.number})


@require_POST
@requires(Permission.ASSESSMENT_GRADE)
def restore_calibration_piece(request: SignedInRequest, piece_id: int) -> HttpResponse:
    """Put a piece of known marks back."""
    piece = actions.restore_calibration_piece(piece=_piece(request, piece_id), by=request.actor, at=now())
    return htmx.redirect(request, _url(piece), note=_("第 %(number)s 篇样篇已放回") % {"number": piece.number})


def _show(
    request: SignedInRequest, programme: Programme, step: Step, *, form: CalibrationForm | None = None, status: int = 200
) -> HttpResponse:
    led = permissions.led_reviewers(request.actor, programme)
    page = overview(programme, step, led, number=number_from(request.GET.get("page")))
    context = {"page": page, "form": form or CalibrationForm(dimensions=page.dimensions, comment=_("为什么这样给分"))}
    return htmx.page(request, "assessment/peer_overview.html", context, status=status)


def _place(programme_id: int, step_id: int) -> tuple[Programme, Step]:
    step = Step.objects.filter(pk=step_id, kind=StepKind.HOMEWORK).select_related("course").first()
    offered = (
        Offering.objects.filter(programme_id=programme_id, course_id=step.course_id if step else 0).select_related("programme").first()
    )
    if step is None or offered is None or content.read(step.content, content.Homework).peers is None:
        raise NotFound(_("没有找到这份作业的互评。请从批阅里打开。"))
    return offered.programme, step


def _piece(request: SignedInRequest, piece_id: int) -> CalibrationPiece:
    found = CalibrationPiece.objects.select_related("programme", "step").filter(pk=piece_id).first()
    if found is None:
        raise NotFound(_("没有找到这篇定标样篇。"))
    permissions.check_can_lead_peers(request.actor, found.programme)
    return found


def _url(piece: CalibrationPiece) -> str:
    return reverse("assessment:peer_overview", args=[piece.programme_id, piece.step_id])
