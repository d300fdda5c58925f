"""Activities of a space: the list with its calendar, starting and changing one, what a thread shows of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.kit import clock, htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab, Window
from yanxiu.kit.components.wording import day_short
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.text import plain
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.actions.attending import EARLY
from yanxiu.workshops.models import Activity, ActivityPurpose, LinkKind, Post, PostKind, PostState, SeatState, Space
from yanxiu.workshops.queries import Part
from yanxiu.workshops.tool_forms import ActivityForm, CodeForm, ReasonForm, ResultForm
from yanxiu.workshops.views import composing, loading
from yanxiu.workshops.views.threads import thread_page
from yanxiu.workshops.views.tool_parts import TOOL_PARTS, ToolPart


@dataclass(frozen=True, kw_only=True)
class Row:
    """An activity of the list: its state in a word."""

    activity: Activity
    kind: str
    words: str
    left: int | None


@require_GET
@signed_in
def activities(request: SignedInRequest, space_id: int) -> HttpResponse:
    """List the activities: those to come with a calendar, past ones, those one signed up for; with search."""
    one = loading.inside(request, space_id)
    show = request.GET.get("show", "")
    show = show if show in queries.SHOWS else "coming"
    text = plain(request.GET.get("q", "")).strip()[:40]
    at = now()
    found = queries.activities(one, show=show, text=text, person_id=request.person_id, at=at)
    page = paging.page_of(found, number=paging.number_from(request.GET.get("page")))
    counts = queries.count_shows(one, person_id=request.person_id, at=at)
    hosts = permissions.holds_at(request.actor, permissions.HOST, one)
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "activities"),
        "show": show,
        "shows": _shows(one, show, text, counts),
        "counts": counts,
        "rows": [_row(activity, at) for activity in page.rows],
        "windows": _windows(page.rows) if show == "coming" and page.number == 1 and not text else [],
        "today": clock.day(at),
        "q": text,
        "more": "?" + urlencode({"show": show, "q": text, "page": str(page.following)}) if page.has_more else "",
        "hosts": hosts,
        "invitations": queries.invitations(one) if hosts else [],
        "headline": _headline(page.rows, show, text, at),
    }
    return htmx.page(request, "workshops/activities.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def start_activity(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Start an activity."""
    one = loading.inside(request, space_id)
    permissions.check_can_host(request.actor, one)
    desk = composing.thread_desk(request, one, PostKind.ACTIVITY, reverse("workshops:start_activity", args=[one.pk]))
    initial = {**desk.initial({"purpose": _asked_purpose(request)}), **composing.ticks(desk, has_code=True)}
    is_linked = queries.is_linked(one, LinkKind.ACTIVITY)
    form = ActivityForm(request.POST or None, use_required_attribute=False, initial=initial, is_linked=is_linked)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            title, source = form.cleaned_data["title"], form.cleaned_data["source"]
            try:
                started = actions.start_activity(
                    space=one, title=title, source=source, facts=form.facts(), by=request.actor, at=now()
                )  # fmt: skip
            except DomainError as error:
                status = explain(form, error)
            else:
                return htmx.redirect(request, reverse("workshops:thread", args=[started.post_id]), note=_("已发起，成员可以报名"))
    context = {"space": one, "form": form, "post": None, "desk": desk}
    return htmx.page(request, "workshops/activity_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@signed_in
def change_activity(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Change when, where and for how many."""
    activity = activity_at(request, post_id)
    permissions.check_can_hold(request.actor, activity.post)
    is_linked = activity.is_open_to_linked or queries.is_linked(activity.post.space, LinkKind.ACTIVITY)
    initial = ActivityForm.of(activity)
    form = ActivityForm(request.POST or None, is_new=False, use_required_attribute=False, initial=initial, is_linked=is_linked)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.change_activity(activity=activity, facts=form.facts(), by=request.actor, at=now())
            except DomainError as error:
                status = explain(form, error)
            else:
                return htmx.redirect(request, reverse("workshops:thread", args=[post_id]), note=_("安排已改"))
    context = {"space": activity.post.space, "form": form, "post": activity.post}
    return htmx.page(request, "workshops/activity_form.html", context, status=status)


@require_POST
@signed_in
def call_off_activity(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Call an activity off."""
    activity = activity_at(request, post_id)
    form = ReasonForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            actions.call_off_activity(activity=activity, reason=form.cleaned_data["reason"], by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("workshops:thread", args=[post_id]), note=_("活动已取消，可以重新开放"))
    return thread_page(request, activity.post, tool={"off_form": form}, status=status)


@require_POST
@signed_in
def close_activity(request: SignedInRequest, post_id: int) -> HttpResponse:
    """End an activity."""
    actions.close_activity(activity=activity_at(request, post_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:thread", args=[post_id]), note=_("活动已结束，接着写成果"))


@require_POST
@signed_in
def reopen_activity(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Take back ending or calling off."""
    actions.reopen_activity(activity=activity_at(request, post_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:thread", args=[post_id]), note=_("活动已重新开放"))


@require_POST
@signed_in
def tell_result(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Tell the outcome."""
    activity = activity_at(request, post_id)
    form = ResultForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            actions.tell_result(activity=activity, source=form.cleaned_data["source"], by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("workshops:thread", args=[post_id]), note=_("成果已发布，排在最上面"))
    return thread_page(request, activity.post, tool={"result_form": form}, status=status)


def activity_at(request: SignedInRequest, post_id: int) -> Activity:
    """Return an activity whose thread the actor may read. Cost: 2 queries."""
    return queries.activity_of(loading.post_of_kind(request, post_id, PostKind.ACTIVITY))


def state_of(activity: Activity, at: datetime, *, own: str = "") -> tuple[str, str]:
    """Return how an activity stands, as a kind of status and a word; the own place comes first."""
    if activity.called_off_at is not None:
        return "refused", _("已取消")
    if own == SeatState.CHECKED_IN:
        return "met", _("已签到")
    if activity.closed_at is not None or at >= activity.ends_at:
        return "kept", _("已结束")
    if own in (SeatState.SIGNED_UP, SeatState.WAITING, SeatState.ABSENT):
        return ("waiting" if own == SeatState.WAITING else "met"), str(SeatState(own).label)
    if at >= activity.starts_at:
        return "open", _("进行中")
    if at > (activity.sign_up_until or activity.ends_at):
        return "kept", _("报名已截止")
    if activity.places is not None and activity.taken >= activity.places:
        return "short", _("名额已满，可候补")
    return "open", _("可报名")


def _reading(request: SignedInRequest, post: Post) -> Mapping[str, object]:
    at = now()
    facts = queries.activity_facts(post, person_id=request.person_id)
    activity, own = facts.activity, facts.own
    is_open = activity.closed_at is None and post.state == PostState.PUBLISHED
    kind, words = state_of(activity, at, own=own)
    return {
        "activity": activity,
        "facts": facts,
        "state_kind": kind,
        "state_words": words,
        "is_open": is_open,
        "has_begun": at >= activity.starts_at,
        "may_sign_up": is_open and not own and at <= (activity.sign_up_until or activity.ends_at),
        "may_check_in": is_open and own != SeatState.CHECKED_IN and activity.starts_at - EARLY <= at <= activity.ends_at + EARLY,
        "may_cancel": is_open and own in (SeatState.SIGNED_UP, SeatState.WAITING),
        "left": None if activity.places is None else max(0, activity.places - activity.taken),
        "hosts": permissions.holds_at(request.actor, permissions.HOST, post.space),
        "lists": permissions.runs_tools(request.actor, post.space),
        "result": Part.of(facts.result, request.person_id) if facts.result is not None else None,
        "purpose": ActivityPurpose(activity.purpose).label,
        "code_form": CodeForm(),
        "off_form": ReasonForm(),
        "result_form": ResultForm(),
    }


def _row(activity: Activity, at: datetime) -> Row:
    kind, words = state_of(activity, at, own=getattr(activity, "own_state", "") or "")
    left = None if activity.places is None else max(0, activity.places - activity.taken)
    return Row(activity=activity, kind=kind, words=words, left=left)


def _windows(rows: Sequence[Activity]) -> list[Window]:
    """The first activities on a calendar, their days beside them."""
    shown: list[Window] = []
    for one in rows[:8]:
        first = clock.day(one.starts_at)
        last = max(first, clock.day(one.ends_at - timedelta(seconds=1)))
        days = day_short(first) if first == last else f"{day_short(first)}—{day_short(last)}"
        shown.append(Window(label=one.post.title[:24], start=first, end=last, text=days))
    return shown


def _shows(space: Space, show: str, text: str, counts: Mapping[str, int]) -> list[Tab]:
    base = reverse("workshops:activities", args=[space.pk])
    named = {"coming": _("要办的"), "past": _("办过的"), "mine": _("我报名的"), "all": _("全部")}
    return [
        Tab(label=label, url=f"{base}?{urlencode({'show': key, **({'q': text} if text else {})})}", current=key == show, count=counts[key])
        for key, label in named.items()
    ]


def _headline(rows: Sequence[Activity], show: str, text: str, at: datetime) -> str:
    first = next(iter(rows), None)
    if text:
        return _("“%(q)s”在下面这些活动里") % {"q": text} if first else _("没有活动提到“%(q)s”") % {"q": text}
    if first is None:
        return {"mine": _("还没有报名过活动"), "past": _("还没有办过活动")}.get(show, _("眼下没有要办的活动"))
    if show != "coming":
        return {"mine": _("我报名的活动"), "past": _("办过的活动")}.get(show, _("全部活动"))
    if first.starts_at <= at:
        return _("“%(title)s”正在办") % {"title": first.post.title}
    days = (clock.day(first.starts_at) - clock.day(at)).days
    said = {0: _("今天"), 1: _("明天")}.get(days, _("%(n)s 天后") % {"n": days})
    return _("%(when)s办“%(title)s”") % {"when": said, "title": first.post.title}


def _asked_purpose(request: SignedInRequest) -> str:
    asked = request.GET.get("purpose", "")
    return asked if asked in ActivityPurpose.values else ActivityPurpose.GATHERING.value


TOOL_PARTS[PostKind.ACTIVITY] = ToolPart(tab="activities", template="workshops/activity_part.html", reading=_reading)
