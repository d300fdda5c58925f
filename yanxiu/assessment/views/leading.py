"""Ways out of these pages: back to the course or case that led here."""

from django.urls import NoReverseMatch, reverse

from yanxiu.catalogue.models import Step
from yanxiu.programmes.models import Enrolment


def course_url(enrolment: Enrolment, step: Step) -> str:
    """Return the address of the course in the participant's list, "" where nothing serves it."""
    return _elsewhere("learning:course", enrolment.pk, step.course_id)


def case_url(enrolment: Enrolment, case_id: int) -> str:
    """Return the address where watching the case counts, "" where nothing serves it."""
    return _elsewhere("learning:case", enrolment.pk, case_id)


def _elsewhere(name: str, *args: int) -> str:
    # Study is a domain beside this one: known by name only, and absent in an installation without it.
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
