"""The candidates of an exam: who has not begun, who sits, who handed in; to offices for all, to a school for its own."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, urlencode

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yanxiu.access.permissions import Permission
from yanxiu.assessment import result_permissions as permissions
from yanxiu.assessment.actions.following import export_candidates as export
from yanxiu.assessment.models import Exam
from yanxiu.assessment.queries import exam_candidates as queries
from yanxiu.kit import htmx, paging, sheets
from yanxiu.kit.clock import local, now
from yanxiu.kit.components import Filter, Option
from yanxiu.kit.errors import NotFound
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import plain, whole_number
from yanxiu.orgs.models import Org
from yanxiu.programmes.queries.windows import span_words

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FOLLOW = (Permission.ASSESSMENT_SET_EXAMS, Permission.ASSESSMENT_RELEASE, Permission.ASSESSMENT_VIEW)


@require_GET
@requires(*FOLLOW)
def exam_candidates(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """List the candidates below the actor's units."""
    at, exam, wanted = now(), _exam(request, exam_id), _wanted(request)
    paths = permissions.followed_paths(request.actor, exam)
    page = queries.candidates_page(exam, wanted, paths=paths, at=at)
    counts = queries.counts(exam, paths=paths, at=at)
    context = {
        "exam": exam,
        "state": "before" if at < exam.opens_at else "open" if at < exam.closes_at else "over",
        "now": at,
        "times": span_words(exam.opens_at, exam.closes_at, at=at),
        "page": page,
        "counts": counts,
        "wanted": wanted,
        "unit": Org.objects.filter(pk=wanted.unit).first() if wanted.unit else None,
        "all_url": _link(request, unit=""),
        "filters": _filters(request, wanted, counts),
        "sorts": {name: _link(request, sort=name) for name in queries.SORTS},
        "more": _link(request, page=str(page.following)) if page.has_more else "",
        "export_url": reverse("assessment:export_candidates", args=[exam.pk]) + _link(request),
        "may_set": request.actor.may(Permission.ASSESSMENT_SET_EXAMS, path=exam.programme.owner_path),
        "has_results": exam.released_at is not None,
    }
    return htmx.page(request, "assessment/exam_candidates.html", context)


@require_GET
@requires(*FOLLOW)
def export_candidates(request: SignedInRequest, exam_id: int) -> HttpResponseBase:
    """Hand out the list, as it is filtered and sorted, as a workbook; that it happened is on record."""
    at, exam = now(), _exam(request, exam_id)
    export(exam=exam, by=request.actor, at=at)
    paths = permissions.followed_paths(request.actor, exam)
    headings = [
        (_("姓名"), 12), (_("单位"), 28), (_("状态"), 10), (_("开始"), 18), (_("结束"), 18), (_("考了几次"), 10), (_("离开页面次数"), 14),
        (_("离开秒数"), 10), (_("换设备次数"), 12), (_("迟到的答案"), 12), (_("照顾"), 8),
    ]  # fmt: skip
    words = {"none": _("没开始"), "sitting": _("正在考"), "over": _("已交卷")}
    lines = (_line(one, words) for one in queries.all_candidates(exam, _wanted(request), paths=paths, at=at))
    response = FileResponse(sheets.workbook(exam.title, headings, lines), content_type=SHEET)
    name = quote(_("%(title)s考生") % {"title": exam.title})
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}.xlsx"
    return response


def _exam(request: SignedInRequest, exam_id: int) -> Exam:
    found = permissions.followable_exams(request.actor).select_related("programme").filter(pk=exam_id).first()
    if found is None:
        raise NotFound(_("没有找到这场考试。可能还没有公布，或不在您当前身份的范围里。"))
    return found


def _wanted(request: SignedInRequest) -> queries.Wanted:
    show, sort, size, unit = (request.GET.get(name, "") for name in ("show", "sort", "size", "unit"))
    return queries.Wanted(
        show=show if show in queries.SHOWS else "all",
        sort=sort if sort in queries.SORTS else "unit",
        words=plain(request.GET.get("q", ""))[:60],
        unit=whole_number(unit) or 0,
        number=paging.number_from(request.GET.get("page")),
        size=int(size) if size in {str(one) for one in queries.SIZES} else queries.SIZES[0],
    )


def _link(request: SignedInRequest, **changes: str) -> str:
    facts = {name: value for name, value in request.GET.items() if name in {"sort", "show", "q", "size", "unit"}} | changes
    return "?" + urlencode({name: value for name, value in facts.items() if value})


def _filters(request: SignedInRequest, wanted: queries.Wanted, counts: queries.Counts) -> list[Filter]:
    shows = {
        "all": _("全部"), "none": _("没开始"), "sitting": _("正在考"), "over": _("已交卷"), "signs": _("离开过页面或换过设备"),
        "allowed": _("有照顾"),
    }  # fmt: skip
    options = [
        Option(label=label, url=_link(request, show=name), current=name == wanted.show, count=counts[name]) for name, label in shows.items()
    ]
    sizes = [Option(label=str(one), url=_link(request, size=str(one)), current=one == wanted.size) for one in queries.SIZES]
    return [
        Filter(label=_("看"), value=shows[wanted.show], options=options),
        Filter(label=_("每页"), value=str(wanted.size), options=sizes),
    ]


def _line(one: queries.Candidate, words: Mapping[str, str]) -> list[str | int]:
    return [
        one.name, one.unit, words[one.state], _written(one.started_at), _written(one.ended_at), one.number or 0, one.away_times,
        one.away_seconds, one.changes, one.late_refused, _("有") if one.is_allowed else "",
    ]  # fmt: skip


def _written(at: datetime | None) -> str:
    return f"{local(at):%Y-%m-%d %H:%M:%S}" if at else ""
