"""Bring resources onto shelves: hand in, recommend upward, feature, take off."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.approvals import actions as approvals
from yanxiu.approvals.queries import station_of
from yanxiu.catalogue import counting, permissions
from yanxiu.catalogue.actions import places, resources, shelves
from yanxiu.catalogue.events import ResourceEvent
from yanxiu.catalogue.models import Resource, ResourceState, Shelving, ShelvingState
from yanxiu.catalogue.shelving import CHAIN, OBJECT
from yanxiu.integrity.actions import Thing, flag, screen
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Kind, Org

LONGEST_WORDS = 500


class NotToShelve(Conflict):
    """The resource cannot go onto this shelf as things stand."""

    code = "resource_not_to_shelve"


@transaction.atomic
def hand_in_resource(*, resource: Resource, words: str = "", by: Actor, at: datetime) -> Shelving:
    """Hand a finished resource (its newest version) in for the library of its owner's unit, whose people review it.

    Raises NotPermitted, NotToShelve. Cost: 14 queries.
    """
    permissions.check_can_hand_in(by, resource)
    resource = resources.locked(resource.pk)
    if resource.state != ResourceState.KEPT:
        raise NotToShelve(_("“%(title)s”还没有定稿，定稿后才能送学校。") % {"title": resource.title})
    shelving = _asked(resource, resource.unit, version=resource.version, words=words, by=by, at=at)
    shelves.note(ResourceEvent.HANDED_IN, shelving, by=by, at=at, version=resource.version)
    return _sent(shelving, unit=resource.unit, by=by, at=at)


@transaction.atomic
def recommend_resource(*, resource: Resource, unit: Org, words: str, by: Actor, at: datetime) -> Shelving:
    """Recommend a resource from the shelf of a unit to the library above it, within the places that library gives (C-49).

    Raises NotPermitted, NotToShelve, QuotaFull; Invalid without words. Cost: 16 queries, and 4 a quota.
    """
    permissions.check_can_see_resource(by, resource)
    permissions.check_can_recommend(by, unit)
    said = plain(words)[:LONGEST_WORDS]
    if not said:
        raise Invalid(_("请写推荐理由：好在哪里，别人怎样用。"), field="words")
    resource = resources.locked(resource.pk)
    own = Shelving.objects.filter(resource=resource, org=unit, state=ShelvingState.SHELVED).first()
    if own is None or own.version is None:
        raise NotToShelve(_("“%(title)s”不在%(unit)s的资源库里，先入库再推荐。") % {"title": resource.title, "unit": unit.name})
    above = unit.parent
    if above is None or above.kind == Kind.NATION:
        raise NotToShelve(_("%(unit)s上面没有资源库了。") % {"unit": unit.name})
    shelving = _asked(resource, above, version=own.version, words=said, by=by, at=at, from_unit=unit)
    shelves.note(ResourceEvent.RECOMMENDED, own, by=by, at=at, to=above.pk, version=own.version)
    return _sent(shelving, unit=unit, by=by, at=at)


@transaction.atomic
def feature_resource(*, shelving: Shelving, by: Actor, at: datetime) -> Shelving:
    """Put a shelved resource among the best of its library (精品). Raises NotPermitted, NotToShelve. Cost: 4 queries."""
    permissions.check_can_feature(by, shelving.org)
    shelving = _locked(shelving.pk)
    if shelving.state != ShelvingState.SHELVED or shelving.featured_at is not None:
        raise NotToShelve(_("“%(title)s”不在库里，或已经是精品。") % {"title": shelving.resource.title})
    shelving.featured_at, shelving.featured_by = at, by.person_id
    shelving.save(update_fields=["featured_at", "featured_by"])
    shelves.note(ResourceEvent.FEATURED, shelving, by=by, at=at)
    return shelving


@transaction.atomic
def unfeature_resource(*, shelving: Shelving, by: Actor, at: datetime) -> Shelving:
    """Take a resource out of the best again. Raises NotPermitted, NotToShelve. Cost: 4 queries."""
    permissions.check_can_feature(by, shelving.org)
    shelving = _locked(shelving.pk)
    if shelving.featured_at is None:
        raise NotToShelve(_("“%(title)s”不是精品，不用取消。") % {"title": shelving.resource.title})
    shelving.featured_at, shelving.featured_by = None, None
    shelving.save(update_fields=["featured_at", "featured_by"])
    shelves.note(ResourceEvent.UNFEATURED, shelving, by=by, at=at)
    return shelving


@transaction.atomic
def take_off_shelf(*, shelving: Shelving, reason: str, by: Actor, at: datetime) -> Shelving:
    """Take a resource off the shelf of one library; others keep it. Raises NotPermitted, NotToShelve; Invalid. Cost: 8 queries."""
    permissions.check_can_take_off(by, shelving)
    said = plain(reason)
    if not said:
        raise Invalid(_("请写明下架的原因，上传的老师会看到。"), field="reason")
    shelving = _locked(shelving.pk)
    if shelving.state != ShelvingState.SHELVED or shelving.asked_version is not None:
        raise NotToShelve(_("“%(title)s”不在库里，或新的一版正在审，审完再下架。") % {"title": shelving.resource.title})
    shelves.take_away(shelving, reason=said, by=by, at=at)
    shelves.note(ResourceEvent.TAKEN_OFF, shelving, by=by, at=at, reason=said)
    return shelving


def _asked(
    resource: Resource, org: Org, *, version: int, words: str, by: Actor, at: datetime, from_unit: Org | None = None
) -> Shelving:  # fmt: skip
    """Return the row of the resource and the library, asking for this version."""
    rows = Shelving.objects.select_for_update(of=("self",), no_key=True).select_related("org", "from_unit")
    found = rows.filter(resource=resource, org=org).first()
    if found is not None and (found.asked_version is not None or (found.state == ShelvingState.SHELVED and found.version == version)):
        words_ = {"title": resource.title, "org": org.name, "version": version}
        raise NotToShelve(_("“%(title)s”第 %(version)s 版已在%(org)s的资源库里，或正在审。") % words_)
    shelving = found or Shelving(resource=resource, org=org)
    shelving.resource = resource
    if shelving.state != ShelvingState.SHELVED:
        shelving.state, shelving.version, shelving.shelved_at, shelving.withdrawn_at = ShelvingState.SUBMITTED, None, None, None
    shelving.kind, shelving.stage, shelving.subject = resource.kind, resource.stage, resource.subject
    shelving.asked_version, shelving.asked_by, shelving.asked_label, shelving.asked_at = version, by.person_id, by.label[:120], at
    said = screen([plain(words)[:LONGEST_WORDS]], fields=["words"], path=org.path, at=at)
    shelving.words, shelving.reason, shelving.from_unit = said.texts[0], "", from_unit
    shelving.programme_id = resource.programme_id or counting.programme_of(resource.owner_id, at=at)
    shelving.save()
    thing = Thing(
        object_type="shelving", object_id=shelving.pk, title=resource.title, snapshot=said.texts[0], person_id=by.person_id,
        unit_path=org.path, place=org.name, programme_id=shelving.programme_id,
    )  # fmt: skip
    flag(said, thing=thing, at=at)
    if from_unit is not None and shelving.state == ShelvingState.SUBMITTED:
        places.take(shelving, unit=from_unit, at=at)
    return shelving


def _sent(shelving: Shelving, *, unit: Org, by: Actor, at: datetime) -> Shelving:
    """Begin the chain by which the library decides."""
    resource = shelving.resource
    detail = " · ".join(part for part in (unit.name, resource.stage + resource.subject, resource.kind, resource.owner_label) if part)
    shelving.chain = approvals.start(
        kind=CHAIN, object_type=OBJECT, object_id=shelving.pk, title=resource.title, detail=detail, unit_path=unit.path,
        stations=[station_of(shelving.org, permission=permissions.SHELVE)], programme_id=shelving.programme_id, by=by, at=at,
    )  # fmt: skip
    shelving.save(update_fields=["chain"])
    return shelving


def _locked(shelving_id: int) -> Shelving:
    rows = Shelving.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("resource__unit", "org", "from_unit").get(pk=shelving_id)
