"""选课, 需求调查, 选专题, 未选课名单."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Step
from yanxiu.kit.errors import Invalid
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.learning import actions, permissions
from yanxiu.learning.queries import choosing as queries
from yanxiu.learning.queries import curriculum, needs
from yanxiu.learning.views.loading import own_enrolment
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Enrolment, Offering, Programme
from yanxiu.programmes.permissions import visible_programmes
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.programmes.queries.windows import windows_of


@require_GET
@signed_in
def choose(request: SignedInRequest, enrolment_id: int) -> HttpResponse:
    """Show the courses one may choose, with the meter 已选 / 至少."""
    enrolment = own_enrolment(request, enrolment_id)
    page = queries.choosing(enrolment)
    wanted, words = request.GET.get("topic", ""), request.GET.get("q", "").strip()[:40]
    topic = wanted if wanted in page.topic_names else (page.topic_names[0] if page.topic_names else "")
    at = now()
    spans = [span for span in windows_of(enrolment.version_id, enrolment.unit_path) if "choose_courses" in span.opens]
    context = {
        "enrolment": enrolment,
        "page": page,
        "topic": topic,
        "words": words,
        "shown": queries.matching(page.offered, words) if words else [one for one in page.offered if not topic or one.topic == topic],
        "closed": permissions.reason_not_to_choose(request.actor, enrolment, at=at, adjusting=bool(page.mine)),
        "ends_at": spans[0].locks_at or spans[0].ends_at if spans else None,
        "all_topics": curriculum.topics(plan_of(enrolment.version_id)),
    }
    context |= _road(enrolment, page)
    return htmx.page(request, "learning/choose.html", context)


@require_POST
@signed_in
def choose_course(request: SignedInRequest, enrolment_id: int, offering_id: int) -> HttpResponse:
    """Put a course into the own list."""
    enrolment = own_enrolment(request, enrolment_id)
    offering = _offering(enrolment.programme_id, offering_id)
    actions.choose_course(enrolment=enrolment, offering=offering, by=request.actor, at=now())
    return _back(request, enrolment_id, offering.topic)


@require_POST
@signed_in
def drop_course(request: SignedInRequest, enrolment_id: int, offering_id: int) -> HttpResponse:
    """Take a course out of the own list."""
    enrolment = own_enrolment(request, enrolment_id)
    offering = _offering(enrolment.programme_id, offering_id)
    actions.drop_course(enrolment=enrolment, offering=offering, by=request.actor, at=now())
    return _back(request, enrolment_id, offering.topic)


@require_POST
@signed_in
def wish_topics(request: SignedInRequest, enrolment_id: int) -> HttpResponse:
    """Keep the answer to the needs survey."""
    enrolment = own_enrolment(request, enrolment_id)
    kept = actions.wish_topics(enrolment=enrolment, topics=request.POST.getlist("topic"), by=request.actor, at=now())
    note = f"需求已存：{'、'.join(kept)}" if kept else "需求已清空"
    return htmx.redirect(request, reverse("learning:choose", args=[enrolment_id]), note=note)


@require_GET
@requires(Permission.LEARNING_CHOOSE_TOPICS, Permission.LEARNING_PUSH)
def school_topics(request: SignedInRequest, programme_id: int, school_id: int) -> HttpResponse:
    """Show the topics beside what the teachers wish for."""
    programme, school = _programme_and_school(request, programme_id, school_id)
    return _topics_page(request, programme, school)


@require_POST
@requires(Permission.LEARNING_CHOOSE_TOPICS, Permission.LEARNING_PUSH)
def choose_topics(request: SignedInRequest, programme_id: int, school_id: int) -> HttpResponse:
    """Decide on the school's topics."""
    programme, school = _programme_and_school(request, programme_id, school_id)
    wanted = request.POST.getlist("topic")
    try:
        fallen = actions.choose_topics(programme=programme, school=school, topics=wanted, by=request.actor, at=now())
    except Invalid as error:
        return _topics_page(request, programme, school, wanted=wanted, problem=error.message, status=422)
    people = len({one.person_id for one in fallen})
    note = f"专题已定，{people} 位教师的 {len(fallen)} 门选课因此失效，要重新选" if fallen else "专题已定"
    return htmx.redirect(request, reverse("learning:school_topics", args=[programme_id, school_id]), note=note)


@require_GET
@requires(Permission.LEARNING_VIEW)
def not_chosen(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """List who has not chosen enough, by unit."""
    programme = get_object_or_404(visible_programmes(request.actor).select_related("current"), pk=programme_id, current__isnull=False)
    number = paging.number_from(request.GET.get("page"))
    rows, has_more = queries.not_chosen(programme, request.actor.paths(Permission.LEARNING_VIEW), number=number)
    context = {
        "programme": programme,
        "rows": rows,
        "least": curriculum.least_hours(plan_of(programme.current_id or 0)),
        "more": f"?page={number + 1}" if has_more else "",
    }
    return htmx.page(request, "learning/not_chosen.html", context)


def _road(enrolment: Enrolment, page: queries.Choosing) -> dict[str, object]:
    """The steps before the choice until they are done, where the plan begins with the needs survey; `says_first`: that is to do now."""
    if not needs.asks_needs(plan_of(enrolment.version_id)):
        return {"road": [], "says_first": False}
    has_said = bool(needs.answered([enrolment]))
    by_school = any(block.assign == "self_in_school_topics" for block in curriculum.chosen_blocks(plan_of(enrolment.version_id)))
    steps = [(_("填需求调查"), has_said, "" if has_said else _("想学什么，学校定专题时看"))]
    if by_school:
        steps.append((_("学校定专题"), bool(page.topic_names), "、".join(page.topic_names)))
    steps.append((_("选课"), bool(page.mine) and not page.lacking, ""))
    first = next((number for number, (_title, is_done, _note) in enumerate(steps) if not is_done), len(steps))
    road = [
        Step(title=title, state="done" if is_done else "now" if number == first else "next", note=note)
        for number, (title, is_done, note) in enumerate(steps)
    ]
    return {"road": road if first < len(steps) else [], "says_first": not has_said and not page.mine}


def _topics_page(
    request: SignedInRequest, programme: Programme, school: Org, *, wanted: list[str] | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    lines = queries.school_topics(programme, school)
    version_id = programme.current_id or 0
    chosen = [line.topic for line in lines if line.is_chosen]
    found = needs.needs_of_school(programme, school)
    spans = [span for span in windows_of(version_id, school.path) if "choose_topics" in span.opens]
    context = {
        "programme": programme,
        "school": school,
        "lines": lines,
        "ticked": chosen if wanted is None else wanted,
        "chosen": chosen,
        "least": curriculum.least_hours(plan_of(version_id)),
        "problem": problem,
        "closed": permissions.reason_not_to_decide(request.actor, version_id, school, at=now(), adjusting=bool(chosen), found=found),
        "needs": found,
        "locks_at": spans[0].locks_at or spans[0].ends_at if spans else None,
        "wishes": sum(line.wishes for line in lines),
    }
    return htmx.page(request, "learning/topics.html", context, status=status)


def _programme_and_school(request: SignedInRequest, programme_id: int, school_id: int) -> tuple[Programme, Org]:
    programmes = visible_programmes(request.actor).select_related("current")
    programme = get_object_or_404(programmes, pk=programme_id, current__isnull=False)
    return programme, get_object_or_404(permissions.visible_schools(request.actor), pk=school_id)


def _offering(programme_id: int, offering_id: int) -> Offering:
    return get_object_or_404(Offering.objects.select_related("course"), pk=offering_id, programme_id=programme_id)


def _back(request: SignedInRequest, enrolment_id: int, topic: str) -> HttpResponse:
    return htmx.redirect(request, f"{reverse('learning:choose', args=[enrolment_id])}?{urlencode({'topic': topic})}")
