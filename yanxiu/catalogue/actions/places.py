"""The inside of recommending: places of quotas, taken one by one and given back; never more than there are (C-49)."""

from datetime import datetime

from django.db import connection
from django.db.models import F, Q
from django.utils.translation import gettext as _

from yanxiu.catalogue.models import LibraryQuota, QuotaPlace, QuotaUse, Shelving
from yanxiu.kit import clock
from yanxiu.kit.errors import Conflict
from yanxiu.orgs.models import Org

_OPEN = """
INSERT INTO catalogue_quotause (quota_id, unit_id, taken, at_most) VALUES (%(quota)s, %(unit)s, 0, %(most)s)
ON CONFLICT (quota_id, unit_id) DO NOTHING
"""


class QuotaFull(Conflict):
    """All places of a unit are taken."""

    code = "quota_full"


def quotas_of(org: Org, *, kind: str, programme_id: int | None, at: datetime) -> list[LibraryQuota]:
    """Return the quotas of a library that a resource of a kind falls under at a moment, in order. Cost: one query."""
    on = clock.day(at)
    found = LibraryQuota.objects.filter(org=org, ended_at__isnull=True, from_on__lte=on, until_on__gte=on)
    return list(found.filter(Q(kind="") | Q(kind=kind), Q(programme_id__isnull=True) | Q(programme_id=programme_id)).order_by("pk"))


def take(shelving: Shelving, *, unit: Org, at: datetime) -> None:
    """Take a place of every quota that applies. Raises QuotaFull, then none is taken. Cost: 1 query, and 4 a quota."""
    for quota in quotas_of(shelving.org, kind=shelving.kind, programme_id=shelving.programme_id, at=at):
        with connection.cursor() as cursor:
            cursor.execute(_OPEN, {"quota": quota.pk, "unit": unit.pk, "most": quota.at_most})
        free = QuotaUse.objects.filter(Q(at_most__isnull=True) | Q(taken__lt=F("at_most")), quota=quota, unit=unit)
        if not free.update(taken=F("taken") + 1):
            words = {"org": shelving.org.name, "unit": unit.name, "most": quota.at_most, "kind": quota.kind or _("资源")}
            raise QuotaFull(_("%(org)s给%(unit)s的%(kind)s名额是 %(most)s 件，已经用完。可以先撤回一件再推荐。") % words)
        QuotaPlace.objects.create(shelving=shelving, use=QuotaUse.objects.get(quota=quota, unit=unit))


def give_back(shelving: Shelving) -> None:
    """Give back exactly the places it holds. Cost: 1 query, and 1 a place."""
    held = list(QuotaPlace.objects.filter(shelving=shelving).order_by("use_id"))
    for place in held:
        QuotaUse.objects.filter(pk=place.use_id).update(taken=F("taken") - 1)
    if held:
        QuotaPlace.objects.filter(shelving=shelving).delete()
