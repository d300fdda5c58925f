"""平时与书面考核: the assessments, the list in which scores of paper are entered twice, the list as a file there and back."""

from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import quote, urlencode

from django.core import signing
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.assessment import actions
from yanxiu.assessment import result_permissions as permissions
from yanxiu.assessment.actions.entering import EntryRefused, ScoresRefused, Typed
from yanxiu.assessment.queries import entered as queries
from yanxiu.assessment.queries.scores import assessment_in
from yanxiu.assessment.score_sheets import MOST_ROWS, NAME, NUMBER, SCORE, UNIT, Read, read_scores, score_in
from yanxiu.assessment.views.exam_results import SHEET, desk_tabs
from yanxiu.kit import htmx, paging, sheets
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError, Invalid, NotFound
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.rules import holds
from yanxiu.kit.text import half_width, plain, whole_number
from yanxiu.programmes.models import Programme
from yanxiu.programmes.plan.schema.judgement import ScoreAssessment

LOOK = (permissions.ENTER, permissions.RELEASE)
MOST_BYTES = 5 * 1024 * 1024
_SALT = "assessment.scores"


@require_GET
@requires(*LOOK)
def entered(request: SignedInRequest) -> HttpResponse:
    """List the score assessments of the running programmes."""
    programmes = permissions.enterable_programmes(request.actor) | permissions.released_programmes(request.actor)
    lines = queries.score_lines(programmes)
    context = {
        "lines": lines,
        "todo": sum(line.half + line.differs for line in lines),
        "waiting": sum(not (line.half or line.differs or line.agreed or line.released) for line in lines),
        "may_release": request.actor.may(permissions.RELEASE),
        "may_enter": request.actor.may(permissions.ENTER),
        "tabs": desk_tabs(request, "entered"),
    }
    return htmx.page(request, "assessment/entered.html", context)


@require_GET
@requires(permissions.ENTER)
def enter_scores(request: SignedInRequest, programme_id: int, assessment: str) -> HttpResponse:
    """Show the list with one's own entries."""
    programme, asked = _place(request, programme_id, assessment)
    return _show(request, programme, asked)


@require_POST
@requires(permissions.ENTER)
def save_scores(request: SignedInRequest, programme_id: int, assessment: str) -> HttpResponse:
    """Keep what was typed: a cell as it is left, or the whole page by its button."""
    programme, asked = _place(request, programme_id, assessment)
    sent = {number: raw for name, raw in request.POST.items() if (number := _enrolment(name)) and isinstance(raw, str)}
    typed = {number: _typed(raw) for number, raw in sent.items()}
    try:
        count = actions.enter_scores(programme=programme, assessment=asked.id, typed=typed, by=request.actor, at=now())
    except DomainError as error:
        if htmx.is_htmx(request):
            return _cell(request, programme, asked, min(typed, default=0), problem=error)
        return _show(request, programme, asked, problem=error, sent=sent)
    if htmx.is_htmx(request) and len(typed) == 1:
        return _cell(request, programme, asked, min(typed))
    back = _url("enter_scores", programme, asked) + _place_in_list(request)
    return htmx.redirect(request, back, note=_("存了 %(count)d 处改动") % {"count": count})


@require_GET
@requires(permissions.ENTER)
def score_template(request: SignedInRequest, programme_id: int, assessment: str) -> HttpResponseBase:
    """Hand out the list to be filled in."""
    programme, asked = _place(request, programme_id, assessment)
    rows = queries.entry_rows(programme, asked.id, person_id=request.person_id, size=MOST_ROWS).rows
    headings = [(NUMBER, 12), (NAME, 14), (UNIT, 30), (SCORE, 10)]
    lines = ([row.enrolment_id, row.name, row.unit, row.typed or None] for row in rows)
    response = FileResponse(sheets.workbook(asked.label, headings, lines), content_type=SHEET)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(asked.label)}.xlsx"
    return response


@require_http_methods(["GET", "POST"])
@requires(permissions.ENTER)
def import_scores(request: SignedInRequest, programme_id: int, assessment: str) -> HttpResponse:
    """Read a filled-in list, show what would come in and what is refused, and take it with a second press."""
    programme, asked = _place(request, programme_id, assessment)
    context: dict[str, object] = {"programme": programme, "asked": asked, "read": None, "sealed": "", "problem": ""}
    if request.method == "GET":
        return htmx.page(request, "assessment/import_scores.html", context)
    try:
        if sealed := request.POST.get("sealed"):
            return _take(request, programme, asked, sealed)
        read = _read(request, programme, asked)
    except DomainError as error:
        return htmx.page(request, "assessment/import_scores.html", context | {"problem": error.message}, status=error.status)
    sealed = signing.dumps([programme.pk, asked.id, request.person_id, read.scores], salt=_SALT, compress=True)
    return htmx.page(request, "assessment/import_scores.html", context | {"read": read, "sealed": sealed})


@require_POST
@requires(permissions.RELEASE)
def release_scores(request: SignedInRequest, programme_id: int, assessment: str) -> HttpResponse:
    """Show the scores on which two agree."""
    programme = permissions.released_programmes(request.actor).filter(pk=programme_id).first()
    if programme is None:
        raise NotFound(_("没有找到这项考核。可能不在您当前身份的范围里。"))
    count = actions.release_scores(programme=programme, assessment=assessment, by=request.actor, at=now())
    return htmx.redirect(request, reverse("assessment:entered"), note=_("%(count)d 人的分数已公布") % {"count": count})


def _show(
    request: SignedInRequest, programme: Programme, asked: ScoreAssessment, *, problem: DomainError | None = None,
    sent: Mapping[int, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """The list, or after a refusal the people of the page that was sent, with all that was typed and what is wrong beside its cell."""
    show, words, number = _wanted(request)
    me = request.person_id
    if sent:
        page = queries.entry_rows(programme, asked.id, person_id=me, size=len(sent), only=list(sent))
    else:
        page = queries.entry_rows(programme, asked.id, person_id=me, show=show, words=words, number=number)
    each = problem.each if isinstance(problem, ScoresRefused | EntryRefused) else {}
    line = next(one for one in queries.score_lines(Programme.objects.filter(pk=programme.pk)) if one.assessment.id == asked.id)
    names = {"all": _("全部"), "mine": _("我还没登记"), "half": _("只登记一遍"), "differs": _("两遍不一致"), "agreed": _("一致")}
    context = {
        "programme": programme,
        "asked": asked,
        "page": page,
        "cells": [
            {"row": row, "typed": sent.get(row.enrolment_id, row.typed) if sent else row.typed, "problem": each.get(row.enrolment_id, "")}
            for row in page.rows
        ],
        "line": line,
        "left": line.people - line.agreed - line.released,
        "show": show,
        "words": words,
        "shows": [Tab(label=label, url="?" + urlencode({"show": key, "q": words}), current=key == show) for key, label in names.items()],
        "may_release": holds(permissions.check_can_handle, request.actor, programme),
        "problem": _summed_up(problem, each),
        "save_url": _url("save_scores", programme, asked),
        "page_url": _url("save_scores", programme, asked) + _place_in_list(request),
        "more": "?" + urlencode({"show": show, "q": words, "page": page.following}) if page.has_more else "",
    }
    return htmx.page(request, "assessment/enter_scores.html", context, status=problem.status if problem else 200)


def _summed_up(problem: DomainError | None, each: Mapping[int, str]) -> str:
    if problem is None or not each:
        return problem.message if problem else ""
    return _("这一页还没有存：%(count)d 格要改，改好再存。写好的都还在。") % {"count": len(each)}


def _wanted(request: SignedInRequest) -> tuple[str, str, int]:
    show = request.GET.get("show", "all")
    return show if show in queries.SHOWS else "all", plain(request.GET.get("q", ""))[:60], paging.number_from(request.GET.get("page"))


def _place_in_list(request: SignedInRequest) -> str:
    show, words, number = _wanted(request)
    return "?" + urlencode({"show": show, "q": words, "page": number})


def _cell(
    request: SignedInRequest, programme: Programme, asked: ScoreAssessment, enrolment_id: int, *, problem: DomainError | None = None
) -> HttpResponse:
    found = queries.entry_rows(programme, asked.id, person_id=request.person_id, only=[enrolment_id]).rows
    context = {"row": found[0] if found else None, "problem": problem.message if problem else ""}
    return htmx.swap(request, "assessment/entered_state.html", context, otherwise=_url("enter_scores", programme, asked))


def _place(request: SignedInRequest, programme_id: int, assessment: str) -> tuple[Programme, ScoreAssessment]:
    programme = permissions.enterable_programmes(request.actor).filter(pk=programme_id).first()
    asked = assessment_in(programme.current_id or 0, assessment) if programme is not None else None
    if programme is None or asked is None:
        raise NotFound(_("没有找到这项考核。可能不在您当前身份的范围里。"))
    return programme, asked


def _read(request: SignedInRequest, programme: Programme, asked: ScoreAssessment) -> Read:
    file = request.FILES.get("file")
    if file is None:
        raise Invalid(_("还没有选文件。请选填好的 .xlsx 名单。"), field="file")
    if (file.size or 0) > MOST_BYTES:
        raise Invalid(_("文件太大，最多 5 MB。请只留名单一张工作表。"), field="file")
    rows = queries.entry_rows(programme, asked.id, person_id=request.person_id, size=MOST_ROWS).rows
    return read_scores(file.read(), {row.enrolment_id: row.name for row in rows})


def _take(request: SignedInRequest, programme: Programme, asked: ScoreAssessment, sealed: str) -> HttpResponse:
    try:
        programme_id, assessment, person_id, scores = signing.loads(sealed, salt=_SALT, max_age=3_600)
    except signing.BadSignature as error:
        raise Invalid(_("预览已过一小时，没有存。请重新选文件。")) from error
    if (programme_id, assessment, person_id) != (programme.pk, asked.id, request.person_id):
        raise Invalid(_("这份预览不是这项考核的，没有存。请重新选文件。"))
    typed = {int(number): _typed(text) for number, text in scores.items()}
    count = actions.enter_scores(programme=programme, assessment=asked.id, typed=typed, by=request.actor, at=now())
    return htmx.redirect(request, _url("enter_scores", programme, asked), note=_("从文件收下 %(count)d 处改动") % {"count": count})


def _typed(raw: str) -> Typed:
    text = half_width(raw).strip()
    if not text:
        return Typed()
    found = score_in(text)
    return Typed(score=Decimal("NaN")) if found is None else Typed(score=found[0], absent=found[1])


def _enrolment(name: str) -> int:
    raw = name.removeprefix("score_") if name.startswith("score_") else ""
    return whole_number(raw) or 0


def _url(name: str, programme: Programme, asked: ScoreAssessment) -> str:
    return reverse(f"assessment:{name}", args=[programme.pk, asked.id])
