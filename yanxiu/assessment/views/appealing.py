"""The result of a sitting as its candidate sees it; appeals against it, and their answers."""

from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.assessment import actions
from yanxiu.assessment import result_permissions as permissions
from yanxiu.assessment.models import AppealState, Reveal, ScoreAppeal, Sitting
from yanxiu.assessment.queries import sitting_results as queries
from yanxiu.assessment.queries.scores import shown_result
from yanxiu.assessment.views.exam_marking import marking_tabs
from yanxiu.assessment.views.exam_results import desk_tabs
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError, Invalid, NotFound
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.kit.rules import reason_against
from yanxiu.kit.text import whole_number

REVIEW = (Permission.ASSESSMENT_GRADE, Permission.ASSESSMENT_RELEASE)


@require_GET
@signed_in
def sitting_result(request: SignedInRequest, sitting_id: int) -> HttpResponse:
    """Show the own result, or that it is not out yet."""
    return _show_result(request, _own(request, sitting_id), at=now())


@require_POST
@signed_in
def appeal_score(request: SignedInRequest, sitting_id: int) -> HttpResponse:
    """Ask that a score is looked at again."""
    sitting, at = _own(request, sitting_id), now()
    number = _number(request.POST.get("number")) or None
    try:
        actions.appeal_score(sitting=sitting, number=number, reason=request.POST.get("reason", ""), by=request.actor, at=at)
    except DomainError as error:
        return _show_result(request, sitting, at=at, problem=error)
    return _back(request, sitting, note=_("复核申请已交，答复以后会通知您"))


@require_POST
@signed_in
def withdraw_appeal(request: SignedInRequest, appeal_id: int) -> HttpResponse:
    """Take the own appeal back."""
    appeal = permissions.own_appeals(request.actor).filter(pk=appeal_id).select_related("sitting").first()
    if appeal is None:
        raise NotFound(_("没有找到这份复核申请。请从成绩页里打开。"))
    actions.withdraw_appeal(appeal=appeal, by=request.actor, at=now())
    return _back(request, appeal.sitting, note=_("复核申请已撤回"))


@require_GET
@requires(*REVIEW)
def appeals(request: SignedInRequest) -> HttpResponse:
    """List the appeals that wait, the longest first, or those decided."""
    state = "decided" if request.GET.get("state") == "decided" else "waiting"
    rows = permissions.reviewable_appeals(request.actor)
    page = queries.appeals_page(rows, state=state, number=paging.number_from(request.GET.get("page")))
    grades = request.actor.may(Permission.ASSESSMENT_GRADE)
    context = {
        "page": page,
        "state": state,
        "oldest": now() - page.rows[0].filed_at if page.rows and state == "waiting" else None,
        "tabs": marking_tabs("appeals") if grades else desk_tabs(request, "appeals"),
        "states": [
            Tab(label=_("待答复"), url="?", current=state == "waiting"),
            Tab(label=_("已答复"), url="?state=decided", current=state == "decided"),
        ],
        "more": f"?state={state}&page={page.following}" if page.has_more else "",
    }
    return htmx.page(request, "assessment/appeals.html", context)


@require_GET
@requires(*REVIEW)
def appeal(request: SignedInRequest, appeal_id: int) -> HttpResponse:
    """Show what is asked for beside the answer, the points and the marks."""
    return _show_appeal(request, _reviewable(request, appeal_id))


@require_POST
@requires(*REVIEW)
def decide_appeal(request: SignedInRequest, appeal_id: int) -> HttpResponse:
    """Answer it, with other points or without."""
    found = _reviewable(request, appeal_id)
    try:
        points = _points(request) if request.POST.get("decision") == "change" else {}
        decided = actions.decide_appeal(appeal=found, points=points, answer=request.POST.get("answer", ""), by=request.actor, at=now())
    except Invalid as error:
        return _show_appeal(request, found, problem=error)
    note = _("已改分，考生的成绩、学时跟着变") if decided.state == "changed" else _("已答复，维持原分")
    return htmx.redirect(request, reverse("assessment:appeals"), note=note)


def _show_result(request: SignedInRequest, sitting: Sitting, *, at: datetime, problem: DomainError | None = None) -> HttpResponse:
    result = shown_result(sitting)
    last_end = getattr(sitting, "last_end", None)
    page = queries.result_page(sitting, result, person_id=request.person_id, at=at, last_end=last_end) if result else None
    refusal = reason_against(permissions.check_can_appeal, request.actor, sitting, result, at=at)
    asks_whole = not (page and any(one.number is None and one.state == AppealState.FILED for one in page.appeals))
    context = {
        "sitting": sitting,
        "exam": sitting.exam,
        "page": page,
        "until": permissions.appeal_until(sitting.exam, result) if result else None,
        "refusal": refusal,
        "asks_whole": asks_whole,
        "problem": problem.message if problem else "",
        "problem_at": _form_of(request, page, asks_whole=asks_whole) if problem and not refusal else "",
        "typed": request.POST.get("reason", ""),
    }
    return htmx.page(request, "assessment/sitting_result.html", context, status=problem.status if problem else 200)


def _form_of(request: SignedInRequest, page: queries.ResultPage | None, *, asks_whole: bool) -> int | str:
    """Whose form was sent, so that the refusal stands in it: a question's number, "all", or "" when that form is not shown any more."""
    number = _number(request.POST.get("number"))
    if not number:
        return "all" if asks_whole else ""
    asked = (one for one in page.questions if one.number == number) if page else iter(())
    found = next(asked, None)
    is_open = found is not None and (found.appeal is None or found.appeal.state != AppealState.FILED)
    return number if is_open else ""


def _show_appeal(request: SignedInRequest, found: ScoreAppeal, *, problem: DomainError | None = None) -> HttpResponse:
    at = now()
    sitting = found.sitting
    result = shown_result(sitting)
    page = queries.result_page(
        sitting, result, person_id=request.person_id, at=at, reveals=Reveal.ANSWERS, number=found.number
    ) if result else None  # fmt: skip
    context = {
        "appeal": found,
        "sitting": sitting,
        "exam": sitting.exam,
        "page": page,
        "refusal": "",
        "fields": [(one, request.POST.get(f"points_{one.number}", "")) for one in page.questions if one.points is not None] if page else [],
        "problem": problem.message if problem else "",
        "typed": request.POST.get("answer", ""),
    }
    return htmx.page(request, "assessment/appeal.html", context, status=problem.status if problem else 200)


def _own(request: SignedInRequest, sitting_id: int) -> Sitting:
    found = queries.with_last_end(permissions.own_sittings(request.actor)).filter(pk=sitting_id).first()
    if found is None:
        raise NotFound(_("没有找到这份答卷。请从“我的考试”里打开。"))
    return found


def _reviewable(request: SignedInRequest, appeal_id: int) -> ScoreAppeal:
    rows = permissions.reviewable_appeals(request.actor)
    found = rows.filter(pk=appeal_id).select_related("sitting__exam__programme", "sitting__enrolment").first()
    if found is None:
        raise NotFound(_("没有找到这份复核申请。它不在您的范围里，或问的是您自己阅的题。"))
    return found


def _points(request: SignedInRequest) -> dict[int, Decimal]:
    found = {}
    for name, raw in request.POST.items():
        number = _number(name.removeprefix("points_")) if name.startswith("points_") else 0
        if number and isinstance(raw, str) and raw.strip():
            try:
                found[number] = Decimal(raw.strip())
            except InvalidOperation as error:
                raise Invalid(_("第 %(number)d 题的分数读不出来。请写数字，最多两位小数。") % {"number": number}, field="points") from error
    if not found:
        raise Invalid(_("请写改成多少分，或选维持原分。"), field="points")
    return found


def _number(raw: str | None) -> int:
    return whole_number(raw, digits=5) or 0


def _back(request: SignedInRequest, sitting: Sitting, *, note: str) -> HttpResponse:
    return htmx.redirect(request, reverse("assessment:sitting_result", args=[sitting.pk]), note=note)
