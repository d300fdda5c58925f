"""考核基础数据: the figures of hosts and workshops for those who assess them, and as a workbook."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET

from yanxiu.access.permissions import Permission
from yanxiu.evaluation import actions, host_figures, permissions, queries
from yanxiu.evaluation.appraisals import Asked
from yanxiu.kit import htmx, paging, sheets
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import NotFound
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import plain, whole_number
from yanxiu.programmes.permissions import visible_programmes

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_EXPORTED = 20_000
LEVELS = ("", "省", "市", "县")


@require_GET
@requires(Permission.EVALUATION_ASSESS)
def figures(request: SignedInRequest, programme_id: int, assessment: str) -> HttpResponse:
    """List the hosts with their counters, those of their workshop and their duties; `check` counts the workshops anew."""
    asked = _asked(request, programme_id, assessment)
    words, level, space_id = _given(request)
    page = host_figures.host_figures(
        permissions.scope_of(request.actor), asked, at=now(), words=words, level=level, space_id=space_id,
        number=paging.number_from(request.GET.get("page")),
    )  # fmt: skip
    checks = request.GET.get("check") == "1"
    here: dict[str, str | int] = {"q": words, "level": level, "space": space_id or ""}
    context = {
        "asked": asked,
        "page": page,
        "own": host_figures.labels(host_figures.own_metrics(asked)),
        "of_workshop": host_figures.labels(host_figures.workshop_metrics(asked)),
        "checks": checks,
        "unlike": host_figures.unlike(page.rows) if checks else [],
        "q": words,
        "level": level,
        "levels": [Tab(label=one or "各级", url=_url({**here, "level": one}), current=one == level) for one in LEVELS],
        "team": page.rows[0].workshop if space_id and page.rows else "",
        "short": sum(bool(row.short) for row in page.rows),
        "more": _url({**here, "page": page.following}) if page.has_more else "",
        "check_url": _url({**here, "page": page.number, "check": 1}),
        "export_url": reverse("evaluation:export_figures", args=[programme_id, assessment]) + _url(here),
    }
    return htmx.page(request, "evaluation/figures.html", context)


@require_GET
@requires(Permission.EVALUATION_ASSESS)
def export_figures(request: SignedInRequest, programme_id: int, assessment: str) -> HttpResponseBase:
    """Hand the figures out as a workbook, of all teams or of one; that they left is on record."""
    asked, at = _asked(request, programme_id, assessment), now()
    words, level, space_id = _given(request)
    scope = permissions.scope_of(request.actor)
    rows = host_figures.host_figures(scope, asked, at=at, words=words, level=level, space_id=space_id, size=MOST_EXPORTED).rows
    actions.note_export(asked=asked, count=len(rows), by=request.actor, at=at)
    own, workshop = (host_figures.labels(names(asked)) for names in (host_figures.own_metrics, host_figures.workshop_metrics))
    headings = [
        ("工作坊", 30), ("级别", 6), ("姓名", 12), ("单位", 28), *((f"个人 {label}", 14) for label in own),
        *((f"工作坊 {label}", 14) for label in workshop), ("任务满足", 10), ("任务项数", 10), ("还差", 40), ("考核结果", 10),
    ]  # fmt: skip
    lines = (
        [row.workshop, row.level, row.name, row.unit, *row.own, *row.of_workshop, row.met, row.asked, "、".join(row.short) or None,
         row.grade or None]
        for row in rows
    )  # fmt: skip
    title = f"{rows[0].workshop if space_id and rows else asked.label}基础数据"
    response = FileResponse(sheets.workbook(title, headings, lines), content_type=SHEET)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.xlsx"
    return response


def _asked(request: SignedInRequest, programme_id: int, assessment: str) -> Asked:
    asked = queries.asked_by_id(permissions.scope_of(request.actor), visible_programmes(request.actor), programme_id, assessment)
    if not host_figures.own_metrics(asked) and not host_figures.workshop_metrics(asked):
        raise NotFound("这项考核的方案没有写定量指标，没有基础数据。")
    return asked


def _given(request: SignedInRequest) -> tuple[str, str, int]:
    level, space = request.GET.get("level", ""), request.GET.get("space", "")
    number = whole_number(space) or 0
    return plain(request.GET.get("q", "")).strip()[:40], level if level in LEVELS else "", number


def _url(facts: Mapping[str, str | int]) -> str:
    return "?" + urlencode({key: value for key, value in facts.items() if value != ""})
