"""Large uploads: begin with a ticket, finish when the last byte is there, and be taken by the form they were made for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Protocol

from django.conf import settings
from django.db import transaction

from yanxiu.files import inspection, names, parts, permissions, queries, storage, tickets
from yanxiu.files.actions import storing
from yanxiu.files.inspection import Unusable
from yanxiu.files.kinds import Kind, kind_of
from yanxiu.files.models import StoredFile
from yanxiu.files.tickets import Ticket
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotFound

WAITS = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """A file that came ahead of its form: its id, and the name it was shown under."""

    file_id: int
    name: str
    size: int = 1  # what Django's file field looks at


class Sent(Protocol):
    """A file of a request, as Django hands it over."""

    @property
    def name(self) -> str | None:
        """What it is called."""

    @property
    def file(self) -> IO[bytes] | None:
        """Its bytes."""


class BadTicket(Conflict):
    """The upload ticket is over, altered, or of somebody else."""

    code = "bad_ticket"


def begin_upload(*, kind: Kind, name: str, size: int, mark: str, session: str, by: Actor, at: datetime) -> tuple[Ticket, str]:
    """Return a ticket, and its signed text, by which `size` bytes may be brought in parts within an hour (and again with a new ticket).

    The same file of the same person goes on where it was. Raises NotPermitted; Unusable for a name or size that this kind does not
    take; Conflict when the disk is nearly full. No query.
    """
    permissions.check_can_store(by)
    clean, extension = names.clean(name)
    storing.format_of(clean, extension, kind)
    if not size:
        raise Unusable(f"“{clean}”是空的，0 字节。请确认文件能打开，再传一次。", field="file")
    if not 0 < size <= kind.most_bytes:
        raise Unusable(f"“{clean}”超过 {kind.most_words}，没有存。请压缩或分成几份再传。", field="file")
    storing.check_room(queries.folder(), size)
    secret = str(settings.SECRET_KEY)
    ticket = Ticket(
        upload=tickets.upload_name(person_id=_person(by), kind=kind.code, name=clean, size=size, mark=mark, secret=secret),
        person_id=_person(by),
        kind=kind.code,
        name=clean,
        size=size,
        session=tickets.session_word(session, secret=secret),
        expires=int(at.timestamp()) + tickets.SECONDS,
    )
    return ticket, tickets.sign(ticket, secret=secret)


def finish_upload(*, token: str, by: Actor, at: datetime) -> StoredFile:
    """Check and store an upload whose last byte is there, without copying it; it waits seven days for the form it is meant for.

    Asking again gives the same file. A refused one is gone, an error of ours leaves it to be finished later. Raises BadTicket, NotFound,
    NotPermitted; Conflict when bytes are missing; Unusable with the reason. Cost: a child process of 0.1 to 60 s, 4 queries.
    """
    permissions.check_can_store(by)
    ticket = tickets.read(token, secret=str(settings.SECRET_KEY), at=at)
    kind = kind_of(ticket.kind) if ticket is not None else None
    if ticket is None or kind is None or ticket.person_id != by.person_id:
        raise BadTicket("上传凭条过期了，或不是您的。请重新选这个文件，会接着传。")
    extension = ticket.name.rpartition(".")[2]
    shape = storing.format_of(ticket.name, extension, kind)
    folder = queries.folder()
    try:
        with parts.held(folder, ticket.upload) as part, storage.workplace(folder) as (_, target):
            if part.tell() != ticket.size:
                raise Conflict(f"“{ticket.name}”还差 {ticket.size - part.tell()} 字节没有传到。请接着传。")
            source = parts.path_of(folder, ticket.upload)
            found = inspection.run(shape.inspector, extension, source, target)
            with storing.keeping(target if found.rewritten else source, folder) as (storage_name, written):
                file = storing.row(ticket.name, shape, kind, found, storage_name, written, by=by, at=at)
                file.waits_until = at + WAITS
                file.facts["upload"] = ticket.upload
                kept = storing.keep_row(file, found, by=by, at=at)
            if found.rewritten:
                parts.remove(folder, ticket.upload)
            return kept
    except parts.Missing as error:
        stored = queries.ahead(ticket.upload, person_id=ticket.person_id)
        if stored is not None:  # the answer was lost on its way, and the browser asks again
            return stored
        raise NotFound(f"“{ticket.name}”没有传到，或已经取消。请重新选这个文件再传。") from error
    except parts.Busy as error:
        raise Conflict(f"“{ticket.name}”正在另一处上传或检查。请稍等再试。") from error
    except Unusable:
        parts.remove(folder, ticket.upload)
        raise


@transaction.atomic
def claim(*, file_id: int, kind: Kind, by: Actor, at: datetime) -> StoredFile:
    """Take a file that was uploaded ahead of its form: from now on it is kept. Taking it again is no error. Cost: 2 queries.

    Raises Invalid when it is not the actor's own, of another kind, deleted, or waited too long.
    """
    permissions.check_can_store(by)
    rows = StoredFile.objects.select_for_update(of=("self",), no_key=True)
    file = rows.filter(pk=file_id, uploaded_by=by.person_id, kind=kind.code, deleted_at__isnull=True).first()
    if file is None or (file.waits_until is not None and file.waits_until < at):
        raise Invalid("先传上来的文件已经不在了。请重新选文件再传。", field="file")
    if file.waits_until is not None:
        file.waits_until = None
        file.save(update_fields=["waits_until"])
    return file


@transaction.atomic
def set_aside(*, file: StoredFile, by: Actor, at: datetime) -> None:
    """Let a stored file wait seven days, as if it had come ahead of a form, until `claim` takes it. Raises NotPermitted. Cost: 1 query."""
    permissions.check_can_delete(by, file)
    file.waits_until = at + WAITS
    StoredFile.objects.filter(pk=file.pk, deleted_at__isnull=True).update(waits_until=file.waits_until)


def receive(*, sent: Sent | Ahead, kind: Kind, by: Actor, at: datetime) -> StoredFile:
    """Store what a form was sent, or take what came ahead of it. Raises as `store` and `claim`. This is what forms' actions call."""
    permissions.check_can_store(by)
    if isinstance(sent, Ahead):
        return claim(file_id=sent.file_id, kind=kind, by=by, at=at)
    if sent.file is None:
        raise Invalid("没有收到文件。请再选一次。", field="file")
    return storing.store(content=sent.file, name=sent.name or "", kind=kind, by=by, at=at)


def _person(by: Actor) -> int:
    return by.person_id or 0
