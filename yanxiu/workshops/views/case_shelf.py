"""The shelf of excellent cases: what was selected and published, by subject, stage and topic, for everybody signed in."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yanxiu.kit import htmx, paging
from yanxiu.kit.components import Filter, Option
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.rich_text import shown
from yanxiu.orgs.models import Stage
from yanxiu.workshops.queries import cases as reads

_FIELDS = ("stage", "subject", "topic")


@require_GET
@signed_in
def case_shelf(request: SignedInRequest) -> HttpResponse:
    """List the published excellent cases, with search and filters."""
    wanted = {name: request.GET.get(name, "").strip()[:60] for name in (*_FIELDS, "q", "sort")}
    found = reads.shelf(
        text=wanted["q"], stage=wanted["stage"], subject=wanted["subject"], topic=wanted["topic"], sort=wanted["sort"] or "new"
    )
    page = paging.page_of(found, number=paging.number_from(request.GET.get("page")))
    context = {
        "page": page,
        "q": wanted["q"],
        "wanted": wanted,
        "is_narrow": any(wanted[name] for name in (*_FIELDS, "q")),
        "filters": [_filter(wanted, name) for name in _FIELDS],
        "more": _link(wanted, page=str(page.following)) if page.has_more else "",
        "sorts": {name: _link(wanted, sort=name) for name in reads.SHELF_SORTS},
    }
    return htmx.page(request, "workshops/case_shelf.html", context)


@require_GET
@signed_in
def shelved_case(request: SignedInRequest, entry_id: int) -> HttpResponse:
    """Read a published case, with its author and why it was selected."""
    found = get_object_or_404(reads.shelf(), entry_id=entry_id)
    context = {"selection": found, "entry": found.entry, "post": found.entry.post, "body": shown(found.entry.post.body)}
    return htmx.page(request, "workshops/case_shelved.html", context)


def _filter(wanted: dict[str, str], name: str) -> Filter:
    labels = {"stage": _("学段"), "subject": _("学科"), "topic": _("专题")}
    words: dict[str, str] = {value: str(Stage(value).label) if name == "stage" else value for value in reads.shelf_words(name)}
    options = [Option(label=_("全部"), url=_link(wanted, **{name: ""}), current=not wanted[name])]
    options += [Option(label=label, url=_link(wanted, **{name: value}), current=wanted[name] == value) for value, label in words.items()]
    return Filter(label=labels[name], value=words.get(wanted[name], wanted[name]) or _("全部"), options=options)


def _link(wanted: dict[str, str], **changed: str) -> str:
    kept = {name: value for name, value in {**wanted, **changed}.items() if value}
    return "?" + urlencode(kept)
