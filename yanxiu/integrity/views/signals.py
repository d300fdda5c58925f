"""The inbox of signals, and one person's: take into an inquiry, or set aside."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from yanxiu.integrity import actions, permissions, queries
from yanxiu.integrity.forms import DismissForm
from yanxiu.integrity.models import Signal, SignalKind, Strength
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Filter, Option, Tab
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.rules import holds
from yanxiu.kit.text import plain, whole_numbers
from yanxiu.people.models import Person

SIZE = 20


@require_GET
@requires(permissions.VIEW)
def signals(request: SignedInRequest) -> HttpResponse:
    """List people with signals that wait, the clearest first."""
    visible = permissions.visible_signals(request.actor)
    kind = request.GET.get("kind", "")
    kind = kind if kind in SignalKind.values else ""
    least = Strength.REMARK if request.GET.get("least") == "1" else Strength.NOTABLE
    name, number = plain(request.GET.get("q", ""))[:60], paging.number_from(request.GET.get("page"))
    found = queries.suspects(visible, kind=kind, least=least, name=name, start=(number - 1) * SIZE, size=SIZE)
    context = {
        "rows": found[:SIZE],
        "more": _link(kind=kind, least=least, q=name, page=number + 1) if len(found) > SIZE else "",
        "words": name,
        "kind": kind,
        "least": int(least),
        "filters": _filters(kind, least, name),
        "tabs": tabs("signals"),
        "kinds": queries.kind_counts(visible),
        "is_more_than_page": len(found) > SIZE or number > 1,
    }
    return htmx.page(request, "integrity/signals.html", context)


@require_GET
@requires(permissions.VIEW)
def person_signals(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Show what was noticed about one person, and what became of it."""
    return _person(request, _who(request, person_id), DismissForm())


@require_POST
@requires(permissions.INQUIRE)
def open_inquiry(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Open an inquiry on the chosen signals."""
    inquiry = actions.open_inquiry(signals=_chosen(request, person_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("integrity:inquiry", args=[inquiry.pk]), note=_("已立案，教师还不知道。下一步请本人说明"))


@require_POST
@requires(permissions.INQUIRE)
def dismiss(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Set the chosen signals aside."""
    person, form = _who(request, person_id), DismissForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            count = actions.dismiss(signals=_chosen(request, person_id), reason=form.cleaned_data["reason"], by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            note = ngettext("%(count)d 条线索不构成，理由已记", "%(count)d 条线索不构成，理由已记", count) % {"count": count}
            return htmx.redirect(request, reverse("integrity:signals"), note=note)
    return _person(request, person, form, status=status)


def tabs(current: str) -> list[Tab]:
    """Return the lists as tabs."""
    names = {"signals": _("线索"), "inquiries": _("核查"), "texts": _("文字比对"), "public_texts": _("公共文本"), "packs": _("敏感词库")}
    return [Tab(label=label, url=reverse(f"integrity:{name}"), current=name == current) for name, label in names.items()]


def _person(request: SignedInRequest, person: Person, form: DismissForm, *, status: int = 200) -> HttpResponse:
    waiting, handled = queries.signals_of(permissions.visible_signals(request.actor), person)
    names = queries.people_in(waiting)
    running = queries.open_inquiry_of(person)
    context = {
        "person": person,
        "waiting": [queries.shown(one, names=names) for one in waiting],
        "handled": handled,
        "evidence": queries.evidence_of(waiting),
        "form": form,
        "may": holds(permissions.check_can_open, request.actor, person),
        "running": running,
    }
    return htmx.page(request, "integrity/person_signals.html", context, status=status)


def _who(request: SignedInRequest, person_id: int) -> Person:
    known = permissions.visible_signals(request.actor).filter(person_id=person_id)
    return get_object_or_404(Person.objects.select_related("unit").filter(pk__in=known.values("person")), pk=person_id)


def _chosen(request: SignedInRequest, person_id: int) -> list[Signal]:
    ids = whole_numbers(request.POST.getlist("signals")[:100])
    return list(permissions.visible_signals(request.actor).filter(person_id=person_id, pk__in=ids).order_by("pk"))


def _filters(kind: str, least: Strength, name: str) -> list[Filter]:
    kinds = [("", _("全部")), *((value, str(label)) for value, label in SignalKind.choices)]
    levels = [(int(Strength.NOTABLE), _("值得看以上")), (int(Strength.REMARK), _("连备注一起看"))]
    return [
        Filter(
            label=_("种类"),
            value=dict(kinds)[kind],
            options=[Option(label=label, url=_link(kind=value, least=least, q=name), current=value == kind) for value, label in kinds],
        ),
        Filter(
            label=_("程度"),
            value=dict(levels)[int(least)],
            options=[Option(label=label, url=_link(kind=kind, least=value, q=name), current=value == least) for value, label in levels],
        ),
    ]


def _link(**facts: object) -> str:
    kept = {name: str(int(value) if isinstance(value, int) else value) for name, value in facts.items() if value}
    return f"{reverse('integrity:signals')}?{urlencode(kept)}"
