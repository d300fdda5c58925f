"""教学点: the centre's page of points, packages and syncs."""

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import codes, htmx
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.kit.errors import Invalid, NotFound
from yanxiu.kit.policy import SignedInRequest, public, requires
from yanxiu.learning import permissions
from yanxiu.learning.actions import supplying
from yanxiu.learning.models import PackageState, PointPackage
from yanxiu.learning.points import bundle, keys
from yanxiu.learning.queries import points as queries
from yanxiu.orgs.models import Org
from yanxiu.programmes import actions as programmes
from yanxiu.programmes.models import Programme
from yanxiu.programmes.permissions import visible_programmes


@require_GET
@requires(Permission.LEARNING_SUPPLY)
def points(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Show the teaching points of a programme: who studies there, the package, the last study that came."""
    programme = _programme(request, programme_id)
    found = queries.points(programme, within=permissions.visible_points(request.actor))
    context = {
        "programme": programme,
        "points": found,
        "schools": queries.schools(programme),
        "assigned": sum(one.people for one in found),
        "silent": [one for one in found if one.is_ready and one.received_at is None],
        "fingerprint": keys.fingerprint(keys.public()),
    }
    return htmx.page(request, "learning/points.html", context)


@require_POST
@requires(Permission.LEARNING_SUPPLY)
def assign_point(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Let the ticked schools study at a point, or on their own line again."""
    programme = _programme(request, programme_id)
    chosen = request.POST.get("point", "")
    point = get_object_or_404(permissions.visible_points(request.actor), pk=int(chosen)) if chosen.isdecimal() else None
    if point is None and chosen != "none":
        raise Invalid("还没有选教学点。请选一个，或选“各自联网学习”。", field="point")
    ids = [int(one) for one in request.POST.getlist("units") if one.isdecimal()]
    units = list(Org.objects.filter(pk__in=ids).order_by("path", "pk"))
    changed = programmes.assign_point(programme=programme, units=units, point=point, by=request.actor, at=now())
    note = f"{changed} 人改到{point.name if point else '各自联网学习'}" if changed else "没有变化：他们已经在那里"
    return htmx.redirect(request, reverse("learning:points", args=[programme_id]), note=note)


@require_POST
@requires(Permission.LEARNING_SUPPLY)
def ask_package(request: SignedInRequest, programme_id: int, point_id: int) -> HttpResponse:
    """Have a package made."""
    point = get_object_or_404(permissions.visible_points(request.actor), pk=point_id)
    supplying.ask_package(programme=_programme(request, programme_id), point=point, by=request.actor, at=now())
    return htmx.redirect(request, reverse("learning:points", args=[programme_id]), note=f"{point.name}的课程包在打，几分钟后刷新")


@require_GET
@requires(Permission.LEARNING_SUPPLY)
def download_package(request: SignedInRequest, package_id: int) -> FileResponse:
    """Hand out the file of a package."""
    made = _package(request, package_id)
    if made.state != PackageState.READY or not supplying.path(made).exists():
        raise NotFound("这个课程包还没有打好，或已清理。请重新打一个。")
    name = f"{made.point.name}-{made.programme.title}-第{made.number}包.yanxiu-point"
    return FileResponse(supplying.path(made).open("rb"), as_attachment=True, filename=name)


@require_GET
@requires(Permission.LEARNING_SUPPLY)
def package_codes(request: SignedInRequest, package_id: int) -> HttpResponse:
    """Show the opening code and the slips of a package, to be printed; that they were shown is recorded."""
    made = _package(request, package_id)
    supplying.show_codes(made=made, by=request.actor, at=now())
    context = {
        "package": made,
        "code": codes.grouped(keys.opening_code(made.pk)),
        "slips": queries.slips(made),
        "syncs": queries.syncs(made),
    }
    return htmx.page(request, "learning/point_codes.html", context)


@require_POST
@requires(Permission.LEARNING_SUPPLY)
def receive_bundle(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Take in a bundle that came by hand; answer with the reply to take back."""
    _programme(request, programme_id)
    upload = request.FILES.get("bundle")
    if upload is None:
        raise Invalid("还没有选文件。请选教学点导出的同步文件。", field="bundle")
    if (upload.size or 0) > bundle.MOST_BYTES:
        raise Invalid(f"文件超过 {bundle.MOST_BYTES // 1024 // 1024} MB，不是教学点的同步文件。", field="bundle")
    sync, reply = supplying.receive_bundle(raw=upload.read(), is_live=False, by=request.actor, at=now())
    answer = HttpResponse(reply, content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename=reply-{sync.pk}.yanxiu-sync"
    return answer


@csrf_exempt
@require_POST
@public
def sync_point(request: HttpRequest) -> HttpResponse:
    """Take in a bundle over the line: its signature is the right to come in. Answers with the reply, or JSON in words."""
    length = request.META.get("CONTENT_LENGTH", "")
    if not length.isdecimal() or int(length) > bundle.MOST_BYTES:
        return JsonResponse({"code": "too_long", "message": "同步文件太大，没有收。"}, status=413)
    raw = request.read(bundle.MOST_BYTES)
    _, reply = supplying.receive_bundle(raw=raw, is_live=True, by=SYSTEM, at=now())
    return HttpResponse(reply, content_type="application/octet-stream")


def _programme(request: SignedInRequest, programme_id: int) -> Programme:
    return get_object_or_404(visible_programmes(request.actor).select_related("current"), pk=programme_id, current__isnull=False)


def _package(request: SignedInRequest, package_id: int) -> PointPackage:
    found = PointPackage.objects.select_related("point", "programme")
    return get_object_or_404(found, pk=package_id, point__in=permissions.visible_points(request.actor))
