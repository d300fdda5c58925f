"""A round of cases: its figures, who judged, what goes up, exceptions; at the last round the selection and its publication."""

from urllib.parse import quote

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from yanxiu.kit import htmx, paging, sheets
from yanxiu.kit.clock import day, now
from yanxiu.kit.components import Figure
from yanxiu.kit.errors import DomainError
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.rules import holds, reason_against
from yanxiu.workshops import actions, permissions
from yanxiu.workshops.case_forms import ChosenForm, GrantForm, SelectForm
from yanxiu.workshops.models import CaseEntry, CasePresence, CaseRound
from yanxiu.workshops.queries import cases as reads

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@signed_in
def case_round(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Show a round: base, places, what is left, the cases by points and without names."""
    return _round(request, round_of(request, round_id))


@require_POST
@signed_in
def close_round(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Fix the base of a round by hand, when its day has come."""
    closed = actions.close_round(round=round_of(request, round_id), by=request.actor, at=now())
    return _back(request, closed.pk, _("件数已定：%(n)s 件") % {"n": closed.base})


@require_POST
@signed_in
def recommend_cases(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Send the ticked cases up, all or none."""
    one, form = round_of(request, round_id), ChosenForm(request.POST)
    form.is_valid()
    chosen = form.cleaned_data.get("chosen", [])
    try:
        sent = actions.recommend(round=one, entry_ids=chosen, by=request.actor, at=now())
    except DomainError as error:
        return _round(request, one, refused=error.message, chosen=chosen, status=error.status)
    note = ngettext("已推荐 %(n)s 件", "已推荐 %(n)s 件", len(sent)) % {"n": len(sent)}
    return _back(request, one.pk, note)


@require_POST
@signed_in
def take_back_case(request: SignedInRequest, round_id: int, entry_id: int) -> HttpResponse:
    """Take a recommendation back."""
    one = round_of(request, round_id)
    actions.take_back(round=one, entry=_entry(entry_id), by=request.actor, at=now())
    return _back(request, one.pk, _("推荐已收回，名额还给本级"))


@require_POST
@signed_in
def grant_places(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Add places to a round, as the office above."""
    one, form = round_of(request, round_id), GrantForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            actions.grant_exception(round=one, by=request.actor, at=now(), **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            status = error.status
        else:
            return _back(request, one.pk, _("例外名额已给，理由各级都看得到"))
    return _round(request, one, grant=form, status=status)


@require_POST
@signed_in
def select_case(request: SignedInRequest, round_id: int, entry_id: int) -> HttpResponse:
    """Select a case in the last round."""
    one, form = round_of(request, round_id), SelectForm(request.POST)
    if not form.is_valid():
        return _round(request, one, refused=_("推荐语最多 300 个字，请删短再选。"), status=422)
    try:
        actions.select(round=one, entry=_entry(entry_id), words=form.cleaned_data["words"], by=request.actor, at=now())
    except DomainError as error:
        return _round(request, one, refused=error.message, status=error.status)
    return _back(request, one.pk, _("已选入，公布之前可以取消"))


@require_POST
@signed_in
def deselect_case(request: SignedInRequest, round_id: int, entry_id: int) -> HttpResponse:
    """Take a selection back."""
    one = round_of(request, round_id)
    actions.deselect(round=one, entry=_entry(entry_id), by=request.actor, at=now())
    return _back(request, one.pk, _("已取消入选"))


@require_POST
@signed_in
def publish_cases(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Publish what was selected."""
    one = round_of(request, round_id)
    count = actions.publish_theme(round=one, by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:case_shelf"), note=_("已公布 %(n)s 件") % {"n": count})


@require_GET
@signed_in
def export_round(request: SignedInRequest, round_id: int) -> HttpResponseBase:
    """Hand out the cases of a round as a workbook: by points, without authors; it is on record."""
    one = round_of(request, round_id)
    rows = list(reads.present(one, sort=request.GET.get("sort", "score"), text=request.GET.get("q", "")))
    actions.note_list(space=one.space, what="cases", count=len(rows), by=request.actor, at=now())
    headings = [(_("编号"), 10), (_("题目"), 40), (_("平均分"), 10), (_("评分人数"), 10), (_("结果"), 12)]
    lines = ([str(row.entry_id), row.entry.post.title, _points(row), row.votes, _state(row)] for row in rows)  # type: ignore[attr-defined]
    response = FileResponse(sheets.workbook(one.theme.title, headings, lines), content_type=SHEET)
    name = quote(_("%(theme)s，%(space)s") % {"theme": one.theme.title, "space": one.space.title})
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}.xlsx"
    return response


def round_of(request: SignedInRequest, round_id: int) -> CaseRound:
    """Return a round that the actor may look at. Cost: one query, 2 for a host."""
    return get_object_or_404(reads.with_facts(permissions.visible_rounds(request.actor)), pk=round_id)


def _round(
    request: SignedInRequest, one: CaseRound, *, refused: str = "", chosen: list[int] | None = None, grant: GrantForm | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    at, text, sort = now(), request.GET.get("q", "").strip()[:40], request.GET.get("sort", "score")
    page = paging.page_of(reads.present(one, sort=sort, text=text), number=paging.number_from(request.GET.get("page")), size=reads.SIZE)
    kept = {"q": text} if text else {}
    recommends = not one.is_final and holds(permissions.check_can_recommend, request.actor, one)
    selects = one.is_final and permissions.selects(request.actor, one)
    upper_closed = one.upper is not None and one.upper.is_closed
    grants = one.is_closed and not upper_closed and holds(permissions.check_can_grant, request.actor, one)
    base = one.base if one.base is not None else len(page.rows)
    context = {
        "round": one,
        "theme": one.theme,
        "space": one.space,
        "page": page,
        "chosen": chosen or [],
        "refused": refused,
        "q": text,
        "sort": sort,
        "sorts": {name: "?" + urlencode({**kept, "sort": name}) for name in reads.ENTRY_SORTS},
        "more": "?" + urlencode({**kept, "sort": sort, "page": str(page.following)}) if page.has_more else "",
        "figures": _figures(one, base),
        "judges": reads.judges(one, on=day(at)),
        "exceptions": reads.exceptions(one) if not one.is_final else [],
        "selections": {row.entry_id: row for row in reads.selections(one)} if one.is_final else {},
        "recommends": recommends and one.is_closed and not upper_closed,
        "selects": selects and one.is_closed and one.theme.published_at is None,
        "judges_here": holds(permissions.check_can_judge, request.actor, one) and one.is_closed and not upper_closed,
        "may_close": not one.is_closed and at >= one.closes_at and not reason_against(permissions.check_can_close, request.actor, one),
        "grant": (grant or GrantForm()) if grants else None,
        "upper_closed": upper_closed,
        "is_few": one.is_closed and not one.is_final and one.places == 0 and (one.base or 0) > 0,
        "now": at,
    }
    return htmx.page(request, "workshops/case_round.html", context, status=status)


def _figures(one: CaseRound, base: int) -> list[Figure]:
    found = [Figure(label=_("本级案例"), value=base, unit=_("件"), note=_("截止时定") if one.is_closed else _("还在收"))]
    if one.is_closed and not one.is_final:
        share = _("不限") if one.ratio_max is None else f"≤ {one.ratio_max * 100:.0f}%"
        extra = _("%(share)s，例外 %(n)s") % {"share": share, "n": one.granted} if one.granted else share
        places = one.places + one.granted if one.places is not None else _("不限")
        found.append(Figure(label=_("推荐名额"), value=places, note=extra))
        found.append(Figure(label=_("已推荐"), value=one.recommended, unit=_("件")))
        if one.left is not None:
            found.append(Figure(label=_("还能推荐"), value=one.left, unit=_("件"), tone="" if one.left else "warn"))
    return found


def _entry(entry_id: int) -> CaseEntry:
    return get_object_or_404(CaseEntry.objects.select_related("post"), pk=entry_id)


def _back(request: SignedInRequest, round_id: int, note: str) -> HttpResponse:
    return htmx.redirect(request, reverse("workshops:case_round", args=[round_id]), note=note)


def _points(row: CasePresence) -> float | None:
    average = getattr(row, "average", None)
    return None if average is None else round(float(average), 1)


def _state(row: CasePresence) -> str:
    if getattr(row, "selected", False):
        return _("入选")
    return _("已推荐") if row.recommended_at is not None else ""
