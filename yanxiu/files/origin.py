"""The second origin: a bare ASGI application that serves stored files by signed links, and nothing else.

No cookies, no session, no Django request: what people uploaded never meets the pages' origin (security P-12, PV-06). Whatever is
not a valid link is 404, so that nothing can be learned by trying.
"""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

import msgspec

from yanxiu.files import generations, refused, storage
from yanxiu.files.links import Grant, Signer
from yanxiu.files.package_door import PREFIX, PackageDoor

Scope = Mapping[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

CHUNK_BYTES = 256 * 1024
PART_TYPES = {
    "m3u8": "application/vnd.apple.mpegurl",
    "m4s": "video/iso.segment",
    "mp4": "video/mp4",
    "m4a": "audio/mp4",
    "jpg": "image/jpeg",
    "webp": "image/webp",
}
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass(frozen=True, kw_only=True)
class Span:
    """The bytes to send: from `start`, `length` of them."""

    start: int
    length: int


class Unsatisfiable(Exception):
    """The asked range lies outside the file, or there are several."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The application. `pages_url` is the only origin that may read the answers from scripts and show them in frames."""

    folder: Path
    signer: Signer
    pages_url: str
    clock: Callable[[], datetime]
    is_secure: bool = False
    package_script: Callable[[], Path | None] = lambda: None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, send)

    async def _answer(self, scope: Scope, send: Send) -> None:
        at = self.clock()
        if str(scope["path"]).startswith(PREFIX) and scope["method"] in {"GET", "HEAD"}:
            await self._answer_package(scope, send, at)
            return
        grant = self.signer.read(str(scope["path"]), at=at) if scope["method"] in {"GET", "HEAD"} else None
        if grant is not None and _is_over(self.folder, grant):
            grant = None
        if grant is not None and grant.is_folder:
            grant = _of_part(grant, str(scope["path"]))
        file = _opened(self.folder, grant) if grant else None
        if grant is None or file is None:
            await self._refuse(send, 404)
            return
        with file:
            await self._serve(scope, send, file, self._headers(grant, at), _etag(grant))

    async def _answer_package(self, scope: Scope, send: Send, at: datetime) -> None:
        door = PackageDoor(folder=self.folder, signer=self.signer, pages_url=self.pages_url, script=self.package_script)
        accepts = dict(scope["headers"]).get(b"accept-encoding", b"")
        found = await asyncio.to_thread(door.find, str(scope["path"]), accepts_gzip=b"gzip" in accepts, at=at)
        if found is None:
            await self._refuse(send, 404)
        elif found.file is None:
            await _send_all(send, 200, [*found.headers, (b"content-length", str(len(found.content)).encode())], found.content)
        else:
            with found.file:
                headers = [*found.headers, (b"accept-ranges", b"bytes"), (b"etag", found.etag.encode())]
                await self._serve(scope, send, found.file, headers, found.etag)

    async def _serve(self, scope: Scope, send: Send, file: BinaryIO, headers: Headers, etag: str) -> None:
        size = file.seek(0, os.SEEK_END)
        asked = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if asked.get(b"if-none-match") == etag:
            await _send_all(send, 304, headers)
            return
        try:
            span = _span(asked, size, etag)
        except Unsatisfiable:
            await self._refuse(send, 416, [(b"content-range", f"bytes */{size}".encode())])
            return
        if span is not None:
            headers.append((b"content-range", f"bytes {span.start}-{span.start + span.length - 1}/{size}".encode()))
        sent = span or Span(start=0, length=size)
        headers.append((b"content-length", str(sent.length).encode()))
        if scope["method"] == "HEAD":
            await _send_all(send, 206 if span else 200, headers)
            return
        await send({"type": "http.response.start", "status": 206 if span else 200, "headers": headers})
        await _send_part(send, file, sent)

    async def _refuse(self, send: Send, status: int, more: Headers | None = None) -> None:
        headers = [*self._safety(), *(more or []), (b"cache-control", b"no-store"), (b"content-length", b"0")]
        await _send_all(send, status, headers)

    def _safety(self) -> Headers:
        """Return the headers of every answer."""
        pages = self.pages_url.encode()
        headers = [
            (b"x-content-type-options", b"nosniff"),
            (b"content-security-policy", b"sandbox; default-src 'none'; frame-ancestors " + pages),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-resource-policy", b"cross-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
            (b"access-control-allow-origin", pages),
            (b"access-control-expose-headers", b"content-range, accept-ranges"),
            (b"x-robots-tag", b"noindex"),
        ]
        if self.is_secure:
            headers.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))
        return headers

    def _headers(self, grant: Grant, at: datetime) -> Headers:
        place = "attachment" if grant.is_download else "inline"
        charset = "; charset=utf-8" if grant.media_type.startswith("text/") else ""
        return [
            *self._safety(),
            (b"content-type", f"{grant.media_type}{charset}".encode()),
            (b"content-disposition", f"{place}; filename*=UTF-8''{quote(grant.name, safe='')}".encode()),
            (b"accept-ranges", b"bytes"),
            (b"etag", _etag(grant).encode()),
            (b"cache-control", f"private, max-age={max(0, grant.expires - int(at.timestamp()))}, immutable".encode()),
        ]


def _is_over(folder: Path, grant: Grant) -> bool:
    """Tell whether a link has ended before its time: its person's account was closed, or what showed the file went out of sight."""
    return refused.holds(folder, grant.person_id) or grant.generation < generations.now(folder, grant.storage_name)


def _of_part(grant: Grant, path: str) -> Grant | None:
    """Return the grant of one file of a rendition: the name follows the token. None for a type that is never served."""
    part = path.removeprefix("/").partition("/")[2]
    media_type = PART_TYPES.get(part.rpartition(".")[2])
    return msgspec.structs.replace(grant, name=part, media_type=media_type) if media_type is not None else None


def _etag(grant: Grant) -> str:
    """A stored file never changes under its name."""
    return f'"{grant.storage_name}{"-" + grant.name if grant.is_folder else ""}"'


def _opened(folder: Path, grant: Grant) -> BinaryIO | None:
    try:
        if grant.is_folder:
            return storage.rendition_part(folder, grant.storage_name, grant.name).open("rb")
        return storage.path_of(folder, grant.storage_name).open("rb")
    except (OSError, ValueError):
        return None


def _span(asked: Mapping[bytes, str], size: int, etag: str) -> Span | None:
    """Return the asked part, None for the whole file. Raises Unsatisfiable; several parts at once are not served."""
    wanted = asked.get(b"range")
    if wanted is None or asked.get(b"if-range", etag) != etag:
        return None
    found = _RANGE.fullmatch(wanted.strip())
    if found is None or not (found[1] or found[2]):
        raise Unsatisfiable
    if not found[1]:
        start, end = max(0, size - int(found[2])), size - 1
        start = size if not int(found[2]) else start
    else:
        start, end = int(found[1]), min(int(found[2] or size - 1), size - 1)
    if start > end:
        raise Unsatisfiable
    return Span(start=start, length=end - start + 1)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _send_all(send: Send, status: int, headers: Headers, body: bytes = b"") -> None:
    """Send an answer whose body, if any, is at hand."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _send_part(send: Send, file: BinaryIO, span: Span) -> None:
    file.seek(span.start)
    left = span.length
    while left:
        # Reading from a disk blocks; a thread keeps the other viewers' films going.
        chunk = await asyncio.to_thread(file.read, min(CHUNK_BYTES, left))
        if not chunk:
            break
        left -= len(chunk)
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
