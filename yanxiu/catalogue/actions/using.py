"""Use a resource: open it, take it along, keep it as a favourite, rate it; and the nightly sums of use."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.catalogue import permissions
from yanxiu.catalogue.events import ResourceEvent
from yanxiu.catalogue.models import Resource, ResourceReader
from yanxiu.integrity.actions import Thing, flag, screen
from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Invalid
from yanxiu.kit.text import characters, plain
from yanxiu.records.actions import record

LEAST_REASON = 4
# One statement: the reader, and the day's figures; whoever comes again on a day is no further person.
_USE = """
WITH before AS (
  SELECT last_on FROM catalogue_resourcereader WHERE resource_id = %(resource)s AND person_id = %(person)s
), reader AS (
  INSERT INTO catalogue_resourcereader (resource_id, person_id, first_at, last_on, downloaded_at, rated_reason)
  VALUES (%(resource)s, %(person)s, %(at)s, %(on)s, CASE WHEN %(took)s THEN %(at)s::timestamptz END, '')
  ON CONFLICT (resource_id, person_id) DO UPDATE SET last_on = greatest(catalogue_resourcereader.last_on, excluded.last_on),
    downloaded_at = coalesce(catalogue_resourcereader.downloaded_at, excluded.downloaded_at)
)
INSERT INTO catalogue_resourceuse (resource_id, "on", views, downloads, people)
VALUES (%(resource)s, %(on)s, CASE WHEN %(took)s THEN 0 ELSE 1 END, CASE WHEN %(took)s THEN 1 ELSE 0 END,
  CASE WHEN EXISTS (SELECT FROM before WHERE last_on >= %(on)s) THEN 0 ELSE 1 END)
ON CONFLICT (resource_id, "on") DO UPDATE SET views = catalogue_resourceuse.views + excluded.views,
  downloads = catalogue_resourceuse.downloads + excluded.downloads, people = catalogue_resourceuse.people + excluded.people
"""
_TALLY = """
UPDATE catalogue_shelving s SET uses = counted.people
FROM (SELECT resource_id, count(*)::int AS people FROM catalogue_resourcereader
  WHERE resource_id IN (SELECT resource_id FROM catalogue_resourceuse WHERE "on" >= %(since)s) GROUP BY resource_id) counted
WHERE counted.resource_id = s.resource_id AND s.uses <> counted.people
"""


def use_resource(*, resource: Resource, is_download: bool = False, by: Actor, at: datetime) -> None:
    """Count that a person opened a resource, or took a file of it along; the owner's own looks are not counted.

    Raises NotPermitted, NotFound. Cost: 3 queries.
    """
    permissions.check_can_use_resource(by, resource)
    note_use(resource=resource, is_download=is_download, by=by, at=at)


def note_use(*, resource: Resource, is_download: bool, by: Actor, at: datetime) -> None:
    """Count a use of somebody who was let in elsewhere: part of the actions that let people in. Cost: one query."""
    if by.person_id == resource.owner_id:
        return
    sql.run(_USE, {"resource": resource.pk, "person": by.person_id, "at": at, "on": clock.day(at), "took": is_download})


@transaction.atomic
def favour_resource(*, resource: Resource, is_wanted: bool, by: Actor, at: datetime) -> ResourceReader:
    """Keep a resource among one's favourites, or no more. Raises NotPermitted, NotFound. Cost: 5 queries."""
    permissions.check_can_use_resource(by, resource)
    reader = _reader(resource, by=by, at=at)
    reader.favourite_at = at if is_wanted else None
    reader.save(update_fields=["favourite_at"])
    if is_wanted:
        _record(ResourceEvent.FAVOURED, resource, by=by, at=at)
    return reader


@transaction.atomic
def rate_resource(*, resource: Resource, stars: int, reason: str, by: Actor, at: datetime) -> ResourceReader:
    """Rate a resource of somebody else with 1 to 5 stars and the reason; a later rating replaces the earlier.

    Raises NotPermitted, NotFound; Invalid with the field. Cost: 5 queries.
    """
    permissions.check_can_use_resource(by, resource)
    said = plain(reason)
    if by.person_id == resource.owner_id:
        raise Invalid(_("自己的资源由用过的老师来评。"), field="stars")
    if stars not in range(1, 6):
        raise Invalid(_("请选 1 到 5 星。"), field="stars")
    if characters(said) < LEAST_REASON:
        raise Invalid(_("请写几个字的理由（至少 %(least)s 字），作者要照着改。") % {"least": LEAST_REASON}, field="reason")
    found = screen([said[:300]], fields=["reason"], path=resource.unit.path, at=at)
    reader = _reader(resource, by=by, at=at)
    reader.stars, reader.rated_reason, reader.rated_at = stars, found.texts[0], at
    reader.save(update_fields=["stars", "rated_reason", "rated_at"])
    thing = Thing(
        object_type="resource_rating", object_id=reader.pk, title=resource.title, snapshot=found.texts[0], person_id=by.person_id,
        unit_path=resource.unit.path, place=resource.unit.name, programme_id=resource.programme_id,
    )  # fmt: skip
    flag(found, thing=thing, at=at)
    _record(ResourceEvent.RATED, resource, by=by, at=at, stars=stars)
    return reader


def tally_uses(*, by: Actor, at: datetime) -> int:
    """Take over to the shelves how many people used each resource that was used lately; return how many changed. System only. 1 query."""
    permissions.check_is_system(by)
    return sql.run(_TALLY, {"since": clock.day(at) - timedelta(days=2)})


def _reader(resource: Resource, *, by: Actor, at: datetime) -> ResourceReader:
    facts = {"first_at": at, "last_on": clock.day(at)}
    rows = ResourceReader.objects.select_for_update(of=("self",), no_key=True)
    return rows.get_or_create(resource=resource, person_id=by.person_id or 0, defaults=facts)[0]


def _record(event: ResourceEvent, resource: Resource, *, by: Actor, at: datetime, **data: object) -> None:
    record(
        event, object_id=resource.pk, object_label=resource.title, kind=resource.kind, unit_path=resource.unit.path, by=by, at=at, data=data
    )
