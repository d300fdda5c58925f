"""教学点 on its own machine: what it serves, what waits for the centre, and the ways to bring it there."""

import tempfile
from pathlib import Path

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import Invalid, NotFound
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.learning import permissions
from yanxiu.learning.actions import seating
from yanxiu.learning.models import PointSeat
from yanxiu.learning.points import bundle, keys
from yanxiu.learning.points.taking import Taken
from yanxiu.learning.queries import points as queries

FILE_NAME = "study.yanxiu-sync"


@require_GET
@requires(Permission.LEARNING_SUPPLY)
def seat(request: SignedInRequest) -> HttpResponse:
    """Show what this point serves and what waits for the centre."""
    found = _seat(request)
    context = {
        "seat": found,
        "waiting": queries.waiting(found),
        "fingerprint": keys.fingerprint(bytes(found.centre_key)),
    }
    return htmx.page(request, "learning/seat.html", context)


@require_POST
@requires(Permission.LEARNING_SUPPLY)
def sync(request: SignedInRequest) -> HttpResponse:
    """Send to the centre over the line and take up its reply."""
    taken = seating.sync(by=request.actor, at=now())
    return htmx.redirect(request, reverse("learning:seat"), note=_note(taken))


@require_POST
@requires(Permission.LEARNING_SUPPLY)
def export_bundle(request: SignedInRequest) -> HttpResponse:
    """Hand out what waits, to be carried to the centre."""
    raw = seating.export_bundle(by=request.actor, at=now())
    answer = HttpResponse(raw, content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename={FILE_NAME}"
    return answer


@require_POST
@requires(Permission.LEARNING_SUPPLY)
def take_reply(request: SignedInRequest) -> HttpResponse:
    """Take up the reply that was carried back."""
    upload = request.FILES.get("reply")
    if upload is None or (upload.size or 0) > bundle.MOST_BYTES:
        raise Invalid("还没有选回执文件，或文件太大。请选中心收下后给出的那一个。", field="reply")
    taken = seating.take_reply(raw=upload.read(), by=request.actor, at=now())
    return htmx.redirect(request, reverse("learning:seat"), note=_note(taken))


@require_POST
@requires(Permission.LEARNING_SUPPLY)
def load_package(request: SignedInRequest) -> HttpResponse:
    """Take in a newer package."""
    upload = request.FILES.get("package")
    if upload is None:
        raise Invalid("还没有选课程包。请选中心发来的文件。", field="package")
    with tempfile.NamedTemporaryFile(suffix=".yanxiu-point") as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        found = seating.load_package(source=Path(file.name), code=request.POST.get("code", ""), by=request.actor, at=now())
    return htmx.redirect(request, reverse("learning:seat"), note=f"第 {found.package_number} 个课程包已装好")


def _seat(request: SignedInRequest) -> PointSeat:
    found = PointSeat.objects.select_related("point", "programme").first()
    if found is None:
        raise NotFound("这台机器不是教学点。教学点的同步在教学点自己的机器上办。")
    permissions.check_can_load(request.actor, found)
    return found


def _note(taken: Taken) -> str:
    return f"已与中心同步，收到别处学的 {taken.seconds // 60} 分钟" if taken.seconds else "已与中心同步，两边一致"
