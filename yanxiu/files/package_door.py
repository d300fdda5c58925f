"""The part of the second origin that shows packages: `/p/<signed token>/<path>`, the frame around them, and its script.

Everything a package brings runs here and only here: no cookies, a sandbox, nothing reachable but its own files (security UP-06, WB-08).
Paths are looked up in the index of the package, so that none of them meets the file system.
"""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from yanxiu.files import packages, refused
from yanxiu.files.links import Grant, Signer
from yanxiu.kit.archive import folded

PREFIX = "/p/"
FRAME = "~run/"
SCRIPT = "~run.js"
SANDBOX = "allow-scripts allow-same-origin allow-forms allow-modals"
_SAVED_ONLY = "application/octet-stream"

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What to send: a file on disk or a few bytes, its headers, and the tag by which a browser knows that it has it."""

    headers: Headers
    etag: str
    file: BinaryIO | None = None
    content: bytes = b""


@dataclass(frozen=True, kw_only=True)
class PackageDoor:
    """Finds what a path below `/p/` means. `script` is the built file that the frame loads."""

    folder: Path
    signer: Signer
    pages_url: str
    script: Callable[[], Path | None]

    def find(self, path: str, *, accepts_gzip: bool, at: datetime) -> Found | None:
        """Return what the path of a request means, None when it is nothing of ours, or over."""
        if path == PREFIX + SCRIPT:
            return self._script(accepts_gzip=accepts_gzip)
        token, _, rest = path.removeprefix(PREFIX).partition("/")
        grant = self.signer.read(token, at=at)
        if grant is None or grant.media_type != packages.LINK_TYPE or refused.holds(self.folder, grant.person_id):
            return None
        return self._frame() if rest == FRAME else self._part(grant, rest, at=at)

    def _part(self, grant: Grant, rest: str, *, at: datetime) -> Found | None:
        try:
            part = packages.index_of(self.folder, grant.storage_name).get(folded(rest))
            if part is None:
                return None
            file = (packages.place_of(self.folder, grant.storage_name) / str(part.number)).open("rb")
        except (OSError, ValueError):
            return None
        left = max(0, grant.expires - int(at.timestamp()))
        headers = [
            *self._policy(
                "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; object-src 'none'; form-action 'none'; "
                f"base-uri 'self'; frame-ancestors 'self' {self.pages_url}"
            ),
            (b"content-type", part.media_type.encode()),
            (b"cache-control", f"private, max-age={left}, immutable".encode()),
        ]
        if part.media_type == _SAVED_ONLY:
            name = quote(rest.rpartition("/")[2], safe="")
            headers.append((b"content-disposition", f"attachment; filename*=UTF-8''{name}".encode()))
        return Found(headers=headers, etag=f'"{part.sha256[:32]}"', file=file)

    def _frame(self) -> Found:
        content = (
            '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>课件</title>'
            f'<meta name="pages" content="{escape(self.pages_url)}"><script src="{PREFIX}{SCRIPT}" defer></script></head>'
            "<body></body></html>"
        ).encode()
        headers = [
            *self._policy(
                "default-src 'none'; script-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none'; "
                f"frame-ancestors {self.pages_url}"
            ),
            (b"content-type", b"text/html; charset=utf-8"),
            (b"cache-control", b"no-store"),
        ]
        return Found(headers=headers, etag="", content=content)

    def _script(self, *, accepts_gzip: bool) -> Found | None:
        path = self.script()
        if path is None:
            return None
        content, packed = _read(path, path.stat().st_mtime_ns)
        headers = [(b"content-type", b"text/javascript; charset=utf-8"), (b"cache-control", b"no-cache"), (b"vary", b"accept-encoding")]
        if accepts_gzip:
            headers.append((b"content-encoding", b"gzip"))
        return Found(headers=[*self._policy("default-src 'none'"), *headers], etag="", content=packed if accepts_gzip else content)

    def _policy(self, directives: str) -> Headers:
        return [
            (b"x-content-type-options", b"nosniff"),
            (b"content-security-policy", f"{directives}; sandbox {SANDBOX}".encode()),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
            (b"x-robots-tag", b"noindex"),
        ]


def script_of(*folders: Path) -> Callable[[], Path | None]:
    """Return a finder of the built script in the first of the static folders that has it."""
    return lambda: next((file for folder in folders if (file := folder / "dist" / "scorm-run.js").is_file()), None)


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> tuple[bytes, bytes]:  # noqa: ARG001 - a new build is another file
    content = path.read_bytes()
    return content, gzip.compress(content, 6)
