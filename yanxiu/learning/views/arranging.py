"""学习安排: what the office puts into everybody's list."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.rules import reason_against
from yanxiu.learning import actions, permissions
from yanxiu.learning.queries import choosing as queries
from yanxiu.learning.queries import curriculum
from yanxiu.programmes.models import Programme
from yanxiu.programmes.permissions import visible_programmes
from yanxiu.programmes.queries.plans import plan_of


@require_GET
@requires(Permission.LEARNING_PUSH, Permission.LEARNING_DRAW)
def arrangement(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Show how far the compulsory courses and the lesson cases have reached."""
    programme = _programme(request, programme_id)
    plan = plan_of(programme.current_id or 0)
    pushed_blocks, case_blocks = curriculum.pushed_blocks(plan), curriculum.case_blocks(plan)
    arranged = queries.arranged(programme)
    lacks_courses, lacks_cases = bool(pushed_blocks) * arranged.without_courses, bool(case_blocks) * arranged.without_cases
    draws_next = bool(lacks_cases) and not lacks_courses
    context = {
        "programme": programme,
        "arranged": arranged,
        "pushed_blocks": pushed_blocks,
        "case_blocks": case_blocks,
        "lacks_courses": lacks_courses,
        "lacks_cases": lacks_cases,
        "push_variant": "plain" if draws_next else "primary",
        "draw_variant": "primary" if draws_next else "plain",
        "no_push": reason_against(permissions.check_can_push, request.actor, programme),
        "no_draw": reason_against(permissions.check_can_draw, request.actor, programme),
    }
    return htmx.page(request, "learning/arrangement.html", context)


@require_POST
@requires(Permission.LEARNING_PUSH)
def push_compulsory(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Push the compulsory courses to whoever lacks them."""
    pushed = actions.push_compulsory(programme=_programme(request, programme_id), by=request.actor, at=now())
    note = f"推送了 {pushed:,} 门次必修课" if pushed else "都已经有了，没有要推送的"
    return htmx.redirect(request, reverse("learning:arrangement", args=[programme_id]), note=note)


@require_POST
@requires(Permission.LEARNING_DRAW)
def draw_cases(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Draw lesson cases for whoever lacks them; says where cases are lacking."""
    drawn = actions.draw_cases(programme=_programme(request, programme_id), by=request.actor, at=now())
    note = f"抽取了 {drawn.given:,} 个课例" if drawn.given else "没有新抽取的课例"
    if drawn.shortages:
        first = drawn.shortages[0]
        lacking = sum(one.people for one in drawn.shortages)
        note += f"。{lacking:,} 人次的课例不够，如{first.stage}{first.subject}每人还差 {first.missing} 个，请先发布课例"
    return htmx.redirect(request, reverse("learning:arrangement", args=[programme_id]), note=note)


def _programme(request: SignedInRequest, programme_id: int) -> Programme:
    return get_object_or_404(visible_programmes(request.actor).select_related("current"), pk=programme_id, current__isnull=False)
