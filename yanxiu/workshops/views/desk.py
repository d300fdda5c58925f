"""The host's desk (坊务台)."""

from datetime import timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.components import Series
from yanxiu.kit.components.wording import waited
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.workshops import queries
from yanxiu.workshops.queries import Desk
from yanxiu.workshops.queries.desk import Queue
from yanxiu.workshops.views import loading

SOON, LATE = timedelta(hours=24), timedelta(hours=48)


@require_GET
@requires(Permission.WORKSHOPS_HOST, Permission.WORKSHOPS_OPEN)
def desk(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Show what waits, what the plan asks for, and who takes part. A sub-workshop has the desk of its workshop."""
    one = loading.hosted(request, space_id)
    if one.is_sub:
        return htmx.redirect(request, reverse("workshops:desk", args=[one.counted_id]))
    at = now()
    found = queries.desk(one, person_id=request.person_id, at=at)
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "desk"),
        "desk": found,
        "headline": _headline(found),
        "questions": _tone(found.questions),
        "requests": _tone(found.requests),
        "together": [row for row in found.duties if row.per != "person"],
        "alone": [row for row in found.duties if row.per == "person"],
        "labels": [label for label, _count in found.weeks],
        "series": [Series(label=_("发言"), values=[count for _label, count in found.weeks])],
        "is_nearly_full": found.seats_left is not None and found.seats_left < max(20, found.requests.count),
        "now": at,
    }
    return htmx.page(request, "workshops/desk.html", context)


def _headline(found: Desk) -> str:
    if found.questions.waited and found.questions.waited >= LATE:
        return _("先回答等了 %(long)s的提问") % {"long": waited(found.questions.waited)}
    if found.short:
        return _("还差 %(n)s 项任务，没有等太久的提问") % {"n": found.short}
    if found.requests.count:
        return _("%(n)s 人等着入坊认证") % {"n": found.requests.count}
    return _("都办完了，没有人在等")


def _tone(queue: Queue) -> dict[str, str]:
    if queue.waited is None:
        return {"tone": "plain", "note": _("没有人在等")}
    tone = "late" if queue.waited >= LATE else "soon" if queue.waited >= SOON else "plain"
    return {"tone": tone, "note": _("最久 %(long)s") % {"long": waited(queue.waited)}}
