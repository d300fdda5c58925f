"""What the pages of a learner begin with: the own participation, and places that belong to another domain."""

from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse

from yanxiu.kit.policy import SignedInRequest
from yanxiu.learning import permissions
from yanxiu.programmes.models import Enrolment


def own_enrolment(request: SignedInRequest, enrolment_id: int) -> Enrolment:
    """Load an own participation with programme, unit and person, or 404. Cost: one query."""
    return get_object_or_404(permissions.own_enrolments(request.actor), pk=enrolment_id)


def elsewhere(name: str, *args: int) -> str:
    """Return the address of a page of a domain beside ours, "" in an installation without it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
