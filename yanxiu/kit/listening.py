"""HTTP/1.1 for one kind of small POST, read and answered in the loop's own thread, without a task for each (ADR 0032).

Stands behind the proxy that ends TLS and sends one path here. What it does not understand completely it refuses, and closes the
connection: no body of a doubtful length is ever read as the next request.
"""

import asyncio
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple, Protocol

from yanxiu.kit.bare import FIXED, refusal

MOST_HEAD = 16_384
IDLE_SECONDS = 75.0
"""A connection without a request is closed after it: longer than proxies keep theirs, so that they close first."""
WHOLE_SECONDS = 15.0
"""A request must be there as a whole so soon after its first byte."""
SWEEP_SECONDS = 5.0

_HEAD = re.compile(rb"([A-Z]{3,7}) (/[!-~]*) HTTP/1\.([01])\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]++:[^\r\n\0]*+\r\n)*+\r\n")
_NAMED = re.compile(rb"\r\n(content-length|transfer-encoding|cookie|connection):[ \t]*([^\r\n]*)", re.IGNORECASE)
_LENGTH = re.compile(rb"\d{1,9}[ \t]*")
_FIXED = b"".join(b"%b: %b\r\n" % pair for pair in FIXED)
_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() + _FIXED for status in HTTPStatus}
_ALIVE = (b"GET", b"/livez")

Header = tuple[bytes, bytes]


class Reply(Protocol):
    """Answers a request, once; a client that is gone hears nothing."""

    def __call__(self, status: int, body: bytes, *headers: Header) -> None: ...


class Request(NamedTuple):
    """What the door reads of a request."""

    cookie: bytes
    body: bytes


class Head(NamedTuple):
    """What decides how a request goes on."""

    method: bytes
    target: bytes
    length: int
    cookie: bytes
    stays: bool


class Refused(Exception):
    """A head that is not served: status, code and words of the answer, after which the connection closes."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def read_head(raw: bytes) -> Head:
    """Return what a head says, its empty line included. Raises Refused where its meaning is not beyond doubt."""
    found = _HEAD.fullmatch(raw)
    if found is None:
        raise Refused(400, "unreadable", "这个请求读不出来，没有处理。")
    method, target, minor = found.groups()
    length, cookies, stays = None, [], minor == b"1"
    for name, value in _NAMED.findall(raw):
        match name.lower():
            case b"cookie":
                cookies.append(value)
            case b"content-length":
                if length is not None or _LENGTH.fullmatch(value) is None:
                    raise Refused(400, "unreadable", "这个请求的长度写得不对，没有处理。")
                length = int(value)
            case b"transfer-encoding":
                raise Refused(411, "length", "请写明长度（Content-Length）再报。")
            case _:
                stays = stays and b"close" not in value.lower()
    if length is None and method == b"POST":
        raise Refused(411, "length", "请写明长度（Content-Length）再报。")
    return Head(method, target, length or 0, b"; ".join(cookies), stays)


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

    def judge(self, raw: bytes) -> Head:
        """Return the head of a request that is served here. Raises Refused."""
        head = read_head(raw)
        if (head.method, head.target) == _ALIVE and not head.length:
            return head
        if head.target != self.path:
            raise Refused(404, "not_found", "这里没有这个地址。")
        if head.method != b"POST":
            raise Refused(405, "method", "这里只收 POST。")
        if head.length > self.most:
            raise Refused(413, "too_long", f"一次上报最多 {self.most} 字节。请分几次报。")
        return head


class Connection(asyncio.Protocol):
    """One connection: a request at a time; what comes meanwhile waits, and too much of it is not read."""

    __slots__ = ("_buffer", "_head", "_head_end", "_is_advancing", "_is_full", "_is_held", "_listener", "_since", "_transport", "is_busy")

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._transport: asyncio.Transport
        self._buffer = b""
        self._head: Head | None = None
        self._head_end = 0
        self.is_busy = self._is_advancing = self._is_full = self._is_held = False
        self._since = listener.clock()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream's
        self._listener.connections.add(self)
        if len(self._listener.connections) > self._listener.room:
            self._refuse(Refused(503, "later", "现在连接太多，请稍后再报。"))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        self._listener.connections.discard(self)
        self._buffer, self._head = b"", None

    def data_received(self, data: bytes) -> None:
        if not self._buffer:
            self._since = self._listener.clock()
            self._buffer = data
        else:
            self._buffer += data
        self._advance()

    def pause_writing(self) -> None:
        self._is_full = True

    def resume_writing(self) -> None:
        self._is_full = False
        self._advance()

    def is_stale(self, now: float) -> bool:
        """Tell whether it has nothing under way and waited too long."""
        return not self.is_busy and now - self._since > (WHOLE_SECONDS if self._buffer else IDLE_SECONDS)

    def close(self) -> None:
        """Close after what is being sent."""
        self._transport.close()

    def drop(self) -> None:
        """Close at once."""
        self._transport.abort()

    def _advance(self) -> None:
        if self._is_advancing:
            return
        self._is_advancing = True
        try:
            while self._buffer and not self.is_busy and not self._is_full and not self._transport.is_closing() and self._serve_next():
                pass
        finally:
            self._is_advancing = False
        self._hold(len(self._buffer) > MOST_HEAD + self._listener.most)

    def _serve_next(self) -> bool:
        """Serve the request at the beginning of the buffer; return False while it is not whole."""
        buffer = self._buffer
        head = self._head
        if head is None:
            end = buffer.find(b"\r\n\r\n", 0, MOST_HEAD)
            if end < 0:
                if len(buffer) >= MOST_HEAD:
                    self._refuse(Refused(431, "too_long", "请求头太长，没有处理。"))
                return False
            try:
                head = self._head = self._listener.judge(buffer[: end + 4])
            except Refused as refused:
                self._refuse(refused)
                return False
            self._head_end = end + 4
        whole = self._head_end + head.length
        if len(buffer) < whole:
            return False
        self._buffer, self.is_busy = buffer[whole:], True
        if head.method == b"POST":
            self._listener.serve(Request(head.cookie, buffer[self._head_end : whole]), self._reply)
        else:
            self._reply(200, b'{"alive": true}')
        return True

    def _reply(self, status: int, body: bytes, *headers: Header) -> None:
        head = self._head
        if head is None:  # the client is gone
            self.is_busy = False
            return
        more = b"".join([b"%b: %b\r\n" % pair for pair in headers]) if headers else b""
        stays = head.stays and not self._listener.is_over
        if not stays:
            more += b"Connection: close\r\n"
        self._transport.write(b"%b%bContent-Length: %d\r\n\r\n%b" % (_LINES[status], more, len(body), body))
        self._head, self.is_busy, self._since = None, False, self._listener.clock()
        if not stays:
            self._transport.close()
        elif self._buffer:
            self._advance()

    def _refuse(self, refused: Refused) -> None:
        self._head, self._buffer = Head(b"", b"", 0, b"", stays=False), b""
        self._reply(refused.status, refusal(refused.code, refused.message))

    def _hold(self, is_too_much: bool) -> None:
        if is_too_much != self._is_held and not self._transport.is_closing():
            self._is_held = is_too_much
            (self._transport.pause_reading if is_too_much else self._transport.resume_reading)()
