"""Crowdsourcing of a space: the board of problems by how far they have come, handing in, moving on, publishing a solution."""

from collections.abc import Mapping

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.rules import holds
from yanxiu.kit.text import plain, whole_number
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.models import Activity, Post, PostKind, PostState, Problem, ProblemState, Solution, Space
from yanxiu.workshops.tool_forms import ProblemForm, ReasonForm, SolutionForm, TickedForm, VoteForm, a_week_later
from yanxiu.workshops.views import composing, loading
from yanxiu.workshops.views.threads import thread_page, warned_of
from yanxiu.workshops.views.tool_parts import TOOL_PARTS, ToolPart

BESIDE = (ProblemState.JOINED, ProblemState.DROPPED)
LISTS = (*queries.STAGES, *BESIDE)


@require_GET
@signed_in
def problems(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Show the board of problems, or one of its stages as a list."""
    return _board(request, loading.inside(request, space_id))


@require_http_methods(["GET", "POST"])
@signed_in
def hand_in_problem(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Hand a practice problem in."""
    one = loading.inside(request, space_id)
    permissions.check_can_speak(request.actor, one)
    at = now()
    calls = queries.open_calls(one, at=at)
    call = next(iter(calls), None)
    desk = composing.thread_desk(request, one, PostKind.PROBLEM, reverse("workshops:hand_in_problem", args=[one.pk]))
    form = ProblemForm(request.POST or None, use_required_attribute=False, initial=desk.initial())
    status, warned = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            title, source = form.cleaned_data["title"], form.cleaned_data["source"]
            warned = warned_of(request, one, PostKind.PROBLEM, source, title=title)
            if warned is not None:
                status = 409
            else:
                try:
                    got = actions.hand_in_problem(space=one, title=title, source=source, call=call, by=request.actor, at=at)
                except DomainError as error:
                    status = explain(form, error)
                else:
                    return htmx.redirect(request, reverse("workshops:thread", args=[got.post_id]), note=_("问题已交，主持人会遴选"))
    context = {"space": one, "form": form, "desk": desk, "call": call, "warned": warned}
    return htmx.page(request, "workshops/problem_form.html", context, status=status)


@require_POST
@signed_in
def move_problem(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Select a problem, open its discussion, leave it out, or take it back."""
    problem = problem_at(request, post_id)
    to = request.POST.get("to", "")
    form = ReasonForm(request.POST)
    reason = request.POST.get("reason", "")[:400]
    try:
        moved = actions.move_problem(problem=problem, to=to, reason=reason, by=request.actor, at=now())
    except DomainError as error:
        if to != ProblemState.DROPPED:
            raise
        form.is_valid()
        form.errors.clear()
        return thread_page(request, problem.post, tool={"drop_form": form}, status=explain(form, error))
    note = _("“%(title)s”已转到%(to)s") % {"title": moved.post.title[:40], "to": ProblemState(moved.state).label}
    return _back(request, moved, note)


@require_POST
@signed_in
def join_problem(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Join a problem to a similar one."""
    problem = problem_at(request, post_id)
    raw = request.POST.get("into", "")
    wanted = whole_number(raw) or 0
    into = get_object_or_404(Problem, pk=wanted, post__space=problem.post.space_id)
    joined = actions.join_problem(problem=problem, into=into, by=request.actor, at=now())
    return _back(request, joined, _("已并入“%(title)s”，可以退回") % {"title": into.post.title[:40]})


@require_POST
@signed_in
def put_to_vote(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Open a vote on selected problems."""
    one = loading.inside(request, space_id)
    form, ticked = VoteForm(request.POST, use_required_attribute=False), TickedForm(request.POST)
    status = 422
    if form.is_valid() and ticked.is_valid():
        chosen = list(Problem.objects.filter(pk__in=ticked.cleaned_data["chosen"], post__space__in=one.reading_ids).select_related("post"))
        try:
            ballot = actions.put_to_vote(space=one, problems=chosen, by=request.actor, at=now(), **form.cleaned_data)
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("workshops:thread", args=[ballot.post_id]), note=_("投票已发起"))
    return _board(request, one, vote_form=form, status=status)


@require_http_methods(["GET", "POST"])
@signed_in
def publish_solution(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Publish the solution of a problem."""
    problem = problem_at(request, post_id)
    permissions.check_can_hold(request.actor, problem.post)
    desk = composing.solution_desk(request, problem)
    form = SolutionForm(request.POST or None, use_required_attribute=False, initial=desk.initial())
    status, warned = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            facts = form.cleaned_data
            warned = warned_of(request, problem.post.space, PostKind.SOLUTION, facts["source"], title=facts["title"])
            if warned is not None:
                status = 409
        if form.is_valid() and warned is None:
            try:
                done = actions.publish_solution(problem=problem, by=request.actor, at=now(), **form.cleaned_data)
            except DomainError as error:
                status = explain(form, error)
            else:
                return htmx.redirect(request, reverse("workshops:thread", args=[done.post_id]), note=_("解决方案已发布，计入智慧众筹"))
    context = {"space": problem.post.space, "problem": problem, "form": form, "desk": desk, "warned": warned}
    return htmx.page(request, "workshops/solution_form.html", context, status=status)


def problem_at(request: SignedInRequest, post_id: int) -> Problem:
    """Return a problem whose thread the actor may read. Cost: 2 queries."""
    return queries.problem_of(loading.post_of_kind(request, post_id, PostKind.PROBLEM))


def _board(request: SignedInRequest, one: Space, *, vote_form: VoteForm | None = None, status: int = 200) -> HttpResponse:
    stage, text = request.GET.get("stage", ""), plain(request.GET.get("q", "")).strip()[:40]
    call = _call(request, one)
    hosts = permissions.holds_at(request.actor, permissions.HOST, one)
    found = queries.problems(one, call=call, text=text, keeps=loading.keeps(request, one))
    at = now()
    kept = {key: value for key, value in (("call", str(call.post_id) if call else ""), ("q", text)) if value}
    page = None
    if stage in LISTS:
        page = paging.page_of(queries.of_stage(found, stage), number=paging.number_from(request.GET.get("page")))
    stages = queries.problem_board(found, for_hosts=permissions.runs_tools(request.actor, one), at=at)
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "problems"),
        "stages": [(one_stage, _label(one_stage.key)) for one_stage in stages],
        "solved": next(one_stage.count for one_stage in stages if one_stage.key == queries.SOLVED),
        "total": sum(one_stage.count for one_stage in stages),
        "page": page,
        "stage": stage if page else "",
        "stage_label": _label(stage) if page else "",
        "shows": _tabs(one, stage if page else "", kept),
        "call": call,
        "kept": f"{urlencode(kept)}&" if kept else "",
        "may_vote": vote_form is not None or any(one_stage.key == ProblemState.SELECTED and one_stage.count > 1 for one_stage in stages),
        "calls": queries.open_calls(one, at=at),
        "q": text,
        "more": f"?{urlencode({**kept, 'stage': stage, 'page': str(page.following)})}" if page is not None and page.has_more else "",
        "hosts": hosts,
        "speaks": holds(permissions.check_can_speak, request.actor, one),
        "vote_form": vote_form or VoteForm(use_required_attribute=False, initial={"closes_at": a_week_later(at)}),
        "vote_refused": vote_form is not None,
        "now": at,
    }
    return htmx.page(request, "workshops/problems.html", context, status=status)


def _label(key: str) -> str:
    return _("已解决") if key == queries.SOLVED else str(ProblemState(key).label)


def _tabs(space: Space, stage: str, kept: Mapping[str, str]) -> list[Tab]:
    base = reverse("workshops:problems", args=[space.pk])
    named = [("", _("看板")), *((key, _label(key)) for key in dict.fromkeys([*([stage] if stage else []), *BESIDE]))]
    return [
        Tab(label=label, url=f"{base}?{urlencode({**kept, **({'stage': str(key)} if key else {})})}", current=key == stage)
        for key, label in named
    ]


def _call(request: SignedInRequest, space: Space) -> Activity | None:
    raw = request.GET.get("call", "")
    if not (raw.isascii() and raw.isdecimal() and len(raw) < 19):
        return None
    found = Activity.objects.filter(post__in=permissions.visible_posts(request.actor).filter(pk=int(raw), space__in=space.reading_ids))
    return found.select_related("post").first()


def _back(request: SignedInRequest, problem: Problem, note: str) -> HttpResponse:
    if request.POST.get("from") == "board":
        return htmx.redirect(request, reverse("workshops:problems", args=[problem.post.space_id]), note=note)
    return htmx.redirect(request, reverse("workshops:thread", args=[problem.post_id]), note=note)


def _reading(request: SignedInRequest, post: Post) -> Mapping[str, object]:
    problem = queries.problem_of(post)
    is_solved = getattr(problem, "solution", None) is not None
    hosts = permissions.holds_at(request.actor, permissions.HOST, post.space)
    ballot = problem.ballot if problem.ballot is not None and _shows(request, post, problem.ballot.post) else None
    counts = ballot is not None and (permissions.runs_tools(request.actor, post.space) or queries.is_over(ballot, at=now()))
    return {
        "problem": problem,
        "call": problem.call if problem.call is not None and _shows(request, post, problem.call.post) else None,
        "into": problem.into if problem.into is not None and _shows(request, post, problem.into.post) else None,
        "ballot": ballot,
        "counts": counts,
        "is_solved": is_solved,
        "label": _label(queries.SOLVED if is_solved else problem.state),
        "stages": [(key, _label(key)) for key in queries.STAGES],
        "place": queries.SOLVED if is_solved else problem.state,
        "joined": queries.joined_to(problem),
        "hosts": hosts,
        "drop_form": ReasonForm(),
    }


def _shows(request: SignedInRequest, post: Post, other: Post) -> bool:
    """Tell whether the page of a post may name another one of its workshop: what is out of sight is named to those who keep order."""
    return other.state == PostState.PUBLISHED or loading.keeps(request, post.space)


def _solution_reading(request: SignedInRequest, post: Post) -> Mapping[str, object]:
    found = Solution.objects.filter(post=post).select_related("problem__post__author__unit").first()
    if found is None:
        raise Http404
    return {
        "problem": found.problem if _shows(request, post, found.problem.post) else None,
        "solution": found,
        "may_keep": found.resource_id is None and holds(permissions.check_can_keep_solution, request.actor, post),
    }


TOOL_PARTS[PostKind.PROBLEM] = ToolPart(tab="problems", template="workshops/problem_part.html", reading=_reading)
TOOL_PARTS[PostKind.SOLUTION] = ToolPart(tab="problems", template="workshops/solution_part.html", reading=_solution_reading)
