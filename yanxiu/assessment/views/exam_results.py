"""成绩: the exams whose results somebody handles, the table of an exam, computing, releasing, and the table as a workbook."""

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import quote, urlencode

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.assessment import actions
from yanxiu.assessment import result_permissions as permissions
from yanxiu.assessment.models import Exam
from yanxiu.assessment.queries import exam_results as queries
from yanxiu.assessment.queries.scoring import may_still_be_sat
from yanxiu.kit import htmx, paging, sheets
from yanxiu.kit.clock import now
from yanxiu.kit.components import Filter, Option, Tab
from yanxiu.kit.errors import NotFound
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.rules import holds
from yanxiu.kit.text import plain

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LOOK = (Permission.ASSESSMENT_RELEASE, Permission.ASSESSMENT_VIEW)


def visible_exam(request: SignedInRequest, exam_id: int) -> Exam:
    """Return an exam whose results the actor may see. Raises NotFound. Cost: one query."""
    rows = permissions.visible_result_exams(request.actor).select_related("programme", "paper")
    found = rows.filter(pk=exam_id).first()
    if found is None:
        raise NotFound(_("没有找到这场考试的成绩。可能还没有公布，或不在您当前身份的范围里。"))
    return found


def handled_exam(request: SignedInRequest, exam_id: int) -> Exam:
    """Return an exam whose results the actor handles. Raises NotFound, NotPermitted. Cost: one query."""
    exam = visible_exam(request, exam_id)
    permissions.check_can_release(request.actor, exam)
    return exam


def tabs_of(exam: Exam, current: str) -> list[Tab]:
    """Return the pages about an exam's results beside each other."""
    names = {"exam_results": _("成绩"), "markers": _("阅卷"), "rulings": _("改判"), "item_analysis": _("试题分析")}
    return [Tab(label=label, url=reverse(f"assessment:{name}", args=[exam.pk]), current=name == current) for name, label in names.items()]


def desk_tabs(request: SignedInRequest, current: str) -> list[Tab]:
    """Return the pages of those who handle results beside each other."""
    grade, release, enter = Permission.ASSESSMENT_GRADE, permissions.RELEASE, permissions.ENTER
    pages = [
        ("results", _("考试成绩"), LOOK), ("score_table", _("成绩总表"), LOOK),
        ("entered", _("平时与书面考核"), (enter, release)), ("appeals", _("成绩复核"), (grade, release)),
    ]  # fmt: skip
    return [
        Tab(label=label, url=reverse(f"assessment:{name}"), current=name == current)
        for name, label, allowed in pages
        if any(request.actor.may(one) for one in allowed)
    ]


@require_GET
@requires(*LOOK)
def results(request: SignedInRequest) -> HttpResponse:
    """List the exams with what is left to do; of those whose results are not for the actor, the way to who sits them."""
    at, handles = now(), request.actor.may(Permission.ASSESSMENT_RELEASE)
    page = queries.exam_lines(permissions.followable_exams(request.actor), at=at, number=paging.number_from(request.GET.get("page")))
    opened = permissions.visible_result_exams(request.actor).filter(pk__in=[line.exam.pk for line in page.rows])
    todo = [line for line in page.rows if handles and line.exam.closes_at <= at and line.state in {"ready", "proposed"}]
    context = {
        "page": page,
        "opened": set(opened.values_list("pk", flat=True)),
        "now": at,
        "todo": len(todo),
        "tabs": desk_tabs(request, "results"),
        "more": f"?page={page.following}" if page.has_more else "",
    }
    return htmx.page(request, "assessment/results.html", context)


@require_GET
@requires(*LOOK)
def exam_results(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Show candidates by questions: of the proposal to who handles results, else of what is released."""
    at, exam = now(), visible_exam(request, exam_id)
    handles = holds(permissions.check_can_release, request.actor, exam)
    editions = queries.editions_of(exam)
    edition = editions.proposed.number if editions.proposed and handles else exam.edition
    paths = ["/"] if handles else request.actor.paths(Permission.ASSESSMENT_VIEW)
    columns, wanted = queries.columns_of(exam), _wanted(request)
    summary = queries.summary(exam, edition=edition, paths=paths, at=at)
    page = queries.table(exam, columns, edition=edition, paths=paths, wanted=wanted)
    context = {
        "exam": exam,
        "handles": handles,
        "editions": editions,
        "is_proposal": edition != exam.edition,
        "summary": summary,
        "mean": summary.mean.quantize(Decimal("0.1")) if summary.mean is not None else None,
        "columns": [(column, _link(request, sort=f"q{column.version}") if column.version else "") for column in columns],
        "page": page,
        "wanted": wanted,
        "filters": _filters(request, wanted, is_proposal=edition != exam.edition),
        "sorts": {name: _link(request, sort=name) for name in queries.SORTS},
        "more": _link(request, page=str(page.following)) if page.has_more else "",
        "export_url": reverse("assessment:export_results", args=[exam.pk]) + "?" + request.GET.urlencode(),
        "is_running": handles and exam.released_at is None and may_still_be_sat(exam, at=at),
        "tabs": tabs_of(exam, "exam_results") if handles else [],
        "resit_url": _resit_url(request, exam),
        "now": at,
    }
    return htmx.page(request, "assessment/exam_results.html", context)


@require_POST
@requires(Permission.ASSESSMENT_RELEASE)
def propose(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Compute a proposal."""
    exam = handled_exam(request, exam_id)
    needs_second = request.POST.get("needs_second") == "on"
    actions.propose(exam=exam, reason=request.POST.get("reason", ""), needs_second=needs_second, by=request.actor, at=now())
    return _back(request, exam, note=_("已算好，还没有公布。看过变动再发布"))


@require_POST
@requires(Permission.ASSESSMENT_RELEASE)
def release_results(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Show the proposal to the candidates."""
    exam = handled_exam(request, exam_id)
    edition = actions.release_results(exam=exam, by=request.actor, at=now())
    return _back(request, exam, note=_("第 %(number)d 版成绩已公布，考生会收到通知") % {"number": edition.number})


@require_POST
@requires(Permission.ASSESSMENT_RELEASE)
def drop_proposal(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Throw the proposal away."""
    exam = handled_exam(request, exam_id)
    actions.drop_proposal(exam=exam, by=request.actor, at=now())
    return _back(request, exam, note=_("算好的这一版已撤掉，考生看到的没有变"))


@require_GET
@requires(*LOOK)
def export_results(request: SignedInRequest, exam_id: int) -> HttpResponseBase:
    """Hand out the table, as it is filtered and sorted, as a workbook; that it happened is on record."""
    at, exam = now(), visible_exam(request, exam_id)
    handles = holds(permissions.check_can_release, request.actor, exam)
    paths = ["/"] if handles else request.actor.paths(Permission.ASSESSMENT_VIEW)
    editions = queries.editions_of(exam)
    edition = editions.proposed.number if editions.proposed and handles else exam.edition
    actions.export_results(exam=exam, edition=edition, by=request.actor, at=at)
    columns = queries.columns_of(exam)
    rows = queries.whole_table(exam, columns, edition=edition, paths=paths, wanted=_wanted(request))
    headings = [(_("姓名"), 12), (_("单位"), 28), (_("第几次"), 8), (_("总分"), 10), (_("百分制"), 10), (_("结果"), 8)]
    headings += [(_("第 %(number)d 题") % {"number": column.number}, 9) for column in columns]
    words = {True: _("及格"), False: _("不及格")}
    lines = ([row.name, row.unit, row.number, row.points, row.score, words[row.passed], *_numbers(row.cells)] for row in rows)
    response = FileResponse(sheets.workbook(exam.title, headings, lines), content_type=SHEET)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(exam.title)}.xlsx"
    return response


def _resit_url(request: SignedInRequest, exam: Exam) -> str:
    """Return where a resit is set for those who did not pass; "" before the results are out and for those who set no exams."""
    if (
        exam.released_at is None
        or exam.cancelled_at
        or not request.actor.may(Permission.ASSESSMENT_SET_EXAMS, path=exam.programme.owner_path)
    ):
        return ""
    return reverse("assessment:draft_exam", args=[exam.programme_id]) + f"?resit_of={exam.pk}"


def _numbers(cells: Sequence[str]) -> list[Decimal | None]:
    return [Decimal(cell) if cell else None for cell in cells]


def _wanted(request: HttpRequest) -> queries.Wanted:
    sort = request.GET.get("sort", "score")
    version = int(sort[1:]) if sort[:1] == "q" and sort[1:].isascii() and sort[1:].isdecimal() and len(sort) < 16 else 0
    size = request.GET.get("size", "")
    show = request.GET.get("show", "all")
    return queries.Wanted(
        sort=sort if sort in queries.SORTS else "score",
        version=version,
        show=show if show in queries.SHOWS else "all",
        words=plain(request.GET.get("q", ""))[:60],
        number=paging.number_from(request.GET.get("page")),
        size=int(size) if size in {str(one) for one in queries.SIZES} else queries.SIZES[0],
    )


def _link(request: HttpRequest, **changes: str) -> str:
    facts = {name: value for name, value in request.GET.items() if name in {"sort", "show", "q", "size"}} | changes
    return "?" + urlencode({name: value for name, value in facts.items() if value})


def _filters(request: HttpRequest, wanted: queries.Wanted, *, is_proposal: bool) -> list[Filter]:
    shows = {"all": _("全部"), "passed": _("及格"), "failed": _("不及格")} | ({"changed": _("有变动")} if is_proposal else {})
    options = [Option(label=label, url=_link(request, show=name), current=name == wanted.show) for name, label in shows.items()]
    sizes = [Option(label=str(one), url=_link(request, size=str(one)), current=one == wanted.size) for one in queries.SIZES]
    return [
        Filter(label=_("看"), value=shows.get(wanted.show, shows["all"]), options=options),
        Filter(label=_("每页"), value=str(wanted.size), options=sizes),
    ]


def _back(request: SignedInRequest, exam: Exam, *, note: str) -> HttpResponse:
    return htmx.redirect(request, reverse("assessment:exam_results", args=[exam.pk]), note=note)
