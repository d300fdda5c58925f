"""Which spaces are linked with which, as a condition for other reads and for checks."""

from django.db.models import Q, QuerySet

from yanxiu.workshops.models import LinkKind, Space, SpaceLink


def linked_to(spaces: QuerySet[Space], kind: LinkKind, of: str = "pk") -> Q:
    """Return the condition that the space at `of` is linked with one of `spaces`, by agreement of both, for a kind."""
    on = SpaceLink.objects.filter(accepted_at__isnull=False, ended_at__isnull=True, kinds__contains=[kind])
    return Q(**{f"{of}__in": on.filter(space__in=spaces).values("other")}) | Q(**{f"{of}__in": on.filter(other__in=spaces).values("space")})


def is_linked(space: Space, kind: LinkKind) -> bool:
    """Tell whether any space is linked with this one for a kind. Cost: one query."""
    return Space.objects.filter(linked_to(Space.objects.filter(pk=space.counted_id), kind)).exists()
