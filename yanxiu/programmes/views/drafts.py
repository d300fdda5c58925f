"""Writing a plan: source, parameters, findings, effect, publication; and two versions beside each other."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.components import Effect
from yanxiu.kit.errors import DomainError
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.programmes import actions, permissions, queries
from yanxiu.programmes.actions import PlanRefused
from yanxiu.programmes.forms import LaunchForm, PlanSourceForm, PublishForm
from yanxiu.programmes.models import Draft, PlanVersion, Programme
from yanxiu.programmes.plan.diff import Change
from yanxiu.programmes.plan.words import role_words
from yanxiu.programmes.views.loading import tabs, visible_programme


@require_GET
@requires(Permission.PROGRAMMES_PUBLISH)
def draft(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Show the draft; without one, the current version as the start of the next."""
    one = visible_programme(request, programme_id)
    permissions.check_can_publish(request.actor, one.owner_path)
    return _page(request, one, _draft_or_start(one))


@require_POST
@requires(Permission.PROGRAMMES_PUBLISH)
def save_draft(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Keep what was written and show what is wrong with it."""
    one = visible_programme(request, programme_id)
    permissions.check_can_publish(request.actor, one.owner_path)
    text = PlanSourceForm(request.POST, request.FILES)
    source = text.cleaned_data["source"] if text.is_valid() else request.POST.get("source", "")
    reading = queries.reading_of(source, {}, {})
    launch = LaunchForm(request.POST, asks=reading.asks, undated=reading.undated)
    if text.is_valid() and launch.is_valid():
        actions.save_draft(
            programme=one, source=source, parameters=launch.parameters, launch_dates=launch.launch_dates, by=request.actor, at=now()
        )
        return htmx.redirect(request, reverse("programmes:draft", args=[one.pk]), note="草稿已存")
    kept = _draft_or_start(one)
    kept.source = source
    return _page(request, one, kept, text=text, launch=launch, status=422)


@require_POST
@requires(Permission.PROGRAMMES_PUBLISH)
def publish(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Publish the draft as it was seen."""
    one = visible_programme(request, programme_id)
    form = PublishForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            version = actions.publish_draft(
                programme=one,
                seen_at=values["seen_at"],
                reason=values["reason"],
                move_participants=values["move"],
                by=request.actor,
                at=now(),
            )
        except PlanRefused as error:
            form.add_error(None, error.message)
        except DomainError as error:
            if error.field not in form.fields:
                raise
            form.add_error(error.field, error.message)
        else:
            return htmx.redirect(request, reverse("programmes:programme", args=[one.pk]), note=f"第 {version.number} 版已发布")
    permissions.check_can_publish(request.actor, one.owner_path)
    return _page(request, one, _draft_or_start(one), publish_form=form, status=422)


@require_GET
@requires(Permission.PROGRAMMES_VIEW)
def compare(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Show what changed between two versions, the newest two unless others are asked for."""
    one = visible_programme(request, programme_id)
    versions = list(queries.versions_of(one))
    numbers = {str(version.number): version for version in versions}
    newer = numbers.get(request.GET.get("new", ""), versions[0] if versions else None)
    older = numbers.get(request.GET.get("old", ""), _before(versions, newer))
    changes = _changes(older, newer) if older and newer and older.pk != newer.pk else []
    context = {"programme": one, "tabs": tabs(one, "compare"), "versions": versions, "older": older, "newer": newer, "changes": changes}
    return htmx.page(request, "programmes/compare.html", context)


@require_GET
@requires(Permission.PROGRAMMES_VIEW)
def source(request: SignedInRequest, programme_id: int, number: int) -> HttpResponse:
    """Give the text of a version as it was published."""
    one = visible_programme(request, programme_id)
    version = get_object_or_404(PlanVersion, programme=one, number=number)
    response = HttpResponse(version.source, content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{one.pk}-v{version.number}.yaml"'
    return response


def _changes(older: PlanVersion, newer: PlanVersion) -> list[tuple[Change, str]]:
    plan = queries.plan_of(newer)
    return [(change, role_words(plan, change.roles)) for change in queries.changes_between(older, newer)]


def _before(versions: list[PlanVersion], newer: PlanVersion | None) -> PlanVersion | None:
    return next((version for version in versions if newer is not None and version.number < newer.number), None)


def _draft_or_start(one: Programme) -> Draft:
    found = Draft.objects.filter(programme=one).first()
    if found is not None:
        return found
    current = PlanVersion.objects.filter(pk=one.current_id).first() if one.current_id else None
    if current is None:
        return Draft(programme=one, source="")
    return Draft(programme=one, source=current.source, parameters=current.parameters, launch_dates=current.launch_dates)


def _page(
    request: SignedInRequest,
    one: Programme,
    kept: Draft,
    *,
    text: PlanSourceForm | None = None,
    launch: LaunchForm | None = None,
    publish_form: PublishForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = queries.draft_page(one, kept)
    reading = page.reading
    seen = kept.saved_at.isoformat() if kept.pk else ""
    context = {
        "programme": one,
        "page": page,
        "is_saved": kept.pk is not None,
        "text": text or PlanSourceForm(initial={"source": kept.source}),
        "launch": launch or LaunchForm(initial=_initial(kept), asks=reading.asks, undated=reading.undated),
        "form": publish_form or PublishForm(initial={"seen_at": seen, "move": True}),
        "seen": seen,
        "effects": _effects(page),
    }
    return htmx.page(request, "programmes/draft.html", context, status=status)


def _initial(kept: Draft) -> dict[str, object]:
    values: dict[str, object] = {f"param_{name}": value for name, value in kept.parameters.items()}
    for key, (first, last) in kept.launch_dates.items():
        values |= {f"from_{key}": first, f"to_{key}": last}
    return values


def _effects(page: queries.DraftPage) -> list[Effect]:
    now_version = f"第 {page.current.number} 版" if page.current else "没有"
    effects = [Effect(label="现行版本", now=now_version, then=f"第 {page.next_number} 版")]
    if page.current:
        tighter = sum(change.effect == "tighter" for change in page.changes)
        words = f"{len(page.changes)} 处，其中 {tighter} 处要求变严" if page.reading.is_sound else "改完错误后比较"
        effects.append(Effect(label="改动", now="—", then=words, tone="warn" if tighter else ""))
        effects.append(Effect(label="已参训的人", now=f"{page.participants} 人", then=f"{page.participants} 人，勾选下面一项才改按新版"))
    effects.append(
        Effect(label="时间窗口", now="—", then=f"{sum(window.starts_at is not None for window in page.reading.windows)} 个有日期")
    )
    return effects
