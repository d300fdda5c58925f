"""批阅: what waits in the scope, the work beside it, and two decisions after which the next one opens."""

from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.assessment import actions, permissions
from yanxiu.assessment.forms import AcceptForm, ReturnForm
from yanxiu.assessment.models import Submission, SubmissionState
from yanxiu.assessment.queries.homework import first_of, marking_page, queue_of
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.paging import number_from
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.rules import reason_against


@require_GET
@requires(Permission.ASSESSMENT_GRADE)
def queue(request: SignedInRequest) -> HttpResponse:
    """List what waits, oldest first; on a desk the first one lies open beside it."""
    return _show(request, None, at=now())


@require_GET
@requires(Permission.ASSESSMENT_GRADE)
def mark(request: SignedInRequest, submission_id: int) -> HttpResponse:
    """Show one homework beside the queue."""
    return _show(request, _submission(request, submission_id), at=now())


@require_POST
@requires(Permission.ASSESSMENT_GRADE)
def accept_homework(request: SignedInRequest, submission_id: int) -> HttpResponse:
    """Give the score and open the next."""
    submission, at = _submission(request, submission_id), now()
    form = AcceptForm(request.POST)
    if not form.is_valid():
        return _show(request, submission, at=at, accept_form=form, status=422)
    try:
        done = actions.accept_homework(submission=submission, **form.cleaned_data, by=request.actor, at=at)
    except DomainError as error:
        return _show(request, submission, at=at, accept_form=form, status=explain(form, error))
    words = {"name": submission.enrolment.person.name, "score": f"{done.score:f}"}
    return _next(request, note=_("%(name)s 的作业给了 %(score)s 分") % words)


@require_POST
@requires(Permission.ASSESSMENT_GRADE)
def return_homework(request: SignedInRequest, submission_id: int) -> HttpResponse:
    """Give it back with the reason and open the next."""
    submission, at = _submission(request, submission_id), now()
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _show(request, submission, at=at, return_form=form, status=422)
    try:
        actions.return_homework(submission=submission, reason=form.cleaned_data["reason"], by=request.actor, at=at)
    except DomainError as error:
        return _show(request, submission, at=at, return_form=form, status=explain(form, error))
    return _next(request, note=_("已退回给 %(name)s 修改") % {"name": submission.enrolment.person.name})


def _next(request: SignedInRequest, *, note: str) -> HttpResponse:
    following = first_of(permissions.markable_submissions(request.actor))
    url = reverse("assessment:mark", args=[following.pk]) if following else reverse("assessment:queue")
    return htmx.redirect(request, url, note=note)


def _submission(request: SignedInRequest, submission_id: int) -> Submission:
    rows = permissions.visible_submissions(request.actor).filter(pk=submission_id)
    found = rows.select_related("step__course", "enrolment__person", "enrolment__unit", "enrolment__programme").first()
    if found is None:
        raise NotFound(_("没有找到这份作业。它可能还没有交，或不在您当前身份的范围里。"))
    return found


def _show(
    request: SignedInRequest,
    submission: Submission | None,
    *,
    at: datetime,
    accept_form: AcceptForm | None = None,
    return_form: ReturnForm | None = None,
    status: int = 200,
) -> HttpResponse:
    waiting = queue_of(permissions.markable_submissions(request.actor), number=number_from(request.GET.get("page")))
    shown = submission or next(iter(waiting.page.rows), None)
    work = marking_page(shown, person_id=request.person_id, at=at) if shown else None
    context = {
        "queue": waiting,
        "waits": at - waiting.oldest_at if waiting.oldest_at else None,
        "work": work,
        "opened": submission is not None,
        "is_waiting": shown is not None and shown.state == SubmissionState.SUBMITTED,
        "refusal": reason_against(permissions.check_can_mark, request.actor, shown) if shown else "",
        "accept_form": accept_form or AcceptForm(),
        "return_form": return_form or ReturnForm(),
    }
    return htmx.page(request, "assessment/marking.html", context, status=status)
