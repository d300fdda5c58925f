"""批阅: what waits in the scope, one piece at a time on one's desk, and two decisions after which the next one opens."""

from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.assessment import actions, permissions
from yanxiu.assessment.forms import ReturnForm, SheetForm
from yanxiu.assessment.models import Submission, SubmissionState
from yanxiu.assessment.queries.homework import HomeworkPage, alike_pair, marking_page, queue_of, with_version_count
from yanxiu.assessment.queries.peers import received
from yanxiu.assessment.views.exam_marking import marking_tabs
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
    """List what waits, oldest first; what lies on one's desk is open beside it."""
    return _show(request, None, at=now())


@require_GET
@requires(Permission.ASSESSMENT_GRADE)
def mark(request: SignedInRequest, submission_id: int) -> HttpResponse:
    """Show one homework beside the queue."""
    return _show(request, _submission(request, submission_id), at=now())


@require_POST
@requires(Permission.ASSESSMENT_GRADE)
def claim_homework(request: SignedInRequest) -> HttpResponse:
    """Put the named piece, or the one that waits longest, on one's desk."""
    raw = request.POST.get("submission", "")
    wanted = _submission(request, int(raw)) if raw.isascii() and raw.isdecimal() and len(raw) < 19 else None
    found = actions.claim_homework(only=wanted, by=request.actor, at=now())
    if found is None:
        note = _("这一份刚被另一位老师拿去批了，请看下一份") if wanted is not None else _("没有待批的作业")
        return htmx.redirect(request, reverse("assessment:queue"), note=note)
    return htmx.redirect(request, reverse("assessment:mark", args=[found.pk]))


@require_POST
@requires(Permission.ASSESSMENT_GRADE)
def release_homework(request: SignedInRequest) -> HttpResponse:
    """Put what lies on one's desk back into the queue."""
    actions.release_homework(by=request.actor, at=now())
    return htmx.redirect(request, reverse("assessment:queue"), note=_("已放回队列，别的老师可以批"))


@require_POST
@requires(Permission.ASSESSMENT_GRADE)
def accept_homework(request: SignedInRequest, submission_id: int) -> HttpResponse:
    """Mark by rubric or score and open the next."""
    submission, at = _submission(request, submission_id), now()
    work = marking_page(submission, person_id=request.person_id, at=at)
    form = SheetForm(request.POST, dimensions=work.dimensions)
    if not form.is_valid():
        return _show(request, submission, at=at, work=work, accept_form=form, status=422)
    try:
        done = actions.accept_homework(submission=submission, **form.judgement(), by=request.actor, at=at)
    except DomainError as error:
        return _show(request, submission, at=at, work=work, accept_form=form, status=explain(form, error))
    words = {"name": submission.enrolment.person.name, "score": f"{done.score.normalize():f}" if done.score is not None else ""}
    return _next(request, note=_("%(name)s 的作业给了 %(score)s 分") % words, at=at)


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
    return _next(request, note=_("已退回给 %(name)s 修改") % {"name": submission.enrolment.person.name}, at=at)


def _next(request: SignedInRequest, *, note: str, at: datetime) -> HttpResponse:
    following = actions.claim_homework(by=request.actor, at=at)
    url = reverse("assessment:mark", args=[following.pk]) if following else reverse("assessment:queue")
    return htmx.redirect(request, url, note=note)


def _submission(request: SignedInRequest, submission_id: int) -> Submission:
    rows = with_version_count(permissions.visible_submissions(request.actor).filter(pk=submission_id))
    found = rows.select_related("step__course", "enrolment__person", "enrolment__unit", "enrolment__programme").first()
    if found is None:
        raise NotFound(_("没有找到这份作业。它可能还没有交，或不在您当前身份的范围里。"))
    return found


def _show(
    request: SignedInRequest,
    submission: Submission | None,
    *,
    at: datetime,
    work: HomeworkPage | None = None,
    accept_form: SheetForm | None = None,
    return_form: ReturnForm | None = None,
    status: int = 200,
) -> HttpResponse:
    waiting = queue_of(
        permissions.markable_submissions(request.actor), number=number_from(request.GET.get("page")), person_id=request.person_id, at=at
    )
    held = next((one for one in waiting.page.rows if _is_mine(request, one, at=at)), None)
    shown = submission or held or next(iter(waiting.page.rows), None)
    if work is None and shown is not None:
        work = marking_page(shown, person_id=request.person_id, at=at)
    refusal = reason_against(permissions.check_can_mark, request.actor, shown) if shown else ""
    context = {
        "queue": waiting,
        "tabs": marking_tabs("queue"),
        "waits": at - waiting.oldest_at if waiting.oldest_at else None,
        "work": work,
        "opened": submission is not None,
        "refusal": refusal or _held_elsewhere(request, shown, at=at),
        "is_waiting": shown is not None and shown.state == SubmissionState.SUBMITTED,
        "is_mine": shown is not None and (_is_mine(request, shown, at=at) or accept_form is not None or return_form is not None),
        "accept_form": accept_form or SheetForm(dimensions=work.dimensions if work else ()),
        "return_form": return_form or ReturnForm(),
        "alike": alike_pair(shown) if shown is not None and not refusal else None,
        "reviews": received(shown) if work is not None and work.asked.peers is not None and shown is not None else [],
    }
    return htmx.page(request, "assessment/marking.html", context, status=status)


def _is_mine(request: SignedInRequest, submission: Submission, *, at: datetime) -> bool:
    return submission.claimed_by == request.person_id and submission.claimed_until is not None and submission.claimed_until > at


def _held_elsewhere(request: SignedInRequest, submission: Submission | None, *, at: datetime) -> str:
    is_held = submission is not None and submission.claimed_until is not None and submission.claimed_until > at
    return _("另一位老师正在批这一份，请看下一份") if is_held and submission and not _is_mine(request, submission, at=at) else ""
