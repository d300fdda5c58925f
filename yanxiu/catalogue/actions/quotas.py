"""What a library asks of the units below it: set, and end."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.catalogue import permissions
from yanxiu.catalogue.events import QuotaEvent
from yanxiu.catalogue.models import LibraryQuota, QuotaUse, ResourceKind
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.sql import save_or_raise
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Org
from yanxiu.records.actions import record


class QuotaInUse(Conflict):
    """The quota cannot be as asked: more places are taken, or there is one already."""

    code = "quota_in_use"


@dataclass(frozen=True, kw_only=True)
class QuotaFacts:
    """At least and at most (None = no bound) of a kind ("" = all) from each unit below between two days, both included."""

    kind: str = ""
    at_least: int = 0
    at_most: int | None = None
    from_on: date
    until_on: date
    words: str = ""
    programme_id: int | None = None


@transaction.atomic
def set_quota(*, org: Org, facts: QuotaFacts, quota: LibraryQuota | None = None, by: Actor, at: datetime) -> LibraryQuota:
    """Set a quota of a library, or change one; its bound never falls below what a unit has taken.

    Raises NotPermitted, QuotaInUse; Invalid with the field. Cost: 5 queries.
    """
    permissions.check_can_set_quota(by, org)
    _check(facts)
    row = quota or LibraryQuota(org=org)
    if quota is not None:
        row = LibraryQuota.objects.select_for_update(of=("self",), no_key=True).get(pk=quota.pk, org=org)
        over = QuotaUse.objects.filter(quota=row, taken__gt=facts.at_most if facts.at_most is not None else 2**31 - 1)
        worst = over.select_related("unit").order_by("-taken", "pk").first()
        if worst is not None:
            raise QuotaInUse(_("%(unit)s已经推荐了 %(taken)s 件，名额不能比这少。") % {"unit": worst.unit.name, "taken": worst.taken})
    row.kind, row.at_least, row.at_most, row.words = facts.kind, facts.at_least, facts.at_most, plain(facts.words)[:300]
    row.from_on, row.until_on, row.programme_id, row.set_by, row.set_at = (
        facts.from_on,
        facts.until_on,
        facts.programme_id,
        by.person_id,
        at,
    )
    twice = {"catalogue_quota_once": QuotaInUse(_("这个日期起、这一类的要求已经定过了，请改原来那一条。"))}
    fields = ["kind", "at_least", "at_most", "words", "from_on", "until_on", "programme_id", "set_by", "set_at"]
    save_or_raise(row, twice, update_fields=fields if quota is not None else None)
    QuotaUse.objects.filter(quota=row).update(at_most=facts.at_most)
    _record(QuotaEvent.SET, row, org, by=by, at=at)
    return row


@transaction.atomic
def end_quota(*, quota: LibraryQuota, by: Actor, at: datetime) -> LibraryQuota:
    """End a quota: it asks for nothing more, what was taken stays. Raises NotPermitted, QuotaInUse. Cost: 4 queries."""
    permissions.check_can_set_quota(by, quota.org)
    if not LibraryQuota.objects.filter(pk=quota.pk, ended_at__isnull=True).update(ended_at=at):
        raise QuotaInUse(_("这一条要求已经停用了。"))
    _record(QuotaEvent.ENDED, quota, quota.org, by=by, at=at)
    return quota


@transaction.atomic
def export_library(*, org: Org, count: int, by: Actor, at: datetime) -> None:
    """Take the list of a library along: that it was taken is on record. Raises NotPermitted. Cost: 1 query."""
    permissions.check_can_set_quota(by, org)
    record(QuotaEvent.EXPORTED, object_id=org.pk, object_label=org.name, unit_path=org.path, measure=count, by=by, at=at)


def _check(facts: QuotaFacts) -> None:
    if facts.kind and facts.kind not in ResourceKind.values:
        raise Invalid(_("没有“%(kind)s”这一类资源，请从列出的里面选。") % {"kind": facts.kind}, field="kind")
    if facts.until_on < facts.from_on:
        raise Invalid(_("截止日在开始日之前，请改日期。"), field="until_on")
    if facts.at_most is not None and facts.at_most < max(1, facts.at_least):
        raise Invalid(_("最多要不少于最少，且至少 1 件；不限就空着。"), field="at_most")
    if not facts.at_least and facts.at_most is None and not plain(facts.words):
        raise Invalid(_("最少、最多和质量要求都空着，请至少写一项。"), field="at_least")


def _record(event: QuotaEvent, quota: LibraryQuota, org: Org, *, by: Actor, at: datetime) -> None:
    data = {"kind": quota.kind, "at_least": quota.at_least, "at_most": quota.at_most, "until": str(quota.until_on)}
    label = quota.kind or "资源"
    record(event, object_id=quota.pk, object_label=label, kind=quota.kind, unit_path=org.path, by=by, at=at, data=data)
