"""One resource as its readers see it, and what they do with it; what those do who shelve."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.catalogue import actions, permissions
from yanxiu.catalogue.forms import FinishForm, RatingForm, ReasonForm, WordsForm
from yanxiu.catalogue.models import Resource, ResourceFile, ResourceState, Shelving, ShelvingState
from yanxiu.catalogue.queries import libraries
from yanxiu.catalogue.queries import resources as queries
from yanxiu.files.queries import link
from yanxiu.kit import htmx, rich_text
from yanxiu.kit.clock import now
from yanxiu.kit.components import Fact, Tab
from yanxiu.kit.components.wording import day
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.paging import Page, number_from
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.kit.text import whole_number
from yanxiu.orgs.models import Kind


@require_GET
@signed_in
def my_resources(request: SignedInRequest) -> HttpResponse:
    """List one's own resources and where each stands; or what one keeps as favourites."""
    tab = "favourites" if request.GET.get("tab") == "favourites" else ""
    number = number_from(request.GET.get("page"))
    context: dict[str, object] = {
        "tab": tab,
        "tabs": [
            Tab(label=_("我的资源"), url=reverse("catalogue:my_resources"), current=tab != "favourites"),
            Tab(label=_("我的收藏"), url=reverse("catalogue:my_resources") + "?tab=favourites", current=tab == "favourites"),
        ],
    }
    if tab == "favourites":
        context["page"] = queries.favourites(request.person_id, visible=permissions.visible_resources(request.actor), number=number)
    else:
        context["page"] = queries.mine(request.person_id, state="", number=number)
    page = cast("Page[Any]", context["page"])
    context["more_url"] = f"?tab={tab}&page={page.following}" if page.has_more else ""
    return htmx.page(request, "catalogue/my_resources.html", context)


@require_GET
@signed_in
def resource(request: SignedInRequest, resource_id: int) -> HttpResponse:
    """Show a resource: its text, its files in the page, where it stands and how it is used. Whoever opens it is counted."""
    shown = visible(request, resource_id)
    if shown.state == ResourceState.KEPT and not request.GET.get("file"):
        actions.note_use(resource=shown, is_download=False, by=request.actor, at=now())
    return show(request, shown)


@require_GET
@signed_in
def open_resource_file(request: SignedInRequest, file_id: int) -> HttpResponse:
    """Take a file along: counted, then on to the second origin."""
    row = get_object_or_404(ResourceFile.objects.select_related("file", "version__resource__unit", "version__resource__owner"), pk=file_id)
    shown = visible(request, row.version.resource_id)
    at, sees_all = now(), _sees_all(request, shown)
    page = queries.resource_page(shown, person_id=request.person_id, number=row.version.number, sees_all=sees_all)
    if page is None or not (shown.is_downloadable or page.is_own or sees_all(page.shelvings)):
        raise NotFound(_("这个文件不能下载：作者只允许在页面里看。"))
    actions.use_resource(resource=shown, is_download=True, by=request.actor, at=at)
    return HttpResponseRedirect(link(row.file, person_id=request.person_id, at=at, download=True))


@require_POST
@signed_in
def favour_resource(request: SignedInRequest, resource_id: int) -> HttpResponse:
    """Keep among the favourites, or no more."""
    shown = visible(request, resource_id)
    is_wanted = request.POST.get("wanted") == "1"
    actions.favour_resource(resource=shown, is_wanted=is_wanted, by=request.actor, at=now())
    return _back(request, shown, _("已收藏，在“我的资源”里找得到") if is_wanted else _("已取消收藏"))


@require_POST
@signed_in
def rate_resource(request: SignedInRequest, resource_id: int) -> HttpResponse:
    """Rate with the reason."""
    shown = visible(request, resource_id)
    form = RatingForm(request.POST)
    if not form.is_valid():
        return show(request, shown, rating=form, status=422)
    try:
        actions.rate_resource(resource=shown, **form.cleaned_data, by=request.actor, at=now())
    except DomainError as error:
        return show(request, shown, rating=form, status=explain(form, error))
    return _back(request, shown, _("评价已存，作者看得到"))


@require_POST
@requires(permissions.SHELVE)
def recommend_resource(request: SignedInRequest, resource_id: int) -> HttpResponse:
    """Recommend from the shelf of a unit to the library above."""
    shown = visible(request, resource_id)
    raw = request.POST.get("unit", "")
    unit = get_object_or_404(
        permissions.managed_libraries(request.actor).select_related("parent"), pk=int(raw) if raw.isdecimal() and len(raw) < 19 else 0
    )
    form = WordsForm(request.POST)
    if not form.is_valid():
        return show(request, shown, words=form, status=422)
    try:
        asked = actions.recommend_resource(resource=shown, unit=unit, words=form.cleaned_data["words"], by=request.actor, at=now())
    except DomainError as error:
        return show(request, shown, words=form, status=explain(form, error))
    return _back(request, shown, _("已推荐给%(org)s，等那里审") % {"org": asked.org.name})


@require_POST
@requires(permissions.SHELVE)
def feature_resource(request: SignedInRequest, shelving_id: int) -> HttpResponse:
    """Put among the best of the library."""
    done = actions.feature_resource(shelving=_shelving(request, shelving_id), by=request.actor, at=now())
    return _back(request, done.resource, _("已列为精品"))


@require_POST
@requires(permissions.SHELVE)
def unfeature_resource(request: SignedInRequest, shelving_id: int) -> HttpResponse:
    """Take out of the best."""
    done = actions.unfeature_resource(shelving=_shelving(request, shelving_id), by=request.actor, at=now())
    return _back(request, done.resource, _("已取消精品"))


@require_POST
@requires(permissions.SHELVE)
def take_off_shelf(request: SignedInRequest, shelving_id: int) -> HttpResponse:
    """Take off the shelf with the reason."""
    row = _shelving(request, shelving_id)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    done = actions.take_off_shelf(shelving=row, reason=reason, by=request.actor, at=now())
    return htmx.redirect(
        request, f"{reverse('catalogue:library')}?unit={done.org_id}", note=_("已从%(org)s下架") % {"org": done.org.name}
    )  # fmt: skip


def visible(request: SignedInRequest, resource_id: int) -> Resource:
    """Return a resource that the actor may see. Cost: two queries."""
    found = libraries.with_use(permissions.visible_resources(request.actor)).select_related("unit", "owner")
    return get_object_or_404(found, pk=resource_id)


def show(
    request: SignedInRequest, shown: Resource, *, rating: RatingForm | None = None, words: WordsForm | None = None,
    finish: FinishForm | None = None, reason: ReasonForm | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Answer with the page of a resource."""
    at, raw = now(), request.GET.get("version", "")
    number = whole_number(raw, digits=4)
    page = queries.resource_page(shown, person_id=request.person_id, number=number, sees_all=_sees_all(request, shown))
    if page is None:
        raise NotFound(_("没有找到这一版。它可能还没有入库。"))
    looked = _looked_at(request, page)
    own = [one for one in page.shelvings if request.actor.may(permissions.SHELVE, path=one.org.path) and _is_mine(request, one)]
    may_download = shown.is_downloadable or page.is_own
    look = queries.look_at(looked.file, person_id=request.person_id, at=at, is_downloadable=may_download) if looked else None
    context = {
        "page": page,
        "resource": shown,
        "body": rich_text.shown(page.version.body),
        "looked": looked,
        "look": look,
        "use": libraries.use_of(shown),
        "facts": _facts(shown, page),
        "managed": own,
        "recommendable": [one for one in own if one.state == ShelvingState.SHELVED and one.org.parent_id and one.org.kind != Kind.PROVINCE],
        "may_download": may_download,
        "rating": rating or RatingForm(initial=_rated(page)),
        "words": words or WordsForm(),
        "finish": finish or FinishForm(),
        "reason": reason or ReasonForm(),
        "is_on_a_way": any(one.asked_version is not None or one.state == ShelvingState.SHELVED for one in page.shelvings),
        "may_hand_in": page.is_own and shown.state == ResourceState.KEPT and _may_hand_in(shown, page),
    }
    return htmx.page(request, "catalogue/resource.html", context, status=status)


def _may_hand_in(shown: Resource, page: queries.ResourcePage) -> bool:
    own = next((one for one in page.shelvings if one.org_id == shown.unit_id), None)
    return own is None or (own.asked_version is None and not (own.state == ShelvingState.SHELVED and own.version == shown.version))


def _rated(page: queries.ResourcePage) -> dict[str, object]:
    reader = page.reader
    return {"stars": reader.stars, "reason": reader.rated_reason} if reader is not None and reader.stars else {}


def _looked_at(request: SignedInRequest, page: queries.ResourcePage) -> queries.Attached | None:
    """The file that is shown in the page: the one asked for, else the first that can be shown."""
    raw = request.GET.get("file", "")
    asked = next((one for one in page.files if str(one.row.pk) == raw), None)
    return asked or next((one for one in page.files if one.form != "file"), None)


def _sees_all(request: SignedInRequest, shown: Resource) -> Callable[[Sequence[Shelving]], bool]:
    """Whoever wrote it, and whoever it lies before, sees versions that no library has taken."""

    def says(shelvings: Sequence[Shelving]) -> bool:
        waiting = [one for one in shelvings if one.asked_version is not None]
        return shown.owner_id == request.person_id or any(request.actor.may(permissions.SHELVE, path=one.org.path) for one in waiting)

    return says


def _is_mine(request: SignedInRequest, shelving: Shelving) -> bool:
    return any(grant.path == shelving.org.path and permissions.SHELVE in grant.permissions for grant in request.actor.grants)


def _shelving(request: SignedInRequest, shelving_id: int) -> Shelving:
    rows = permissions.visible_shelvings(request.actor).select_related("org", "resource__unit")
    return get_object_or_404(rows, pk=shelving_id)


def _back(request: SignedInRequest, shown: Resource, note: str) -> HttpResponse:
    return htmx.redirect(request, reverse("catalogue:resource", args=[shown.pk]), note=note)


def _facts(shown: Resource, page: queries.ResourcePage) -> list[Fact]:
    facts = [
        Fact(label=_("作者"), value=f"{shown.owner_label}，{shown.unit.name}"),
        Fact(label=_("类别"), value=shown.kind),
        Fact(label=_("学段学科"), value=f"{shown.stage}{shown.subject}"),
        Fact(label=_("主题"), value=shown.topic),
        Fact(label=_("版权"), value=shown.get_originality_display()),
        Fact(label=_("出处"), value=shown.source_note),
        Fact(label=_("使用范围"), value=shown.get_licence_display()),
        Fact(label=_("版本"), value=_("第 %(n)s 版") % {"n": page.version.number}),
    ]
    if page.version.released_at is not None:
        facts.append(Fact(label=_("定稿"), value=day(page.version.released_at)))
    return [fact for fact in facts if fact.value.strip()]
