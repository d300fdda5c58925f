"""Taking in the files of steps and cases: each is checked for what it should be; a file that is not sent stays as it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.catalogue.actions.materials import Film
from yanxiu.files import actions as files
from yanxiu.files.actions import Ahead
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Invalid


@dataclass(frozen=True, kw_only=True)
class Upload:
    """Bytes on their way in, and the name they came under."""

    content: IO[bytes]
    name: str


@transaction.atomic
def store_film(
    *,
    media: Upload | Ahead | None,
    captions: Upload | Ahead | None = None,
    poster: Upload | Ahead | None = None,
    present: Film | None = None,
    by: Actor,
    at: datetime,
) -> Film:
    """Store the files that came, keep those of `present` otherwise; all or none. Raises NotPermitted; Invalid with the field."""
    kept = _store(media, Kind.VIDEO, "film", by=by, at=at) or (present.media if present else None)
    if kept is None:
        raise Invalid(_("还没有视频，请选一个上传。"), field="film")
    return Film(
        media=kept,
        captions=_store(captions, Kind.CAPTIONS, "captions", by=by, at=at) or (present.captions if present else None),
        poster=_store(poster, Kind.IMAGE, "poster", by=by, at=at) or (present.poster if present else None),
    )


@transaction.atomic
def store_files(*, uploads: Sequence[Upload | Ahead], kind: Kind, field: str, by: Actor, at: datetime) -> list[StoredFile]:
    """Store files of one kind, all or none. Raises NotPermitted; Invalid with the field and, of several, which one."""
    return [stored for upload in uploads if (stored := _store(upload, kind, field, by=by, at=at))]


def _store(upload: Upload | Ahead | None, kind: Kind, field: str, *, by: Actor, at: datetime) -> StoredFile | None:
    if upload is None:
        return None
    try:
        if isinstance(upload, Ahead):
            return files.claim(file_id=upload.file_id, kind=kind, by=by, at=at)
        return files.store(content=upload.content, name=upload.name, kind=kind, by=by, at=at)
    except Invalid as error:
        raise Invalid(error.message, field=field) from error
