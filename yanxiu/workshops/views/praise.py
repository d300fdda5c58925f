"""Praise: the wall of a workshop, candidates for its hosts, giving and taking back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.people.models import Person
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.desk_forms import PraiseForm
from yanxiu.workshops.models import Membership, MembershipState, Space
from yanxiu.workshops.queries.praise import DAYS, WEIGHTS, received
from yanxiu.workshops.views import loading


@require_GET
@signed_in
def praises(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Show who was praised and for what; to hosts also who might be."""
    return _wall(request, loading.inside(request, space_id), None)


@require_POST
@requires(Permission.WORKSHOPS_HOST)
def praise(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Praise a member."""
    one = loading.inside(request, space_id)
    form = PraiseForm(request.POST)
    if not form.is_valid():
        return _wall(request, one, form, status=422)
    person = get_object_or_404(Person, pk=form.cleaned_data["person"])
    try:
        actions.praise(workshop=one, person=person, reason=form.cleaned_data["reason"], by=request.actor, at=now())
    except DomainError as error:
        return _wall(request, one, form, status=explain(form, error))
    note = _("已表扬%(name)s，坊内可见，本人会收到消息") % {"name": person.name}
    return htmx.redirect(request, reverse("workshops:praises", args=[one.counted_id]), note=note)


@require_POST
@signed_in
def withdraw_praise(request: SignedInRequest, praise_id: int) -> HttpResponse:
    """Take praise back."""
    found = permissions.visible_praise(request.actor).select_related("space__org", "space__parent", "person").filter(pk=praise_id).first()
    if found is None:
        raise NotFound(_("没有找到这条表扬，可能已经收回。"))
    actions.withdraw_praise(praise=found, by=request.actor, at=now())
    note = _("对%(name)s的表扬已收回，计数一并减去") % {"name": found.person.name}
    return htmx.redirect(request, reverse("workshops:praises", args=[found.space_id]), note=note)


@require_GET
@signed_in
def praise_of(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Show the praise a person received: by whom, where, for what."""
    person = get_object_or_404(Person.objects.select_related("unit"), pk=person_id)
    permissions.check_can_see_praise_of(request.actor, person)
    seen = permissions.praise_seen(request.actor, person)
    page = received(seen, number=paging.number_from(request.GET.get("page")))
    context = {
        "person": person,
        "is_own": person.pk == request.person_id,
        "count": seen.count(),
        "page": page,
        "more": f"?page={page.following}" if page.has_more else "",
        "is_partial": person.pk != request.person_id and not request.actor.may(permissions.OVERSEE, path=person.unit_path),
    }
    return htmx.page(request, "workshops/praise_of.html", context)


def _wall(request: SignedInRequest, one: Space, form: PraiseForm | None, *, status: int = 200) -> HttpResponse:
    at = now()
    gives = permissions.holds_at(request.actor, permissions.HOST, one)
    page = queries.wall(permissions.visible_praise(request.actor), one, number=paging.number_from(request.GET.get("page")))
    keeps = loading.keeps(request, one)
    chosen = _chosen(request, one, form) if gives else None
    context = {
        "space": one,
        "me": request.person_id,
        "tabs": loading.tabs(request, one, "praises"),
        "rows": [(row, keeps or row.author_id == request.person_id) for row in page.rows],
        "more": f"?page={page.following}" if page.has_more else "",
        "number": page.number,
        "gives": gives,
        "candidates": queries.candidates(one, at=at, most=6) if gives and page.number == 1 else [],
        "chosen": chosen,
        "form": form or PraiseForm(initial={"person": chosen.pk if chosen else None}),
        "weights": [_("%(word)s每项 %(n)s 分") % {"word": _(word), "n": weight} for word, weight in WEIGHTS.values()],
        "days": DAYS,
    }
    return htmx.page(request, "workshops/praises.html", context, status=status)


def _chosen(request: SignedInRequest, one: Space, form: PraiseForm | None) -> Person | None:
    """The member that the form is about: a candidate's button or a name on the list of members leads here."""
    raw = (form.data.get("person") if form is not None else request.GET.get("person")) or ""
    if not (raw.isascii() and raw.isdecimal() and len(raw) < 19):
        return None
    seats = Membership.objects.filter(workshop=one.counted_id, person=int(raw), state=MembershipState.MEMBER)
    found = seats.select_related("person__unit").order_by("pk").first()
    return found.person if found is not None else None
