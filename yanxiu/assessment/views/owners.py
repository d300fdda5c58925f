"""Whose a new question, paper or knowledge point is: the units for which the actor writes."""

from django.shortcuts import get_object_or_404

from yanxiu.assessment import bank_permissions as permissions
from yanxiu.kit.policy import SignedInRequest
from yanxiu.kit.text import whole_number
from yanxiu.orgs import queries as orgs
from yanxiu.orgs.models import Org
from yanxiu.orgs.permissions import units_with


def units_of(request: SignedInRequest) -> list[Org]:
    """Return the units to choose from, the highest of each branch. Cost: one query."""
    within = units_with(request.actor, permissions.WRITE_QUESTIONS)
    return list(orgs.tops(within, request.actor.paths(permissions.WRITE_QUESTIONS)))


def owner_in(request: SignedInRequest) -> Org:
    """Return the unit that the form names (`owner`), or the only one there is. Raises 404 for any other. Cost: 1 to 2 queries."""
    units = units_of(request)
    if len(units) == 1:
        return units[0]
    raw = request.POST.get("owner", "")
    number = whole_number(raw) or 0
    return get_object_or_404(units_with(request.actor, permissions.WRITE_QUESTIONS), pk=number)
