"""行为记录: of a workshop, of one member in the workshops one runs, and one's own; filters, pages by key, a workbook."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yanxiu.access.permissions import Permission
from yanxiu.kit import clock, htmx, sheets
from yanxiu.kit.clock import local, now
from yanxiu.kit.components import Tab
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.people.models import Person
from yanxiu.records.deeds import Asked, all_deeds, deeds
from yanxiu.records.events import EventType
from yanxiu.workshops import actions, permissions
from yanxiu.workshops.behaviour import GROUPS, events_of, of_cases
from yanxiu.workshops.models import CaseEntry, CasePresence, Space
from yanxiu.workshops.views import loading

RUNS = (Permission.WORKSHOPS_HOST, Permission.WORKSHOPS_OPEN, Permission.INSIGHT_VIEW)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SIZE = 50
SPANS = (7, 30, 90, 366)
USUAL = 90


@require_GET
@requires(*RUNS)
def space_deeds(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Show what happened in a workshop, or what one member did there."""
    one = _run(request, space_id)
    person = _person(request, one)
    asked, given = _asked(request, space_id=one.counted_id, person=person)
    context = {"space": one, "tabs": loading.tabs(request, one, "desk"), "person": person, "is_own": False}
    return _shown(request, asked, given, context, export=reverse("workshops:export_space_deeds", args=[one.pk]))


@require_GET
@requires(*RUNS)
def export_space_deeds(request: SignedInRequest, space_id: int) -> HttpResponseBase:
    """Hand the records of a workshop out as a workbook; that they left is on record."""
    one = _run(request, space_id)
    asked, _given = _asked(request, space_id=one.counted_id, person=_person(request, one))
    actions.note_list(space=one, what="deeds", count=0, by=request.actor, at=now())
    return _file(asked, f"{one.title}行为记录")


@require_GET
@signed_in
def deeds_of(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Show what somebody did in workshops: oneself, people in the scope, members of hosted workshops (only what they did there)."""
    person, spaces = _seen(request, person_id)
    asked, given = _asked(request, person=person, spaces=spaces)
    context = {"person": person, "is_own": person.pk == request.person_id, "is_partial": spaces is not None}
    return _shown(request, asked, given, context, export=reverse("workshops:export_deeds_of", args=[person.pk]))


@require_GET
@signed_in
def export_deeds_of(request: SignedInRequest, person_id: int) -> HttpResponseBase:
    """Hand somebody's records out as a workbook, to whom may see them."""
    person, spaces = _seen(request, person_id)
    asked, _given = _asked(request, person=person, spaces=spaces)
    actions.note_deeds(person=person, by=request.actor, at=now())
    return _file(asked, f"{person.name}行为记录")


def _shown(request: SignedInRequest, asked: Asked, given: dict[str, str], context: dict[str, object], *, export: str) -> HttpResponse:
    found = deeds(asked, limit=SIZE + 1)
    rows = found[:SIZE]
    context |= {
        "rows": rows,
        "given": given,
        "groups": [Tab(label=_("全部"), url=_url(given, kind=""), current=given["kind"] == "")]
        + [Tab(label=_(word), url=_url(given, kind=key), current=given["kind"] == key) for key, (word, _events) in GROUPS.items()],
        "spans": [
            Tab(label=_("%(n)s 天") % {"n": days}, url=_url(given, days=str(days)), current=given["days"] == str(days)) for days in SPANS
        ],
        "more": _url(given, before=rows[-1].key) if len(found) > SIZE else "",
        "export_url": export + _url(given),
        "size": SIZE,
    }
    return htmx.page(request, "workshops/deeds.html", context)


def _file(asked: Asked, title: str) -> HttpResponseBase:
    headings = [("时间", 18), ("谁", 16), ("做了什么", 18), ("关于", 40), ("种类", 16), ("涉及", 12), ("是否计数", 10)]
    lines = (
        [f"{local(one.at):%Y-%m-%d %H:%M:%S}", one.actor, one.what, one.about or None, one.kind or None,
         one.person if not one.is_own else None, "不再计数" if one.is_voided else "计"]
        for one in all_deeds(asked)
    )  # fmt: skip
    response = FileResponse(sheets.workbook(title, headings, lines), content_type=SHEET)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.xlsx"
    return response


def _run(request: SignedInRequest, space_id: int) -> Space:
    one = loading.inside(request, space_id)
    permissions.check_can_list_members(request.actor, one)
    return one


def _seen(request: SignedInRequest, person_id: int) -> tuple[Person, list[int] | None]:
    """The person, and the workshops to which the view is limited; None = everywhere."""
    person = get_object_or_404(Person, pk=person_id)
    permissions.check_can_see_deeds(request.actor, person)
    if permissions.sees_all_deeds(request.actor, person):
        return person, None
    return person, list(permissions.hosts_of_person(request.actor, person).values_list("pk", flat=True))


def _person(request: SignedInRequest, one: Space) -> Person | None:
    raw = request.GET.get("person", "")
    return permissions.known_in(one).filter(pk=int(raw)).first() if raw.isascii() and raw.isdecimal() and len(raw) < 19 else None


def _asked(
    request: SignedInRequest, *, person: Person | None = None, space_id: int | None = None, spaces: list[int] | None = None
) -> tuple[Asked, dict[str, str]]:
    kind, raw = request.GET.get("kind", ""), request.GET.get("days", "")
    kind = kind if kind in GROUPS else ""
    days = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 4 and int(raw) in SPANS else USUAL
    until = clock.start_of(clock.day(now()) + timedelta(days=1))
    asked = Asked(
        events=events_of(kind), since=until - timedelta(days=days), until=until, person_id=person.pk if person else None, space_id=space_id,
        spaces=spaces, apart=_apart(request, person) if spaces is None else [],
        without=_sealed(request, person=person, space_id=space_id), before=_before(request.GET.get("before", "")),
    )  # fmt: skip
    return asked, {"kind": kind, "days": str(days), "person": str(person.pk) if person and space_id else ""}


def _apart(request: SignedInRequest, person: Person | None) -> list[int]:
    """The hidden and personal spaces of somebody else into which the actor may not look: their words are not told by titles either."""
    if person is None or person.pk == request.person_id:
        return []
    return list(permissions.kept_apart(request.actor, person).order_by("pk").values_list("pk", flat=True))


def _sealed(request: SignedInRequest, *, person: Person | None, space_id: int | None) -> list[tuple[EventType, int]]:
    """What would tell whose a case is that is judged without names; none of it for the author. Cost: one query."""
    found: QuerySet[CaseEntry] = permissions.sealed_entries(request.actor)
    if person is not None:
        found = found.filter(author=person)
    if space_id is not None:
        present = CasePresence.objects.filter(round__space=space_id).values("entry")
        found = found.filter(Q(entered__space=space_id) | Q(pk__in=present))
    return of_cases(found.order_by("pk").values_list("post", "pk"))


def _before(raw: str) -> tuple[datetime, int] | None:
    moment, _dash, number = raw.partition("-")
    if not (moment.isascii() and moment.isdecimal() and number.isascii() and number.isdecimal() and len(moment) < 18 and len(number) < 19):
        return None
    return datetime.fromtimestamp(int(moment) // 1_000_000, UTC) + timedelta(microseconds=int(moment) % 1_000_000), int(number)


def _url(given: dict[str, str], **changed: str) -> str:
    return "?" + urlencode({key: value for key, value in {**given, **changed}.items() if value})
