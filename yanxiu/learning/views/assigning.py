"""Pages on which an institution chooses courses for its learners (W-18)."""

from dataclasses import asdict
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import whole_numbers
from yanxiu.learning import actions, permissions
from yanxiu.learning.actions.assigning import Assigned
from yanxiu.learning.models import Assignment
from yanxiu.learning.queries import assigning as queries
from yanxiu.orgs.models import Org, Stage
from yanxiu.orgs.queries import subjects
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.programmes.permissions import visible_programmes

MOST_SHOWN = 200


class AssignForm(forms.Form):
    """Which courses, for whom, and what the plan is; the page fills in the choices."""

    courses = forms.MultipleChoiceField(label=_("课程"), required=False)
    people = forms.MultipleChoiceField(label=_("学员"), required=False)
    plan = forms.CharField(label=_("学习计划"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))


@require_http_methods(["GET", "POST"])
@requires(Permission.LEARNING_ASSIGN)
def assign_courses(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Choose learners and courses; afterwards say who was given them and who was refused, and why."""
    programme, unit = _place(request, programme_id)
    chosen = _chosen(request.GET)
    shelves = queries.shelves(programme, text=chosen.course)
    found = queries.learners(programme, unit, chosen)
    form = AssignForm(request.POST or None)
    form.fields["courses"].choices = [(str(one.pk), one.course.title) for shelf in shelves for one in shelf.offerings]  # type: ignore[attr-defined]  # a choice field
    result, status = None, 422 if request.method == "POST" else 200
    if request.method == "POST":
        everybody = request.POST.get("who") != "some"
        wanted = set(whole_numbers(request.POST.getlist("people"), digits=17))
        picked = {raw for raw in request.POST.getlist("courses") if raw.isascii() and raw.isdecimal()}
        form.full_clean()
        form.errors.pop("people", None)
        try:
            result = actions.assign_courses(
                programme=programme, unit=unit, enrolments=found if everybody else found.filter(pk__in=wanted),
                offerings=[one for shelf in shelves for one in shelf.offerings if str(one.pk) in picked],
                plan=request.POST.get("plan", ""), by=request.actor, at=now(),
            )  # fmt: skip
            status = 200
        except DomainError as error:
            status = explain(form, error)
    return _page(request, programme, unit, shelves, found, chosen, form, result, status)


@require_GET
@requires(Permission.LEARNING_ASSIGN)
def assignment(request: SignedInRequest, assignment_id: int) -> HttpResponse:
    """Show what became of an assignment: who has not begun, who is at it, who is done."""
    one = _assignment(request, assignment_id)
    states = {"": _("全部"), "new": _("没开始"), "begun": _("在学"), "done": _("学完")}
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()[:40]
    state, number = state if state in states else "", paging.number_from(request.GET.get("page"))
    reached = queries.progress(one)
    rows, has_more = queries.people(one, state=state, text=text, number=number)
    counts = {"": reached.people, "new": reached.new, "begun": reached.begun, "done": reached.done}
    context = {
        "assignment": one,
        "courses": queries.courses(one),
        "reached": reached,
        "rows": rows,
        "q": text,
        "state": state,
        "tabs": [
            Tab(label=label, url="?" + urlencode({"state": key, "q": text}), current=key == state, count=counts[key])
            for key, label in states.items()
        ],
        "more": "?" + urlencode({"state": state, "q": text, "page": number + 1}) if has_more else "",
    }
    return htmx.page(request, "learning/assignment.html", context)


@require_POST
@requires(Permission.LEARNING_ASSIGN)
def undo_assignment(request: SignedInRequest, assignment_id: int) -> HttpResponse:
    """Take an assignment back where nobody has begun."""
    assignment = _assignment(request, assignment_id)
    stay = actions.undo_assignment(assignment=assignment, by=request.actor, at=now())
    note = _("已撤回，%(n)s 门次已经开始学，留着") % {"n": stay} if stay else _("已撤回，都还没开始学")
    return htmx.redirect(request, reverse("learning:assignment", args=[assignment.pk]), note=note)


def _assignment(request: SignedInRequest, assignment_id: int) -> Assignment:
    found = permissions.visible_assignments(request.actor).select_related("unit", "programme")
    return get_object_or_404(found, pk=assignment_id)


def _page(
    request: SignedInRequest,
    programme: Programme,
    unit: Org,
    shelves: list[queries.Shelf],
    found: QuerySet[Enrolment],
    chosen: queries.Chosen,
    form: AssignForm,
    result: Assigned | None,
    status: int,
) -> HttpResponse:
    number = paging.number_from(request.GET.get("before"))
    page = paging.page_of(queries.assignments(programme, unit), number=number, size=10)
    query = {name: value for name, value in asdict(chosen).items() if value}
    context = {
        "programme": programme,
        "unit": unit,
        "shelves": shelves,
        "learners": list(found[:MOST_SHOWN]),
        "count": found.order_by().count(),
        "chosen": chosen,
        "query": "?" + urlencode(query),
        "units": queries.units_of(programme, unit),
        "stages": Stage.values,
        "subjects": subjects(),
        "form": form,
        "picked": set(request.POST.getlist("courses")) if result is None else set(),
        "ticked": set(request.POST.getlist("people")) if result is None else set(),
        "some": result is None and request.POST.get("who") == "some",
        "result": result,
        "before": page.rows,
        "earlier": "?" + urlencode({**query, "before": page.following}) if page.has_more else "",
    }
    return htmx.page(request, "learning/assign_courses.html", context, status=status)


def _place(request: SignedInRequest, programme_id: int) -> tuple[Programme, Org]:
    """The programme and the unit of the hat worn: whose learners they are."""
    programme = get_object_or_404(visible_programmes(request.actor).select_related("current"), pk=programme_id, current__isnull=False)
    paths = request.actor.paths(Permission.LEARNING_ASSIGN)
    unit = Org.objects.filter(path__in=paths).order_by("path", "pk").first()
    if unit is None:
        raise NotFound(_("没有找到您的单位。请在左上角换一个身份。"))
    return programme, unit


def _chosen(given: QueryDict) -> queries.Chosen:
    unit, stage, subject = (given.get(name, "") for name in ("unit", "stage", "subject"))
    return queries.Chosen(
        unit=unit if unit.isascii() and unit.isdecimal() else "",
        stage=stage if stage in Stage.values else "",
        subject=subject if subject in subjects() else "",
        q=" ".join(given.get("q", "").split())[:40],
        course=" ".join(given.get("course", "").split())[:60],
    )
