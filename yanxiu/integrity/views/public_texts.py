"""公共文本: what everybody may use without its counting as taken over, and from which share on somebody looks."""

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from yanxiu.integrity import actions, permissions, queries
from yanxiu.integrity.forms import PublicTextForm, ThresholdsForm
from yanxiu.integrity.models import PublicKind
from yanxiu.integrity.views.signals import tabs
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Org

HERE = "integrity:public_texts"


@require_GET
@requires(permissions.VIEW)
def public_texts(request: SignedInRequest) -> HttpResponse:
    """List the public texts that hold here, with the forms of whoever keeps them."""
    return _page(request)


@require_GET
@requires(permissions.VIEW)
def public_text(request: SignedInRequest, text_id: int) -> HttpResponse:
    """Show a public text; a removed one to whoever may put it back."""
    found = permissions.visible_public_texts(request.actor) | permissions.kept_public_texts(request.actor)
    text = get_object_or_404(found.distinct().select_related("org"), pk=text_id)
    context = {"text": text, "may": request.actor.may(permissions.KEEP_TEXTS, path=text.org.path)}
    return htmx.page(request, "integrity/public_text.html", context)


@require_POST
@requires(permissions.KEEP_TEXTS)
def add_public_text(request: SignedInRequest) -> HttpResponse:
    """Add a public text from what was pasted, or from a file."""
    form, status = PublicTextForm(request.POST, request.FILES), 422
    if form.is_valid():
        facts = form.cleaned_data
        try:
            body = queries.words_of_upload(facts["file"]) if facts["file"] else facts["body"]
            actions.add_public_text(
                org=_office(request), kind=PublicKind(facts["kind"]), title=facts["title"], body=body, by=request.actor, at=now()
            )
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse(HERE), note=_("已加入，以前比对过的也会在后台重新比对"))
    return _page(request, form=form, status=status)


@require_POST
@requires(permissions.KEEP_TEXTS)
def remove_public_text(request: SignedInRequest, text_id: int) -> HttpResponse:
    """Remove a public text."""
    text = get_object_or_404(permissions.kept_public_texts(request.actor), pk=text_id)
    actions.remove_public_text(text=text, by=request.actor, at=now())
    return htmx.redirect(request, reverse("integrity:public_text", args=[text.pk]), note=_("已移出，从下一次比对起不再略过"))


@require_POST
@requires(permissions.KEEP_TEXTS)
def put_back_public_text(request: SignedInRequest, text_id: int) -> HttpResponse:
    """Undo a removal."""
    text = get_object_or_404(permissions.kept_public_texts(request.actor), pk=text_id)
    actions.put_back_public_text(text=text, by=request.actor, at=now())
    return htmx.redirect(request, reverse(HERE), note=_("已放回，从下一次比对起生效"))


@require_POST
@requires(permissions.KEEP_TEXTS)
def set_thresholds(request: SignedInRequest) -> HttpResponse:
    """Set from which share on texts are noticed."""
    org = _office(request)
    before = queries.shares_of(org)
    form, status = ThresholdsForm(request.POST, shares=before), 422
    if form.is_valid():
        changed = {kind: share for kind, share in form.shares.items() if share != before[kind]}
        try:
            count = actions.set_thresholds(org=org, shares=changed, by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            note = ngettext("%(n)d 条提示线已改", "%(n)d 条提示线已改", count) % {"n": count} if count else _("提示线没有变")
            return htmx.redirect(request, reverse(HERE), note=note)
    return _page(request, thresholds=form, status=status)


def _page(request: SignedInRequest, *, form: Form | None = None, thresholds: Form | None = None, status: int = 200) -> HttpResponse:
    words = plain(request.GET.get("q", ""))[:60]
    page = paging.page_of(
        queries.public_texts(permissions.visible_public_texts(request.actor), words=words),
        number=paging.number_from(request.GET.get("page")),
    )
    may = request.actor.may(permissions.KEEP_TEXTS)
    context = {
        "page": page,
        "more": f"{reverse(HERE)}?q={words}&page={page.following}" if page.has_more else "",
        "words": words,
        "tabs": tabs("public_texts"),
        "form": (form or PublicTextForm()) if may else None,
        "thresholds": (thresholds or ThresholdsForm(shares=queries.shares_of(_office(request)))) if may else None,
        "office": _office(request) if may else None,
    }
    return htmx.page(request, "integrity/public_texts.html", context, status=status)


def _office(request: SignedInRequest) -> Org:
    """The unit of the hat worn for which it keeps texts, the highest one."""
    return queries.office_at(min(request.actor.paths(permissions.KEEP_TEXTS), key=len))
