"""The door for large uploads: tus 1.0 (core, creation, termination, checksum, expiration) as a bare ASGI application at `/uploads/`.

A signed ticket says what may come; nothing is looked up in the database. Bytes go straight to disk, an acknowledged offset is on disk
(fsync), memory is a few hundred kilobytes however large the file (security UP-02, F-08). Other sites cannot ask: the ticket travels in
a header of its own, no answer allows a foreign origin, and the session must be the ticket's.
"""

import asyncio
import base64
import binascii
import hashlib
import json
import os
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from io import FileIO
from pathlib import Path
from typing import Any

from yanxiu.files import parts, tickets
from yanxiu.files.kinds import LARGEST_BYTES
from yanxiu.files.tickets import Ticket

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

PREFIX = "/uploads/"
VERSION = b"1.0.0"
KEPT = timedelta(hours=24)
WRITE_BYTES = 512 * 1024
SUMS = {"sha256": hashlib.sha256, "sha1": hashlib.sha1}
CAPABILITIES: Headers = [
    (b"tus-version", VERSION),
    (b"tus-extension", b"creation,termination,checksum,expiration"),
    (b"tus-checksum-algorithm", ",".join(SUMS).encode()),
    (b"tus-max-size", str(LARGEST_BYTES).encode()),
]


class Refused(Exception):
    """The answer is no: an HTTP status and a sentence."""

    def __init__(self, status: int, message: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers


class Gone(Exception):
    """The line broke while bytes came; what arrived stays."""


@dataclass(frozen=True, kw_only=True)
class Door:
    """The application. `session_cookie` names the cookie whose value the ticket is bound to."""

    folder: Path
    secret: str
    session_cookie: str
    clock: Callable[[], datetime]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Never raises for what a client sends."""
        if scope["type"] != "http":
            return
        message = ""
        try:
            status, headers = await self._answer(scope, receive)
        except Refused as refused:
            status, headers, message = refused.status, list(refused.headers), refused.message
        except parts.Missing:
            status, headers, message = 404, [], "这次上传已经不在了（超过一天没有传完，或已经取消）。请重新选这个文件再传。"
        except parts.Busy:
            status, headers, message = 423, [(b"retry-after", b"1")], "同一个文件正在另一处上传。请等它停下，或关掉那一页。"
        except Gone:
            return
        await _send(send, status, headers, message if scope["method"] != "HEAD" else "")

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, Headers]:
        method, asked = str(scope["method"]), {bytes(name).lower(): bytes(value) for name, value in scope["headers"]}
        if method == "OPTIONS":
            return 204, CAPABILITIES
        if asked.get(b"tus-resumable") != VERSION:
            raise Refused(412, "上传用的版本不对。请刷新这一页再传。", (b"tus-version", VERSION))
        ticket = self._ticket(asked)
        upload = str(scope["path"]).removeprefix(PREFIX)
        if upload and upload != ticket.upload:
            raise Refused(403, "这次上传不是凭这张条子开始的。请刷新这一页再传。")
        verbs = {"HEAD": self._tell, "DELETE": self._cancel} if upload else {"POST": self._create}
        if upload and method == "PATCH":
            return await self._append(ticket, asked, receive)
        if method not in verbs:
            raise Refused(405, "这里只收上传。", (b"allow", b"POST, HEAD, PATCH, DELETE, OPTIONS"))
        return await asyncio.to_thread(verbs[method], ticket, asked)

    def _ticket(self, asked: Mapping[bytes, bytes]) -> Ticket:
        origin, host = asked.get(b"origin"), asked.get(b"host", b"")
        if (origin is not None and origin.rpartition(b"://")[2] != host) or asked.get(b"sec-fetch-site", b"same-origin") != b"same-origin":
            raise Refused(403, "上传只能从本站的页面发起。")
        ticket = tickets.read(asked.get(b"upload-ticket", b"").decode("latin-1"), secret=self.secret, at=self.clock())
        if ticket is None:
            raise Refused(401, "上传凭条过期了，或不是本站签发的。请重新选这个文件，会接着传。")
        session = tickets.session_word(_cookie(asked, self.session_cookie), secret=self.secret)
        if session != ticket.session:
            raise Refused(403, "登录的人换了，不能接着传。请重新选文件。")
        return ticket

    def _create(self, ticket: Ticket, asked: Mapping[bytes, bytes]) -> tuple[int, Headers]:
        if _number(asked, b"upload-length") != ticket.size:
            raise Refused(413, "文件大小和开始时说的不一样。请重新选这个文件再传。")
        if not parts.path_of(self.folder, ticket.upload).exists():
            if parts.count(self.folder, ticket.person_id) >= parts.MOST_OF_ONE_PERSON:
                raise Refused(429, f"您有 {parts.MOST_OF_ONE_PERSON} 个文件还没有传完。请先传完或取消，再传新的。", (b"retry-after", b"60"))
            self._check_room(ticket.size)
        start = parts.create(self.folder, ticket.upload)
        return 201, [(b"location", f"{PREFIX}{ticket.upload}".encode()), *self._state(ticket, start)]

    def _tell(self, ticket: Ticket, asked: Mapping[bytes, bytes]) -> tuple[int, Headers]:  # noqa: ARG002 - every verb is called alike
        return 200, self._state(ticket, parts.offset(self.folder, ticket.upload))

    def _cancel(self, ticket: Ticket, asked: Mapping[bytes, bytes]) -> tuple[int, Headers]:  # noqa: ARG002
        with parts.held(self.folder, ticket.upload):
            parts.remove(self.folder, ticket.upload)
        return 204, []

    async def _append(self, ticket: Ticket, asked: Mapping[bytes, bytes], receive: Receive) -> tuple[int, Headers]:
        if asked.get(b"content-type") != b"application/offset+octet-stream":
            raise Refused(415, "上传的内容类型不对。请刷新这一页再传。")
        checksum = _checksum(asked)
        with parts.held(self.folder, ticket.upload) as file:
            start = file.tell()
            if _number(asked, b"upload-offset") != start:
                raise Refused(409, "接着传的位置对不上，会自动对准再传。", (b"upload-offset", str(start).encode()))
            left = ticket.size - start
            if (_number(asked, b"content-length", default=0) or 0) > left:
                raise Refused(413, "传来的比开始时说的多。请重新选这个文件再传。")
            self._check_room(min(left, _number(asked, b"content-length", default=left) or 0))
            try:
                await _written(file, receive, most=left, checksum=checksum)
            except Refused:
                await asyncio.to_thread(file.truncate, start)
                raise
            finally:
                await asyncio.to_thread(os.fsync, file.fileno())
            return 204, self._state(ticket, file.tell())

    def _check_room(self, more_bytes: int) -> None:
        if not parts.has_room(self.folder, more_bytes):
            raise Refused(507, "存储空间快满了，暂时不收新文件，已传的部分还在。请运维清理空间后接着传。", (b"retry-after", b"300"))

    def _state(self, ticket: Ticket, start: int) -> Headers:
        ends = format_datetime(self.clock() + KEPT).encode()
        return [(b"upload-offset", str(start).encode()), (b"upload-length", str(ticket.size).encode()), (b"upload-expires", ends)]


async def _written(file: FileIO, receive: Receive, *, most: int, checksum: tuple[Any, bytes] | None) -> None:
    """Write the body to the file, at most `most` bytes. Raises Refused for more, or another sum; Gone when the line breaks."""
    buffer, count, is_more = bytearray(), 0, True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            is_more = False
        else:
            buffer += message.get("body", b"")
            is_more = bool(message.get("more_body"))
        count_now = count + len(buffer)
        if count_now > most:
            raise Refused(413, "传来的比开始时说的多。请重新选这个文件再传。")
        if buffer and (len(buffer) >= WRITE_BYTES or not is_more):
            await asyncio.to_thread(_write, file, bytes(buffer), checksum)
            count = count_now
            buffer.clear()
        if message["type"] == "http.disconnect":
            raise Gone
    if checksum is not None and checksum[0].digest() != checksum[1]:
        raise Refused(460, "这一段在路上变了样，会自动再传一次。")


def _write(file: FileIO, data: bytes, checksum: tuple[Any, bytes] | None) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
    if checksum is not None:
        checksum[0].update(data)


def _checksum(asked: Mapping[bytes, bytes]) -> tuple[Any, bytes] | None:
    given = asked.get(b"upload-checksum")
    if given is None:
        return None
    name, _, value = given.decode("latin-1").partition(" ")
    try:
        return SUMS[name](), base64.b64decode(value, validate=True)
    except (KeyError, binascii.Error) as error:
        raise Refused(400, "校验码的写法不对。请刷新这一页再传。") from error


def _number(asked: Mapping[bytes, bytes], name: bytes, *, default: int | None = None) -> int | None:
    given = asked.get(name, b"")
    return int(given) if given.isdigit() and len(given) < 19 else default


def _cookie(asked: Mapping[bytes, bytes], name: str) -> str:
    wanted = name.encode() + b"="
    for part in asked.get(b"cookie", b"").split(b";"):
        if part.strip().startswith(wanted):
            return part.strip()[len(wanted) :].decode("latin-1")
    return ""


async def _send(send: Send, status: int, headers: Headers, message: str = "") -> None:
    body = json.dumps({"message": message}, ensure_ascii=False).encode() if message else b""
    fixed = [
        (b"tus-resumable", VERSION),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-type", b"application/json; charset=utf-8"),
    ]
    length = [] if status == 204 else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*fixed, *length, *headers]})
    await send({"type": "http.response.body", "body": body})
