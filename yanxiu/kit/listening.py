"""HTTP/1.1 for one kind of small POST, read and answered in the loop's own thread, without a task for each (ADR 0032).

Stands behind the proxy that ends TLS and sends one path here. llhttp reads, as strictly as it can; what is not beyond doubt is refused,
and the connection closes: no body of a doubtful length is ever read as the next request.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple, Protocol

from httptools import HttpParserError, HttpRequestParser

from yanxiu.kit.bare import FIXED, refusal

MOST_HEAD = 16_384
MOST_AHEAD = 100
"""So many requests may come in one packet; while any of them waits, nothing more is read."""
IDLE_SECONDS = 75.0
"""A connection without a request is closed after it: longer than proxies keep theirs, so that they close first."""
WHOLE_SECONDS = 15.0
"""A request must be there as a whole so soon after its first byte."""
SWEEP_SECONDS = 5.0

_FIXED = b"".join(b"%b: %b\r\n" % pair for pair in FIXED)
_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() + _FIXED for status in HTTPStatus}
_ALIVE = (b"GET", b"/livez")
_UNREADABLE = ("unreadable", "这个请求读不出来，没有处理。")
_NO_LENGTH = ("length", "请写明长度（Content-Length）再报。")
_LONG_HEAD = ("too_long", "请求头太长，没有处理。")

Header = tuple[bytes, bytes]


class Reply(Protocol):
    """Answers a request, once; a client that is gone hears nothing."""

    def __call__(self, status: int, body: bytes, *headers: Header) -> None: ...


class Request(NamedTuple):
    """What the door reads of a request."""

    cookie: bytes
    body: bytes


class Asked(NamedTuple):
    """A whole request, and whether its connection stays after the answer."""

    method: bytes
    request: Request
    stays: bool


class Refused(Exception):
    """A request that is not served: status, code and words of the answer, after which the connection closes."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Reading:
    """What the bytes of one connection say: whole requests, and perhaps at last why no more are read. llhttp calls `on_…`."""

    __slots__ = (
        "_body", "_cookies", "_fed", "_head", "_length", "_listener", "_method", "_parser", "_stays", "_target", "found", "is_midway",
    )  # fmt: skip

    def __init__(self, listener: "Listener") -> None:
        self.found: deque[Asked | Refused] = deque()
        self.is_midway = False
        self._fed = 0
        self._listener, self._parser = listener, HttpRequestParser(self)

    def feed(self, data: bytes) -> None:
        """Read on. Whatever is found waits in `found`; nothing is served meanwhile."""
        self._fed += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserError as error:
            why = error.__context__ or Refused(400, *_UNREADABLE)
            if not isinstance(why, Refused):
                raise
            self.found.append(why)
        else:
            if self._fed > MOST_HEAD + self._listener.most:
                self.found.append(Refused(431, *_LONG_HEAD))

    def end(self) -> None:
        """Forget what was found, and let go of the parser, which knows its reader."""
        self.found.clear()
        del self._parser

    def on_message_begin(self) -> None:
        self.is_midway = True
        self._target = self._cookies = self._body = b""
        self._length: int | None = None
        self._head = 0

    def on_url(self, part: bytes) -> None:
        self._target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head += len(name) + len(value) + 4
        match name.lower():
            case b"cookie":
                self._cookies += b"; " + value if self._cookies else value
            case b"content-length":
                self._length = int(value)
            case b"transfer-encoding":
                raise Refused(411, *_NO_LENGTH)

    def on_headers_complete(self) -> None:
        if self._head + len(self._target) > MOST_HEAD:
            raise Refused(431, *_LONG_HEAD)
        version = self._parser.get_http_version()
        if version not in ("1.1", "1.0") or self._parser.should_upgrade():
            raise Refused(400, *_UNREADABLE)
        self._method = self._parser.get_method()
        self._stays = version == "1.1" and self._parser.should_keep_alive()
        self._listener.judge(self._method, self._target, self._length)

    def on_body(self, part: bytes) -> None:
        self._body += part

    def on_message_complete(self) -> None:
        if len(self.found) >= MOST_AHEAD:
            raise Refused(503, "later", "一次发来的请求太多，请稍后再报。")
        self.found.append(Asked(self._method, Request(self._cookies, self._body), self._stays))
        self.is_midway, self._fed = False, 0


class Listener:
    """Serves POST on `path` with bodies of at most `most` bytes by `serve`, and `GET /livez`. Belongs to one event loop.

    `serve` must answer each request by its reply, at once or later; it must not raise.
    """

    def __init__(self, *, path: str, most: int, serve: Callable[[Request, Reply], None], room: int = 10_000) -> None:
        self.path, self.most, self.serve, self.room = path.encode(), most, serve, room
        self.connections: set[Connection] = set()
        self.is_over = False
        self.clock: Callable[[], float] = asyncio.get_running_loop().time
        self._server: asyncio.Server | None = None
        self._sweep: asyncio.TimerHandle | None = None

    async def open(self, host: str, port: int) -> None:
        """Listen; several processes may on one port, and the system spreads connections over them. Raises OSError."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self), host, port, reuse_port=True, backlog=1024)
        self._sweep = loop.call_later(SWEEP_SECONDS, self.sweep)

    def close(self) -> None:
        """Take no more. What is under way may still be answered, after which its connection closes; the others close now."""
        self.is_over = True
        if self._server is not None:
            self._server.close()
        if self._sweep is not None:
            self._sweep.cancel()
        for one in [one for one in self.connections if not one.is_busy]:
            one.close()

    def sweep(self) -> None:
        """Close connections that say nothing, or began a request and did not end it."""
        now = self.clock()
        for one in [one for one in self.connections if one.is_stale(now)]:
            one.drop()
        self._sweep = asyncio.get_running_loop().call_later(SWEEP_SECONDS, self.sweep)

    def judge(self, method: bytes, target: bytes, length: int | None) -> None:
        """Raise Refused for a request that is not served here."""
        if (method, target) == _ALIVE and not length:
            return
        if target != self.path:
            raise Refused(404, "not_found", "这里没有这个地址。")
        if method != b"POST":
            raise Refused(405, "method", "这里只收 POST。")
        if length is None:
            raise Refused(411, *_NO_LENGTH)
        if length > self.most:
            raise Refused(413, "too_long", f"一次上报最多 {self.most} 字节。请分几次报。")


class Connection(asyncio.Protocol):
    """One connection: a request at a time; those that came with it wait, and nothing more is read meanwhile."""

    __slots__ = ("_asked", "_is_advancing", "_is_full", "_is_held", "_listener", "_reading", "_since", "_transport")

    def __init__(self, listener: Listener) -> None:
        self._listener, self._reading = listener, Reading(listener)
        self._transport: asyncio.Transport
        self._asked: Asked | None = None
        self._is_advancing = self._is_full = self._is_held = False
        self._since = listener.clock()

    @property
    def is_busy(self) -> bool:
        """Whether a request is being served."""
        return self._asked is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream's
        self._listener.connections.add(self)
        if len(self._listener.connections) > self._listener.room:
            self._serve(Refused(503, "later", "现在连接太多，请稍后再报。"))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        self._listener.connections.discard(self)
        self._reading.end()
        self._asked = None

    def data_received(self, data: bytes) -> None:
        was_midway = self._reading.is_midway
        self._reading.feed(data)
        if self._reading.is_midway and not was_midway:
            self._since = self._listener.clock()
        self._advance()

    def pause_writing(self) -> None:
        self._is_full = True

    def resume_writing(self) -> None:
        self._is_full = False
        self._advance()

    def is_stale(self, now: float) -> bool:
        """Tell whether it has nothing under way and waited too long."""
        begun = self._reading.is_midway or self._reading.found
        return not self.is_busy and now - self._since > (WHOLE_SECONDS if begun else IDLE_SECONDS)

    def close(self) -> None:
        """Close after what is being sent."""
        self._transport.close()

    def drop(self) -> None:
        """Close at once."""
        self._transport.abort()

    def _advance(self) -> None:
        if self._is_advancing:
            return
        found, self._is_advancing = self._reading.found, True
        try:
            while found and self._asked is None and not self._is_full and not self._transport.is_closing():
                self._serve(found.popleft())
        finally:
            self._is_advancing = False
        self._hold(bool(found))

    def _serve(self, one: Asked | Refused) -> None:
        if isinstance(one, Refused):
            self._asked = Asked(b"", Request(b"", b""), stays=False)
            self._reply(one.status, refusal(one.code, one.message))
            return
        self._asked = one
        if one.method == b"POST":
            self._listener.serve(one.request, self._reply)
        else:
            self._reply(200, b'{"alive": true}')

    def _reply(self, status: int, body: bytes, *headers: Header) -> None:
        if self._asked is None:  # the client is gone
            return
        more = b"".join([b"%b: %b\r\n" % pair for pair in headers]) if headers else b""
        stays = self._asked.stays and not self._listener.is_over
        if not stays:
            more += b"Connection: close\r\n"
        self._transport.write(b"%b%bContent-Length: %d\r\n\r\n%b" % (_LINES[status], more, len(body), body))
        self._asked, self._since = None, self._listener.clock()
        if not stays:
            self._transport.close()
        elif self._reading.found:
            self._advance()

    def _hold(self, is_held: bool) -> None:
        if is_held != self._is_held and not self._transport.is_closing():
            self._is_held = is_held
            (self._transport.pause_reading if is_held else self._transport.resume_reading)()
