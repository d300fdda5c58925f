"""Taking part in activities: signing up, checking in, the list of who came, holding together with other spaces."""

from collections.abc import Iterator

from django.db.models import Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.kit import clock, htmx, paging, sheets
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.components.wording import moment_short
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.text import plain
from yanxiu.people.models import Person
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.models import Activity, ActivityHost, ActivityPurpose, ActivitySeat, SeatState, Space
from yanxiu.workshops.tool_forms import CodeForm, SpaceChoiceForm, TickedForm
from yanxiu.workshops.views import loading
from yanxiu.workshops.views.activities import activity_at
from yanxiu.workshops.views.naming import nameable
from yanxiu.workshops.views.threads import thread_page

MOST_SPACES = 200
NOTES = {"came": True, "absent": False, "back": None}


@require_POST
@signed_in
def sign_up(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Sign up."""
    seat = actions.sign_up(activity=activity_at(request, post_id), by=request.actor, at=now())
    note = _("名额已满，已排入候补，有人取消就自动转正") if seat.state == SeatState.WAITING else _("已报名，到时记得签到")
    return htmx.redirect(request, reverse("workshops:thread", args=[post_id]), note=note)


@require_POST
@signed_in
def cancel_sign_up(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Give the place back."""
    actions.cancel_sign_up(activity=activity_at(request, post_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:thread", args=[post_id]), note=_("报名已取消，名额让给了候补的人"))


@require_POST
@signed_in
def check_in_activity(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Check oneself in."""
    activity = activity_at(request, post_id)
    form = CodeForm(request.POST)
    form.fields["code"].required = bool(activity.code)
    status = 422
    if form.is_valid():
        try:
            actions.check_in_activity(activity=activity, code=form.cleaned_data["code"], by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("workshops:thread", args=[post_id]), note=_("已签到，计入参与活动"))
    return thread_page(request, activity.post, tool={"code_form": form}, status=status)


@require_GET
@signed_in
def seats(request: SignedInRequest, post_id: int) -> HttpResponse:
    """List who signed up, for those who run the space: note who came, export."""
    return _seats(request, _listed(request, post_id))


@require_POST
@signed_in
def note_attendance(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Note who came and who did not, or take the note back."""
    activity = _listed(request, post_id)
    form = TickedForm(request.POST)
    asked = next((key for key in NOTES if key in request.POST), "came")
    status = 422
    if form.is_valid():
        try:
            count = actions.note_attendance(
                activity=activity, seat_ids=form.cleaned_data["chosen"], came=NOTES[asked], by=request.actor, at=now()
            )
        except DomainError as error:
            status = explain(form, error)
        else:
            said = {"came": _("%(n)s 人登记为已到"), "absent": _("%(n)s 人登记为未到"), "back": _("%(n)s 人的登记已收回")}[asked]
            return htmx.redirect(request, reverse("workshops:seats", args=[post_id]), note=said % {"n": count})
    return _seats(request, activity, form, status=status)


@require_POST
@signed_in
def name_to_team(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Name people of a team or a research topic by name or staff number."""
    activity = _listed(request, post_id)
    words = [word for word in plain(request.POST.get("people", "")).replace("、", " ").replace("，", " ").split() if word][:50]
    people, missing = _people(request, activity, words)
    note = _("没有列入：%(names)s 在您的范围里没有，或有重名，请用工号") % {"names": "、".join(missing)} if missing else ""
    if not missing:
        count = actions.name_to_team(activity=activity, people=people, by=request.actor, at=now())
        note = _("%(n)s 人已列入") % {"n": count}
    return htmx.redirect(request, reverse("workshops:seats", args=[post_id]), note=note)


@require_GET
@signed_in
def export_seats(request: SignedInRequest, post_id: int) -> FileResponse:
    """Give the list of participants as a workbook."""
    activity = _listed(request, post_id)
    headings = [
        (_("姓名"), 10), (_("单位"), 26), (_("来自"), 26), (_("状态"), 10), (_("报名时间"), 18), (_("签到时间"), 18),
    ]  # fmt: skip
    file = sheets.workbook(activity.post.title, headings, _rows(activity))
    return FileResponse(file, as_attachment=True, filename=f"activity-{post_id}-{clock.day(now()).isoformat()}.xlsx")


@require_http_methods(["GET", "POST"])
@signed_in
def ask_space(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Show who holds the activity together; ask another space."""
    activity = activity_at(request, post_id)
    permissions.check_can_hold(request.actor, activity.post)
    found = list(permissions.invitable_spaces(request.actor, activity).select_related("org").order_by("title", "pk")[:MOST_SPACES])
    form = SpaceChoiceForm(request.POST or None, spaces=found)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            space = next(one for one in found if one.pk == form.cleaned_data["space"])
            try:
                actions.ask_space(activity=activity, space=space, by=request.actor, at=now())
            except DomainError as error:
                status = explain(form, error)
            else:
                note = _("已邀请%(space)s，那里的主持人同意后成员就能报名") % {"space": space.title}
                return htmx.redirect(request, reverse("workshops:ask_space", args=[post_id]), note=note)
    partners = ActivityHost.objects.filter(activity=activity).select_related("space__org").order_by("asked_at", "pk")
    context = {
        "post": activity.post, "space": activity.post.space, "tabs": loading.tabs(request, activity.post.space, "activities"), "form": form,
        "partners": list(partners), "agreed": sum(1 for one in partners if one.agreed_at is not None), "has_choice": bool(found),
        "is_open": activity.closed_at is None,
    }  # fmt: skip
    return htmx.page(request, "workshops/activity_hosts.html", context, status=status)


@require_POST
@signed_in
def agree_to_hold(request: SignedInRequest, asked_id: int) -> HttpResponse:
    """Agree to hold an activity together."""
    asked = _asked(request, asked_id)
    actions.agree_to_hold(asked=asked, by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:thread", args=[asked.activity.post_id]), note=_("已同意，成员可以报名了"))


@require_POST
@signed_in
def leave_holding(request: SignedInRequest, asked_id: int) -> HttpResponse:
    """Decline, or end holding together."""
    asked = _asked(request, asked_id)
    actions.leave_holding(asked=asked, by=request.actor, at=now())
    home: Space = asked.activity.post.space
    if permissions.holds_at(request.actor, permissions.HOST, home):
        return htmx.redirect(request, reverse("workshops:ask_space", args=[asked.activity.post_id]), note=_("已不再联合举办"))
    return htmx.redirect(request, reverse("workshops:activities", args=[asked.space_id]), note=_("已回绝这份邀请"))


def _asked(request: SignedInRequest, asked_id: int) -> ActivityHost:
    """What was asked of a space that the actor enters, or for an activity that she reads."""
    known = Q(space__in=permissions.enterable_spaces(request.actor)) | Q(activity__post__in=permissions.visible_posts(request.actor))
    rows = ActivityHost.objects.select_related("space__org", "space__parent", "activity__post__space__org", "activity__post__space__parent")
    return get_object_or_404(rows.filter(known), pk=asked_id)


def _listed(request: SignedInRequest, post_id: int) -> Activity:
    activity = activity_at(request, post_id)
    permissions.check_can_list(request.actor, activity.post)
    return activity


def _seats(request: SignedInRequest, activity: Activity, form: TickedForm | None = None, *, status: int = 200) -> HttpResponse:
    state, name = request.GET.get("state", ""), plain(request.GET.get("q", "")).strip()[:40]
    state = state if state in SeatState.values else ""
    page = paging.page_of(queries.seats_of(activity, state=state, name=name), number=paging.number_from(request.GET.get("page")), size=50)
    counts = queries.count_seats(activity)
    base = reverse("workshops:seats", args=[activity.post_id])
    total = sum(number for key, number in counts.items() if key != SeatState.LEFT)
    states = [("", _("全部"), total), *((one.value, str(one.label), counts.get(one.value, 0)) for one in SeatState)]
    context = {
        "post": activity.post,
        "space": activity.post.space,
        "tabs": loading.tabs(request, activity.post.space, "activities"),
        "activity": activity,
        "page": page,
        "form": form or TickedForm(),
        "state": state,
        "states": [
            Tab(label=label, url=f"{base}?{urlencode({'state': value, 'q': name})}", current=value == state, count=number)
            for value, label, number in states
        ],
        "came": counts.get(SeatState.CHECKED_IN, 0),
        "total": total - counts.get(SeatState.WAITING, 0),
        "q": name,
        "more": "?" + urlencode({"state": state, "q": name, "page": str(page.following)}) if page.has_more else "",
        "hosts": permissions.holds_at(request.actor, permissions.HOST, activity.post.space),
        "names": activity.purpose in (ActivityPurpose.TEAM, ActivityPurpose.RESEARCH),
    }
    return htmx.page(request, "workshops/seats_of_activity.html", context, status=status)


def _rows(activity: Activity) -> Iterator[list[str]]:
    found = ActivitySeat.objects.filter(activity=activity).select_related("person__unit", "space").order_by("signed_up_at", "pk")
    for seat in found.iterator(chunk_size=2_000):
        yield [
            seat.person.name, seat.person.unit.name if seat.person.unit else "", seat.space.title, str(SeatState(seat.state).label),
            moment_short(seat.signed_up_at), moment_short(seat.checked_in_at) if seat.checked_in_at else "",
        ]  # fmt: skip


def _people(request: SignedInRequest, activity: Activity, words: list[str]) -> tuple[list[Person], list[str]]:
    """The people whom the actor may name with these names or staff numbers; words that name nobody or several. Cost: one query."""
    within = nameable(request.actor, activity.post.space)
    found = list(within.filter(Q(name__in=words) | Q(staff_number__in=words)).order_by("pk")[:200])
    named = [(word, [one for one in found if word in (one.name, one.staff_number)]) for word in dict.fromkeys(words)]
    return [people[0] for _word, people in named if len(people) == 1], [word for word, people in named if len(people) != 1]
