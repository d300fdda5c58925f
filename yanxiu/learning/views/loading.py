"""What the pages of a learner begin with: the own participation, and places that belong to another domain."""

from django.http import Http404
from django.urls import NoReverseMatch, reverse

from yanxiu.kit.actor import Actor
from yanxiu.kit.compiled import Compiled
from yanxiu.kit.policy import SignedInRequest
from yanxiu.learning import permissions
from yanxiu.programmes.models import Enrolment

_OWN = Compiled(
    lambda person, enrolment: permissions.own_enrolments(Actor(person_id=person, label="")).filter(pk=enrolment), person=int, enrolment=int
)


def own_enrolment(request: SignedInRequest, enrolment_id: int) -> Enrolment:
    """Load an own participation with programme, unit and person, or 404. Cost: one query."""
    found = _OWN.first(person=request.person_id, enrolment=enrolment_id)
    if found is None:
        raise Http404
    return found


def elsewhere(name: str, *args: int) -> str:
    """Return the address of a page of a domain beside ours, "" in an installation without it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
