"""A person's ledger: sums, entries with their evidence, certificates; reversal by the office."""

from collections.abc import Sequence
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse as url_of
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.credits import actions, permissions, queries
from yanxiu.credits.forms import ReasonForm
from yanxiu.credits.models import Entry
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components.wording import number
from yanxiu.kit.errors import Invalid
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.people.models import Person


@require_GET
@signed_in
def my_ledger(request: SignedInRequest) -> HttpResponse:
    """Show one's own ledger."""
    return _page(request, Person.objects.get(pk=request.person_id))


@require_GET
@requires(Permission.CREDITS_VIEW)
def ledger(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Show the ledger of somebody in scope."""
    return _page(request, get_object_or_404(permissions.visible_ledgers(request.actor), pk=person_id))


@require_POST
@requires(Permission.CREDITS_REVERSE)
def reverse(request: SignedInRequest, entry_id: int) -> HttpResponse:
    """Take an entry back, with a reason."""
    entry = get_object_or_404(Entry.objects.filter(person_id__in=permissions.visible_ledgers(request.actor).values("pk")), pk=entry_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise Invalid("没有冲销：请写明原因，至少两个字。")
    actions.reverse(entry=entry, reason=form.cleaned_data["reason"], by=request.actor, at=now())
    return htmx.redirect(request, url_of("credits:ledger", args=[entry.person_id]), note="已冲销，原来的一笔保留可查")


def _headline(balances: Sequence[queries.Balance], *, has_entries: bool) -> str:
    """What the ledger comes to, in the unit of the newest year."""
    if not balances:
        return _("记入的都已冲销，合计为 0") if has_entries else _("还没有一笔入账")
    unit = balances[0].unit
    sums = {"registered": Decimal(0), "provisional": Decimal(0)}
    for row in balances:
        if row.unit == unit:
            sums[row.account] = sums.get(row.account, Decimal(0)) + row.amount
    words = {"registered": number(sums["registered"]), "provisional": number(sums["provisional"]), "unit": unit}
    if not sums["registered"]:
        return _("暂记 %(provisional)s %(unit)s，结算合格后登记") % words
    if not sums["provisional"]:
        return _("%(registered)s %(unit)s都已登记") % words
    return _("已登记 %(registered)s %(unit)s，暂记 %(provisional)s %(unit)s") % words


def _page(request: SignedInRequest, person: Person) -> HttpResponse:
    page = queries.lines(person.pk, number=paging.number_from(request.GET.get("page")))
    own = person.pk == request.person_id
    balances = queries.balances(person.pk)
    context = {
        "person": person,
        "own": own,
        "balances": balances,
        "headline": _headline(balances, has_entries=bool(page.rows)),
        "page": page,
        "more": f"?page={page.following}" if page.has_more else "",
        "certificates": queries.certificates_of(person.pk),
        "may_reverse": not own and request.actor.may(Permission.CREDITS_REVERSE, path=person.unit_path),
    }
    return htmx.page(request, "credits/ledger.html", context)
