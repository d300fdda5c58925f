"""What the pages of chains share: the chain as the actor may see it, and the list with one of them opened."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from yanxiu.approvals import permissions, queries
from yanxiu.approvals.forms import DecisionForm
from yanxiu.approvals.matters import beside, matter_of
from yanxiu.approvals.models import Chain, ChainState
from yanxiu.kit import htmx
from yanxiu.kit.components import Filter, Option, Tab
from yanxiu.kit.paging import number_from
from yanxiu.kit.policy import SignedInRequest
from yanxiu.kit.rules import reason_against

TABS = ("waiting", "below", "done", "returned", "asked")


def visible(request: SignedInRequest, chain_id: int) -> Chain:
    """Return a chain that the actor may see. Cost: one query."""
    return get_object_or_404(permissions.visible_chains(request.actor), pk=chain_id)


def asked_for(request: SignedInRequest, **changes: str) -> dict[str, str]:
    """Return which list is looked at, as parameters of an address."""
    given = {"tab": tab_of(request), "kind": kind_of(request), "sort": sort_of(request)} | changes
    plain = {"tab": "waiting", "sort": "waiting"}
    return {name: value for name, value in given.items() if value and value != plain.get(name)}


def with_list(url: str, parameters: dict[str, str]) -> str:
    """Return the address with the list it belongs to."""
    return f"{url}?{urlencode(parameters)}" if parameters else url


def kind_of(request: SignedInRequest) -> str:
    """Return the kind that is asked for, "" for all."""
    return request.GET.get("kind", "")[:30].replace("\x00", "")


def sort_of(request: SignedInRequest) -> str:
    """Return the order that is asked for."""
    asked = request.GET.get("sort", "")
    return asked if asked in queries.SORTS else "waiting"


def tab_of(request: SignedInRequest) -> str:
    """Return the list that is asked for; whoever decides nothing sees first what she handed in."""
    asked = request.GET.get("tab", "")
    if asked in TABS:
        return asked
    return "waiting" if any(grant.permissions for grant in request.actor.grants) else "asked"


def shown(
    request: SignedInRequest, chain: Chain | None, *, at: datetime, form: Form | None = None, many: Form | None = None, status: int = 200
) -> HttpResponse:
    """Answer with the list, and the chain beside it: at a desk the first that waits, where none is asked for (phones show the list)."""
    own = permissions.own_steps(request.actor)
    waiting = queries.waiting(own)
    rows = _rows(request, at=at)
    first = rows["rows"][0]["chain"] if rows["rows"] and chain is None and status == 200 and tab_of(request) == "waiting" else None
    opened = chain or first
    context = {
        "now": at,
        "tab": tab_of(request),
        "waiting": waiting,
        "waits": at - waiting.oldest_at if waiting.oldest_at else None,
        "tabs": _tabs(request, waiting, counts_others=opened is None),
        "filters": _filters(request, waiting),
        "list_query": urlencode(asked_for(request)),
        "form": form or DecisionForm(),
        "many": many,
        "phrases": matter_of(kind_of(request)).phrases,
        **rows,
        **_opened(request, opened, at=at),
        "is_first": first is not None,
        "current": opened.pk if opened is not None else 0,
    }
    return htmx.page(request, "approvals/inbox.html", context, status=status)


def _rows(request: SignedInRequest, *, at: datetime) -> dict[str, Any]:
    """The page of the list that is asked for, each row as the component `case` shows it."""
    tab, number = tab_of(request), number_from(request.GET.get("page"))
    parameters = asked_for(request)
    if tab == "asked":
        chains = queries.asked(request.person_id, number=number)
        rows = [_row(one, parameters, wait=one.get_state_display()) for one in chains.rows]
        return {"rows": rows, "has_more": chains.has_more, "more": _more(parameters, chains.following)}
    if tab == "done":
        steps = queries.decided(request.person_id, kind=kind_of(request), number=number)
    elif tab == "returned":
        steps = queries.sent_back(permissions.own_steps(request.actor), number=number)
    else:
        found = permissions.own_steps(request.actor) if tab == "waiting" else permissions.lower_steps(request.actor)
        steps = queries.inbox(found, kind=kind_of(request), sort=sort_of(request), number=number)
    rows = [
        _row(one.chain, parameters, wait=queries.waits(one, at=at), is_late=queries.is_late(one, at=at), is_mine=tab == "waiting")
        | {"due_at": one.due_at}
        for one in steps.rows
    ]
    if tab in ("waiting", "below") and number == 1 and not steps.has_more:
        rows = _grouped(rows)
    return {"rows": rows, "has_more": steps.has_more, "more": _more(parameters, steps.following)}


def _grouped(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of one kind together, the kind of the most pressing row first; the first of each carries the group's heading."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["kind"], []).append(row)
    if len(groups) == 1:
        return rows
    for kind, members in groups.items():
        due = min((row["due_at"] for row in members if row["due_at"] is not None), default=None)
        members[0]["head"] = {"kind": kind, "count": len(members), "due_at": due}
    return [row for members in groups.values() for row in members]


def _row(chain: Chain, parameters: dict[str, str], *, wait: str, is_late: bool = False, is_mine: bool = False) -> dict[str, object]:
    url = with_list(reverse("approvals:chain", args=[chain.pk]), parameters)
    tick = "chain" if is_mine else ""
    return {"chain": chain, "kind": matter_of(chain.kind).zh, "url": url, "wait": wait, "is_late": is_late, "tick": tick}


def _more(parameters: dict[str, str], number: int) -> str:
    return with_list(reverse("approvals:inbox"), {**parameters, "page": str(number)})


def _opened(request: SignedInRequest, chain: Chain | None, *, at: datetime) -> dict[str, object]:
    """The chain with all that helps to decide."""
    if chain is None:
        return {"opened": None}
    found, matter = queries.opened(chain), matter_of(chain.kind)
    step, last = found.step, found.last
    refusal = reason_against(permissions.check_can_decide, request.actor, step, steps=found.steps) if step is not None else ""
    is_mine = last is not None and last.decided_by == request.person_id
    return {
        "opened": found,
        "matter": matter,
        "step": step,
        "steps": queries.shown_steps(found, at=at),
        "detail": matter.detail(chain, request.actor, at),
        "address": matter.address(chain),
        "refusal": refusal,
        "may_decide": step is not None and not refusal,
        "may_undo": is_mine and last is not None and not queries.why_not_undone(chain, last, at=at),
        "may_withdraw": chain.state == ChainState.OPEN and chain.asked_by == request.person_id,
        "phrases": matter.phrases,
    }


def _tabs(request: SignedInRequest, waiting: queries.Waiting, *, counts_others: bool) -> list[Tab]:
    current = tab_of(request)
    counts = {"waiting": waiting.count, "returned": waiting.returned or None}
    named = [("waiting", _("待我审")), ("below", _("下级待审")), ("done", _("已审")), ("returned", _("退回中")), ("asked", _("我送审的"))]
    if not any(grant.permissions for grant in request.actor.grants):
        named = named[-1:]
    inbox = reverse("approvals:inbox")
    own = [Tab(label=label, url=with_list(inbox, {"tab": name}), current=name == current, count=counts.get(name)) for name, label in named]
    others = [
        Tab(label=str(one.zh), url=one.address(), count=(one.count(request.actor) or None) if counts_others else None)
        for one in beside()
        if one.admits(request.actor)
    ]
    return own + others


def _filters(request: SignedInRequest, waiting: queries.Waiting) -> list[Filter]:
    if tab_of(request) not in ("waiting", "below"):
        return []
    inbox, kind, sort = reverse("approvals:inbox"), kind_of(request), sort_of(request)
    kinds = [Option(label=_("全部"), url=with_list(inbox, asked_for(request, kind="")), current=not kind)]
    kinds += [
        Option(
            label=str(matter_of(one).zh), url=with_list(inbox, asked_for(request, kind=one)), current=one == kind,
            count=count if tab_of(request) == "waiting" else None,
        )
        for one, count in waiting.kinds.items()
    ]  # fmt: skip
    words = {"waiting": _("等得久"), "due": _("先到期"), "newest": _("新送来")}
    sorts = [Option(label=words[one], url=with_list(inbox, asked_for(request, sort=one)), current=one == sort) for one in queries.SORTS]
    return [
        Filter(label=_("类型"), value=str(matter_of(kind).zh) if kind else _("全部"), options=kinds),
        Filter(label=_("排序"), value=words[sort], options=sorts),
    ]
