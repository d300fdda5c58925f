"""Reads of resources: one's own, one with all that its page shows, and what a review looks at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from yanxiu.catalogue.models import (
    Resource,
    ResourceFile,
    ResourceReader,
    ResourceState,
    ResourceVersion,
    Shelving,
    ShelvingState,
)
from yanxiu.files import queries as files
from yanxiu.files.models import StoredFile
from yanxiu.kit.components import wording
from yanxiu.kit.paging import Page, page_of


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file of a version, and what it is: "film", "sound", "document", "picture" or "file"."""

    row: ResourceFile
    form: str

    @property
    def file(self) -> StoredFile:
        return self.row.file

    @property
    def note(self) -> str:
        """Its kind and size in words."""
        length = f"，{wording.length(self.file.seconds)}" if self.file.seconds else ""
        return f"{wording.file_size(self.file.size_bytes)}{length}"


@dataclass(frozen=True, kw_only=True)
class ResourcePage:
    """A resource as one reader sees it: a version of it, its files, where it stands, all versions, her own mark."""

    resource: Resource
    version: ResourceVersion
    versions: Sequence[ResourceVersion]
    files: Sequence[Attached]
    shelvings: Sequence[Shelving]
    reader: ResourceReader | None
    rated: Sequence[ResourceReader]
    is_own: bool

    @property
    def shelved(self) -> list[Shelving]:
        """The shelves on which it stands."""
        return [one for one in self.shelvings if one.state == ShelvingState.SHELVED]

    @property
    def draft(self) -> ResourceVersion | None:
        """The version being written."""
        return next((one for one in self.versions if one.released_at is None), None)


def mine(person_id: int, *, state: str, number: int) -> Page[Resource]:
    """Return a page of a person's resources with `best`, where the highest one stands, the newest first. Cost: one query."""
    found = Resource.objects.filter(owner=person_id).exclude(state=ResourceState.WITHDRAWN)
    if state:
        found = found.filter(state=state)
    shelved = Shelving.objects.filter(resource=OuterRef("pk"), state=ShelvingState.SHELVED)
    open_ = Shelving.objects.filter(resource=OuterRef("pk"), asked_version__isnull=False).order_by("-asked_at")
    back = Shelving.objects.filter(resource=OuterRef("pk"), state__in=[ShelvingState.RETURNED, ShelvingState.REFUSED]).order_by("-asked_at")
    rows = found.annotate(
        shelves=Coalesce(Subquery(shelved.order_by().values("resource").annotate(n=Count("pk")).values("n")), 0),
        highest=Subquery(shelved.order_by("org__path").values("org__name")[:1]), waits_at=Subquery(open_.values("org__name")[:1]),
        reason_back=Subquery(back.values("reason")[:1]), uses=Coalesce(Subquery(shelved.order_by("-uses").values("uses")[:1]), 0),
    )  # fmt: skip
    return page_of(rows.order_by("-saved_at", "-pk"), number=number)


def favourites(person_id: int, *, visible: QuerySet[Resource], number: int) -> Page[ResourceReader]:
    """Return a page of what a person keeps as favourites and may still see, the newest first. Cost: one query."""
    kept = ResourceReader.objects.filter(person=person_id, favourite_at__isnull=False, resource__in=visible)
    return page_of(kept.select_related("resource__unit").order_by("-favourite_at", "-pk"), number=number)


def resource_page(
    resource: Resource, *, person_id: int, number: int | None, sees_all: Callable[[Sequence[Shelving]], bool]
) -> ResourcePage | None:
    """Return a resource with the version of that number, else what this reader gets: the newest shelved one, to its owner the newest.

    `sees_all` says by the shelvings whether she sees versions that no library has taken yet. None when there is
    no such version for her. Cost: 4 queries.
    """
    shelvings = list(Shelving.objects.filter(resource=resource).select_related("org", "from_unit").order_by("org__path", "pk"))
    is_open = sees_all(shelvings)
    versions = list(ResourceVersion.objects.filter(resource=resource).order_by("-number"))
    taken = {one.version for one in shelvings if one.version is not None and one.state == ShelvingState.SHELVED}
    seen = [one for one in versions if one.number in taken or is_open]
    if number is not None:
        seen = [one for one in seen if one.number == number]
    elif any(one.released_at is not None for one in seen):
        seen = [one for one in seen if one.released_at is not None]
    if not seen:
        return None
    version = seen[0]
    held = ResourceFile.objects.filter(version=version).select_related("file").order_by("number")
    readers = ResourceReader.objects.filter(Q(person=person_id) | Q(stars__isnull=False), resource=resource).select_related("person")
    said = list(readers.order_by(Case(When(person=person_id, then=0), default=1), "-rated_at", "-pk")[:11])
    return ResourcePage(
        resource=resource,
        version=version,
        versions=[one for one in versions if is_open or one.number in taken],
        files=[Attached(row=one, form=form_of(one.file)) for one in held],
        shelvings=shelvings,
        reader=next((one for one in said if one.person_id == person_id), None),
        rated=[one for one in said if one.stars is not None],
        is_own=resource.owner_id == person_id,
    )


def version_of(resource: Resource) -> tuple[ResourceVersion, list[Attached]] | None:
    """Return the version that readers have of a resource with its files; None for one not finished. Cost: 2 queries."""
    version = ResourceVersion.objects.filter(resource=resource, number=resource.version).first()
    if version is None:
        return None
    held = ResourceFile.objects.filter(version=version).select_related("file").order_by("number")
    return version, [Attached(row=one, form=form_of(one.file)) for one in held]


def form_of(file: StoredFile) -> str:
    """Return how a file is shown."""
    kinds = {"video": "film", "audio": "sound", "document": "document", "image": "picture"}
    return kinds.get(file.kind, "file")


def look_at(file: StoredFile, *, person_id: int, at: datetime, is_downloadable: bool) -> files.Pages | files.Playable | str:
    """Return how a file is shown in the page: pages (with the file only when it may be taken along), a film or sound, or a link.

    Cost: at most 1 query.
    """
    form = form_of(file)
    if form in ("film", "sound"):
        return files.playable(file, person_id=person_id, at=at)
    if form == "document":
        return files.pages(file, person_id=person_id, at=at, is_downloadable=is_downloadable)
    return files.link(file, person_id=person_id, at=at)
