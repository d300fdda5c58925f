"""The host team: who answers for what, and what each did."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.models import Appointment
from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx
from yanxiu.kit.clock import day, now
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.people.models import Person
from yanxiu.workshops import actions, queries
from yanxiu.workshops.desk_forms import ShareForm
from yanxiu.workshops.models import HostShare, Space
from yanxiu.workshops.views import loading

RUNS = (Permission.WORKSHOPS_HOST, Permission.WORKSHOPS_OPEN)


@require_GET
@requires(*RUNS)
def team(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Show the hosts of a workshop with their shares of the work, their duties and their counters."""
    return _team(request, _workshop(request, space_id))


@require_POST
@requires(*RUNS)
def share_labour(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Give a host a share of the work."""
    one = _workshop(request, space_id)
    form = _form(one, request, bound=True)
    if form.is_valid():
        given = form.cleaned_data
        person = get_object_or_404(Person, pk=given["person"])
        try:
            actions.share_labour(
                workshop=one, person=person, duty=given["duty"], group=given.get("group", ""), words=given["words"], by=request.actor,
                at=now(),
            )  # fmt: skip
        except DomainError as error:
            return _team(request, one, form, status=explain(form, error))
        return htmx.redirect(request, reverse("workshops:team", args=[one.pk]), note=_("%(name)s的分工已记") % {"name": person.name})
    return _team(request, one, form, status=422)


@require_POST
@requires(*RUNS)
def end_share(request: SignedInRequest, share_id: int) -> HttpResponse:
    """End a share of the work."""
    share = HostShare.objects.select_related("space__org", "space__parent", "person").filter(pk=share_id).first()
    if share is None:
        raise NotFound(_("没有找到这项分工。"))
    _workshop(request, share.space_id)
    actions.end_share(share=share, by=request.actor, at=now())
    note = _("%(name)s的这项分工已结束") % {"name": share.person.name}
    return htmx.redirect(request, reverse("workshops:team", args=[share.space_id]), note=note)


def _team(request: SignedInRequest, one: Space, form: ShareForm | None = None, *, status: int = 200) -> HttpResponse:
    at = now()
    hosts = queries.hosts_of(one, on=day(at))
    board = queries.board(one, hosts=[host.person_id for host in hosts], person_id=None, at=at)
    alone = [row for row in board.rows if row.per == "person" and row.target is not None]
    labels = {row.id: row.label for row in board.rows if row.id}
    shown = queries.team(one, hosts)
    rows = [
        {"host": row, "duties": [duty.of(row.appointment.person_id) for duty in alone],
         "shares": [(share, labels.get(share.duty, "")) for share in row.shares]}
        for row in shown
    ]  # fmt: skip
    taken = {share.duty for row in shown for share in row.shares if share.duty}
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "desk"),
        "rows": rows,
        "free": [label for key, label in labels.items() if key not in taken],
        "form": form or _form(one, request, hosts=hosts),
        "asked": bool(labels),
        "missing": sum(duty.of(row.appointment.person_id).is_short for row in shown for duty in alone),
    }
    return htmx.page(request, "workshops/team.html", context, status=status)


def _form(one: Space, request: SignedInRequest, *, hosts: list[Appointment] | None = None, bound: bool = False) -> ShareForm:
    team_of = queries.hosts_of(one, on=day(now())) if hosts is None else hosts
    names = [(host.person_id, host.person.name) for host in team_of]
    duties = [(duty.id, duty.label) for duty in queries.duties_of(one)]
    return ShareForm(request.POST if bound else None, hosts=names, duties=duties, groups=queries.groups_of(one))


def _workshop(request: SignedInRequest, space_id: int) -> Space:
    one = loading.hosted(request, space_id)
    return one.parent if one.is_sub and one.parent is not None else one
