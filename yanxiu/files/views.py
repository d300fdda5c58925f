"""What a page's upload field asks for around the bytes, as JSON; what was not converted, and another try of it."""

from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.files import actions, gateway, permissions, queries
from yanxiu.files.forms import UploadForm
from yanxiu.files.models import RenditionState, StoredFile
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import Invalid
from yanxiu.kit.paging import number_from
from yanxiu.kit.policy import SignedInRequest, requires, signed_in

_CHINESE = {"ensure_ascii": False}


@require_POST
@signed_in
def begin_upload(request: SignedInRequest) -> HttpResponse:
    """Give a ticket for one file, and the address at which its bytes gather; or what it became, when it has come already."""
    form = UploadForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("不知道要传什么文件。请刷新这一页，重新选文件。"))
    ticket, token = actions.begin_upload(**form.asked(), session=request.session.session_key or "", by=request.actor, at=now())
    stored = queries.ahead(ticket.upload, person_id=request.person_id)
    if stored is not None:
        return JsonResponse({"stored": _told(stored)}, json_dumps_params=_CHINESE)
    return JsonResponse({"url": f"{gateway.PREFIX}{ticket.upload}", "ticket": token})


@require_POST
@signed_in
def finish_upload(request: SignedInRequest) -> HttpResponse:
    """Check and store what came; give the id that the form sends along."""
    file = actions.finish_upload(token=request.POST.get("ticket", ""), by=request.actor, at=now())
    return JsonResponse({"stored": _told(file)}, json_dumps_params=_CHINESE)


@require_POST
@signed_in
def convert_again(request: SignedInRequest, file_id: int) -> HttpResponse:
    """Ask again for what was not converted, and go back to the page it was asked from."""
    file = get_object_or_404(_convertible(request), pk=file_id)
    actions.retry(file=file, by=request.actor, at=now())
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return htmx.redirect(request, back if is_ours else "/", note=_("已排队重新转换"))


@require_GET
@requires(permissions.OPERATE)
def conversions(request: SignedInRequest) -> HttpResponse:
    """List what was not converted, and why: what failed or waits, and on another page what nobody needs."""
    found = permissions.visible_unconverted(request.actor)
    is_unneeded = request.GET.get("show") == RenditionState.SKIPPED
    shown = found.filter(state=RenditionState.SKIPPED) if is_unneeded else found.exclude(state=RenditionState.SKIPPED)
    page = queries.unconverted(shown, number=number_from(request.GET.get("page")))
    counts = queries.state_counts(found)
    skipped = counts.get(RenditionState.SKIPPED, 0)
    own = f"?show={RenditionState.SKIPPED}" if is_unneeded else "?"
    context = {
        "page": page,
        "is_unneeded": is_unneeded,
        "own_url": own,
        "more_url": f"{own}&page={page.following}" if is_unneeded else f"?page={page.following}",
        "counts": counts,
        "tabs": [
            Tab(label=_("没有转好的"), url="?", current=not is_unneeded, count=sum(counts.values()) - skipped),
            Tab(label=_("不需要的"), url=f"?show={RenditionState.SKIPPED}", current=is_unneeded, count=skipped),
        ],
    }
    return htmx.page(request, "files/conversions.html", context)


def _convertible(request: SignedInRequest) -> QuerySet[StoredFile]:
    files = StoredFile.objects.filter(deleted_at__isnull=True)
    return files if request.actor.may(permissions.OPERATE) else files.filter(uploaded_by=request.person_id)


def _told(file: StoredFile) -> dict[str, object]:
    return {"id": file.pk, "name": file.name, "size": file.size_bytes, "seconds": file.seconds, "warnings": queries.warnings(file)}
