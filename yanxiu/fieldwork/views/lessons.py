"""Research lessons (研究课): the teacher's page and the school's list."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.fieldwork import actions, permissions, queries
from yanxiu.fieldwork.actions import LessonFacts
from yanxiu.fieldwork.forms import LessonForm, OpinionForm
from yanxiu.fieldwork.models import LessonKind, LessonState, ResearchLesson
from yanxiu.fieldwork.views.loading import school_tabs
from yanxiu.files import queries as files
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.components.wording import titled
from yanxiu.kit.errors import DomainError, Invalid
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires, signed_in


@require_GET
@signed_in
def lessons(request: SignedInRequest) -> HttpResponse:
    """Show the own research lessons and the form."""
    places = list(permissions.own_places(request.actor).order_by("-enrolled_at", "-pk"))
    return _own(request, LessonForm(places=places))


@require_POST
@signed_in
def register_research_lesson(request: SignedInRequest) -> HttpResponse:
    """Register a research lesson."""
    places = list(permissions.own_places(request.actor).order_by("-enrolled_at", "-pk"))
    form = LessonForm(request.POST, request.FILES, places=places)
    status = 422
    if form.is_valid():
        given = form.cleaned_data
        facts = LessonFacts(title=given["title"], given_on=given["given_on"], kind=LessonKind(given["kind"]))
        file = given["evidence"]
        try:
            actions.register_research_lesson(
                enrolment=form.enrolment, facts=facts, evidence=file, evidence_name=file.name if file else "", by=request.actor, at=now()
            )
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("fieldwork:lessons"), note=_("已登记，等学校确认"))
    return _own(request, form, status=status)


@require_GET
@requires(Permission.FIELDWORK_VIEW)
def lessons_to_confirm(request: SignedInRequest) -> HttpResponse:
    """List the research lessons of the scope, those that wait first."""
    return _scope(request)


@require_POST
@requires(Permission.FIELDWORK_CONFIRM)
def confirm_research_lesson(request: SignedInRequest, lesson_id: int) -> HttpResponse:
    """Confirm that a lesson was given."""
    lesson = actions.confirm_research_lesson(lesson=_lesson(request, lesson_id), by=request.actor, at=now())
    note = _("已确认%(name)s的%(title)s") % {"name": lesson.enrolment.person.name, "title": titled(lesson.title)}
    return htmx.redirect(request, reverse("fieldwork:lessons_to_confirm"), note=note)


@require_POST
@requires(Permission.FIELDWORK_CONFIRM)
def return_research_lesson(request: SignedInRequest, lesson_id: int) -> HttpResponse:
    """Send a registration back."""
    form = OpinionForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("意见最多 300 个字，请删短后再交。"), field="opinion")
    lesson = actions.return_research_lesson(
        lesson=_lesson(request, lesson_id), opinion=form.cleaned_data["opinion"], by=request.actor, at=now()
    )
    note = _("已退回%(name)s的%(title)s") % {"name": lesson.enrolment.person.name, "title": titled(lesson.title)}
    return htmx.redirect(request, reverse("fieldwork:lessons_to_confirm"), note=note)


@require_GET
@signed_in
def evidence(request: SignedInRequest, lesson_id: int) -> HttpResponse:
    """Go to the stored evidence on the second origin."""
    lesson = _lesson(request, lesson_id)
    if lesson.evidence is None:
        raise Invalid(_("这节课没有交佐证材料。"))
    return htmx.redirect(request, files.link(lesson.evidence, person_id=request.person_id, at=now()))


def _own(request: SignedInRequest, form: LessonForm, *, status: int = 200) -> HttpResponse:
    found = queries.own_lessons(permissions.visible_lessons(request.actor), request.person_id)
    page = paging.page_of(found, number=paging.number_from(request.GET.get("page")))
    context = {
        "page": page,
        "more": f"?page={page.following}" if page.has_more else "",
        "form": form,
        "may_register": bool(form.places),
        "confirmed": sum(row.state == LessonState.GIVEN for row in page.rows),
        "returned": sum(row.state == LessonState.RETURNED for row in page.rows),
    }
    return htmx.page(request, "fieldwork/lessons.html", context, status=status)


def _scope(request: SignedInRequest) -> HttpResponse:
    state = request.GET.get("state", LessonState.REGISTERED)
    found = queries.lessons_to_confirm(permissions.visible_lessons(request.actor), state=state)
    page = paging.page_of(found, number=paging.number_from(request.GET.get("page")))
    base = reverse("fieldwork:lessons_to_confirm")
    context = {
        "page": page,
        "state": state,
        "tabs": school_tabs("lessons_to_confirm"),
        "states": [Tab(label=one.label, url=f"{base}?state={one.value}", current=one.value == state) for one in LessonState],
        "more": f"?state={state}&page={page.following}" if page.has_more else "",
        "may_confirm": request.actor.may(permissions.CONFIRM),
        "now": now(),
    }
    return htmx.page(request, "fieldwork/lessons_to_confirm.html", context)


def _lesson(request: SignedInRequest, lesson_id: int) -> ResearchLesson:
    visible = permissions.visible_lessons(request.actor).select_related("enrolment__person", "evidence")
    return get_object_or_404(visible, pk=lesson_id)
