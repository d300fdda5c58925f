"""The courses of a programme, by block and topic."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.catalogue.models import Course, CourseState
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import Invalid
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.rules import reason_against
from yanxiu.programmes import actions, permissions, queries
from yanxiu.programmes.forms import OfferCourseForm
from yanxiu.programmes.models import Offering
from yanxiu.programmes.views.loading import tabs, visible_programme


@require_GET
@requires(Permission.PROGRAMMES_VIEW)
def offerings(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Show the shelf with its gaps; for its keepers, a search for courses to add."""
    one = visible_programme(request, programme_id)
    may_offer = one.state == "running" and not reason_against(permissions.check_can_offer, request.actor, one)
    words = request.GET.get("q", "")[:60]
    shelves = queries.shelves_of(one)
    context = {
        "programme": one,
        "tabs": tabs(one, "offerings"),
        "shelves": shelves,
        "gaps": sum(len(shelf.gaps) for shelf in shelves),
        "count": sum(shelf.count for shelf in shelves),
        "hours": sum(shelf.hours for shelf in shelves),
        "may_offer": may_offer,
        "words": words,
        "places": queries.places_of(one) if may_offer else [],
        "courses": queries.courses_to_offer(one, words=words) if may_offer else [],
    }
    return htmx.page(request, "programmes/offerings.html", context)


@require_POST
@requires(Permission.PROGRAMMES_OFFER)
def offer_course(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Put a course into a block and topic."""
    one = visible_programme(request, programme_id)
    form = OfferCourseForm(request.POST, places=queries.places_of(one))
    back = reverse("programmes:offerings", args=[one.pk])
    if not form.is_valid():
        name, problems = next(iter(form.errors.items()))
        raise Invalid(f"没有列入：{form.fields[name].label}，{problems[0]}", field=name)
    values = form.cleaned_data
    course = get_object_or_404(Course.objects.filter(state=CourseState.PUBLISHED), pk=values["course"])
    block, _, topic = values["place"].partition("/")
    actions.offer_course(programme=one, block=block, topic=topic, course=course, hours=values["hours"], by=request.actor, at=now())
    return htmx.redirect(request, back, note=f"《{course.title}》已列入")


@require_POST
@requires(Permission.PROGRAMMES_OFFER)
def withdraw_course(request: SignedInRequest, offering_id: int) -> HttpResponse:
    """Take a course out of the list."""
    found = Offering.objects.filter(programme__in=permissions.visible_programmes(request.actor)).select_related("programme", "course")
    offering = get_object_or_404(found, pk=offering_id)
    actions.withdraw_course(offering=offering, by=request.actor, at=now())
    back = reverse("programmes:offerings", args=[offering.programme_id])
    return htmx.redirect(request, back, note=f"《{offering.course.title}》已移出")
