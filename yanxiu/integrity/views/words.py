"""敏感词库: the packs that hold here, one written anew, and a text tried against them."""

from django.db.models import QuerySet
from django.db.models.functions import Length
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.integrity import actions, permissions, queries, words
from yanxiu.integrity.forms import PackForm, TryForm
from yanxiu.integrity.models import WordAction, WordPack
from yanxiu.integrity.views.signals import tabs
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.rules import holds
from yanxiu.orgs.models import Org

LINES = "\n"


@require_http_methods(["GET", "POST"])
@requires(permissions.VIEW, permissions.OPERATE)
def packs(request: SignedInRequest) -> HttpResponse:
    """List the packs that hold here; a text that was sent is tried against them and not kept."""
    rows = list(_visible(request).order_by("-is_default", Length("org__path"), "title", "pk"))
    tried = TryForm(request.POST or None)
    path = min(request.actor.paths(permissions.VIEW), key=len, default="/")
    verdict = words.check(tried.cleaned_data["text"], path=path, at=now()) if tried.is_bound and tried.is_valid() else None
    context = {
        "rows": rows,
        "own_default": None if any(one.is_default for one in rows) else words.DEFAULT,
        "tabs": tabs("packs") if request.actor.may(permissions.VIEW) else [],
        "form": tried,
        "verdict": verdict,
        "verdict_label": WordAction(verdict.action).label if verdict and verdict.action else "",
        "may": request.actor.may(permissions.KEEP_TEXTS),
        "may_default": holds(permissions.check_can_keep_default, request.actor),
        "count": sum(len(one.words) for one in rows if one.is_active),
    }
    return htmx.page(request, "integrity/packs.html", context, status=422 if tried.is_bound and verdict is None else 200)


@require_http_methods(["GET", "POST"])
@requires(permissions.KEEP_TEXTS)
def add_pack(request: SignedInRequest) -> HttpResponse:
    """Write a new pack of the office."""
    org = queries.office_at(min(request.actor.paths(permissions.KEEP_TEXTS), key=len))
    return _saved(request, PackForm(request.POST or None), org=org, here=reverse("integrity:add_pack"))


@require_http_methods(["GET", "POST"])
@requires(permissions.OPERATE)
def save_default_pack(request: SignedInRequest) -> HttpResponse:
    """Take the platform's own pack over as a stored one, to be changed."""
    kept = words.DEFAULT
    initial = {
        "title": kept.title, "action": kept.action, "words": LINES.join(kept.words), "sounds": LINES.join(kept.sounds),
        "exceptions": LINES.join(kept.exceptions), "is_active": True,
    }  # fmt: skip
    root = Org.objects.order_by(Length("path"), "pk").first()
    stored = WordPack.objects.select_related("org").filter(is_default=True).first()
    if root is None or stored is not None:
        return htmx.redirect(request, reverse("integrity:pack", args=[stored.pk]) if stored else reverse("integrity:packs"))
    form = PackForm(request.POST or None, initial=initial)
    return _saved(request, form, org=root, here=reverse("integrity:save_default_pack"), is_default=True)


@require_GET
@requires(permissions.VIEW, permissions.OPERATE)
def pack(request: SignedInRequest, pack_id: int) -> HttpResponse:
    """Show a pack, as a form to whoever keeps it."""
    one = get_object_or_404(_visible(request), pk=pack_id)
    return _form(request, _filled(one), org=one.org, here=reverse("integrity:save_pack", args=[one.pk]), one=one)


@require_POST
@requires(permissions.KEEP_TEXTS, permissions.OPERATE)
def save_pack(request: SignedInRequest, pack_id: int) -> HttpResponse:
    """Write a pack anew."""
    one = get_object_or_404(_visible(request), pk=pack_id)
    return _saved(request, PackForm(request.POST), org=one.org, here=reverse("integrity:save_pack", args=[one.pk]), one=one)


def _visible(request: SignedInRequest) -> QuerySet[WordPack]:
    return permissions.visible_packs(request.actor).select_related("org")


def _filled(one: WordPack) -> PackForm:
    facts = {"title": one.title, "action": one.action, "is_active": one.is_active}
    return PackForm(initial=facts | {name: LINES.join(getattr(one, name)) for name in ("words", "sounds", "exceptions")})


def _saved(
    request: SignedInRequest, form: PackForm, *, org: Org, here: str, one: WordPack | None = None, is_default: bool = False
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            facts = {**form.cleaned_data, "action": WordAction(form.cleaned_data["action"])}
            try:
                actions.save_pack(org=org, pack=one, is_default=is_default, by=request.actor, at=now(), **facts)
            except DomainError as error:
                status = explain(form, error)
            else:
                return htmx.redirect(request, reverse("integrity:packs"), note=_("词库已存，从下一条发言起照办"))
    return _form(request, form, org=org, here=here, one=one, is_default=is_default, status=status)


def _form(
    request: SignedInRequest, form: PackForm, *, org: Org, here: str, one: WordPack | None = None, is_default: bool = False,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    is_own = one is None or permissions.may_keep_pack(request.actor, one)
    context = {"form": form, "org": org, "here": here, "one": one, "may": is_own, "is_default": is_default or (one and one.is_default)}
    return htmx.page(request, "integrity/pack.html", context, status=status)
