"""Resources and what belongs to them for tests."""

from datetime import UTC, date, datetime
from itertools import count

from tests.files.factories import stored_row
from tests.orgs import factories as orgs
from tests.people import factories as people
from yanxiu.catalogue.models import (
    LibraryQuota,
    QuotaPlace,
    QuotaUse,
    Resource,
    ResourceFile,
    ResourceReader,
    ResourceUse,
    ResourceVersion,
    ResourceWords,
    ShelfCount,
    Shelving,
)
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ON = date(2026, 11, 20)
_numbers = count(1)


def resource(*, owner: Person | None = None, **facts) -> Resource:
    """A finished resource with its first version, made by a teacher of a school."""
    owner = owner or people.person(orgs.county_tree()[-1])
    values = {"owner": owner, "owner_label": owner.name, "unit_id": owner.unit_id, "kind": "教学设计", "stage": "初中", "subject": "数学",
              "title": f"二次函数单元教学设计 {next(_numbers)}", "state": "kept", "version": 1, "created_at": AT, "saved_at": AT,
              "kept_at": AT}  # fmt: skip
    values |= facts
    if values["state"] == "draft":
        values |= {"version": 0, "kept_at": None}
    row = Resource.objects.create(**values)
    resource_version(of=row, released_at=None if row.state == "draft" else AT)
    return row


def resource_version(*, of: Resource, number: int = 1, **facts) -> ResourceVersion:
    values = {"source": "## 目标\n看图说性质。", "body": "<h2>目标</h2><p>看图说性质。</p>", "released_at": AT}
    return ResourceVersion.objects.create(resource=of, number=number, **(values | facts))


def resource_file(*, of: Resource, **facts) -> ResourceFile:
    version = ResourceVersion.objects.filter(resource=of).latest("number")
    file = facts.pop("file", None) or stored_row(
        name="二次函数.pptx", kind="attachment", media_type="application/vnd.ms-powerpoint", seconds=0
    )
    return ResourceFile.objects.create(version=version, file=file, **({"number": 1} | facts))


def shelving(*, of: Resource | None = None, org: Org | None = None, **facts) -> Shelving:
    """A resource on the shelf of its owner's school."""
    of = of or resource()
    values = {"state": "shelved", "kind": of.kind, "stage": of.stage, "subject": of.subject, "version": 1, "asked_at": AT,
              "asked_by": of.owner_id, "shelved_at": AT}  # fmt: skip
    values |= facts
    if values["state"] != "shelved":
        values |= {"version": None, "shelved_at": None}
    if values["state"] == "submitted":
        values.setdefault("asked_version", 1)
    return Shelving.objects.create(resource=of, org=org or of.unit, **values)


def shelf_count(of: Shelving) -> ShelfCount:
    """The count to which a shelving adds: the database lays it down."""
    return ShelfCount.objects.get(org=of.org_id, kind=of.kind, stage=of.stage, subject=of.subject)


def library_quota(*, org: Org | None = None, **facts) -> LibraryQuota:
    values = {"from_on": date(2026, 9, 1), "until_on": date(2027, 8, 31), "set_at": AT, "at_most": 2}
    return LibraryQuota.objects.create(org=org or orgs.county_tree()[3], **(values | facts))


def quota_use(*, quota: LibraryQuota, unit: Org, **facts) -> QuotaUse:
    return QuotaUse.objects.create(quota=quota, unit=unit, **({"at_most": quota.at_most} | facts))


def quota_place(*, shelving: Shelving, use: QuotaUse) -> QuotaPlace:
    return QuotaPlace.objects.create(shelving=shelving, use=use)


def resource_reader(*, of: Resource, person: Person, **facts) -> ResourceReader:
    return ResourceReader.objects.create(resource=of, person=person, **({"first_at": AT, "last_on": ON} | facts))


def resource_use(*, of: Resource, **facts) -> ResourceUse:
    return ResourceUse.objects.create(resource=of, **({"on": ON, "views": 1, "people": 1} | facts))


def resource_words(*, of: Resource, **facts) -> ResourceWords:
    return ResourceWords.objects.create(resource=of, **({"words": "", "text": of.title, "dictionary": "old"} | facts))
