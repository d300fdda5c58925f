"""文字比对: what was noticed in the scope, and two texts beside each other."""

from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yanxiu.integrity import permissions, queries, rules
from yanxiu.integrity.models import IndexedText, TextKind
from yanxiu.integrity.similarity import address
from yanxiu.integrity.views.signals import tabs
from yanxiu.kit import clock, htmx, paging, sheets
from yanxiu.kit.clock import now
from yanxiu.kit.components import Filter, Option
from yanxiu.kit.components.wording import moment_short, percent
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.kit.text import plain

MOST_EXPORTED = 5_000


@require_GET
@requires(permissions.VIEW)
def texts(request: SignedInRequest) -> HttpResponse:
    """List the texts of which much stands elsewhere, newest first or the largest share first."""
    kind, sort, name = _asked(request)
    number = paging.number_from(request.GET.get("page"))
    visible = permissions.visible_texts(request.actor)
    page = paging.page_of(queries.noticed(visible, kind=kind, name=name, sort=sort), number=number)
    context = {
        "page": page,
        "more": _link(kind=kind, sort=sort, q=name, page=page.following) if page.has_more else "",
        "export": f"{reverse('integrity:export_texts')}?{urlencode({'kind': kind, 'sort': sort, 'q': name})}",
        "words": name,
        "kind": kind,
        "sort": sort,
        "filters": _filters(kind, sort, name),
        "tabs": tabs("texts"),
        "is_first": number == 1,
        "strong": rules.STRONG_SHARE,
    }
    return htmx.page(request, "integrity/texts.html", context)


@require_GET
@requires(permissions.VIEW)
def export_texts(request: SignedInRequest) -> FileResponse:
    """Give the list as a workbook, at most 5,000 rows."""
    kind, sort, name = _asked(request)
    found = queries.noticed(permissions.visible_texts(request.actor), kind=kind, name=name, sort=sort)[:MOST_EXPORTED]
    headings = [
        (_("姓名"), 10),
        (_("单位"), 24),
        (_("文本"), 32),
        (_("种类"), 10),
        (_("方案"), 28),
        (_("相同的文字"), 12),
        (_("交的时间"), 18),
    ]
    rows = [
        [
            one.person.name, one.person.unit.name if one.person.unit else "", one.title, str(TextKind(one.kind).label),
            one.programme_title, percent(one.share), moment_short(one.written_at),
        ]
        for one in found
    ]  # fmt: skip
    file = sheets.workbook(_("文字比对"), headings, rows)
    return FileResponse(file, as_attachment=True, filename=f"texts-{clock.day(now()).isoformat()}.xlsx")


@require_GET
@signed_in
def compare(request: SignedInRequest, text_id: int, other_id: int) -> HttpResponse:
    """Show two texts beside each other; the other whole only to whoever may read it, else what is the same, without a name."""
    visible = permissions.visible_texts(request.actor)
    both = {one.pk: one for one in visible.filter(pk__in=[text_id, other_id]).select_related("person__unit")}
    one = both.get(text_id) or get_object_or_404(visible, pk=text_id)
    other = both.get(other_id) or get_object_or_404(queries.known_other(one), pk=other_id)
    pair = queries.pair(
        one, other, may_read=other_id in both, address=lambda text: address(request.actor, text.object_type, text.object_id)
    )
    context = {"pair": pair, "one": one, "filters": _others(one, pair), "may_list": request.actor.may(permissions.VIEW)}
    return htmx.page(request, "integrity/compare.html", context)


def _others(one: IndexedText, pair: queries.Pair) -> list[Filter]:
    if not pair.more:
        return []
    options = [
        Option(label=_("相同 %(share)s 的一份") % {"share": percent(share)}, url=reverse("integrity:compare", args=[one.pk, other_id]))
        for other_id, share in pair.more
    ]
    return [Filter(label=_("对照"), value=_("相同 %(share)s 的一份") % {"share": percent(pair.share)}, options=options)]


def _asked(request: SignedInRequest) -> tuple[str, str, str]:
    kind, sort = request.GET.get("kind", ""), request.GET.get("sort", "")
    return kind if kind in TextKind.values else "", "share" if sort == "share" else "newest", plain(request.GET.get("q", ""))[:60]


def _filters(kind: str, sort: str, name: str) -> list[Filter]:
    kinds = [("", _("全部")), *((value, str(label)) for value, label in TextKind.choices)]
    sorts = [("newest", _("新交的在前")), ("share", _("相同多的在前"))]
    return [
        Filter(
            label=_("种类"),
            value=dict(kinds)[kind],
            options=[Option(label=label, url=_link(kind=value, sort=sort, q=name), current=value == kind) for value, label in kinds],
        ),
        Filter(
            label=_("次序"),
            value=dict(sorts)[sort],
            options=[Option(label=label, url=_link(kind=kind, sort=value, q=name), current=value == sort) for value, label in sorts],
        ),
    ]


def _link(**facts: object) -> str:
    return f"{reverse('integrity:texts')}?{urlencode({name: value for name, value in facts.items() if value})}"
