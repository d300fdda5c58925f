"""Who is inside a space: those whom its words may name."""

from django.db.models import Q, QuerySet

from yanxiu.access.models import Appointment
from yanxiu.people.models import Person
from yanxiu.workshops.models import Membership, MembershipState, Space

MOST_FOUND = 8


def insiders(space: Space) -> QuerySet[Person]:
    """Return the members of the workshop (its sub-workshops too) and the hosts of the space; unordered."""
    seats = Membership.objects.filter(workshop=space.counted_id, state=MembershipState.MEMBER).values("person")
    hosting = Appointment.objects.filter(role="host", space_id__in=space.reading_ids, revoked_at__isnull=True).values("person")
    return Person.objects.filter(pk__in=seats.union(hosting))


def lookup(space: Space, text: str, *, besides: int | None) -> list[Person]:
    """Return people inside whose name, initials or unit hold the text, for the list behind @. Cost: one query."""
    text = " ".join(text.split())[:20].lstrip("@")
    if not text:
        return []
    found = insiders(space).filter(Q(name__icontains=text) | Q(initials__istartswith=text) | Q(unit__name__icontains=text))
    return list(found.exclude(pk=besides or 0).select_related("unit").order_by("sort_key", "pk")[:MOST_FOUND])
