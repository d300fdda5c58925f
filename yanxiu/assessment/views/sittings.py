"""A candidate's way through an exam: my exams, one exam, the sheet, handing in, and what is over."""

from datetime import datetime
from secrets import token_urlsafe

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.assessment import exam_tickets, papers, sitting_permissions, taking
from yanxiu.assessment.actions import sittings as actions
from yanxiu.assessment.drawing import contents_of
from yanxiu.assessment.giving import given_from_form
from yanxiu.assessment.models import Exam, Sitting
from yanxiu.assessment.permissions import own_enrolments
from yanxiu.assessment.queries import sheets, sittings
from yanxiu.assessment.views.arriving import arrived
from yanxiu.catalogue.content import Given
from yanxiu.kit import htmx
from yanxiu.kit.clock import local, now
from yanxiu.kit.errors import Invalid, NotFound
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.text import whole_numbers
from yanxiu.people.models import Account
from yanxiu.programmes.models import Enrolment

DEVICE_COOKIE = "exam_device"
_DEVICE_SECONDS = 30 * 86_400


@require_GET
@signed_in
def my_exams(request: SignedInRequest) -> HttpResponse:
    """List one's exams."""
    at = now()
    return htmx.page(request, "assessment/sitting_list.html", {"seats": sittings.seats_of(request.actor, at=at), "now": at})


@require_GET
@signed_in
def my_exam(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Show an exam before it is sat: times, rules, devices, and what is watched."""
    at = now()
    found, enrolment = _exam(request, exam_id)
    return htmx.page(request, "assessment/sitting_cover.html", {"cover": sittings.cover_of(found, enrolment, at=at), "now": at})


@require_POST
@signed_in
def begin_sitting(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Begin, or go on with the sitting that is open."""
    found, enrolment = _exam(request, exam_id)
    device = _device(request)
    sitting = actions.begin(exam=found, enrolment=enrolment, device=device, by=request.actor, at=arrived(request))
    return _known(htmx.redirect(request, reverse("assessment:sitting", args=[sitting.pk])), device)


@require_GET
@signed_in
def sitting(request: SignedInRequest, sitting_id: int) -> HttpResponse:
    """Show the sheet on the device that holds it, the way to take it over on another, or the receipt of what is over."""
    return _shown(request, _sitting(request, sitting_id))


@require_POST
@signed_in
def take_over(request: SignedInRequest, sitting_id: int) -> HttpResponse:
    """Go on with the sitting on this device."""
    device = _device(request)
    found = actions.take_over(sitting=_sitting(request, sitting_id), device=device, by=request.actor, at=now())
    return _known(htmx.redirect(request, reverse("assessment:sitting", args=[found.pk])), device)


@require_POST
@signed_in
def save_sheet(request: SignedInRequest, sitting_id: int) -> HttpResponse:
    """Keep the whole sheet: the way to save without scripts."""
    at = arrived(request)
    found = _sitting(request, sitting_id)
    actions.save_sheet(sitting=found, given=_given(request, found), lease=_lease(request), by=request.actor, at=at)
    note = _("已存 %(time)s") % {"time": f"{local(at):%H:%M:%S}"}
    return htmx.redirect(request, reverse("assessment:sitting", args=[found.pk]), note=note)


@require_POST
@signed_in
def hand_in_sitting(request: SignedInRequest, sitting_id: int) -> HttpResponse:
    """Hand in: the first time it shows what is blank, confirmed it closes the sitting."""
    at = arrived(request)
    found = _sitting(request, sitting_id)
    given = {} if found.is_over(at) else _given(request, found)
    if "confirm" not in request.POST and not found.is_over(at):
        actions.save_sheet(sitting=found, given=given, lease=_lease(request), by=request.actor, at=at)
        return _shown(request, _sitting(request, sitting_id), asks=True)
    found = actions.hand_in(sitting=found, given=given, lease=_lease(request), allow_blank=True, by=request.actor, at=at)
    return htmx.redirect(request, reverse("assessment:sitting", args=[found.pk]))


def _shown(request: SignedInRequest, found: Sitting, *, asks: bool = False) -> HttpResponse:
    at = now()
    if found.is_over(at):
        return htmx.page(request, "assessment/sitting_over.html", {"receipt": sittings.receipt_of(found, at=at)})
    if actions.held_by(found) != request.COOKIES.get(DEVICE_COOKIE):
        return htmx.page(request, "assessment/sitting_elsewhere.html", {"sitting": found, "now": at})
    sheet = sheets.sheet_of(found, person_id=request.person_id, at=at)
    context = {"sheet": sheet, "sitting": found, "now": at, "asks": asks, "ticket": _ticket(found, at=at), "issued": taking.ms(at)}
    response = htmx.page(request, "assessment/sitting.html", context)
    response["Cache-Control"] = "no-store"  # what comes back with the back button would be old
    return response


def _ticket(found: Sitting, *, at: datetime) -> str:
    person = found.enrolment.person_id
    stamp = Account.objects.values_list("security_stamp", flat=True).get(person_id=person)
    return exam_tickets.sign(
        exam_tickets.ExamTicket(
            version=exam_tickets.VERSION, person=person, sitting=found.pk, lease=found.lease, issued=taking.ms(at), stamp=stamp
        )
    )


def _exam(request: SignedInRequest, exam_id: int) -> tuple[Exam, Enrolment]:
    found = sitting_permissions.own_exams(request.actor).filter(pk=exam_id).select_related("paper", "programme").first()
    mine = own_enrolments(request.actor).filter(programme_id=found.programme_id) if found else own_enrolments(request.actor).none()
    enrolment = mine.select_related("programme").order_by("pk").first()
    if found is None or enrolment is None:
        raise NotFound(_("没有找到这场考试。请从“我的考试”里打开。"))
    return found, enrolment


def _sitting(request: SignedInRequest, sitting_id: int) -> Sitting:
    found = sitting_permissions.own_sittings(request.actor).filter(pk=sitting_id).first()
    if found is None:
        raise NotFound(_("没有找到这份答卷。请从“我的考试”里打开。"))
    return found


def _given(request: SignedInRequest, found: Sitting) -> dict[int, Given]:
    """Read the whole form. Raises Invalid with the question."""
    sheet = papers.read_sheet(found.sheet)
    asked = set(whole_numbers(request.POST.getlist("asked")[:500], digits=3))
    contents = contents_of(one.version for one in sheet)
    return {
        number: given_from_form(contents[one.version], one, request.POST, number=number)
        for number, one in enumerate(sheet, start=1)
        if number in asked
    }


def _lease(request: SignedInRequest) -> int:
    raw = request.POST.get("lease", "")
    if not (raw.isascii() and raw.isdecimal() and len(raw) < 5):
        raise Invalid(_("这一页不完整，没有存。请刷新后再交。"))
    return int(raw)


def _device(request: SignedInRequest) -> actions.Device:
    name = request.COOKIES.get(DEVICE_COOKIE, "")[:64] or token_urlsafe(18)
    return actions.Device(name=name, agent=_agent(request.headers.get("User-Agent", "")))


def _known(response: HttpResponse, device: actions.Device) -> HttpResponse:
    response.set_cookie(
        DEVICE_COOKIE, device.name, max_age=_DEVICE_SECONDS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response


def _agent(raw: str) -> str:
    """Return what a device is, in words that its owner knows."""
    known = (
        ("iPad", _("平板")),
        ("iPhone", _("iPhone 手机")),
        ("HarmonyOS", _("鸿蒙手机")),
        ("Android", _("安卓手机")),
        ("Windows", _("Windows 电脑")),
        ("Macintosh", _("苹果电脑")),
        ("Linux", _("Linux 电脑")),
    )
    return next((words for mark, words in known if mark in raw), _("另一台设备"))
