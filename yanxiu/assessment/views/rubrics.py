"""评价标准: the shelf, one of them as a marker sees it, and its editions."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.assessment import actions, permissions
from yanxiu.assessment.forms import SheetForm
from yanxiu.assessment.models import Rubric, RubricUse
from yanxiu.assessment.queries.rubrics import rubric_page, shelf
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.components.items import Filter, Option
from yanxiu.kit.errors import Invalid, NotFound
from yanxiu.kit.paging import number_from
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.rules import holds
from yanxiu.orgs.models import Org


@require_GET
@requires(Permission.ASSESSMENT_WRITE, Permission.ASSESSMENT_GRADE)
def rubrics(request: SignedInRequest) -> HttpResponse:
    """List the rubrics in use, and those being written."""
    use, words = request.GET.get("use", ""), request.GET.get("words", "").strip()
    found = shelf(
        permissions.visible_rubrics(request.actor), permissions.visible_rubric_drafts(request.actor), use=use, words=words,
        number=number_from(request.GET.get("page")),
    )  # fmt: skip
    context = {
        "shelf": found,
        "filters": [_use_filter(use, words)],
        "use": use,
        "words": words,
        "owners": _owners(request),
    }
    return htmx.page(request, "assessment/rubrics.html", context)


@require_GET
@requires(Permission.ASSESSMENT_WRITE, Permission.ASSESSMENT_GRADE)
def rubric(request: SignedInRequest, rubric_id: int) -> HttpResponse:
    """Show a rubric as a marker sees it, with its editions."""
    found = rubric_of(request, rubric_id)
    page = rubric_page(found)
    context = {
        "page": page,
        "form": SheetForm(dimensions=page.sheet.dimensions),
        "may_write": holds(permissions.check_can_publish_rubric, request.actor, found.owner),
        "owners": _owners(request),
    }
    return htmx.page(request, "assessment/rubric.html", context)


@require_POST
@requires(Permission.ASSESSMENT_WRITE)
def draft_rubric(request: SignedInRequest) -> HttpResponse:
    """Begin a rubric, the next edition of the one named, or one like it for a unit of one's own."""
    follows, like = _named(request, "follows"), _named(request, "like")
    owner = follows.owner if follows is not None else _owner(request)
    use = request.POST.get("use", "")
    known = use if use in RubricUse.values else RubricUse.HOMEWORK
    draft = actions.draft_rubric(owner=owner, follows=follows, like=like, use=known, by=request.actor, at=now())
    return htmx.redirect(request, reverse("assessment:rubric_draft", args=[draft.pk]))


@require_POST
@requires(Permission.ASSESSMENT_WRITE)
def withdraw_rubric(request: SignedInRequest, rubric_id: int) -> HttpResponse:
    """Offer a rubric no more."""
    found = actions.withdraw_rubric(rubric=rubric_of(request, rubric_id), by=request.actor, at=now())
    return htmx.redirect(request, _url(found), note=_("已停用，用着它的作业和报告不受影响"))


@require_POST
@requires(Permission.ASSESSMENT_WRITE)
def reinstate_rubric(request: SignedInRequest, rubric_id: int) -> HttpResponse:
    """Offer a withdrawn rubric again."""
    found = actions.reinstate_rubric(rubric=rubric_of(request, rubric_id), by=request.actor, at=now())
    return htmx.redirect(request, _url(found), note=_("已恢复，可以选用"))


def rubric_of(request: SignedInRequest, rubric_id: int) -> Rubric:
    """Return a rubric the actor may look at. Raises NotFound."""
    found = permissions.visible_rubrics(request.actor).select_related("owner").filter(pk=rubric_id).first()
    if found is None:
        raise NotFound(_("没有找到这份评价标准，或不在您当前身份的范围里。"))
    return found


def _named(request: SignedInRequest, name: str) -> Rubric | None:
    raw = request.POST.get(name, "")
    return rubric_of(request, int(raw)) if raw.isascii() and raw.isdecimal() and len(raw) < 19 else None


def _owners(request: SignedInRequest) -> list[Org]:
    paths = request.actor.paths(Permission.ASSESSMENT_WRITE)
    return list(Org.objects.filter(path__in=paths).order_by("path", "pk")[:20])


def _owner(request: SignedInRequest) -> Org:
    owners, raw = _owners(request), request.POST.get("owner", "")
    found = next((one for one in owners if str(one.pk) == raw), owners[0] if len(owners) == 1 or (owners and not raw) else None)
    if found is None:
        raise Invalid(_("请选评价标准归哪个单位。"))
    return found


def _use_filter(use: str, words: str) -> Filter:
    base = reverse("assessment:rubrics")
    tail = f"&words={words}" if words else ""
    options = [Option(label=_("全部"), url=f"{base}?{tail.removeprefix('&')}", current=not use)]
    options += [Option(label=label, url=f"{base}?use={code}{tail}", current=use == code) for code, label in RubricUse.choices]
    return Filter(label=_("用来评"), value=next((one.label for one in options if one.current), _("全部")), options=options)


def _url(found: Rubric) -> str:
    return reverse("assessment:rubric", args=[found.pk])
