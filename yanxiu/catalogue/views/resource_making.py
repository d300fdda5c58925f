"""Writing a resource: begin, save, files, finish, the next version, hand in, take away."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yanxiu.catalogue import actions, drafting, permissions
from yanxiu.catalogue.forms import FinishForm, ReasonForm, ResourceFileForm, ResourceForm, WordsForm
from yanxiu.catalogue.models import Resource, ResourceFile, ResourceKind, ResourceState, ResourceVersion
from yanxiu.catalogue.queries.resources import Attached, form_of
from yanxiu.catalogue.views.resources import show, visible
from yanxiu.drafts.queries import desk
from yanxiu.files.kinds import Kind, kind_of
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in

_FILMS = (ResourceKind.RECORDING, ResourceKind.MICRO_COURSE)


@require_http_methods(["GET", "POST"])
@signed_in
def draft_resource(request: SignedInRequest) -> HttpResponse:
    """Begin a resource; what is typed is kept before it is stored."""
    address = reverse("catalogue:draft_resource")
    kept = desk(person_id=request.person_id, key=drafting.resource_key(None), place=_("上传资源"), address=address)
    form = ResourceForm(request.POST) if request.method == "POST" else ResourceForm(initial=kept.initial())
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            drafted = actions.draft_resource(facts=form.facts(), by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            note = _("草稿已存，接着传附件、定稿")
            return htmx.redirect(request, reverse("catalogue:save_resource", args=[drafted.pk]) + "#files", note=note)
    context = {"form": form, "desk": kept, "resource": None, "version": None, "attached": [], "file_form": None}
    return htmx.page(request, "catalogue/resource_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@signed_in
def save_resource(request: SignedInRequest, resource_id: int) -> HttpResponse:
    """Change what is being written."""
    own = _own(request, resource_id)
    if request.method != "POST":
        return _form(request, own)
    form = ResourceForm(request.POST)
    if not form.is_valid():
        return _form(request, own, form=form, status=422)
    try:
        actions.save_resource(resource=own, facts=form.facts(), by=request.actor, at=now())
    except DomainError as error:
        return _form(request, own, form=form, status=explain(form, error))
    return htmx.redirect(request, _form_url(own) + "#finish", note=_("已存"))


@require_POST
@signed_in
def add_resource_file(request: SignedInRequest, resource_id: int) -> HttpResponse:
    """Add a file to what is being written."""
    own = _own(request, resource_id)
    kind = _chosen_kind(request, own)
    form = ResourceFileForm(request.POST, request.FILES, kind=kind)
    if not form.is_valid():
        return _form(request, own, file_form=form, status=422)
    try:
        actions.add_resource_file(resource=own, sent=form.cleaned_data["file"], kind=kind, by=request.actor, at=now())
    except DomainError as error:
        return _form(request, own, file_form=form, status=explain(form, error))
    return htmx.redirect(request, f"{_form_url(own)}?add={kind.code}#files", note=_("文件已加上"))


@require_POST
@signed_in
def remove_resource_file(request: SignedInRequest, file_id: int) -> HttpResponse:
    """Take a file out of what is being written."""
    rows = ResourceFile.objects.select_related("file", "version__resource__unit", "version__resource__owner")
    row = get_object_or_404(rows.filter(version__resource__owner=request.person_id), pk=file_id)
    actions.remove_resource_file(file=row, by=request.actor, at=now())
    return htmx.redirect(request, _form_url(row.version.resource) + "#files", note=_("“%(name)s”已移除") % {"name": row.file.name})


@require_POST
@signed_in
def finish_resource(request: SignedInRequest, resource_id: int) -> HttpResponse:
    """Release what was written."""
    own = _own(request, resource_id)
    form = FinishForm(request.POST)
    if not form.is_valid():
        return _form(request, own, finish=form, status=422)
    try:
        done = actions.finish_resource(resource=own, **form.cleaned_data, by=request.actor, at=now())
    except DomainError as error:
        return _form(request, own, finish=form, status=explain(form, error))
    return _to_page(request, done, _("已定稿，接着可以送学校资源库"))


@require_POST
@signed_in
def revise_resource(request: SignedInRequest, resource_id: int) -> HttpResponse:
    """Begin the next version."""
    own = _own(request, resource_id)
    actions.revise_resource(resource=own, by=request.actor, at=now())
    return htmx.redirect(request, _form_url(own), note=_("新的一版从上一版抄来了，改好再定稿"))


@require_POST
@signed_in
def hand_in_resource(request: SignedInRequest, resource_id: int) -> HttpResponse:
    """Hand in for the library of the school."""
    own = _own(request, resource_id)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return show(request, own, words=form, status=422)
    asked = actions.hand_in_resource(resource=own, words=form.cleaned_data["words"], by=request.actor, at=now())
    return _to_page(request, own, _("已送%(org)s，进程在“审核”里看") % {"org": asked.org.name})


@require_POST
@signed_in
def withdraw_resource(request: SignedInRequest, resource_id: int) -> HttpResponse:
    """Take away from all shelves."""
    own = _own(request, resource_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return show(request, own, reason=form, status=422)
    actions.withdraw_resource(resource=own, reason=form.cleaned_data["reason"], by=request.actor, at=now())
    return htmx.redirect(request, reverse("catalogue:my_resources"), note=_("“%(title)s”已撤下") % {"title": own})


def _own(request: SignedInRequest, resource_id: int) -> Resource:
    own = visible(request, resource_id)
    permissions.check_can_correct_resource(request.actor, own)
    return own


def _draft(own: Resource) -> ResourceVersion:
    return get_object_or_404(ResourceVersion, resource=own, released_at__isnull=True)


def _form_url(own: Resource) -> str:
    return reverse("catalogue:save_resource", args=[own.pk])


def _to_page(request: SignedInRequest, own: Resource, note: str) -> HttpResponse:
    return htmx.redirect(request, reverse("catalogue:resource", args=[own.pk]), note=note)


def _chosen_kind(request: SignedInRequest, own: Resource) -> Kind:
    kind = kind_of(request.GET.get("add", ""))
    return kind if kind in actions.resources.KINDS else Kind.VIDEO if own.kind in _FILMS else Kind.DOCUMENT


def _form(
    request: SignedInRequest, own: Resource, *, form: ResourceForm | None = None, file_form: ResourceFileForm | None = None,
    finish: FinishForm | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    version, kind = _draft(own), _chosen_kind(request, own)
    rows = ResourceFile.objects.filter(version=version).select_related("file").order_by("number")
    place, key = _("改“%(title)s”") % {"title": own}, drafting.resource_key(own.pk)
    kept = desk(person_id=request.person_id, key=key, place=place, address=_form_url(own))
    context = {
        "resource": own,
        "version": version,
        "form": form or ResourceForm(initial=kept.initial(ResourceForm.of(own, version))),
        "desk": kept,
        "attached": [Attached(row=row, form=form_of(row.file)) for row in rows],
        "file_form": file_form or ResourceFileForm(kind=kind),
        "kind": kind,
        "kinds": [Tab(label=one.zh, url=f"?add={one.code}#files", current=one is kind) for one in actions.resources.KINDS],
        "finish": finish or FinishForm(),
        "is_first": own.state == ResourceState.DRAFT,
        "is_fixed": actions.resources.is_on_a_way(own),
    }
    return htmx.page(request, "catalogue/resource_form.html", context, status=status)
