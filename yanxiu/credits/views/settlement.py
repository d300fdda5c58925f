"""Settling programmes: the list, one programme's run and results, their export."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.credits import actions, permissions, queries, tasks
from yanxiu.credits.export import workbook
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Figure, Filter, Option
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.rules import reason_against
from yanxiu.kit.tasks import defer
from yanxiu.programmes.models import Programme
from yanxiu.programmes.permissions import visible_programmes

_RESULTS = {"passed": True, "failed": False}


@require_GET
@requires(Permission.CREDITS_SETTLE)
def settlements(request: SignedInRequest) -> HttpResponse:
    """List the programmes in scope with their last settlement and the last root."""
    rows = queries.programme_ledgers(visible_programmes(request.actor))
    return htmx.page(request, "credits/settlements.html", {"rows": rows, "root": queries.last_root()})


@require_GET
@requires(Permission.CREDITS_SETTLE)
def settlement(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Show one programme: its run, how many pass, and who does not yet, with the reason."""
    programme = _programme(request, programme_id)
    run = queries.last_settlement(programme)
    if htmx.is_htmx(request) and request.GET.get("part") == "job":
        return htmx.swap(request, "credits/settlement.html#job", {"programme": programme, "run": run}, otherwise="")
    at, chosen, words = now(), request.GET.get("result", ""), request.GET.get("q", "").strip()[:60]
    number = paging.number_from(request.GET.get("page"))
    page, counts = queries.outcomes_of(programme, request.actor, at=at, passed=_RESULTS.get(chosen), words=words, number=number)
    kept: dict[str, str | int] = {name: value for name, value in (("result", chosen), ("q", words)) if value}
    context = {
        "programme": programme,
        "run": run,
        "page": page,
        "more": "?" + urlencode({**kept, "page": page.following}) if page.has_more else "",
        "counts": counts,
        "figures": [
            Figure(label="合格", value=counts.passed, unit="人", url="?result=passed"),
            Figure(label="还没有合格", value=counts.failed, unit="人", url="?result=failed"),
            Figure(label="已有证书", value=counts.certified, unit="人"),
        ],
        "filters": [_filter(chosen, words)],
        "words": words,
        "refusal": reason_against(permissions.check_can_settle, request.actor, programme),
        "may_issue": not reason_against(permissions.check_can_issue, request.actor, programme),
    }
    return htmx.page(request, "credits/settlement.html", context)


@require_POST
@requires(Permission.CREDITS_SETTLE)
def settle(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Open a settlement (or find the open one) and let the worker carry it through."""
    programme = _programme(request, programme_id)
    run = actions.start_settlement(programme=programme, by=request.actor, at=now())
    defer(tasks.settle, lock=f"settle:{programme.pk}", programme_id=programme.pk)
    note = f"正在结算 {run.participants} 人，可以离开这一页"
    return htmx.redirect(request, reverse("credits:settlement", args=[programme.pk]), note=note)


@require_GET
@requires(Permission.CREDITS_SETTLE)
def export_outcomes(request: SignedInRequest, programme_id: int) -> FileResponse:
    """Give the results in scope as a workbook."""
    programme = _programme(request, programme_id)
    file = workbook(queries.all_outcomes(programme, request.actor, at=now()))
    return FileResponse(file, as_attachment=True, filename=f"{programme.title}-结算结果.xlsx")


def _programme(request: SignedInRequest, programme_id: int) -> Programme:
    found = visible_programmes(request.actor).exclude(current=None).select_related("owner", "current")
    return get_object_or_404(found, pk=programme_id)


def _filter(chosen: str, words: str) -> Filter:
    names = (("", "全部"), ("passed", "合格"), ("failed", "还没有合格"))
    return Filter(
        label="考核",
        value=dict(names).get(chosen, "全部"),
        options=[
            Option(label=label, url="?" + urlencode({k: v for k, v in (("result", value), ("q", words)) if v}), current=value == chosen)
            for value, label in names
        ],
    )
