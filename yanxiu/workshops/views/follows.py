"""优课跟进: the lessons that hosts of a workshop follow, one with its stages, its summary."""

import re

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.drafts.queries import desk
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError, Invalid
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.rules import holds
from yanxiu.people.models import Person
from yanxiu.workshops import actions, drafting, permissions
from yanxiu.workshops.actions.following import stages_missing
from yanxiu.workshops.case_forms import FollowForm, StepForm, SummaryForm
from yanxiu.workshops.models import FollowState, LessonFollow, Membership, MembershipState, Post, Space
from yanxiu.workshops.queries import lower as reads
from yanxiu.workshops.views import loading
from yanxiu.workshops.views.lower import parts


@require_http_methods(["GET", "POST"])
@signed_in
def follows(request: SignedInRequest, space_id: int) -> HttpResponse:
    """List the followed lessons of a workshop; its hosts begin with one here."""
    one = loading.inside(request, space_id)
    may = holds(permissions.check_can_follow, request.actor, one)
    form = FollowForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST":
        permissions.check_can_follow(request.actor, one)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            follow = actions.start_follow(
                space=one, teacher=_teacher(one, given["teacher"]), lesson=given["lesson"], plan=given["plan"], by=request.actor, at=now()
            )
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("workshops:follow", args=[follow.pk]), note=_("开始跟进，走一步记一步"))
    page = paging.page_of(reads.follows(one), number=paging.number_from(request.GET.get("page")))
    context = {
        "space": one, "tabs": loading.tabs(request, one, "lower"), "parts": parts(one, "follows"), "page": page, "form": form, "may": may,
        "more": f"?page={page.following}" if page.has_more else "",
    }  # fmt: skip
    return htmx.page(request, "workshops/follows.html", context, status=status)


@require_GET
@signed_in
def follow(request: SignedInRequest, follow_id: int) -> HttpResponse:
    """Show a followed lesson from plan to summary."""
    return _follow(request, _loaded(request, follow_id))


@require_POST
@signed_in
def note_step(request: SignedInRequest, follow_id: int) -> HttpResponse:
    """Note a stage."""
    one, at = _loaded(request, follow_id), now()
    form, status = StepForm(request.POST, at=at), 422
    if form.is_valid():
        given = form.cleaned_data
        try:
            post = _thread(request, given["thread"])
            actions.note_step(follow=one, stage=given["stage"], on=given["on"], words=given["words"], post=post, by=request.actor, at=at)
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("workshops:follow", args=[one.pk]), note=_("已记"))
    return _follow(request, one, step=form, status=status)


@require_POST
@signed_in
def share_summary(request: SignedInRequest, follow_id: int) -> HttpResponse:
    """Publish the summary."""
    one, form, status = _loaded(request, follow_id), SummaryForm(request.POST), 422
    if form.is_valid():
        try:
            done = actions.share_summary(follow=one, by=request.actor, at=now(), **form.cleaned_data)
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("workshops:thread", args=[done.summary_id]), note=_("总结已发布，本次跟进已计数"))
    return _follow(request, one, summary=form, status=status)


@require_POST
@signed_in
def drop_follow(request: SignedInRequest, follow_id: int) -> HttpResponse:
    """End a follow-up without a summary."""
    one = actions.drop_follow(follow=_loaded(request, follow_id), reason=request.POST.get("reason", ""), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:follows", args=[one.space_id]), note=_("已中止，不计数"))


def _follow(
    request: SignedInRequest, one: LessonFollow, *, step: StepForm | None = None, summary: SummaryForm | None = None, status: int = 200
) -> HttpResponse:
    steps, at = reads.steps(one), now()
    named = [number for number in (one.summary_id, *(row.post_id for row in steps)) if number is not None]
    readable = set(permissions.visible_posts(request.actor).filter(pk__in=named).values_list("pk", flat=True)) if named else set()
    carries_on = one.state == FollowState.FOLLOWING and holds(permissions.check_can_carry_on, request.actor, one)
    address = reverse("workshops:follow", args=[one.pk])
    kept = desk(
        person_id=request.person_id, key=drafting.follow_key(one.pk), address=address,
        place=_("%(space)s，总结“%(lesson)s”") % {"space": one.space.title, "lesson": one.lesson},
    ) if carries_on else None  # fmt: skip
    context = {
        "space": one.space,
        "tabs": loading.tabs(request, one.space, "lower"),
        "follow": one,
        "steps": [(row, row.post_id in readable) for row in steps],
        "stages": reads.stages_of(steps),
        "missing": stages_missing([row.stage for row in steps]),
        "shows_summary": one.summary_id in readable,
        "carries_on": carries_on,
        "step_form": step or StepForm(at=at),
        "summary_form": summary or SummaryForm(initial=kept.initial() if kept else None),
        "desk": kept,
        "now": at,
    }
    return htmx.page(request, "workshops/follow.html", context, status=status)


def _loaded(request: SignedInRequest, follow_id: int) -> LessonFollow:
    found = LessonFollow.objects.filter(space__in=permissions.enterable_spaces(request.actor))
    rows = found.select_related("space__org", "space__parent", "space__programme", "host", "teacher__unit", "summary")
    return get_object_or_404(rows, pk=follow_id)


def _teacher(one: Space, text: str) -> Person:
    """The one member of the workshop or of those below with exactly this name or staff number."""
    text = " ".join(text.split())
    seats = Membership.objects.filter(workshop__path__startswith=one.path, state=MembershipState.MEMBER)
    people = Person.objects.filter(Q(name=text) | Q(staff_number=text), pk__in=seats.values("person"))
    found = list(people.select_related("unit").order_by("pk")[:5])
    if len(found) == 1:
        return found[0]
    if not found:
        raise Invalid(_("本坊和下级坊没有叫“%(text)s”的成员。请核对姓名，或填工号。") % {"text": text}, field="teacher")
    where = "、".join(f"{person.unit.name if person.unit else ''}{person.staff_number}" for person in found)
    raise Invalid(_("有 %(n)s 位同名：%(where)s。请填工号。") % {"n": len(found), "where": where}, field="teacher")


def _thread(request: SignedInRequest, address: str) -> Post | None:
    if not address.strip():
        return None
    found = re.search(r"/posts/(\d{1,18})/", address)
    post = permissions.visible_posts(request.actor).filter(pk=int(found.group(1))).first() if found else None
    if post is None:
        raise Invalid(_("没有认出是哪一帖。请在坊里打开那一帖，复制浏览器里的网址贴到这里。"), field="thread")
    return post
