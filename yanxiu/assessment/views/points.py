"""The tree of knowledge points: one page on which they are added, renamed, moved and merged."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.assessment import bank_permissions as permissions
from yanxiu.assessment.actions import points as actions
from yanxiu.assessment.models import BankQuestion, KnowledgePoint
from yanxiu.assessment.queries import bank
from yanxiu.assessment.views.owners import owner_in, units_of
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import whole_number
from yanxiu.orgs import queries as orgs
from yanxiu.orgs.models import Stage


@require_GET
@requires(permissions.WRITE_QUESTIONS)
def points(request: SignedInRequest) -> HttpResponse:
    """Show the tree of knowledge points with how many questions each has."""
    tree = bank.point_tree(permissions.visible_points(request.actor))
    own = dict(BankQuestion.objects.filter(point__in=tree.by_id).order_by().values_list("point").annotate(n=Count("pk")))
    rows = [{"point": point, "depth": depth, "count": sum(own.get(one, 0) for one in tree.below(point.pk))} for depth, point in tree.walk()]
    context = {
        "rows": rows,
        "total": len(rows),
        "unsorted": permissions.visible_questions(request.actor).filter(point__isnull=True).count(),
        "choices": [(point.pk, tree.path(point.pk)) for _depth, point in tree.walk()],
        "units": units_of(request),
        "stages": Stage.values,
        "subjects": list(orgs.subjects()),
    }
    return htmx.page(request, "assessment/points.html", context)


@require_POST
@requires(permissions.WRITE_QUESTIONS)
def add_point(request: SignedInRequest) -> HttpResponse:
    """Add a knowledge point, on top or under another."""
    parent = _named(request, "parent")
    owner = parent.owner if parent else owner_in(request)
    point = actions.add_point(
        owner=owner, name=request.POST.get("name", ""), parent=parent, stage=_known(request, "stage", Stage.values),
        subject=_known(request, "subject", list(orgs.subjects())), by=request.actor, at=now(),
    )  # fmt: skip
    return _back(request, _("已添加“%(name)s”") % {"name": point.name})


@require_POST
@requires(permissions.WRITE_QUESTIONS)
def rename_point(request: SignedInRequest, point_id: int) -> HttpResponse:
    """Give a knowledge point another name."""
    point = actions.rename_point(point=_visible(request, point_id), name=request.POST.get("name", ""), by=request.actor, at=now())
    return _back(request, _("已改名为“%(name)s”") % {"name": point.name})


@require_POST
@requires(permissions.WRITE_QUESTIONS)
def move_point(request: SignedInRequest, point_id: int) -> HttpResponse:
    """Put a knowledge point under another one, or on top."""
    point = actions.move_point(point=_visible(request, point_id), parent=_named(request, "parent"), by=request.actor, at=now())
    return _back(request, _("“%(name)s”已移好") % {"name": point.name})


@require_POST
@requires(permissions.WRITE_QUESTIONS)
def merge_point(request: SignedInRequest, point_id: int) -> HttpResponse:
    """Move all questions of a knowledge point to another one and take it away."""
    raw = request.POST.get("into", "")
    into = _visible(request, whole_number(raw) or 0)
    moved = actions.merge_point(point=_visible(request, point_id), into=into, by=request.actor, at=now())
    return _back(request, _("已并入“%(name)s”，%(n)s 道题跟着过去了") % {"name": into.name, "n": moved})


def _visible(request: SignedInRequest, point_id: int) -> KnowledgePoint:
    return get_object_or_404(permissions.visible_points(request.actor).select_related("owner", "parent__parent"), pk=point_id)


def _named(request: SignedInRequest, name: str) -> KnowledgePoint | None:
    raw = request.POST.get(name, "")
    return _visible(request, int(raw)) if raw.isascii() and raw.isdecimal() and len(raw) < 19 else None


def _known(request: SignedInRequest, name: str, values: list[str]) -> str:
    raw = request.POST.get(name, "")
    return raw if raw in values else ""


def _back(request: SignedInRequest, note: str) -> HttpResponse:
    return htmx.redirect(request, reverse("assessment:points"), note=note)
