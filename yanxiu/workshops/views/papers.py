"""Documents of a space: the list with what is in force, one version, publishing the next, confirming; the subject or topic page (S-13)."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.files import queries as files
from yanxiu.kit import htmx
from yanxiu.kit.clock import day, now
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.rich_text import shown
from yanxiu.kit.rules import holds
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.models import DocumentKind, SpaceDocument
from yanxiu.workshops.place_forms import DocumentForm
from yanxiu.workshops.views import composing, loading


@require_GET
@signed_in
def documents(request: SignedInRequest, space_id: int) -> HttpResponse:
    """List the documents of a space, what is still missing, who has confirmed."""
    one = loading.inside(request, space_id)
    there = queries.documents_of(one, person_id=request.person_id)
    arranges = not one.is_sub and holds(permissions.check_can_describe, request.actor, one)
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "documents"),
        "documents": there,
        "arranges": arranges,
        "missing": queries.lacking(one, on=day(now())) if one.state == "preparing" else [],
        "to_write": [kind for kind in _kinds(one.needs) if kind not in {document.kind for document in there}],
    }
    return htmx.page(request, "workshops/documents.html", context)


@require_GET
@signed_in
def document(request: SignedInRequest, document_id: int) -> HttpResponse:
    """Show one version with those before it, and who has confirmed it."""
    one = get_object_or_404(SpaceDocument.objects.select_related("space", "file"), pk=document_id)
    space = loading.inside(request, one.space_id)
    if one.hidden_at is not None and not permissions.holds_at(request.actor, permissions.MODERATE, space):
        raise Http404
    versions = list(queries.versions_of(space, one.kind)[:50])
    confirmed = list(queries.confirmations_of(one)[:200]) if one.asks else []
    context = {
        "space": space,
        "tabs": loading.tabs(request, space, "documents"),
        "document": one,
        "body": shown(one.body),
        "pages": files.pages(one.file, person_id=request.person_id, at=now()) if one.file is not None else None,
        "versions": versions,
        "in_force": bool(versions) and versions[0].pk == one.pk,
        "is_own": one.published_by == request.person_id,
        "confirmed": confirmed,
        "is_confirmed": any(row.person_id == request.person_id for row in confirmed),
        "arranges": not space.is_sub and holds(permissions.check_can_describe, request.actor, space),
    }
    return htmx.page(request, "workshops/document.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def publish_document(request: SignedInRequest, space_id: int, kind: str) -> HttpResponse:
    """Write the next version of a document."""
    one = loading.arranged(request, space_id)
    now_there = next((document for document in queries.documents_of(one) if document.kind == kind), None)
    label = DocumentKind(kind).label if kind in DocumentKind.values else ""
    begin = {"title": now_there.title, "source": now_there.source} if now_there else {"title": label}
    desk = composing.document_desk(request, one, DocumentKind(kind)) if label else None
    asks = now_there is not None and now_there.asks
    initial = {**desk.initial(begin), **composing.ticks(desk, asks=asks)} if desk is not None else begin
    held = now_there.file if now_there is not None else None
    form = DocumentForm(request.POST or None, request.FILES or None, has_file=held is not None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        stays = None if given.pop("drops_file", False) else held
        try:
            written = actions.publish_document(space=one, kind=kind, file=stays, by=request.actor, at=now(), **given)
        except DomainError as error:
            status = explain(form, error)
        else:
            note = _("《%(title)s》第 %(n)s 版已发布") % {"title": written.title, "n": written.version}
            return htmx.redirect(request, reverse("workshops:documents", args=[one.pk]), note=note)
    status = 422 if request.method == "POST" and status == 200 else status
    context = {"space": one, "form": form, "desk": desk, "label": label, "held": held, "version": now_there.version + 1 if now_there else 1}
    return htmx.page(request, "workshops/publish_document.html", context, status=status)


@require_POST
@signed_in
def confirm_document(request: SignedInRequest, document_id: int) -> HttpResponse:
    """Confirm that one has read a version."""
    one = get_object_or_404(SpaceDocument.objects.select_related("space"), pk=document_id)
    loading.inside(request, one.space_id)
    actions.confirm_document(document=one, by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:documents", args=[one.space_id]), note=_("《%(title)s》已确认") % {"title": one.title})


@require_GET
@signed_in
def space_page(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Show the page of a subject, topic or community, also from outside: documents, featured posts, experts, contacts, what is below."""
    inside = loading.entered(request, space_id)
    one = inside or loading.known(request, space_id)
    context = {
        "space": one,
        "is_inside": inside is not None,
        "hosts": queries.hosts_of(one, on=day(now())),
        "page": queries.page_of(one),
        "lower": queries.lower_of(one, known=permissions.visible_spaces(request.actor))[:60],
        "contacts": queries.contacts_of(one),
        "me": request.person_id,
    }
    return htmx.page(request, "workshops/space_page.html", context)


def _kinds(needs: list[str]) -> list[DocumentKind]:
    """The documents that are asked for first, then what any space may have."""
    asked = [DocumentKind(need) for need in needs if need in DocumentKind.values]
    usual = [kind for kind in (DocumentKind.PLAN, DocumentKind.RULES, DocumentKind.OTHER) if kind not in asked]
    return asked + usual
