"""The one door by which the program calls another machine (security WB-01): no redirects, one address, bounded time and size.

The caller names an address that an office or a signed file gave; addresses typed by visitors never come here.
"""

import http.client
import json
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from yanxiu.kit.errors import Conflict, Invalid

CHUNK_BYTES = 256 * 1024


class Unreachable(Conflict):
    """The other machine did not answer, or not in time; nothing is known to have arrived."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back: HTTP status and body."""

    status: int
    body: bytes


def post(url: str, body: bytes, *, content_type: str, most_bytes: int, seconds: float) -> Answer:
    """Post bytes and return the answer, at most `most_bytes` long, within `seconds` for each step.

    The name is resolved once and that address is connected to. Raises Invalid (no http address), Unreachable.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise Invalid(f"对方的地址不能用：{url[:80]}。应以 http:// 或 https:// 开头。")
    try:
        connection = _connected(parts.hostname, parts.port, is_secure=parts.scheme == "https", seconds=seconds)
    except (OSError, ssl.SSLError) as error:
        raise Unreachable(f"连不上 {parts.hostname}（{_words(error)}）。请看线路，连上后再试；要传的内容都还在。") from error
    try:
        target = parts.path or "/"
        host = parts.netloc
        connection.request("POST", target, body=body, headers={"Content-Type": content_type, "Host": host, "Connection": "close"})
        response = connection.getresponse()
        received = _bounded(response, most_bytes)
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"传到一半断了（{_words(error)}）。请再试一次；传重了也只计一次。") from error
    finally:
        connection.close()
    return Answer(status=response.status, body=received)


def sentence(answer: Answer) -> str:
    """Return the sentence of an error that our own program sent as JSON, "" for anything else."""
    try:
        found = json.loads(answer.body)
    except ValueError:
        return ""
    return str(found.get("message", ""))[:300] if isinstance(found, dict) else ""


def _connected(host: str, port: int | None, *, is_secure: bool, seconds: float) -> http.client.HTTPConnection:
    wanted = port or (443 if is_secure else 80)
    address = socket.getaddrinfo(host, wanted, type=socket.SOCK_STREAM)[0][4]
    plain = socket.create_connection((str(address[0]), int(address[1])), timeout=seconds)
    connection = http.client.HTTPConnection(host, wanted, timeout=seconds)
    connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if is_secure else plain
    return connection


def _bounded(response: http.client.HTTPResponse, most_bytes: int) -> bytes:
    parts: list[bytes] = []
    count = 0
    while chunk := response.read(CHUNK_BYTES):
        count += len(chunk)
        if count > most_bytes:
            raise http.client.HTTPException(f"more than {most_bytes} bytes")
        parts.append(chunk)
    return b"".join(parts)


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "等了太久没有回应"
    if isinstance(error, socket.gaierror):
        return "找不到这个地址"
    return str(getattr(error, "strerror", "") or error)[:80]
