"""The editor of rubrics. Every button sends the whole form, so that nothing that was typed is lost by adding or moving a dimension."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.assessment import actions, permissions, sheets
from yanxiu.assessment.actions.rubric_drafts import dimensions_of, faults_of
from yanxiu.assessment.forms import RubricForm, SheetForm, typed_dimensions
from yanxiu.assessment.models import RubricDraft
from yanxiu.kit import htmx
from yanxiu.kit.actor import Actor
from yanxiu.kit.clock import local, now
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires


@require_GET
@requires(Permission.ASSESSMENT_WRITE)
def rubric_draft(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Show the editor."""
    return _show(request, _draft(request, draft_id))


@require_GET
@requires(Permission.ASSESSMENT_WRITE)
def preview_rubric(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Show the sheet as a marker will see it; what cannot be read yet is said in the editor."""
    draft = _draft(request, draft_id)
    try:
        dimensions = dimensions_of(draft)
        sheets.check(dimensions)
    except DomainError as error:
        return _show(request, draft, error=error)
    context = {"draft": draft, "form": SheetForm(dimensions=dimensions), "full": sheets.full(dimensions)}
    return htmx.page(request, "assessment/rubric_preview.html", context)


@require_POST
@requires(Permission.ASSESSMENT_WRITE)
def save_rubric_draft(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Keep what is typed: JSON for the form that saves itself, back to the editor for the button."""
    draft, at = _kept(request, draft_id)
    time = f"{local(at):%H:%M}"
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"at": time})
    return htmx.redirect(request, _url(draft), note=_("已存 %(time)s") % {"time": time})


@require_POST
@requires(Permission.ASSESSMENT_WRITE)
def add_dimension(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Keep what is typed and append a dimension."""
    draft, at = _kept(request, draft_id)
    draft = actions.add_dimension(draft=draft, by=request.actor, at=at)
    return htmx.redirect(request, f"{_url(draft)}#{draft.dimensions[-1]['key']}")


@require_POST
@requires(Permission.ASSESSMENT_WRITE)
def remove_dimension(request: SignedInRequest, draft_id: int, key: str) -> HttpResponse:
    """Keep what is typed and take a dimension out."""
    return _changed(request, draft_id, key, actions.remove_dimension, note=_("维度已移除，可以在下面放回"))


@require_POST
@requires(Permission.ASSESSMENT_WRITE)
def restore_dimension(request: SignedInRequest, draft_id: int, key: str) -> HttpResponse:
    """Keep what is typed and put a dimension back."""
    return _changed(request, draft_id, key, actions.restore_dimension, note=_("维度已放回原处"))


@require_POST
@requires(Permission.ASSESSMENT_WRITE)
def move_dimension(request: SignedInRequest, draft_id: int, key: str, way: str) -> HttpResponse:
    """Keep what is typed and move a dimension `up` or `down`."""
    if way not in ("up", "down"):
        raise NotFound(_("没有这个方向，请用上移或下移。"))

    def moved(*, draft: RubricDraft, key: str, by: Actor, at: datetime) -> RubricDraft:
        return actions.move_dimension(draft=draft, key=key, up=way == "up", by=by, at=at)

    return _changed(request, draft_id, key, moved, note="")


@require_POST
@requires(Permission.ASSESSMENT_WRITE)
def publish_rubric_draft(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Keep what is typed and publish it; a refusal names the place."""
    draft, at = _kept(request, draft_id)
    try:
        rubric = actions.publish_rubric_draft(draft=draft, by=request.actor, at=at)
    except DomainError as error:
        return _show(request, draft, error=error)
    note = _("第 %(edition)s 版已发布，可以选用") % {"edition": rubric.edition}
    return htmx.redirect(request, reverse("assessment:rubric", args=[rubric.pk]), note=note)


@require_POST
@requires(Permission.ASSESSMENT_WRITE)
def discard_rubric_draft(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Throw the draft away."""
    actions.discard_rubric_draft(draft=_draft(request, draft_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("assessment:rubrics"), note=_("草稿已丢弃，可以在下面放回；发布过的不受影响"))


@require_POST
@requires(Permission.ASSESSMENT_WRITE)
def put_back_rubric_draft(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Go on with a draft that was discarded."""
    draft = actions.put_back_rubric_draft(draft=_draft(request, draft_id, is_discarded=True), by=request.actor, at=now())
    return htmx.redirect(request, _url(draft), note=_("草稿已放回"))


def _changed(request: SignedInRequest, draft_id: int, key: str, change: Callable[..., RubricDraft], *, note: str) -> HttpResponse:
    draft, at = _kept(request, draft_id)
    draft = change(draft=draft, key=key, by=request.actor, at=at)
    return htmx.redirect(request, f"{_url(draft)}#{key}", note=note)


def _kept(request: SignedInRequest, draft_id: int) -> tuple[RubricDraft, datetime]:
    draft, at = _draft(request, draft_id), now()
    form = RubricForm(request.POST)
    form.is_valid()
    given = form.cleaned_data
    typed = actions.Typed(
        title=given.get("title", ""), use=given.get("use", ""), guide=given.get("guide", ""),
        min_characters=given.get("min_characters") or 0, dimensions=typed_dimensions(request.POST),
    )  # fmt: skip
    return actions.save_rubric_draft(draft=draft, typed=typed, by=request.actor, at=at), at


def _show(request: SignedInRequest, draft: RubricDraft, *, error: DomainError | None = None) -> HttpResponse:
    initial = {"title": draft.title, "use": draft.use, "guide": draft.guide, "min_characters": draft.min_characters}
    form = RubricForm(initial=initial)
    status = 200
    if error is not None:
        form = RubricForm(initial)
        form.is_valid()
        status = explain(form, error)
    faults = faults_of(draft)
    context = {
        "draft": draft,
        "form": form.asking("title", "use"),
        "evidence": sheets.EVIDENCE.items(),
        "full": sheets.full(dimensions_of(draft)) if not faults else "",
        "faults": faults,
        "bad_key": error.field.rpartition("_")[2] if error is not None and error.field and error.field.startswith("levels_") else "",
    }
    return htmx.page(request, "assessment/rubric_editor.html", context, status=status)


def _draft(request: SignedInRequest, draft_id: int, *, is_discarded: bool = False) -> RubricDraft:
    rows = permissions.visible_rubric_drafts(request.actor).select_related("owner", "follows")
    found = rows.filter(pk=draft_id, discarded_at__isnull=not is_discarded).first()
    if found is None:
        raise NotFound(_("没有找到这份草稿，可能已经发布或丢弃了。"))
    return found


def _url(draft: RubricDraft) -> str:
    return reverse("assessment:rubric_draft", args=[draft.pk])
