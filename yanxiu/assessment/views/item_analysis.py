"""试题分析: how the questions of an exam did and how its scores spread, for those who handle its results."""

from urllib.parse import quote

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yanxiu.access.permissions import Permission
from yanxiu.assessment import actions
from yanxiu.assessment.models import Exam
from yanxiu.assessment.queries import item_analysis as queries
from yanxiu.assessment.queries.exam_results import editions_of
from yanxiu.assessment.views.exam_results import SHEET, handled_exam, tabs_of
from yanxiu.kit import htmx, paging, sheets
from yanxiu.kit.clock import now
from yanxiu.kit.components import Filter, Option
from yanxiu.kit.policy import SignedInRequest, requires

PAGE = 50


@require_GET
@requires(Permission.ASSESSMENT_RELEASE)
def item_analysis(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Show the questions with what strikes, and how the scores spread."""
    exam = handled_exam(request, exam_id)
    edition, is_proposal = _edition(exam)
    items = queries.items_of(exam, edition=edition, sort=_sort(request))
    number = paging.number_from(request.GET.get("page"))
    page = paging.page_with(items[(number - 1) * PAGE : number * PAGE + 1], number=number, size=PAGE)
    spread = queries.spread_of(exam, edition=edition)
    context = {
        "exam": exam,
        "is_proposal": is_proposal,
        "page": page,
        "total": len(items),
        "grave": sum(one.is_grave for one in items),
        "striking": sum(bool(one.finding) for one in items),
        "spread": spread,
        "results": sum(one.times for one in spread),
        "filters": _filters(_sort(request)),
        "more": f"?sort={_sort(request)}&page={page.following}" if page.has_more else "",
        "size": PAGE,
        "export_url": reverse("assessment:export_items", args=[exam.pk]) + f"?sort={_sort(request)}",
        "tabs": tabs_of(exam, "item_analysis"),
    }
    return htmx.page(request, "assessment/item_analysis.html", context)


@require_GET
@requires(Permission.ASSESSMENT_RELEASE)
def export_items(request: SignedInRequest, exam_id: int) -> HttpResponseBase:
    """Hand out the analysis as a workbook; that it happened is on record."""
    exam = handled_exam(request, exam_id)
    edition, _is_proposal = _edition(exam)
    actions.export_results(exam=exam, edition=edition, by=request.actor, at=now())
    headings = [
        (_("题"), 40), (_("题型"), 10), (_("考了"), 8), (_("得分率"), 10), (_("区分度"), 10), (_("满分"), 8), (_("零分"), 8),
        (_("没答"), 8), (_("选项"), 40), (_("要看的"), 24),
    ]  # fmt: skip
    lines = (
        [one.title, one.type_label, one.times, round(one.mean, 4) if one.mean is not None else None, one.discrimination, one.full, one.none,
         one.blank, "；".join(f"{option.sign or option.words} {option.times}" for option in one.options), one.finding]
        for one in queries.items_of(exam, edition=edition, sort=_sort(request))
    )  # fmt: skip
    response = FileResponse(sheets.workbook(exam.title, headings, lines), content_type=SHEET)
    name = quote(_("%(title)s试题分析") % {"title": exam.title})
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}.xlsx"
    return response


def _edition(exam: Exam) -> tuple[int, bool]:
    """Return the edition that is looked at: the proposal, where there is one."""
    proposed = editions_of(exam).proposed
    return (proposed.number, True) if proposed else (exam.edition, False)


def _sort(request: SignedInRequest) -> str:
    sort = request.GET.get("sort", "")
    return sort if sort in queries.SORTS else "order"


def _filters(sort: str) -> list[Filter]:
    names = {"order": _("按题号"), "hardest": _("得分率低的在前"), "weakest": _("区分度低的在前"), "blank": _("没答的多的在前")}
    options = [Option(label=label, url=f"?sort={name}", current=name == sort) for name, label in names.items()]
    return [Filter(label=_("排序"), value=names[sort], options=options)]
