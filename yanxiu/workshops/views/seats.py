"""Members by the host's hand: added, invited, removed, grouped, moved, exported; sub-workshops balanced and merged; with undo."""

from collections.abc import Callable
from urllib.parse import quote

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx, sheets
from yanxiu.kit.clock import local, now
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import whole_number
from yanxiu.workshops import actions, queries
from yanxiu.workshops.actions import Admission
from yanxiu.workshops.models import Rearrangement, Space
from yanxiu.workshops.queries.people import seen_of
from yanxiu.workshops.views import loading
from yanxiu.workshops.views.naming import people_named

RUNS = (Permission.WORKSHOPS_HOST, Permission.WORKSHOPS_OPEN)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@requires(*RUNS)
def sub_workshops(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Show sub-workshops and groups: how members would sit if balanced, what can be merged, what was moved lately."""
    one = _main(request, space_id)
    spread = queries.spread(one)
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "members"),
        "spread": spread,
        "groups": queries.group_sizes(one),
        "moved": queries.rearrangements_of(one),
        "member_count": sum(room.now for room in spread.rooms),
    }
    return htmx.page(request, "workshops/seats_page.html", context)


@require_POST
@requires(*RUNS)
def balance_subs(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Spread the members as the preview showed."""
    one = _main(request, space_id)
    done = actions.balance_subs(workshop=one, seen=request.POST.get("seen", ""), by=request.actor, at=now())
    return _to_seats(request, one, _("已调整 %(n)s 人，可以撤销") % {"n": len(done.moves)})


@require_POST
@requires(*RUNS)
def merge_sub(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Merge a sub-workshop into another part of its workshop."""
    sub = loading.hosted(request, space_id)
    into = loading.hosted(request, _number(request.POST.get("into")))
    done = actions.merge_sub(sub=sub, into=into, by=request.actor, at=now())
    words = _("%(sub)s的 %(n)s 人已并入%(into)s，可以撤销") % {"sub": sub.title, "n": len(done.moves), "into": into.title}
    return _to_seats(request, into, words)


@require_POST
@requires(*RUNS)
def deal_groups(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Deal the members into so many groups."""
    one = _main(request, space_id)
    number = _number(request.POST.get("number"))
    done = actions.deal_groups(workshop=one, number=number, by=request.actor, at=now())
    return _to_seats(request, one, _("已分 %(n)s 组，动了 %(moved)s 人，可以撤销") % {"n": number, "moved": len(done.moves)})


@require_POST
@requires(*RUNS)
def undo_rearrangement(request: SignedInRequest, rearrangement_id: int) -> HttpResponse:
    """Take a move back."""
    done = get_object_or_404(Rearrangement.objects.select_related("workshop__org"), pk=rearrangement_id)
    one = _main(request, done.workshop_id)
    number = actions.undo_rearrangement(rearrangement=done, by=request.actor, at=now())
    return _to_seats(request, one, _("已撤销，%(n)s 人回到原处") % {"n": number})


@require_POST
@requires(*RUNS)
def add_members(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Seat the people named, or invite them."""
    one = _main(request, space_id)
    people = people_named(request.actor, one, request.POST.get("people", "")[:40_000], field="people")
    if request.POST.get("how") == "invite":
        n = actions.invite(workshop=one, people=people, by=request.actor, at=now())
        return _to_members(request, one, _("已邀请 %(n)s 人，本人同意后入坊") % {"n": n})
    return _to_members(request, one, said(actions.add_members(workshop=one, people=people, by=request.actor, at=now())))


@require_POST
@requires(*RUNS)
def change_members(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Group, remove or move the ticked members."""
    one = _main(request, space_id)
    chosen = [int(value) for value in request.POST.getlist("chosen")[:1000] if _number(value)]
    act = _CHANGES.get(request.POST.get("what", ""), _set_group)
    return _to_members(request, one, act(request, one, chosen))


@require_GET
@requires(*RUNS)
def export_members(request: SignedInRequest, space_id: int) -> HttpResponseBase:
    """Give the member list as a workbook."""
    one = loading.hosted(request, space_id)
    headings = [(_("姓名"), 10), (_("单位"), 24), (_("工号"), 14), (_("小组"), 14), (_("入坊"), 12), (_("最近来过"), 12)]
    rows = (
        [
            row.person.name, row.person.unit.name if row.person.unit else "", row.person.staff_number, row.group,
            f"{local(row.joined_at):%Y-%m-%d}" if row.joined_at else "", f"{local(seen):%Y-%m-%d}" if (seen := seen_of(row)) else "",
        ]
        for row in queries.members(one).iterator(chunk_size=500)
    )  # fmt: skip
    response = FileResponse(sheets.workbook(_("成员"), headings, rows), content_type=SHEET)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(_('%(title)s 成员.xlsx') % {'title': one.title})}"
    return response


def said(result: Admission) -> str:
    """Say in a sentence where people were seated."""
    places = "、".join(_("%(title)s %(n)s 人") % {"title": space.title, "n": number} for space, number in result.seated)
    words = [_("已加 %(n)s 人：%(places)s") % {"n": result.count, "places": places}]
    if result.opened:
        words.append(_("坊满，新开了%(titles)s") % {"titles": "、".join(space.title for space in result.opened)})
    if result.waiting:
        words.append(_("还有 %(n)s 人没有名额") % {"n": result.waiting})
    return "；".join(words)


def _set_group(request: SignedInRequest, one: Space, chosen: list[int]) -> str:
    group = request.POST.get("group", "")
    done = actions.set_group(workshop=one, membership_ids=chosen, group=group, by=request.actor, at=now())
    return _("%(n)s 人已改到%(group)s，在“子坊与分组”里可以撤销") % {"n": len(done.moves), "group": group or _("不分组")}


def _remove(request: SignedInRequest, one: Space, chosen: list[int]) -> str:
    reason = request.POST.get("reason", "")
    n = actions.remove_members(workshop=one, membership_ids=chosen, reason=reason, by=request.actor, at=now())
    return _("已移出 %(n)s 人，写过的内容还在") % {"n": n}


def _transfer(request: SignedInRequest, one: Space, chosen: list[int]) -> str:
    to = loading.hosted(request, _number(request.POST.get("to")))
    members = queries.members_by_id(one, chosen)
    for membership in members:
        actions.transfer_member(membership=membership, to=to, by=request.actor, at=now())
    return _("%(n)s 人已转到%(title)s") % {"n": len(members), "title": to.title}


_CHANGES: dict[str, Callable[[SignedInRequest, Space, list[int]], str]] = {"group": _set_group, "remove": _remove, "transfer": _transfer}


def _main(request: SignedInRequest, space_id: int) -> Space:
    """The workshop that the actor runs; of a sub-workshop the one above."""
    one = loading.hosted(request, space_id)
    return loading.hosted(request, one.counted_id) if one.is_sub else one


def _to_seats(request: SignedInRequest, one: Space, note: str) -> HttpResponse:
    return htmx.redirect(request, reverse("workshops:sub_workshops", args=[one.counted_id]), note=note)


def _to_members(request: SignedInRequest, one: Space, note: str) -> HttpResponse:
    return htmx.redirect(request, reverse("workshops:members", args=[one.pk]), note=note)


def _number(raw: str | None) -> int:
    return whole_number(raw) or 0
